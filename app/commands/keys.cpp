#include "app/commands/keys.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"
#include "app/commands/ctl_session.h"
#include "app/endpoint/access_keys.h"
#include "storage/base/clock.h"

namespace drydock::app {

using nlohmann::json;
using storage::Result;

namespace {

Result<std::vector<json>> createKey(AccessKeyFile& file, const KeysArguments& arguments) {
    DRYDOCK_ASSIGN(const AccessKey key, file.create(arguments.readOnly, storage::SystemClock().wallMs()));
    return std::vector<json>{{{"accessKeyId", key.id}, {"secretAccessKey", key.secret}, {"readOnly", key.readOnly}}};
}

Result<std::vector<json>> listKeys(const AccessKeyFile& file) {
    DRYDOCK_ASSIGN(const std::vector<AccessKey> keys, file.read());
    std::vector<json> lines;
    lines.reserve(keys.size());
    for (const AccessKey& key : keys) {
        lines.push_back({{"accessKeyId", key.id}, {"readOnly", key.readOnly}, {"createdMs", key.createdMs}});
    }
    return lines;
}

Result<std::vector<json>> deleteKey(AccessKeyFile& file, const KeysArguments& arguments) {
    DRYDOCK_TRY(file.remove(arguments.id));
    return std::vector<json>{{{"accessKeyId", arguments.id}, {"deleted", true}}};
}

}  // namespace

CLI::App* addKeysCommand(CLI::App& app, KeysArguments& arguments) {
    CLI::App* keys = app.add_subcommand("keys", "Access keys of the endpoint");
    keys->require_subcommand(1);
    CLI::App* create = keys->add_subcommand("create", "Make a key; its secret is shown this once");
    create->add_flag("--read-only", arguments.readOnly, "A key that may not change anything");
    keys->add_subcommand("list", "All keys without their secrets, one a line");
    CLI::App* remove = keys->add_subcommand("delete", "Delete a key; it counts no more from now on");
    remove->add_option("ID", arguments.id, "The key's accessKeyId")->required()->type_name("");
    return keys;
}

int runKeys(const CLI::App& keys, const std::filesystem::path& store, const KeysArguments& arguments) {
    AccessKeyFile file(store);
    const std::string command = keys.get_subcommands().front()->get_name();
    const auto lines = command == "create"   ? createKey(file, arguments)
                       : command == "delete" ? deleteKey(file, arguments)
                                             : listKeys(file);
    if (!lines) return failWith(lines.error().message);
    for (const json& line : *lines) {
        if (!printLine(line)) return failWith("The output can't be written.");
    }
    return kExitDone;
}

}  // namespace drydock::app
