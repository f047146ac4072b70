#include "app/commands/ctl.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "app/commands/ctl_commands.h"
#include "app/commands/ctl_session.h"
#include "app/commands/keys.h"
#include "app/commands/serve.h"
#include "app/commands/simulate.h"
#include "models/fleet/firmware_package.h"

namespace drydock::app {

namespace {

struct SampleArguments {
    std::string out;
    std::string product = "wo:v8";
    std::string application = "main";
    std::string version = "2026.03.01";
};

// The one firmware command that needs no store.
CLI::App* addSampleCommand(CLI::App& app, SampleArguments& arguments) {
    CLI::App* sample = app.get_subcommand("firmware")->add_subcommand("sample", "Write a small valid package");
    sample->add_option("--out", arguments.out, "The file to write")->required()->type_name("FILE");
    sample->add_option("--product", arguments.product, "Its product_id")->capture_default_str();
    sample->add_option("--application", arguments.application, "Its application")->capture_default_str();
    sample->add_option("--version", arguments.version, "Its version")->capture_default_str();
    return sample;
}

int writeSample(const SampleArguments& arguments) {
    const auto written =
        fleet::writeSamplePackage(arguments.out, arguments.product, arguments.application, arguments.version);
    if (!written) return failWith(written.error().message);
    const bool printed = printLine({{"file", arguments.out},
                                    {"product_id", arguments.product},
                                    {"application", arguments.application},
                                    {"version", arguments.version}});
    return printed ? kExitDone : failWith("The output can't be written.");
}

}  // namespace

int runCtl(int argc, char** argv) {
    const sigset_t signalsBlockedBefore = blockServedSignals();
    CLI::App app("Drydock without a window: devices whose firmware updates fail.", "drydockctl");
    app.require_subcommand(1);
    app.fallthrough();
    app.footer("Every command takes --store DIR, --help and --version. Durations are written 24h, 15m, 2s or 500ms.");

    ServeArguments serving;
    std::filesystem::path& store = serving.desk.options.storeDirectory;
    addStoreOption(app, store);
    CLI::App* serveCommand = addServeCommand(app, serving);

    std::vector<nlohmann::json> requests;
    addDeviceCommands(app, requests);
    addFirmwareCommands(app, requests);
    addGroupCommands(app, requests);
    addAlertCommands(app, requests);
    addActivityCommands(app, requests);
    addQuarantineCommands(app, requests);
    addTableCommands(app, requests);
    addReportCommand(app, requests);
    addSettingsCommands(app, requests);
    addCheckCommand(app, requests);
    KeysArguments keys;
    CLI::App* keysCommand = addKeysCommand(app, keys);
    SampleArguments sample;
    CLI::App* sampleCommand = addSampleCommand(app, sample);
    SimulateArguments simulation;
    CLI::App* simulateCommand = addSimulateCommand(app, simulation);

    if (const auto status = parseCommandLine(app, argc, argv)) return *status;
    if (serveCommand->parsed()) return serve(serving);
    pthread_sigmask(SIG_SETMASK, &signalsBlockedBefore, nullptr);
    if (simulateCommand->parsed()) return simulate(simulation);
    if (sampleCommand->parsed()) return writeSample(sample);
    if (keysCommand->parsed()) return runKeys(*keysCommand, store, keys);
    return runRequests(store, requests);
}

}  // namespace drydock::app
