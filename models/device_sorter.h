// DeviceSorter: devices sorted by one of their columns, through integer keys made once a sort.
// Thread: GUI (collates by locale). Borrows the columns.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "models/device_columns.h"

namespace drydock::models {

// A number of a device to sort by; none: it stands last, in both directions.
using DeviceNumber = std::function<std::optional<std::int64_t>(const DeviceColumns&, std::uint32_t row)>;

// Equal devices keep the order in which the desk learnt of them, so a sort is always the same.
void sortByNumber(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, const DeviceNumber& number,
                  bool descending);
// By locale, numbers in texts by their value; FW by bytes, as versions compare. No text stands last, in both
// directions.
void sortByText(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, DeviceColumns::Text column,
                bool descending);
void sortById(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, bool descending);

// As sortByText compares two texts that are not empty: below zero, zero, above zero.
[[nodiscard]] int compareTexts(DeviceColumns::Text column, std::string_view a, std::string_view b);

}  // namespace drydock::models
