// The rules: what a message, a timer and a step of the cycle do to a device.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "models/fleet/digest.h"
#include "models/fleet/fleet_transaction.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::Item;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

// The registry attributes a device reports, and the cycle marks.
constexpr std::array<const char*, 2> kReported = {"model", "FW"};

const std::string& reportedValue(const Telemetry& telemetry, std::string_view name) {
    return name == "model" ? telemetry.model : telemetry.fw;
}

// Takes over what the device reported; with `onlyMissing`, only what the registry lacks. A device that calls its
// firmware by one of the cycle's marks would pollute the backup, so that is never taken.
bool acceptReported(Attributes& attributes, const Telemetry& telemetry, bool onlyMissing) {
    bool changed = false;
    for (const char* name : kReported) {
        const std::string& value = reportedValue(telemetry, name);
        if (value.empty() || isMark(value)) continue;
        const auto [at, added] = attributes.try_emplace(name, value);
        if (!added && (onlyMissing || at->second == value)) continue;
        at->second = value;
        changed = true;
    }
    return changed;
}

void restore(Attributes& attributes, const Attributes& backup) {
    for (const auto& [name, value] : backup) attributes[name] = value;
    // Marked, but not there when the backup was made.
    for (const char* name : kReported) {
        const auto at = attributes.find(name);
        if (at != attributes.end() && isMark(at->second)) attributes.erase(at);
    }
}

bool acceptsReports(Phase phase) {
    return phase == Phase::well || phase == Phase::retrying;
}

bool isPersons(CycleEvent event) {
    return event != CycleEvent::failureReported && event != CycleEvent::successReported &&
           event != CycleEvent::timerDue;
}

void setCycleFields(Item& fields, const CycleState& state) {
    fields.set("ResetRetryCount", state.resetRetryCount);
    fields.set("RetryCounter", state.retryCounter);
    fields.set("phase", phaseName(state.phase));
}

std::string describe(const StepReport& report, const Limits& limits) {
    if (report.refusal) return "Not counted: the device is stopped by a fault.";
    if (report.counted) {
        return "Failure " + std::to_string(report.before.retryCounter + 1) + " of " +
               std::to_string(limits.retriesPerCycle) + ", cycle " + std::to_string(report.before.resetRetryCount + 1) +
               " of " + std::to_string(limits.cycles) + '.';
    }
    if (report.before == report.after) return "Recorded only.";
    return report.after.reportsSuccess ? "Reports success, but has failed: a person decides." : "The retry cycle ends.";
}

std::string describeStep(const CycleState& state) {
    switch (state.phase) {
        case Phase::well:
            return "Counters at 0/0.";
        case Phase::retrying:
            return "Retrying.";
        case Phase::coolingOff:
            return "Moved out, cooling off until " + isoTime(state.dueMs.value_or(0)) + '.';
        case Phase::failing:
            return "All cycles used up; to FailedToUpdate at " + isoTime(state.dueMs.value_or(0)) + '.';
        case Phase::failed:
            break;
    }
    return "In FailedToUpdate.";
}

}  // namespace

void FleetTransaction::quarantine(const RawMessage& message, std::string reason) {
    ++m_memory.counters.quarantined;
    Item row = rows::key(tables::kQuarantine, tables::kOnlyList, static_cast<std::int64_t>(nextSequence()));
    const std::size_t kept = std::min(message.payload.size(), static_cast<std::size_t>(m_options->quarantinedBytes));
    row.set("raw",
            storage::Binary(message.payload.begin(), message.payload.begin() + static_cast<std::ptrdiff_t>(kept)));
    row.set("reason", validText(std::move(reason)));
    row.set("size", static_cast<std::int64_t>(message.payload.size()));
    row.set("topic", validText(message.topic));
    row.set("arrivedAt", message.arrivedMs);
    row.set("ttl", expiryS(message.arrivedMs, m_options->keeping.quarantineDays));
    m_overlay.append(tables::kQuarantine, std::move(row));
}

