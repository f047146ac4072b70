// `drydockctl serve`: the desk core without a screen.
#pragma once

#include <csignal>

#include "app/commands/command_line.h"

namespace drydock::app {

// Blocks the signals that serve() takes and returns those that were blocked before. To be called first of all, before
// there is another thread: what comes while a command line is read then waits for serve(), instead of ending the
// process.
[[nodiscard]] sigset_t blockServedSignals();

struct ServeArguments {
    DeskArguments desk;
    EndpointArguments endpoint;
};

// --store is the caller's. The arguments outlive the parsing.
[[nodiscard]] CLI::App* addServeCommand(CLI::App& app, ServeArguments& arguments);

// Serves until SIGINT or SIGTERM; returns the exit status. Prints the ready line once the broker takes the
// subscriptions (at once without a broker), and the accounting on SIGUSR1 and at the end. Thread: main's, before any
// other has been started, after blockServedSignals().
[[nodiscard]] int serve(const ServeArguments& arguments);

}  // namespace drydock::app
