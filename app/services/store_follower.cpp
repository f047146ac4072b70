#include "app/services/store_follower.h"

#include <fstream>
#include <functional>
#include <sstream>
#include <utility>

#include <sys/stat.h>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"

namespace drydock::app {

namespace {

namespace tables = fleet::tables;
using storage::ErrorCode;
using storage::Result;
using storage::StreamPage;
using storage::TableReader;

constexpr const char* kFollowed[] = {tables::kThings, tables::kRetries,  tables::kAlerts,      tables::kFirmware,
                                     tables::kAudit,  tables::kSettings, tables::kThingGroups, tables::kProductModels};

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
    return digest ^ (value + 0x9E3779B97F4A7C15ULL + (digest << 6U) + (digest >> 2U));
}

// Whether the stream holds a record after `position`.
Result<bool> goesOn(TableReader& reader, const char* table, std::uint64_t position) {
    const Result<StreamPage> page = reader.readStream(table, position, 1);
    if (page) return !page->records.empty();
    if (page.error().code == ErrorCode::trimmedDataAccess) return true;
    return storage::fail(page.error());
}

// The position after the last record. Sequences only grow, so it is found by halving instead of by reading a day of
// records.
Result<std::uint64_t> endOfStream(TableReader& reader, const char* table) {
    std::uint64_t low = 0;
    DRYDOCK_ASSIGN(bool more, goesOn(reader, table, low));
    if (!more) return low;
    std::uint64_t high = 1;
    for (;; high *= 2) {
        DRYDOCK_ASSIGN(more, goesOn(reader, table, high));
        if (!more) break;
        low = high;
    }
    while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        DRYDOCK_ASSIGN(more, goesOn(reader, table, middle));
        (more ? low : high) = middle;
    }
    return high;
}

}  // namespace

Result<StoreFollower> StoreFollower::open(TableReader& tables) {
    StoreFollower follower(tables);
    for (const char* table : kFollowed) {
        DRYDOCK_ASSIGN(follower.m_positions[table], endOfStream(tables, table));
    }
    DRYDOCK_TRY(follower.readCounters());
    return follower;
}

Result<StoreFollower::Look> StoreFollower::look() {
    DRYDOCK_TRY(readCounters());
    DRYDOCK_ASSIGN(const bool more, readStreams());
    DRYDOCK_TRY(goRound());
    return Look{std::exchange(m_found, {}), more};
}

Result<void> StoreFollower::readCounters() {
    DRYDOCK_ASSIGN(const fleet::DeskMemory memory, fleet::loadDeskMemory(*m_tables));
    DRYDOCK_ASSIGN(const auto outbox, m_tables->describeTable(tables::kOutbox));
    DRYDOCK_ASSIGN(const auto quarantine, m_tables->describeTable(tables::kQuarantine));
    if (memory.counters.quarantined != m_counters.quarantined || quarantine.itemCount != m_quarantineRows)
        m_found.quarantineChanged = true;
    m_counters = memory.counters;
    m_outboxBacklog = outbox.itemCount;
    DRYDOCK_ASSIGN(const auto deliveries, m_tables->describeTable(tables::kWebhookDeliveries));
    m_webhookBacklog = deliveries.itemCount;
    m_quarantineRows = quarantine.itemCount;
    return readGroupTasks();
}

// That a group is being filled is a row of DeskState, which keeps no stream.
Result<void> StoreFollower::readGroupTasks() {
    DRYDOCK_ASSIGN(const auto tasks, fleet::loadGroupTasks(*m_tables));
    std::vector<std::string> groups;
    groups.reserve(tasks.size());
    for (const fleet::GroupTask& task : tasks) groups.push_back(task.group);
    if (groups != m_groupsWithTask) m_found.groupsChanged = true;
    m_groupsWithTask = std::move(groups);
    return {};
}

