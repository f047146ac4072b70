#include "models/fleet/action_plan.h"

#include <algorithm>
#include <utility>

#include "models/fleet/group_desk.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

tl::unexpected<storage::Error> refused(std::string message) {
    return storage::fail(ErrorCode::refused, std::move(message));
}

struct Planning {
    FleetTransaction& transaction;
    const ActionRequest& request;
    std::string_view who;
    std::int64_t nowMs;
};

Result<Thing> targetThing(const Planning& in) {
    DRYDOCK_ASSIGN(auto thing, in.transaction.thing(in.request.target));
    if (!thing) return storage::fail(ErrorCode::notFound, "The registry has no device " + in.request.target + '.');
    return std::move(*thing);
}

// For actions that put a device to another state: a person should know that it is silent.
Result<void> warnOfSilence(const Planning& in, ActionPlan& plan) {
    DRYDOCK_ASSIGN(const auto row,
                   in.transaction.row(tables::kDeviceStatus, rows::key(tables::kDeviceStatus, in.request.target)));
    if (!row) {
        plan.warnings.emplace_back("The device has never reported.");
        return {};
    }
    const std::int64_t days = (in.nowMs - rows::toDeviceStatus(*row).lastSeenMs) / kDayMs;
    if (days >= 1)
        plan.warnings.push_back("The device has not reported for " + counted(static_cast<std::uint64_t>(days), "day") +
                                '.');
    return {};
}

std::size_t changedAttributes(const Thing& before, const Thing& after) {
    std::size_t count = 0;
    for (const auto& [name, value] : after.attributes) {
        const auto at = before.attributes.find(name);
        count += at == before.attributes.end() || at->second != value ? 1U : 0U;
    }
    for (const auto& [name, value] : before.attributes) count += after.attributes.contains(name) ? 0U : 1U;
    return count;
}

CycleEvent eventOf(ActionKind kind) {
    switch (kind) {
        case ActionKind::resetCounters:
            return CycleEvent::reset;
        case ActionKind::release:
            return CycleEvent::release;
        case ActionKind::moveToFailed:
            return CycleEvent::moveToFailed;
        default:
            return CycleEvent::restoreNow;
    }
}

Result<ActionPlan> planCycle(const Planning& in) {
    DRYDOCK_ASSIGN(const Thing before, targetThing(in));
    const std::string& id = in.request.target;
    const std::string by = in.who.empty() ? "an operator" : std::string(in.who);
    DRYDOCK_ASSIGN(const StepReport report, in.transaction.stepDevice(id, eventOf(in.request.kind), in.nowMs, by));
    if (report.refusal) return refused(*report.refusal);
    DRYDOCK_ASSIGN(const Thing after, targetThing(in));
    const std::string attributes = counted(changedAttributes(before, after), "attribute");

    ActionPlan plan;
    plan.begins = report.began();
    DRYDOCK_TRY(warnOfSilence(in, plan));
    switch (in.request.kind) {
        case ActionKind::resetCounters:
            plan.summary = "Reset the counters of " + id + '.';
            break;
        case ActionKind::release:
            plan.summary = "Released " + id + " from FailedToUpdate; restored " + attributes + '.';
            break;
        case ActionKind::moveToFailed:
            plan.summary = "Moved " + id + " to FailedToUpdate.";
            break;
        default:
            if (before == after && report.before == report.after)
                return refused("There is nothing to restore: the attributes of " + id + " are those of the backup.");
            plan.summary = "Restored " + attributes + " of " + id + '.';
    }
    return plan;
}

Result<ActionPlan> planText(const Planning& in) {
    DRYDOCK_ASSIGN(Thing thing, targetThing(in));
    const std::string& text = in.request.text;
    ActionPlan plan;
    if (in.request.kind == ActionKind::setNote) {
        if (thing.note == text) return refused("That is the note already.");
        thing.note = text;
        plan.summary = (text.empty() ? "Removed the note of " : "Noted on ") + thing.name + '.';
    } else {
        if (thing.assignee == text)
            return refused(text.empty() ? "The device is assigned to nobody already."
                                        : "The device is assigned to " + text + " already.");
        thing.assignee = text;
        plan.summary = text.empty() ? "Took " + thing.name + " from its assignee."
                                    : "Assigned " + thing.name + " to " + text + '.';
    }
    DRYDOCK_TRY(in.transaction.setThing(thing, in.nowMs));
    return plan;
}

Result<ActionPlan> planAlert(const Planning& in) {
    const std::string& id = in.request.target;
    DRYDOCK_ASSIGN(const auto row, in.transaction.row(tables::kAlerts, rows::key(tables::kAlerts, id)));
    if (!row) return storage::fail(ErrorCode::notFound, "There is no alert " + id + '.');
    Alert alert = rows::toAlert(*row);
    const std::string who = in.who.empty() ? "you" : std::string(in.who);
    if (alert.state == AlertState::resolved)
        return refused("The alert was resolved by " + alert.resolvedBy + " already.");
    ActionPlan plan;
    if (in.request.kind == ActionKind::acknowledgeAlert) {
        if (alert.state == AlertState::acknowledged)
            return refused("The alert was acknowledged by " + alert.acknowledgedBy + " already.");
        alert.state = AlertState::acknowledged;
        alert.acknowledgedBy = who;
        alert.acknowledgedMs = in.nowMs;
        plan.summary = "Acknowledged the alert of " + alert.deviceId + '.';
    } else {
        alert.state = AlertState::resolved;
        alert.resolvedBy = who;
        alert.resolvedMs = in.nowMs;
        plan.summary = "Resolved the alert of " + alert.deviceId + '.';
    }
    DRYDOCK_TRY(in.transaction.setAlert(alert, in.nowMs));
    return plan;
}

