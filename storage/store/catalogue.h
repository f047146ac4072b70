// The catalogue: which tables there are, and the SQLite tables that hold each one's rows.
//
// Thread: its connection's. Ownership: tables live until load(), remove() or destruction; their prepared statements go
// with them, so the catalogue goes before its connection.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sqlite/connection.h"
#include "storage/table/definition.h"

namespace drydock::storage {

// A statement prepared at its first use.
class LazyStatement {
public:
    template <class MakeSql>
    [[nodiscard]] Result<sqlite::Statement*> get(sqlite::Connection& connection, MakeSql makeSql) {
        if (!m_statement) {
            DRYDOCK_ASSIGN(m_statement, connection.prepare(makeSql()));
        }
        return &*m_statement;
    }

private:
    std::optional<sqlite::Statement> m_statement;
};

// One of a table's indexes; its definition is TableDefinition::indexes[number].
struct IndexRows {
    std::string name;  // of the SQLite table
    LazyStatement insert;
    LazyStatement remove;
};

// Parts of an item that is to be replaced, each including the former.
enum class OldPart { size, bytes, item };

// A table with what is needed to work on its rows.
struct Table {
    std::int64_t id = 0;
    TableDefinition definition;
    std::int64_t createdMs = 0;
    bool subscribed = false;  // the store's change listener wants its changes
    bool growing = false;     // the last plain put was of a new item, so the next one is likely to be, too

    // Names of its SQLite tables, by id: users' names are case-sensitive, SQLite's are not.
    std::string dataName;
    std::string ttlName;
    std::string logName;
    std::vector<IndexRows> indexes;

    LazyStatement selectItem;
    LazyStatement selectSize;
    LazyStatement insert;  // of a row whose key is not there
    LazyStatement update;
    LazyStatement remove;
    LazyStatement insertTtl;
    LazyStatement removeTtl;
    LazyStatement insertLog;

    // What a write must know of the item it replaces, to bring the rows beside the item's own up to date.
    [[nodiscard]] OldPart oldPartNeeded() const {
        if (!indexes.empty() || definition.ttlAttribute || (definition.stream && subscribed)) return OldPart::item;
        return definition.stream ? OldPart::bytes : OldPart::size;
    }
};

class Catalogue {
public:
    // Reads the catalogue anew.
    [[nodiscard]] Result<void> load(sqlite::Connection& connection);
    // load(), when tables have come or gone since. To be called within the transaction that will use the tables.
    [[nodiscard]] Result<void> refresh(sqlite::Connection& connection);

    // resourceNotFound in DynamoDB's words when there is none.
    [[nodiscard]] Result<Table*> find(std::string_view name) const;
    using Tables = std::map<std::string, std::unique_ptr<Table>, std::less<>>;
    [[nodiscard]] const Tables& tables() const { return m_tables; }

    // Creates the rows and SQLite tables of a new table, within the caller's transaction; the catalogue itself changes
    // by the load() that follows a successful commit.
    [[nodiscard]] static Result<void> insert(sqlite::Connection& connection, const TableDefinition& definition,
                                             std::int64_t createdMs);
    // Removes them, likewise.
    [[nodiscard]] static Result<void> remove(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> updateDefinition(sqlite::Connection& connection, std::int64_t tableId,
                                                       const TableDefinition& definition);

private:
    Tables m_tables;
    std::int64_t m_schemaVersion = -1;  // SQLite's own, which changes with every table created or dropped
};

}  // namespace drydock::storage
