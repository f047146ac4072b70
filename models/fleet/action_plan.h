// Plans of operators' actions: what each kind does to the rows, worked out on a transaction that is then either looked
// at (preview) or committed (perform).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/fleet/fleet_transaction.h"

namespace drydock::fleet {

struct ActionPlan {
    std::string summary;  // what it will have done
    std::string subject;  // see ActionPreview
    std::vector<std::string> warnings;
    bool canUndo = true;
    bool begins = false;  // a retry cycle of a device that was well
};

// As rows name who did it; a preview has nobody yet.
[[nodiscard]] inline std::string nameOf(std::string_view who) {
    return who.empty() ? "an operator" : std::string(who);
}

[[nodiscard]] inline tl::unexpected<storage::Error> refused(std::string message) {
    return storage::fail(storage::ErrorCode::refused, std::move(message));
}

// Makes the action's changes in `transaction`. `who` is the operator's name, empty in a preview.
// ErrorCode::refused when a rule forbids it, notFound without such a target.
[[nodiscard]] Result<ActionPlan> planAction(FleetTransaction& transaction, const ActionRequest& request,
                                            std::string_view who, std::int64_t nowMs);

// Puts a firmware record to `status`, with its history and expiry.
[[nodiscard]] Result<void> setFirmwareStatus(FleetTransaction& transaction, FirmwareRecord record, ReleaseStatus status,
                                             std::int64_t nowMs);

// "wo:v8 app 2.27", as messages name a firmware.
[[nodiscard]] std::string describe(const FirmwareRecord& record);

}  // namespace drydock::fleet
