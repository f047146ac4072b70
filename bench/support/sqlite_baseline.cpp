#include "bench/support/sqlite_baseline.h"

#include <sqlite3.h>

#include "bench/support/comparison.h"

namespace drydock::bench {
namespace {

void bindBlob(sqlite3_stmt* statement, int parameter, std::string_view bytes) {
    sqlite3_bind_blob(statement, parameter, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
}

std::string_view blob(sqlite3_stmt* statement, int column) {
    const void* data = sqlite3_column_blob(statement, column);
    return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

void SqliteBaseline::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

void SqliteBaseline::Closer::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}

SqliteBaseline::SqliteBaseline(const std::filesystem::path& file, const Shape& shape) : m_shape(shape) {
    sqlite3* connection = nullptr;
    sqlite3_open_v2(file.c_str(), &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                    nullptr);
    m_connection.reset(connection);
    execute(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF;"
        "PRAGMA cache_size = -131072; PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 67108864;"
        "CREATE TABLE data(key BLOB PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;");
    m_begin = prepare("BEGIN IMMEDIATE");
    m_commit = prepare("COMMIT");
    m_put = prepare("INSERT OR REPLACE INTO data VALUES(?1, ?2)");
    m_get = prepare("SELECT row FROM data WHERE key = ?1");
    m_scan = prepare("SELECT key, row FROM data ORDER BY key");
    m_remove = prepare("DELETE FROM data WHERE key = ?1");
    for (std::size_t i = 0; i < shape.indexes; ++i) {
        const std::string name = "index_" + std::to_string(i);
        execute("CREATE TABLE " + name + "(key BLOB, item_key BLOB, PRIMARY KEY(key, item_key)) WITHOUT ROWID");
        m_insertIndex.push_back(prepare("INSERT OR REPLACE INTO " + name + " VALUES(?1, ?2)"));
        m_removeIndex.push_back(prepare("DELETE FROM " + name + " WHERE key = ?1 AND item_key = ?2"));
        m_query.push_back(prepare("SELECT d.row FROM " + name +
                                  " i CROSS JOIN data d ON d.key = i.item_key "
                                  "WHERE i.key = ?1 ORDER BY i.item_key LIMIT ?2"));
    }
    if (shape.ttl) {
        execute("CREATE TABLE ttl(expires INTEGER, item_key BLOB, PRIMARY KEY(expires, item_key)) WITHOUT ROWID");
        m_insertTtl = prepare("INSERT INTO ttl VALUES(?1, ?2)");
        m_selectTtl = prepare("SELECT expires, item_key FROM ttl WHERE expires < ?1 ORDER BY expires LIMIT ?2");
        m_removeTtl = prepare("DELETE FROM ttl WHERE expires = ?1 AND item_key = ?2");
    }
    if (shape.log) {
        execute("CREATE TABLE log(sequence INTEGER PRIMARY KEY, key BLOB, old BLOB, new BLOB)");
        m_insertLog = prepare("INSERT INTO log VALUES(?1, ?2, ?3, ?4)");
        m_selectLog = prepare("SELECT sequence, key, old, new FROM log WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");
    }
}

SqliteBaseline::~SqliteBaseline() = default;

SqliteBaseline::Statement SqliteBaseline::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(m_connection.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (statement == nullptr) stop(sql + ": " + sqlite3_errmsg(m_connection.get()));
    return Statement(statement);
}

void SqliteBaseline::execute(const std::string& sql) {
    if (sqlite3_exec(m_connection.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        stop(sql + ": " + sqlite3_errmsg(m_connection.get()));
    }
}

bool SqliteBaseline::step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    sqlite3_reset(statement);
    if (code != SQLITE_DONE) stop(std::string(sqlite3_sql(statement)) + ": " + sqlite3_errmsg(m_connection.get()));
    return false;
}

void SqliteBaseline::run(sqlite3_stmt* statement) {
    while (step(statement)) {
    }
}

void SqliteBaseline::begin() {
    run(m_begin.get());
}

void SqliteBaseline::commit() {
    run(m_commit.get());
}

void SqliteBaseline::put(const BaselineRow& row, const BaselineRow* old) {
    std::string oldRow;
    const bool dependents = m_shape.indexes > 0 || m_shape.ttl || m_shape.log;
    if (dependents) get(row.key, oldRow);
    bindBlob(m_put.get(), 1, row.key);
    bindBlob(m_put.get(), 2, row.row);
    run(m_put.get());
    for (std::size_t i = 0; i < m_shape.indexes; ++i) {
        if (old != nullptr && old->indexKeys[i] == row.indexKeys[i]) continue;
        if (old != nullptr) {
            bindBlob(m_removeIndex[i].get(), 1, old->indexKeys[i]);
            bindBlob(m_removeIndex[i].get(), 2, row.key);
            run(m_removeIndex[i].get());
        }
        bindBlob(m_insertIndex[i].get(), 1, row.indexKeys[i]);
        bindBlob(m_insertIndex[i].get(), 2, row.key);
        run(m_insertIndex[i].get());
    }
    if (m_shape.ttl && row.expires != 0) {
        sqlite3_bind_int64(m_insertTtl.get(), 1, row.expires);
        bindBlob(m_insertTtl.get(), 2, row.key);
        run(m_insertTtl.get());
    }
    if (m_shape.log) {
        sqlite3_bind_int64(m_insertLog.get(), 1, ++m_sequence);
        bindBlob(m_insertLog.get(), 2, row.key);
        bindBlob(m_insertLog.get(), 3, oldRow);
        bindBlob(m_insertLog.get(), 4, row.row);
        run(m_insertLog.get());
    }
}

bool SqliteBaseline::get(std::string_view key, std::string& row) {
    bindBlob(m_get.get(), 1, key);
    if (!step(m_get.get())) return false;
    row = blob(m_get.get(), 0);
    sqlite3_reset(m_get.get());
    return true;
}

std::size_t SqliteBaseline::query(std::size_t index, std::string_view indexKey, std::size_t limit,
                                  std::vector<std::string>& rows) {
    rows.clear();
    sqlite3_stmt* select = m_query[index].get();
    bindBlob(select, 1, indexKey);
    sqlite3_bind_int64(select, 2, static_cast<sqlite3_int64>(limit));
    while (step(select)) rows.emplace_back(blob(select, 0));
    return rows.size();
}

std::size_t SqliteBaseline::scan(std::vector<std::string>& rows) {
    rows.clear();
    while (step(m_scan.get())) rows.emplace_back(blob(m_scan.get(), 1));
    return rows.size();
}

std::size_t SqliteBaseline::sweep(std::int64_t now, std::size_t limit) {
    begin();
    std::vector<std::pair<std::int64_t, std::string>> expired;
    sqlite3_bind_int64(m_selectTtl.get(), 1, now);
    sqlite3_bind_int64(m_selectTtl.get(), 2, static_cast<sqlite3_int64>(limit));
    while (step(m_selectTtl.get())) {
        expired.emplace_back(sqlite3_column_int64(m_selectTtl.get(), 0), blob(m_selectTtl.get(), 1));
    }
    for (const auto& [expires, key] : expired) {
        bindBlob(m_remove.get(), 1, key);
        run(m_remove.get());
        sqlite3_bind_int64(m_removeTtl.get(), 1, expires);
        bindBlob(m_removeTtl.get(), 2, key);
        run(m_removeTtl.get());
    }
    commit();
    return expired.size();
}

std::size_t SqliteBaseline::readLog(std::int64_t after, std::size_t limit, std::vector<std::string>& rows,
                                    std::int64_t& last) {
    rows.clear();
    sqlite3_bind_int64(m_selectLog.get(), 1, after);
    sqlite3_bind_int64(m_selectLog.get(), 2, static_cast<sqlite3_int64>(limit));
    std::size_t count = 0;
    while (step(m_selectLog.get())) {
        last = sqlite3_column_int64(m_selectLog.get(), 0);
        for (const int column : {1, 2, 3}) rows.emplace_back(blob(m_selectLog.get(), column));
        ++count;
    }
    return count;
}

}  // namespace drydock::bench
