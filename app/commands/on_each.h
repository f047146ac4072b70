// One command on many targets, a request of its own each: one that fails doesn't stop the rest, and whatever ends the
// program leaves each target before or after.
#pragma once

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/commands/command_arguments.h"

namespace drydock::app {

// The devices that the arguments name: "ids", or those that "query" finds when it is asked. ErrorCode::validation for
// an empty query, which would find every device there is.
[[nodiscard]] storage::Result<std::vector<nlohmann::json>> targetsOf(CtlSession& session, const Arguments& arguments);

// Asks for `command` with each target in turn as "id", beside `arguments`; prints a line per result, with that id. What
// is done to several is one bulk in the activity. SIGINT and SIGTERM stop it between two targets.
// Errors: the target's where there is just one; else ErrorCode::refused says how many failed.
[[nodiscard]] storage::Result<void> onEach(CtlSession& session, std::string_view command, nlohmann::json arguments,
                                           const std::vector<nlohmann::json>& targets);

}  // namespace drydock::app
