// `drydockctl serve`: the desk core without a screen.
#pragma once

#include "app/services/desk_core.h"

namespace drydock::app {

// Serves until SIGINT or SIGTERM; returns the exit status. Prints the ready line once the broker takes the
// subscriptions (at once without a broker), and the accounting on SIGUSR1 and at the end. Thread: main's, before any
// other has been started: it blocks signals for all.
[[nodiscard]] int serve(const DeskOptions& options);

}  // namespace drydock::app
