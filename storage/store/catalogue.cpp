#include "storage/store/catalogue.h"

#include <algorithm>
#include <random>

#include <nlohmann/json.hpp>

#include "storage/store/dropped_rows.h"
#include "storage/value/json.h"

namespace drydock::storage {
namespace {

constexpr int kMaxDefinitionDepth = 16;

Result<TableDefinition> definitionFromText(std::string_view text) {
    Result<nlohmann::json> parsed = parseJson(text, kMaxDefinitionDepth);
    if (!parsed) {
        return fail(ErrorCode::corrupt, "A table definition in the catalogue is damaged: " + parsed.error().message);
    }
    return definitionFromJson(*parsed);
}

std::unique_ptr<Table> makeTable(std::int64_t id, TableDefinition definition, std::int64_t createdMs) {
    auto table = std::make_unique<Table>();
    const std::string number = std::to_string(id);
    table->id = id;
    table->definition = std::move(definition);
    table->createdMs = createdMs;
    table->logging = table->definition.stream.has_value() || table->definition.pointInTimeRecovery;
    table->dataName = "data_" + number;
    table->ttlName = "ttl_" + number;
    table->logName = "log_" + number;
    return table;
}

std::string indexTableName(std::int64_t tableId, std::int64_t number) {
    return "index_" + std::to_string(tableId) + "_" + std::to_string(number);
}

std::string createDataSql(const Table& table) {
    return "CREATE TABLE " + table.dataName +
           "(key BLOB PRIMARY KEY, size INTEGER NOT NULL, item BLOB NOT NULL) WITHOUT ROWID;";
}

std::string createIndexSql(const std::string& name) {
    return "CREATE TABLE " + name +
           "(key BLOB NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(key, item_key)) WITHOUT ROWID;";
}

std::string createTtlSql(const Table& table) {
    return "CREATE TABLE " + table.ttlName +
           "(expires INTEGER NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(expires, item_key)) WITHOUT ROWID;";
}

std::string createLogSql(const Table& table) {
    return "CREATE TABLE " + table.logName +
           "(sequence INTEGER PRIMARY KEY, committed_ms INTEGER NOT NULL, flags INTEGER NOT NULL, "
           "key BLOB NOT NULL, old_item BLOB, new_item BLOB);";
}

std::string createLogKeysSql(const Table& table) {
    return "CREATE INDEX " + table.logName + "_key ON " + table.logName + "(key);";
}

// A random UUID (version 4), as the API shows it.
std::string randomUuid() {
    std::random_device device;
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string uuid = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (char& c : uuid) {
        if (c == 'x') c = kHex[device() & 0xf];
    }
    return uuid;
}

// `backfill_key`: up to which item the index is filled (at first, up to none); NULL once it is complete.
Result<void> insertIndexRow(sqlite::Connection& connection, std::int64_t tableId, std::int64_t number,
                            std::string_view name, bool backfilling) {
    DRYDOCK_ASSIGN(
        sqlite::Statement * insert,
        connection.cached("INSERT INTO indexes(table_id, number, name, backfill_key) VALUES(?1, ?2, ?3, ?4)"));
    insert->bind(1, tableId).bind(2, number).bindText(3, name).bindNull(4);
    if (backfilling) insert->bindBlob(4, std::string_view(""));
    DRYDOCK_TRY(insert->run());
    return connection.execute(createIndexSql(indexTableName(tableId, number)));
}

Result<void> readIndexes(sqlite::Connection& connection, Table& table) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT number, name, backfill_key IS NOT NULL FROM indexes WHERE table_id = ?1 "
                                     "ORDER BY number"));
    select->bind(1, table.id);
    const sqlite::ResetGuard guard(*select);
    const auto& definitions = table.definition.indexes;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) break;
        const std::size_t place = table.indexes.size();
        if (place >= definitions.size() || definitions[place].name != select->text(1)) {
            return fail(ErrorCode::corrupt, "The catalogue's indexes of table " + table.definition.name +
                                                " are not those of its definition");
        }
        IndexRows& index = table.indexes.emplace_back();
        index.number = select->integer(0);
        index.name = indexTableName(table.id, index.number);
        index.backfilling = select->integer(2) != 0;
    }
    if (table.indexes.size() == definitions.size()) return {};
    return fail(ErrorCode::corrupt, "The catalogue has lost an index of table " + table.definition.name);
}

}  // namespace

