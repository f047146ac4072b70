// Runs requests on a store for drydockctl: through the process that holds it, or else in this one; prints what they
// say.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/services/desk_core.h"

namespace drydock::app {

// One run of drydockctl on a store. What reads does so here, over the store opened read-only; what changes something is
// asked of the process that holds the store or, where there is none, of a core of the session's own, which lasts as
// long as the session. Thread: main's.
class CtlSession {
public:
    explicit CtlSession(std::filesystem::path store) : m_store(std::move(store)) {}

    // Runs a command as the command line gave it, and prints what it says.
    [[nodiscard]] storage::Result<void> run(const nlohmann::json& request);

    // ---- for commands that do their work here
    [[nodiscard]] storage::Result<storage::SqliteStore*> reader();
    // The reply to one request as it came: with "lines", or with the "error" for which the request was not done. An
    // error of the call is the machine's.
    [[nodiscard]] storage::Result<nlohmann::json> reply(std::string_view command, nlohmann::json arguments);
    // The lines of the reply to one request.
    [[nodiscard]] storage::Result<std::vector<nlohmann::json>> ask(std::string_view command, nlohmann::json arguments);
    // The same of a request that is answered by one line, an object.
    [[nodiscard]] storage::Result<nlohmann::json> askForOne(std::string_view command, nlohmann::json arguments);
    // To standard output; ErrorCode::io when it can't be written.
    [[nodiscard]] storage::Result<void> print(const nlohmann::json& line);
    [[nodiscard]] storage::Result<void> print(const std::vector<nlohmann::json>& lines);
    [[nodiscard]] storage::Result<void> printText(std::string_view text);
    [[nodiscard]] storage::Result<void> flush();

private:
    [[nodiscard]] storage::Result<nlohmann::json> send(const nlohmann::json& request);

    std::filesystem::path m_store;
    std::unique_ptr<storage::SqliteStore> m_reader;
    std::unique_ptr<DeskCore> m_core;
};

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
