#include "storage/recovery/past_reads.h"

#include <algorithm>

#include "storage/store/keys.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::uint64_t kPageBytes = 1024ULL * 1024;

// The old image of the first record of `key` from the cut on. Outer none: there is no such record; inner none: there
// was no item before it.
using OldRow = std::optional<std::optional<std::string>>;
Result<OldRow> oldRow(sqlite::Connection& connection, const Table& table, std::string_view key, std::int64_t cut) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT old_item FROM " + table.logName +
                                     " WHERE key = ?1 AND sequence >= ?2 ORDER BY sequence LIMIT 1"));
    select->bindBlob(1, key).bind(2, cut);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    OldRow old;
    if (!row) return old;
    old.emplace();
    if (!select->isNull(0)) old->emplace(select->blob(0));
    return old;
}

// The next key behind `after` that the log has records of.
Result<std::optional<std::string>> nextLoggedKey(sqlite::Connection& connection, const Table& table,
                                                 std::string_view after) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT key FROM " + table.logName + " WHERE key > ?1 ORDER BY key LIMIT 1"));
    select->bindBlob(1, after);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    if (!row) return std::nullopt;
    return std::string(select->blob(0));
}

Result<std::optional<std::string>> currentRow(sqlite::Connection& connection, const Table& table,
                                              std::string_view key) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT item FROM " + table.dataName + " WHERE key = ?1"));
    select->bindBlob(1, key);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    if (!row) return std::nullopt;
    return std::string(select->blob(0));
}

std::string rangeText(std::int64_t earliestMs, std::int64_t nowMs) {
    return std::to_string(earliestMs / 1000) + " to " + std::to_string(nowMs / 1000);
}

}  // namespace

Result<std::int64_t> earliestRecoverable(sqlite::Connection& connection, const Table& table, std::int64_t nowMs) {
    const TableDefinition& definition = table.definition;
    if (!definition.pointInTimeRecovery) {
        return fail(ErrorCode::pointInTimeRecoveryUnavailable,
                    "Point in time recovery is not enabled for table '" + definition.name + "'");
    }
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT recovery_ms FROM tables WHERE id = ?1"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, table.id).step());
    if (!row) return fail(ErrorCode::corrupt, "The catalogue has lost table " + definition.name);
    return std::max(select->integer(0), nowMs - static_cast<std::int64_t>(definition.recoveryDays) * kDayMs);
}

Result<std::int64_t> cutAt(sqlite::Connection& connection, const Table& table, PastTime time) {
    DRYDOCK_ASSIGN(const std::int64_t earliest, earliestRecoverable(connection, table, time.nowMs));
    if (time.atMs < earliest || time.atMs > time.nowMs) {
        return fail(ErrorCode::invalidRestoreTime, "The time asked for of table '" + table.definition.name +
                                                       "' is not within what is kept of it (seconds " +
                                                       rangeText(earliest, time.nowMs) + ")");
    }
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT sequence, committed_ms FROM " + table.logName +
                                                                 " WHERE sequence >= ?1 ORDER BY sequence LIMIT 1"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const std::int64_t last,
                   connection.queryInteger("SELECT ifnull(max(sequence), 0) FROM " + table.logName));
    // Everything until `before` is not later; everything from `cut` on is.
    std::int64_t before = 0;
    std::int64_t cut = last + 1;
    while (cut - before > 1) {
        const std::int64_t middle = before + (cut - before) / 2;
        select->reset();
        DRYDOCK_ASSIGN(const bool row, select->bind(1, middle).step());
        if (row && select->integer(0) < cut && select->integer(1) <= time.atMs) {
            before = select->integer(0);
        } else {
            cut = middle;
        }
    }
    return cut;
}

Result<PastWalkEnd> walkPast(sqlite::Connection& connection, const Table& table, const PastWalk& walk,
                             const PastVisitor& visit) {
    DRYDOCK_ASSIGN(sqlite::Statement * items,
                   connection.cached("SELECT key, item FROM " + table.dataName + " WHERE key > ?1 ORDER BY key"));
    items->bindBlob(1, walk.after);
    const sqlite::ResetGuard guard(*items);
    DRYDOCK_ASSIGN(bool hasItem, items->step());
    DRYDOCK_ASSIGN(std::optional<std::string> logged, nextLoggedKey(connection, table, walk.after));
    PastWalkEnd end;
    end.last = walk.after;
    for (; end.looked < walk.limit; ++end.looked) {
        if (!hasItem && !logged) break;
        const bool isLogged = logged && (!hasItem || *logged <= items->blob(0));
        const bool isItem = hasItem && (!logged || items->blob(0) <= *logged);
        const std::string key(isLogged ? std::string_view(*logged) : items->blob(0));
        OldRow old;
        if (isLogged) {
            DRYDOCK_ASSIGN(old, oldRow(connection, table, key, walk.cut));
        }
        const bool isNow = !old && isItem;
        if (isNow || (old && *old)) {
            DRYDOCK_ASSIGN(const bool taken, visit(key, isNow ? items->blob(1) : std::string_view(**old)));
            if (!taken) return end;
        }
        end.last = key;
        if (isItem) {
            DRYDOCK_ASSIGN(hasItem, items->step());
        }
        if (isLogged) {
            DRYDOCK_ASSIGN(logged, nextLoggedKey(connection, table, key));
        }
    }
    end.ended = !hasItem && !logged;
    return end;
}

Result<std::optional<Item>> readItemAsOf(sqlite::Connection& connection, const Table& table, const Item& key,
                                         PastTime time) {
    std::string bytes;
    DRYDOCK_TRY(encodeRequestKey(table.definition.key, key, bytes));
    DRYDOCK_ASSIGN(const std::int64_t cut, cutAt(connection, table, time));
    DRYDOCK_ASSIGN(const OldRow old, oldRow(connection, table, bytes, cut));
    std::optional<std::string> row;
    if (old) {
        row = *old;
    } else {
        DRYDOCK_ASSIGN(row, currentRow(connection, table, bytes));
    }
    if (!row) return std::nullopt;
    return decodeItem(*row);
}

Result<Page> readPageAsOf(sqlite::Connection& connection, const Table& table, const PastRequest& request,
                          std::int64_t nowMs) {
    PastWalk walk;
    walk.limit = request.limit;
    if (request.exclusiveStartKey) {
        DRYDOCK_TRY(encodeRequestKey(table.definition.key, *request.exclusiveStartKey, walk.after));
    }
    DRYDOCK_ASSIGN(walk.cut, cutAt(connection, table, {request.atMs, nowMs}));
    Page page;
    std::uint64_t bytes = 0;
    const auto add = [&](std::string_view /*key*/, std::string_view row) -> Result<bool> {
        DRYDOCK_ASSIGN(Item item, decodeItem(row));
        bytes += itemSize(item);
        if (!page.items.empty() && bytes > kPageBytes) return false;
        page.items.push_back(std::move(item));
        return true;
    };
    DRYDOCK_ASSIGN(const PastWalkEnd end, walkPast(connection, table, walk, add));
    page.count = page.items.size();
    page.scannedCount = end.looked;
    if (end.ended || end.looked == 0) return page;
    std::string_view last = end.last;
    DRYDOCK_TRY(decodeKey(table.definition.key, last, page.lastEvaluatedKey.emplace()));
    return page;
}

}  // namespace drydock::storage