Result<void> FleetTransaction::receive(const RawMessage& message, Result<Telemetry> decoded) {
    if (!decoded) {
        quarantine(message, std::move(decoded).error().message);
        return {};
    }
    Telemetry& telemetry = *decoded;
    const bool movesCycle = telemetry.status == kFailedStatus || m_options->limits.isSuccess(telemetry.status);
    const char* table = movesCycle ? tables::kHistory : tables::kTelemetry;
    std::string entryKey = messageKey(telemetry.timestampMs, telemetry.status);
    if (movesCycle) entryKey.insert(0, "m#");
    DRYDOCK_ASSIGN(RowOverlay::Row* const row, m_overlay.load(table, rows::key(table, telemetry.deviceId, entryKey)));
    const auto& keeping = m_options->keeping;
    const std::int64_t keptDays = movesCycle ? keeping.historyDays : keeping.telemetryDays;
    // A day less than it is kept, for devices whose clocks run ahead.
    DRYDOCK_ASSIGN(const bool known, isKnown(telemetry, *row, message.arrivedMs - (keptDays - 1) * kDayMs));
    if (known) {
        ++m_memory.counters.duplicate;
        return {};
    }

    HistoryEntry entry;
    entry.sequence = nextSequence();
    entry.atMs = message.arrivedMs;
    if (movesCycle) {
        DRYDOCK_TRY(applyToCycle(telemetry, message.arrivedMs, entry));
    } else {
        DRYDOCK_TRY(noteReported(telemetry, message.arrivedMs));
    }
    ++m_memory.counters.applied;

    Item item = std::move(entry.fields);
    item.reserve(item.size() + 12);
    if (!telemetry.fw.empty()) item.set("FW", telemetry.fw);
    item.set("at", entry.atMs);
    item.set("deviceId", telemetry.deviceId);
    item.set("entry", std::move(entryKey));
    if (!telemetry.model.empty()) item.set("model", telemetry.model);
    item.set("sequence", static_cast<std::int64_t>(entry.sequence));
    item.set("timestamp", telemetry.timestampMs);
    item.set("ttl", expiryS(entry.atMs, keptDays));
    if (!telemetry.values.empty()) item.set("values", telemetry.values);
    if (movesCycle) {
        item.set("detail", std::move(entry.detail));
        item.set("kind", historyKindName(HistoryKind::message));
        item.set("what", telemetry.status);
    } else {
        item.set("status", telemetry.status);
    }
    row->set(std::move(item));

    DeviceStatus status{std::move(telemetry.status), message.arrivedMs,       telemetry.timestampMs,
                        std::move(telemetry.model),  std::move(telemetry.fw), std::move(telemetry.values),
                        m_options->clockToleranceMs};
    m_overlay.replace(tables::kDeviceStatus, rows::key(tables::kDeviceStatus, telemetry.deviceId))
        .set(rows::fromDeviceStatus(telemetry.deviceId, std::move(status)));
    return {};
}

Result<bool> FleetTransaction::isKnown(const Telemetry& telemetry, const RowOverlay::Row& entry,
                                       std::int64_t keptFromMs) {
    if (entry.now() || telemetry.timestampMs >= keptFromMs) return entry.now().has_value();
    // Its row may have expired since, while a broker retains it for as long as it likes.
    DRYDOCK_ASSIGN(const auto latest, row(tables::kDeviceStatus, rows::key(tables::kDeviceStatus, telemetry.deviceId)));
    return latest && latest->integer("deviceTime") == telemetry.timestampMs &&
           latest->string("lastStatus") == telemetry.status;
}

Result<Thing> FleetTransaction::registeredThing(const Telemetry& telemetry, std::int64_t atMs) {
    DRYDOCK_ASSIGN(auto known, thing(telemetry.deviceId));
    if (known) return std::move(*known);
    Thing fresh;
    fresh.name = telemetry.deviceId;
    fresh.registeredMs = atMs;
    acceptReported(fresh.attributes, telemetry, false);
    DRYDOCK_TRY(setThing(fresh, atMs));
    return fresh;
}

Result<void> FleetTransaction::noteReported(const Telemetry& telemetry, std::int64_t atMs) {
    DRYDOCK_ASSIGN(Thing known, registeredThing(telemetry, atMs));
    const bool onlyMissing = telemetry.status == kFailedStatus;
    if (!acceptsReports(known.phase) || !acceptReported(known.attributes, telemetry, onlyMissing)) return {};
    DRYDOCK_TRY(setThing(known, atMs));
    DRYDOCK_ASSIGN(RowOverlay::Row* const backupRow,
                   m_overlay.load(tables::kAttributeBackup, rows::key(tables::kAttributeBackup, known.name)));
    if (backupRow->now()) setBackup(known.name, known.attributes, *backupRow);
    return {};
}

