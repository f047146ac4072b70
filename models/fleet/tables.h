// The fleet's tables: names, and making them from the definition files in resources/tables/.
#pragma once

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
inline constexpr const char* kTimers = "Timers";
inline constexpr const char* kThingGroups = "ThingGroups";
inline constexpr const char* kThingGroupMembers = "ThingGroupMembers";
inline constexpr const char* kAlerts = "Alerts";
inline constexpr const char* kFirmware = "Firmware";
inline constexpr const char* kAudit = "Audit";
inline constexpr const char* kOutbox = "Outbox";
// Journal positions, counters, the last event sequence.
inline constexpr const char* kDeskState = "DeskState";

// Creates the tables that are not there yet. The fleet's tables bear their base names, without a prefix.
[[nodiscard]] storage::Result<void> ensureTables(storage::TableStore& store);

}  // namespace drydock::fleet::tables
