#include "models/fleet/history_check.h"

#include <algorithm>
#include <utility>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/query.h"
#include "models/fleet/rows.h"
#include "models/fleet/settings_desk.h"
#include "models/fleet/tables.h"
#include "models/fleet/thing_group.h"

namespace drydock::fleet {
namespace {

using storage::Item;
using storage::TableReader;

// A device's cycle as its history tells it.
class Replay {
public:
    explicit Replay(const LimitsInTime& limits) : m_limitsInTime(&limits) {}

    void take(const HistoryEntry& entry) {
        m_limits = &m_limitsInTime->at(entry.sequence);
        if (entry.fields.boolean("began")) {
            if (m_state && m_state->phase != Phase::well) m_trouble = "a cycle begins amid another in its history";
            m_state = CycleState();
        }
        if (!m_state && entry.what != kUndo && entry.what != actionName(ActionKind::deleteDevice)) return;
        switch (entry.kind) {
            case HistoryKind::message:
                if (entry.what == kFailedStatus) {
                    run(CycleEvent::failureReported, entry.atMs);
                } else if (m_limits->isSuccess(entry.what)) {
                    run(CycleEvent::successReported, entry.atMs);
                }
                break;
            case HistoryKind::step:
                // Other steps follow from a message or an action, which is in the history itself.
                if (entry.fields.string("by") == "timer") {
                    // Due times depend on settings that may have changed since.
                    run(CycleEvent::timerDue, std::max(entry.atMs, m_state->dueMs.value_or(entry.atMs)));
                    m_failedByTimer = m_state->phase == Phase::failed;
                }
                break;
            case HistoryKind::action:
                takeAction(entry);
                break;
            case HistoryKind::alert:
                break;
        }
    }

    [[nodiscard]] const std::optional<CycleState>& state() const { return m_state; }
    [[nodiscard]] const std::string& trouble() const { return m_trouble; }
    [[nodiscard]] bool failedByTimer() const { return m_failedByTimer; }

private:
    static constexpr std::string_view kUndo = "undo";

    void run(CycleEvent event, std::int64_t atMs) {
        CycleStep next = step(*m_state, event, atMs, *m_limits);
        if (next.refusal && m_trouble.empty()) m_trouble = "its history can't be replayed: " + *next.refusal;
        m_state = next.state;
    }

    void takeAction(const HistoryEntry& entry) {
        if (entry.what == kUndo) {
            // An undo goes back to a state rather than on from one.
            CycleState state;
            state.phase = phaseFromName(entry.fields.string("phase")).value_or(Phase::well);
            state.retryCounter = static_cast<int>(entry.fields.integer("RetryCounter"));
            state.resetRetryCount = static_cast<int>(entry.fields.integer("ResetRetryCount"));
            state.reportsSuccess = entry.fields.boolean("reportsSuccess");
            if (state.phase == Phase::coolingOff || state.phase == Phase::failing) state.dueMs = entry.atMs;
            m_state = state;
            return;
        }
        const auto kind = actionFromName(entry.what);
        if (!kind) return;
        switch (*kind) {
            case ActionKind::restoreAttributes:
                run(CycleEvent::restoreNow, entry.atMs);
                break;
            case ActionKind::resetCounters:
                run(CycleEvent::reset, entry.atMs);
                break;
            case ActionKind::release:
                run(CycleEvent::release, entry.atMs);
                break;
            case ActionKind::moveToFailed:
                run(CycleEvent::moveToFailed, entry.atMs);
                m_failedByTimer = false;
                break;
            case ActionKind::setCoolOff:
                // Another end of the cool-off is no step; that it ended shows in the phase it left.
                if (entry.fields.string("phase") != phaseName(Phase::coolingOff))
                    run(CycleEvent::restoreNow, entry.atMs);
                break;
            case ActionKind::deleteDevice:
                // Whatever is told of it later is of a device registered anew.
                m_state = CycleState();
                m_failedByTimer = false;
                break;
            default:
                break;
        }
    }

