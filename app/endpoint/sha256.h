// SHA-256 and its HMAC as raw bytes, over libcrypto; quick enough to be made several times a request.
// Thread: free functions. A libcrypto without SHA-256, or without memory, ends the process: nothing could be checked.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace drydock::app {

using Sha256 = std::array<unsigned char, 32>;

[[nodiscard]] Sha256 sha256(std::string_view bytes);
[[nodiscard]] Sha256 hmacSha256(std::string_view key, std::string_view bytes);
[[nodiscard]] std::string hex(const Sha256& bytes);  // lower case
[[nodiscard]] std::string_view viewOf(const Sha256& bytes);

}  // namespace drydock::app
