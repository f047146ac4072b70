// `drydockctl simulate`: a fleet over real MQTT.
#pragma once

#include "app/commands/command_line.h"
#include "app/simulator/simulator.h"

namespace drydock::app {

struct SimulateArguments {
    BrokerArguments broker;
    SimulatorOptions options;  // complete once the command line is parsed
    OtaOptions ota;
};

// The arguments outlive the parsing.
[[nodiscard]] CLI::App* addSimulateCommand(CLI::App& app, SimulateArguments& arguments);

// Publishes until the limit given, SIGINT or SIGTERM; returns the exit status. Thread: main's.
[[nodiscard]] int simulate(const SimulateArguments& arguments);

}  // namespace drydock::app
