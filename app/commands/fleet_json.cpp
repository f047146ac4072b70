#include "app/commands/fleet_json.h"

#include <array>

#include <nlohmann/json.hpp>

#include "storage/value/base64.h"
#include "storage/value/json.h"
#include "storage/value/utf8.h"

namespace drydock::app {

using nlohmann::json;

namespace {

json timeOrNull(std::int64_t ms) {
    return ms == 0 ? json() : json(ms);
}

json textOrNull(const std::string& text) {
    return text.empty() ? json() : json(text);
}

json changesToJson(const std::vector<fleet::FieldChange>& changes) {
    json list = json::array();
    for (const fleet::FieldChange& change : changes) {
        list.push_back({{"field", change.field}, {"before", change.before}, {"after", change.after}});
    }
    return list;
}

json fileToJson(const fleet::FirmwareFile& file) {
    return {{"name", file.name}, {"sha256", file.sha256}, {"size", file.sizeBytes}};
}

// What is of the latest message, which is kept as it is now only.
constexpr std::array<const char*, 6> kOfLatestMessage = {"lastStatus",  "lastSeen",   "deviceTime",
                                                         "clockOffset", "clockIsOff", "reported"};

template <class Names>
void markUnknown(const Names& names, std::int64_t atMs, json& object) {
    for (const char* name : names) object[name] = nullptr;
    object["asOf"] = atMs;
    object["unknown"] = names;
}

// What the device itself last said.
void addStatus(const std::optional<fleet::DeviceStatus>& status, json& object) {
    for (const char* name : kOfLatestMessage) object[name] = nullptr;
    object["clockIsOff"] = status && status->clockIsOff();
    if (!status) return;
    object["lastStatus"] = status->lastStatus;
    object["lastSeen"] = timeOrNull(status->lastSeenMs);
    object["deviceTime"] = status->deviceTimeMs;
    object["clockOffset"] = status->deviceTimeMs - status->lastSeenMs;
    object["reported"] = {{"model", textOrNull(status->reportedModel)},
                          {"FW", textOrNull(status->reportedFw)},
                          {"values", storage::itemToPlainJson(status->values)}};
}

void addCycle(const fleet::RetryRecord& record, json& object) {
    const fleet::CycleState& cycle = record.cycle;
    object["RetryCounter"] = cycle.retryCounter;
    object["ResetRetryCount"] = cycle.resetRetryCount;
    object["phaseSince"] = timeOrNull(cycle.phaseSinceMs);
    const json due = cycle.dueMs ? json(*cycle.dueMs) : json();
    object["restoreAt"] = cycle.phase == fleet::Phase::coolingOff ? due : json();
    object["moveAt"] = cycle.phase == fleet::Phase::failing ? due : json();
    object["reportsSuccess"] = cycle.reportsSuccess;
    object["fault"] = textOrNull(record.fault);
}

}  // namespace

json deviceToJson(const fleet::DeviceDetail& device) {
    json object = {{"deviceId", device.thing.name},         {"phase", fleet::phaseName(device.thing.phase)},
                   {"attributes", device.thing.attributes}, {"registeredAt", timeOrNull(device.thing.registeredMs)},
                   {"note", textOrNull(device.thing.note)}, {"assignee", textOrNull(device.thing.assignee)}};
    json groups = json::array();
    json reasons = json::object();
    for (const fleet::GroupMembership& membership : device.memberships) {
        groups.push_back(membership.group);
        reasons[membership.group] = membership.reasons;
    }
    object["groups"] = std::move(groups);
    object["groupReasons"] = std::move(reasons);
    addStatus(device.status, object);
    addCycle(device.retries.value_or(fleet::RetryRecord{}), object);
    object["backup"] = device.backup ? json(*device.backup) : json();
    return object;
}

json pastDeviceToJson(const fleet::DeviceDetail& device, std::int64_t atMs) {
    json object = deviceToJson(device);
    markUnknown(kOfLatestMessage, atMs, object);
    return object;
}

json pastGroupToJson(const fleet::ThingGroup& group, std::int64_t atMs) {
    json object = groupToJson(group);
    markUnknown(std::array<const char*, 1>{"state"}, atMs, object);
    return object;
}

json groupToJson(const fleet::ThingGroup& group) {
    return {{"group", group.name},
            {"kind", group.query ? "dynamic" : "static"},
            {"query", group.query ? json(*group.query) : json()},
            {"state", group.filling ? "filling" : "active"},
            {"createdAt", timeOrNull(group.createdMs)}};
}

json historyToJson(const fleet::HistoryEntry& entry) {
    return {{"sequence", entry.sequence}, {"kind", fleet::historyKindName(entry.kind)},
            {"at", entry.atMs},           {"what", entry.what},
            {"detail", entry.detail},     {"fields", storage::itemToPlainJson(entry.fields)}};
}

json firmwareToJson(const fleet::FirmwareRecord& record) {
    json object = storage::itemToPlainJson(fleet::firmwareToItem(record));
    object.erase("pk");
    return object;
}

json comparisonToJson(const fleet::FirmwareComparison& comparison) {
    json fields = json::object();
    for (const auto& each : comparison.fields) {
        fields[each.field] = {{"before", textOrNull(each.before)}, {"after", textOrNull(each.after)}};
    }
    json files = {{"added", json::array()}, {"removed", json::array()}, {"changed", json::array()}};
    for (const auto& file : comparison.added) files["added"].push_back(fileToJson(file));
    for (const auto& file : comparison.removed) files["removed"].push_back(fileToJson(file));
    for (const auto& file : comparison.changed) {
        files["changed"].push_back(
            {{"name", file.before.name}, {"before", fileToJson(file.before)}, {"after", fileToJson(file.after)}});
    }
    json partitions = json::array();
    for (const auto& each : comparison.partitions) {
        partitions.push_back({{"name", each.name},
                              {"before", each.before ? json(*each.before) : json()},
                              {"after", each.after ? json(*each.after) : json()}});
    }
    return {{"fields", std::move(fields)}, {"files", std::move(files)}, {"partitions", std::move(partitions)}};
}

json alertToJson(const fleet::Alert& alert) {
    return {{"id", alert.id},
            {"deviceId", alert.deviceId},
            {"state", fleet::alertStateName(alert.state)},
            {"raisedAt", alert.raisedMs},
            {"message", alert.message},
            {"deduplicationId", alert.deduplicationId},
            {"acknowledgedBy", textOrNull(alert.acknowledgedBy)},
            {"acknowledgedAt", timeOrNull(alert.acknowledgedMs)},
            {"resolvedBy", textOrNull(alert.resolvedBy)},
            {"resolvedAt", timeOrNull(alert.resolvedMs)},
            {"deduplicated", alert.deduplicated},
            {"webhook", fleet::deliveryStateName(alert.delivery)},
            {"webhookAt", timeOrNull(alert.deliveredMs)},
            {"webhookRefusal", textOrNull(alert.deliveryRefusal)}};
}

json settingToJson(const fleet::SettingState& setting) {
    return {{"name", setting.definition->name},
            {"value", setting.value},
            {"default", setting.byDefault},
            {"unit", setting.definition->unit},
            {"what", setting.definition->what},
            {"allowed", setting.definition->allowed},
            {"source", fleet::settingSourceName(setting.source)},
            {"trouble", textOrNull(setting.trouble)}};
}

json previewToJson(const fleet::ActionPreview& preview) {
    return {{"preview", true},
            {"action", preview.action},
            {"target", preview.request.target},
            {"changes", changesToJson(preview.changes)},
            {"warnings", preview.warnings},
            {"canUndo", preview.canUndo}};
}

json auditToJson(const fleet::AuditEntry& entry) {
    return {{"id", entry.sequence},
            {"at", entry.atMs},
            {"who", entry.who},
            {"screen", entry.screen},
            {"action", entry.action},
            {"target", entry.target},
            {"why", textOrNull(entry.why)},
            {"summary", entry.summary},
            {"changes", changesToJson(entry.changes)},
            {"bulk", entry.bulk ? json(*entry.bulk) : json()},
            {"undoable", entry.undoable},
            {"undoneBy", entry.undoneBy ? json(*entry.undoneBy) : json()}};
}

json quarantinedToJson(const fleet::QuarantinedMessage& message) {
    json object = {{"sequence", message.sequence},
                   {"arrivedAt", message.arrivedMs},
                   {"topic", message.topic},
                   {"reason", message.reason},
                   {"sizeBytes", message.sizeBytes}};
    const std::string raw(message.raw.begin(), message.raw.end());
    if (storage::isValidUtf8(raw)) {
        object["payload"] = raw;
    } else {
        object["payloadBase64"] = storage::encodeBase64(message.raw);
    }
    return object;
}

json accountingToJson(const fleet::Accounting& accounting) {
    return {{"received", accounting.received},
            {"applied", accounting.applied},
            {"duplicate", accounting.duplicate},
            {"quarantined", accounting.quarantined},
            {"waiting", accounting.waiting}};
}

}  // namespace drydock::app
