// Keeping the store within its size: telemetry goes first, oldest first, then history; nothing else ever.
//
// It goes in slices, a transaction each, which also notes what the round under way has removed so far, so that the note
// that ends the round is right whatever was interrupted in between.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fleet/tables.h"

namespace drydock::fleet {

class FleetTransaction;

// In the order in which they go.
inline constexpr std::array<const char*, 2> kBudgetTables = {tables::kTelemetry, tables::kHistory};

// What the round under way has removed of a table.
struct BudgetRemoval {
    std::string table;
    std::uint64_t rows = 0;
    std::int64_t fromMs = 0;  // arrival of the oldest …
    std::int64_t toMs = 0;    // … and of the latest
    std::int64_t lastExpiresS = 0;
};

// Of the tables above, those of which something was removed; empty: no round is under way.
[[nodiscard]] storage::Result<std::vector<BudgetRemoval>> budgetRound(storage::TableReader& tables);

// Removes the items with these keys, which follow in the order of expiry on what the round removed before.
[[nodiscard]] storage::Result<void> removeForBudget(FleetTransaction& transaction, const char* table,
                                                    const std::vector<storage::Item>& keys, std::int64_t lastExpiresS);

// Ends the round with a row in the audit for each table, and returns what they say; nothing without a round.
[[nodiscard]] storage::Result<std::string> endBudgetRound(FleetTransaction& transaction, std::int64_t budgetBytes,
                                                          std::int64_t nowMs);

}  // namespace drydock::fleet
