#include "app/commands/serve.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/command_service.h"
#include "app/commands/ctl_session.h"
#include "app/commands/fleet_json.h"
#include "app/commands/local_socket.h"
#include "app/commands/unix_socket.h"

namespace drydock::app {

using nlohmann::json;
using storage::Result;

namespace {

// So long the end waits for what is in the journal to be applied; it stays there for the next start.
constexpr std::chrono::seconds kDrainLimit{10};

sigset_t signalsToServe() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals, signal);
    return signals;
}

bool takesMessages(const fleet::DeskStatus& status) {
    return status.broker.empty() ||
           (status.connection == fleet::ConnectionState::connected && status.connectionError.empty());
}

class Serving {
public:
    explicit Serving(const ServeArguments& arguments) : m_arguments(arguments), m_options(arguments.desk.options) {}

    int run() {
        const sigset_t signals = signalsToServe();
        // A reader of our output that goes away is an error of printing, not the end of the service.
        std::signal(SIGPIPE, SIG_IGN);
        m_signals = FileDescriptor(signalfd(-1, &signals, SFD_CLOEXEC));
        m_statusChanged = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
        if (!m_signals.valid() || !m_statusChanged.valid())
            return failWith(systemError("Can't wait for signals").message);

        const Result<void> started = start();
        if (!started) return failWith(started.error().message);
        serveUntilStopped();
        m_endpoint.reset();
        m_core->drain(kDrainLimit);
        m_core->stopFirmwareJobs();  // the socket may wait for one
        m_server.reset();
        printLine(accountingToJson(m_core->status().accounting));
        return kExitDone;
    }

private:
    Result<void> start() {
        DeskCore::Listener listener;
        listener.statusChanged = [this](const fleet::DeskStatus&) {
            // Fails only when the counter is full, and then the main thread is awake anyway.
            [[maybe_unused]] const int written = eventfd_write(m_statusChanged.get(), 1);
        };
        DRYDOCK_ASSIGN(m_core, startWhenFree(m_options, listener));
        DRYDOCK_ASSIGN(m_server, LocalSocketServer::listen(m_options.storeDirectory, [this](const json& request) {
                           return runCommand(request, *m_core);
                       }));
        DRYDOCK_ASSIGN(m_endpoint, startEndpoint(*m_core, m_arguments.endpoint));
        return {};
    }

    void serveUntilStopped() {
        for (;;) {
            report(m_core->status());
            pollfd polled[] = {{m_signals.get(), POLLIN, 0}, {m_statusChanged.get(), POLLIN, 0}};
            if (poll(polled, std::size(polled), -1) < 0) continue;
            if (polled[1].revents != 0) {
                eventfd_t count = 0;
                eventfd_read(m_statusChanged.get(), &count);
            }
            if (polled[0].revents != 0 && stopRequested()) return;
        }
    }

    bool stopRequested() {
        signalfd_siginfo signal{};
        if (read(m_signals.get(), &signal, sizeof signal) != sizeof signal) return false;
        if (signal.ssi_signo != SIGUSR1) return true;
        printLine(accountingToJson(m_core->status().accounting));
        return false;
    }

    void report(const fleet::DeskStatus& status) {
        if (!m_ready && takesMessages(status)) {
            m_ready = true;
            printLine({{"ready", true},
                       {"pid", getpid()},
                       {"store", m_options.storeDirectory.string()},
                       {"broker", status.broker.empty() ? json() : json(status.broker)},
                       {"endpoint", m_endpoint ? json(m_endpoint->address().url()) : json()},
                       {"port", m_endpoint ? json(m_endpoint->address().port) : json()}});
        }
        std::vector<std::string> troubles = status.troubles;
        if (!status.connectionError.empty()) troubles.push_back(status.connectionError);
        if (!status.removed.empty()) troubles.push_back(status.removed);
        for (const std::string& trouble : troubles) {
            const bool known = std::find(m_troubles.begin(), m_troubles.end(), trouble) != m_troubles.end();
            if (!known) std::fprintf(stderr, "drydockctl: %s\n", trouble.c_str());
        }
        m_troubles = std::move(troubles);
    }

    const ServeArguments& m_arguments;
    const DeskOptions& m_options;
    FileDescriptor m_signals;
    FileDescriptor m_statusChanged;
    std::unique_ptr<DeskCore> m_core;
    // Before the core in going: they call it.
    std::unique_ptr<LocalSocketServer> m_server;
    std::unique_ptr<Endpoint> m_endpoint;
    bool m_ready = false;
    std::vector<std::string> m_troubles;  // told already, as long as they last
};

}  // namespace

sigset_t blockServedSignals() {
    const sigset_t signals = signalsToServe();
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    return before;
}

CLI::App* addServeCommand(CLI::App& app, ServeArguments& arguments) {
    CLI::App* command = app.add_subcommand("serve", "Take telemetry and run the retry cycle until stopped");
    addCoreOptions(*command, arguments.desk);
    addEndpointOptions(*command, arguments.endpoint);
    return command;
}

int serve(const ServeArguments& arguments) {
    return Serving(arguments).run();
}

}  // namespace drydock::app
