// The fleet's tables: names, keys, and making them from the definition files in resources/tables/.
#pragma once

#include <array>
#include <string_view>

#include "storage/store/table_store.h"

namespace drydock::fleet::tables {

// Registry. thingName → attributes (M), groups (SS), phase, modelFw ("model#FW"), note, assignee, registeredAt.
inline constexpr const char* kThings = "Things";
// Latest message of a device; changes with every message, so it keeps no stream.
inline constexpr const char* kDeviceStatus = "DeviceStatus";
inline constexpr const char* kRetries = "DeviceFirmwareRetries";
inline constexpr const char* kAttributeBackup = "DeviceAttributeBackup";
// deviceId, entry ("m#<timestamp>#<status>" for messages, "e#<sequence>" for the rest); by-arrival index on sequence.
inline constexpr const char* kHistory = "DeviceHistory";
// Messages that can't move the cycle: deviceId, entry ("<timestamp>#<status>").
inline constexpr const char* kTelemetry = "Telemetry";
inline constexpr const char* kQuarantine = "Quarantine";
// kind ("cycle"), due ("<due time, 15 digits>#<deviceId>"): a query finds what is due, oldest first.
inline constexpr const char* kTimers = "Timers";
inline constexpr const char* kThingGroups = "ThingGroups";
inline constexpr const char* kThingGroupMembers = "ThingGroupMembers";
inline constexpr const char* kAlerts = "Alerts";
inline constexpr const char* kFirmware = "Firmware";
// product_id → models (SS): the device models that are a product, where they don't bear its name.
inline constexpr const char* kProductModels = "ProductModels";
inline constexpr const char* kAudit = "Audit";
inline constexpr const char* kOutbox = "Outbox";
// Alerts still to be posted: list, due ("<due time, 15 digits>#<alertId>").
inline constexpr const char* kWebhookDeliveries = "WebhookDeliveries";
// Journal positions, counters, the last event sequence.
inline constexpr const char* kDeskState = "DeskState";
// name → value (what a person set), thisRun (what the process that serves was told to use instead).
inline constexpr const char* kSettings = "Settings";

// A table's key attributes, as its definition file has them; no sort key: empty.
struct TableKey {
    const char* table;
    std::string_view partition;
    std::string_view sort;
};

inline constexpr std::array<TableKey, 18> kTables = {{
    {kThings, "thingName", ""},
    {kDeviceStatus, "deviceId", ""},
    {kRetries, "deviceId", ""},
    {kAttributeBackup, "deviceId", ""},
    {kHistory, "deviceId", "entry"},
    {kTelemetry, "deviceId", "entry"},
    {kQuarantine, "list", "sequence"},
    {kTimers, "kind", "due"},
    {kThingGroups, "groupName", ""},
    {kThingGroupMembers, "groupName", "thingName"},
    {kAlerts, "alertId", ""},
    {kFirmware, "pk", "version"},
    {kProductModels, "product_id", ""},
    {kAudit, "list", "sequence"},
    {kOutbox, "list", "sequence"},
    {kWebhookDeliveries, "list", "due"},
    {kDeskState, "name", ""},
    {kSettings, "name", ""},
}};

// nullptr: none of the fleet's tables.
[[nodiscard]] const TableKey* findTable(std::string_view table);

// Tables that are one list in order of sequence hold it under this one partition key value.
inline constexpr const char* kOnlyList = "all";
inline constexpr const char* kCycleTimers = "cycle";

// Creates the tables that are not there yet. The fleet's tables bear their base names, without a prefix.
[[nodiscard]] storage::Result<void> ensureTables(storage::TableStore& store);

}  // namespace drydock::fleet::tables
