// StoreBudget: keeps the store's file within the setting store.budget, a slice at a time.
//
// A round begins when what the file holds exceeds the budget, and ends at nine tenths of it, at the end of a second of
// arrivals, so that of a device's history a beginning goes and never a piece from its middle. An interrupted round goes
// on at the next start.
// Thread: the desk core's.
#pragma once

#include <cstdint>
#include <string>

#include "app/services/pacing.h"
#include "models/fleet/fleet_service.h"
#include "storage/store/sqlite_store.h"

namespace drydock::app {

class StoreBudget {
public:
    StoreBudget();

    // One slice. Returns whether there may be more to do at once.
    [[nodiscard]] storage::Result<bool> run(fleet::FleetService& service, storage::SqliteStore& store,
                                            const storage::Clock& clock);

    [[nodiscard]] std::uint64_t usedBytes() const { return m_usedBytes; }   // as of the last look; 0: none yet
    [[nodiscard]] const std::string& removed() const { return m_removed; }  // by the last round; empty: nothing
    [[nodiscard]] const std::string& trouble() const { return m_trouble; }  // that a person must see to

private:
    [[nodiscard]] storage::Result<bool> begin(fleet::FleetService& service, storage::SqliteStore& store,
                                              const storage::Clock& clock);
    [[nodiscard]] storage::Result<bool> removeSlice(fleet::FleetService& service, storage::SqliteStore& store);
    [[nodiscard]] storage::Result<void> end(fleet::FleetService& service, const storage::Clock& clock);

    BatchSize m_batch;
    bool m_lookedForRound = false;
    bool m_roundUnderWay = false;
    std::int64_t m_nextLookMs = INT64_MIN;  // monotonic
    std::uint64_t m_budget = 0;             // as of the last look
    std::uint64_t m_usedBytes = 0;
    std::string m_removed;
    std::string m_trouble;
};

}  // namespace drydock::app
