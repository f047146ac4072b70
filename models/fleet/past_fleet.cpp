#include "models/fleet/past_fleet.h"

#include <algorithm>
#include <array>
#include <utility>

#include "models/fleet/fleet_reader.h"
#include "models/fleet/query.h"
#include "models/fleet/rows.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;
using storage::Result;
using storage::TableReader;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::uint32_t kReadAtOnce = 500;

constexpr std::array<const char*, 5> kLogged = {tables::kThings, tables::kRetries, tables::kAttributeBackup,
                                                tables::kThingGroups, tables::kThingGroupMembers};

// A table's rows as of a time, one after the other by key.
class PastRows {
public:
    PastRows(TableReader& tables, const char* table, std::int64_t atMs) : m_tables(&tables) {
        m_request.table = table;
        m_request.atMs = atMs;
        m_request.limit = kReadAtOnce;
    }
    void beginBehind(Item key) { m_request.exclusiveStartKey = std::move(key); }

    // The row reached, nullptr at the end.
    Result<const Item*> current() {
        while (m_at == m_page.items.size() && !m_ended) {
            DRYDOCK_ASSIGN(m_page, m_tables->scanAsOf(m_request));
            m_at = 0;
            m_ended = !m_page.lastEvaluatedKey;
            m_request.exclusiveStartKey = m_page.lastEvaluatedKey;
        }
        return m_at < m_page.items.size() ? &m_page.items[m_at] : nullptr;
    }
    void advance() { ++m_at; }

private:
    TableReader* m_tables;
    storage::PastRequest m_request;
    storage::Page m_page;
    std::size_t m_at = 0;
    bool m_ended = false;
};

}  // namespace

Result<std::int64_t> pastBegins(TableReader& tables) {
    std::int64_t begins = 0;
    for (const char* table : kLogged) {
        DRYDOCK_ASSIGN(const auto description, tables.describeTable(table));
        const storage::TableDefinition& definition = description.definition;
        if (!definition.pointInTimeRecovery)
            return storage::fail(
                ErrorCode::pointInTimeRecoveryUnavailable,
                std::string("The table ") + table + " keeps no log of its changes: its point-in-time recovery is off.");
        begins = std::max({begins, description.recoverableFromMs,
                           tables.nowMs() - static_cast<std::int64_t>(definition.recoveryDays) * kDayMs});
    }
    return begins;
}

Result<void> checkPastQuery(const FleetQuery& query) {
    constexpr const char* instead =
        " Of a past time, ask for thingName, attributes.<name>, phase, retries, cycles, groups, assignee and note.";
    if (query.hasWords())
        return storage::invalid(
            std::string("A word alone is also looked for in the latest message, which is kept as it is now only.") +
            instead);
    for (const QueryField& field : query.fields())
        if (isOfMessage(field))
            return storage::invalid("\"" + field.name() +
                                    "\" is of the latest message, which is kept as it is now only." + instead);
    return {};
}

Result<PastFleet> PastFleet::at(TableReader& tables, std::int64_t atMs) {
    const std::int64_t nowMs = tables.nowMs();
    if (atMs > nowMs)
        return storage::fail(ErrorCode::invalidRestoreTime,
                             isoTime(atMs) + " is still to come; it is " + isoTime(nowMs) + " now.");
    DRYDOCK_ASSIGN(const std::int64_t begins, pastBegins(tables));
    if (atMs < begins)
        return storage::fail(
            ErrorCode::invalidRestoreTime,
            isoTime(atMs) + " lies before the log of changes, which begins at " + isoTime(begins) + '.');
    return PastFleet(tables, atMs);
}

Result<std::optional<Item>> PastFleet::get(const char* table, const std::string& partition) {
    if (partition.empty()) return std::optional<Item>();
    return m_tables->getAsOf(table, rows::key(table, partition), m_atMs);
}

