#include "models/fleet/rows.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet::rows {
namespace {

using storage::AttributeValue;
using storage::Binary;
using storage::List;
using storage::StringSet;

void setText(Item& row, const char* name, const std::string& text) {
    if (text.empty()) {
        row.erase(name);
    } else {
        row.set(name, text);
    }
}

void setTime(Item& row, const char* name, std::int64_t ms) {
    if (ms == 0) {
        row.erase(name);
    } else {
        row.set(name, ms);
    }
}

Attributes toAttributes(const Item* map) {
    Attributes attributes;
    if (map == nullptr) return attributes;
    for (const auto& [name, value] : *map)
        if (const auto* text = value.as<std::string>()) attributes.emplace(name, *text);
    return attributes;
}

Item fromAttributes(const Attributes& attributes) {
    Item map;
    map.reserve(attributes.size());
    for (const auto& [name, value] : attributes) map.set(name, value);
    return map;
}

Item itemOr(const Item& row, std::string_view name) {
    const Item* map = row.map(name);
    return map != nullptr ? *map : Item();
}

std::uint64_t sequenceOf(const Item& row) {
    return static_cast<std::uint64_t>(row.integer("sequence"));
}

AttributeValue number(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

// "deviceId" with any number of underscores before it gets one more, so that no name equals the key's.
bool needsEscape(std::string_view name) {
    constexpr std::string_view keyName = "deviceId";
    const std::size_t start = name.find_first_not_of('_');
    return start != std::string_view::npos && name.substr(start) == keyName;
}

// The name under which a phase's due time is stored.
const char* dueName(Phase phase) {
    return phase == Phase::failing ? "groupMoveAt" : "restoreAt";
}

// Calls take(map) with every map in the list `name`.
template <class Take>
void forEachMap(const Item& row, std::string_view name, Take take) {
    const AttributeValue* value = row.find(name);
    const auto* list = value != nullptr ? value->as<List>() : nullptr;
    if (list == nullptr) return;
    for (const AttributeValue& member : *list)
        if (const auto* map = member.as<Item>()) take(*map);
}

}  // namespace

Item key(const char* table, std::string_view partition) {
    Item item;
    item.set(std::string(tables::findTable(table)->partition), partition);
    return item;
}

Item key(const char* table, std::string_view partition, AttributeValue sort) {
    const tables::TableKey* names = tables::findTable(table);
    Item item;
    item.reserve(2);
    item.set(std::string(names->partition), partition);
    item.set(std::string(names->sort), std::move(sort));
    return item;
}

Item keyOf(const char* table, const Item& row) {
    const tables::TableKey* names = tables::findTable(table);
    Item item;
    for (const std::string_view name : {names->partition, names->sort})
        if (const AttributeValue* value = row.find(name)) item.set(std::string(name), *value);
    return item;
}

Thing toThing(const Item& row) {
    Thing thing;
    thing.name = row.string("thingName");
    thing.attributes = toAttributes(row.map("attributes"));
    if (const AttributeValue* groups = row.find("groups"))
        if (const auto* set = groups->as<StringSet>()) thing.groups = set->values;
    thing.phase = phaseFromName(row.string("phase")).value_or(Phase::well);
    thing.registeredMs = row.integer("registeredAt");
    thing.note = row.string("note");
    thing.assignee = row.string("assignee");
    return thing;
}

void write(const Thing& thing, Item& row) {
    row.set("thingName", thing.name);
    row.set("attributes", fromAttributes(thing.attributes));
    if (thing.groups.empty()) {
        row.erase("groups");
    } else {
        row.set("groups", StringSet{thing.groups});
    }
    row.set("phase", phaseName(thing.phase));
    setTime(row, "registeredAt", thing.registeredMs);
    setText(row, "note", thing.note);
    setText(row, "assignee", thing.assignee);
    const auto model = thing.attributes.find("model");
    const auto fw = thing.attributes.find("FW");
    if (model != thing.attributes.end() && fw != thing.attributes.end()) {
        row.set("modelFw", model->second + '#' + fw->second);
    } else {
        row.erase("modelFw");
    }
}

DeviceStatus toDeviceStatus(const Item& row) {
    DeviceStatus status;
    status.lastStatus = row.string("lastStatus");
    status.lastSeenMs = row.integer("lastSeen");
    status.deviceTimeMs = row.integer("deviceTime");
    status.reportedModel = row.string("reportedModel");
    status.reportedFw = row.string("reportedFw");
    status.values = itemOr(row, "values");
    status.clockToleranceMs = row.integer("clockTolerance", kClockToleranceMs);
    return status;
}

Item fromDeviceStatus(std::string_view deviceId, DeviceStatus status) {
    Item row;
    row.reserve(7);
    row.set("deviceId", deviceId);
    row.set("deviceTime", status.deviceTimeMs);
    row.set("lastSeen", status.lastSeenMs);
    row.set("lastStatus", std::move(status.lastStatus));
    if (!status.reportedFw.empty()) row.set("reportedFw", std::move(status.reportedFw));
    if (!status.reportedModel.empty()) row.set("reportedModel", std::move(status.reportedModel));
    if (!status.values.empty()) row.set("values", std::move(status.values));
    if (status.clockToleranceMs != kClockToleranceMs) row.set("clockTolerance", status.clockToleranceMs);
    return row;
}

RetryRecord toRetryRecord(const Item& row) {
    RetryRecord record;
    CycleState& cycle = record.cycle;
    cycle.retryCounter = static_cast<int>(std::clamp<std::int64_t>(row.integer("RetryCounter"), -1, 1'000'000));
    cycle.resetRetryCount = static_cast<int>(std::clamp<std::int64_t>(row.integer("ResetRetryCount"), -1, 1'000'000));
    const auto phase = phaseFromName(row.string("phase", phaseName(Phase::retrying)));
    cycle.phase = phase.value_or(Phase::retrying);
    if (!phase) cycle.retryCounter = -1;
    cycle.phaseSinceMs = row.integer("phaseSince");
    if (const AttributeValue* due = row.find(dueName(cycle.phase)))
        if (const auto* time = due->as<storage::Number>()) cycle.dueMs = time->toInt64();
    cycle.reportsSuccess = row.boolean("reportsSuccess");
    const std::string created(row.string("timestamp"));
    record.createdMs = std::strtoll(created.c_str(), nullptr, 10);
    record.fault = row.string("fault");
    return record;
}

void write(std::string_view deviceId, const RetryRecord& record, Item& row) {
    const CycleState& cycle = record.cycle;
    row.reserve(8);
    row.set("ResetRetryCount", cycle.resetRetryCount);
    row.set("RetryCounter", cycle.retryCounter);
    row.set("deviceId", deviceId);
    for (const Phase phase : {Phase::coolingOff, Phase::failing}) {
        if (cycle.dueMs && dueName(cycle.phase) == std::string_view(dueName(phase))) {
            row.set(dueName(phase), *cycle.dueMs);
        } else {
            row.erase(dueName(phase));
        }
    }
    row.set("phase", phaseName(cycle.phase));
    row.set("phaseSince", cycle.phaseSinceMs);
    if (cycle.reportsSuccess) {
        row.set("reportsSuccess", true);
    } else {
        row.erase("reportsSuccess");
    }
    row.set("timestamp", std::to_string(record.createdMs));
    setText(row, "fault", record.fault);
}

Attributes toBackup(const Item& row) {
    Attributes attributes;
    for (const auto& [name, value] : row) {
        const auto* text = value.as<std::string>();
        if (text == nullptr || name == "deviceId") continue;
        attributes.emplace(needsEscape(name) ? name.substr(1) : name, *text);
    }
    return attributes;
}

Item fromBackup(std::string_view deviceId, const Attributes& attributes) {
    Item row;
    row.set("deviceId", deviceId);
    for (const auto& [name, value] : attributes) row.set(needsEscape(name) ? '_' + name : name, value);
    return row;
}

Alert toAlert(const Item& row) {
    Alert alert;
    alert.id = row.string("alertId");
    alert.deviceId = row.string("deviceId");
    const std::string_view state = row.string("state");
    for (const AlertState each : {AlertState::acknowledged, AlertState::resolved})
        if (state == alertStateName(each)) alert.state = each;
    alert.raisedMs = row.integer("raisedAt");
    alert.message = row.string("message");
    alert.deduplicationId = row.string("deduplicationId");
    alert.acknowledgedBy = row.string("acknowledgedBy");
    alert.acknowledgedMs = row.integer("acknowledgedAt");
    alert.resolvedBy = row.string("resolvedBy");
    alert.resolvedMs = row.integer("resolvedAt");
    alert.deduplicated = row.boolean("deduplicated");
    const std::string_view delivery = row.string("delivery");
    for (const DeliveryState each : {DeliveryState::pending, DeliveryState::delivered, DeliveryState::refused})
        if (delivery == deliveryStateName(each)) alert.delivery = each;
    alert.deliveredMs = row.integer("deliveredAt");
    alert.deliveryRefusal = row.string("deliveryRefusal");
    return alert;
}

void write(const Alert& alert, Item& row) {
    row.set("alertId", alert.id);
    row.set("deviceId", alert.deviceId);
    row.set("state", alertStateName(alert.state));
    row.set("raisedAt", alert.raisedMs);
    row.set("message", alert.message);
    row.set("deduplicationId", alert.deduplicationId);
    setText(row, "acknowledgedBy", alert.acknowledgedBy);
    setTime(row, "acknowledgedAt", alert.acknowledgedMs);
    setText(row, "resolvedBy", alert.resolvedBy);
    setTime(row, "resolvedAt", alert.resolvedMs);
    if (alert.deduplicated) {
        row.set("deduplicated", true);
    } else {
        row.erase("deduplicated");
    }
    setText(row, "delivery", alert.delivery == DeliveryState::none ? "" : deliveryStateName(alert.delivery));
    setTime(row, "deliveredAt", alert.deliveredMs);
    setText(row, "deliveryRefusal", alert.deliveryRefusal);
}

HistoryEntry toHistoryEntry(const Item& row) {
    HistoryEntry entry;
    entry.sequence = sequenceOf(row);
    const std::string_view kind = row.string("kind");
    for (const HistoryKind each : {HistoryKind::step, HistoryKind::action, HistoryKind::alert})
        if (kind == historyKindName(each)) entry.kind = each;
    entry.atMs = row.integer("at");
    entry.what = row.string("what");
    entry.detail = row.string("detail");
    for (const auto& [name, value] : row) {
        constexpr std::array<std::string_view, 8> own = {"deviceId", "entry", "kind",   "sequence",
                                                         "at",       "what",  "detail", "ttl"};
        if (std::find(own.begin(), own.end(), name) == own.end()) entry.fields.set(name, value);
    }
    return entry;
}

QuarantinedMessage toQuarantinedMessage(const Item& row) {
    QuarantinedMessage message;
    message.sequence = sequenceOf(row);
    message.arrivedMs = row.integer("arrivedAt");
    message.topic = row.string("topic");
    message.reason = row.string("reason");
    if (const AttributeValue* raw = row.find("raw"))
        if (const auto* bytes = raw->as<Binary>()) message.raw = *bytes;
    message.sizeBytes = static_cast<std::uint64_t>(row.integer("size"));
    return message;
}

OutboxMessage toOutboxMessage(const Item& row) {
    return {sequenceOf(row), std::string(row.string("topic")), std::string(row.string("payload")),
            row.boolean("retain")};
}

Item fromOutboxMessage(const OutboxMessage& message) {
    Item row = key(tables::kOutbox, tables::kOnlyList, number(message.sequence));
    row.set("topic", message.topic);
    row.set("payload", message.payload);
    row.set("retain", message.retain);
    return row;
}

AlertDelivery toDelivery(const Item& row) {
    AlertDelivery delivery;
    delivery.alertId = row.string("alertId");
    delivery.messageId = row.string("messageId");
    delivery.dueMs = row.integer("dueAt");
    delivery.attempts = row.integer("attempts");
    delivery.body = row.string("body");
    return delivery;
}

Item fromDelivery(const AlertDelivery& delivery) {
    Item row = key(tables::kWebhookDeliveries, tables::kOnlyList, timerKey(delivery.dueMs, delivery.alertId));
    row.set("alertId", delivery.alertId);
    row.set("attempts", delivery.attempts);
    row.set("body", delivery.body);
    row.set("dueAt", delivery.dueMs);
    row.set("messageId", delivery.messageId);
    return row;
}

AuditEntry toAuditEntry(const Item& row) {
    AuditEntry entry;
    entry.sequence = sequenceOf(row);
    entry.atMs = row.integer("at");
    entry.who = row.string("who");
    entry.screen = row.string("screen");
    entry.action = row.string("action");
    entry.target = row.string("target");
    entry.why = row.string("why");
    entry.summary = row.string("summary");
    forEachMap(row, "changes", [&entry](const Item& change) {
        entry.changes.push_back({std::string(change.string("field")), std::string(change.string("before")),
                                 std::string(change.string("after"))});
    });
    if (row.contains("bulk")) entry.bulk = static_cast<std::uint64_t>(row.integer("bulk"));
    if (row.contains("undoneBy")) entry.undoneBy = static_cast<std::uint64_t>(row.integer("undoneBy"));
    entry.undoable = row.boolean("undoable") && !entry.undoneBy;
    return entry;
}

Item fromAuditEntry(const AuditEntry& entry, const std::vector<RowChange>& rows) {
    Item row = key(tables::kAudit, tables::kOnlyList, number(entry.sequence));
    row.set("at", entry.atMs);
    row.set("who", entry.who);
    row.set("screen", entry.screen);
    row.set("action", entry.action);
    row.set("target", entry.target);
    setText(row, "why", entry.why);
    row.set("summary", entry.summary);
    row.set("undoable", entry.undoable);
    if (entry.bulk) row.set("bulk", number(*entry.bulk));
    List changes;
    for (const FieldChange& change : entry.changes)
        changes.emplace_back(Item{{"field", change.field}, {"before", change.before}, {"after", change.after}});
    if (!changes.empty()) row.set("changes", std::move(changes));
    List images;
    for (const RowChange& change : rows) {
        Item image{{"table", change.table}, {"key", change.key}};
        if (change.before) image.set("before", *change.before);
        if (change.after) image.set("after", *change.after);
        images.emplace_back(std::move(image));
    }
    if (!images.empty()) row.set("rows", std::move(images));
    return row;
}

std::vector<RowChange> toRowChanges(const Item& auditRow) {
    std::vector<RowChange> changes;
    forEachMap(auditRow, "rows", [&changes](const Item& image) {
        RowChange change;
        change.table = image.string("table");
        change.key = itemOr(image, "key");
        if (const Item* before = image.map("before")) change.before = *before;
        if (const Item* after = image.map("after")) change.after = *after;
        changes.push_back(std::move(change));
    });
    return changes;
}

std::string timerKey(std::int64_t dueMs, std::string_view deviceId) {
    std::string text = zeroPadded(dueMs);
    text += '#';
    text += deviceId;
    return text;
}

Item timerRow(std::int64_t dueMs, std::string_view deviceId) {
    Item row = key(tables::kTimers, tables::kCycleTimers, timerKey(dueMs, deviceId));
    row.set("deviceId", deviceId);
    row.set("dueAt", dueMs);
    return row;
}

}  // namespace drydock::fleet::rows
