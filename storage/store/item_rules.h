// DynamoDB's rules on a whole item: its size, its depth, no empty sets, text in UTF-8.
#pragma once

#include <cstdint>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

// The item's size in bytes as DynamoDB counts it; ErrorCode::validation when the item breaks a rule.
[[nodiscard]] Result<std::int64_t> checkItem(const Item& item, bool updated);

}  // namespace drydock::storage
