#include "app/commands/simulate.h"

#include <atomic>
#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include "app/commands/ctl_session.h"
#include "app/simulator/simulated_fleet.h"

namespace drydock::app {

namespace {

CLI::Option* addRatio(CLI::App& app, const char* name, double& ratio, const char* description) {
    return app.add_option(name, ratio, description)->capture_default_str()->type_name("P")->check(CLI::Range(0.0, 1.0));
}

void addUpdateOptions(CLI::App& simulate, SimulatorOptions& options, OtaOptions& ota) {
    CLI::Option* url = simulate
                           .add_option_function<std::string>(
                               "--ota",
                               [&ota](const std::string& text) {
                                   const auto checked = checkOtaUrl(text);
                                   if (!checked) throw CLI::ValidationError("--ota", checked.error().message);
                                   ota.url = text;
                               },
                               "Where devices ask for updates, such as http://127.0.0.1:8000; else they don't")
                           ->type_name("URL");
    simulate.add_option("--application", ota.application, "The application that devices update")
        ->capture_default_str()
        ->type_name("A")
        ->check([](const std::string& text) { return std::string(text.empty() ? "The name is empty" : ""); })
        ->needs(url);
    addRatio(simulate, "--flaky-ratio", options.updates.flakyRatio, "The share of updates that the network breaks")
        ->needs(url);
    addRatio(simulate, "--wrong-image-ratio", options.updates.wrongImageRatio,
             "Of the devices that keep failing, the share that does so until a person releases them; the others update "
             "once they have cooled off")
        ->needs(url);
}

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
    addRatio(*simulate, "--fail-ratio", options.failRatio, "The share of devices that keep failing");
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
    addUpdateOptions(*simulate, options, arguments.ota);
    simulate->callback([&arguments] {
        if (!arguments.ota.url.empty()) arguments.options.ota = arguments.ota;
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
    if (report->updates && report->updates->unanswered > 0)
        std::cerr << "drydockctl: " << report->updates->unanswered << " questions for an update were not answered ("
                  << report->updates->trouble << ").\n";
    return std::cout.flush() ? kExitDone : failWith("The output can't be written.");
}

}  // namespace drydock::app
