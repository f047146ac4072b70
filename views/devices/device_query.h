// DeviceQuery: what stands in a device filter: words to find, and restrictions of the form name:value
//   phase:retrying  phase:coolingOff,failed   the phases to show
//   seen:5m  seen:2h  seen:1d                 last seen within
// as tiles, chips and people write it.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "models/fleet/retry_cycle.h"

namespace drydock::views {

struct DeviceQuery {
    QString words;
    std::vector<fleet::Phase> phases;  // ascending, no repeats; empty: all
    std::int64_t seenWithinMs = 0;     // 0: whenever
    QString error;                     // translated; what can't be read is left out of the rest

    [[nodiscard]] QString toText() const;  // without the error
};

[[nodiscard]] DeviceQuery parseDeviceQuery(const QString& text);

}  // namespace drydock::views
