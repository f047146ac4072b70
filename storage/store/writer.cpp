#include "storage/store/writer.h"

#include <algorithm>

#include "storage/store/keys.h"
#include "storage/store/streams.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

using Action = WritePlan::Action;

// What a refused write leaves to say.
UnitError refusal(Error error, WritePlan& plan) {
    UnitError refused(std::move(error));
    const bool byCondition = refused.code == ErrorCode::conditionalCheckFailed;
    if (byCondition && plan.report.itemOnFailure && plan.old) refused.item = std::move(plan.old->item);
    return refused;
}

// The plans by table and key: neighbours share pages, and a repeated item shows.
std::vector<WritePlan*> inKeyOrder(std::vector<WritePlan>& plans) {
    std::vector<WritePlan*> ordered;
    ordered.reserve(plans.size());
    for (WritePlan& plan : plans) ordered.push_back(&plan);
    std::sort(ordered.begin(), ordered.end(), [](const WritePlan* a, const WritePlan* b) {
        return a->table != b->table ? a->table->id < b->table->id : a->key < b->key;
    });
    return ordered;
}

bool touchOneItem(const WritePlan* a, const WritePlan* b) {
    return a->valid && b->valid && a->table == b->table && a->key == b->key;
}

}  // namespace

Result<UnitResult> Writer::apply(WriteUnit unit) {
    if (unit.writes.empty()) {
        return UnitResult(fail(ErrorCode::validation,
                               "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy "
                               "constraint: Member must have length greater than or equal to 1"));
    }
    if (!unit.clientToken.empty()) {
        DRYDOCK_ASSIGN(const TokenState state, findToken(unit));
        if (state == TokenState::done) return UnitResult(std::vector<WriteResult>(unit.writes.size()));
        if (state == TokenState::otherRequest) {
            return UnitResult(fail(ErrorCode::idempotentParameterMismatch,
                                   "The request uses a client token that another request has already used"));
        }
    }
    std::vector<WritePlan> plans;
    plans.reserve(unit.writes.size());
    for (WriteRequest& request : unit.writes) {
        const Result<void> planned = planWrite(m_catalogue, std::move(request), plans.emplace_back());
        if (!planned) return UnitResult(fail(planned.error()));
    }
    const std::vector<WritePlan*> ordered = inKeyOrder(plans);
    if (std::adjacent_find(ordered.begin(), ordered.end(), touchOneItem) != ordered.end()) {
        return UnitResult(
            fail(ErrorCode::validation, "Transaction request cannot include multiple operations on one item"));
    }
    std::vector<std::optional<UnitError>> reasons(plans.size());
    bool refused = false;
    for (WritePlan* plan : ordered) {
        Result<void> evaluated = evaluate(m_connection, *plan);
        if (evaluated) continue;
        if (!isRequestError(evaluated.error())) return fail(std::move(evaluated).error());
        // Wrong whatever the transaction finds, so it is the request's fault.
        if (isEmptyKeyError(evaluated.error())) return UnitResult(fail(std::move(evaluated).error()));
        reasons[static_cast<std::size_t>(plan - plans.data())] = refusal(std::move(evaluated).error(), *plan);
        refused = true;
    }
    if (refused) {
        const bool alone = plans.size() == 1 && !unit.transaction;
        return UnitResult(tl::unexpect, alone ? *std::move(reasons.front()) : transactionCanceled(std::move(reasons)));
    }
    std::vector<WriteResult> results;
    results.reserve(plans.size());
    for (WritePlan* plan : ordered) {
        Result<void> performed = perform(*plan, false);
        if (performed) continue;
        // An item found only now, and damaged, refuses the unit as long as that has written nothing. Otherwise the
        // transaction goes; tried again, the item is found in time, as its table no longer counts as growing.
        if (plan == ordered.front() && isRequestError(performed.error()))
            return UnitResult(fail(std::move(performed).error()));
        return fail(std::move(performed).error());
    }
    for (WritePlan& plan : plans) results.push_back(std::move(plan.result));
    if (!unit.clientToken.empty()) DRYDOCK_TRY(keepToken(unit));
    return UnitResult(std::move(results));
}

