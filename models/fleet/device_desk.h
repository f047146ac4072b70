// What operators do to devices.
//
// A cool-off is given another end by moving its timer; ending it now restores the device in the same transaction, so
// that what the preview shows is what happens, rather than at the next turn of the timers.
// An edit of attributes is a legitimate change: it is made in the backup too, where there is one, so that a restore
// keeps it. What the cycle has marked can't be edited until the device's own values are back.
// A deletion takes the device's rows in the registry, its retry record, timer, backup, latest message and memberships,
// clears what was published of it and resolves its alerts. Its history, telemetry, alerts and activity stay. The next
// message from it registers it anew; one that was received before is still a duplicate.
// Thread: as FleetTransaction.
#pragma once

#include <cstddef>

#include "models/fleet/action_plan.h"
#include "models/fleet/attribute_edit.h"

namespace drydock::fleet {

inline constexpr std::size_t kMaxNoteBytes = 4096;
inline constexpr std::size_t kMaxAssigneeBytes = 256;

// As planAction(), which calls it.
[[nodiscard]] Result<ActionPlan> planDeviceAction(FleetTransaction& transaction, const ActionRequest& request,
                                                  std::string_view who, std::int64_t nowMs);

}  // namespace drydock::fleet
