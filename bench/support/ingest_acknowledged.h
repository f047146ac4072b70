// How fast messages come in: from a publisher through a real broker to a subscriber that has acknowledged them.
#pragma once

#include <cstdint>

#include "storage/base/result.h"

namespace drydock::bench {

struct AcknowledgedRates {
    double bare = 0;  // messages a second to a libmosquitto subscriber that does nothing
    double link = 0;  // to MqttLink with its journal
};

// One broker, started for this; `rounds` of `messages` QoS 1 messages to the one and to the other, taking turns. The
// rates are over all rounds together.
[[nodiscard]] storage::Result<AcknowledgedRates> measureAcknowledged(std::uint64_t messages, int rounds);

}  // namespace drydock::bench
