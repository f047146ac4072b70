// What operators do to groups, and what is left to be told of them in pieces.
//
// Creating, editing or deleting a dynamic group enters a task: every thing is looked at once, a bounded slice a
// transaction, and those that became or ceased to be members are told of in lists of at most kMostMembersTold names.
// What changes meanwhile is told of as well, whether the slices have come by or not, so that who follows the messages
// has the members right in the end. Thread: as FleetTransaction.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/fleet/action_plan.h"
#include "models/fleet/thing_group.h"

namespace drydock::fleet {

// As planAction(), which calls it.
[[nodiscard]] Result<ActionPlan> planGroupAction(FleetTransaction& transaction, const ActionRequest& request,
                                                 std::int64_t nowMs);

// Refuses changes, made by an undo, that would leave a member of a group that isn't there, or take a static group from
// under its members.
[[nodiscard]] Result<void> checkGroupsAfter(FleetTransaction& transaction, const std::vector<RowChange>& changes);

struct GroupSlice {
    std::size_t looked = 0;         // things
    std::optional<GroupTask> left;  // none: it is done
};
// Looks at no more than `limit` things. Precondition: limit > 0.
[[nodiscard]] Result<GroupSlice> runGroupTask(FleetTransaction& transaction, const GroupTask& task, std::size_t limit);

// Removes the members that stores of earlier versions list of dynamic groups, all at once; `tasks` are what is left to
// be told, of groups that were deleted, too.
[[nodiscard]] Result<void> removeListedMembers(storage::TableStore& store, const std::vector<GroupTask>& tasks);

}  // namespace drydock::fleet
