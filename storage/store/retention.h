// Removing what has had its time: expired items and old stream records.
#pragma once

#include "storage/store/writer.h"

namespace drydock::storage {

// Removes at most `limit` items that expired before `nowMs`, within the writer's transaction; returns how many.
[[nodiscard]] Result<std::size_t> removeExpiredItems(sqlite::Connection& connection, const Catalogue& catalogue,
                                                     Writer& writer, std::int64_t nowMs, std::size_t limit);

// Drops at most `limit` stream records older than 24 h, within the caller's transaction; returns how many.
[[nodiscard]] Result<std::size_t> dropOldRecords(sqlite::Connection& connection, const Catalogue& catalogue,
                                                 std::int64_t nowMs, std::size_t limit);

}  // namespace drydock::storage
