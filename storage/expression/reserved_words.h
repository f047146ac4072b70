// The words DynamoDB refuses as attribute names in expressions (an alias "#name" is needed instead).
#pragma once

#include <string_view>

namespace drydock::storage {

[[nodiscard]] bool isReservedWord(std::string_view name);  // whatever the case

}  // namespace drydock::storage
