// SqliteBaseline: what somebody would write by hand who needs just these rows: the SQLite tables of a store's table
// (key and row, index rows, TTL rows, log rows) with the same pragmas, and no more code than that.
//
// It is handed finished keys and rows and hands rows back as bytes: it neither checks, encodes nor decodes anything, so
// the comparison counts all of that against the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace drydock::bench {

// One row as the baseline stores it.
struct BaselineRow {
    std::string key;
    std::string row;
    std::vector<std::string> indexKeys;
    std::int64_t expires = 0;  // 0: none
};

class SqliteBaseline {
public:
    struct Shape {
        std::size_t indexes = 0;
        bool ttl = false;
        bool log = false;
    };
    SqliteBaseline(const std::filesystem::path& file, const Shape& shape);
    ~SqliteBaseline();
    SqliteBaseline(const SqliteBaseline&) = delete;
    SqliteBaseline& operator=(const SqliteBaseline&) = delete;

    void begin();
    void commit();
    // `old`: the row this one replaces, nullptr when it is new. It is looked up all the same, as a program would that
    // does not know.
    void put(const BaselineRow& row, const BaselineRow* old);
    // False when there is none.
    bool get(std::string_view key, std::string& row);
    // The rows of the first `limit` entries of index `index` from `indexKey` on.
    std::size_t query(std::size_t index, std::string_view indexKey, std::size_t limit, std::vector<std::string>& rows);
    std::size_t scan(std::vector<std::string>& rows);
    // Deletes at most `limit` rows that expired before `now`, in one transaction.
    std::size_t sweep(std::int64_t now, std::size_t limit);
    std::size_t readLog(std::int64_t after, std::size_t limit, std::vector<std::string>& rows, std::int64_t& last);

private:
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    struct Closer {
        void operator()(sqlite3* connection) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Finalizer>;

    [[nodiscard]] Statement prepare(const std::string& sql);
    void execute(const std::string& sql);
    bool step(sqlite3_stmt* statement);
    void run(sqlite3_stmt* statement);

    std::unique_ptr<sqlite3, Closer> m_connection;
    Shape m_shape;
    std::int64_t m_sequence = 0;
    Statement m_begin, m_commit, m_put, m_get, m_scan, m_remove;
    Statement m_insertTtl, m_selectTtl, m_removeTtl, m_insertLog, m_selectLog;
    std::vector<Statement> m_insertIndex, m_removeIndex, m_query;
};

}  // namespace drydock::bench
