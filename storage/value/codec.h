// The compact row format: Item to and from bytes, as stored in the `item` column of a data table.
// The format is documented in storage/README.md; decoding any bytes whatever is safe (ErrorCode::corrupt).
#pragma once

#include <string>
#include <string_view>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

// Appends to `out`, so that one buffer serves a whole batch.
void encodeItem(const Item& item, std::string& out);
[[nodiscard]] Result<Item> decodeItem(std::string_view bytes);

}  // namespace drydock::storage