Result<void> FleetTransaction::applyToCycle(const Telemetry& telemetry, std::int64_t atMs, HistoryEntry& entry) {
    const std::string& id = telemetry.deviceId;
    const bool failed = telemetry.status == kFailedStatus;
    DRYDOCK_ASSIGN(const RowOverlay::Row* retries, m_overlay.load(tables::kRetries, rows::key(tables::kRetries, id)));
    // The busiest case, a failure of a device amid its cycle, touches nothing of the registry: that has been
    // completed when the cycle began.
    const bool amidCycle = retries->now() && retries->now()->string("phase") != phaseName(Phase::well);
    if (!amidCycle) {
        if (failed) {
            DRYDOCK_TRY(noteReported(telemetry, atMs));
        } else {
            DRYDOCK_TRY(registeredThing(telemetry, atMs));
        }
    }
    DRYDOCK_ASSIGN(const StepReport report,
                   stepDevice(id, failed ? CycleEvent::failureReported : CycleEvent::successReported, atMs, "message"));
    // A success is news of the attributes only once they are the device's own again.
    if (!failed && !report.refusal) DRYDOCK_TRY(noteReported(telemetry, atMs));
    entry.detail = describe(report, m_options->limits);
    if (report.began()) entry.fields.set("began", true);
    return {};
}

Result<StepReport> FleetTransaction::stepDevice(const std::string& deviceId, CycleEvent event, std::int64_t atMs,
                                                std::string_view by) {
    DRYDOCK_ASSIGN(RowOverlay::Row* const row, m_overlay.load(tables::kRetries, rows::key(tables::kRetries, deviceId)));
    RetryRecord record = row->now() ? rows::toRetryRecord(*row->now()) : RetryRecord();
    CycleStep next = step(record.cycle, event, atMs, m_options->limits);
    StepReport report{record.cycle, next.state, next.effects.counted, std::move(next.refusal)};
    bool fault = next.fault;
    const bool changed = next.state != record.cycle;
    const bool phaseChanged = next.state.phase != record.cycle.phase;

    CycleEffects beyondCounting = next.effects;
    beyondCounting.counted = false;
    if (!report.refusal && (phaseChanged || beyondCounting != CycleEffects())) {
        DRYDOCK_ASSIGN(report.refusal, applyEffects(deviceId, next, atMs));
        fault = report.refusal.has_value();
    }
    if (report.refusal) {
        report.after = report.before;
        report.counted = false;
        if (fault && !isPersons(event)) DRYDOCK_TRY(recordFault(deviceId, *report.refusal, atMs));
        return report;
    }
    if (!changed) return report;

    if (report.began()) record.createdMs = atMs;
    record.cycle = next.state;
    record.fault.clear();
    Item after = row->now().value_or(Item());
    rows::write(deviceId, record, after);
    row->set(std::move(after));
    followDueTime(deviceId, report.before.dueMs, report.after.dueMs);
    if (!phaseChanged) return report;

    HistoryEntry entry;
    entry.kind = HistoryKind::step;
    entry.atMs = atMs;
    entry.what = phaseName(next.state.phase);
    entry.detail = describeStep(next.state);
    setCycleFields(entry.fields, next.state);
    entry.fields.set("by", by);
    addHistory(deviceId, std::move(entry));
    // Only now, for their own entries tell what followed from this step.
    if (next.effects.raiseAlert)
        DRYDOCK_TRY(
            raiseAlert(deviceId, isPersons(event) ? alertMessageByHand(deviceId, by) : alertMessage(deviceId), atMs));
    if (next.effects.resolveAlert) DRYDOCK_TRY(resolveAlerts(deviceId, atMs, by));
    return report;
}

Result<std::optional<std::string>> FleetTransaction::applyEffects(const std::string& deviceId, const CycleStep& step,
                                                                  std::int64_t atMs) {
    using Refusal = std::optional<std::string>;
    const CycleEffects& effects = step.effects;
    DRYDOCK_ASSIGN(auto known, thing(deviceId));
    if (!known) return Refusal("The registry has no such thing.");
    DRYDOCK_ASSIGN(RowOverlay::Row* const backupRow,
                   m_overlay.load(tables::kAttributeBackup, rows::key(tables::kAttributeBackup, deviceId)));
    if (effects.restoreAttributes && !backupRow->now())
        return Refusal("There is no backup to restore attributes from.");

    if (effects.backUpAttributes) setBackup(deviceId, known->attributes, *backupRow);
    if (effects.restoreAttributes) restore(known->attributes, rows::toBackup(*backupRow->now()));
    if (effects.markAttributes)
        for (const char* name : kReported) known->attributes[name] = *effects.markAttributes;
    const std::string group(kFailedGroup);
    const auto place = std::lower_bound(known->groups.begin(), known->groups.end(), group);
    const bool isMember = place != known->groups.end() && *place == group;
    if (effects.joinFailedGroup && !isMember) known->groups.insert(place, group);
    if (effects.leaveFailedGroup && isMember) known->groups.erase(place);
    known->phase = step.state.phase;
    DRYDOCK_TRY(setThing(*known, atMs));
    return Refusal();
}

