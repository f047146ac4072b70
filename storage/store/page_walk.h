// Walking a table or an index in key order, one page at a time: what Query and Scan have in common.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/store/catalogue.h"
#include "storage/store/key_bounds.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

struct PageWalk {
    const Table* table = nullptr;
    std::optional<std::size_t> index;  // its number; none: the table itself
    KeyBounds bounds;
    bool forward = true;
    std::optional<Item> exclusiveStartKey;
    std::optional<std::uint32_t> limit;
    std::optional<Condition> filter;
    std::optional<Projection> projection;
    bool countOnly = false;
    bool fetches = false;  // a local index: items whole, from the table
    std::uint32_t segment = 0;
    std::uint32_t totalSegments = 1;

    [[nodiscard]] const IndexDefinition* indexDefinition() const {
        return index ? &table->definition.indexes[*index] : nullptr;
    }
};

// One statement, so one state of the store. Errors: validation for a start key that does not fit.
[[nodiscard]] Result<StoredPage> readPage(sqlite::Connection& connection, const PageWalk& walk);

}  // namespace drydock::storage