    const LimitsInTime* m_limitsInTime;
    const Limits* m_limits = nullptr;   // of the entry at hand
    std::optional<CycleState> m_state;  // none: what is kept begins amid a cycle, or there was none
    std::string m_trouble;
    bool m_failedByTimer = false;
};

class Check {
public:
    Check(TableReader& tables, const Limits& defaults) : m_tables(&tables), m_defaults(&defaults) {}

    Result<std::vector<std::string>> run() {
        DRYDOCK_ASSIGN(m_limits, LimitsInTime::load(*m_tables, *m_defaults));
        DRYDOCK_ASSIGN(m_groups, loadThingGroups(*m_tables));
        DRYDOCK_TRY(overEach(tables::kThings, [this](const Item& row) { return checkThing(row); }));
        DRYDOCK_TRY(overEach(tables::kRetries, [this](const Item& row) { return checkRegistered(row); }));
        DRYDOCK_TRY(overEach(tables::kTimers, [this](const Item& row) { return checkTimer(row); }));
        DRYDOCK_TRY(overEach(tables::kThingGroupMembers, [this](const Item& row) { return checkMember(row); }));
        return std::move(m_findings);
    }

private:
    template <class CheckRow>
    Result<void> overEach(const char* table, CheckRow checkRow) {
        Result<void> outcome;
        DRYDOCK_TRY(forEachScanned(*m_tables, table, [&](const Item& row) {
            outcome = checkRow(row);
            return outcome.has_value();
        }));
        return outcome;
    }

    void find(std::string_view device, const std::string& what) {
        m_findings.push_back(std::string(device) + ": " + what);
    }

    Result<std::optional<Item>> get(const char* table, Item key) {
        storage::GetRequest request;
        request.table = table;
        request.key = std::move(key);
        return m_tables->get(request);
    }

    Result<Replay> replay(const std::string& deviceId) {
        Replay replay(m_limits);
        DRYDOCK_TRY(forEachQueried(*m_tables, queryOf(tables::kHistory, "arrival-index", "deviceId", deviceId),
                                   [&replay](const Item& row) {
                                       replay.take(rows::toHistoryEntry(row));
                                       return true;
                                   }));
        return replay;
    }

    Result<void> checkThing(const Item& row) {
        const Thing thing = rows::toThing(row);
        DRYDOCK_ASSIGN(const auto retries, get(tables::kRetries, rows::key(tables::kRetries, thing.name)));
        const RetryRecord record = retries ? rows::toRetryRecord(*retries) : RetryRecord();
        const CycleState& cycle = record.cycle;
        if (thing.phase != cycle.phase)
            find(thing.name, std::string("the registry says ") + phaseName(thing.phase) + ", the retry record " +
                                 phaseName(cycle.phase));
        if (!record.fault.empty()) find(thing.name, "stopped by a fault: " + record.fault);
        if (cycle.dueMs) {
            const Item timer = rows::timerRow(*cycle.dueMs, thing.name);
            DRYDOCK_ASSIGN(const auto due, get(tables::kTimers, rows::keyOf(tables::kTimers, timer)));
            if (!due) find(thing.name, std::string("it is ") + phaseName(cycle.phase) + ", but has no timer");
        }
        DRYDOCK_TRY(checkGroups(thing));
        DRYDOCK_TRY(checkBackup(thing));
        return checkReplay(thing, record);
    }

    Result<void> checkGroups(const Thing& thing) {
        const bool inGroup = std::find(thing.groups.begin(), thing.groups.end(), kFailedGroup) != thing.groups.end();
        if (thing.phase == Phase::failed && !inGroup) find(thing.name, "it has failed, but is not in FailedToUpdate");
        for (const std::string& group : thing.groups) {
            DRYDOCK_ASSIGN(const auto member,
                           get(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, group, thing.name)));
            if (!member) find(thing.name, "the registry says it is in " + group + ", but it is no member there");
        }
        return {};
    }

