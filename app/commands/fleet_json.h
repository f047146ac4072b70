// The fleet's values as the JSON that commands print. Times are milliseconds since the epoch, absent ones null.
#pragma once

#include <cstdint>

#include <nlohmann/json_fwd.hpp>

#include "models/fleet/firmware_compare.h"
#include "models/fleet/fleet_reader.h"
#include "models/fleet/settings_desk.h"

namespace drydock::app {

// With "backup" only for a detail that was read with it.
[[nodiscard]] nlohmann::json deviceToJson(const fleet::DeviceDetail& device);
// Of the time `atMs`: what is not known of then is null, and "unknown" lists it.
[[nodiscard]] nlohmann::json pastDeviceToJson(const fleet::DeviceDetail& device, std::int64_t atMs);
[[nodiscard]] nlohmann::json pastGroupToJson(const fleet::ThingGroup& group, std::int64_t atMs);
// As it is listed: without its members.
[[nodiscard]] nlohmann::json groupToJson(const fleet::ThingGroup& group);
[[nodiscard]] nlohmann::json historyToJson(const fleet::HistoryEntry& entry);
// The record as it is stored (so its times are in the table's own units), without the key that is made of its fields.
[[nodiscard]] nlohmann::json firmwareToJson(const fleet::FirmwareRecord& record);
[[nodiscard]] nlohmann::json comparisonToJson(const fleet::FirmwareComparison& comparison);
[[nodiscard]] nlohmann::json alertToJson(const fleet::Alert& alert);
[[nodiscard]] nlohmann::json settingToJson(const fleet::SettingState& setting);
[[nodiscard]] nlohmann::json previewToJson(const fleet::ActionPreview& preview);
[[nodiscard]] nlohmann::json auditToJson(const fleet::AuditEntry& entry);
[[nodiscard]] nlohmann::json quarantinedToJson(const fleet::QuarantinedMessage& message);
[[nodiscard]] nlohmann::json accountingToJson(const fleet::Accounting& accounting);

}  // namespace drydock::app
