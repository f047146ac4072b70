// MD5 (RFC 1321), which the layout of exports has for checksums. Of no use against anyone who means harm.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace drydock::storage {

[[nodiscard]] std::array<std::uint8_t, 16> md5Digest(std::string_view bytes);

}  // namespace drydock::storage
