#include "storage/api/table_description.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

json throughputJson(const std::optional<Throughput>& throughput) {
    const Throughput shown = throughput.value_or(Throughput{});
    return {{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", shown.read}, {"WriteCapacityUnits", shown.write}};
}

json warmJson(const std::optional<Throughput>& asked, const std::optional<Throughput>& provisioned) {
    const Throughput ready = warmThroughputOf(asked, provisioned);
    return {{"ReadUnitsPerSecond", ready.read}, {"WriteUnitsPerSecond", ready.write}, {"Status", "ACTIVE"}};
}

json projectionJson(const IndexDefinition& index) {
    json projection = {{"ProjectionType", wordOf(index.projection)}};
    if (!index.nonKeyAttributes.empty()) projection["NonKeyAttributes"] = index.nonKeyAttributes;
    return projection;
}

// The service counts an index's bytes a few times a day; here its items are taken to be as large as the table's.
std::uint64_t indexBytes(const TableDescription& table, const IndexDescription& index) {
    if (table.itemCount == 0) return 0;
    const double share = static_cast<double>(index.itemCount) / static_cast<double>(table.itemCount);
    return static_cast<std::uint64_t>(share * static_cast<double>(table.sizeBytes));
}

json indexJson(const TableDescription& table, std::size_t place) {
    const IndexDefinition& definition = table.definition.indexes[place];
    const IndexDescription& index = table.indexes[place];
    json shown = {{"IndexName", definition.name},
                  {"KeySchema", keySchemaJson(definition.key)},
                  {"Projection", projectionJson(definition)},
                  {"IndexSizeBytes", indexBytes(table, index)},
                  {"ItemCount", index.itemCount},
                  {"IndexArn", indexArn(table.definition.name, definition.name)}};
    if (definition.local) return shown;
    shown["IndexStatus"] = index.active ? "ACTIVE" : "CREATING";
    if (!index.active) shown["Backfilling"] = true;
    shown["ProvisionedThroughput"] = throughputJson(definition.throughput);
    if (definition.warmThroughput) shown["WarmThroughput"] = warmJson(definition.warmThroughput, definition.throughput);
    return shown;
}

json attributeDefinitionsJson(const TableDefinition& table) {
    json attributes = json::array();
    std::vector<std::string> known;
    const auto add = [&](const KeySchema& key) {
        for (const auto* part : {&key.partition, &key.sort}) {
            for (const KeyAttribute& attribute : *part) {
                if (std::find(known.begin(), known.end(), attribute.name) != known.end()) continue;
                known.push_back(attribute.name);
                attributes.push_back({{"AttributeName", attribute.name}, {"AttributeType", typeName(attribute.type)}});
            }
        }
    };
    add(table.key);
    for (const IndexDefinition& index : table.indexes) add(index.key);
    return attributes;
}

// What every answer about a table has.
json commonJson(const TableDescription& table, const char* status) {
    const TableDefinition& definition = table.definition;
    json shown = {{"TableName", definition.name},
                  {"TableStatus", status},
                  {"TableArn", tableArn(definition.name)},
                  {"TableId", table.id},
                  {"ItemCount", table.itemCount},
                  {"TableSizeBytes", table.sizeBytes},
                  {"ProvisionedThroughput", throughputJson(definition.throughput)}};
    if (!definition.throughput) {
        shown["BillingModeSummary"] = {{"BillingMode", "PAY_PER_REQUEST"},
                                       {"LastUpdateToPayPerRequestDateTime", secondsOf(table.billingChangedMs)}};
    }
    return shown;
}

void addIndexes(const TableDescription& table, json& shown) {
    for (std::size_t i = 0; i < table.definition.indexes.size(); ++i) {
        const char* member = table.definition.indexes[i].local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes";
        shown[member].push_back(indexJson(table, i));
    }
}

void addStream(const TableDescription& table, json& shown) {
    const TableDefinition& definition = table.definition;
    if (definition.stream) {
        shown["StreamSpecification"] = {{"StreamEnabled", true}, {"StreamViewType", wordOf(*definition.stream)}};
    }
    if (!table.streamLabel) return;
    shown["LatestStreamLabel"] = *table.streamLabel;
    shown["LatestStreamArn"] = streamArn(definition.name, *table.streamLabel);
}

void addRestore(const TableDescription& table, json& shown) {
    if (!table.restore) return;
    shown["RestoreSummary"] = {{"SourceTableArn", table.restore->tableArn},
                               {"RestoreDateTime", secondsOf(table.restore->atMs)},
                               {"RestoreInProgress", table.restore->inProgress}};
    if (!table.restore->backupArn.empty()) shown["RestoreSummary"]["SourceBackupArn"] = table.restore->backupArn;
}

void addEncryption(const TableDescription& table, const char* status, json& shown) {
    if (!table.definition.encryptionKey) return;
    shown["SSEDescription"] = {
        {"Status", status}, {"SSEType", "KMS"}, {"KMSMasterKeyArn", *table.definition.encryptionKey}};
}

json fullJson(const TableDescription& table, const char* status) {
    const TableDefinition& definition = table.definition;
    json shown = commonJson(table, status);
    shown["AttributeDefinitions"] = attributeDefinitionsJson(definition);
    shown["KeySchema"] = keySchemaJson(definition.key);
    shown["CreationDateTime"] = secondsOf(table.createdMs);
    addIndexes(table, shown);
    addStream(table, shown);
    addEncryption(table, "ENABLED", shown);
    if (definition.tableClass) shown["TableClassSummary"] = {{"TableClass", wordOf(*definition.tableClass)}};
    if (definition.tableClassMs) {
        shown["TableClassSummary"]["LastUpdateDateTime"] = secondsOf(*definition.tableClassMs);
    }
    if (definition.warmThroughput) shown["WarmThroughput"] = warmJson(definition.warmThroughput, definition.throughput);
    if (definition.mostOnDemand) {
        shown["OnDemandThroughput"] = {{"MaxReadRequestUnits", definition.mostOnDemand->read},
                                       {"MaxWriteRequestUnits", definition.mostOnDemand->write}};
    }
    if (definition.deletionProtection) shown["DeletionProtectionEnabled"] = true;
    addRestore(table, shown);
    return shown;
}

}  // namespace

json keySchemaJson(const KeySchema& key) {
    json schema = json::array();
    for (const KeyAttribute& attribute : key.partition) {
        schema.push_back({{"AttributeName", attribute.name}, {"KeyType", "HASH"}});
    }
    for (const KeyAttribute& attribute : key.sort) {
        schema.push_back({{"AttributeName", attribute.name}, {"KeyType", "RANGE"}});
    }
    return schema;
}

double secondsOf(std::int64_t ms) {
    return static_cast<double>(ms) / 1000.0;
}

json tableJson(const TableDescription& table) {
    const bool building =
        std::any_of(table.indexes.begin(), table.indexes.end(), [](const auto& index) { return !index.active; });
    const char* status = building ? "UPDATING" : "ACTIVE";
    json shown = fullJson(table, table.loading ? "CREATING" : status);
    shown["DeletionProtectionEnabled"] = table.definition.deletionProtection;
    shown["WarmThroughput"] = warmJson(table.definition.warmThroughput, table.definition.throughput);
    return shown;
}

json createdTableJson(const TableDescription& table) {
    json shown = fullJson(table, "CREATING");
    const auto indexes = shown.find("GlobalSecondaryIndexes");
    if (indexes == shown.end()) return shown;
    for (json& index : *indexes) index["IndexStatus"] = "CREATING";
    return shown;
}

json updatedTableJson(const TableDescription& before, const TableDescription& table, const std::string& addedIndex) {
    json shown = fullJson(table, "UPDATING");
    if (!table.definition.encryptionKey) addEncryption(before, "UPDATING", shown);
    shown["DeletionProtectionEnabled"] = table.definition.deletionProtection;
    shown["WarmThroughput"] = warmJson(table.definition.warmThroughput, table.definition.throughput);
    const auto indexes = shown.find("GlobalSecondaryIndexes");
    if (indexes == shown.end()) return shown;
    for (json& index : *indexes) {
        if (index["IndexName"] != addedIndex) continue;
        index["IndexStatus"] = "CREATING";
        index["Backfilling"] = false;
    }
    return shown;
}

json deletedTableJson(const TableDescription& table) {
    return commonJson(table, "DELETING");
}

}  // namespace drydock::storage::api
