#include "models/fleet/store_budget.h"

#include <algorithm>
#include <utility>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::Item;

Item roundKey(const char* table) {
    return rows::key(tables::kDeskState, std::string("budget#") + table);
}

BudgetRemoval toRemoval(const char* table, const Item& row) {
    BudgetRemoval removal;
    removal.table = table;
    removal.rows = static_cast<std::uint64_t>(row.integer("rows"));
    removal.fromMs = row.integer("from");
    removal.toMs = row.integer("to");
    removal.lastExpiresS = row.integer("expires");
    return removal;
}

Item fromRemoval(const char* table, const BudgetRemoval& removal) {
    Item row = roundKey(table);
    row.set("rows", static_cast<std::int64_t>(removal.rows));
    row.set("from", removal.fromMs);
    row.set("to", removal.toMs);
    row.set("expires", removal.lastExpiresS);
    return row;
}

}  // namespace

Result<std::vector<BudgetRemoval>> budgetRound(storage::TableReader& reader) {
    std::vector<BudgetRemoval> round;
    for (const char* table : kBudgetTables) {
        storage::GetRequest request;
        request.table = tables::kDeskState;
        request.key = roundKey(table);
        DRYDOCK_ASSIGN(const auto row, reader.get(request));
        if (row) round.push_back(toRemoval(table, *row));
    }
    return round;
}

Result<void> removeForBudget(FleetTransaction& transaction, const char* table, const std::vector<Item>& keys,
                             std::int64_t lastExpiresS) {
    if (keys.empty()) return {};
    DRYDOCK_ASSIGN(const auto before, transaction.row(tables::kDeskState, roundKey(table)));
    BudgetRemoval removal = before ? toRemoval(table, *before) : BudgetRemoval();
    for (const Item& key : {keys.front(), keys.back()}) {
        DRYDOCK_ASSIGN(const auto row, transaction.row(table, key));
        const std::int64_t atMs = row ? row->integer("at") : 0;
        if (atMs == 0) continue;
        removal.fromMs = removal.fromMs == 0 ? atMs : std::min(removal.fromMs, atMs);
        removal.toMs = std::max(removal.toMs, atMs);
    }
    for (const Item& key : keys) transaction.putRow(table, key, std::nullopt);
    removal.rows += keys.size();
    removal.lastExpiresS = lastExpiresS;
    transaction.putRow(tables::kDeskState, roundKey(table), fromRemoval(table, removal));
    return {};
}

Result<std::string> endBudgetRound(FleetTransaction& transaction, std::int64_t budgetBytes, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(const auto round, budgetRound(transaction.tables()));
    std::string told;
    for (const BudgetRemoval& removal : round) {
        AuditEntry audit = transaction.newAudit({"drydock", "store budget"}, nowMs);
        audit.action = "keepWithinBudget";
        audit.target = removal.table;
        audit.summary = "Removed " + counted(removal.rows, "row") + " of " + removal.table + ", from " +
                        isoTime(removal.fromMs) + " to " + isoTime(removal.toMs) + ", to keep the store within " +
                        std::to_string(budgetBytes / 1'000'000) + " MB.";
        transaction.addAudit(audit, {});
        const auto* const table = std::find(kBudgetTables.begin(), kBudgetTables.end(), removal.table);
        transaction.putRow(tables::kDeskState, roundKey(*table), std::nullopt);
        told += (told.empty() ? "" : " ") + audit.summary;
    }
    return told;
}

}  // namespace drydock::fleet
