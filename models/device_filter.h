// DeviceFilterText: what stands in the filter of a list of devices: the fleet's query language. Words alone, by far the
// most frequent, are left to DeviceMatcher; anything else is evaluated row by row over the columns.
// Thread: GUI. Borrows the columns it is asked about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/device_columns.h"
#include "models/device_matcher.h"
#include "models/fleet/thing_fields.h"

namespace drydock::models {

class DeviceFilterText {
public:
    void set(fleet::FleetQuery query);
    // What this lets through, `earlier` let through too.
    [[nodiscard]] bool narrows(const DeviceFilterText& earlier) const;

    // `texts` are what words are looked for in, beside id and phase.
    [[nodiscard]] bool matches(const DeviceColumns& columns, std::uint32_t row,
                               const std::vector<DeviceColumns::Text>& texts, std::int64_t nowMs) const;
    // Those of `rows` that match, in their order.
    [[nodiscard]] std::vector<std::uint32_t> select(const DeviceColumns& columns,
                                                    const std::vector<std::uint32_t>& rows,
                                                    const std::vector<DeviceColumns::Text>& texts,
                                                    std::int64_t nowMs) const;

private:
    std::vector<DeviceTerm> m_terms;           // where it is words alone
    std::optional<fleet::FleetQuery> m_query;  // where it is more
};

}  // namespace drydock::models