Result<Writer::TokenState> Writer::findToken(const WriteUnit& unit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   m_connection.cached("SELECT fingerprint FROM tokens WHERE token = ?1 AND expires_ms > ?2"));
    select->bindText(1, unit.clientToken).bind(2, m_nowMs);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    if (!row) return TokenState::unknown;
    return select->blob(0) == unit.fingerprint ? TokenState::done : TokenState::otherRequest;
}

Result<void> Writer::keepToken(const WriteUnit& unit) {
    // Source: Amazon DynamoDB API reference, TransactWriteItems, ClientRequestToken.
    constexpr std::int64_t kTokenLifeMs = 10LL * 60 * 1000;
    DRYDOCK_ASSIGN(sqlite::Statement * expire, m_connection.cached("DELETE FROM tokens WHERE expires_ms <= ?1"));
    DRYDOCK_TRY(expire->bind(1, m_nowMs).run());
    DRYDOCK_ASSIGN(sqlite::Statement * insert,
                   m_connection.cached("INSERT OR REPLACE INTO tokens(token, fingerprint, expires_ms) "
                                       "VALUES(?1, ?2, ?3)"));
    insert->bindText(1, unit.clientToken).bindBlob(2, unit.fingerprint).bind(3, m_nowMs + kTokenLifeMs);
    return insert->run();
}

Result<void> Writer::load(Table& table, Item item) {
    WritePlan plan;
    plan.table = &table;
    plan.action = Action::put;
    plan.item = std::move(item);
    DRYDOCK_TRY(encodeItemKey(table.definition.key, plan.item, plan.key));
    plan.sizeBytes = static_cast<std::int64_t>(itemSize(plan.item));
    const auto& indexes = table.definition.indexes;
    plan.indexKeys.resize(indexes.size());
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        if (!encodeIndexKey(indexes[i], plan.item, plan.indexKeys[i])) plan.indexKeys[i].clear();
    }
    return perform(plan, false);
}

Result<void> Writer::removeExpired(Table& table, const std::vector<TtlRow>& rows) {
    if (rows.empty()) return {};
    for (const TtlRow& row : rows) DRYDOCK_TRY(removeExpiredItem(table, row));
    DRYDOCK_ASSIGN(sqlite::Statement * remove,
                   m_connection.cached("DELETE FROM " + table.ttlName +
                                       " WHERE (expires, item_key) >= (?1, ?2) AND (expires, item_key) <= (?3, ?4)"));
    remove->bind(1, rows.front().expires).bindBlob(2, rows.front().key);
    remove->bind(3, rows.back().expires).bindBlob(4, rows.back().key);
    return remove->run();
}

Result<void> Writer::removeExpiredItem(Table& table, const TtlRow& row) {
    WritePlan plan;
    plan.table = &table;
    plan.action = Action::remove;
    plan.key = row.key;
    Result<OldImage> old = readOldImage(m_connection, table, row.key, OldPart::bytes);
    if (!old && !isRequestError(old.error())) return fail(std::move(old).error());
    if (!old || old->expires != row.expires) return {};
    plan.old = *std::move(old);
    std::string_view bytes = plan.key;
    if (table.subscribed) DRYDOCK_TRY(decodeKey(table.definition.key, bytes, plan.keyItem));
    return perform(plan, true);
}

Result<void> Writer::perform(WritePlan& plan, bool byTtl) {
    if (plan.action == Action::none) return {};
    DRYDOCK_ASSIGN(const bool changed, plan.action == Action::put ? putRow(plan) : removeRow(plan));
    if (!changed) return {};

    Table& table = *plan.table;
    Totals& totals = totalsOf(table);
    const bool present = plan.action == Action::put;
    totals.items += (present ? 1 : 0) - (plan.old->exists ? 1 : 0);
    totals.bytes += (present ? plan.sizeBytes : 0) - plan.old->sizeBytes;
    if (!table.indexes.empty()) DRYDOCK_TRY(maintainIndexes(plan, totals));
    if (table.definition.ttlAttribute && !byTtl) DRYDOCK_TRY(maintainTtl(plan));
    std::uint64_t sequence = 0;
    if (table.logging) {
        DRYDOCK_ASSIGN(sequence, log(plan, byTtl));
    }
    if (table.subscribed) collectChange(plan, sequence, byTtl);
    return {};
}

