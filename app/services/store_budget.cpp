#include "app/services/store_budget.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/store_budget.h"

namespace drydock::app {

using std::chrono::steady_clock;
using storage::Result;

namespace {

constexpr std::size_t kLargestSlice = 2'000;
constexpr std::chrono::milliseconds kSliceBound{25};
constexpr std::int64_t kLookEveryMs = 10'000;
// When nothing more may go, looking so often would only remove each message as it comes.
constexpr std::int64_t kLookAfterVainMs = 10LL * 60 * 1000;

std::uint64_t budgetOf(const fleet::FleetService& service) {
    return static_cast<std::uint64_t>(service.options().budgetBytes);
}

std::uint64_t lowWater(std::uint64_t budget) {
    return budget - budget / 10;
}

}  // namespace

StoreBudget::StoreBudget() : m_batch(kLargestSlice, kSliceBound) {}

Result<bool> StoreBudget::run(fleet::FleetService& service, storage::SqliteStore& store, const storage::Clock& clock) {
    if (!m_roundUnderWay) {
        DRYDOCK_ASSIGN(m_roundUnderWay, begin(service, store, clock));
        if (!m_roundUnderWay) return false;
    }
    DRYDOCK_ASSIGN(m_usedBytes, store.usedBytes());
    DRYDOCK_ASSIGN(const bool removed, removeSlice(service, store));
    if (!removed) DRYDOCK_TRY(end(service, clock));
    return removed;
}

Result<bool> StoreBudget::begin(fleet::FleetService& service, storage::SqliteStore& store,
                                const storage::Clock& clock) {
    const std::uint64_t budget = budgetOf(service);
    const bool sameBudget = std::exchange(m_budget, budget) == budget;
    if (sameBudget && clock.monotonicMs() < m_nextLookMs) return false;
    DRYDOCK_ASSIGN(m_usedBytes, store.usedBytes());
    if (!m_lookedForRound) {
        DRYDOCK_ASSIGN(const auto interrupted, fleet::budgetRound(store));
        m_lookedForRound = true;
        if (!interrupted.empty()) return true;
    }
    m_nextLookMs = clock.monotonicMs() + kLookEveryMs;
    if (m_usedBytes > budget) return true;
    m_trouble.clear();
    return false;
}

// False when enough is removed, or nothing is left that may be.
Result<bool> StoreBudget::removeSlice(fleet::FleetService& service, storage::SqliteStore& store) {
    DRYDOCK_ASSIGN(const auto round, fleet::budgetRound(store));
    const bool enough = m_usedBytes <= lowWater(budgetOf(service));
    for (const char* table : fleet::kBudgetTables) {
        DRYDOCK_ASSIGN(auto items, store.firstToExpire(table, m_batch.next()));
        if (items.empty()) continue;
        if (enough) {
            // What expires in the second that was begun goes as well.
            const auto begun = std::find_if(round.begin(), round.end(),
                                            [table](const fleet::BudgetRemoval& each) { return each.table == table; });
            std::erase_if(items, [&](const storage::ExpiringItem& item) {
                return begun == round.end() || item.expiresS != begun->lastExpiresS;
            });
            if (items.empty()) continue;
        }
        std::vector<storage::Item> keys;
        keys.reserve(items.size());
        for (storage::ExpiringItem& item : items) keys.push_back(std::move(item.key));
        const SteadyTime begun = steady_clock::now();
        DRYDOCK_TRY(service.change([&](fleet::FleetTransaction& transaction) {
            return fleet::removeForBudget(transaction, table, keys, items.back().expiresS);
        }));
        m_batch.measured(keys.size(), steady_clock::now() - begun);
        return true;
    }
    return false;
}

Result<void> StoreBudget::end(fleet::FleetService& service, const storage::Clock& clock) {
    const std::uint64_t budget = budgetOf(service);
    std::string removed;
    DRYDOCK_TRY(service.change([&](fleet::FleetTransaction& transaction) -> Result<void> {
        DRYDOCK_ASSIGN(removed, fleet::endBudgetRound(transaction, service.options().budgetBytes, clock.wallMs()));
        return {};
    }));
    if (!removed.empty()) m_removed = std::move(removed);
    m_roundUnderWay = false;
    m_trouble.clear();
    m_nextLookMs = clock.monotonicMs() + kLookEveryMs;
    if (m_usedBytes <= budget) return {};
    m_nextLookMs = clock.monotonicMs() + kLookAfterVainMs;
    m_trouble = "The store holds " + std::to_string(m_usedBytes / 1'000'000) + " MB, more than its budget of " +
                std::to_string(budget / 1'000'000) +
                " MB, and nothing is left that may be removed for it. Raise the setting store.budget.";
    return {};
}

}  // namespace drydock::app