Result<void> Catalogue::load(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(const std::int64_t schemaVersion, connection.queryInteger("PRAGMA schema_version"));
    DRYDOCK_ASSIGN(
        sqlite::Statement select,
        connection.prepare("SELECT id, definition, created_ms, ttl_backfill_key IS NOT NULL, loading, EXISTS(SELECT 1 "
                           "FROM sqlite_schema s WHERE s.name = 'log_' || t.id) FROM tables t ORDER BY id"));
    Tables tables;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) break;
        DRYDOCK_ASSIGN(TableDefinition definition, definitionFromText(select.text(1)));
        std::string name = definition.name;
        std::unique_ptr<Table> table = makeTable(select.integer(0), std::move(definition), select.integer(2));
        table->ttlBackfilling = select.integer(3) != 0;
        table->loading = select.integer(4) != 0;
        table->hasLog = select.integer(5) != 0;
        DRYDOCK_TRY(readIndexes(connection, *table));
        tables.emplace(std::move(name), std::move(table));
    }
    DRYDOCK_TRY(loadDeleted(connection));
    DRYDOCK_ASSIGN(m_hasDroppedRows, anyDroppedRows(connection));
    m_tables = std::move(tables);
    m_schemaVersion = schemaVersion;
    return {};
}

Result<void> Catalogue::loadDeleted(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT id, definition FROM deleted_tables ORDER BY id"));
    std::vector<std::unique_ptr<Table>> tables;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) break;
        DRYDOCK_ASSIGN(TableDefinition definition, definitionFromText(select.text(1)));
        std::unique_ptr<Table> table = makeTable(select.integer(0), std::move(definition), 0);
        table->logging = false;
        table->hasLog = true;
        table->deleted = true;
        tables.push_back(std::move(table));
    }
    m_deletedTables = std::move(tables);
    return {};
}

Result<void> Catalogue::refresh(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("PRAGMA schema_version"));
    DRYDOCK_ASSIGN(const bool row, select->step());
    const bool current = row && select->integer(0) == m_schemaVersion;
    select->reset();
    if (current) return {};
    return load(connection);
}

Result<Table*> Catalogue::find(std::string_view name) const {
    const auto found = m_tables.find(name);
    if (found == m_tables.end() || found->second->loading)
        return fail(ErrorCode::resourceNotFound, "Requested resource not found");
    return found->second.get();
}

bool Catalogue::backfilling() const {
    return std::any_of(m_tables.begin(), m_tables.end(), [](const auto& entry) {
        const Table& table = *entry.second;
        return table.ttlBackfilling || std::any_of(table.indexes.begin(), table.indexes.end(),
                                                   [](const IndexRows& index) { return index.backfilling; });
    });
}

Result<std::int64_t> Catalogue::insert(sqlite::Connection& connection, const TableDefinition& definition,
                                       std::int64_t createdMs) {
    const std::string json = definitionToJson(definition).dump();
    const std::string uuid = randomUuid();
    DRYDOCK_ASSIGN(sqlite::Statement insertTable,
                   connection.prepare("INSERT INTO tables(name, definition, created_ms, uuid, billing_ms, recovery_ms) "
                                      "VALUES(?1, ?2, ?3, ?4, ?3, ?3) RETURNING id"));
    insertTable.bindText(1, definition.name).bindText(2, json).bind(3, createdMs).bindText(4, uuid);
    DRYDOCK_ASSIGN(const bool row, insertTable.step());
    if (!row) return fail(ErrorCode::internal, "The catalogue gave the new table no id");
    const std::int64_t id = insertTable.integer(0);
    DRYDOCK_TRY(insertTable.run());
    const std::unique_ptr<Table> table = makeTable(id, definition, createdMs);
    DRYDOCK_TRY(connection.execute(createDataSql(*table)));
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        const auto number = static_cast<std::int64_t>(i);
        DRYDOCK_TRY(insertIndexRow(connection, id, number, definition.indexes[i].name, false));
    }
    if (definition.ttlAttribute) DRYDOCK_TRY(connection.execute(createTtlSql(*table)));
    if (table->logging) DRYDOCK_TRY(connection.execute(createLogSql(*table)));
    if (definition.pointInTimeRecovery) DRYDOCK_TRY(connection.execute(createLogKeysSql(*table)));
    return id;
}

