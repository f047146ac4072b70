#include "models/fleet/duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace drydock::fleet {

using std::chrono::milliseconds;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnitsMs = {
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::int64_t kLongestMs = 10LL * 365 * 86'400'000;

}  // namespace

Result<milliseconds> parseDuration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const auto& [name, unitMs] : kUnitsMs) {
        if (error != std::errc() || unit != name || count <= 0 || count > kLongestMs / unitMs) continue;
        return milliseconds(count * unitMs);
    }
    return storage::fail(ErrorCode::validation,
                         "\"" + std::string(text) + "\" is no duration; write one like 24h, 15m, 2s or 500ms");
}

std::string formatDuration(milliseconds duration) {
    const std::int64_t ms = duration.count();
    for (auto unit = kUnitsMs.rbegin(); unit != kUnitsMs.rend(); ++unit) {
        const auto& [name, unitMs] = *unit;
        // A day is 24h, as people say it.
        if (ms % unitMs == 0 && (name != "d" || ms / unitMs > 1)) return std::to_string(ms / unitMs).append(name);
    }
    return std::to_string(ms) + "ms";
}

}  // namespace drydock::fleet
