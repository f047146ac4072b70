// Small pieces of text that several parts of the fleet make the same way. Thread: any; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::fleet {

// At least 15 digits, so that text order is number order up to the year 9999 in milliseconds. Precondition: >= 0.
[[nodiscard]] std::string zeroPadded(std::int64_t value);

// "2024-03-24T22:43:28.793Z"
[[nodiscard]] std::string isoTime(std::int64_t wallMs);

// "1 device", "3 devices"
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular);

// `text` as an item can hold it: where it isn't UTF-8, each byte beyond ASCII is replaced by a question mark.
[[nodiscard]] std::string validText(std::string text);

// `id` as one level of an MQTT topic name: what has a meaning in topics (/ + #) and % are percent-encoded.
[[nodiscard]] std::string topicLevel(std::string_view id);

}  // namespace drydock::fleet
