#include "models/fleet/fleet_transaction.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/fleet/digest.h"
#include "models/fleet/query.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

constexpr const char* kDeskRow = "desk";

std::string toJsonText(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

const Thing* pointer(const std::optional<Thing>& thing) {
    return thing ? &*thing : nullptr;
}

}  // namespace

std::int64_t expiryS(std::int64_t fromMs, std::int64_t days) {
    return fromMs / 1000 + days * 24 * 60 * 60;
}

Result<DeskMemory> loadDeskMemory(storage::TableReader& store) {
    storage::GetRequest request;
    request.table = tables::kDeskState;
    request.key = rows::key(tables::kDeskState, kDeskRow);
    DRYDOCK_ASSIGN(const auto row, store.get(request));
    DeskMemory memory;
    if (!row) return memory;
    const auto read = [&row](const char* name) { return static_cast<std::uint64_t>(row->integer(name)); };
    memory.counters = {read("applied"), read("duplicate"), read("quarantined"), read("position")};
    memory.lastSequence = read("lastSequence");
    return memory;
}

Result<std::vector<Alert>> alertsOfDevice(storage::TableReader& reader, const std::string& deviceId) {
    std::vector<Alert> alerts;
    DRYDOCK_TRY(forEachQueried(reader, queryOf(tables::kAlerts, "deviceId-index", "deviceId", deviceId),
                               [&alerts](const Item& row) {
                                   alerts.push_back(rows::toAlert(row));
                                   return true;
                               }));
    return alerts;
}

FleetTransaction::FleetTransaction(storage::TableStore& store, const FleetOptions& options, const DeskMemory& memory,
                                   const GroupIndex& groups)
    : m_store(&store), m_readScope(store), m_options(&options), m_groups(&groups), m_overlay(store), m_memory(memory) {}

Result<std::optional<Item>> FleetTransaction::row(const char* table, const Item& key) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* found, m_overlay.load(table, key));
    return found->now();
}

Result<std::optional<Thing>> FleetTransaction::thing(const std::string& id) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* found, m_overlay.load(tables::kThings, rows::key(tables::kThings, id)));
    if (!found->now()) return std::optional<Thing>();
    return std::optional<Thing>(rows::toThing(*found->now()));
}

Result<std::optional<Attributes>> FleetTransaction::backup(const std::string& id) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* found,
                   m_overlay.load(tables::kAttributeBackup, rows::key(tables::kAttributeBackup, id)));
    if (!found->now()) return std::optional<Attributes>();
    return std::optional<Attributes>(rows::toBackup(*found->now()));
}

Result<void> FleetTransaction::setThing(const Thing& thing, std::int64_t atMs) {
    DRYDOCK_ASSIGN(RowOverlay::Row* const found,
                   m_overlay.load(tables::kThings, rows::key(tables::kThings, thing.name)));
    std::optional<Thing> before;
    if (found->now()) before = rows::toThing(*found->now());
    Item after = found->now().value_or(Item());
    rows::write(thing, after);
    found->set(std::move(after));
    followThing(pointer(before), &thing, atMs);
    return {};
}

Result<void> FleetTransaction::setAlert(const Alert& alert, std::int64_t atMs) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* found, m_overlay.load(tables::kAlerts, rows::key(tables::kAlerts, alert.id)));
    Item after = found->now().value_or(Item());
    rows::write(alert, after);
    if (alert.state == AlertState::resolved) {
        after.set("ttl", expiryS(alert.resolvedMs, m_options->keeping.resolvedAlertDays));
    } else {
        after.erase("ttl");
    }
    return setRow({tables::kAlerts, rows::key(tables::kAlerts, alert.id), {}, std::move(after)}, atMs);
}

Result<void> FleetTransaction::setRow(const RowChange& to, std::int64_t atMs) {
    const tables::TableKey* table = tables::findTable(to.table);
    if (table == nullptr) return storage::fail(ErrorCode::internal, to.table + " is no table of the fleet's.");
    DRYDOCK_ASSIGN(RowOverlay::Row* const found, m_overlay.load(table->table, to.key));
    const std::optional<Item> before = found->now();
    found->set(to.after);
    if (to.table == tables::kThings) {
        std::optional<Thing> was;
        std::optional<Thing> is;
        if (before) was = rows::toThing(*before);
        if (to.after) is = rows::toThing(*to.after);
        followThing(pointer(was), pointer(is), atMs);
        // A row that comes back was taken away together with what the broker retained of it.
        if (!was && is) publishAttributes(is->name, &*is);
    } else if (to.table == tables::kRetries) {
        std::optional<std::int64_t> was;
        std::optional<std::int64_t> is;
        if (before) was = rows::toRetryRecord(*before).cycle.dueMs;
        if (to.after) is = rows::toRetryRecord(*to.after).cycle.dueMs;
        followDueTime(std::string(to.key.string("deviceId")), was, is);
    } else if (to.table == tables::kAlerts) {
        std::optional<Alert> was;
        std::optional<Alert> is;
        if (before) was = rows::toAlert(*before);
        if (to.after) is = rows::toAlert(*to.after);
        followAlert(was ? &*was : nullptr, is ? &*is : nullptr, atMs);
    } else if (to.table == tables::kThingGroups) {
        DRYDOCK_TRY(followGroup(std::string(to.key.string("groupName")), before, to.after));
    } else if (to.table == tables::kSettings) {
        m_settingsChanged = true;
    }
    return {};
}

