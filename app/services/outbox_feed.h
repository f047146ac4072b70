// OutboxFeed: carries the store's outbox to the broker, in order, with a bounded number of messages under way.
//
// A message leaves the outbox only after the broker has acknowledged it, so that a crash or a restart at any moment
// loses none; one that was under way then is sent again.
// Thread: the desk core's, except acknowledged(), which the link's thread calls.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "app/mqtt/mqtt_link.h"
#include "models/fleet/fleet_service.h"

namespace drydock::app {

inline constexpr std::size_t kOutboxWindow = 200;

class OutboxFeed {
public:
    // Removes what was acknowledged since the last call, in one transaction, and hands over what follows. Returns
    // whether there was anything to do.
    [[nodiscard]] storage::Result<bool> run(fleet::FleetService& service, MqttLink& link);

    void acknowledged(const std::vector<std::uint64_t>& sequences);

private:
    [[nodiscard]] storage::Result<bool> removeAcknowledged(fleet::FleetService& service);

    std::unordered_set<std::uint64_t> m_underWay;
    std::uint64_t m_lastHandedOver = 0;
    std::vector<std::uint64_t> m_toRemove;

    std::mutex m_mutex;
    std::vector<std::uint64_t> m_acknowledged;  // guarded by m_mutex
};

}  // namespace drydock::app
