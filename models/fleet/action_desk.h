// Preview, perform and undo, for every kind of action by the same means: the rows a plan changes.
//
// Each works on a transaction that the caller commits, or drops.
#pragma once

#include <cstdint>

#include "models/fleet/fleet_transaction.h"

namespace drydock::fleet {

[[nodiscard]] Result<ActionPreview> previewAction(FleetTransaction& transaction, const ActionRequest& request,
                                                  std::int64_t nowMs);

// Plans anew, as time has passed and rules apply then too, and refuses when that would change anything else than was
// previewed. ErrorCode::conflict names what changed meanwhile.
[[nodiscard]] Result<ActionOutcome> performAction(FleetTransaction& transaction, const ActionPreview& preview,
                                                  const Operator& who, std::int64_t nowMs);

[[nodiscard]] Result<ActionPreview> previewUndoAction(FleetTransaction& transaction, std::uint64_t auditSequence,
                                                      std::int64_t nowMs);

// ErrorCode::refused names the field that no longer holds what the action left there.
[[nodiscard]] Result<ActionOutcome> undoAction(FleetTransaction& transaction, std::uint64_t auditSequence,
                                               const Operator& who, std::int64_t nowMs);

}  // namespace drydock::fleet
