// A fleet whose devices have each been heard once, for benchmarks to begin from.
#pragma once

#include <cstddef>
#include <cstdint>

#include "app/simulator/simulated_fleet.h"
#include "models/fleet/fleet_service.h"

namespace drydock::bench {

// The first message of each of `devices`, in transactions of `batch`.
[[nodiscard]] storage::Result<void> registerDevices(fleet::FleetService& service, const app::SimulatedFleet& fleet,
                                                    std::uint64_t devices, std::size_t batch, std::int64_t arrivedMs);

}  // namespace drydock::bench
