#include "models/fleet/operator_action.h"

#include <algorithm>
#include <array>

namespace drydock::fleet {
namespace {

// In the order of ActionKind.
constexpr std::array<const char*, 18> kNames = {
    "restoreAttributes", "resetCounters",  "release",      "moveToFailed",     "setNote",        "assign",
    "setCoolOff",        "editAttributes", "deleteDevice", "setReleaseStatus", "deleteFirmware", "acknowledgeAlert",
    "resolveAlert",      "createGroup",    "editGroup",    "deleteGroup",      "addToGroup",     "removeFromGroup",
};
static_assert(kNames.size() == static_cast<std::size_t>(ActionKind::removeFromGroup) + 1);

}  // namespace

const char* actionName(ActionKind kind) {
    return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<ActionKind> actionFromName(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<ActionKind>(found - kNames.begin());
}

}  // namespace drydock::fleet
