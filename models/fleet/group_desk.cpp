#include "models/fleet/group_desk.h"

#include <algorithm>
#include <utility>

#include "models/fleet/query.h"
#include "models/fleet/retry_cycle.h"
#include "models/fleet/tables.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Item;

// Of things, to say how many members a group has: a matter of some hundredths of a second.
constexpr std::size_t kMostCounted = 10'000;
constexpr std::size_t kCountedAtOnce = 1'000;

Item groupKey(const std::string& name) {
    return rows::key(tables::kThingGroups, name);
}

Result<ThingGroup> targetGroup(FleetTransaction& transaction, const std::string& name) {
    DRYDOCK_TRY(checkGroupName(name));
    DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kThingGroups, groupKey(name)));
    if (!row) return storage::fail(ErrorCode::notFound, "There is no thing group " + name + '.');
    return toThingGroup(*row);
}

bool isIn(const std::vector<std::string>& sorted, const std::string& name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
}

// Who follows the messages about a group would take what is still told of an earlier one for news of this one.
Result<void> checkTold(FleetTransaction& transaction, const std::string& name) {
    DRYDOCK_ASSIGN(const auto tasks, loadGroupTasks(transaction.tables()));
    const bool open =
        std::any_of(tasks.begin(), tasks.end(), [&name](const GroupTask& task) { return task.group == name; });
    if (open)
        return refused("That the earlier group " + name + " has lost its members is still being told. Try again soon.");
    return {};
}

// Names of a group's members as they are listed, at most `limit`.
Result<std::vector<std::string>> listedMembers(storage::TableReader& tables, const std::string& group,
                                               std::size_t limit) {
    std::vector<std::string> members;
    storage::QueryRequest request = queryOf(tables::kThingGroupMembers, {}, "groupName", group);
    request.limit = static_cast<std::uint32_t>(limit);
    DRYDOCK_TRY(forEachQueried(tables, std::move(request), [&members, limit](const Item& row) {
        members.emplace_back(row.string("thingName"));
        return members.size() < limit;
    }));
    return members;
}

Result<void> setInGroup(FleetTransaction& transaction, Thing thing, const std::string& group, bool member,
                        std::int64_t nowMs) {
    const auto place = std::lower_bound(thing.groups.begin(), thing.groups.end(), group);
    if (member) {
        thing.groups.insert(place, group);
    } else {
        thing.groups.erase(place);
    }
    return transaction.setThing(thing, nowMs);
}

// Puts things into a static group, or takes them out; how many were not there, or were.
Result<std::size_t> changeMembers(FleetTransaction& transaction, const std::string& group, std::vector<std::string> ids,
                                  bool adds, std::int64_t nowMs) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (ids.size() > kMostMembersAtOnce)
        return refused("That is more than " + std::to_string(kMostMembersAtOnce) + " things at once. Do it in parts.");
    std::size_t changed = 0;
    for (const std::string& id : ids) {
        std::optional<Thing> thing;
        if (!id.empty()) {
            DRYDOCK_ASSIGN(thing, transaction.thing(id));
        }
        if (!thing) return storage::fail(ErrorCode::notFound, "The registry has no device " + id + '.');
        if (isIn(thing->groups, group) == adds) continue;
        ++changed;
        DRYDOCK_TRY(setInGroup(transaction, std::move(*thing), group, adds, nowMs));
    }
    return changed;
}

Result<ActionPlan> planCreate(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    const std::string& name = request.target;
    DRYDOCK_TRY(checkGroupName(name));
    DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kThingGroups, groupKey(name)));
    if (row) return refused("There is a thing group " + name + " already.");
    ThingGroup group{name, {}, nowMs, false};
    if (request.text.empty()) {
        DRYDOCK_TRY(checkTold(transaction, name));
    } else {
        DRYDOCK_TRY(compileGroupQuery(request.text));
        if (!request.things.empty()) return storage::invalid("A dynamic group has the members its query finds.");
        group.query = request.text;
    }
    ActionPlan plan;
    plan.summary = std::string("Created the ") + (group.query ? "dynamic" : "static") + " group " + name;
    DRYDOCK_TRY(transaction.setRow({tables::kThingGroups, groupKey(name), {}, fromThingGroup(group)}, nowMs));
    if (!request.things.empty()) {
        DRYDOCK_ASSIGN(const std::size_t members, changeMembers(transaction, name, request.things, true, nowMs));
        plan.summary += " with " + counted(members, "thing");
    }
    plan.summary += '.';
    return plan;
}

