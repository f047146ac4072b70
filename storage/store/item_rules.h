// DynamoDB's rules on a whole item: its size, its depth, no empty sets, text in UTF-8.
#pragma once

#include <cstdint>

#include "storage/expression/expression.h"
#include "storage/value/attribute_value.h"

namespace drydock::storage {

// The item's size in bytes as DynamoDB counts it; ErrorCode::validation when the item breaks a rule.
[[nodiscard]] Result<std::int64_t> checkItem(const Item& item, bool updated);
// UpdateItem limits what its update writes as it limits the item; `after` is the updated item, of `size` bytes.
[[nodiscard]] Result<void> checkWritten(const Update& update, const Item& after, std::int64_t size);

}  // namespace drydock::storage
