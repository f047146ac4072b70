#include "app/commands/stop_signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <iterator>

namespace drydock::app {

StopSignals::StopSignals() {
    sigemptyset(&m_signals);
    for (const int signal : {SIGINT, SIGTERM}) sigaddset(&m_signals, signal);
    pthread_sigmask(SIG_BLOCK, &m_signals, &m_blockedBefore);
    m_descriptor = FileDescriptor(signalfd(-1, &m_signals, SFD_CLOEXEC | SFD_NONBLOCK));
    // Without the descriptor they had better do what they always do.
    if (!m_descriptor.valid()) pthread_sigmask(SIG_SETMASK, &m_blockedBefore, nullptr);
}

StopSignals::~StopSignals() {
    pthread_sigmask(SIG_SETMASK, &m_blockedBefore, nullptr);
}

bool StopSignals::requested() {
    signalfd_siginfo signal{};
    m_requested = m_requested || read(m_descriptor.get(), &signal, sizeof signal) == sizeof signal;
    return m_requested;
}

bool StopSignals::wait(std::chrono::milliseconds limit) {
    // Of the output only errors are of interest, and those are always told.
    pollfd polled[] = {{m_descriptor.get(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}};
    const bool told = poll(polled, std::size(polled), static_cast<int>(limit.count())) > 0;
    return requested() || (told && (polled[1].revents & POLLERR) != 0);
}

}  // namespace drydock::app
