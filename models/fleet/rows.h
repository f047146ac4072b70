// The fleet's values to and from the rows of its tables. (Firmware records: firmware.h.)
//
// Reading never fails: an attribute that is missing or of the wrong type reads as its default, because a row may have
// been written by hand. Writing sets the attributes named here and leaves any others of the row alone.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/alert.h"
#include "models/fleet/alert_delivery.h"
#include "models/fleet/device.h"
#include "models/fleet/fleet_reader.h"
#include "models/fleet/fleet_service.h"
#include "models/fleet/operator_action.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet::rows {

using storage::Item;

// The key of a row in a table with one key attribute, or two.
[[nodiscard]] Item key(const char* table, std::string_view partition);
[[nodiscard]] Item key(const char* table, std::string_view partition, storage::AttributeValue sort);
// The key attributes of a whole row.
[[nodiscard]] Item keyOf(const char* table, const Item& row);

[[nodiscard]] Thing toThing(const Item& row);
void write(const Thing& thing, Item& row);

[[nodiscard]] DeviceStatus toDeviceStatus(const Item& row);
[[nodiscard]] Item fromDeviceStatus(std::string_view deviceId, DeviceStatus status);

// A phase that is unknown makes an impossible state, which the next step refuses.
[[nodiscard]] RetryRecord toRetryRecord(const Item& row);
void write(std::string_view deviceId, const RetryRecord& record, Item& row);

// An attribute called like the table's key is stored under another name.
[[nodiscard]] Attributes toBackup(const Item& row);
[[nodiscard]] Item fromBackup(std::string_view deviceId, const Attributes& attributes);

[[nodiscard]] Alert toAlert(const Item& row);
void write(const Alert& alert, Item& row);

[[nodiscard]] HistoryEntry toHistoryEntry(const Item& row);
[[nodiscard]] QuarantinedMessage toQuarantinedMessage(const Item& row);
[[nodiscard]] OutboxMessage toOutboxMessage(const Item& row);
[[nodiscard]] Item fromOutboxMessage(const OutboxMessage& message);

[[nodiscard]] AlertDelivery toDelivery(const Item& row);
[[nodiscard]] Item fromDelivery(const AlertDelivery& delivery);

[[nodiscard]] AuditEntry toAuditEntry(const Item& row);
// `rows` is what its undo needs.
[[nodiscard]] Item fromAuditEntry(const AuditEntry& entry, const std::vector<RowChange>& rows);
[[nodiscard]] std::vector<RowChange> toRowChanges(const Item& auditRow);

// The sort key of a timer.
[[nodiscard]] std::string timerKey(std::int64_t dueMs, std::string_view deviceId);
[[nodiscard]] Item timerRow(std::int64_t dueMs, std::string_view deviceId);

}  // namespace drydock::fleet::rows
