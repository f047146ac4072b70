// Durations as people write them on a command line.
#pragma once

#include <chrono>
#include <string_view>

#include "storage/base/result.h"

namespace drydock::app {

// "24h", "15m", "2s", "500ms": a whole number and its unit. ErrorCode::validation for anything else, zero and what lies
// beyond 10 years included.
[[nodiscard]] storage::Result<std::chrono::milliseconds> parseDuration(std::string_view text);

}  // namespace drydock::app
