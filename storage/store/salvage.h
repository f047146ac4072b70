// Saving what can be read of a damaged store's file into a new one.
//
// The damaged file is never written to: it is set aside, as `store.db.damaged-<time>` (with its -wal file), and stays.
#pragma once

#include <filesystem>
#include <vector>

#include "storage/store/sqlite_store.h"

namespace drydock::storage {

// Looks at the pages of the store's file; where they are damaged, sets it aside and puts a new one in its place that
// holds every row that can be read, with indexes and counts to fit. Returns what it did and what was lost; nothing when
// the file is sound. Of a file nothing of which can be read, a new, empty store takes the place.
// A crash leaves the old file in its place or the new one, and then the old one aside.
// Errors: locked while another process has the store; corrupt, and nothing was changed, when the file is another
// program's or a newer Drydock's, or its catalogue can't be read; diskFull, io.
[[nodiscard]] Result<std::vector<CheckFinding>> salvageStore(const std::filesystem::path& directory,
                                                             const StoreOptions& options = {});

}  // namespace drydock::storage
