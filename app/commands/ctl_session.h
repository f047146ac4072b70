// Runs requests on a store for drydockctl: through the process that holds it, or else in this one; prints what they
// say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/services/desk_core.h"

namespace drydock::app {

// Runs all, also after one that failed; returns the exit status. Lines go to standard output, and for each that failed
// one line goes to standard error.
[[nodiscard]] int runRequests(const std::filesystem::path& store, const std::vector<nlohmann::json>& requests);

// Starts a core. A store that is held by a process which serves no socket is soon free again, for it runs one command
// or is just starting or ending: waits for that, a few seconds at most.
[[nodiscard]] storage::Result<std::unique_ptr<DeskCore>> startWhenFree(const DeskOptions& options,
                                                                       const DeskCore::Listener& listener);

// One line to standard output, flushed. False when it can't be written.
bool printLine(const nlohmann::json& line);
// "drydockctl: <message>" to standard error; returns the exit status for a failure.
int failWith(const std::string& message);

}  // namespace drydock::app
