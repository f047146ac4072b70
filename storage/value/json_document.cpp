// Values as JSON documents: DynamoDB's form and the ordinary one.
#include <optional>

#include <nlohmann/json.hpp>

#include "storage/value/base64.h"
#include "storage/value/json.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

template <class Writer, class Values>
json arrayOf(const Writer& write, const Values& values) {
    json array = json::array();
    for (const auto& value : values) array.push_back(write(value));
    return array;
}

struct TypedWriter {
    json operator()(const std::string& value) const { return value; }
    json operator()(const Number& value) const { return value.toString(); }
    json operator()(const Binary& value) const { return encodeBase64(value); }
    json operator()(bool value) const { return value; }
    json operator()(Null) const { return true; }
    json operator()(const AttributeValue& value) const { return valueToJson(value); }
    json operator()(const List& list) const { return arrayOf(*this, list); }
    json operator()(const Item& map) const { return itemToJson(map); }
    json operator()(const StringSet& set) const { return arrayOf(*this, set.values); }
    json operator()(const NumberSet& set) const { return arrayOf(*this, set.values); }
    json operator()(const BinarySet& set) const { return arrayOf(*this, set.values); }
};

// A JSON number when it says the same value, else the decimal text.
json plainNumber(const Number& number) {
    if (const std::optional<std::int64_t> integer = number.toInt64()) return *integer;
    json approximation = number.toDouble();
    const Result<Number> back = Number::parse(approximation.dump());
    if (back && *back == number) return approximation;
    return number.toString();
}

struct PlainWriter {
    json operator()(const std::string& value) const { return value; }
    json operator()(const Number& value) const { return plainNumber(value); }
    json operator()(const Binary& value) const { return encodeBase64(value); }
    json operator()(bool value) const { return value; }
    json operator()(Null) const { return nullptr; }
    json operator()(const AttributeValue& value) const { return std::visit(*this, value.variant()); }
    json operator()(const List& list) const { return arrayOf(*this, list); }
    json operator()(const Item& map) const { return itemToPlainJson(map); }
    json operator()(const StringSet& set) const { return arrayOf(*this, set.values); }
    json operator()(const NumberSet& set) const { return arrayOf(*this, set.values); }
    json operator()(const BinarySet& set) const { return arrayOf(*this, set.values); }
};

}  // namespace

json valueToJson(const AttributeValue& value) {
    json object = json::object();
    object[typeName(value.type())] = std::visit(TypedWriter{}, value.variant());
    return object;
}

json itemToJson(const Item& item) {
    json object = json::object();
    for (const auto& [name, value] : item) object[name] = valueToJson(value);
    return object;
}

json itemToPlainJson(const Item& item) {
    json object = json::object();
    for (const auto& [name, value] : item) object[name] = PlainWriter{}(value);
    return object;
}

}  // namespace drydock::storage