    Result<void> checkBackup(const Thing& thing) {
        DRYDOCK_ASSIGN(const auto row, get(tables::kAttributeBackup, rows::key(tables::kAttributeBackup, thing.name)));
        if (!row) {
            if (thing.phase != Phase::well) find(thing.name, "there is no backup of its attributes");
            return {};
        }
        for (const auto& [name, value] : rows::toBackup(*row)) {
            if (!isMark(value)) continue;
            std::string what = "the backup of ";
            what.append(name).append(" is the mark ").append(value);
            find(thing.name, what);
        }
        return {};
    }

    Result<void> checkReplay(const Thing& thing, const RetryRecord& record) {
        DRYDOCK_ASSIGN(const Replay told, replay(thing.name));
        if (!told.state() || !record.fault.empty()) return {};
        if (!told.trouble().empty()) {
            find(thing.name, told.trouble());
            return {};
        }
        const CycleState& cycle = record.cycle;
        const CycleState& history = *told.state();
        const auto compare = [this, &thing](const char* what, int stored, int replayed) {
            if (stored != replayed)
                find(thing.name, std::string(what) + " is " + std::to_string(stored) + ", by its history " +
                                     std::to_string(replayed));
        };
        compare("RetryCounter", cycle.retryCounter, history.retryCounter);
        compare("ResetRetryCount", cycle.resetRetryCount, history.resetRetryCount);
        if (cycle.phase != history.phase)
            find(thing.name, std::string("its phase is ") + phaseName(cycle.phase) + ", by its history " +
                                 phaseName(history.phase));
        if (cycle.reportsSuccess != history.reportsSuccess)
            find(thing.name, "whether it reports success is not what its history says");
        if (cycle.phase == Phase::failed && told.failedByTimer()) {
            DRYDOCK_ASSIGN(const auto alerts, alertsOfDevice(*m_tables, thing.name));
            if (alerts.empty()) find(thing.name, "it has failed, but no alert was raised");
        }
        return {};
    }

    Result<void> checkRegistered(const Item& retries) {
        const std::string_view id = retries.string("deviceId");
        DRYDOCK_ASSIGN(const auto thing, get(tables::kThings, rows::key(tables::kThings, id)));
        if (!thing) find(id, "there is a retry record, but the registry has no such thing");
        return {};
    }

    Result<void> checkTimer(const Item& timer) {
        const std::string_view id = timer.string("deviceId");
        std::optional<Item> retries;
        if (!id.empty()) {
            DRYDOCK_ASSIGN(retries, get(tables::kRetries, rows::key(tables::kRetries, id)));
        }
        if (!retries || rows::toRetryRecord(*retries).cycle.dueMs != timer.integer("dueAt"))
            find(id, "there is a timer of which its retry record knows nothing");
        return {};
    }

    Result<void> checkMember(const Item& member) {
        const std::string_view id = member.string("thingName");
        const std::string_view group = member.string("groupName");
        const auto known = std::find_if(m_groups.begin(), m_groups.end(),
                                        [group](const ThingGroup& each) { return each.name == group; });
        if (known == m_groups.end()) {
            find(id, "it is a member of " + std::string(group) + ", but there is no such group");
            return {};
        }
        if (known->query) {
            find(id, "it is listed as a member of " + std::string(group) + ", which has the members its query finds");
            return {};
        }
        DRYDOCK_ASSIGN(const auto row, get(tables::kThings, rows::key(tables::kThings, id)));
        const Thing thing = row ? rows::toThing(*row) : Thing();
        if (std::find(thing.groups.begin(), thing.groups.end(), group) == thing.groups.end())
            find(id, "it is a member of " + std::string(group) + ", but the registry does not say so");
        return {};
    }

    TableReader* m_tables;
    const Limits* m_defaults;
    LimitsInTime m_limits;
    std::vector<ThingGroup> m_groups;
    std::vector<std::string> m_findings;
};

}  // namespace

Result<std::vector<std::string>> checkAgainstHistory(TableReader& tables, const Limits& defaults) {
    return Check(tables, defaults).run();
}

}  // namespace drydock::fleet
