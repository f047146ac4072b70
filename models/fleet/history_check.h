// Does what the tables say of each device agree with its history, and with one another?
#pragma once

#include <string>
#include <vector>

#include "models/fleet/retry_cycle.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

// Replays each device's kept history through step() and compares; one English line a disagreement. A device whose
// cycle began before what is kept is not replayed. Each step is replayed by the limits that held when it was made:
// those of the store's settings, or where it has none, `defaults`. Reads everything: minutes for a large fleet.
[[nodiscard]] storage::Result<std::vector<std::string>> checkAgainstHistory(storage::TableReader& tables,
                                                                            const Limits& defaults);

}  // namespace drydock::fleet
