// What a store holds beside what a CrashWorld says it should hold.
#pragma once

#include <string>
#include <vector>

#include "tests/storage/crash_workload.h"

namespace drydock::tests {

// All that differs, in words: tables, items, index rows, counts, streams and their order, the past, backups, exports
// and the checkpoint. Tables that are still being restored or imported are passed over.
[[nodiscard]] std::vector<std::string> differences(storage::SqliteStore& store, const CrashWorld& world);

// The items of a table that differ from these.
[[nodiscard]] std::vector<std::string> differences(storage::SqliteStore& store, const std::string& table,
                                                   const CrashRows& rows);

}  // namespace drydock::tests
