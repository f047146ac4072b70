#include "models/fleet/operator_action.h"

#include <algorithm>
#include <array>

namespace drydock::fleet {
namespace {

struct Action {
    const char* name;
    ActionSubject subject;
};

// In the order of ActionKind.
constexpr std::array<Action, 18> kActions = {{
    {"restoreAttributes", ActionSubject::device},
    {"resetCounters", ActionSubject::device},
    {"release", ActionSubject::device},
    {"moveToFailed", ActionSubject::device},
    {"setNote", ActionSubject::device},
    {"assign", ActionSubject::device},
    {"setCoolOff", ActionSubject::device},
    {"editAttributes", ActionSubject::device},
    {"deleteDevice", ActionSubject::device},
    {"setReleaseStatus", ActionSubject::firmware},
    {"deleteFirmware", ActionSubject::firmware},
    {"acknowledgeAlert", ActionSubject::alert},
    {"resolveAlert", ActionSubject::alert},
    {"createGroup", ActionSubject::group},
    {"editGroup", ActionSubject::group},
    {"deleteGroup", ActionSubject::group},
    {"addToGroup", ActionSubject::group},
    {"removeFromGroup", ActionSubject::group},
}};
static_assert(kActions.size() == static_cast<std::size_t>(ActionKind::removeFromGroup) + 1);

}  // namespace

const char* actionName(ActionKind kind) {
    return kActions.at(static_cast<std::size_t>(kind)).name;
}

std::optional<ActionKind> actionFromName(std::string_view name) {
    const auto* const found =
        std::find_if(kActions.begin(), kActions.end(), [name](const Action& action) { return action.name == name; });
    if (found == kActions.end()) return std::nullopt;
    return static_cast<ActionKind>(found - kActions.begin());
}

ActionSubject actionSubject(ActionKind kind) {
    return kActions.at(static_cast<std::size_t>(kind)).subject;
}

}  // namespace drydock::fleet
