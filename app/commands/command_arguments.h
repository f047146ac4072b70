// The arguments of a request, and the handlers the command groups provide.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/commands/command_service.h"
#include "models/fleet/fleet_query.h"
#include "models/fleet/operator_action.h"

namespace drydock::app {

// A request's "arguments", read with their types checked: requests come over a socket, from anybody of the same user.
// ErrorCode::validation names the argument that is missing or of the wrong type.
class Arguments {
public:
    explicit Arguments(const nlohmann::json& request);

    [[nodiscard]] storage::Result<std::string> text(std::string_view name) const;
    [[nodiscard]] storage::Result<std::string> textOr(std::string_view name, std::string fallback) const;
    [[nodiscard]] storage::Result<std::uint64_t> number(std::string_view name) const;
    [[nodiscard]] storage::Result<std::optional<std::uint64_t>> optionalNumber(std::string_view name) const;
    [[nodiscard]] storage::Result<bool> flag(std::string_view name) const;  // false when absent
    [[nodiscard]] storage::Result<std::vector<std::string>> texts(std::string_view name) const;
    // All of them, to be handed on.
    [[nodiscard]] nlohmann::json values() const;

private:
    [[nodiscard]] const nlohmann::json* find(std::string_view name) const;

    const nlohmann::json* m_arguments = nullptr;  // none: the request has none
};

class CtlSession;

using ReadHandler = storage::Result<void> (*)(storage::SqliteStore& reader, const Arguments& arguments,
                                              const LineSink& sink);
using WriteHandler = storage::Result<void> (*)(DeskCore& core, const Arguments& arguments, const fleet::Operator& who,
                                               const LineSink& sink);
using ClientHandler = storage::Result<void> (*)(CtlSession& session, const Arguments& arguments);

// A command, or a request that commands are made of. At least one is set, and not both of the first two.
struct CommandEntry {
    std::string_view name;
    // Only reads: needs no core, so that any process may run it over the store opened read-only, line by line and
    // however long, beside the process that holds the store.
    ReadHandler read = nullptr;
    // Does more: runs in the process that holds the store, and no other request is served there meanwhile.
    WriteHandler write = nullptr;
    // Runs in drydockctl, which asks for what it needs by requests, a slice of long work each. Those of its own name
    // are for `write`.
    ClientHandler client = nullptr;
};

// nullptr: there is none of that name.
[[nodiscard]] const CommandEntry* findCommand(std::string_view name);

// One function a command group.
[[nodiscard]] std::span<const CommandEntry> deviceCommands();
[[nodiscard]] std::span<const CommandEntry> firmwareCommands();
[[nodiscard]] std::span<const CommandEntry> groupCommands();
[[nodiscard]] std::span<const CommandEntry> recordCommands();    // alerts, activity, quarantine
[[nodiscard]] std::span<const CommandEntry> tableCommands();     // tables as a whole
[[nodiscard]] std::span<const CommandEntry> itemCommands();      // the items of a table
[[nodiscard]] std::span<const CommandEntry> apiCommands();       // sql, stream
[[nodiscard]] std::span<const CommandEntry> transferCommands();  // export, import, backup, restore
[[nodiscard]] std::span<const CommandEntry> reportCommands();
[[nodiscard]] std::span<const CommandEntry> storeCommands();  // check
[[nodiscard]] std::span<const CommandEntry> settingsCommands();

// Waits for the answer to something asked of the core with `ask`. Never on the core's own thread.
template <class T>
[[nodiscard]] storage::Result<T> answerOf(const std::function<void(Answer<T>)>& ask) {
    auto promise = std::make_shared<std::promise<storage::Result<T>>>();
    auto future = promise->get_future();
    ask([promise](storage::Result<T> result) { promise->set_value(std::move(result)); });
    return future.get();
}

// The argument "query" of a list with these fields; absent, it lets everything through.
[[nodiscard]] storage::Result<fleet::FleetQuery> listQuery(const Arguments& arguments,
                                                           const fleet::QueryVocabulary& vocabulary);

// An action of this kind on the target that the argument `target` names, with what every action takes: "why" and
// "bulk".
[[nodiscard]] storage::Result<fleet::ActionRequest> actionRequest(fleet::ActionKind kind, const Arguments& arguments,
                                                                  std::string_view target);
// DeskCore::act(); prints the outcome. With the argument "preview" nothing is done, and what would be is printed.
[[nodiscard]] storage::Result<void> act(DeskCore& core, const fleet::ActionRequest& request, const Arguments& arguments,
                                        const fleet::Operator& who, const LineSink& sink);
// What a group's change left to be done, where the core does nothing by itself because it lives for one command.
[[nodiscard]] storage::Result<void> tendGroups(DeskCore& core);
void printOutcome(const fleet::ActionOutcome& outcome, const LineSink& sink);

}  // namespace drydock::app
