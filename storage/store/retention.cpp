#include "storage/store/retention.h"

#include <algorithm>

#include "storage/recovery/jobs.h"
#include "storage/store/keys.h"
#include "storage/store/streams.h"

namespace drydock::storage {
namespace {

// Source: Amazon DynamoDB developer guide, "Time to live": an item over five years past its time is left alone, as its
// attribute is more likely to mean something else.
constexpr std::int64_t kMaxExpiredSeconds = 5LL * 365 * 24 * 60 * 60;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
// Source: the same, "Change data capture for DynamoDB Streams".
constexpr std::int64_t kStreamRetentionMs = kDayMs;

// Those with from <= expires < to, in order.
Result<std::vector<TtlRow>> rowsExpiring(sqlite::Connection& connection, const Table& table, std::int64_t from,
                                         std::int64_t to, std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT expires, item_key FROM " + table.ttlName +
                                     " WHERE expires >= ?1 AND expires < ?2 ORDER BY expires, item_key LIMIT ?3"));
    select->bind(1, from).bind(2, to).bind(3, static_cast<std::int64_t>(limit));
    const sqlite::ResetGuard guard(*select);
    std::vector<TtlRow> rows;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) return rows;
        rows.push_back({select->integer(0), std::string(select->blob(1))});
    }
}

// The last of the first `limit` records after `after` that are older than `beforeMs`, and how many they are.
struct OldRecords {
    std::int64_t last = 0;
    std::int64_t lastMs = 0;
    std::size_t count = 0;
};
Result<OldRecords> findOld(sqlite::Connection& connection, const Table& table, std::int64_t after, std::int64_t until,
                           std::int64_t beforeMs, std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT sequence, committed_ms FROM " + table.logName +
                                     " WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3"));
    select->bind(1, after).bind(2, until).bind(3, static_cast<std::int64_t>(limit));
    const sqlite::ResetGuard guard(*select);
    OldRecords old;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row || select->integer(1) >= beforeMs) return old;
        old.last = select->integer(0);
        old.lastMs = std::max(old.lastMs, select->integer(1));
        ++old.count;
    }
}

// Records are shown for a day, and kept for as long as recovery may ask for them.
Result<std::size_t> trim(sqlite::Connection& connection, const Table& table, std::int64_t nowMs, std::size_t limit) {
    DRYDOCK_ASSIGN(std::int64_t trimmed, trimmedSequence(connection, table));
    DRYDOCK_ASSIGN(const OldRecords shown,
                   findOld(connection, table, trimmed, INT64_MAX, nowMs - kStreamRetentionMs, limit));
    if (shown.count > 0) {
        trimmed = shown.last;
        DRYDOCK_TRY(setTrimmedSequence(connection, table, trimmed));
    }
    const bool recoverable = table.definition.pointInTimeRecovery && !table.deleted;
    const std::int64_t days = recoverable ? table.definition.recoveryDays : 1;
    DRYDOCK_ASSIGN(const std::int64_t needed, firstNeededRecord(connection, table.id));
    DRYDOCK_ASSIGN(const OldRecords kept,
                   findOld(connection, table, 0, std::min(trimmed, needed - 1), nowMs - days * kDayMs, limit));
    if (kept.count > 0) {
        DRYDOCK_ASSIGN(sqlite::Statement * remove,
                       connection.cached("DELETE FROM " + table.logName + " WHERE sequence <= ?1"));
        DRYDOCK_TRY(remove->bind(1, kept.last).run());
        // Whatever the clock will say, no state before these can be told any more.
        DRYDOCK_ASSIGN(sqlite::Statement * update,
                       connection.cached("UPDATE tables SET recovery_ms = max(recovery_ms, ?1) WHERE id = ?2"));
        DRYDOCK_TRY(update->bind(1, kept.lastMs).bind(2, table.id).run());
    }
    return std::max(shown.count, kept.count);
}

}  // namespace

Result<std::size_t> removeExpiredItems(sqlite::Connection& connection, const Catalogue& catalogue, Writer& writer,
                                       std::int64_t nowMs, std::size_t limit) {
    std::size_t removed = 0;
    for (const auto& [name, table] : catalogue.tables()) {
        if (!table->definition.ttlAttribute || removed >= limit) continue;
        // Whole seconds e with e * 1000 < nowMs.
        const std::int64_t end = (nowMs + 999) / 1000;
        DRYDOCK_ASSIGN(const std::vector<TtlRow> rows,
                       rowsExpiring(connection, *table, end - kMaxExpiredSeconds, end, limit - removed));
        DRYDOCK_TRY(writer.removeExpired(*table, rows));
        removed += rows.size();
    }
    return removed;
}

Result<std::vector<ExpiringItem>> firstExpiring(sqlite::Connection& connection, const Table& table, std::size_t limit) {
    std::vector<ExpiringItem> items;
    if (!table.definition.ttlAttribute) return items;
    DRYDOCK_ASSIGN(const std::vector<TtlRow> rows, rowsExpiring(connection, table, INT64_MIN, INT64_MAX, limit));
    items.reserve(rows.size());
    for (const TtlRow& row : rows) {
        ExpiringItem& item = items.emplace_back();
        item.expiresS = row.expires;
        std::string_view bytes = row.key;
        DRYDOCK_TRY(decodeKey(table.definition.key, bytes, item.key));
    }
    return items;
}

Result<std::size_t> dropOldRecords(sqlite::Connection& connection, const Catalogue& catalogue, std::int64_t nowMs,
                                   std::size_t limit) {
    std::size_t dropped = 0;
    for (const auto& [name, table] : catalogue.tables()) {
        if (!table->hasLog || dropped >= limit) continue;
        DRYDOCK_ASSIGN(const std::size_t count, trim(connection, *table, nowMs, limit - dropped));
        dropped += count;
    }
    for (const std::unique_ptr<Table>& table : catalogue.deletedTables()) {
        if (dropped >= limit) break;
        DRYDOCK_ASSIGN(const std::size_t count, trim(connection, *table, nowMs, limit - dropped));
        dropped += count;
    }
    DRYDOCK_TRY(forgetStreams(connection, nowMs - kStreamRetentionMs));
    return dropped;
}

Result<std::vector<const Table*>> deletedWithoutStreams(sqlite::Connection& connection, const Catalogue& catalogue) {
    std::vector<const Table*> tables;
    for (const std::unique_ptr<Table>& table : catalogue.deletedTables()) {
        DRYDOCK_ASSIGN(const bool streams, hasStreams(connection, *table));
        if (!streams) tables.push_back(table.get());
    }
    return tables;
}

}  // namespace drydock::storage
