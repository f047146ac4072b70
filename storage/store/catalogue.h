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

// One of a table's indexes; its definition is the one at the same place in TableDefinition::indexes.
struct IndexRows {
    std::string name;          // of the SQLite table
    std::int64_t number = 0;   // its row in `indexes`: unlike its place, never another one's while the table lives
    bool backfilling = false;  // not all items are in it yet
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
    bool logging = false;         // its changes are logged: for its stream, for recovery or for both
    bool hasLog = false;          // there is a log to read, also when nothing is added to it
    bool loading = false;         // being restored or imported: closed to readers and writers
    bool deleted = false;         // all that is left of it are streams and their log
    bool ttlBackfilling = false;  // not all items have their TTL row yet
    bool subscribed = false;      // the store's change listener wants its changes
    bool growing = false;         // the last plain put was of a new item, so the next one is likely to be, too

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
        if (!indexes.empty() || (logging && subscribed)) return OldPart::item;
        return logging || definition.ttlAttribute ? OldPart::bytes : OldPart::size;
    }
};

class Catalogue {
public:
    // Reads the catalogue anew.
    [[nodiscard]] Result<void> load(sqlite::Connection& connection);
    // load(), when anything in it has changed since. To be called within the transaction that will use the tables.
    [[nodiscard]] Result<void> refresh(sqlite::Connection& connection);

    // resourceNotFound in DynamoDB's words when there is none, or one that is still being loaded.
    [[nodiscard]] Result<Table*> find(std::string_view name) const;
    using Tables = std::map<std::string, std::unique_ptr<Table>, std::less<>>;
    [[nodiscard]] const Tables& tables() const { return m_tables; }
    // Those of which streams are left, in the order of their ids.
    [[nodiscard]] const std::vector<std::unique_ptr<Table>>& deletedTables() const { return m_deletedTables; }
    // Whether a table has an index or TTL rows that are still being filled.
    [[nodiscard]] bool backfilling() const;
    // Whether there is something for clearDroppedRows().
    [[nodiscard]] bool hasDroppedRows() const { return m_hasDroppedRows; }

    // The following write within the caller's transaction; the catalogue itself changes by the load() that follows a
    // successful commit, and those of other connections by their next refresh().

    // Creates the rows and SQLite tables of a new table and returns its id.
    [[nodiscard]] static Result<std::int64_t> insert(sqlite::Connection& connection, const TableDefinition& definition,
                                                     std::int64_t createdMs);
    // A table with streams goes to the deleted ones; they must have ended.
    [[nodiscard]] static Result<void> remove(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> removeDeleted(sqlite::Connection& connection, const Table& table);
    // The identity the API shows, which the table got by insert().
    [[nodiscard]] static Result<std::string> uuidOf(sqlite::Connection& connection, std::int64_t tableId);
    [[nodiscard]] static Result<void> updateDefinition(sqlite::Connection& connection, std::int64_t tableId,
                                                       const TableDefinition& definition);
    // The new index is without rows and being backfilled.
    [[nodiscard]] static Result<void> addIndex(sqlite::Connection& connection, const Table& table,
                                               std::string_view indexName);
    [[nodiscard]] static Result<void> removeIndex(sqlite::Connection& connection, const IndexRows& index,
                                                  std::int64_t tableId);
    // The TTL rows are missing and being backfilled.
    [[nodiscard]] static Result<void> addTtl(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> removeTtl(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> addLog(sqlite::Connection& connection, const Table& table);
    // The index of the log by key, which point-in-time recovery reads and no other table pays for.
    [[nodiscard]] static Result<void> addLogKeys(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> removeLogKeys(sqlite::Connection& connection, const Table& table);
    [[nodiscard]] static Result<void> setLoading(sqlite::Connection& connection, std::int64_t tableId, bool loading);
    // To follow a change of the catalogue's rows that creates and drops no SQLite table, so that others see it.
    [[nodiscard]] static Result<void> announce(sqlite::Connection& connection);

private:
    [[nodiscard]] Result<void> loadDeleted(sqlite::Connection& connection);

    Tables m_tables;
    std::vector<std::unique_ptr<Table>> m_deletedTables;
    bool m_hasDroppedRows = false;
    std::int64_t m_schemaVersion = -1;  // SQLite's own, which changes with every table created or dropped; announce()
                                        // raises it as well
};

}  // namespace drydock::storage
