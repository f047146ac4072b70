#include "app/commands/ctl_commands.h"

#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace drydock::app {

using nlohmann::json;
using Requests = std::vector<json>;

namespace {

// Of a file named on the command line, for whoever runs the command may stand elsewhere.
std::string absolutePath(const char* option, const std::string& file) {
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(file, error);
    if (file.empty() || error) throw CLI::ValidationError(option, "names no file");
    return absolute.string();
}

// One command: its words become one request, each of its options an argument in it.
class Command {
public:
    Command(CLI::App& parent, Requests& requests, const std::string& words, const std::string& description)
        : m_app(parent.add_subcommand(words.substr(words.rfind(' ') + 1), description)),
          m_requests(&requests),
          m_arguments(std::make_shared<json>(json::object())) {
        m_app->callback([&requests, words, arguments = m_arguments] {
            requests.push_back({{"command", words}, {"arguments", *arguments}});
        });
    }

    Command& text(const char* option, const char* argument, const char* description) {
        addText(option, argument, description);
        return *this;
    }
    Command& requiredText(const char* option, const char* argument, const char* description) {
        addText(option, argument, description)->required();
        return *this;
    }
    Command& number(const char* option, const char* argument, const char* description) {
        addNumber(option, argument, description);
        return *this;
    }
    Command& requiredNumber(const char* option, const char* argument, const char* description) {
        addNumber(option, argument, description)->required();
        return *this;
    }
    Command& requiredFile(const char* option, const char* argument, const char* description) {
        m_app
            ->add_option_function<std::string>(
                option,
                [arguments = m_arguments, option, argument](const std::string& file) {
                    (*arguments)[argument] = absolutePath(option, file);
                },
                description)
            ->required()
            ->type_name("FILE");
        return *this;
    }
    // Given this option, the request for another command comes before the command's own.
    Command& before(const char* option, const char* words, const char* description) {
        m_app->add_flag_callback(
            option,
            [requests = m_requests, words] {
                requests->push_back({{"command", words}, {"arguments", json::object()}});
            },
            description);
        return *this;
    }
    Command& flag(const char* option, const char* argument, const char* description) {
        m_app->add_flag_callback(
            option, [arguments = m_arguments, argument] { (*arguments)[argument] = true; }, description);
        return *this;
    }

private:
    CLI::Option* addText(const char* option, const char* argument, const char* description) {
        return m_app
            ->add_option_function<std::string>(
                option, [arguments = m_arguments, argument](const std::string& text) { (*arguments)[argument] = text; },
                description)
            ->type_name("TEXT");
    }
    CLI::Option* addNumber(const char* option, const char* argument, const char* description) {
        return m_app
            ->add_option_function<std::int64_t>(
                option,
                [arguments = m_arguments, option, argument](const std::int64_t& number) {
                    if (number < 0) throw CLI::ValidationError(option, "must not be negative");
                    (*arguments)[argument] = static_cast<std::uint64_t>(number);
                },
                description)
            ->type_name("N");
    }

    CLI::App* m_app;
    Requests* m_requests;
    std::shared_ptr<json> m_arguments;
};

Command addCommand(CLI::App& parent, Requests& requests, const std::string& words, const std::string& description) {
    return {parent, requests, words, description};
}

CLI::App& addGroup(CLI::App& app, const char* name, const char* description) {
    CLI::App* group = app.add_subcommand(name, description);
    group->require_subcommand(1);
    return *group;
}

constexpr const char* kWhy = "The reason, kept in the activity";

// Import takes many files and makes a request of each, so that one that fails doesn't stop the rest.
void addImport(CLI::App& group, Requests& requests) {
    CLI::App* import = group.add_subcommand("import", "Import firmware packages");
    const auto files = std::make_shared<std::vector<std::string>>();
    import->add_option("FILE", *files, "ZIP files with a manifest")->required()->type_name("");
    import->callback([&requests, files] {
        for (const std::string& file : *files) {
            requests.push_back({{"command", "firmware import"}, {"arguments", {{"file", absolutePath("FILE", file)}}}});
}
}  // namespace
);
}  // namespace drydock::app

Command& addPageOptions(Command& command) {
    return command.text("--index", "index", "Read an index instead of the table")
        .text("--filter", "filter", "Filter expression")
        .text("--projection", "projection", "Projection expression")
        .text("--names", "names", "Expression attribute names, a JSON object")
        .text("--values", "values", "Expression attribute values, a JSON object")
        .number("--limit", "limit", "At most so many items are looked at")
        .text("--start-key", "startKey", "Go on after this key: the LastEvaluatedKey of the page before")
        .flag("--plain", "plain", "Ordinary JSON instead of DynamoDB JSON");
}

}  // namespace

void addDeviceCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "device", "Devices and their retry cycle");
    addCommand(group, requests, "device list", "All devices, one a line")
        .text("--query", "query", "Only devices with all these words in id, model, FW, status or phase");
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

void addAlertCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "alert", "Alerts about devices that failed for good");
    addCommand(group, requests, "alert list", "All alerts, newest first")
        .text("--state", "state", "Only alerts that are open, acknowledged or resolved");
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

void addTableCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "table", "The store's tables");
    addCommand(group, requests, "table list", "All tables, one a line");
    addCommand(group, requests, "table describe", "Keys, indexes and counts of a table")
        .requiredText("TABLE", "table", "The table");
    addCommand(group, requests, "table get", "One item")
        .requiredText("TABLE", "table", "The table")
        .requiredText("--key", "key", "The item's key, a JSON object")
        .text("--projection", "projection", "Projection expression")
        .text("--names", "names", "Expression attribute names, a JSON object")
        .flag("--plain", "plain", "Ordinary JSON instead of DynamoDB JSON");
    addCommand(group, requests, "table put", "Put one item, in place of the one with its key")
        .requiredText("TABLE", "table", "The table")
        .requiredText("--item", "item", "The item, a JSON object")
        .text("--condition", "condition", "Condition expression")
        .text("--names", "names", "Expression attribute names, a JSON object")
        .text("--values", "values", "Expression attribute values, a JSON object")
        .flag("--plain", "plain", "Ordinary JSON instead of DynamoDB JSON");
    Command query = addCommand(group, requests, "table query", "The items of a partition, one a line");
    query.requiredText("TABLE", "table", "The table")
        .requiredText("--key-condition", "keyCondition", "Key condition expression")
        .flag("--backward", "backward", "In descending order of the sort key");
    addPageOptions(query);
    Command scan = addCommand(group, requests, "table scan", "The items of a table, one a line");
    scan.requiredText("TABLE", "table", "The table");
    addPageOptions(scan);
}

void addCheckCommand(CLI::App& app, Requests& requests) {
    addCommand(app, requests, "check", "Check every table, index and counter, and compare with the history")
        .before("--repair", "repair", "First rebuild what can be rebuilt; nothing else is written meanwhile");
}

}  // namespace drydock::app
