#include "bench/support/registered_fleet.h"

#include <vector>

namespace drydock::bench {

storage::Result<void> registerDevices(fleet::FleetService& service, const app::SimulatedFleet& fleet,
                                      std::uint64_t devices, std::size_t batch, std::int64_t arrivedMs) {
    std::vector<fleet::RawMessage> messages;
    for (std::uint64_t device = 0; device < devices; ++device) {
        messages.push_back({"iot/device/data", fleet.message(device).payload, arrivedMs});
        if (messages.size() < batch && device + 1 < devices) continue;
        DRYDOCK_TRY(service.apply(messages));
        messages.clear();
    }
    return {};
}

}  // namespace drydock::bench
