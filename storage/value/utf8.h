// Whether bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
#pragma once

#include <string_view>

namespace drydock::storage {

[[nodiscard]] bool isValidUtf8(std::string_view bytes);

}  // namespace drydock::storage
