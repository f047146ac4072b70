// Filling indexes and TTL rows of tables that had items before they had them, a slice at a time. Meanwhile writes keep
// the rows of the items they touch, so a slice only adds what is missing.
#pragma once

#include "storage/store/catalogue.h"

namespace drydock::storage {

struct BackfillSlice {
    std::size_t items = 0;   // looked at; less than asked for: nothing is left to do
    bool completed = false;  // an index became active (or a table's TTL rows complete): the catalogue has changed
};

// Takes `limit` items further, within the caller's transaction.
[[nodiscard]] Result<BackfillSlice> backfill(sqlite::Connection& connection, const Catalogue& catalogue,
                                             std::size_t limit);

}  // namespace drydock::storage
