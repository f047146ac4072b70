// DynamoDB JSON ({"S":"x"}) and ordinary JSON to and from values.
// Errors: ErrorCode::validation with DynamoDB's messages, and ErrorCode::serialization for JSON of a type that cannot
// stand where it does; nesting is bounded to kMaxDepth before the stack is at risk.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

// DynamoDB's limit on levels of nesting: the attribute is the first, and what 31 lists and maps hold the last.
inline constexpr int kMaxDepth = 32;
inline constexpr const char* kTooDeep =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

// A name has 1 to 65,535 bytes of UTF-8.
[[nodiscard]] Result<void> checkAttributeName(std::string_view name);

// The service checks values in one of two layers, which word mistakes in numbers and sets differently. Which one it is
// depends on the operation; most have come to the current one. Source: the answers of the service, compared publicly.
enum class ValueLayer { current, older };

[[nodiscard]] Result<AttributeValue> valueFromJson(const nlohmann::json& json,  // {"N":"12"}
                                                   ValueLayer layer = ValueLayer::current);
[[nodiscard]] Result<Item> itemFromJson(const nlohmann::json& json,  // {"a":{"N":"12"}}
                                        ValueLayer layer = ValueLayer::current);
[[nodiscard]] nlohmann::json valueToJson(const AttributeValue& value);
[[nodiscard]] nlohmann::json itemToJson(const Item& item);

// Ordinary JSON: strings, exact numbers where the text allows, bools, nulls, arrays, objects; sets become arrays,
// binary becomes base64 text (so the way back is not always the same value).
[[nodiscard]] Result<Item> itemFromPlainJson(const nlohmann::json& json);
[[nodiscard]] nlohmann::json itemToPlainJson(const Item& item);

// The same from text, without a document in between. Nesting over `maxDepth` (counted in arrays and objects) is
// refused.
[[nodiscard]] Result<Item> itemFromPlainJson(std::string_view text, int maxDepth);

// Parses text, refusing nesting over `maxDepth` (counted in arrays and objects) without recursion on the way.
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view text, int maxDepth);

}  // namespace drydock::storage
