// Sizes of items, counted anew.
#pragma once

#include "storage/sqlite/connection.h"

namespace drydock::storage {

// Corrects the sizes that the file has of its items and tables to what itemSize() says now. Items that cannot be read
// keep theirs. To be called within a transaction, before the catalogue is loaded.
[[nodiscard]] Result<void> recountSizes(sqlite::Connection& connection);

}  // namespace drydock::storage
