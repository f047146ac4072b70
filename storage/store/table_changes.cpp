#include "storage/store/table_changes.h"

#include <algorithm>

#include "storage/store/streams.h"

namespace drydock::storage {
namespace {

Result<std::size_t> findGlobalIndex(const TableDefinition& definition, const std::string& name, const char* verb) {
    const auto& indexes = definition.indexes;
    const auto found =
        std::find_if(indexes.begin(), indexes.end(), [&](const auto& index) { return index.name == name; });
    if (found == indexes.end()) {
        return fail(ErrorCode::resourceNotFound,
                    "Requested resource not found: Index " + name + " for table " + definition.name);
    }
    if (found->local) {
        return invalid(std::string("Cannot ") + verb + " an index that is not a GlobalSecondaryIndex: " + name);
    }
    return static_cast<std::size_t>(found - indexes.begin());
}

Result<void> changeStream(const std::optional<StreamView>& to, TableDefinition& definition) {
    if (to && definition.stream) return invalid("Table already has an enabled stream: TableName: " + definition.name);
    if (!to && !definition.stream) return invalid("Table has no stream to disable: TableName: " + definition.name);
    definition.stream = to;
    return {};
}

Result<void> changeTtl(const std::optional<std::string>& to, TableDefinition& definition) {
    const auto& from = definition.ttlAttribute;
    if (to && from && *to == *from) return invalid("TimeToLive is already enabled");
    if (to && from) {
        return invalid("TimeToLive is active on a different AttributeName: current AttributeName is " + *from);
    }
    if (!to && !from) return invalid("TimeToLive is already disabled");
    definition.ttlAttribute = to;
    return {};
}

std::string schemaText(const KeyAttribute& attribute, bool partition) {
    return "Schema:[SchemaElement: key{" + attribute.name + ":" + typeName(attribute.type) +
           (partition ? ":HASH}]" : ":RANGE}]");
}

// The role an attribute has in the first key it is part of, for the message about a second type.
bool isPartitionAttribute(const TableDefinition& definition, const std::string& name) {
    const auto in = [&](const std::vector<KeyAttribute>& attributes) {
        return std::any_of(attributes.begin(), attributes.end(), [&](const auto& each) { return each.name == name; });
    };
    return in(definition.key.partition) || std::any_of(definition.indexes.begin(), definition.indexes.end(),
                                                       [&](const auto& index) { return in(index.key.partition); });
}

Result<void> addIndex(const Table& table, const IndexDefinition& index, TableDefinition& definition) {
    for (const IndexDefinition& other : definition.indexes) {
        if (other.name == index.name) return invalid("Attempting to create an index which already exists");
    }
    if (std::any_of(table.indexes.begin(), table.indexes.end(), [](const auto& rows) { return rows.backfilling; })) {
        return fail(
            ErrorCode::limitExceeded,
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
    }
    for (const auto* part : {&index.key.partition, &index.key.sort}) {
        for (const KeyAttribute& attribute : *part) {
            const auto known = keyAttributeType(definition, attribute.name);
            if (!known || *known == attribute.type) continue;
            const bool partition = isPartitionAttribute(definition, attribute.name);
            return invalid(
                "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your "
                "attribute has the same type as previously defined. Existing schema: " +
                schemaText({attribute.name, *known}, partition) +
                " New schema: " + schemaText(attribute, part == &index.key.partition));
        }
    }
    if (index.local) return invalid("One or more parameter values were invalid: A local index comes with its table");
    definition.indexes.push_back(index);
    return {};
}

void changeTags(const TableUpdate& update, Tags& tags) {
    for (const auto& [key, value] : update.setTags) {
        const auto found =
            std::find_if(tags.begin(), tags.end(), [&key = key](const auto& tag) { return tag.first == key; });
        if (found == tags.end()) {
            tags.emplace_back(key, value);
        } else {
            found->second = value;
        }
    }
    std::erase_if(tags, [&](const auto& tag) {
        return std::find(update.removeTags.begin(), update.removeTags.end(), tag.first) != update.removeTags.end();
    });
}

// What a table is ready for stays, however it is billed from now on.
void keepWarm(TableDefinition& definition) {
    definition.warmThroughput = warmThroughputOf(definition.warmThroughput, definition.throughput);
    for (IndexDefinition& index : definition.indexes) {
        if (!index.local) index.warmThroughput = warmThroughputOf(index.warmThroughput, index.throughput);
    }
}

Result<void> changeThroughput(const TableUpdate& update, TableDefinition& definition) {
    if (update.throughput || !update.indexThroughput.empty()) keepWarm(definition);
    if (update.throughput) {
        definition.throughput = *update.throughput;
        for (IndexDefinition& index : definition.indexes) {
            if (!definition.throughput) index.throughput.reset();
        }
    }
    if (definition.throughput) definition.mostOnDemand.reset();
    if (update.mostOnDemand) definition.mostOnDemand = update.mostOnDemand;
    for (const auto& [name, throughput] : update.indexThroughput) {
        DRYDOCK_ASSIGN(const std::size_t place, findGlobalIndex(definition, name, "update"));
        definition.indexes[place].throughput = throughput;
    }
    if (update.warmThroughput) definition.warmThroughput = update.warmThroughput;
    for (const auto& [name, throughput] : update.indexWarmThroughput) {
        DRYDOCK_ASSIGN(const std::size_t place, findGlobalIndex(definition, name, "update"));
        definition.indexes[place].warmThroughput = throughput;
    }
    return {};
}

// The definition as it will be; `removed` is the place of the index that goes.
Result<TableDefinition> changedDefinition(const Table& table, const TableUpdate& update, std::int64_t nowMs,
                                          std::optional<std::size_t>& removed) {
    TableDefinition definition = table.definition;
    if (update.stream) DRYDOCK_TRY(changeStream(*update.stream, definition));
    if (update.ttlAttribute) DRYDOCK_TRY(changeTtl(*update.ttlAttribute, definition));
    if (update.deleteIndex) {
        DRYDOCK_ASSIGN(removed, findGlobalIndex(definition, *update.deleteIndex, "delete"));
        definition.indexes.erase(definition.indexes.begin() + static_cast<std::ptrdiff_t>(*removed));
    }
    if (update.createIndex) DRYDOCK_TRY(addIndex(table, *update.createIndex, definition));
    if (update.recoveryDays) {
        definition.pointInTimeRecovery = update.recoveryDays->has_value();
        definition.recoveryDays = update.recoveryDays->value_or(kMaxRecoveryDays);
    }
    if (update.deletionProtection) definition.deletionProtection = *update.deletionProtection;
    if (update.tableClass) {
        definition.tableClass = update.tableClass;
        definition.tableClassMs = nowMs;
    }
    if (update.encryptionKey) definition.encryptionKey = *update.encryptionKey;
    changeTags(update, definition.tags);
    DRYDOCK_TRY(changeThroughput(update, definition));
    DRYDOCK_TRY(validate(definition));
    return definition;
}

Result<void> stamp(sqlite::Connection& connection, const char* column, std::int64_t tableId, std::int64_t nowMs) {
    return connection.execute(std::string("UPDATE tables SET ") + column + " = " + std::to_string(nowMs) +
                              " WHERE id = " + std::to_string(tableId));
}

}  // namespace

Result<void> changeTable(sqlite::Connection& connection, const Table& table, const TableUpdate& update,
                         std::int64_t nowMs, std::uint64_t lastSequence) {
    std::optional<std::size_t> removed;
    DRYDOCK_ASSIGN(const TableDefinition definition, changedDefinition(table, update, nowMs, removed));
    if (removed) DRYDOCK_TRY(Catalogue::removeIndex(connection, table.indexes[*removed], table.id));
    if (update.createIndex) DRYDOCK_TRY(Catalogue::addIndex(connection, table, update.createIndex->name));
    if (update.ttlAttribute) {
        DRYDOCK_TRY(definition.ttlAttribute ? Catalogue::addTtl(connection, table)
                                            : Catalogue::removeTtl(connection, table));
    }
    if (definition.stream || definition.pointInTimeRecovery) DRYDOCK_TRY(Catalogue::addLog(connection, table));
    if (update.stream) {
        DRYDOCK_TRY(definition.stream ? beginStream(connection, table.id, *definition.stream, nowMs, lastSequence)
                                      : endStream(connection, table.id, nowMs, lastSequence));
    }
    if (!definition.pointInTimeRecovery && table.definition.pointInTimeRecovery) {
        DRYDOCK_TRY(Catalogue::removeLogKeys(connection, table));
    }
    if (definition.pointInTimeRecovery && !table.definition.pointInTimeRecovery) {
        DRYDOCK_TRY(Catalogue::addLogKeys(connection, table));
        DRYDOCK_TRY(stamp(connection, "recovery_ms", table.id, nowMs));
    }
    if (update.throughput) DRYDOCK_TRY(stamp(connection, "billing_ms", table.id, nowMs));
    return Catalogue::updateDefinition(connection, table.id, definition);
}

}  // namespace drydock::storage
