// The simulator: publishes an invented fleet's messages over real MQTT, for demos, checks and load. With an address for
// updates, its devices also ask there for new firmware, fetch and check it, and do as the desk tells them (see
// UpdatingFleet).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

#include "app/mqtt/broker_address.h"
#include "app/simulator/ota_client.h"
#include "app/simulator/updating_fleet.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"

namespace drydock::app {

struct SimulatorOptions {
    BrokerAddress broker;
    std::string topic = "iot/device/data";
    std::uint64_t devices = 100;        // 1 to kMaxSimulatedDevices
    double rate = 10;                   // messages a second; 0: as fast as the broker takes them
    double failRatio = 0.1;             // 0 to 1: the share of devices that keep failing
    std::chrono::milliseconds time{0};  // 0: unlimited
    std::uint64_t messages = 0;         // 0: unlimited
    int qos = 1;                        // 0 to 2
    std::uint64_t seed = 1;             // the same seed, the same fleet and, without updates, the same statuses
    std::optional<OtaOptions> ota;      // where devices ask for updates; none: they don't
    UpdatePlan updates;                 // how those go
    // How long a broker may say nothing after the last message while acknowledgements are due.
    std::chrono::milliseconds patience = std::chrono::minutes(5);
    const storage::Clock* clock = nullptr;  // for the first timestamp; nullptr: the system's
};

struct SimulatorReport {
    std::uint64_t published = 0;
    std::map<std::string, std::uint64_t> perStatus;
    std::uint64_t devices = 0;       // that have said something
    std::uint64_t acknowledged = 0;  // by the broker; at QoS 0: written to the socket
    struct Updates {
        std::map<std::string, std::uint64_t> firmware;  // how many devices have each version in the end
        std::uint64_t outside = 0;                      // devices outside of their job in the end
        std::uint64_t unanswered = 0;                   // questions for an update
        std::string trouble;                            // why the latest of them was
    };
    std::optional<Updates> updates;  // where devices ask for updates
};

// Publishes until a limit is reached or `stop` becomes true, waits until the broker has acknowledged everything and
// writes the report to `out` as one line of JSON: {"published":…,"perStatus":{…},"devices":…,"acknowledged":…}, and
// with updates also "firmware":{"<version>":…}, "outside" and "unanswered". Updates that are under way then are
// dropped.
//
// Thread: blocks the caller's; `stop` may be set from any, also from a signal handler.
// Errors: validation for options out of range; io when the broker can't be reached at the start or refuses to tell
//   devices what they must know, or when it has not acknowledged everything in the end within `patience`, 2 s once
//   stopped (then the report has been written as well).
//   In between a fleet doesn't give up: a connection that is lost is made anew, however long the broker is away, and
//   what was unacknowledged is sent again.
[[nodiscard]] storage::Result<SimulatorReport> runSimulator(const SimulatorOptions& options,
                                                            const std::atomic<bool>& stop, std::ostream& out);

}  // namespace drydock::app
