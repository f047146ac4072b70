// Comparing what depends on the items with the items.
#pragma once

#include <vector>

#include "storage/store/catalogue.h"
#include "storage/store/sqlite_store.h"

namespace drydock::storage {

// To be called within a transaction; with `repair`, one for writing.
[[nodiscard]] Result<std::vector<CheckFinding>> checkStore(sqlite::Connection& connection, const Catalogue& catalogue,
                                                           bool repair);

}  // namespace drydock::storage
