// PastFleet: devices, lists of them and groups as they were at a time, from the change log of their tables.
//
// Known of then: registry attributes, phase, counters, backup, groups and their members, note and assignee. Not known:
// what changes with every message (last status, last seen, latest values), which has no log; a DeviceDetail comes
// without its status. Nor is known whether a dynamic group was being filled.
// A device that has been deleted since is there as it was.
//
// Thread: that of the TableReader it borrows, which outlives it. What was before a time stays the same however much is
// written, so parts that are read one after the other fit together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/fleet/device.h"
#include "models/fleet/thing_group.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

// The first time of which the log tells.
[[nodiscard]] storage::Result<std::int64_t> pastBegins(storage::TableReader& tables);

// ErrorCode::validation, naming the field, when the query asks for what is not known of a past time.
[[nodiscard]] storage::Result<void> checkPastQuery(const FleetQuery& query);

class PastFleet {
public:
    // ErrorCode::invalidRestoreTime for a time that is still to come or lies before pastBegins(), with that in words.
    [[nodiscard]] static storage::Result<PastFleet> at(storage::TableReader& tables, std::int64_t atMs);

    [[nodiscard]] std::int64_t atMs() const { return m_atMs; }

    // ErrorCode::notFound when the registry had no such device then.
    [[nodiscard]] storage::Result<DeviceDetail> device(const std::string& id);
    // Calls `take` with every device the query found then, by name, without its backup. The query passed
    // checkPastQuery().
    [[nodiscard]] storage::Result<void> forEachMatch(const FleetQuery& query,
                                                     const std::function<void(DeviceDetail)>& take);
    [[nodiscard]] storage::Result<std::vector<ThingGroup>> groups();  // by name
    // ErrorCode::notFound when there was no such group then.
    [[nodiscard]] storage::Result<ThingGroup> group(const std::string& name);
    [[nodiscard]] storage::Result<std::vector<std::string>> groupMembers(const std::string& group);  // by name

private:
    PastFleet(storage::TableReader& tables, std::int64_t atMs) : m_tables(&tables), m_atMs(atMs) {}

    [[nodiscard]] storage::Result<std::optional<storage::Item>> get(const char* table, const std::string& partition);
    // Calls `take` with each thing and its counters (nullptr: none) as they were, in the order of the names.
    [[nodiscard]] storage::Result<void> forEachThing(
        const std::function<void(const storage::Item& thing, const storage::Item* retries)>& take);

    storage::TableReader* m_tables;
    std::int64_t m_atMs;
};

}  // namespace drydock::fleet
