#include "models/fleet/action_plan.h"

#include <algorithm>
#include <utility>

#include "models/fleet/device_desk.h"
#include "models/fleet/group_desk.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

struct Planning {
    FleetTransaction& transaction;
    const ActionRequest& request;
    std::string_view who;
    std::int64_t nowMs;
};

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
    plan.subject = describe(record);
    plan.summary = plan.subject + " is " + releaseStatusName(*wanted) + '.';
    if (*wanted == ReleaseStatus::revoked) DRYDOCK_TRY(warnOfDevices(in, record, plan));
    DRYDOCK_TRY(setFirmwareStatus(in.transaction, record, *wanted, in.nowMs));
    return plan;
}

Result<ActionPlan> planDeletion(const Planning& in) {
    DRYDOCK_ASSIGN(const FirmwareRecord record, targetFirmware(in));
    if (const auto refusal = deletionRefusal(record.status)) return refused(*refusal);
    ActionPlan plan;
    plan.canUndo = false;
    plan.subject = describe(record);
    plan.summary = "Deleted " + plan.subject + '.';
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

Result<ActionPlan> planAction(FleetTransaction& transaction, const ActionRequest& request, std::string_view who,
                              std::int64_t nowMs) {
    const Planning in{transaction, request, who, nowMs};
    switch (actionSubject(request.kind)) {
        case ActionSubject::device:
            return planDeviceAction(transaction, request, who, nowMs);
        case ActionSubject::firmware:
            return request.kind == ActionKind::deleteFirmware ? planDeletion(in) : planReleaseStatus(in);
        case ActionSubject::group:
            return planGroupAction(transaction, request, nowMs);
        case ActionSubject::alert:
            break;
    }
    return planAlert(in);
}

}  // namespace drydock::fleet
