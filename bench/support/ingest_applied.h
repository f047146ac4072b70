// How fast the rules take journaled messages in: FleetService on SqliteStore, beside the same rows with plain SQLite.
#pragma once

#include <cstddef>
#include <cstdint>

#include "storage/base/result.h"

namespace drydock::bench {

// How densely the messages arrived, by their own times: decides how many expire in one second, and so whether a batch's
// TTL rows lie side by side or all over their table.
constexpr std::int64_t kMessagesOfSecond = 10'000;

struct AppliedRates {
    double raw = 0;      // messages a second with plain SQLite
    double service = 0;  // with journal, rules and store
};

struct AppliedWork {
    std::uint64_t devices = 1000;      // registered, and failing, before the clock starts
    std::uint64_t messages = 100'000;  // measured, each of a device picked at random
    std::size_t batch = 1000;          // messages a transaction
    int rounds = 5;                    // in which the two take turns
};

[[nodiscard]] storage::Result<AppliedRates> measureApplied(const AppliedWork& work);

}  // namespace drydock::bench
