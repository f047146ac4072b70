#include "storage/api/request_expressions.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "storage/api/arguments.h"
#include "storage/value/json.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// "{A, B}": those that are there; empty when none is.
std::string present(const json& body, ParameterNames names) {
    std::string list;
    for (const std::string_view name : names) {
        if (!has(body, name)) continue;
        if (!list.empty()) list += ", ";
        list += name;
    }
    return list;
}

bool isPlaceholder(std::string_view key, char mark) {
    const auto isWordCharacter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return key.size() > 1 && key[0] == mark && std::all_of(key.begin() + 1, key.end(), isWordCharacter);
}

Result<void> checkKeys(const json& map, std::string_view parameter, char mark) {
    if (map.empty()) return invalid(std::string(parameter) + " must not be empty");
    for (const auto& [key, value] : map.items()) {
        if (isPlaceholder(key, mark)) continue;
        return invalid(std::string(parameter) + " contains invalid key: Syntax error; key: \"" + key + "\"");
    }
    return {};
}

Result<ExpressionParameters> readParameters(const json& body, ValueLayer layer) {
    ExpressionParameters parameters;
    if (const json* names = find(body, "ExpressionAttributeNames")) {
        DRYDOCK_TRY(checkKeys(*names, "ExpressionAttributeNames", '#'));
        for (const auto& [key, name] : names->items()) {
            if (!name.is_string()) continue;
            if (auto checked = checkAttributeName(name.get_ref<const std::string&>()); !checked) {
                return invalid("ExpressionAttributeNames contains invalid value: " + checked.error().message +
                               " for key " + key);
            }
            parameters.names.emplace(key, name.get<std::string>());
        }
    }
    if (const json* values = find(body, "ExpressionAttributeValues")) {
        DRYDOCK_TRY(checkKeys(*values, "ExpressionAttributeValues", ':'));
        for (const auto& [key, content] : values->items()) {
            Result<AttributeValue> value = valueFromJson(content, layer);
            if (value) {
                parameters.values.emplace(key, *std::move(value));
                continue;
            }
            Error error = std::move(value).error();
            if (layer == ValueLayer::older && error.code == ErrorCode::validation) {
                error.message =
                    "ExpressionAttributeValues contains invalid value: " + error.message + " for key " + key;
            }
            return fail(std::move(error));
        }
    }
    return parameters;
}

Result<void> compileOne(std::string_view name, std::string_view expression, ParameterUse& use,
                        CompiledExpressions& into) {
    if (name == "UpdateExpression") {
        DRYDOCK_ASSIGN(into.update, Update::compile(expression, use));
    } else if (name == "KeyConditionExpression") {
        DRYDOCK_ASSIGN(into.keyRange, compileKeyCondition(expression, use));
    } else if (name == "ProjectionExpression") {
        DRYDOCK_ASSIGN(into.projection, Projection::compile(expression, use));
    } else {
        DRYDOCK_ASSIGN(into.condition, Condition::compile(expression, use, name));
    }
    return {};
}

}  // namespace

Result<void> refuseMixing(const json& body, ParameterNames legacy, ParameterNames expressions,
                          std::string_view valueExpressions) {
    const std::string given = present(body, expressions);
    const std::string old = present(body, legacy);
    if (!given.empty() && !old.empty()) {
        return invalid(
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {" +
            old + "} Expression parameters: {" + given + "}");
    }
    if (has(body, "ExpressionAttributeNames") && given.empty()) {
        return invalid("ExpressionAttributeNames can only be specified when using expressions");
    }
    const bool takesValues = std::any_of(expressions.begin(), expressions.end(), [&](std::string_view name) {
        return name != "ProjectionExpression" && has(body, name);
    });
    if (has(body, "ExpressionAttributeValues") && !takesValues) {
        std::string message = "ExpressionAttributeValues can only be specified when using expressions";
        if (!valueExpressions.empty()) message.append(": ").append(valueExpressions);
        return invalid(std::move(message));
    }
    return {};
}

Result<std::shared_ptr<CompiledExpressions>> compileExpressions(const json& body, ParameterNames expressions,
                                                                ValueLayer layer) {
    auto compiled = std::make_shared<CompiledExpressions>();
    if (present(body, expressions).empty()) return compiled;
    DRYDOCK_ASSIGN(const ExpressionParameters parameters, readParameters(body, layer));
    ParameterUse use(parameters);
    for (const std::string_view name : expressions) {
        if (has(body, name)) DRYDOCK_TRY(compileOne(name, text(body, name), use, *compiled));
    }
    DRYDOCK_TRY(use.checkAllUsed());
    return compiled;
}

}  // namespace drydock::storage::api