Result<void> FleetTransaction::recordFault(const std::string& deviceId, const std::string& fault, std::int64_t atMs) {
    DRYDOCK_ASSIGN(RowOverlay::Row* const row, m_overlay.load(tables::kRetries, rows::key(tables::kRetries, deviceId)));
    Item after = row->now().value_or(Item());
    if (after.string("fault") == fault) return {};
    // The rest stays exactly as it is, being the evidence.
    if (after.empty()) rows::write(deviceId, RetryRecord(), after);
    after.set("fault", fault);
    row->set(std::move(after));
    HistoryEntry entry;
    entry.kind = HistoryKind::step;
    entry.atMs = atMs;
    entry.what = "fault";
    entry.detail = fault;
    addHistory(deviceId, std::move(entry));
    return {};
}

Result<void> FleetTransaction::runTimer(const std::string& deviceId, std::int64_t dueMs, std::int64_t nowMs) {
    // Gone whatever comes of it, or a timer that can't run would be due for ever.
    m_overlay
        .replace(tables::kTimers, rows::key(tables::kTimers, tables::kCycleTimers, rows::timerKey(dueMs, deviceId)))
        .set(std::nullopt);
    DRYDOCK_ASSIGN(const auto row, this->row(tables::kRetries, rows::key(tables::kRetries, deviceId)));
    if (!row || rows::toRetryRecord(*row).cycle.dueMs != dueMs)
        return recordFault(
            deviceId, "A timer was due at " + isoTime(dueMs) + ", of which the retry record knows nothing.", nowMs);
    DRYDOCK_TRY(stepDevice(deviceId, CycleEvent::timerDue, nowMs, "timer"));
    return {};
}

Result<void> FleetTransaction::raiseAlert(const std::string& deviceId, std::string message, std::int64_t atMs) {
    Alert alert;
    alert.deviceId = deviceId;
    alert.raisedMs = atMs;
    alert.message = std::move(message);
    alert.deduplicationId = md5Hex(alert.message);
    DRYDOCK_ASSIGN(const auto earlier, alertsNow(deviceId));
    for (const Alert& each : earlier) {
        if (each.state != AlertState::resolved) return {};
        // Only what went out itself keeps the next from it, or a device that fails again and again would stay silent.
        alert.deduplicated |= !each.deduplicated && each.deduplicationId == alert.deduplicationId &&
                              std::abs(each.raisedMs - atMs) < m_options->alertDeduplicationMs;
    }
    alert.id = "alert-" + std::to_string(nextSequence());
    const bool toWebhook = !alert.deduplicated && !m_options->webhook.empty();
    if (toWebhook) alert.delivery = DeliveryState::pending;
    // Not one of the rows an action changes: it has gone out, so an undo resolves it rather than takes it back.
    Item row;
    rows::write(alert, row);
    m_overlay.append(tables::kAlerts, std::move(row));
    followAlert(nullptr, &alert, atMs);
    if (!alert.deduplicated) publish(std::string(kAlertMqttTopic), alertToSnsJson(alert), false);
    if (toWebhook)
        m_overlay.append(tables::kWebhookDeliveries,
                         rows::fromDelivery({alert.id, alertMessageId(alert), atMs, 0, alertToSnsJson(alert)}));
    return {};
}

// As this transaction leaves them so far. An alert that it raised itself is not found: a device has one at most.
Result<std::vector<Alert>> FleetTransaction::alertsNow(const std::string& deviceId) {
    DRYDOCK_ASSIGN(auto alerts, alertsOfDevice(*m_store, deviceId));
    for (Alert& alert : alerts) {
        DRYDOCK_ASSIGN(const auto now, row(tables::kAlerts, rows::key(tables::kAlerts, alert.id)));
        if (now) alert = rows::toAlert(*now);
    }
    return alerts;
}

Result<void> FleetTransaction::resolveAlerts(const std::string& deviceId, std::int64_t atMs, std::string_view by,
                                             std::int64_t sinceMs) {
    DRYDOCK_ASSIGN(auto alerts, alertsNow(deviceId));
    for (Alert& alert : alerts) {
        if (alert.state == AlertState::resolved || alert.raisedMs < sinceMs) continue;
        alert.state = AlertState::resolved;
        alert.resolvedBy = by;
        alert.resolvedMs = atMs;
        DRYDOCK_TRY(setAlert(alert, atMs));
    }
    return {};
}

}  // namespace drydock::fleet
