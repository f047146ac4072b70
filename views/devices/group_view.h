// How a thing group looks, is called and where its members are seen, wherever a screen shows one.
// Thread: GUI (translates).
#pragma once

#include <QString>

#include "models/fleet/thing_group.h"
#include "views/page.h"

namespace drydock::views {

// FailedToUpdate has a page of its own; the members of others are a filter of the Devices page.
[[nodiscard]] Destination viewOf(const fleet::ThingGroup& group);
[[nodiscard]] Icon groupIcon(bool dynamic);
[[nodiscard]] QString groupKind(bool dynamic);

}  // namespace drydock::views
