#include "models/fleet/changes.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "models/fleet/rows.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {
namespace {

using storage::Change;

void mergeInto(DevicePatch& into, DevicePatch&& later) {
    if (later.removed) {
        into = std::move(later);
        return;
    }
    if (later.thing) {
        into.thing = std::move(later.thing);
        into.removed = false;
    }
    if (later.status) into.status = std::move(later.status);
    if (later.retries) into.retries = std::move(later.retries);
}

// Puts each of `later` in place of the one in `into` that has the same key, or after all of them.
template <class T, class Key, class Combine>
void mergeList(std::vector<T>& into, std::vector<T>&& later, Key keyOf, Combine combine) {
    if (into.empty() && later.size() < 2) {
        into = std::move(later);
        return;
    }
    std::unordered_map<std::decay_t<decltype(keyOf(later.front()))>, std::size_t> places;
    places.reserve(into.size() + later.size());
    for (std::size_t i = 0; i < into.size(); ++i) places.emplace(keyOf(into[i]), i);
    for (T& each : later) {
        const auto [place, added] = places.try_emplace(keyOf(each), into.size());
        if (added) {
            into.push_back(std::move(each));
        } else {
            combine(into[place->second], std::move(each));
        }
    }
}

constexpr auto kReplace = [](auto& into, auto later) { into = std::move(later); };

void dropFirmware(std::vector<FirmwareRecord>& records, const std::vector<std::string>& zipNames) {
    std::erase_if(records, [&zipNames](const FirmwareRecord& record) {
        return std::find(zipNames.begin(), zipNames.end(), record.zipName) != zipNames.end();
    });
}

void translateFirmware(const Change& change, FleetChanges& out) {
    const std::string_view oldZip = change.oldItem ? change.oldItem->string("zip_name") : std::string_view();
    const std::string_view newZip = change.newItem ? change.newItem->string("zip_name") : std::string_view();
    if (!oldZip.empty() && oldZip != newZip) out.removedFirmware.emplace_back(oldZip);
    if (change.newItem) out.firmware.push_back(firmwareFromItem(*change.newItem));
}

// The one change in the fleet's words.
FleetChanges translateOne(const Change& change) {
    FleetChanges out;
    DevicePatch patch;
    if (change.table == tables::kThings) {
        patch.id = change.key.string("thingName");
        if (change.newItem) {
            patch.thing = rows::toThing(*change.newItem);
        } else {
            patch.removed = true;
        }
    } else if (change.table == tables::kDeviceStatus) {
        patch.id = change.key.string("deviceId");
        if (change.newItem) patch.status = rows::toDeviceStatus(*change.newItem);
    } else if (change.table == tables::kRetries) {
        patch.id = change.key.string("deviceId");
        patch.retries = change.newItem ? rows::toRetryRecord(*change.newItem) : RetryRecord();
    } else if (change.table == tables::kAlerts) {
        if (change.newItem) out.alerts.push_back(rows::toAlert(*change.newItem));
    } else if (change.table == tables::kFirmware) {
        translateFirmware(change, out);
    } else if (change.table == tables::kAudit) {
        if (change.newItem) out.audit.push_back(rows::toAuditEntry(*change.newItem));
    } else if (change.table == tables::kHistory) {
        if (change.newItem) out.devicesWithHistory.emplace_back(change.key.string("deviceId"));
    } else if (change.table == tables::kQuarantine) {
        out.quarantineChanged = true;
    } else if (change.table == tables::kSettings) {
        out.settingsChanged = true;
    } else if (change.table == tables::kThingGroups) {
        out.groupsChanged = true;
    } else if (change.table == tables::kDeskState) {
        // A filling begins with a change of its group, and each slice moves its task on; its end is news.
        out.groupsChanged = isGroupTask(change.key) && !change.newItem;
    } else if (change.table == tables::kProductModels) {
        out.productModelsChanged = true;
    }
    if (patch.removed || patch.thing || patch.status || patch.retries) out.devices.push_back(std::move(patch));
    return out;
}

template <class T>
void append(std::vector<T>& into, std::vector<T>&& later) {
    std::move(later.begin(), later.end(), std::back_inserter(into));
}

}  // namespace

bool FleetChanges::empty() const {
    return devices.empty() && alerts.empty() && firmware.empty() && removedFirmware.empty() && audit.empty() &&
           devicesWithHistory.empty() && !quarantineChanged && !settingsChanged && !groupsChanged &&
           !productModelsChanged;
}

std::vector<std::string> watchedTables() {
    return {tables::kThings,   tables::kDeviceStatus, tables::kRetries,   tables::kAlerts,
            tables::kFirmware, tables::kAudit,        tables::kHistory,   tables::kQuarantine,
            tables::kSettings, tables::kThingGroups,  tables::kDeskState, tables::kProductModels};
}

FleetChanges translate(const storage::ChangeBatch& batch) {
    // Gathered in order first and merged once, so that a large batch costs no more than its length.
    FleetChanges all;
    FleetChanges result;
    for (const Change& change : batch) {
        FleetChanges one = translateOne(change);
        append(all.devices, std::move(one.devices));
        append(all.alerts, std::move(one.alerts));
        append(all.audit, std::move(one.audit));
        append(all.devicesWithHistory, std::move(one.devicesWithHistory));
        all.quarantineChanged |= one.quarantineChanged;
        all.settingsChanged |= one.settingsChanged;
        all.groupsChanged |= one.groupsChanged;
        all.productModelsChanged |= one.productModelsChanged;
        // In a replacement the removal comes first, so order matters here; such changes are few.
        one.devices.clear();
        one.alerts.clear();
        one.audit.clear();
        one.devicesWithHistory.clear();
        if (!one.firmware.empty() || !one.removedFirmware.empty()) merge(result, std::move(one));
    }
    merge(result, std::move(all));
    return result;
}

void merge(FleetChanges& into, FleetChanges later) {
    mergeList(
        into.devices, std::move(later.devices), [](const DevicePatch& patch) { return patch.id; }, mergeInto);
    mergeList(
        into.alerts, std::move(later.alerts), [](const Alert& alert) { return alert.id; }, kReplace);
    mergeList(
        into.audit, std::move(later.audit), [](const AuditEntry& entry) { return entry.sequence; }, kReplace);
    mergeList(
        into.devicesWithHistory, std::move(later.devicesWithHistory), [](const std::string& id) { return id; },
        kReplace);
    dropFirmware(into.firmware, later.removedFirmware);
    std::erase_if(into.removedFirmware, [&later](const std::string& zipName) {
        return std::any_of(later.firmware.begin(), later.firmware.end(),
                           [&zipName](const FirmwareRecord& record) { return record.zipName == zipName; });
    });
    mergeList(
        into.firmware, std::move(later.firmware), [](const FirmwareRecord& record) { return record.zipName; },
        kReplace);
    mergeList(
        into.removedFirmware, std::move(later.removedFirmware), [](const std::string& zip) { return zip; }, kReplace);
    into.quarantineChanged |= later.quarantineChanged;
    into.settingsChanged |= later.settingsChanged;
    into.groupsChanged |= later.groupsChanged;
    into.productModelsChanged |= later.productModelsChanged;
}

}  // namespace drydock::fleet
