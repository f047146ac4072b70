// The settings as the store keeps them: one row each, under its name.
//
// Which value holds: what the process that serves was told on its command line (recorded in the row's `thisRun`, until
// another serves), else what a person set (`value`), else the default. So a desk that only looks on, and `check`, see
// what the process that serves goes by.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/fleet_transaction.h"
#include "models/fleet/settings.h"

namespace drydock::fleet {

enum class SettingSource : std::uint8_t { byDefault, store, commandLine };
[[nodiscard]] const char* settingSourceName(SettingSource source);  // "default", "store", "command line"

struct SettingState {
    const SettingDefinition* definition = nullptr;
    std::string value;  // that holds
    std::string byDefault;
    SettingSource source = SettingSource::byDefault;
    std::string trouble;  // why a stored text is not used; empty: it is, or there is none
};

// All settings, by name. A store without their table has only defaults.
[[nodiscard]] Result<std::vector<SettingState>> readSettings(storage::TableReader& tables, const Settings& defaults);

struct LoadedSettings {
    Settings settings;
    std::vector<std::string> troubles;
};
[[nodiscard]] Result<LoadedSettings> loadSettings(storage::TableReader& tables, const Settings& defaults);

// Sets a setting, or with no text goes back to its default: one change with a row in the audit, to be undone like any
// other. ErrorCode::validation names what is allowed, refused says that nothing would change.
[[nodiscard]] Result<ActionOutcome> changeSetting(FleetTransaction& transaction, std::string_view name,
                                                  const std::optional<std::string>& text, const Operator& who,
                                                  std::int64_t nowMs);

// ErrorCode::validation for what is no setting, or no value of one.
[[nodiscard]] Result<void> checkSettings(const SettingTexts& texts);
// Records these, and only these, as settings of this run, which are known to be good.
[[nodiscard]] Result<void> recordSettingsOfThisRun(FleetTransaction& transaction, const SettingTexts& texts,
                                                   std::int64_t nowMs);

// The limits that held when each step of the fleet's history was made, as the audit tells it.
class LimitsInTime {
public:
    [[nodiscard]] static Result<LimitsInTime> load(storage::TableReader& tables, const Limits& defaults);
    // Of what has this sequence.
    [[nodiscard]] const Limits& at(std::uint64_t sequence) const;

private:
    struct Span {
        std::uint64_t before = 0;  // sequences less than this
        Limits limits;
    };
    std::vector<Span> m_past;  // by sequence
    Limits m_now;
};

}  // namespace drydock::fleet
