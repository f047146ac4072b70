// `drydockctl keys`: the access keys of a store's endpoint, whoever holds the store.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace drydock::app {

struct KeysArguments {
    bool readOnly = false;
    std::string id;  // the key to delete
};

// The arguments outlive the parsing.
[[nodiscard]] CLI::App* addKeysCommand(CLI::App& app, KeysArguments& arguments);

// Runs the subcommand of `keys` that was parsed; returns the exit status.
[[nodiscard]] int runKeys(const CLI::App& keys, const std::filesystem::path& store, const KeysArguments& arguments);

}  // namespace drydock::app
