// Points in time as people write them on a command line.
#pragma once

#include <cstdint>
#include <string_view>

#include "storage/base/result.h"

namespace drydock::app {

// Milliseconds since the epoch from ISO 8601 with its zone ("2026-03-24T22:43:28Z", "2026-03-24T23:43:28.5+01:00") or
// from seconds since the epoch ("1711320208", "1711320208.793"). What is finer than a millisecond is cut off.
// ErrorCode::validation for anything else, what lies before the epoch included; a time without a zone is refused, since
// it means another moment to each reader.
[[nodiscard]] storage::Result<std::int64_t> parsePointInTime(std::string_view text);

}  // namespace drydock::app
