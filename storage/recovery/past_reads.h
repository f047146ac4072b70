// A table as it was: its items as they are now, with the log's old images in the place of what has changed since.
//
// What "then" means is a cut: the first record of the table's log that is later. The state before a cut stays the same
// however much is written, so a long walk may be made in parts, each in a transaction of its own, as long as the log is
// kept from the cut on.
// Errors: pointInTimeRecoveryUnavailable for a table without it; invalidRestoreTime for a time it does not cover.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// A time asked for, and the store's present.
struct PastTime {
    std::int64_t atMs = 0;
    std::int64_t nowMs = 0;
};

// The first time whose state can be told.
[[nodiscard]] Result<std::int64_t> earliestRecoverable(sqlite::Connection& connection, const Table& table,
                                                       std::int64_t nowMs);

// The cut of a time the table's recovery covers: the sequence of its first record later than that, or one that no
// record has reached. Where the clock was set back meanwhile, it is a boundary of commits at about that time.
[[nodiscard]] Result<std::int64_t> cutAt(sqlite::Connection& connection, const Table& table, PastTime time);

// Calls `visit` with the key and row of each item there was before the cut, in the order of the keys.
struct PastWalk {
    std::int64_t cut = 0;
    std::string after;      // bytes of the key to begin behind
    std::size_t limit = 0;  // keys looked at, also such as had no item then
};
struct PastWalkEnd {
    std::string last;        // the last key looked at
    std::size_t looked = 0;  // how many
    bool ended = false;      // there are no more
};
// False: this one is not taken, and the walk stops before it.
using PastVisitor = std::function<Result<bool>(std::string_view key, std::string_view row)>;
[[nodiscard]] Result<PastWalkEnd> walkPast(sqlite::Connection& connection, const Table& table, const PastWalk& walk,
                                           const PastVisitor& visit);

// See TableReader::getAsOf() and scanAsOf().
[[nodiscard]] Result<std::optional<Item>> readItemAsOf(sqlite::Connection& connection, const Table& table,
                                                       const Item& key, PastTime time);
[[nodiscard]] Result<Page> readPageAsOf(sqlite::Connection& connection, const Table& table, const PastRequest& request,
                                        std::int64_t nowMs);

}  // namespace drydock::storage
