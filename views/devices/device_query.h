// DeviceQuery: what stands in a device filter, in the fleet's query language (models/fleet/fleet_query.h), with what
// tiles and chips write taken out of it:
//   phase:retrying  phase:coolingOff,failed   the phases to show
//   seen:5m  seen:2h  seen:1d                 last seen within
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <vector>

#include <QString>

#include "models/fleet/retry_cycle.h"

namespace drydock::views {

struct DeviceQuery {
    QString words;                     // all the rest: words, other fields, ANDs and ORs
    std::vector<fleet::Phase> phases;  // ascending, no repeats; empty: all
    std::int64_t seenWithinMs = 0;     // 0: whenever

    [[nodiscard]] QString toText() const;
};

// Of a text that can't be read: nothing.
[[nodiscard]] DeviceQuery parseDeviceQuery(const QString& text);

}  // namespace drydock::views