Result<FirmwareRecord> targetFirmware(const Planning& in) {
    FleetReader reader(in.transaction.tables());
    return reader.firmwareByZip(in.request.target);
}

Result<void> warnOfDevices(const Planning& in, const FirmwareRecord& record, ActionPlan& plan) {
    DRYDOCK_ASSIGN(const std::uint64_t count,
                   FleetReader(in.transaction.tables()).countDevicesOn(record.productId, record.version));
    if (count > 0)
        plan.warnings.push_back(counted(count, "device") + (count == 1 ? " is" : " are") + " on this version.");
    return {};
}

Result<ActionPlan> planReleaseStatus(const Planning& in) {
    DRYDOCK_ASSIGN(const FirmwareRecord record, targetFirmware(in));
    const auto wanted = releaseStatusFromName(in.request.text);
    if (!wanted) return storage::fail(ErrorCode::validation, in.request.text + " is no release status.");
    const auto allowed = allowedTransitions(record.status);
    if (std::find(allowed.begin(), allowed.end(), *wanted) == allowed.end()) {
        std::string message = describe(record) + " is " + releaseStatusName(record.status) + "; ";
        if (allowed.empty()) return refused(message + "its status can't be changed.");
        message += "allowed from there:";
        for (const ReleaseStatus each : allowed) message += std::string(" ") + releaseStatusName(each);
        return refused(message + '.');
    }
    if (*wanted == ReleaseStatus::released && record.version == kDevelopmentVersion &&
        !in.transaction.options().allowDevelopmentRelease)
        return refused(std::string(kDevelopmentVersion) + " is a development build, which is not released.");
    ActionPlan plan;
    plan.summary = describe(record) + " is " + releaseStatusName(*wanted) + '.';
    if (*wanted == ReleaseStatus::revoked) DRYDOCK_TRY(warnOfDevices(in, record, plan));
    DRYDOCK_TRY(setFirmwareStatus(in.transaction, record, *wanted, in.nowMs));
    return plan;
}

Result<ActionPlan> planDeletion(const Planning& in) {
    DRYDOCK_ASSIGN(const FirmwareRecord record, targetFirmware(in));
    if (const auto refusal = deletionRefusal(record.status)) return refused(*refusal);
    ActionPlan plan;
    plan.canUndo = false;
    plan.summary = "Deleted " + describe(record) + '.';
    DRYDOCK_TRY(warnOfDevices(in, record, plan));
    // The record goes first, so that an interruption leaves a deletion to be finished and never a record without ZIP.
    const auto next = record.status == ReleaseStatus::error ? ReleaseStatus::deleted : ReleaseStatus::deleting;
    DRYDOCK_TRY(setFirmwareStatus(in.transaction, record, next, in.nowMs));
    return plan;
}

}  // namespace

std::string describe(const FirmwareRecord& record) {
    return record.productId + ' ' + record.application + ' ' + record.version;
}

Result<void> setFirmwareStatus(FleetTransaction& transaction, FirmwareRecord record, ReleaseStatus status,
                               std::int64_t nowMs) {
    const Item key = firmwareKey(record.productId, record.application, record.version);
    DRYDOCK_ASSIGN(auto row, transaction.row(tables::kFirmware, key));
    record.status = status;
    record.statusHistory.push_back({status, nowMs});
    if (status == ReleaseStatus::revoked || status == ReleaseStatus::deleted)
        record.expiresAtS = expiryS(nowMs, transaction.options().keeping.firmwareDays);
    Item after = row.value_or(Item());
    for (const auto& [name, value] : firmwareToItem(record)) after.set(name, value);
    return transaction.setRow({tables::kFirmware, key, {}, std::move(after)}, nowMs);
}

bool isDeviceAction(ActionKind kind) {
    switch (kind) {
        case ActionKind::restoreAttributes:
        case ActionKind::resetCounters:
        case ActionKind::release:
        case ActionKind::moveToFailed:
        case ActionKind::setNote:
        case ActionKind::assign:
            return true;
        case ActionKind::setReleaseStatus:
        case ActionKind::deleteFirmware:
        case ActionKind::acknowledgeAlert:
        case ActionKind::resolveAlert:
        case ActionKind::createGroup:
        case ActionKind::editGroup:
        case ActionKind::deleteGroup:
        case ActionKind::addToGroup:
        case ActionKind::removeFromGroup:
            break;
    }
    return false;
}

Result<ActionPlan> planAction(FleetTransaction& transaction, const ActionRequest& request, std::string_view who,
                              std::int64_t nowMs) {
    const Planning in{transaction, request, who, nowMs};
    switch (request.kind) {
        case ActionKind::restoreAttributes:
        case ActionKind::resetCounters:
        case ActionKind::release:
        case ActionKind::moveToFailed:
            return planCycle(in);
        case ActionKind::setNote:
        case ActionKind::assign:
            return planText(in);
        case ActionKind::setReleaseStatus:
            return planReleaseStatus(in);
        case ActionKind::deleteFirmware:
            return planDeletion(in);
        case ActionKind::createGroup:
        case ActionKind::editGroup:
        case ActionKind::deleteGroup:
        case ActionKind::addToGroup:
        case ActionKind::removeFromGroup:
            return planGroupAction(transaction, request, nowMs);
        case ActionKind::acknowledgeAlert:
        case ActionKind::resolveAlert:
            break;
    }
    return planAlert(in);
}

}  // namespace drydock::fleet
