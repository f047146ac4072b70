// Rows of the shape the desk keeps of a device, for both sides of a comparison.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bench/support/sqlite_baseline.h"
#include "storage/table/definition.h"

namespace drydock::bench {

inline constexpr std::size_t kItemsPerGroup = 200;  // that share a value of "group"

[[nodiscard]] storage::Item deviceKey(std::size_t i);
// `round` tells one version from the next; the group stays, the status changes.
[[nodiscard]] storage::Item deviceRow(std::size_t i, std::size_t round);
[[nodiscard]] std::string groupOf(std::size_t i);
// A table of such rows with a global index by each of the attributes, "group-index" by "group".
[[nodiscard]] storage::TableDefinition deviceTable(const std::string& name, const std::vector<std::string>& indexed);
// The same as the baseline stores it.
[[nodiscard]] BaselineRow baselineDevice(const storage::Item& item, const std::vector<std::string>& indexed);

}  // namespace drydock::bench
