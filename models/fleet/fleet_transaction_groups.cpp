// Groups: what a transaction leaves behind of their members, and who is told.
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

// A new query is looked up for every thing, and a group that went has members to be told of. Both may be many.
Result<void> FleetTransaction::followGroup(const std::string& name, const std::optional<Item>& before,
                                           const std::optional<Item>& after) {
    m_groupsChanged = true;
    const auto queryOf = [](const std::optional<Item>& row) {
        return row ? toThingGroup(*row).query : std::optional<std::string>();
    };
    const auto was = queryOf(before);
    const auto is = queryOf(after);
    if (was == is) return {};
    // Past the overlay: what is left to be told is nothing an action depends on, or an undo brings back.
    storage::GetRequest request;
    request.table = tables::kDeskState;
    request.key = groupTaskKey(name);
    DRYDOCK_ASSIGN(const auto stored, m_store->get(request));
    std::optional<GroupTask> left;
    if (stored) left = toGroupTask(*stored);
    setGroupTask(name, taskOfEdit(name, left, was, is));
    return {};
}

void FleetTransaction::setGroupTask(const std::string& group, const std::optional<GroupTask>& task) {
    std::optional<Item> row;
    if (task) row = fromGroupTask(*task);
    putRow(tables::kDeskState, groupTaskKey(group), std::move(row));
    m_groupsChanged = true;
}

void FleetTransaction::tellMember(const std::string& group, const std::string& thing, bool joins) {
    m_told[group].emplace_back(thing, joins);
}

Result<std::vector<GroupMove>> FleetTransaction::groupMoves() {
    return movesBy(
        [](const GroupIndex::Group& group, std::string_view, const QueryRow& row) { return group.has(row); });
}

Result<std::vector<GroupMove>> FleetTransaction::movesBy(HasThing has) {
    std::vector<GroupMove> moves;
    if (m_groups->empty()) return moves;
    std::vector<std::string> things;
    for (const Item& key : m_overlay.changedKeys(tables::kThings)) things.emplace_back(key.string("thingName"));
    if (m_groups->readsCounters())
        for (const Item& key : m_overlay.changedKeys(tables::kRetries)) things.emplace_back(key.string("deviceId"));
    std::sort(things.begin(), things.end());
    things.erase(std::unique(things.begin(), things.end()), things.end());
    for (const std::string& id : things) DRYDOCK_TRY(addMoves(id, has, moves));
    return moves;
}

Result<void> FleetTransaction::addMoves(const std::string& id, HasThing has, std::vector<GroupMove>& moves) {
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
    const std::vector<QueryField> changed = changedFields(before, now, retriesBefore, retriesNow);
    if (changed.empty()) return {};
    const ThingRows was(before, retriesBefore);
    const ThingRows is(now, retriesNow);
    for (const GroupIndex::Group* group : m_groups->touched(was, is, changed)) {
        const bool wasIn = before != nullptr && has(*group, id, was);
        const bool isIn = now != nullptr && has(*group, id, is);
        if (wasIn != isIn) moves.push_back({id, group->name, isIn});
    }
    return {};
}

Result<void> FleetTransaction::tellOfGroups() {
    DRYDOCK_ASSIGN(const auto moves, movesBy([](const GroupIndex::Group& group, std::string_view thing,
                                                const QueryRow& row) { return group.hasTold(thing, row); }));
    for (const GroupMove& move : moves) tellMember(move.group, move.thing, move.joins);
    for (const auto& [group, members] : m_told) {
        for (std::size_t begin = 0; begin < members.size(); begin += kMostMembersTold) {
            std::vector<std::string> added;
            std::vector<std::string> removed;
            const std::size_t end = std::min(begin + kMostMembersTold, members.size());
            for (std::size_t i = begin; i < end; ++i) (members[i].second ? added : removed).push_back(members[i].first);
            tellOfGroup(group, added, removed);
        }
    }
    m_told.clear();
    return {};
}

}  // namespace drydock::fleet
