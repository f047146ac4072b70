// A device as screens and commands see it: what the registry, its latest messages and its retry record say together.
//
// The three parts live in three tables because they change at three rates; each part is whole, so a later one
// replaces an earlier one, and lists can be loaded and kept up to date by the same means.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/fleet/retry_cycle.h"
#include "models/fleet/thing_group.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

using Attributes = std::map<std::string, std::string>;

// From the registry (table Things).
struct Thing {
    std::string name;  // the device id
    Attributes attributes;
    std::vector<std::string> groups;  // static groups, sorted
    Phase phase = Phase::well;        // mirrors the retry record, for the index
    std::int64_t registeredMs = 0;
    std::string note;
    std::string assignee;
    friend bool operator==(const Thing&, const Thing&) = default;
};

inline constexpr std::int64_t kClockToleranceMs = 5LL * 60 * 1000;

// From its latest message (table DeviceStatus).
struct DeviceStatus {
    std::string lastStatus;
    std::int64_t lastSeenMs = 0;    // arrival, our clock
    std::int64_t deviceTimeMs = 0;  // what the device's clock said then
    std::string reportedModel;
    std::string reportedFw;
    storage::Item values;                               // the other fields of the latest message
    std::int64_t clockToleranceMs = kClockToleranceMs;  // the setting, when it arrived

    // The device's clock is off by more than that.
    [[nodiscard]] bool clockIsOff() const;
};

// From table DeviceFirmwareRetries.
struct RetryRecord {
    CycleState cycle;
    std::int64_t createdMs = 0;
    std::string fault;  // an impossible state that stopped a step; empty: none
};

// News of one device: the parts that changed. Also the unit in which a list is first loaded.
struct DevicePatch {
    std::string id;
    std::optional<Thing> thing;
    std::optional<DeviceStatus> status;
    std::optional<RetryRecord> retries;  // a removed record arrives as a default one
    bool removed = false;                // deleted from the registry
};

// Everything about one device.
struct DeviceDetail {
    Thing thing;
    std::optional<DeviceStatus> status;
    std::optional<RetryRecord> retries;
    std::optional<Attributes> backup;
    std::vector<GroupMembership> memberships;  // by group
};

enum class HistoryKind : std::uint8_t { message, step, action, alert };
[[nodiscard]] const char* historyKindName(HistoryKind kind);

// One line of a device's timeline, in order of arrival.
struct HistoryEntry {
    std::uint64_t sequence = 0;  // strictly growing over the store's life
    HistoryKind kind = HistoryKind::message;
    std::int64_t atMs = 0;  // arrival, our clock
    std::string what;       // message: the status; step: the phase entered; action: its name; alert: its state
    std::string detail;     // English, one line
    storage::Item fields;   // message: timestamp, model, FW and values; step: counters after it
};

struct HistoryPage {
    std::vector<HistoryEntry> entries;        // newest first
    std::optional<std::uint64_t> nextBefore;  // pass as `beforeSequence` for the next page; none: the end
};

}  // namespace drydock::fleet
