// One command on many targets, a request of its own each: one that fails doesn't stop the rest, and whatever ends the
// program leaves each target before or after.
#pragma once

#include <string_view>
#include <vector>

#include "app/commands/command_arguments.h"

namespace drydock::app {

// What the arguments name: "ids", or the devices that "query" finds when it is asked. ErrorCode::validation for
// an empty query, which would find every device there is.
[[nodiscard]] storage::Result<std::vector<nlohmann::json>> targetsOf(CtlSession& session, const Arguments& arguments);

// The words of a command line that name targets and end in a text: all but the last become "ids", the last "text".
// Where a query finds the targets, the text is the only word.
[[nodiscard]] nlohmann::json withTextLast(nlohmann::json arguments);

// Asks for `command` with each target in turn as "id", beside `arguments`; prints a line per result, with that id. What
// is done to several is one bulk in the activity. SIGINT and SIGTERM stop it between two targets.
// Errors: the target's where there is just one; else ErrorCode::refused says how many failed.
[[nodiscard]] storage::Result<void> onEach(CtlSession& session, std::string_view command, nlohmann::json arguments,
                                           const std::vector<nlohmann::json>& targets);

// `command` on each of the targets that the arguments name, beside what else they say.
[[nodiscard]] storage::Result<void> onEachOf(CtlSession& session, std::string_view command, nlohmann::json arguments);

// The client's part of an action on many that are named by their "ids".
template <const std::string_view& command>
storage::Result<void> actOnEach(CtlSession& session, const Arguments& arguments) {
    return onEachOf(session, command, arguments.values());
}
// Likewise where the words end in a text.
template <const std::string_view& command>
storage::Result<void> actOnEachWithText(CtlSession& session, const Arguments& arguments) {
    return onEachOf(session, command, withTextLast(arguments.values()));
}

}  // namespace drydock::app