Result<void> Catalogue::remove(sqlite::Connection& connection, const Table& table) {
    const std::string id = std::to_string(table.id);
    DRYDOCK_ASSIGN(const std::int64_t streams,
                   connection.queryInteger("SELECT count(*) FROM streams WHERE table_id = " + id));
    if (streams != 0) {
        DRYDOCK_TRY(
            connection.execute("INSERT INTO deleted_tables(id, definition, trimmed_sequence) "
                               "SELECT id, definition, trimmed_sequence FROM tables WHERE id = " +
                               id));
    }
    for (const char* rows : {"indexes", "consumers"}) {
        DRYDOCK_TRY(connection.execute(std::string("DELETE FROM ") + rows + " WHERE table_id = " + id));
    }
    DRYDOCK_TRY(connection.execute("DELETE FROM tables WHERE id = " + id));
    DRYDOCK_TRY(connection.execute("DELETE FROM jobs WHERE kind = 'restore' AND target_id = " + id));
    DRYDOCK_TRY(dropRows(connection, table.dataName));
    for (const IndexRows& index : table.indexes) DRYDOCK_TRY(dropRows(connection, index.name));
    if (table.definition.ttlAttribute) DRYDOCK_TRY(dropRows(connection, table.ttlName));
    return table.hasLog && streams == 0 ? dropRows(connection, table.logName) : Result<void>();
}

Result<void> Catalogue::removeDeleted(sqlite::Connection& connection, const Table& table) {
    DRYDOCK_TRY(connection.execute("DELETE FROM deleted_tables WHERE id = " + std::to_string(table.id)));
    return dropRows(connection, table.logName);
}

Result<std::string> Catalogue::uuidOf(sqlite::Connection& connection, std::int64_t tableId) {
    DRYDOCK_ASSIGN(sqlite::Statement select, connection.prepare("SELECT uuid FROM tables WHERE id = ?1"));
    DRYDOCK_ASSIGN(const bool row, select.bind(1, tableId).step());
    if (!row) return fail(ErrorCode::corrupt, "The catalogue has lost a table");
    return std::string(select.text(0));
}

Result<void> Catalogue::updateDefinition(sqlite::Connection& connection, std::int64_t tableId,
                                         const TableDefinition& definition) {
    const std::string json = definitionToJson(definition).dump();
    DRYDOCK_ASSIGN(sqlite::Statement update, connection.prepare("UPDATE tables SET definition = ?1 WHERE id = ?2"));
    DRYDOCK_TRY(update.bindText(1, json).bind(2, tableId).run());
    return announce(connection);
}

Result<void> Catalogue::addIndex(sqlite::Connection& connection, const Table& table, std::string_view indexName) {
    const std::int64_t number = table.indexes.empty() ? 0 : table.indexes.back().number + 1;
    return insertIndexRow(connection, table.id, number, indexName, true);
}

Result<void> Catalogue::removeIndex(sqlite::Connection& connection, const IndexRows& index, std::int64_t tableId) {
    DRYDOCK_TRY(connection.execute("DELETE FROM indexes WHERE table_id = " + std::to_string(tableId) +
                                   " AND number = " + std::to_string(index.number)));
    return dropRows(connection, index.name);
}

Result<void> Catalogue::addTtl(sqlite::Connection& connection, const Table& table) {
    DRYDOCK_TRY(connection.execute("UPDATE tables SET ttl_backfill_key = x'' WHERE id = " + std::to_string(table.id)));
    return connection.execute(createTtlSql(table));
}

Result<void> Catalogue::removeTtl(sqlite::Connection& connection, const Table& table) {
    DRYDOCK_TRY(connection.execute("UPDATE tables SET ttl_backfill_key = NULL WHERE id = " + std::to_string(table.id)));
    return dropRows(connection, table.ttlName);
}

Result<void> Catalogue::addLog(sqlite::Connection& connection, const Table& table) {
    if (table.hasLog) return {};
    return connection.execute(createLogSql(table));
}

Result<void> Catalogue::addLogKeys(sqlite::Connection& connection, const Table& table) {
    return connection.execute(createLogKeysSql(table));
}

Result<void> Catalogue::removeLogKeys(sqlite::Connection& connection, const Table& table) {
    return connection.execute("DROP INDEX IF EXISTS " + table.logName + "_key");
}

Result<void> Catalogue::setLoading(sqlite::Connection& connection, std::int64_t tableId, bool loading) {
    DRYDOCK_ASSIGN(sqlite::Statement update, connection.prepare("UPDATE tables SET loading = ?1 WHERE id = ?2"));
    DRYDOCK_TRY(update.bind(1, loading ? 1 : 0).bind(2, tableId).run());
    return announce(connection);
}

Result<void> Catalogue::announce(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(const std::int64_t version, connection.queryInteger("PRAGMA schema_version"));
    return connection.execute("PRAGMA schema_version = " + std::to_string(version + 1));
}

}  // namespace drydock::storage
