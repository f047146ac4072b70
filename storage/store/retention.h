// Removing what has had its time: expired items and old stream records.
#pragma once

#include <vector>

#include "storage/store/sqlite_store.h"
#include "storage/store/writer.h"

namespace drydock::storage {

// Removes at most `limit` items that expired before `nowMs`, within the writer's transaction; returns how many.
[[nodiscard]] Result<std::size_t> removeExpiredItems(sqlite::Connection& connection, const Catalogue& catalogue,
                                                     Writer& writer, std::int64_t nowMs, std::size_t limit);

// See SqliteStore::firstToExpire().
[[nodiscard]] Result<std::vector<ExpiringItem>> firstExpiring(sqlite::Connection& connection, const Table& table,
                                                              std::size_t limit);

// Trims streams and logs and forgets streams that ended over 24 h ago, within the caller's transaction; see
// TableStore::trimStreams().
[[nodiscard]] Result<std::size_t> dropOldRecords(sqlite::Connection& connection, const Catalogue& catalogue,
                                                 std::int64_t nowMs, std::size_t limit);

// Deleted tables whose streams have been forgotten, so that nothing needs them any more.
[[nodiscard]] Result<std::vector<const Table*>> deletedWithoutStreams(sqlite::Connection& connection,
                                                                      const Catalogue& catalogue);

}  // namespace drydock::storage
