// Arguments: what a request's body must look like, and reading it.
//
// An operation describes its body once, as Members in the order in which the service checks them. checkBody() refuses a
// body that does not fit with the service's own messages: JSON of another type first (ErrorCode::serialization), then
// everything that breaks a constraint, up to ten of them in one message ("N validation errors detected: …"). A body
// that passed is read with the functions below, which take types for granted. A member that is null is absent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/base/result.h"
#include "storage/expression/expression.h"

namespace drydock::storage::api {

struct Member;

struct Shape {
    enum class Kind { string, integer, longInteger, boolean, list, map, structure, value };

    Kind kind = Kind::string;
    std::string_view className = {};         // structure: its name in messages; map: its elements' Java type
    const Shape* element = nullptr;          // list and map
    std::span<const Member> members = {};    // structure
    std::optional<std::int64_t> least = {};  // a number's value; a text's, list's or map's length
    std::optional<std::int64_t> most = {};
    bool isName = false;                           // [a-zA-Z0-9_.-]+; of a map, its keys
    std::span<const std::string_view> words = {};  // all a text may be, in the order the service lists them
};

struct Member {
    std::string_view name;
    const Shape* shape = nullptr;
    bool required = false;
};

// How the operation speaks of sizes: most repeat the value, some only name the member.
enum class Wording { echoing, naming };

[[nodiscard]] Result<void> checkBody(const nlohmann::json& body, std::span<const Member> members,
                                     Wording wording = Wording::echoing);

// Shapes many requests share.
extern const Shape kText;
extern const Shape kFlag;
extern const Shape kTableName;  // a name or an ARN
extern const Shape kIndexName;
extern const Shape kValue;             // an AttributeValue; read with storage/value/json.h
extern const Shape kValueMap;          // an item, a key, ExpressionAttributeValues
extern const Shape kNameMap;           // ExpressionAttributeNames
extern const Shape kConsumedCapacity;  // ReturnConsumedCapacity

// The member, nullptr when absent or null.
[[nodiscard]] const nlohmann::json* find(const nlohmann::json& object, std::string_view name);
[[nodiscard]] bool has(const nlohmann::json& object, std::string_view name);
[[nodiscard]] std::string text(const nlohmann::json& object, std::string_view name);  // empty when absent
[[nodiscard]] bool flag(const nlohmann::json& object, std::string_view name, bool fallback = false);
[[nodiscard]] std::optional<std::int64_t> integer(const nlohmann::json& object, std::string_view name);

// The name of a table that may be given as an ARN.
[[nodiscard]] std::string tableName(std::string_view nameOrArn);

}  // namespace drydock::storage::api
