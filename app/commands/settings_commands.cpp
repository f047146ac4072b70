#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"
#include "models/fleet/settings_desk.h"

namespace drydock::app {

using storage::Result;
using storage::SqliteStore;

namespace {

Result<void> list(SqliteStore& reader, const Arguments& /*arguments*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto settings, fleet::readSettings(reader, fleet::Settings()));
    for (const fleet::SettingState& setting : settings) sink(settingToJson(setting));
    return {};
}

Result<void> change(DeskCore& core, const std::string& name, const std::optional<std::string>& value,
                    const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto outcome,
                   core.call<Result<fleet::ActionOutcome>>(
                       [&](fleet::FleetService& service, SqliteStore& store) -> Result<fleet::ActionOutcome> {
                           fleet::ActionOutcome done;
                           DRYDOCK_TRY(service.change([&](fleet::FleetTransaction& transaction) -> Result<void> {
                               DRYDOCK_ASSIGN(done, fleet::changeSetting(transaction, name, value, who, store.nowMs()));
                               return {};
                           }));
                           return done;
                       }));
    printOutcome(outcome, sink);
    return {};
}

Result<void> set(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string name, arguments.text("name"));
    DRYDOCK_ASSIGN(const std::string value, arguments.text("value"));
    return change(core, name, value, who, sink);
}

Result<void> reset(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string name, arguments.text("name"));
    return change(core, name, std::nullopt, who, sink);
}

constexpr std::array<CommandEntry, 3> kCommands = {{
    {"settings list", list, nullptr},
    {"settings set", nullptr, set},
    {"settings reset", nullptr, reset},
}};

}  // namespace

std::span<const CommandEntry> settingsCommands() {
    return kCommands;
}

}  // namespace drydock::app