Result<bool> Writer::putRow(WritePlan& plan) {
    Table& table = *plan.table;
    m_row.clear();
    encodeItem(plan.item, m_row);
    // REPLACE would do for both, but look for the row's place three times over.
    if (!plan.old || !plan.old->exists) {
        DRYDOCK_ASSIGN(sqlite::Statement * insert, table.insert.get(m_connection, [&] {
            return "INSERT OR IGNORE INTO " + table.dataName + "(key, size, item) VALUES(?1, ?2, ?3)";
        }));
        DRYDOCK_TRY(insert->bindBlob(1, plan.key).bind(2, plan.sizeBytes).bindBlob(3, m_row).run());
        table.growing = insert->changes() != 0;
        if (table.growing) {
            plan.old.emplace();
            return true;
        }
        DRYDOCK_ASSIGN(plan.old, readOldImage(m_connection, table, plan.key, OldPart::size));
    }
    table.growing = false;
    if (plan.old->bytes == m_row) return false;  // never of an item of which only the size was read
    DRYDOCK_ASSIGN(sqlite::Statement * update, table.update.get(m_connection, [&] {
        return "UPDATE " + table.dataName + " SET size = ?2, item = ?3 WHERE key = ?1";
    }));
    DRYDOCK_TRY(update->bindBlob(1, plan.key).bind(2, plan.sizeBytes).bindBlob(3, m_row).run());
    return true;
}

Result<bool> Writer::removeRow(WritePlan& plan) {
    if (!plan.old->exists) return false;
    Table& table = *plan.table;
    DRYDOCK_ASSIGN(sqlite::Statement * remove,
                   table.remove.get(m_connection, [&] { return "DELETE FROM " + table.dataName + " WHERE key = ?1"; }));
    DRYDOCK_TRY(remove->bindBlob(1, plan.key).run());
    return true;
}

Result<void> Writer::maintainIndexes(const WritePlan& plan, Totals& totals) {
    Table& table = *plan.table;
    std::string oldKey;
    static const std::string kNotIndexed;
    for (std::size_t i = 0; i < table.indexes.size(); ++i) {
        oldKey.clear();
        // An item older than the index may have a value no index takes, and so no row.
        if (plan.old->item && !encodeIndexKey(table.definition.indexes[i], *plan.old->item, oldKey)) oldKey.clear();
        const std::string& newKey = plan.action == Action::put ? plan.indexKeys[i] : kNotIndexed;
        if (oldKey == newKey) continue;
        IndexRows& index = table.indexes[i];
        if (!oldKey.empty()) {
            DRYDOCK_ASSIGN(sqlite::Statement * remove, index.remove.get(m_connection, [&] {
                return "DELETE FROM " + index.name + " WHERE key = ?1 AND item_key = ?2";
            }));
            DRYDOCK_TRY(remove->bindBlob(1, oldKey).bindBlob(2, plan.key).run());
            // While the index is being filled, the row may be missing, or there already.
            totals.indexItems[i] -= remove->changes();
        }
        if (!newKey.empty()) {
            DRYDOCK_ASSIGN(sqlite::Statement * insert, index.insert.get(m_connection, [&] {
                return "INSERT OR IGNORE INTO " + index.name + "(key, item_key) VALUES(?1, ?2)";
            }));
            DRYDOCK_TRY(insert->bindBlob(1, newKey).bindBlob(2, plan.key).run());
            totals.indexItems[i] += insert->changes();
        }
    }
    return {};
}

Result<void> Writer::maintainTtl(const WritePlan& plan) {
    Table& table = *plan.table;
    const auto before = plan.old->expires;
    const auto after = plan.action == Action::put ? expiryOf(table.definition, plan.item) : std::nullopt;
    if (before == after) return {};
    if (before) DRYDOCK_TRY(removeTtlRow(table, *before, plan.key));
    if (after) {
        DRYDOCK_ASSIGN(sqlite::Statement * insert, table.insertTtl.get(m_connection, [&] {
            return "INSERT OR IGNORE INTO " + table.ttlName + "(expires, item_key) VALUES(?1, ?2)";
        }));
        DRYDOCK_TRY(insert->bind(1, *after).bindBlob(2, plan.key).run());
    }
    return {};
}

