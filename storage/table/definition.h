// What a table is: keys, indexes, TTL attribute, stream and protection; and definition files that say so in JSON.
#pragma once

#include <cstdint>
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

// Capacity units a second. Kept and shown as asked for; nothing is throttled.
struct Throughput {
    std::int64_t read = 0;
    std::int64_t write = 0;
    friend bool operator==(const Throughput&, const Throughput&) = default;
};

struct IndexDefinition {
    std::string name;
    KeySchema key;
    ProjectionType projection = ProjectionType::all;
    std::vector<std::string> nonKeyAttributes;  // include only
    bool local = false;                         // LSI: same partition key, only at creation
    std::optional<Throughput> throughput;       // of a global index, where its table has one
    std::optional<Throughput> warmThroughput;   // of a global index; see warmThroughputOf()
    friend bool operator==(const IndexDefinition&, const IndexDefinition&) = default;
};

enum class StreamView { keysOnly, newImage, oldImage, newAndOldImages };

enum class TableClass { standard, standardInfrequentAccess };

// Source: Amazon DynamoDB API reference, PointInTimeRecoverySpecification.
inline constexpr std::uint32_t kMaxRecoveryDays = 35;

using Tags = std::vector<std::pair<std::string, std::string>>;

struct TableDefinition {
    std::string name;
    KeySchema key;
    std::vector<IndexDefinition> indexes;
    std::optional<std::string> ttlAttribute;
    std::optional<StreamView> stream;  // none: no stream
    bool deletionProtection = false;
    bool pointInTimeRecovery = false;
    std::uint32_t recoveryDays = kMaxRecoveryDays;  // 1 to 35: how far back, while pointInTimeRecovery
    Tags tags;
    // Kept and shown, without effect here.
    std::optional<Throughput> throughput;      // none: on demand
    std::optional<Throughput> mostOnDemand;    // the most asked for, while on demand
    std::optional<Throughput> warmThroughput;  // units a second asked to be ready at once; see warmThroughputOf()
    std::optional<TableClass> tableClass;      // none: never said, which means standard
    std::optional<std::int64_t> tableClassMs;  // when an update last said it
    std::optional<std::string> encryptionKey;  // the ARN of the key asked for
    friend bool operator==(const TableDefinition&, const TableDefinition&) = default;
};

// DynamoDB's checks on names, keys and limits; ErrorCode::validation with its messages.
[[nodiscard]] Result<void> validate(const TableDefinition& definition);
// The part of it that is about the index at `position`, given those before it; for those who take a definition in piece
// by piece and report the first mistake.
[[nodiscard]] Result<void> validateIndex(const TableDefinition& definition, std::size_t position);
// At most 5 local and 20 global indexes, 100 projected attributes.
[[nodiscard]] Result<void> validateIndexCounts(const TableDefinition& definition);
[[nodiscard]] Result<void> validateTags(const Tags& tags);

// The units a second a table or global index is ready for at once: what was asked for, and never less than what it is
// billed by (none: on demand, which begins with the service's own units).
[[nodiscard]] Throughput warmThroughputOf(const std::optional<Throughput>& asked,
                                          const std::optional<Throughput>& provisioned);

// The type of a key attribute of the table or one of its indexes; nothing when `name` is none.
[[nodiscard]] std::optional<AttributeType> keyAttributeType(const TableDefinition& definition, std::string_view name);

// The words of the API: "KEYS_ONLY", "NEW_IMAGE", "STANDARD_INFREQUENT_ACCESS" …; nothing for any other word.
[[nodiscard]] const char* wordOf(ProjectionType projection);
[[nodiscard]] const char* wordOf(StreamView view);
[[nodiscard]] const char* wordOf(TableClass tableClass);
[[nodiscard]] std::optional<ProjectionType> projectionOf(std::string_view word);
[[nodiscard]] std::optional<StreamView> streamViewOf(std::string_view word);
[[nodiscard]] std::optional<TableClass> tableClassOf(std::string_view word);

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
