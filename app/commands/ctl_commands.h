// The words of drydockctl's commands on a store, parsed into requests for the command service.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace CLI {
class App;
}

namespace drydock::app {

// One function a command group. They add the group's commands to `app`; when one of them is parsed, its requests are
// appended to `requests`, which outlives the parsing. File names that another process is to read are absolute, for it
// may stand in another directory.
void addDeviceCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addFirmwareCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addGroupCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addAlertCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addActivityCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addQuarantineCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addTableCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addReportCommand(CLI::App& app, std::vector<nlohmann::json>& requests);
void addSettingsCommands(CLI::App& app, std::vector<nlohmann::json>& requests);
void addCheckCommand(CLI::App& app, std::vector<nlohmann::json>& requests);

}  // namespace drydock::app
