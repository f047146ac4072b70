// StoreFollower: what another process commits to a store, for one that has it open read-only.
//
// Registry, retry records, alerts, firmware, groups, audit and settings come from the tables' streams, so each of their
// changes arrives, in order. The latest messages (DeviceStatus) keep no stream: those of devices whose registry or
// retry row changed are read along with them, the others are found by going round the table, a bounded piece at each
// look, for as long as messages come. So a device that fails is seen to within one look, the "last seen" of one that is
// well within one round. Thread: that of the TableReader it borrows, which outlives it. Errors: the reader's. What was
// found until then comes with the next look, which goes on from there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/fleet/changes.h"
#include "models/fleet/fleet_service.h"

namespace drydock::app {

// Records of one table's stream, and rows of the round, that one look reads at most.
inline constexpr std::size_t kFollowedRecords = 2'000;
inline constexpr std::size_t kFollowedRows = 10'000;

class StoreFollower {
public:
    // Begins with what is committed from now on; only the first round tells every device's status once.
    [[nodiscard]] static storage::Result<StoreFollower> open(storage::TableReader& tables);

    struct Look {
        fleet::FleetChanges changes;
        bool more = false;  // the streams hold more than one look reads
    };
    [[nodiscard]] storage::Result<Look> look();

    // As of the last look.
    [[nodiscard]] const fleet::AppliedCounters& counters() const { return m_counters; }
    [[nodiscard]] std::uint64_t outboxBacklog() const { return m_outboxBacklog; }
    [[nodiscard]] std::uint64_t webhookBacklog() const { return m_webhookBacklog; }

private:
    explicit StoreFollower(storage::TableReader& tables) : m_tables(&tables) {}

    [[nodiscard]] storage::Result<void> readCounters();
    [[nodiscard]] storage::Result<void> readGroupTasks();
    [[nodiscard]] storage::Result<bool> readStreams();
    [[nodiscard]] storage::Result<void> complete(fleet::FleetChanges& streamed);
    [[nodiscard]] storage::Result<void> goRound();
    [[nodiscard]] storage::Result<std::size_t> readRoundPage(std::size_t limit);
    // Keeps what tells this status from a later one; whether it is another than the one known.
    bool noteStatus(const std::string& deviceId, const fleet::DeviceStatus& status);

    storage::TableReader* m_tables;
    fleet::FleetChanges m_found;                       // and not handed out yet
    std::map<std::string, std::uint64_t> m_positions;  // in each table's stream
    fleet::AppliedCounters m_counters;
    std::uint64_t m_outboxBacklog = 0;
    std::uint64_t m_webhookBacklog = 0;
    std::uint64_t m_quarantineRows = 0;
    std::vector<std::string> m_groupsWithTask;

    std::unordered_map<std::uint64_t, std::uint64_t> m_statuses;  // digests, by the digest of the device's id
    std::optional<storage::Item> m_roundAt;                       // the last key read; none: between two rounds
    std::optional<std::uint64_t> m_roundBegunAt;                  // the position of the messages then
};

// Which process holds the store in `directory` for writing, e.g. "drydockctl (process 4711)"; empty: none, or it can't
// be told.
[[nodiscard]] std::string storeHolder(const std::filesystem::path& directory);

}  // namespace drydock::app