Result<bool> StoreFollower::readStreams() {
    bool more = false;
    fleet::FleetChanges streamed;
    std::map<std::string, std::uint64_t> reached;
    for (const char* table : kFollowed) {
        Result<StreamPage> page = m_tables->readStream(table, m_positions[table], kFollowedRecords);
        // Away for longer than records are kept: the oldest one left is the next.
        if (!page && page.error().code == ErrorCode::trimmedDataAccess)
            page = m_tables->readStream(table, 0, kFollowedRecords);
        if (!page) return storage::fail(std::move(page).error());
        reached[table] = page->nextSequence;
        more = more || page->records.size() == kFollowedRecords;
        fleet::merge(streamed, fleet::translate(page->records));
    }
    DRYDOCK_TRY(complete(streamed));
    fleet::merge(m_found, std::move(streamed));
    m_positions = std::move(reached);
    return more;
}

// Whatever changed a device's registry or retry row wrote its timeline as well, and mostly came of a message.
Result<void> StoreFollower::complete(fleet::FleetChanges& streamed) {
    for (const fleet::Alert& alert : streamed.alerts) streamed.devicesWithHistory.push_back(alert.deviceId);
    for (fleet::DevicePatch& patch : streamed.devices) {
        if (patch.removed) continue;
        streamed.devicesWithHistory.push_back(patch.id);
        storage::GetRequest request;
        request.table = tables::kDeviceStatus;
        request.key = fleet::rows::key(tables::kDeviceStatus, patch.id);
        DRYDOCK_ASSIGN(const auto row, m_tables->get(request));
        if (!row) continue;
        patch.status = fleet::rows::toDeviceStatus(*row);
        noteStatus(patch.id, *patch.status);
    }
    return {};
}

Result<void> StoreFollower::goRound() {
    if (!m_roundAt && m_roundBegunAt == m_counters.position) return {};
    if (!m_roundAt) m_roundBegunAt = m_counters.position;
    for (std::size_t rows = 0; rows < kFollowedRows;) {
        DRYDOCK_ASSIGN(const std::size_t read, readRoundPage(kFollowedRows - rows));
        if (!m_roundAt) return {};
        rows += read;
    }
    return {};
}

Result<std::size_t> StoreFollower::readRoundPage(std::size_t limit) {
    storage::ScanRequest request;
    request.table = tables::kDeviceStatus;
    request.exclusiveStartKey = m_roundAt;
    request.limit = static_cast<std::uint32_t>(limit);
    DRYDOCK_ASSIGN(storage::Page page, m_tables->scan(request));
    fleet::FleetChanges found;
    for (const storage::Item& row : page.items) {
        fleet::DevicePatch patch;
        patch.id = row.string("deviceId");
        patch.status = fleet::rows::toDeviceStatus(row);
        if (!noteStatus(patch.id, *patch.status)) continue;
        found.devicesWithHistory.push_back(patch.id);
        found.devices.push_back(std::move(patch));
    }
    fleet::merge(m_found, std::move(found));
    m_roundAt = std::move(page.lastEvaluatedKey);
    return page.items.size();
}

bool StoreFollower::noteStatus(const std::string& deviceId, const fleet::DeviceStatus& status) {
    const std::hash<std::string> digestOf;
    std::uint64_t digest = digestOf(status.lastStatus);
    digest = mixed(digest, static_cast<std::uint64_t>(status.lastSeenMs));
    digest = mixed(digest, static_cast<std::uint64_t>(status.deviceTimeMs));
    const auto [known, added] = m_statuses.try_emplace(digestOf(deviceId), digest);
    return added || std::exchange(known->second, digest) != digest;
}

std::string storeHolder(const std::filesystem::path& directory) {
    struct stat file {};
    if (::stat((directory / "store.lock").c_str(), &file) != 0) return {};
    const std::string inode = ':' + std::to_string(file.st_ino);
    // Asking the kernel, as trying the lock would keep the holder's successor out for a moment. A line is
    // "1: FLOCK  ADVISORY  WRITE 4711 08:01:131095 0 EOF".
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        std::istringstream words(line);
        std::string number;
        std::string kind;
        std::string strictness;
        std::string access;
        std::string process;
        std::string place;
        words >> number >> kind >> strictness >> access >> process >> place;
        const bool ours =
            place.size() > inode.size() && place.compare(place.size() - inode.size(), inode.size(), inode) == 0;
        if (kind != "FLOCK" || access != "WRITE" || !ours) continue;
        std::string name;
        std::getline(std::ifstream("/proc/" + process + "/comm"), name);
        return (name.empty() ? std::string("a program") : name) + " (process " + process + ')';
    }
    return {};
}

}  // namespace drydock::app
