#include "app/commands/ctl_commands.h"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/ctl_command.h"

namespace drydock::app {

using nlohmann::json;
using Requests = std::vector<json>;

namespace {

constexpr const char* kWhy = "The reason, kept in the activity";

// Import takes many files and makes a request of each, so that one that fails doesn't stop the rest.
void addImport(CLI::App& group, Requests& requests) {
    // Not called "import", which clang-format takes for a module's.
    CLI::App* command = group.add_subcommand("import", "Import firmware packages");
    const auto files = std::make_shared<std::vector<std::string>>();
    command->add_option("FILE", *files, "ZIP files with a manifest")->required()->type_name("");
    command->callback([&requests, files] {
        for (const std::string& file : *files) {
            requests.push_back({{"command", "firmware import"}, {"arguments", {{"file", absolutePath("FILE", file)}}}});
        }
    });
}

}  // namespace

void addDeviceCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "device", "Devices and their retry cycle");
    addCommand(group, requests, "device list", "All devices, one a line")
        .text("--query", "query",
              "Only devices that match, e.g. 'phase:failed AND attributes.FW:2.27', or words in id, model, FW, "
              "status or phase");
    addCommand(group, requests, "device show", "Everything about one device").requiredText("ID", "id", "The device");
    addCommand(group, requests, "device history", "What happened to a device, oldest first")
        .requiredText("ID", "id", "The device")
        .number("--limit", "limit", "Only the newest N entries");
    const auto action = [&group, &requests](const char* words, const char* description) {
        return addCommand(group, requests, words, description)
            .requiredText("ID", "id", "The device")
            .text("--why", "why", kWhy);
    };
    action("device restore", "Restore the backed-up attributes now");
    action("device reset", "Reset the counters to 0/0");
    action("device release", "Release a device from FailedToUpdate");
    action("device fail", "Move a device to FailedToUpdate by hand");
    action("device note", "Set the device's note").requiredText("TEXT", "text", "The note; an empty one removes it");
}

void addFirmwareCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "firmware", "Firmware packages and their release");
    addCommand(group, requests, "firmware list", "All firmware records, one a line");
    addCommand(group, requests, "firmware show", "One firmware record with its files")
        .requiredText("ZIP", "zip", "The stored ZIP name");
    addImport(group, requests);
    addCommand(group, requests, "firmware set-status", "Move a firmware to another release status")
        .requiredText("ZIP", "zip", "The stored ZIP name")
        .requiredText("STATUS", "status", "READY_TO_TEST, TESTING, RELEASED or REVOKED")
        .text("--why", "why", kWhy);
    addCommand(group, requests, "firmware next", "What a device at a version is offered over the air")
        .requiredText("PRODUCT", "product", "Its product_id")
        .requiredText("APPLICATION", "application", "Its application")
        .text("VERSION", "version", "The version it has; none: all that is released");
    addCommand(group, requests, "firmware compare", "How two packages differ: fields, files, partitions")
        .requiredText("ZIP", "from", "The stored ZIP name of one")
        .requiredText("OTHER", "to", "The stored ZIP name of the other");
    addCommand(group, requests, "firmware download", "Copy a package out of the store")
        .requiredText("ZIP", "zip", "The stored ZIP name")
        .requiredFile("--out", "out", "The file to write; an existing one is replaced");
    addCommand(group, requests, "firmware delete", "Delete a firmware and its ZIP")
        .requiredText("ZIP", "zip", "The stored ZIP name")
        .text("--why", "why", kWhy);
}

void addGroupCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "group", "Thing groups: static ones, and dynamic ones that follow a query");
    addCommand(group, requests, "group list", "All groups, one a line");
    addCommand(group, requests, "group show", "A group with its members").requiredText("NAME", "name", "The group");
    const auto action = [&group, &requests](const char* words, const char* description) {
        return addCommand(group, requests, words, description)
            .requiredText("NAME", "name", "The group")
            .text("--why", "why", kWhy);
    };
    action("group create", "Create a group")
        .text("--query", "query", "Whatever matches this query, e.g. 'attributes.FW:2.27 AND retries:>=5'")
        .flag("--static", "static", "Whoever is added by hand")
        .exactlyOne("--query", "--static");
    action("group edit", "Give a dynamic group another query").requiredText("--query", "query", "The query");
    action("group delete", "Delete a group");
    action("group add", "Add things to a static group").requiredTexts("ID", "ids", "The things");
    action("group remove", "Remove things from a static group").requiredTexts("ID", "ids", "The things");
}

void addAlertCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "alert", "Alerts about devices that failed for good");
    addCommand(group, requests, "alert list", "All alerts, newest first")
        .text("--state", "state", "Only alerts that are open, acknowledged or resolved");
    addCommand(group, requests, "alert show", "One alert")
        .requiredText("ID", "id", "The alert")
        .flag("--sns", "sns", "As the body of an SNS notification, which is what goes to MQTT and the webhook");
    addCommand(group, requests, "alert ack", "Acknowledge an alert")
        .requiredText("ID", "id", "The alert")
        .text("--why", "why", kWhy);
    addCommand(group, requests, "alert resolve", "Resolve an alert")
        .requiredText("ID", "id", "The alert")
        .text("--why", "why", kWhy);
}

void addActivityCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "activity", "What people did");
    addCommand(group, requests, "activity list", "All actions, newest first")
        .flag("--undoable", "undoable", "Only actions that can still be undone");
    addCommand(group, requests, "activity undo", "Undo an action").requiredNumber("ID", "id", "The action's id");
}

void addQuarantineCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "quarantine", "Messages that could not be used");
    addCommand(group, requests, "quarantine list", "Messages with the reason of each")
        .number("--limit", "limit", "At most so many, else 1000");
}

void addSettingsCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "settings", "What the fleet's rules go by, as kept in the store");
    addCommand(group, requests, "settings list", "All settings, one a line, with what holds now");
    addCommand(group, requests, "settings set", "Set one; a running desk goes by it at once")
        .requiredText("NAME", "name", "The setting, e.g. cycle.coolOff")
        .requiredText("VALUE", "value", "Its value, as 'settings list' shows it");
    addCommand(group, requests, "settings reset", "Go back to a setting's default")
        .requiredText("NAME", "name", "The setting");
}

void addCheckCommand(CLI::App& app, Requests& requests) {
    addCommand(app, requests, "check", "Check every table, index and counter, and compare with the history")
        .before("--repair", "repair", "First rebuild what can be rebuilt; nothing else is written meanwhile");
}

}  // namespace drydock::app
