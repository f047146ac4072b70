#include "storage/value/json.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "storage/value/base64.h"
#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

tl::unexpected<Error> tooDeep() {
    return invalid(kTooDeep);
}

template <class T>
Result<AttributeValue> toValue(Result<T> content) {
    if (!content) return fail(std::move(content).error());
    return AttributeValue(*std::move(content));
}

tl::unexpected<Error> badType(std::string message) {
    return fail(ErrorCode::serialization, std::move(message));
}

// What DynamoDB's JSON reader says of a value that is not of the type wanted there.
tl::unexpected<Error> wrongJsonType(const json& value, const char* wanted, const char* javaClass) {
    switch (value.type()) {
        case json::value_t::boolean:
            return badType((value.get<bool>() ? "TRUE_VALUE" : "FALSE_VALUE") +
                           std::string(" cannot be converted to ") + wanted);
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
            return badType(std::string("NUMBER_VALUE cannot be converted to ") + wanted);
        case json::value_t::number_float:
            return badType(std::string("DECIMAL_VALUE cannot be converted to ") + wanted);
        case json::value_t::string:
            return badType(std::string("STRING_VALUE cannot be converted to ") + wanted);
        case json::value_t::array:
            return badType(std::string("Unrecognized collection type class ") + javaClass);
        case json::value_t::object:
            return badType("Start of structure or map found where not expected");
        default:
            return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    }
}

Result<std::string> readText(const json& value) {
    if (!value.is_string()) return wrongJsonType(value, "String", "java.lang.String");
    const auto& text = value.get_ref<const std::string&>();
    if (!isValidUtf8(text)) return invalid("The text is not valid UTF-8");
    return text;
}

Result<Number> readNumber(const json& value) {
    if (!value.is_string()) return wrongJsonType(value, "String", "java.lang.String");
    return Number::parse(value.get_ref<const std::string&>());
}

Result<Binary> readBinary(const json& value) {
    if (value.is_structured()) return wrongJsonType(value, "ByteBuffer", "java.nio.ByteBuffer");
    if (!value.is_string()) return badType("only base-64-encoded strings are convertible to bytes");
    Result<Binary> bytes = decodeBase64(value.get_ref<const std::string&>());
    if (!bytes) return badType(std::move(bytes.error().message));
    return bytes;
}

template <class Set, class Reader>
Result<Set> readMembers(const json& members, Reader reader) {
    if (!members.is_array()) {
        if (members.is_object()) return badType("Start of structure or map found where not expected");
        return badType("Unexpected field type");
    }
    Set set;
    set.values.reserve(members.size());
    for (const json& member : members) {
        DRYDOCK_ASSIGN(auto value, reader(member));
        set.values.push_back(std::move(value));
    }
    return set;
}

// The place of the first member that repeats an earlier one.
template <class Set>
std::optional<std::size_t> firstRepeat(const Set& set) {
    auto sorted = set.values;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return std::nullopt;
    for (std::size_t i = 1;; ++i) {
        const auto here = set.values.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(set.values.begin(), here, *here) != here) return i;
    }
}

// The collection as DynamoDB prints it: what it had taken when it met the repeated member, in order, then the rest.
template <class Set, class Print>
std::string listMembers(Set set, std::size_t repeat, std::string_view separator, Print print) {
    std::sort(set.values.begin(), set.values.begin() + static_cast<std::ptrdiff_t>(repeat));
    std::string text;
    for (const auto& value : set.values) {
        text.append(text.empty() ? "[" : separator).append("\"").append(print(value)).append("\"");
    }
    return text + ']';
}

Result<AttributeValue> readStringSet(const json& members) {
    DRYDOCK_ASSIGN(auto set, readMembers<StringSet>(members, readText));
    if (set.values.empty()) return invalidParameter("An string set  may not be empty");
    if (const auto repeat = firstRepeat(set)) {
        const auto print = [](const std::string& value) { return value; };
        return invalidParameter("Input collection " + listMembers(std::move(set), *repeat, ", ", print) +
                                " contains duplicates.");
    }
    return AttributeValue(std::move(set));
}

Result<AttributeValue> readNumberSet(const json& members) {
    DRYDOCK_ASSIGN(auto set, readMembers<NumberSet>(members, readNumber));
    if (set.values.empty()) return invalidParameter("An number set  may not be empty");
    if (firstRepeat(set)) return invalidParameter("Input collection contains duplicates.");
    return AttributeValue(std::move(set));
}

Result<AttributeValue> readBinarySet(const json& members) {
    DRYDOCK_ASSIGN(auto set, readMembers<BinarySet>(members, readBinary));
    if (set.values.empty()) return invalidParameter("Binary sets should not be empty");
    if (const auto repeat = firstRepeat(set)) {
        const auto print = [](const Binary& value) { return encodeBase64(value); };
        return invalidParameter("Input collection " + listMembers(std::move(set), *repeat, ",", print) +
                                "of type BS contains duplicates.");
    }
    return AttributeValue(std::move(set));
}