void FleetTransaction::putRow(const char* table, const Item& key, std::optional<Item> row) {
    m_overlay.replace(table, key).set(std::move(row));
}

void FleetTransaction::setBackup(const std::string& deviceId, const Attributes& attributes, RowOverlay::Row& row) {
    Attributes clean = attributes;
    std::erase_if(clean, [](const auto& each) { return isMark(each.second); });
    row.set(rows::fromBackup(deviceId, clean));
}

// --- what follows from a changed row

void FleetTransaction::publish(std::string topic, std::string payload, bool retain) {
    m_overlay.append(tables::kOutbox,
                     rows::fromOutboxMessage({nextSequence(), std::move(topic), std::move(payload), retain}));
    ++m_outboxAdded;
}

// Retained by the broker; of a thing that is no more, an empty message takes away what was retained.
void FleetTransaction::publishAttributes(const std::string& deviceId, const Thing* thing) {
    publish("iot/device/" + topicLevel(deviceId) + "/attributes",
            thing != nullptr ? toJsonText(nlohmann::json(thing->attributes)) : std::string(), true);
}

void FleetTransaction::followThing(const Thing* before, const Thing* after, std::int64_t atMs) {
    static const Thing nothing;
    const Thing& was = before != nullptr ? *before : nothing;
    const Thing& is = after != nullptr ? *after : nothing;
    const std::string& id = after != nullptr ? is.name : was.name;
    // A thing that is registered just now says what the device has said itself: no news for it.
    if (before != nullptr && (after == nullptr || was.attributes != is.attributes)) publishAttributes(id, after);
    if (was.groups == is.groups) return;
    Thing named = is;
    named.name = id;
    followGroups(was, named, atMs);
}

void FleetTransaction::followDueTime(const std::string& deviceId, std::optional<std::int64_t> before,
                                     std::optional<std::int64_t> after) {
    if (before == after) return;
    const auto timer = [this, &deviceId](std::int64_t dueMs) -> RowOverlay::Row& {
        return m_overlay.replace(tables::kTimers, rows::keyOf(tables::kTimers, rows::timerRow(dueMs, deviceId)));
    };
    if (before) timer(*before).set(std::nullopt);
    if (after) timer(*after).set(rows::timerRow(*after, deviceId));
}

void FleetTransaction::followAlert(const Alert* before, const Alert* after, std::int64_t atMs) {
    if (after == nullptr || (before != nullptr && before->state == after->state)) return;
    HistoryEntry entry;
    entry.kind = HistoryKind::alert;
    entry.atMs = atMs;
    entry.what = alertStateName(after->state);
    switch (after->state) {
        case AlertState::open:
            entry.detail = after->message;
            break;
        case AlertState::acknowledged:
            entry.detail = "Acknowledged by " + after->acknowledgedBy + '.';
            break;
        case AlertState::resolved:
            entry.detail = "Resolved by " + after->resolvedBy + '.';
            break;
    }
    entry.fields.set("alertId", after->id);
    addHistory(after->deviceId, std::move(entry));
}

// --- records of what was done

void FleetTransaction::addHistory(const std::string& deviceId, HistoryEntry entry) {
    if (entry.sequence == 0) entry.sequence = nextSequence();
    Item row = std::move(entry.fields);
    row.set("at", entry.atMs);
    row.set("detail", std::move(entry.detail));
    row.set("deviceId", deviceId);
    row.set("entry", "e#" + zeroPadded(static_cast<std::int64_t>(entry.sequence)));
    row.set("kind", historyKindName(entry.kind));
    row.set("sequence", static_cast<std::int64_t>(entry.sequence));
    row.set("ttl", expiryS(entry.atMs, m_options->keeping.historyDays));
    row.set("what", std::move(entry.what));
    m_overlay.append(tables::kHistory, std::move(row));
}

AuditEntry FleetTransaction::newAudit(const Operator& who, std::int64_t atMs) {
    AuditEntry entry;
    entry.sequence = nextSequence();
    entry.atMs = atMs;
    entry.who = who.name;
    entry.screen = who.screen;
    return entry;
}

void FleetTransaction::addAudit(const AuditEntry& entry, const std::vector<RowChange>& rowChanges) {
    m_overlay.append(tables::kAudit, rows::fromAuditEntry(entry, rowChanges));
}

Result<void> FleetTransaction::commit() {
    DRYDOCK_TRY(tellOfGroups());
    Item desk = rows::key(tables::kDeskState, kDeskRow);
    const auto write = [&desk](const char* name, std::uint64_t value) {
        desk.set(name, static_cast<std::int64_t>(value));
    };
    write("applied", m_memory.counters.applied);
    write("duplicate", m_memory.counters.duplicate);
    write("quarantined", m_memory.counters.quarantined);
    write("position", m_memory.counters.position);
    write("lastSequence", m_memory.lastSequence);
    m_overlay.append(tables::kDeskState, std::move(desk));

    std::vector<storage::WriteUnit> units(1);
    units.front().writes = m_overlay.takeWrites();
    DRYDOCK_ASSIGN(const auto results, m_store->commit(std::move(units)));
    for (const storage::UnitResult& result : results) DRYDOCK_TRY(result);
    return {};
}

}  // namespace drydock::fleet
