// Base64 (RFC 4648, with padding) as DynamoDB takes and gives binary values.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

[[nodiscard]] std::string encodeBase64(std::span<const std::uint8_t> bytes);
// Only the canonical form; anything else is a validation error in DynamoDB's words.
[[nodiscard]] Result<Binary> decodeBase64(std::string_view text);

}  // namespace drydock::storage
