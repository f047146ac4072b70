#include "storage/store/retention.h"

namespace drydock::storage {
namespace {

// Source: Amazon DynamoDB developer guide, "Time to live": an item over five years past its time is left alone, as its
// attribute is more likely to mean something else.
constexpr std::int64_t kMaxExpiredSeconds = 5LL * 365 * 24 * 60 * 60;
// Source: the same, "Change data capture for DynamoDB Streams".
constexpr std::int64_t kStreamRetentionMs = 24LL * 60 * 60 * 1000;

Result<std::vector<std::string>> expiredKeys(sqlite::Connection& connection, const Table& table, std::int64_t nowMs,
                                             std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT item_key FROM " + table.ttlName +
                                     " WHERE expires >= ?1 AND expires < ?2 ORDER BY expires LIMIT ?3"));
    // Whole seconds e with e * 1000 < nowMs.
    const std::int64_t end = (nowMs + 999) / 1000;
    select->bind(1, end - kMaxExpiredSeconds).bind(2, end).bind(3, static_cast<std::int64_t>(limit));
    const sqlite::ResetGuard guard(*select);
    std::vector<std::string> keys;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) return keys;
        keys.emplace_back(select->blob(0));
    }
}

// Drops the oldest records of one table up to the first that is young enough.
Result<std::size_t> dropFrom(sqlite::Connection& connection, const Table& table, std::int64_t beforeMs,
                             std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT sequence, committed_ms FROM " + table.logName +
                                                                 " ORDER BY sequence LIMIT ?1"));
    select->bind(1, static_cast<std::int64_t>(limit));
    std::size_t count = 0;
    std::int64_t last = 0;
    {
        const sqlite::ResetGuard guard(*select);
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, select->step());
            if (!row || select->integer(1) >= beforeMs) break;
            last = select->integer(0);
            ++count;
        }
    }
    if (count == 0) return count;
    DRYDOCK_ASSIGN(sqlite::Statement * remove,
                   connection.cached("DELETE FROM " + table.logName + " WHERE sequence <= ?1"));
    DRYDOCK_TRY(remove->bind(1, last).run());
    DRYDOCK_ASSIGN(sqlite::Statement * update,
                   connection.cached("UPDATE tables SET trimmed_sequence = ?1 WHERE id = ?2"));
    DRYDOCK_TRY(update->bind(1, last).bind(2, table.id).run());
    return count;
}

}  // namespace

Result<std::size_t> removeExpiredItems(sqlite::Connection& connection, const Catalogue& catalogue, Writer& writer,
                                       std::int64_t nowMs, std::size_t limit) {
    std::size_t removed = 0;
    for (const auto& [name, table] : catalogue.tables()) {
        if (!table->definition.ttlAttribute || removed >= limit) continue;
        DRYDOCK_ASSIGN(const std::vector<std::string> keys, expiredKeys(connection, *table, nowMs, limit - removed));
        for (const std::string& key : keys) DRYDOCK_TRY(writer.removeExpired(*table, key));
        removed += keys.size();
    }
    return removed;
}

Result<std::size_t> dropOldRecords(sqlite::Connection& connection, const Catalogue& catalogue, std::int64_t nowMs,
                                   std::size_t limit) {
    std::size_t dropped = 0;
    for (const auto& [name, table] : catalogue.tables()) {
        if (!table->definition.stream || dropped >= limit) continue;
        DRYDOCK_ASSIGN(const std::size_t count,
                       dropFrom(connection, *table, nowMs - kStreamRetentionMs, limit - dropped));
        dropped += count;
    }
    return dropped;
}

}  // namespace drydock::storage
