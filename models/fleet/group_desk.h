// What operators do to groups, and what is left to be done of them in pieces.
//
// Creating or editing a dynamic group enters a task: every thing is looked at once, a bounded slice a transaction, and
// told of in lists of at most kMostMembersTold names. Changes keep members right meanwhile, whether the slices have
// come by or not. Deleting one takes its definition at once, its members in slices. Thread: as FleetTransaction.
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
    std::size_t looked = 0;         // things or members
    std::optional<GroupTask> left;  // none: it is done
};
// Looks at no more than `limit` things or members. Precondition: limit > 0.
[[nodiscard]] Result<GroupSlice> runGroupTask(FleetTransaction& transaction, const GroupTask& task, std::size_t limit);

}  // namespace drydock::fleet
