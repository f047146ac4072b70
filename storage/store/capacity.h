// What writes cost in DynamoDB's capacity units.
#pragma once

#include <cstdint>

#include "storage/store/table_store.h"

namespace drydock::storage {

// An item before or after a write; no item: absent. Without indexes on the table the size is enough.
struct MeasuredItem {
    const Item* item = nullptr;
    std::int64_t sizeBytes = 0;
};

// Source: Amazon DynamoDB developer guide, "Capacity unit consumption for writes": 1 KB a unit, the larger of before
// and after; an index pays for each of its entries written or removed, and for none that stays as it is.
[[nodiscard]] CapacityUnits writeUnits(const TableDefinition& definition, const MeasuredItem& before,
                                       const MeasuredItem& after);

}  // namespace drydock::storage