Result<ActionPlan> planEdit(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(ThingGroup group, targetGroup(transaction, request.target));
    if (!group.query)
        return refused(group.name + " is a static group: add and remove its members instead of editing a query.");
    DRYDOCK_TRY(compileGroupQuery(request.text));
    if (*group.query == request.text) return refused("That is the query of " + group.name + " already.");
    group.query = request.text;
    ActionPlan plan;
    plan.summary = "Edited the query of " + group.name + '.';
    DRYDOCK_TRY(transaction.setRow({tables::kThingGroups, groupKey(group.name), {}, fromThingGroup(group)}, nowMs));
    return plan;
}

// Calls take(const std::string& id, const QueryRow&) with at most `limit` things behind the one named `after`. Returns
// the last one's name; nothing: no further one is left.
template <class Take>
Result<std::optional<std::string>> lookAtThings(FleetTransaction& transaction, const GroupIndex::Group& group,
                                                const std::string& after, std::size_t limit, Take take) {
    storage::ScanRequest request;
    request.table = tables::kThings;
    request.limit = static_cast<std::uint32_t>(limit);
    if (!after.empty()) request.exclusiveStartKey = rows::key(tables::kThings, after);
    DRYDOCK_ASSIGN(const storage::Page page, transaction.tables().scan(request));
    for (const Item& thing : page.items) {
        const std::string id(thing.string("thingName"));
        std::optional<Item> retries;
        if (group.readsCounters) {
            DRYDOCK_ASSIGN(retries, transaction.row(tables::kRetries, rows::key(tables::kRetries, id)));
        }
        take(id, ThingRows(&thing, retries ? &*retries : nullptr));
    }
    if (!page.lastEvaluatedKey) return std::nullopt;
    return std::string(page.lastEvaluatedKey->string("thingName"));
}

// How many members a dynamic group has, in words: as many as a bounded look at the registry finds, so that a group of a
// large fleet holds nobody up. Empty: it found none.
Result<std::string> dynamicMembers(FleetTransaction& transaction, const std::string& name) {
    const GroupIndex::Group* group = transaction.groups().find(name);
    if (group == nullptr) return std::string();
    std::size_t members = 0;
    std::optional<std::string> last = std::string();
    for (std::size_t looked = 0; last && looked < kMostCounted && members <= kMostMembersAtOnce;
         looked += kCountedAtOnce) {
        DRYDOCK_ASSIGN(
            last, lookAtThings(transaction, *group, *last, kCountedAtOnce,
                               [&](const std::string&, const QueryRow& row) { members += group->has(row) ? 1U : 0U; }));
    }
    if (members > kMostMembersAtOnce) return "more than " + std::to_string(kMostMembersAtOnce) + " members";
    if (members == 0) return std::string();
    return (last ? "at least " : "") + counted(members, "member");
}

Result<ActionPlan> planDelete(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(const ThingGroup group, targetGroup(transaction, request.target));
    if (group.name == kFailedGroup) return refused("FailedToUpdate is the retry cycle's own group; it always exists.");
    ActionPlan plan;
    plan.summary = "Deleted the group " + group.name + '.';
    if (group.query) {
        DRYDOCK_ASSIGN(const std::string members, dynamicMembers(transaction, group.name));
        if (!members.empty()) plan.warnings.push_back("It has " + members + '.');
    } else {
        DRYDOCK_ASSIGN(const auto members, listedMembers(transaction.tables(), group.name, kMostMembersAtOnce + 1));
        if (members.size() > kMostMembersAtOnce)
            return refused(group.name + " has more than " + std::to_string(kMostMembersAtOnce) +
                           " members. Remove some of them first.");
        for (const std::string& id : members) {
            DRYDOCK_ASSIGN(auto thing, transaction.thing(id));
            if (thing && isIn(thing->groups, group.name))
                DRYDOCK_TRY(setInGroup(transaction, std::move(*thing), group.name, false, nowMs));
        }
        if (!members.empty()) plan.warnings.push_back("It has " + counted(members.size(), "member") + '.');
    }
    DRYDOCK_TRY(transaction.setRow({tables::kThingGroups, groupKey(group.name), {}, {}}, nowMs));
    return plan;
}

Result<ActionPlan> planMembers(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    DRYDOCK_ASSIGN(const ThingGroup group, targetGroup(transaction, request.target));
    const bool adds = request.kind == ActionKind::addToGroup;
    if (group.query)
        return refused(group.name + " is a dynamic group, which has the members its query finds. Edit the query.");
    if (group.name == kFailedGroup)
        return refused(
            "Who is in FailedToUpdate goes with the retry cycle: move devices there, or release them, instead.");
    const std::vector<std::string>& ids = request.things;
    if (ids.empty()) return storage::invalid("Name the things to " + std::string(adds ? "add." : "remove."));
    DRYDOCK_ASSIGN(const std::size_t changed, changeMembers(transaction, group.name, ids, adds, nowMs));
    if (changed == 0)
        return refused(ids.size() == 1
                           ? ids.front() + (adds ? " is in " : " is not in ") + group.name + (adds ? " already." : ".")
                           : (adds ? "All of these are in " + group.name + " already."
                                   : "None of these is in " + group.name + '.'));
    ActionPlan plan;
    plan.summary =
        (adds ? "Added " : "Removed ") + counted(changed, "thing") + (adds ? " to " : " from ") + group.name + '.';
    return plan;
}

