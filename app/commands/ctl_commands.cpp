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
constexpr const char* kAt = "As of this time, e.g. 2026-03-24T22:43:28Z, as far as it is known";
constexpr const char* kPreview = "Only show what would change";

// What every action takes.
Command& addActionOptions(Command& command) {
    return command.text("--why", "why", kWhy).flag("--preview", "preview", kPreview);
}

// An action on devices: those named, or those a query finds.
Command deviceAction(CLI::App& group, Requests& requests, const char* words, const char* description) {
    Command command = addCommand(group, requests, words, description);
    command.texts("ID", "ids", "The devices; each is done by itself")
        .text("--query", "query", "The devices it finds, as in device list")
        .exactlyOne("ID", "--query");
    return addActionOptions(command);
}

// The same where the words name devices and then `what`.
Command deviceActionWith(CLI::App& group, Requests& requests, const char* words, const char* description,
                         const char* what) {
    Command command = addCommand(group, requests, words, description);
    command.requiredTexts("ID", "words", what)
        .text("--query", "query", "The devices it finds, as in device list; no ID is given then");
    return addActionOptions(command);
}

// Of words that end in a text.
std::string wordsComplaint(const json& arguments, const char* tooFew) {
    const bool found = arguments.contains("query");
    const std::size_t words = arguments.at("words").size();
    if (found && words != 1) return "with --query, nothing but the text is expected";
    return !found && words < 2 ? tooFew : "";
}

std::string textComplaint(const json& arguments) {
    return wordsComplaint(arguments, "a device and the text are required");
}

std::string statusComplaint(const json& arguments) {
    return wordsComplaint(arguments, "a ZIP and the status are required");
}

std::string editComplaint(const json& arguments) {
    std::size_t edits = arguments.contains("remove") ? 1 : 0;
    std::size_t devices = arguments.contains("query") ? 1 : 0;
    for (const json& word : arguments.value("words", json::array())) {
        const bool isEdit = word.get_ref<const std::string&>().find('=') != std::string::npos;
        if (!isEdit && arguments.contains("query")) return "with --query, no device is expected";
        ++(isEdit ? edits : devices);
    }
    if (devices == 0) return "a device or --query is required";
    return edits == 0 ? "NAME=VALUE or --remove NAME is required" : "";
}

std::string coolOffComplaint(const json& arguments) {
    const int ends = static_cast<int>(arguments.contains("until")) + static_cast<int>(arguments.contains("for")) +
                     static_cast<int>(arguments.contains("end"));
    return ends == 1 ? "" : "one of --until, --for and --end is required";
}

void addDeviceActions(CLI::App& group, Requests& requests) {
    deviceAction(group, requests, "device restore", "Restore the backed-up attributes now");
    deviceAction(group, requests, "device reset", "Reset the counters to 0/0");
    deviceAction(group, requests, "device release", "Release devices from FailedToUpdate");
    deviceAction(group, requests, "device fail", "Move devices to FailedToUpdate by hand");
    deviceAction(group, requests, "device cool-off", "Give a cool-off another end, or end it now")
        .pointInTime("--until", "until", "It ends at this time")
        .duration("--for", "for", "It ends so long from now")
        .flag("--end", "end", "It ends now, which restores the attributes")
        .check(coolOffComplaint);
    deviceAction(group, requests, "device delete", "Delete devices from the registry; their history and activity stay");
    deviceActionWith(group, requests, "device note", "Set the devices' note",
                     "The devices, and last the note; an empty one removes it")
        .check(textComplaint);
    deviceActionWith(group, requests, "device assign", "Assign the devices to a person",
                     "The devices, and last the person; an empty one is nobody")
        .check(textComplaint);
    // Not required as words, for there may be nothing but --query and --remove.
    Command set = addCommand(group, requests, "device set", "Set and remove attributes of the registry");
    set.texts("ID", "words", "The devices, and what to set: NAME=VALUE")
        .text("--query", "query", "The devices it finds, as in device list; no ID is given then")
        .texts("--remove", "remove", "An attribute to remove, repeatable")
        .check(editComplaint);
    addActionOptions(set);
}

// Import takes many files and makes a request of each, so that one that fails doesn't stop the rest.
void addImport(CLI::App& group, Requests& requests) {
    // Not called "import", which clang-format takes for a module's.
    CLI::App* command = group.add_subcommand("import", "Import firmware packages");
    const auto files = std::make_shared<std::vector<std::string>>();
    command->add_option("FILE", *files, "ZIP files with a manifest")->required()->type_name("");
    const CLI::Option* preview = command->add_flag("--preview", kPreview);
    command->callback([&requests, files, preview] {
        for (const std::string& file : *files) {
            json arguments = {{"file", absolutePath("FILE", file)}};
            if (preview->count() > 0) arguments["preview"] = true;
            requests.push_back({{"command", "firmware import"}, {"arguments", std::move(arguments)}});
        }
    });
}

}  // namespace

void addDeviceCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "device", "Devices and their retry cycle");
    addCommand(group, requests, "device list", "All devices, one a line")
        .text("--query", "query",
              "Only devices that match, e.g. 'phase:failed AND attributes.FW:2.27', or words in id, model, FW, "
              "status or phase")
        .pointInTime("--at", "at", kAt);
    addCommand(group, requests, "device show", "Everything about one device")
        .requiredText("ID", "id", "The device")
        .pointInTime("--at", "at", kAt);
    addCommand(group, requests, "device history", "What happened to a device, oldest first")
        .requiredText("ID", "id", "The device")
        .number("--limit", "limit", "Only the newest N entries");
    addDeviceActions(group, requests);
}

void addFirmwareCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "firmware", "Firmware packages and their release");
    addCommand(group, requests, "firmware list", "All firmware records, one a line")
        .text(
            "--query", "query",
            "Only records that match, e.g. 'release_status:RELEASED AND devices:0', or words in what a record says of "
            "itself");
    addCommand(group, requests, "firmware show", "One firmware record with its files")
        .requiredText("ZIP", "zip", "The stored ZIP name");
    addImport(group, requests);
    Command setStatus = addCommand(group, requests, "firmware set-status", "Move firmware to another release status");
    addActionOptions(setStatus
                         .requiredTexts("ZIP", "words",
                                        "The stored ZIP names, each done by itself, and last the status: "
                                        "READY_TO_TEST, TESTING, RELEASED or REVOKED")
                         .check(statusComplaint));
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
    Command remove = addCommand(group, requests, "firmware delete", "Delete firmware and its ZIP");
    addActionOptions(remove.requiredTexts("ZIP", "ids", "The stored ZIP names; each is done by itself"));
}

void addGroupCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "group", "Thing groups: static ones, and dynamic ones that follow a query");
    addCommand(group, requests, "group list", "All groups, one a line");
    addCommand(group, requests, "group show", "A group with its members")
        .requiredText("NAME", "name", "The group")
        .pointInTime("--at", "at", kAt);
    const auto action = [&group, &requests](const char* words, const char* description) {
        Command command = addCommand(group, requests, words, description);
        return addActionOptions(command.requiredText("NAME", "id", "The group"));
    };
    action("group create", "Create a group")
        .text("--query", "query", "Whatever matches this query, e.g. 'attributes.FW:2.27 AND retries:>=5'")
        .flag("--static", "static", "Whoever is added by hand")
        .exactlyOne("--query", "--static");
    action("group edit", "Give a dynamic group another query").requiredText("--query", "query", "The query");
    Command remove = addCommand(group, requests, "group delete", "Delete groups");
    addActionOptions(remove.requiredTexts("NAME", "ids", "The groups; each is done by itself"));
    action("group add", "Add things to a static group").requiredTexts("ID", "things", "The things");
    action("group remove", "Remove things from a static group").requiredTexts("ID", "things", "The things");
}

void addAlertCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "alert", "Alerts about devices that failed for good");
    addCommand(group, requests, "alert list", "All alerts, newest first")
        .text("--state", "state", "Only alerts that are open, acknowledged or resolved")
        .text("--query", "query", "Only alerts that match, e.g. 'state:open AND raised:>1d', or words in their texts");
    addCommand(group, requests, "alert show", "One alert")
        .requiredText("ID", "id", "The alert")
        .flag("--sns", "sns", "As the body of an SNS notification, which is what goes to MQTT and the webhook");
    const auto action = [&group, &requests](const char* words, const char* description) {
        Command command = addCommand(group, requests, words, description);
        addActionOptions(command.requiredTexts("ID", "ids", "The alerts; each is done by itself"));
    };
    action("alert ack", "Acknowledge alerts");
    action("alert resolve", "Resolve alerts");
}

void addActivityCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "activity", "What people did");
    addCommand(group, requests, "activity list", "All actions, newest first")
        .flag("--undoable", "undoable", "Only actions that can still be undone")
        .text("--query", "query", "Only actions that match, e.g. 'who:mara AND at:7d', or words in their texts");
    addCommand(group, requests, "activity undo", "Undo an action, or a bulk of them")
        .number("ID", "id", "The action's id")
        .number("--bulk", "bulk", "All that was done at once with the action of this id, which is their \"bulk\"")
        .exactlyOne("ID", "--bulk")
        .flag("--preview", "preview", kPreview);
}

void addQuarantineCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "quarantine", "Messages that could not be used");
    addCommand(group, requests, "quarantine list", "Messages with the reason of each")
        .number("--limit", "limit", "At most so many, else 1000")
        .text("--query", "query",
              "Only messages that match, e.g. 'topic:iot/* AND arrived:1h', or words in topic, reason or payload");
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