Result<AttributeValue> readValue(const json& value, int depth);

Result<Item> readMap(const json& value, int depth) {
    if (!value.is_object()) {
        if (value.is_array()) {
            return badType(
                "Unrecognized collection type java.util.Map<java.lang.String, "
                "com.amazonaws.dynamodb.v20120810.AttributeValue>");
        }
        return badType("Unexpected field type");
    }
    Item item;
    item.reserve(value.size());
    for (const auto& [name, member] : value.items()) {
        DRYDOCK_TRY(checkAttributeName(name));
        DRYDOCK_ASSIGN(auto read, readValue(member, depth));
        item.set(name, std::move(read));
    }
    return item;
}

Result<AttributeValue> readList(const json& value, int depth) {
    if (!value.is_array()) {
        if (value.is_object()) return badType("Start of structure or map found where not expected");
        return badType("Unexpected field type");
    }
    List list;
    list.reserve(value.size());
    for (const json& element : value) {
        DRYDOCK_ASSIGN(auto read, readValue(element, depth));
        list.push_back(std::move(read));
    }
    return AttributeValue(std::move(list));
}

std::optional<AttributeType> typeOf(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(AttributeType::BS); ++i) {
        const auto type = static_cast<AttributeType>(i);
        if (name == typeName(type)) return type;
    }
    return std::nullopt;
}

Result<void> checkFlag(const json& value) {
    if (value.is_boolean()) return {};
    if (value.is_string()) return badType("Unexpected token received from parser");
    return wrongJsonType(value, "Boolean", "java.lang.Boolean");
}

Result<AttributeValue> readTyped(AttributeType type, const json& content, int depth) {
    switch (type) {
        case AttributeType::S:
            return toValue(readText(content));
        case AttributeType::N:
            return toValue(readNumber(content));
        case AttributeType::B:
            return toValue(readBinary(content));
        case AttributeType::BOOL:
            DRYDOCK_TRY(checkFlag(content));
            return AttributeValue(content.get<bool>());
        case AttributeType::NULL_:
            DRYDOCK_TRY(checkFlag(content));
            if (!content.get<bool>()) return invalidParameter("Null attribute value types must have the value of true");
            return AttributeValue(Null{});
        case AttributeType::L:
            if (depth + 1 >= kMaxDepth) return tooDeep();
            return readList(content, depth + 1);
        case AttributeType::M:
            if (depth + 1 >= kMaxDepth) return tooDeep();
            return toValue(readMap(content, depth + 1));
        case AttributeType::SS:
            return readStringSet(content);
        case AttributeType::NS:
            return readNumberSet(content);
        case AttributeType::BS:
            break;
    }
    return readBinarySet(content);
}

// `depth` counts the lists and maps around the value.
Result<AttributeValue> readValue(const json& value, int depth) {
    if (!value.is_object()) {
        if (value.is_array())
            return badType("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue");
        return badType("Unexpected value type in payload");
    }
    std::optional<AttributeValue> result;
    for (const auto& [name, content] : value.items()) {
        // Members DynamoDB does not know, and nulls, count as absent.
        const std::optional<AttributeType> type = typeOf(name);
        if (!type || content.is_null()) continue;
        if (result) {
            return invalid(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
                "datatypes");
        }
        DRYDOCK_ASSIGN(result, readTyped(*type, content, depth));
    }
    if (!result)
        return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    return *std::move(result);
}

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

Result<AttributeValue> readPlain(const json& value, int depth);

Result<Item> readPlainObject(const json& object, int depth) {
    Item item;
    item.reserve(object.size());
    for (const auto& [name, member] : object.items()) {
        if (!isValidUtf8(name)) return invalid("The text is not valid UTF-8");
        DRYDOCK_ASSIGN(auto read, readPlain(member, depth));
        item.set(name, std::move(read));
    }
    return item;
}

Result<AttributeValue> readPlain(const json& value, int depth) {
    switch (value.type()) {
        case json::value_t::null:
            return AttributeValue(Null{});
        case json::value_t::boolean:
            return AttributeValue(value.get<bool>());
        case json::value_t::string:
            return toValue(readText(value));
        case json::value_t::number_integer:
            return AttributeValue(value.get<std::int64_t>());
        case json::value_t::number_unsigned:
        case json::value_t::number_float:
            return toValue(Number::parse(value.dump()));
        case json::value_t::array: {
            if (depth >= kMaxDepth) return tooDeep();
            List list;
            list.reserve(value.size());
            for (const json& element : value) {
                DRYDOCK_ASSIGN(auto read, readPlain(element, depth + 1));
                list.push_back(std::move(read));
            }
            return AttributeValue(std::move(list));
        }
        case json::value_t::object:
            if (depth >= kMaxDepth) return tooDeep();
            return toValue(readPlainObject(value, depth + 1));
        default:
            return invalid("Unexpected value type in payload");
    }
}

