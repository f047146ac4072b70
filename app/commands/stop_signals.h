// SIGINT and SIGTERM for commands that take long: they end in their own time instead of being killed.
//
// Thread: main's, made before any other is started.
#pragma once

#include <chrono>
#include <csignal>

#include "app/services/file_descriptor.h"

namespace drydock::app {

// While one lives, these signals wait to be asked for.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    // Whether one has come; from then on, always.
    [[nodiscard]] bool requested();
    // Waits until one comes or whoever reads our output has gone, at most for `limit`; whether that is so.
    [[nodiscard]] bool wait(std::chrono::milliseconds limit);

private:
    sigset_t m_signals{};
    sigset_t m_blockedBefore{};
    FileDescriptor m_descriptor;
    bool m_requested = false;
};

}  // namespace drydock::app