Result<DeviceDetail> PastFleet::device(const std::string& id) {
    DRYDOCK_ASSIGN(const auto thing, get(tables::kThings, id));
    if (!thing)
        return storage::fail(ErrorCode::notFound, "The registry had no device " + id + " at " + isoTime(m_atMs) + '.');
    DRYDOCK_ASSIGN(const auto retries, get(tables::kRetries, id));
    DRYDOCK_ASSIGN(const auto backup, get(tables::kAttributeBackup, id));
    DRYDOCK_ASSIGN(const auto all, groups());
    DeviceDetail detail;
    detail.thing = rows::toThing(*thing);
    if (retries) detail.retries = rows::toRetryRecord(*retries);
    if (backup) detail.backup = rows::toBackup(*backup);
    detail.memberships = membershipsOf(*thing, retries ? &*retries : nullptr, GroupIndex(all));
    return detail;
}

Result<void> PastFleet::forEachMatch(const FleetQuery& query, const std::function<void(DeviceDetail)>& take) {
    DRYDOCK_ASSIGN(const auto all, groups());
    const GroupIndex dynamic(all);
    return forEachThing([&](const Item& thing, const Item* retries) {
        if (!query.matches(ThingRows(&thing, retries))) return;
        DeviceDetail detail;
        detail.thing = rows::toThing(thing);
        if (retries != nullptr) detail.retries = rows::toRetryRecord(*retries);
        detail.memberships = membershipsOf(thing, retries, dynamic);
        take(std::move(detail));
    });
}

Result<void> PastFleet::forEachThing(const std::function<void(const Item& thing, const Item* retries)>& take) {
    // Both tables are in the order of the device, so that each is read once from end to end.
    PastRows things(*m_tables, tables::kThings, m_atMs);
    PastRows records(*m_tables, tables::kRetries, m_atMs);
    for (;; things.advance()) {
        DRYDOCK_ASSIGN(const Item* thing, things.current());
        if (thing == nullptr) return {};
        const std::string_view id = thing->string("thingName");
        DRYDOCK_ASSIGN(const Item* retries, records.current());
        while (retries != nullptr && retries->string("deviceId") < id) {
            records.advance();
            DRYDOCK_ASSIGN(retries, records.current());
        }
        if (retries != nullptr && retries->string("deviceId") != id) retries = nullptr;
        take(*thing, retries);
    }
}

Result<std::vector<ThingGroup>> PastFleet::groups() {
    PastRows definitions(*m_tables, tables::kThingGroups, m_atMs);
    std::vector<ThingGroup> all;
    for (;; definitions.advance()) {
        DRYDOCK_ASSIGN(const Item* row, definitions.current());
        if (row == nullptr) return all;
        all.push_back(toThingGroup(*row));
    }
}

Result<ThingGroup> PastFleet::group(const std::string& name) {
    DRYDOCK_ASSIGN(const auto row, get(tables::kThingGroups, name));
    if (!row)
        return storage::fail(ErrorCode::notFound, "There was no thing group " + name + " at " + isoTime(m_atMs) + '.');
    return toThingGroup(*row);
}

Result<std::vector<std::string>> PastFleet::groupMembers(const std::string& group) {
    DRYDOCK_ASSIGN(const ThingGroup known, this->group(group));
    if (known.query) {
        const GroupIndex dynamic({known});
        std::vector<std::string> names;
        DRYDOCK_TRY(forEachThing([&](const Item& thing, const Item* retries) {
            if (dynamic.groups().front().has(ThingRows(&thing, retries))) names.emplace_back(thing.string("thingName"));
        }));
        return names;
    }
    // Before every name, since none has a control character.
    constexpr const char* beforeAll = "\x01";
    PastRows members(*m_tables, tables::kThingGroupMembers, m_atMs);
    members.beginBehind(rows::key(tables::kThingGroupMembers, group, beforeAll));
    std::vector<std::string> names;
    for (;; members.advance()) {
        DRYDOCK_ASSIGN(const Item* row, members.current());
        if (row == nullptr || row->string("groupName") != group) return names;
        names.emplace_back(row->string("thingName"));
    }
}

}  // namespace drydock::fleet
