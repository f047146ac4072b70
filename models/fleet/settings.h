// Settings: every constant of the fleet's rules that a person may change, each under a name of its own, with its
// default and what may be in its place.
//
// Where their values are kept, and which one holds, is settings_desk.h's.
// Thread: any; pure.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "models/fleet/device.h"
#include "models/fleet/firmware_zip.h"
#include "models/fleet/retry_cycle.h"
#include "models/fleet/telemetry.h"
#include "storage/base/result.h"

namespace drydock::fleet {

// How long rows are kept. What was written keeps the expiry it got then.
struct Keeping {
    std::int64_t historyDays = 90;
    std::int64_t telemetryDays = 7;
    std::int64_t quarantineDays = 7;
    std::int64_t firmwareDays = 10;
    std::int64_t revokedFilesDays = 90;
    std::int64_t resolvedAlertDays = 365;
};

struct Settings {
    Limits limits;
    Keeping keeping;
    MessageLimits messages;
    std::int64_t quarantinedBytes = 4 * 1024;  // kept of a message that can't be used
    std::int64_t clockToleranceMs = kClockToleranceMs;
    std::int64_t clockJumpMs = 60LL * 60 * 1000;  // beyond which a jump of the wall clock is noted
    PackageLimits packages;
    bool allowDevelopmentRelease = false;
    std::int64_t alertDeduplicationMs = 5LL * 60 * 1000;
    std::string webhook;                          // where alerts are posted; empty: nowhere
    std::int64_t budgetBytes = 20'000'000'000LL;  // of the store's file
};

struct SettingDefinition {
    std::string_view name;
    std::string_view unit;  // "count", "duration", "bytes", "yes or no", "words" or "URL"
    std::string_view what;
    std::string_view allowed;  // as the end of a sentence: "a whole number from 1 to 1000"
    // Takes over what a person wrote; false: that is not allowed, and nothing was changed.
    bool (*set)(Settings& settings, std::string_view text);
    // As a person would write it; `set` reads it back.
    std::string (*get)(const Settings& settings);
};

// By name.
[[nodiscard]] std::span<const SettingDefinition> settingDefinitions();
// ErrorCode::validation when there is none of that name; it lists those there are.
[[nodiscard]] storage::Result<const SettingDefinition*> findSetting(std::string_view name);
// Takes over a text; ErrorCode::validation says what is allowed.
[[nodiscard]] storage::Result<void> applySetting(const SettingDefinition& definition, Settings& settings,
                                                 std::string_view text);

// Names to texts.
using SettingTexts = std::map<std::string, std::string>;

}  // namespace drydock::fleet
