// What requests to restore tables ask for.
#pragma once

#include <span>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/arguments.h"
#include "storage/recovery/table_recovery.h"

namespace drydock::storage::api {

extern const std::span<const Member> kRestoreFromBackupMembers;
// The checks of RestoreTableToPointInTime's form.
[[nodiscard]] Result<void> checkRestoreToTime(const nlohmann::json& body);

// From a body that passed the checks. Key attributes get the types they have in the source.
[[nodiscard]] Result<RestoreRequest> restoreRequest(const nlohmann::json& body, const TableDefinition& source);

}  // namespace drydock::storage::api
