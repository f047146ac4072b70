// Order-preserving key bytes: memcmp order of the encodings is DynamoDB's order of the values
// (numbers by value, strings and binary by unsigned bytes), component by component.
// Each component ends itself, so encodings can be joined and a prefix of components is a prefix of bytes.
// The format is documented in storage/README.md.
#pragma once

#include <string>
#include <string_view>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

// Precondition: value is S, N or B. Appends to `out`.
void encodeKeyComponent(const AttributeValue& value, std::string& out);

// Decodes one component from the front of `bytes` and advances it. ErrorCode::corrupt on bad bytes.
[[nodiscard]] Result<AttributeValue> decodeKeyComponent(std::string_view& bytes);

// The bounds of all S or B components that begin with `prefix`: encodings e with lower <= e < upper. Appends to both.
void encodeKeyPrefixRange(const AttributeValue& prefix, std::string& lower, std::string& upper);

}  // namespace drydock::storage
