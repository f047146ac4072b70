// Streams of tables and their consumers: rows that say which part of a table's log each stream is.
#pragma once

#include <vector>

#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// Within the caller's transaction. `lastSequence` is the store's: what comes after it belongs to the new stream, and
// what comes until it to the one that ends.
[[nodiscard]] Result<void> beginStream(sqlite::Connection& connection, std::int64_t tableId, StreamView view,
                                       std::int64_t nowMs, std::uint64_t lastSequence);
[[nodiscard]] Result<void> endStream(sqlite::Connection& connection, std::int64_t tableId, std::int64_t nowMs,
                                     std::uint64_t lastSequence);
// Forgets streams that ended before `beforeMs`.
[[nodiscard]] Result<void> forgetStreams(sqlite::Connection& connection, std::int64_t beforeMs);
[[nodiscard]] Result<bool> hasStreams(sqlite::Connection& connection, const Table& table);
// Up to which record of the table's log streams no longer show it.
[[nodiscard]] Result<std::int64_t> trimmedSequence(sqlite::Connection& connection, const Table& table);
[[nodiscard]] Result<void> setTrimmedSequence(sqlite::Connection& connection, const Table& table,
                                              std::int64_t sequence);

// See TableReader::listStreams(), readRecords() and readCheckpoint().
[[nodiscard]] Result<std::vector<StreamDescription>> listStreamsOf(sqlite::Connection& connection,
                                                                   const Catalogue& catalogue, std::string_view table);
[[nodiscard]] Result<StreamPage> readStreamPage(sqlite::Connection& connection, const Catalogue& catalogue,
                                                const StreamRequest& request);
[[nodiscard]] Result<std::uint64_t> readCheckpointOf(sqlite::Connection& connection, const Table& table,
                                                     std::string_view consumer);
[[nodiscard]] Result<void> writeCheckpointOf(sqlite::Connection& connection, const Table& table,
                                             std::string_view consumer, std::uint64_t sequence);

// The label of the table's latest stream, on or ended.
[[nodiscard]] Result<std::optional<std::string>> latestStreamLabel(sqlite::Connection& connection,
                                                                   std::int64_t tableId);

// Flags of a row in a table's log.
inline constexpr std::int64_t kLogByTtl = 1;

}  // namespace drydock::storage
