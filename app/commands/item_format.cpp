#include "app/commands/item_format.h"

#include <nlohmann/json.hpp>

#include "storage/value/json.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::ExpressionParameters;
using storage::Item;
using storage::Result;

namespace {

// Deep enough for an item of the deepest nesting, whose levels DynamoDB JSON doubles.
constexpr int kMaxJsonDepth = 2 * storage::kMaxDepth + 4;

Result<json> parseText(std::string_view text, const char* what) {
    Result<json> parsed = storage::parseJson(text, kMaxJsonDepth);
    if (!parsed) return fail(ErrorCode::validation, std::string(what) + ": " + parsed.error().message);
    return parsed;
}

}  // namespace

Result<ItemFormat> ItemFormat::of(const Arguments& arguments) {
    ItemFormat format;
    DRYDOCK_ASSIGN(format.m_plain, arguments.flag("plain"));
    return format;
}

Result<Item> ItemFormat::parse(std::string_view text, const char* what) const {
    DRYDOCK_ASSIGN(const json parsed, parseText(text, what));
    auto item = m_plain ? storage::itemFromPlainJson(parsed) : storage::itemFromJson(parsed);
    if (!item) return fail(item.error().code, std::string(what) + ": " + item.error().message);
    return item;
}

json ItemFormat::print(const Item& item) const {
    return m_plain ? storage::itemToPlainJson(item) : storage::itemToJson(item);
}

Result<json> ItemFormat::parseList(std::string_view text, const char* what) const {
    DRYDOCK_ASSIGN(json parsed, parseText(text, what));
    if (!parsed.is_array()) return fail(ErrorCode::validation, std::string(what) + ": must be a JSON list.");
    if (!m_plain) return parsed;
    json values = json::array();
    for (const json& value : parsed) {
        DRYDOCK_ASSIGN(const Item item, storage::itemFromPlainJson(json{{"value", value}}));
        values.push_back(storage::itemToJson(item).at("value"));
    }
    return values;
}

Result<json> ItemFormat::reprint(const json& item) const {
    if (!m_plain) return item;
    DRYDOCK_ASSIGN(const Item parsed, storage::itemFromJson(item));
    return print(parsed);
}

Result<ExpressionParameters> parametersOf(const Arguments& arguments, const ItemFormat& format) {
    ExpressionParameters parameters;
    DRYDOCK_ASSIGN(const std::string names, arguments.textOr("names", {}));
    if (!names.empty()) {
        DRYDOCK_ASSIGN(const json parsed, storage::parseJson(names, 1));
        if (!parsed.is_object()) return fail(ErrorCode::validation, "--names: must be a JSON object.");
        for (const auto& [placeholder, name] : parsed.items()) {
            if (!name.is_string()) return fail(ErrorCode::validation, "--names: " + placeholder + " must be a text.");
            parameters.names.emplace(placeholder, name.get<std::string>());
        }
    }
    DRYDOCK_ASSIGN(const std::string values, arguments.textOr("values", {}));
    if (!values.empty()) {
        DRYDOCK_ASSIGN(const Item parsed, format.parse(values, "--values"));
        for (const auto& [placeholder, value] : parsed) parameters.values.emplace(placeholder, value);
    }
    return parameters;
}

}  // namespace drydock::app
