#include "storage/store/catalogue.h"

#include <nlohmann/json.hpp>

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
    table->dataName = "data_" + number;
    table->ttlName = "ttl_" + number;
    table->logName = "log_" + number;
    table->indexes.resize(table->definition.indexes.size());
    for (std::size_t i = 0; i < table->indexes.size(); ++i) {
        table->indexes[i].name = "index_" + number + "_" + std::to_string(i);
    }
    return table;
}

std::string createSql(const Table& table) {
    std::string sql = "CREATE TABLE " + table.dataName +
                      "(key BLOB PRIMARY KEY, size INTEGER NOT NULL, item BLOB NOT NULL) WITHOUT ROWID;";
    for (const IndexRows& index : table.indexes) {
        sql += "CREATE TABLE " + index.name +
               "(key BLOB NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(key, item_key)) WITHOUT ROWID;";
    }
    if (table.definition.ttlAttribute) {
        sql += "CREATE TABLE " + table.ttlName +
               "(expires INTEGER NOT NULL, item_key BLOB NOT NULL, PRIMARY KEY(expires, item_key)) WITHOUT ROWID;";
    }
    if (table.definition.stream) {
        sql += "CREATE TABLE " + table.logName +
               "(sequence INTEGER PRIMARY KEY, committed_ms INTEGER NOT NULL, flags INTEGER NOT NULL, "
               "key BLOB NOT NULL, old_item BLOB, new_item BLOB);";
    }
    return sql;
}

std::string dropSql(const Table& table) {
    std::string sql = "DROP TABLE " + table.dataName + ";";
    for (const IndexRows& index : table.indexes) sql += "DROP TABLE " + index.name + ";";
    if (table.definition.ttlAttribute) sql += "DROP TABLE " + table.ttlName + ";";
    if (table.definition.stream) sql += "DROP TABLE " + table.logName + ";";
    return sql;
}

}  // namespace

Result<void> Catalogue::load(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(const std::int64_t schemaVersion, connection.queryInteger("PRAGMA schema_version"));
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT id, definition, created_ms FROM tables ORDER BY id"));
    Tables tables;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) break;
        DRYDOCK_ASSIGN(TableDefinition definition, definitionFromText(select.text(1)));
        std::string name = definition.name;
        tables.emplace(std::move(name), makeTable(select.integer(0), std::move(definition), select.integer(2)));
    }
    m_tables = std::move(tables);
    m_schemaVersion = schemaVersion;
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
    if (found == m_tables.end()) return fail(ErrorCode::resourceNotFound, "Requested resource not found");
    return found->second.get();
}

Result<void> Catalogue::insert(sqlite::Connection& connection, const TableDefinition& definition,
                               std::int64_t createdMs) {
    const std::string json = definitionToJson(definition).dump();
    DRYDOCK_ASSIGN(sqlite::Statement insertTable,
                   connection.prepare("INSERT INTO tables(name, definition, created_ms) VALUES(?1, ?2, ?3) "
                                      "RETURNING id"));
    insertTable.bindText(1, definition.name).bindText(2, json).bind(3, createdMs);
    DRYDOCK_ASSIGN(const bool row, insertTable.step());
    if (!row) return fail(ErrorCode::internal, "The catalogue gave the new table no id");
    const std::int64_t id = insertTable.integer(0);
    DRYDOCK_TRY(insertTable.run());
    DRYDOCK_ASSIGN(sqlite::Statement insertIndex,
                   connection.prepare("INSERT INTO indexes(table_id, number, name) VALUES(?1, ?2, ?3)"));
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        insertIndex.bind(1, id).bind(2, static_cast<std::int64_t>(i)).bindText(3, definition.indexes[i].name);
        DRYDOCK_TRY(insertIndex.run());
    }
    return connection.execute(createSql(*makeTable(id, definition, createdMs)));
}

Result<void> Catalogue::remove(sqlite::Connection& connection, const Table& table) {
    const std::string id = std::to_string(table.id);
    DRYDOCK_TRY(connection.execute("DELETE FROM indexes WHERE table_id = " + id));
    DRYDOCK_TRY(connection.execute("DELETE FROM tables WHERE id = " + id));
    return connection.execute(dropSql(table));
}

Result<void> Catalogue::updateDefinition(sqlite::Connection& connection, std::int64_t tableId,
                                         const TableDefinition& definition) {
    const std::string json = definitionToJson(definition).dump();
    DRYDOCK_ASSIGN(sqlite::Statement update, connection.prepare("UPDATE tables SET definition = ?1 WHERE id = ?2"));
    return update.bindText(1, json).bind(2, tableId).run();
}

}  // namespace drydock::storage