Result<void> Writer::removeTtlRow(Table& table, std::int64_t expires, const std::string& key) {
    DRYDOCK_ASSIGN(sqlite::Statement * remove, table.removeTtl.get(m_connection, [&] {
        return "DELETE FROM " + table.ttlName + " WHERE expires = ?1 AND item_key = ?2";
    }));
    return remove->bind(1, expires).bindBlob(2, key).run();
}

Result<std::uint64_t> Writer::log(const WritePlan& plan, bool byTtl) {
    Table& table = *plan.table;
    DRYDOCK_ASSIGN(sqlite::Statement * insert, table.insertLog.get(m_connection, [&] {
        return "INSERT INTO " + table.logName +
               "(sequence, committed_ms, flags, key, old_item, new_item) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
    }));
    const std::uint64_t sequence = m_sequence + 1;
    insert->bind(1, static_cast<std::int64_t>(sequence)).bind(2, m_nowMs).bind(3, byTtl ? kLogByTtl : 0);
    insert->bindBlob(4, plan.key).bindNull(5).bindNull(6);
    if (plan.old->exists) insert->bindBlob(5, plan.old->bytes);
    if (plan.action == Action::put) insert->bindBlob(6, m_row);
    DRYDOCK_TRY(insert->run());
    m_sequence = sequence;
    m_logged = true;
    return sequence;
}

void Writer::collectChange(WritePlan& plan, std::uint64_t sequence, bool byTtl) {
    const TableDefinition& definition = plan.table->definition;
    Change change;
    change.table = definition.name;
    change.sequence = sequence;
    change.committedMs = m_nowMs;
    change.byTtl = byTtl;
    change.key = plan.action == Action::put ? keyAttributes(definition.key, plan.item) : std::move(plan.keyItem);
    if (plan.table->logging) change.oldItem = std::move(plan.old->item);
    if (plan.action == Action::put) change.newItem = std::move(plan.item);
    m_changes.push_back(std::move(change));
}

Writer::Totals& Writer::totalsOf(Table& table) {
    // From the back: writes to one table tend to follow each other.
    const auto found =
        std::find_if(m_totals.rbegin(), m_totals.rend(), [&](const Totals& each) { return each.table == &table; });
    if (found != m_totals.rend()) return *found;
    m_totals.push_back({&table, 0, 0, std::vector<std::int64_t>(table.indexes.size())});
    return m_totals.back();
}

Result<void> Writer::finish() {
    for (const Totals& totals : m_totals) {
        if (totals.items != 0 || totals.bytes != 0) {
            DRYDOCK_ASSIGN(sqlite::Statement * update,
                           m_connection.cached("UPDATE tables SET item_count = item_count + ?1, "
                                               "size_bytes = size_bytes + ?2 WHERE id = ?3"));
            DRYDOCK_TRY(update->bind(1, totals.items).bind(2, totals.bytes).bind(3, totals.table->id).run());
        }
        for (std::size_t i = 0; i < totals.indexItems.size(); ++i) {
            if (totals.indexItems[i] == 0) continue;
            DRYDOCK_ASSIGN(sqlite::Statement * update,
                           m_connection.cached("UPDATE indexes SET item_count = item_count + ?1 "
                                               "WHERE table_id = ?2 AND number = ?3"));
            update->bind(1, totals.indexItems[i]).bind(2, totals.table->id).bind(3, totals.table->indexes[i].number);
            DRYDOCK_TRY(update->run());
        }
    }
    if (m_logged) {
        DRYDOCK_ASSIGN(sqlite::Statement * update,
                       m_connection.cached("UPDATE store SET value = ?1 WHERE name = 'sequence'"));
        DRYDOCK_TRY(update->bind(1, static_cast<std::int64_t>(m_sequence)).run());
    }
    return {};
}

}  // namespace drydock::storage
