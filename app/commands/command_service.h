// CommandService: runs drydockctl's commands against a core, wherever they come from: the same process, or the local
// socket of a running one. So a command does the same whether a store is held or not.
//
// A request is the command's words after parsing, as JSON: {"command":"device restore","arguments":{…},"who":"anna"}.
// A reply is {"lines":[…]} (JSON values, one printed a line) or {"error":{"code":…,"message":…}}.
#pragma once

#include <functional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "app/services/desk_core.h"

namespace drydock::app {

// Takes one line of a command's output.
using LineSink = std::function<void(nlohmann::json line)>;

// Thread: any but the core's; waits for the core. Takes any JSON whatever and answers bad requests with an error reply.
[[nodiscard]] nlohmann::json runCommand(const nlohmann::json& request, DeskCore& core);

// What "repair" begins with where no process holds the store: sets a damaged file aside and saves what can be read of
// it, which no core that has the file open can do. Hands out what it did and what is lost; nothing when the file is
// sound. Another process may come first; then nothing is done.
[[nodiscard]] storage::Result<void> salvage(const std::filesystem::path& store, const LineSink& sink);

}  // namespace drydock::app
