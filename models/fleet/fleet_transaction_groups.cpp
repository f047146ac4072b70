// Groups: their members follow what a transaction leaves behind, within it.
#include <algorithm>
#include <iterator>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::Item;

const Item* pointer(const std::optional<Item>& item) {
    return item ? &*item : nullptr;
}

}  // namespace

void FleetTransaction::tellOfGroup(const std::string& group, const std::vector<std::string>& added,
                                   const std::vector<std::string>& removed) {
    const nlohmann::json told = {{"group", group}, {"added", added}, {"removed", removed}};
    publish("iot/groups/" + topicLevel(group), told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
            false);
}

void FleetTransaction::followGroups(const Thing& before, const Thing& after, std::int64_t atMs) {
    std::vector<std::string> added;
    std::vector<std::string> removed;
    std::set_difference(after.groups.begin(), after.groups.end(), before.groups.begin(), before.groups.end(),
                        std::back_inserter(added));
    std::set_difference(before.groups.begin(), before.groups.end(), after.groups.begin(), after.groups.end(),
                        std::back_inserter(removed));
    for (const std::string& group : added) {
        Item member = rows::key(tables::kThingGroupMembers, group, after.name);
        Item row = member;
        row.set("addedAt", atMs);
        m_overlay.replace(tables::kThingGroupMembers, std::move(member)).set(std::move(row));
        tellOfGroup(group, {after.name}, {});
    }
    for (const std::string& group : removed) {
        m_overlay.replace(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, group, after.name))
            .set(std::nullopt);
        tellOfGroup(group, {}, {after.name});
    }
}

// A new query is looked up for every thing; a dynamic group that went leaves its members behind. Both may be many.
void FleetTransaction::followGroup(const std::string& name, const std::optional<Item>& before,
                                   const std::optional<Item>& after) {
    m_groupsChanged = true;
    const auto queryOf = [](const std::optional<Item>& row) {
        return row ? toThingGroup(*row).query : std::optional<std::string>();
    };
    const auto was = queryOf(before);
    const auto is = queryOf(after);
    if (is && is != was) setGroupTask(name, GroupTask{name, GroupTask::Kind::fill, {}});
    if (was && !is) setGroupTask(name, GroupTask{name, GroupTask::Kind::empty, {}});
}

void FleetTransaction::setGroupTask(const std::string& group, const std::optional<GroupTask>& task) {
    RowOverlay::Row& row = m_overlay.replace(tables::kDeskState, groupTaskKey(group));
    if (task) {
        row.set(fromGroupTask(*task));
    } else {
        row.set(std::nullopt);
    }
    m_groupsChanged = true;
}

Result<void> FleetTransaction::setMember(const std::string& group, const std::string& thing, bool member) {
    DRYDOCK_ASSIGN(RowOverlay::Row* const row,
                   m_overlay.load(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, group, thing)));
    if (row->now().has_value() != member) moveMember(*row, group, thing, member);
    return {};
}

void FleetTransaction::moveMember(RowOverlay::Row& row, const std::string& group, const std::string& thing,
                                  bool member) {
    std::optional<Item> moved;
    if (member) {
        moved = rows::key(tables::kThingGroupMembers, group, thing);
        moved->set("addedAt", m_store->nowMs());
    }
    row.set(std::move(moved));
    m_members[group].emplace_back(thing, member);
}

Result<bool> FleetTransaction::isMember(const std::string& group, const std::string& thing) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* row,
                   m_overlay.load(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, group, thing)));
    return row->now().has_value();
}

Result<void> FleetTransaction::settleGroups() {
    DRYDOCK_ASSIGN(const auto moves, groupMoves());
    for (const GroupMove& move : moves) {
        RowOverlay::Row& row = m_overlay.replace(tables::kThingGroupMembers,
                                                 rows::key(tables::kThingGroupMembers, move.group, move.thing));
        moveMember(row, move.group, move.thing, move.joins);
    }
    return {};
}

Result<std::vector<GroupMove>> FleetTransaction::groupMoves() {
    std::vector<GroupMove> moves;
    if (m_groups->empty()) return moves;
    std::vector<std::string> things;
    for (const Item& key : m_overlay.changedKeys(tables::kThings)) things.emplace_back(key.string("thingName"));
    if (m_groups->readsCounters())
        for (const Item& key : m_overlay.changedKeys(tables::kRetries)) things.emplace_back(key.string("deviceId"));
    std::sort(things.begin(), things.end());
    things.erase(std::unique(things.begin(), things.end()), things.end());
    for (const std::string& id : things) DRYDOCK_TRY(addMoves(id, moves));
    return moves;
}

Result<void> FleetTransaction::addMoves(const std::string& id, std::vector<GroupMove>& moves) {
    DRYDOCK_ASSIGN(const RowOverlay::Row* thing, m_overlay.load(tables::kThings, rows::key(tables::kThings, id)));
    const Item* retriesBefore = nullptr;
    const Item* retriesNow = nullptr;
    if (m_groups->readsCounters()) {
        DRYDOCK_ASSIGN(const RowOverlay::Row* retries,
                       m_overlay.load(tables::kRetries, rows::key(tables::kRetries, id)));
        retriesBefore = pointer(retries->before());
        retriesNow = pointer(retries->now());
    }
    const Item* before = pointer(thing->before());
    const Item* now = pointer(thing->now());
    if (now == nullptr) {
        // A filling under way looks at things that are there only, so what a thing leaves behind it leaves here.
        for (const GroupIndex::Group& group : m_groups->groups()) {
            DRYDOCK_ASSIGN(const bool wasIn, isMember(group.name, id));
            if (wasIn) moves.push_back({id, group.name, false});
        }
        return {};
    }
    const std::vector<QueryField> changed = changedFields(before, now, retriesBefore, retriesNow);
    if (changed.empty()) return {};
    const ThingRows was(before, retriesBefore);
    const ThingRows is(now, retriesNow);
    for (const GroupIndex::Group* group : m_groups->touched(was, is, changed)) {
        bool wasIn = before != nullptr && group->query.matches(was);
        const bool isIn = group->query.matches(is);
        // Where both agree, a group that is being filled finds the thing by itself.
        if (wasIn == isIn) continue;
        // Any other has exactly those members that match, so there is no row to look at.
        if (group->filling) {
            DRYDOCK_ASSIGN(wasIn, isMember(group->name, id));
        }
        if (wasIn != isIn) moves.push_back({id, group->name, isIn});
    }
    return {};
}

void FleetTransaction::tellOfGroups() {
    for (const auto& [group, members] : m_members) {
        for (std::size_t begin = 0; begin < members.size(); begin += kMostMembersTold) {
            std::vector<std::string> added;
            std::vector<std::string> removed;
            const std::size_t end = std::min(begin + kMostMembersTold, members.size());
            for (std::size_t i = begin; i < end; ++i) (members[i].second ? added : removed).push_back(members[i].first);
            tellOfGroup(group, added, removed);
        }
    }
    m_members.clear();
}

}  // namespace drydock::fleet