tl::unexpected<Error> nestsTooDeep(int maxDepth) {
    return invalid("The JSON text nests deeper than " + std::to_string(maxDepth) + " levels");
}

tl::unexpected<Error> notJson(const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …": the identifier helps nobody.
    const std::string_view what = error.what();
    const std::size_t identifierEnd = what.find("] ");
    std::string reason(identifierEnd == std::string_view::npos ? what : what.substr(identifierEnd + 2));
    // The last bytes read are quoted as they came, perhaps half a character.
    if (!isValidUtf8(reason)) reason.resize(std::min(reason.size(), reason.find("; last read")));
    return invalid("Invalid JSON: " + reason);
}

// Builds a value from nlohmann's parse events (its SAX interface, whose names these are). The lexer has already refused
// text that is not UTF-8.
class PlainBuilder {
public:
    explicit PlainBuilder(int maxDepth) : m_maxDepth(static_cast<std::size_t>(maxDepth)) {}

    bool null() { return add(Null{}); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value) {
        return value <= static_cast<std::uint64_t>(INT64_MAX) ? add(static_cast<std::int64_t>(value))
                                                              : decimal(std::to_string(value));
    }
    bool number_float(double /*approximation*/, const std::string& text) { return decimal(text); }
    bool string(const std::string& text) { return add(text); }
    bool binary(const json::binary_t& /*never in text*/) { return false; }
    bool start_object(std::size_t /*unknown*/) { return open(Item()); }
    bool key(const std::string& name) {
        m_open.back().name = name;
        return true;
    }
    bool end_object() { return close(); }
    bool start_array(std::size_t /*unknown*/) { return open(List()); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const json::exception& error) {
        m_error = notJson(error).value();
        return false;
    }

    Result<AttributeValue> take(bool complete) {
        if (!complete) return fail(std::move(m_error));
        return std::move(m_root);
    }

private:
    // A list or map whose end has not come yet.
    struct Open {
        AttributeValue container;
        std::string name;  // of the member that comes next
    };

    bool decimal(const std::string& text) {
        const Result<Number> number = Number::parse(text);
        if (number) return add(*number);
        m_error = number.error();
        return false;
    }

    bool add(AttributeValue value) {
        if (m_open.empty()) {
            m_root = std::move(value);
        } else if (auto* list = m_open.back().container.as<List>()) {
            list->push_back(std::move(value));
        } else {
            m_open.back().container.as<Item>()->set(std::move(m_open.back().name), std::move(value));
        }
        return true;
    }

    bool open(AttributeValue container) {
        if (m_open.size() == m_maxDepth) {
            m_error = nestsTooDeep(static_cast<int>(m_maxDepth)).value();
            return false;
        }
        m_open.push_back({std::move(container), {}});
        return true;
    }

    bool close() {
        AttributeValue closed = std::move(m_open.back().container);
        m_open.pop_back();
        return add(std::move(closed));
    }

    std::size_t m_maxDepth;
    std::vector<Open> m_open;
    AttributeValue m_root;
    Error m_error;
};

// Whether brackets outside of strings nest deeper than `maxDepth`.
bool nestsDeeper(std::string_view text, int maxDepth) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') ++i;
            if (c == '"') inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > maxDepth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

}  // namespace

Result<void> checkAttributeName(std::string_view name) {
    constexpr std::size_t kMostBytes = 65'535;  // Amazon DynamoDB developer guide, "Quotas"
    if (name.empty()) return invalid("Empty attribute name");
    if (name.size() > kMostBytes) return invalid("Attribute name is too large, must be less than 65536 bytes");
    if (!isValidUtf8(name)) return invalid("The text is not valid UTF-8");
    return {};
}

Result<AttributeValue> valueFromJson(const json& value) {
    return readValue(value, 0);
}

Result<Item> itemFromJson(const json& value) {
    return readMap(value, 0);
}

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

Result<Item> itemFromPlainJson(const json& value) {
    if (!value.is_object()) return invalid("An item must be a JSON object");
    return readPlainObject(value, 0);
}

Result<Item> itemFromPlainJson(std::string_view text, int maxDepth) {
    PlainBuilder builder(maxDepth);
    const bool complete = json::sax_parse(text, &builder);
    DRYDOCK_ASSIGN(AttributeValue root, builder.take(complete));
    if (auto* item = root.as<Item>()) return std::move(*item);
    return invalid("not a JSON object");
}

json itemToPlainJson(const Item& item) {
    json object = json::object();
    for (const auto& [name, value] : item) object[name] = PlainWriter{}(value);
    return object;
}

Result<json> parseJson(std::string_view text, int maxDepth) {
    if (nestsDeeper(text, maxDepth)) return nestsTooDeep(maxDepth);
    try {
        return json::parse(text);
    } catch (const json::exception& error) {
        return notJson(error);
    }
}

}  // namespace drydock::storage
