#include "storage/store/dropped_rows.h"

#include <optional>

namespace drydock::storage {
namespace {

constexpr std::size_t kFewRows = 1'000;  // dropped at once: a millisecond's work

Result<bool> hasMoreRows(sqlite::Connection& connection, const std::string& name, std::size_t than) {
    DRYDOCK_ASSIGN(const std::int64_t rows, connection.queryInteger("SELECT count(*) FROM (SELECT 1 FROM " + name +
                                                                    " LIMIT " + std::to_string(than + 1) + ")"));
    return static_cast<std::size_t>(rows) > than;
}

Result<std::optional<std::string>> firstDropped(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'dropped_*' "
                                      "LIMIT 1"));
    DRYDOCK_ASSIGN(const bool row, select.step());
    if (!row) return std::optional<std::string>();
    return std::optional<std::string>(select.text(0));
}

// The columns of the primary key, as a row value's list.
Result<std::string> keyColumns(sqlite::Connection& connection, const std::string& name) {
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT group_concat(name, ',') FROM pragma_table_info(?1) WHERE pk > 0"));
    DRYDOCK_ASSIGN(const bool row, select.bindText(1, name).step());
    if (!row || select.isNull(0)) return fail(ErrorCode::corrupt, "The dropped table " + name + " has no key");
    return std::string(select.text(0));
}

}  // namespace

Result<void> dropRows(sqlite::Connection& connection, const std::string& name) {
    DRYDOCK_ASSIGN(const bool many, hasMoreRows(connection, name, kFewRows));
    if (!many) return connection.execute("DROP TABLE " + name);
    DRYDOCK_ASSIGN(const std::int64_t number,
                   connection.queryInteger("SELECT 1 + coalesce(max(CAST(substr(name, 9) AS INTEGER)), 0) FROM "
                                           "sqlite_schema WHERE type = 'table' AND name GLOB 'dropped_*'"));
    return connection.execute("ALTER TABLE " + name + " RENAME TO dropped_" + std::to_string(number));
}

Result<bool> anyDroppedRows(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(const std::optional<std::string> name, firstDropped(connection));
    return name.has_value();
}

Result<std::size_t> clearDroppedRows(sqlite::Connection& connection, std::size_t limit) {
    DRYDOCK_ASSIGN(const std::optional<std::string> name, firstDropped(connection));
    if (!name) return std::size_t{0};
    DRYDOCK_ASSIGN(const std::string key, keyColumns(connection, *name));
    const std::string sql = "DELETE FROM " + *name + " WHERE (" + key + ") IN (SELECT " + key + " FROM " + *name +
                            " LIMIT " + std::to_string(limit) + ")";
    DRYDOCK_TRY(connection.execute(sql));
    DRYDOCK_ASSIGN(const std::int64_t cleared, connection.queryInteger("SELECT changes()"));
    if (static_cast<std::size_t>(cleared) == limit) return limit;
    DRYDOCK_TRY(connection.execute("DROP TABLE " + *name));
    return static_cast<std::size_t>(cleared) + 1;
}

}  // namespace drydock::storage
