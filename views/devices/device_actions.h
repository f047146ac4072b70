// What may be done to devices, and why not: the fleet's own rules, asked before a button is offered.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "models/fleet/operator_action.h"
#include "models/fleet/retry_cycle.h"

namespace drydock::views {

// Why `kind` can't be done to any of the devices in these states; empty: it can to at least one. Kinds that don't
// depend on the cycle are always possible.
[[nodiscard]] QString whyNot(fleet::ActionKind kind, const std::vector<fleet::CycleState>& states, std::int64_t nowMs,
                             const fleet::Limits& limits);

// Edits of attributes as somebody types them: "site=north rack=7 -old" sets two and removes one. What is wrong with
// them says checkAttributeEdits() of the fleet.
[[nodiscard]] std::vector<fleet::AttributeEdit> parseAttributeEdits(const QString& text);

}  // namespace drydock::views
