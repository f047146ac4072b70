#include "app/commands/simulate.h"

#include <atomic>
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/commands/ctl_session.h"
#include "app/simulator/simulated_fleet.h"

namespace drydock::app {

namespace {

// Set by the signal handler, which does nothing else.
std::atomic<bool> stopRequested = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void stopOnSignals() {
    struct sigaction action {};
    action.sa_handler = [](int) { stopRequested = true; };
    for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
}

}  // namespace

CLI::App* addSimulateCommand(CLI::App& app, SimulateArguments& arguments) {
    CLI::App* simulate = app.add_subcommand("simulate", "Publish the messages of an invented fleet to a broker");
    SimulatorOptions& options = arguments.options;
    addBrokerOptions(*simulate, arguments.broker);
    simulate->get_option("--broker")->required();
    simulate->add_option("--topic", options.topic, "The topic to publish to")
        ->capture_default_str()
        ->type_name("TOPIC");
    simulate->add_option("--devices", options.devices, "How many devices")
        ->capture_default_str()
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, kMaxSimulatedDevices));
    simulate->add_option("--rate", options.rate, "Messages a second; 0: as fast as the broker takes them")
        ->capture_default_str()
        ->type_name("R")
        ->check(CLI::NonNegativeNumber);
    simulate->add_option("--fail-ratio", options.failRatio, "The share of devices that keep failing")
        ->capture_default_str()
        ->type_name("P")
        ->check(CLI::Range(0.0, 1.0));
    CLI::Option* seconds =
        simulate
            ->add_option_function<std::uint32_t>(
                "--seconds", [&options](const std::uint32_t& count) { options.time = std::chrono::seconds(count); },
                "Stop after S seconds, else only when told to")
            ->type_name("S")
            ->check(CLI::PositiveNumber);
    simulate->add_option("--messages", options.messages, "Stop after M messages")
        ->type_name("M")
        ->check(CLI::PositiveNumber)
        ->excludes(seconds);
    simulate->add_option("--qos", options.qos, "The quality of service")
        ->capture_default_str()
        ->type_name("Q")
        ->check(CLI::Range(0, 2));
    simulate->add_option("--seed", options.seed, "The same seed gives the same fleet")
        ->capture_default_str()
        ->type_name("K");
    simulate->callback([&arguments] {
        auto broker = brokerAddress(arguments.broker);
        if (!broker) throw CLI::ValidationError("--broker", broker.error().message);
        arguments.options.broker = std::move(*broker);
    });
    return simulate;
}

int simulate(const SimulateArguments& arguments) {
    stopOnSignals();
    std::signal(SIGPIPE, SIG_IGN);
    const auto report = runSimulator(arguments.options, stopRequested, std::cout);
    if (!report) return failWith(report.error().message);
    return std::cout.flush() ? kExitDone : failWith("The output can't be written.");
}

}  // namespace drydock::app
