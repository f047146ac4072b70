// Definitions from and to JSON: the files people write, and the form kept in the store's catalogue.
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/table/definition.h"
#include "storage/table/json_fields.h"
#include "storage/value/json.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

constexpr int kMaxFileDepth = 16;  // definition files nest five levels; more is no definition file

Result<KeyAttribute> keyAttributeOf(const json& value, const std::string& path) {
    DRYDOCK_TRY(checkKeys(value, path, {"name", "type"}));
    KeyAttribute attribute;
    DRYDOCK_ASSIGN(attribute.name, requiredString(value, path, "name"));
    DRYDOCK_ASSIGN(const json* type, requiredField(value, path, "type"));
    if (*type == "STRING") {
        attribute.type = AttributeType::S;
    } else if (*type == "NUMBER") {
        attribute.type = AttributeType::N;
    } else if (*type == "BINARY") {
        attribute.type = AttributeType::B;
    } else {
        return wrongField(path + ".type", "must be STRING, NUMBER or BINARY");
    }
    return attribute;
}

Result<KeySchema> keyOf(const json& object, const std::string& path) {
    KeySchema key;
    DRYDOCK_ASSIGN(const json* partition, requiredField(object, path, "pk"));
    DRYDOCK_ASSIGN(KeyAttribute partitionAttribute, keyAttributeOf(*partition, path + ".pk"));
    key.partition.push_back(std::move(partitionAttribute));
    if (const auto sort = object.find("sk"); sort != object.end()) {
        DRYDOCK_ASSIGN(KeyAttribute sortAttribute, keyAttributeOf(*sort, path + ".sk"));
        key.sort.push_back(std::move(sortAttribute));
    }
    return key;
}

Result<std::vector<IndexDefinition>> indexesOf(const json& object, const std::string& path) {
    std::vector<IndexDefinition> indexes;
    if (!object.is_object()) return wrongField(path, "must be an object");
    for (const auto& [name, value] : object.items()) {
        const std::string indexPath = std::string(path).append(".").append(name);
        DRYDOCK_TRY(checkKeys(value, indexPath, {"pk", "sk"}));
        IndexDefinition index;
        index.name = indexName(name);
        DRYDOCK_ASSIGN(index.key, keyOf(value, indexPath));
        indexes.push_back(std::move(index));
    }
    return indexes;
}

Result<TableDefinition> tableOf(const json& value, const std::string& base) {
    const std::string path = "$." + base;
    DRYDOCK_TRY(checkKeys(
        value, path,
        {"pk", "sk", "enable_stream", "indexes", "tag_key", "tag_value", "ttl", "deletion_protection", "pitr"}));
    TableDefinition table;
    table.name = base;
    DRYDOCK_ASSIGN(table.key, keyOf(value, path));
    if (const auto indexes = value.find("indexes"); indexes != value.end()) {
        DRYDOCK_ASSIGN(table.indexes, indexesOf(*indexes, path + ".indexes"));
    }
    DRYDOCK_ASSIGN(const bool stream, optionalFlag(value, path, "enable_stream"));
    if (stream) table.stream = StreamView::newAndOldImages;
    DRYDOCK_ASSIGN(table.ttlAttribute, optionalString(value, path, "ttl"));
    DRYDOCK_ASSIGN(table.deletionProtection, optionalFlag(value, path, "deletion_protection"));
    DRYDOCK_ASSIGN(table.pointInTimeRecovery, optionalFlag(value, path, "pitr"));
    DRYDOCK_ASSIGN(std::optional<std::string> tagKey, optionalString(value, path, "tag_key"));
    DRYDOCK_ASSIGN(std::optional<std::string> tagValue, optionalString(value, path, "tag_value"));
    if (tagKey.has_value() != tagValue.has_value()) {
        return wrongField(path + (tagKey ? ".tag_value" : ".tag_key"), "is missing");
    }
    if (tagKey) table.tags.emplace_back(std::move(*tagKey), std::move(*tagValue));

    // A base name may be shorter than a table's name must be: the prefix is still to come.
    TableDefinition prefixed = table;
    Result<std::string> name = tableName("organization", "app", base);
    if (!name) return wrongField(path, name.error().message);
    prefixed.name = std::move(*name);
    if (const Result<void> valid = validate(prefixed); !valid) return wrongField(path, valid.error().message);
    return table;
}

