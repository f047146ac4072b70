// FleetTransaction: one transaction, put together in the fleet's words and committed at once.
//
// Whatever changes a device — a message, a timer, a person, an undo — goes through here, so that what follows from a
// changed row follows in one place:
//   a thing's attributes → the outbox; its groups → their member rows and the outbox;
//   a retry record's due time → the timer's row; an alert's state → the device's history;
//   whatever a dynamic group follows → the outbox, worked out once, from what the transaction leaves;
//   a group's definition → what is to be told of its members, in pieces (group_desk.h).
// Nothing is written before commit(); a transaction that is dropped leaves no trace.
//
// Thread and lifetime: those of the store and options it borrows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/fleet_service.h"
#include "models/fleet/row_overlay.h"
#include "models/fleet/rows.h"
#include "models/fleet/thing_group.h"

namespace drydock::fleet {

// What the desk itself remembers, in one row of DeskState.
struct DeskMemory {
    AppliedCounters counters;
    std::uint64_t lastSequence = 0;  // of history, quarantine, outbox, audit and alerts
};
[[nodiscard]] storage::Result<DeskMemory> loadDeskMemory(storage::TableReader& store);

// What the outcome of a cycle step was, for whoever tells of it.
struct StepReport {
    CycleState before;
    CycleState after;
    bool counted = false;
    std::optional<std::string> refusal;  // see CycleStep

    [[nodiscard]] bool began() const { return before.phase == Phase::well && after.phase != Phase::well; }
};

class FleetTransaction {
public:
    FleetTransaction(storage::TableStore& store, const FleetOptions& options, const DeskMemory& memory,
                     const GroupIndex& groups);

    // --- what happens
    // `decoded` is what decodeTelemetry() made of the message. Never fails because of what the message says: such a
    // message is quarantined.
    [[nodiscard]] storage::Result<void> receive(const RawMessage& message, storage::Result<Telemetry> decoded);
    void quarantine(const RawMessage& message, std::string reason);
    // Runs a timer found in its table, and removes it.
    [[nodiscard]] storage::Result<void> runTimer(const std::string& deviceId, std::int64_t dueMs, std::int64_t nowMs);
    // One event of the retry cycle with all its effects. `by` is "message", "timer" or who did it.
    [[nodiscard]] storage::Result<StepReport> stepDevice(const std::string& deviceId, CycleEvent event,
                                                         std::int64_t atMs, std::string_view by);

    // --- rows, with what follows from them
    [[nodiscard]] storage::Result<std::optional<Thing>> thing(const std::string& id);
    [[nodiscard]] storage::Result<std::optional<Attributes>> backup(const std::string& id);
    [[nodiscard]] storage::Result<void> setThing(const Thing& thing, std::int64_t atMs);
    [[nodiscard]] storage::Result<void> setAlert(const Alert& alert, std::int64_t atMs);
    // All of a device's, raised at `sinceMs` or later, that are not resolved yet.
    [[nodiscard]] storage::Result<void> resolveAlerts(const std::string& deviceId, std::int64_t atMs,
                                                      std::string_view by, std::int64_t sinceMs = 0);
    // Any row the fleet's rules keep, as a whole; none: removed.
    [[nodiscard]] storage::Result<void> setRow(const RowChange& to, std::int64_t atMs);
    [[nodiscard]] storage::Result<std::optional<storage::Item>> row(const char* table, const storage::Item& key);
    // Writes or (none) removes a row from which nothing follows, without reading it.
    void putRow(const char* table, const storage::Item& key, std::optional<storage::Item> row);

    // --- dynamic groups
    // Who enters and leaves which by what the transaction has changed so far: by thing, then by group. It follows from
    // the groups' queries as they are now, and is told of with the commit.
    [[nodiscard]] storage::Result<std::vector<GroupMove>> groupMoves();
    // Tells of a thing that has become a member of a dynamic group, or is none any more.
    void tellMember(const std::string& group, const std::string& thing, bool joins);
    // What is left to be told of a group; none: nothing.
    void setGroupTask(const std::string& group, const std::optional<GroupTask>& task);
    [[nodiscard]] const GroupIndex& groups() const { return *m_groups; }
    // Definitions or tasks of groups changed.
    [[nodiscard]] bool groupsChanged() const { return m_groupsChanged; }
    [[nodiscard]] bool settingsChanged() const { return m_settingsChanged; }

