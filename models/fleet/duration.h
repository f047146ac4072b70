// Durations as people write them, on a command line or in a setting.
// Thread: any; pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "storage/base/result.h"

namespace drydock::fleet {

// "24h", "15m", "2s", "500ms": a whole number and its unit. ErrorCode::validation for anything else, zero and what lies
// beyond 10 years included.
[[nodiscard]] storage::Result<std::chrono::milliseconds> parseDuration(std::string_view text);

// The shortest text that parseDuration() reads as this; whole days are days from two on. Precondition: > 0.
[[nodiscard]] std::string formatDuration(std::chrono::milliseconds duration);

}  // namespace drydock::fleet