constexpr std::array<std::pair<ProjectionType, const char*>, 3> kProjections{
    {{ProjectionType::all, "ALL"}, {ProjectionType::keysOnly, "KEYS_ONLY"}, {ProjectionType::include, "INCLUDE"}}};

constexpr std::array<std::pair<StreamView, const char*>, 4> kStreamViews{
    {{StreamView::keysOnly, "KEYS_ONLY"},
     {StreamView::newImage, "NEW_IMAGE"},
     {StreamView::oldImage, "OLD_IMAGE"},
     {StreamView::newAndOldImages, "NEW_AND_OLD_IMAGES"}}};

constexpr std::array<std::pair<TableClass, const char*>, 2> kTableClasses{
    {{TableClass::standard, "STANDARD"}, {TableClass::standardInfrequentAccess, "STANDARD_INFREQUENT_ACCESS"}}};

constexpr std::array<std::pair<AttributeType, const char*>, 3> kKeyTypes{
    {{AttributeType::S, "S"}, {AttributeType::N, "N"}, {AttributeType::B, "B"}}};

template <class Names, class Value>
const char* nameOf(const Names& names, Value value) {
    for (const auto& [known, name] : names) {
        if (known == value) return name;
    }
    return "";
}

template <class Value, std::size_t size>
std::optional<Value> findWord(const std::array<std::pair<Value, const char*>, size>& names, std::string_view word) {
    for (const auto& [value, known] : names) {
        if (word == known) return value;
    }
    return std::nullopt;
}

template <class Value, std::size_t size>
Result<Value> valueOf(const std::array<std::pair<Value, const char*>, size>& names, const json& name) {
    const auto* word = name.get_ptr<const json::string_t*>();
    if (const auto value = findWord(names, word == nullptr ? std::string_view() : *word)) return *value;
    return fail(ErrorCode::corrupt, "A table definition holds an unknown word: " + name.dump());
}

json throughputToJson(const Throughput& throughput) {
    return json::array({throughput.read, throughput.write});
}

std::optional<Throughput> throughputFromJson(const json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end()) return std::nullopt;
    return Throughput{found->at(0).get<std::int64_t>(), found->at(1).get<std::int64_t>()};
}

json keyAttributesToJson(const std::vector<KeyAttribute>& attributes) {
    json result = json::array();
    for (const KeyAttribute& attribute : attributes) {
        result.push_back({{"name", attribute.name}, {"type", nameOf(kKeyTypes, attribute.type)}});
    }
    return result;
}

json keyToJson(const KeySchema& key) {
    return {{"partition", keyAttributesToJson(key.partition)}, {"sort", keyAttributesToJson(key.sort)}};
}

Result<std::vector<KeyAttribute>> keyAttributesFromJson(const json& array) {
    std::vector<KeyAttribute> attributes;
    for (const json& element : array) {
        KeyAttribute attribute;
        attribute.name = element.at("name").get<std::string>();
        DRYDOCK_ASSIGN(attribute.type, valueOf(kKeyTypes, element.at("type")));
        attributes.push_back(std::move(attribute));
    }
    return attributes;
}

Result<KeySchema> keyFromJson(const json& object) {
    KeySchema key;
    DRYDOCK_ASSIGN(key.partition, keyAttributesFromJson(object.at("partition")));
    DRYDOCK_ASSIGN(key.sort, keyAttributesFromJson(object.at("sort")));
    return key;
}

// Throws nlohmann's exceptions on a wrong shape; definitionFromJson() turns them into an error.
Result<TableDefinition> readStoredDefinition(const json& object) {
    TableDefinition table;
    table.name = object.at("name").get<std::string>();
    DRYDOCK_ASSIGN(table.key, keyFromJson(object.at("key")));
    for (const json& element : object.at("indexes")) {
        IndexDefinition index;
        index.name = element.at("name").get<std::string>();
        DRYDOCK_ASSIGN(index.key, keyFromJson(element.at("key")));
        DRYDOCK_ASSIGN(index.projection, valueOf(kProjections, element.at("projection")));
        index.nonKeyAttributes = element.at("nonKeyAttributes").get<std::vector<std::string>>();
        index.local = element.at("local").get<bool>();
        index.throughput = throughputFromJson(element, "throughput");
        index.warmThroughput = throughputFromJson(element, "warmThroughput");
        table.indexes.push_back(std::move(index));
    }
    if (object.contains("ttl")) table.ttlAttribute = object.at("ttl").get<std::string>();
    if (object.contains("stream")) {
        DRYDOCK_ASSIGN(table.stream, valueOf(kStreamViews, object.at("stream")));
    }
    table.deletionProtection = object.at("deletionProtection").get<bool>();
    table.pointInTimeRecovery = object.at("pointInTimeRecovery").get<bool>();
    table.recoveryDays = object.value("recoveryDays", kMaxRecoveryDays);
    for (const json& tag : object.at("tags")) {
        table.tags.emplace_back(tag.at(0).get<std::string>(), tag.at(1).get<std::string>());
    }
    table.throughput = throughputFromJson(object, "throughput");
    table.mostOnDemand = throughputFromJson(object, "mostOnDemand");
    table.warmThroughput = throughputFromJson(object, "warmThroughput");
    if (object.contains("tableClass")) {
        DRYDOCK_ASSIGN(table.tableClass, valueOf(kTableClasses, object.at("tableClass")));
    }
    if (object.contains("tableClassMs")) table.tableClassMs = object.at("tableClassMs").get<std::int64_t>();
    if (object.contains("encryptionKey")) table.encryptionKey = object.at("encryptionKey").get<std::string>();
    return table;
}

}  // namespace