    // --- records of what was done
    [[nodiscard]] std::uint64_t nextSequence() { return ++m_memory.lastSequence; }
    void addHistory(const std::string& deviceId, HistoryEntry entry);
    // An entry to be filled in and added.
    [[nodiscard]] AuditEntry newAudit(const Operator& who, std::int64_t atMs);
    void addAudit(const AuditEntry& entry, const std::vector<RowChange>& rows);

    // Changes so far of rows that were read: what an action did.
    [[nodiscard]] std::vector<RowChange> changes() const { return m_overlay.changes(); }
    [[nodiscard]] const FleetOptions& options() const { return *m_options; }
    [[nodiscard]] storage::TableReader& tables() { return *m_store; }

    // Messages up to here are dealt with.
    void advance(std::uint64_t messages) { m_memory.counters.position += messages; }
    // All of it, or, after an error, nothing.
    [[nodiscard]] storage::Result<void> commit();
    [[nodiscard]] const DeskMemory& memory() const { return m_memory; }
    [[nodiscard]] std::uint64_t outboxAdded() const { return m_outboxAdded; }

private:
    [[nodiscard]] storage::Result<void> applyToCycle(const Telemetry& telemetry, std::int64_t atMs,
                                                     HistoryEntry& entry);
    [[nodiscard]] storage::Result<void> noteReported(const Telemetry& telemetry, std::int64_t atMs);
    // Whether the message was applied before: by its entry, or where that may be gone, by the device's latest message.
    [[nodiscard]] storage::Result<bool> isKnown(const Telemetry& telemetry, const RowOverlay::Row& entry,
                                                std::int64_t keptFromMs);
    [[nodiscard]] storage::Result<Thing> registeredThing(const Telemetry& telemetry, std::int64_t atMs);
    [[nodiscard]] storage::Result<std::optional<std::string>> applyEffects(const std::string& deviceId,
                                                                           const CycleStep& step, std::int64_t atMs);
    [[nodiscard]] storage::Result<void> recordFault(const std::string& deviceId, const std::string& fault,
                                                    std::int64_t atMs);
    [[nodiscard]] storage::Result<void> raiseAlert(const std::string& deviceId, std::string message, std::int64_t atMs);
    [[nodiscard]] storage::Result<std::vector<Alert>> alertsNow(const std::string& deviceId);
    void setBackup(const std::string& deviceId, const Attributes& attributes, RowOverlay::Row& row);

    void followThing(const Thing* before, const Thing* after, std::int64_t atMs);
    void publishAttributes(const std::string& deviceId, const Thing* thing);
    void followGroups(const Thing& before, const Thing& after, std::int64_t atMs);
    [[nodiscard]] storage::Result<void> followGroup(const std::string& name, const std::optional<storage::Item>& before,
                                                    const std::optional<storage::Item>& after);
    // Whether a group has a thing of these rows, or has told so.
    using HasThing = bool (*)(const GroupIndex::Group& group, std::string_view thing, const QueryRow& row);
    [[nodiscard]] storage::Result<std::vector<GroupMove>> movesBy(HasThing has);
    [[nodiscard]] storage::Result<void> addMoves(const std::string& id, HasThing has, std::vector<GroupMove>& moves);
    [[nodiscard]] storage::Result<void> tellOfGroups();
    void tellOfGroup(const std::string& group, const std::vector<std::string>& added,
                     const std::vector<std::string>& removed);
    void followDueTime(const std::string& deviceId, std::optional<std::int64_t> before,
                       std::optional<std::int64_t> after);
    void followAlert(const Alert* before, const Alert* after, std::int64_t atMs);
    void publish(std::string topic, std::string payload, bool retain);

    storage::TableStore* m_store;
    storage::TableStore::ReadScope m_readScope;
    const FleetOptions* m_options;
    const GroupIndex* m_groups;
    RowOverlay m_overlay;
    DeskMemory m_memory;
    std::uint64_t m_outboxAdded = 0;
    std::map<std::string, std::vector<std::pair<std::string, bool>>> m_told;  // by group: things, in or out
    bool m_groupsChanged = false;
    bool m_settingsChanged = false;
};

// Alerts of a device, from their index.
[[nodiscard]] storage::Result<std::vector<Alert>> alertsOfDevice(storage::TableReader& tables,
                                                                 const std::string& deviceId);

// When a row that is kept for `days` from `fromMs` expires, in seconds.
[[nodiscard]] std::int64_t expiryS(std::int64_t fromMs, std::int64_t days);

}  // namespace drydock::fleet
