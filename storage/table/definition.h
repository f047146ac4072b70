// What a table is: keys, indexes, TTL attribute, stream and protection; and definition files that say so in JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

struct KeyAttribute {
    std::string name;
    AttributeType type = AttributeType::S;  // S, N or B
    friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// Partition attributes first; a table has 1 + 0..1, an index up to 4 + 4.
struct KeySchema {
    std::vector<KeyAttribute> partition;
    std::vector<KeyAttribute> sort;
    friend bool operator==(const KeySchema&, const KeySchema&) = default;
};

enum class ProjectionType { all, keysOnly, include };

struct IndexDefinition {
    std::string name;
    KeySchema key;
    ProjectionType projection = ProjectionType::all;
    std::vector<std::string> nonKeyAttributes;  // include only
    bool local = false;                         // LSI: same partition key, only at creation
    friend bool operator==(const IndexDefinition&, const IndexDefinition&) = default;
};

enum class StreamView { keysOnly, newImage, oldImage, newAndOldImages };

struct TableDefinition {
    std::string name;
    KeySchema key;
    std::vector<IndexDefinition> indexes;
    std::optional<std::string> ttlAttribute;
    std::optional<StreamView> stream;  // none: no stream
    bool deletionProtection = false;
    bool pointInTimeRecovery = false;
    std::vector<std::pair<std::string, std::string>> tags;
    friend bool operator==(const TableDefinition&, const TableDefinition&) = default;
};

// DynamoDB's checks on names, keys and limits; ErrorCode::validation with its messages.
[[nodiscard]] Result<void> validate(const TableDefinition& definition);

// Reads a definition file: {"<base name>": {"pk": {"name","type": STRING|NUMBER|BINARY}, "sk"?, "enable_stream"?,
// "indexes"?: {"<key>": {"pk","sk"?}}, "tag_key"?, "tag_value"?, "ttl"?, "deletion_protection"?, "pitr"?}}.
// An unknown key, a missing field or a wrong type is one error naming the path in the file. Names in the result are
// the base names; apply tableName() where a prefix is wanted.
[[nodiscard]] Result<std::vector<TableDefinition>> parseDefinitionFile(std::string_view jsonText);

// {organization}-{app}-{base}: lower case, hyphens, at most 255 characters (cut with a short hash that keeps it
// unique).
[[nodiscard]] Result<std::string> tableName(std::string_view organization, std::string_view app, std::string_view base);
// "<key>-index", not doubled where the key ends so already.
[[nodiscard]] std::string indexName(std::string_view key);

// As stored in the store's catalogue.
[[nodiscard]] nlohmann::json definitionToJson(const TableDefinition& definition);
[[nodiscard]] Result<TableDefinition> definitionFromJson(const nlohmann::json& json);

}  // namespace drydock::storage