const char* wordOf(ProjectionType projection) {
    return nameOf(kProjections, projection);
}
const char* wordOf(StreamView view) {
    return nameOf(kStreamViews, view);
}
const char* wordOf(TableClass tableClass) {
    return nameOf(kTableClasses, tableClass);
}
std::optional<ProjectionType> projectionOf(std::string_view word) {
    return findWord(kProjections, word);
}
std::optional<StreamView> streamViewOf(std::string_view word) {
    return findWord(kStreamViews, word);
}
std::optional<TableClass> tableClassOf(std::string_view word) {
    return findWord(kTableClasses, word);
}

Result<std::vector<TableDefinition>> parseDefinitionFile(std::string_view jsonText) {
    Result<json> document = parseJson(jsonText, kMaxFileDepth);
    if (!document) return wrongField("$", document.error().message);
    if (!document->is_object()) return wrongField("$", "must be an object");
    std::vector<TableDefinition> tables;
    for (const auto& [base, value] : document->items()) {
        DRYDOCK_ASSIGN(TableDefinition table, tableOf(value, base));
        tables.push_back(std::move(table));
    }
    return tables;
}

json definitionToJson(const TableDefinition& definition) {
    json indexes = json::array();
    for (const IndexDefinition& index : definition.indexes) {
        indexes.push_back({{"name", index.name},
                           {"key", keyToJson(index.key)},
                           {"projection", nameOf(kProjections, index.projection)},
                           {"nonKeyAttributes", index.nonKeyAttributes},
                           {"local", index.local}});
        if (index.throughput) indexes.back()["throughput"] = throughputToJson(*index.throughput);
        if (index.warmThroughput) indexes.back()["warmThroughput"] = throughputToJson(*index.warmThroughput);
    }
    json tags = json::array();
    for (const auto& [key, value] : definition.tags) tags.push_back(json::array({key, value}));
    json result = {{"name", definition.name},
                   {"key", keyToJson(definition.key)},
                   {"indexes", std::move(indexes)},
                   {"deletionProtection", definition.deletionProtection},
                   {"pointInTimeRecovery", definition.pointInTimeRecovery},
                   {"tags", std::move(tags)}};
    if (definition.ttlAttribute) result["ttl"] = *definition.ttlAttribute;
    if (definition.stream) result["stream"] = nameOf(kStreamViews, *definition.stream);
    if (definition.recoveryDays != kMaxRecoveryDays) result["recoveryDays"] = definition.recoveryDays;
    if (definition.throughput) result["throughput"] = throughputToJson(*definition.throughput);
    if (definition.mostOnDemand) result["mostOnDemand"] = throughputToJson(*definition.mostOnDemand);
    if (definition.warmThroughput) result["warmThroughput"] = throughputToJson(*definition.warmThroughput);
    if (definition.tableClass) result["tableClass"] = nameOf(kTableClasses, *definition.tableClass);
    if (definition.tableClassMs) result["tableClassMs"] = *definition.tableClassMs;
    if (definition.encryptionKey) result["encryptionKey"] = *definition.encryptionKey;
    return result;
}

Result<TableDefinition> definitionFromJson(const json& object) {
    try {
        return readStoredDefinition(object);
    } catch (const json::exception& exception) {
        return fail(ErrorCode::corrupt, std::string("A table definition is damaged: ") + exception.what());
    }
}

}  // namespace drydock::storage
