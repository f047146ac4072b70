// DeviceColumns: all devices in memory, column by column, small and fast to scan: about 100 bytes a device.
//
// Thread: one (the GUI's). No Qt types: plain values only.
// Ids may take 4 GiB together (33 million devices with the longest ids).
// A device is known from its registry part on; other parts of a device that is unknown or removed are ignored.
// A device's row is its number for good: rows are never moved or reused, so others may keep them. A device that leaves
// the registry keeps its row, marked removed, and gets it back when it returns.
// Invariants:
//   1. Every counter equals what a scan over the rows that are not removed would count.
//   2. Strings that repeat (model, FW, status, assignee, groups, note, fault, all attributes together) are held once,
//      for as long as a row uses them.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/fleet/device.h"
#include "models/string_pool.h"

namespace drydock::models {

class DeviceColumns {
public:
    using Row = std::uint32_t;
    static constexpr Row kNone = 0xFFFF'FFFF;
    static constexpr std::size_t kPhases = 5;

    // The pooled text columns.
    enum class Text : std::uint8_t { model, fw, status, assignee, groups, note, fault, attributes };
    static constexpr std::size_t kTexts = 8;

    DeviceColumns();

    struct Applied {
        Row row = kNone;       // kNone: the patch said nothing about a known device
        bool added = false;    // a new row, or a removed one that came back
        bool failure = false;  // another message than the one known so far says that an update failed
    };
    // Adds or changes one device. Constant time.
    Applied apply(const fleet::DevicePatch& patch);
    void reserve(std::size_t devices);

    [[nodiscard]] Row find(std::string_view id) const;  // kNone when never heard of; a removed one is found
    [[nodiscard]] std::size_t size() const { return m_phase.size(); }  // rows, removed ones too
    [[nodiscard]] std::size_t live() const { return m_live; }          // devices

    [[nodiscard]] std::string_view id(Row row) const;
    [[nodiscard]] std::string_view foldedId(Row row) const;
    // The text of a column. model and fw: as last reported, else the registry's; never the marks of a move out. groups:
    // sorted, ", " between them. attributes: the registry's, see attribute().
    [[nodiscard]] std::string_view text(Row row, Text column) const;
    // One of the registry's attributes; empty: it has none of that name.
    [[nodiscard]] std::string_view attribute(Row row, std::string_view name) const;
    [[nodiscard]] fleet::Phase phase(Row row) const { return static_cast<fleet::Phase>(m_phase[row]); }
    [[nodiscard]] int retryCounter(Row row) const { return m_retryCounter[row]; }
    [[nodiscard]] int cycle(Row row) const { return m_cycle[row]; }
    [[nodiscard]] std::int64_t lastSeenMs(Row row) const { return m_lastSeenMs[row]; }      // 0: never
    [[nodiscard]] std::int64_t dueMs(Row row) const { return m_dueMs[row]; }                // 0: no timer
    [[nodiscard]] std::int64_t phaseSinceMs(Row row) const { return m_phaseSinceMs[row]; }  // 0: unknown
    [[nodiscard]] bool reportsSuccess(Row row) const { return (m_flags[row] & kReportsSuccess) != 0; }
    [[nodiscard]] bool clockOff(Row row) const { return (m_flags[row] & kClockOff) != 0; }
    [[nodiscard]] bool removed(Row row) const { return (m_flags[row] & kRemoved) != 0; }

    [[nodiscard]] std::uint32_t textId(Row row, Text column) const { return m_text[index(column)][row]; }
    [[nodiscard]] const StringPool& pool(Text column) const { return m_pools[index(column)]; }
    // All folded ids in row order, each followed by '\0': one string to search through. foldedIdStart() is a row's
    // place.
    [[nodiscard]] std::string_view allFoldedIds() const { return {m_foldedIds.data(), m_foldedIds.size()}; }
    [[nodiscard]] std::uint32_t foldedIdStart(Row row) const { return m_foldedStart[row]; }

    [[nodiscard]] std::size_t count(fleet::Phase phase) const { return m_phaseCounts[static_cast<std::size_t>(phase)]; }
    // Devices of this model that run this FW.
    [[nodiscard]] std::size_t count(std::string_view model, std::string_view fw) const;
    struct VersionCount {
        std::string_view model;  // valid until the next apply()
        std::string_view fw;
        std::size_t devices = 0;
    };
    [[nodiscard]] std::vector<VersionCount> versions() const;  // by model, then FW
    // Devices last seen at or after this. A scan.
    [[nodiscard]] std::size_t seenSince(std::int64_t ms) const;
    // The devices whose timers run next, soonest first.
    [[nodiscard]] std::vector<Row> nextDue(std::size_t limit) const;

    // Bytes held, for the memory budget.
    [[nodiscard]] std::size_t bytes() const;

private:
    static constexpr std::uint8_t kReportsSuccess = 1;
    static constexpr std::uint8_t kClockOff = 2;
    static constexpr std::uint8_t kRemoved = 4;
    static constexpr std::size_t index(Text column) { return static_cast<std::size_t>(column); }

    Row add(std::string_view id);
    void applyThing(Row row, const fleet::Thing& thing);
    void applyStatus(Row row, const fleet::DeviceStatus& status);
    void applyRetries(Row row, const fleet::RetryRecord& retries);
    void growIndex();
    void setText(Row row, Text column, std::string_view text);
    void setFlag(Row row, std::uint8_t flag, bool on);
    void setDue(Row row, std::int64_t dueMs);
    void countIn(std::uint64_t version, std::uint8_t phase);
    void countOut(std::uint64_t version, std::uint8_t phase);
    [[nodiscard]] std::uint64_t versionKey(Row row) const;

    std::vector<char> m_ids;
    std::vector<char> m_foldedIds;
    std::vector<std::uint32_t> m_idStart;
    std::vector<std::uint32_t> m_foldedStart;
    std::vector<std::uint32_t> m_index;  // open addressing by id; kNone: free. A power of two, at most two thirds full
    std::array<std::vector<std::uint32_t>, kTexts> m_text;
    std::array<StringPool, kTexts> m_pools;
    std::vector<std::uint8_t> m_phase;
    std::vector<std::uint8_t> m_retryCounter;
    std::vector<std::uint8_t> m_cycle;
    std::vector<std::uint8_t> m_flags;
    std::vector<std::int64_t> m_lastSeenMs;
    std::vector<std::int64_t> m_dueMs;
    std::vector<std::int64_t> m_phaseSinceMs;

    std::array<std::size_t, kPhases> m_phaseCounts{};
    std::unordered_map<std::uint64_t, std::size_t> m_versionCounts;  // by model's and FW's numbers in their pools
    std::set<std::pair<std::int64_t, Row>> m_due;
    std::size_t m_live = 0;
};

}  // namespace drydock::models
