// drydockctl's command line: everything without a window.
#pragma once

namespace drydock::app {

// Returns the exit status.
[[nodiscard]] int runCtl(int argc, char** argv);

}  // namespace drydock::app
