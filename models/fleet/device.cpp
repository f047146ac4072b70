#include "models/fleet/device.h"

#include <cstdlib>

namespace drydock::fleet {

bool DeviceStatus::clockIsOff() const {
    constexpr std::int64_t toleranceMs = 5LL * 60 * 1000;
    return std::abs(deviceTimeMs - lastSeenMs) > toleranceMs;
}

const char* historyKindName(HistoryKind kind) {
    switch (kind) {
        case HistoryKind::message:
            return "message";
        case HistoryKind::step:
            return "step";
        case HistoryKind::action:
            return "action";
        case HistoryKind::alert:
            break;
    }
    return "alert";
}

}  // namespace drydock::fleet