Result<void> checkJoined(FleetTransaction& transaction, const RowChange& change) {
    const Thing before = change.before ? rows::toThing(*change.before) : Thing();
    const Thing after = change.after ? rows::toThing(*change.after) : Thing();
    for (const std::string& group : after.groups) {
        if (isIn(before.groups, group)) continue;
        DRYDOCK_ASSIGN(const auto row, transaction.row(tables::kThingGroups, groupKey(group)));
        if (!row) return refused("There is no thing group " + group + " any more.");
    }
    return {};
}

Result<void> checkDefinition(FleetTransaction& transaction, const RowChange& change) {
    const std::string name(change.key.string("groupName"));
    if (change.after && !toThingGroup(*change.after).query) return checkTold(transaction, name);
    if (change.after || toThingGroup(*change.before).query) return {};
    DRYDOCK_ASSIGN(const auto members, listedMembers(transaction.tables(), name, kMostMembersAtOnce + 1));
    for (const std::string& id : members) {
        DRYDOCK_ASSIGN(const auto thing, transaction.thing(id));
        if (thing && isIn(thing->groups, name))
            return refused("The group " + name + " has members now. Delete it instead.");
    }
    return {};
}

}  // namespace

Result<ActionPlan> planGroupAction(FleetTransaction& transaction, const ActionRequest& request, std::int64_t nowMs) {
    switch (request.kind) {
        case ActionKind::createGroup:
            return planCreate(transaction, request, nowMs);
        case ActionKind::editGroup:
            return planEdit(transaction, request, nowMs);
        case ActionKind::deleteGroup:
            return planDelete(transaction, request, nowMs);
        default:
            return planMembers(transaction, request, nowMs);
    }
}

Result<void> checkGroupsAfter(FleetTransaction& transaction, const std::vector<RowChange>& changes) {
    for (const RowChange& change : changes) {
        if (change.table == tables::kThings) DRYDOCK_TRY(checkJoined(transaction, change));
        if (change.table == tables::kThingGroups) DRYDOCK_TRY(checkDefinition(transaction, change));
    }
    return {};
}

Result<GroupSlice> runGroupTask(FleetTransaction& transaction, const GroupTask& task, std::size_t limit) {
    GroupSlice slice;
    const GroupIndex::Group* group = transaction.groups().find(task.group);
    if (group == nullptr || !group->isOpen()) {
        transaction.setGroupTask(task.group, {});
        return slice;
    }
    const auto tell = [&](const std::string& id, const QueryRow& row) {
        ++slice.looked;
        const bool isMember = group->has(row);
        if (isMember != group->hasTold(id, row)) transaction.tellMember(task.group, id, isMember);
    };
    DRYDOCK_ASSIGN(const auto last, lookAtThings(transaction, *group, task.at, limit, tell));
    if (last) {
        slice.left = task;
        slice.left->at = *last;
        std::erase_if(slice.left->ahead,
                      [&last](const GroupTask::Stage& stage) { return !stage.upTo.empty() && stage.upTo <= *last; });
    }
    transaction.setGroupTask(task.group, slice.left);
    return slice;
}

Result<void> removeListedMembers(storage::TableStore& store, const std::vector<GroupTask>& tasks) {
    DRYDOCK_ASSIGN(const auto groups, loadThingGroups(store));
    std::vector<std::string> names;
    names.reserve(tasks.size() + groups.size());
    for (const GroupTask& task : tasks) names.push_back(task.group);
    for (const ThingGroup& group : groups)
        if (group.query) names.push_back(group.name);
    for (const std::string& name : names) {
        for (;;) {
            DRYDOCK_ASSIGN(const auto members, listedMembers(store, name, kMostMembersAtOnce));
            if (members.empty()) break;
            std::vector<storage::WriteUnit> units;
            for (const std::string& id : members) {
                storage::DeleteRequest remove;
                remove.table = tables::kThingGroupMembers;
                remove.key = rows::key(tables::kThingGroupMembers, name, id);
                units.emplace_back().writes.emplace_back(std::move(remove));
            }
            DRYDOCK_ASSIGN(const auto results, store.commit(std::move(units)));
            for (const storage::UnitResult& result : results) DRYDOCK_TRY(result);
        }
    }
    return {};
}

}  // namespace drydock::fleet
