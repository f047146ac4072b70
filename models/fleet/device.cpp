#include "models/fleet/device.h"

#include <cstdlib>

namespace drydock::fleet {

bool DeviceStatus::clockIsOff() const {
    return std::abs(deviceTimeMs - lastSeenMs) > clockToleranceMs;
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
