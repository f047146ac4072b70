// gzip and deflate, of bodies that come and go.
// Source: RFC 9110 (8.4.1, 12.5.3), RFC 1950, RFC 1952; of a malformed Accept-Encoding, what the service makes of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace drydock::app {

enum class ContentCoding : std::uint8_t { identity, gzip, deflate };

[[nodiscard]] const char* codingName(ContentCoding coding);

// The coding that an Accept-Encoding header likes best; identity when it likes none of the others.
[[nodiscard]] ContentCoding preferredCoding(std::string_view acceptEncoding);

// The status to answer with is the error: 413 when more than `limit` bytes come out, 500 (as the service does) when the
// coding is unknown or the body broken.
[[nodiscard]] tl::expected<std::string, int> decodeBody(std::string_view contentEncoding, std::string_view body,
                                                        std::size_t limit);
// Empty when there is no memory for it.
[[nodiscard]] std::string encodeBody(ContentCoding coding, std::string_view body);

}  // namespace drydock::app
