#include "app/commands/command_line.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include <CLI/CLI.hpp>

#include "models/fleet/settings.h"

namespace drydock::app {

using storage::Result;

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread starts
    return value == nullptr ? std::string() : value;
}

std::filesystem::path defaultStore() {
    std::filesystem::path data = environment("XDG_DATA_HOME");
    // The base directory specification: a relative path counts as none.
    if (!data.is_absolute()) data = std::filesystem::path(environment("HOME")) / ".local" / "share";
    return data / "drydock";
}

// A setting for this run.
void addSetting(CLI::App& app, const char* option, const char* setting, const char* typeName,
                fleet::SettingTexts& settings) {
    const fleet::SettingDefinition& definition = *fleet::findSetting(setting).value();
    app.add_option_function<std::string>(
           option,
           [&settings, &definition, option](const std::string& text) {
               fleet::Settings tried;
               const auto taken = fleet::applySetting(definition, tried, text);
               if (!taken) throw CLI::ValidationError(option, taken.error().message);
               settings[std::string(definition.name)] = text;
           },
           std::string(definition.what) + ", else as the setting " + setting + " says")
        ->type_name(typeName);
}

// The command the words led to, e.g. "drydockctl device show".
std::string commandPath(const CLI::App& app) {
    std::string path = app.get_name();
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        path += ' ' + at->get_name();
    }
    return path;
}

}  // namespace

void addStoreOption(CLI::App& app, std::filesystem::path& store) {
    store = defaultStore();
    app.add_option_function<std::string>(
           "--store",
           [&store](const std::string& text) {
               std::error_code error;
               store = std::filesystem::absolute(text, error);
               if (text.empty() || error) throw CLI::ValidationError("--store", "names no directory");
           },
           "The store's directory, else " + store.string())
        ->type_name("DIR");
}

void addBrokerOptions(CLI::App& app, BrokerArguments& arguments) {
    app.add_option("--broker", arguments.url,
                   "mqtt://[user@]host[:port] or mqtts://…; its password comes from DRYDOCK_MQTT_PASSWORD")
        ->type_name("URL");
    app.add_option("--ca-file", arguments.caFile, "Certificates to trust, else the system's")->type_name("FILE");
    app.add_option("--cert-file", arguments.certificateFile, "This client's certificate")->type_name("FILE");
    app.add_option("--key-file", arguments.keyFile, "The key of this client's certificate")->type_name("FILE");
    app.add_option("--alpn", arguments.alpn, "The protocol name to ask for in the TLS handshake")->type_name("NAME");
    app.add_option("--mqtt-version", arguments.mqttVersion, "3.1.1 or 5, else 5")
        ->type_name("VERSION")
        ->check(CLI::IsMember({"3.1.1", "5"}));
}

void addCoreOptions(CLI::App& app, DeskArguments& arguments) {
    addBrokerOptions(app, arguments.broker);
    app.add_option("--topic", arguments.options.topics,
                   "A topic filter to subscribe to, repeatable, else iot/device/data")
        ->allow_extra_args(false)
        ->type_name("FILTER");
    addSetting(app, "--cool-off", "cycle.coolOff", "DURATION", arguments.options.settings);
    addSetting(app, "--group-move-delay", "cycle.groupMoveDelay", "DURATION", arguments.options.settings);
    app.callback([&arguments] {
        if (arguments.broker.url.empty()) return;
        auto broker = brokerAddress(arguments.broker);
        if (!broker) throw CLI::ValidationError("--broker", broker.error().message);
        arguments.options.broker = std::move(*broker);
    });
}

void addDeskOptions(CLI::App& app, DeskArguments& arguments) {
    addStoreOption(app, arguments.options.storeDirectory);
    addCoreOptions(app, arguments);
}

void addEndpointOptions(CLI::App& app, EndpointArguments& arguments) {
    CLI::Option* endpoint =
        app.add_option_function<std::string>(
               "--endpoint",
               [&arguments](const std::string& text) {
                   auto address = parseEndpointAddress(text);
                   if (!address) throw CLI::ValidationError("--endpoint", address.error().message);
                   arguments.address = std::move(*address);
               },
               "Serve the tables by DynamoDB's HTTP API, and the firmware, there, such as 127.0.0.1:8000; port 0: any "
               "that is free")
            ->type_name("HOST:PORT");
    app.add_flag("--endpoint-insecure", arguments.insecure,
                 "Take requests with any signature or none; any program on this machine may then do everything")
        ->needs(endpoint);
    app.add_flag("--ota-open", arguments.openOta,
                 "Let devices without a key ask for updates and fetch the files of released firmware")
        ->needs(endpoint);
}

Result<std::unique_ptr<Endpoint>> startEndpoint(DeskCore& core, const EndpointArguments& arguments) {
    if (!arguments.address) return std::unique_ptr<Endpoint>();
    EndpointOptions options;
    options.address = *arguments.address;
    options.insecure = arguments.insecure;
    options.openOta = arguments.openOta;
    return Endpoint::start(core, options);
}

Result<BrokerAddress> brokerAddress(const BrokerArguments& arguments) {
    DRYDOCK_ASSIGN(BrokerAddress broker, parseBrokerUrl(arguments.url));
    // An option of its own outdoes what the URL says.
    const auto set = [](std::string& field, const std::string& given) {
        if (!given.empty()) field = given;
    };
    set(broker.caFile, arguments.caFile);
    set(broker.certificateFile, arguments.certificateFile);
    set(broker.keyFile, arguments.keyFile);
    set(broker.alpn, arguments.alpn);
    if (!arguments.mqttVersion.empty()) {
        broker.version = arguments.mqttVersion == "5" ? MqttVersion::v5 : MqttVersion::v311;
    }
    return broker;
}

std::optional<int> parseCommandLine(CLI::App& app, int argc, char** argv) {
    app.set_version_flag("--version", app.get_name() + " " DRYDOCK_VERSION);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help and version end the parsing the same way as mistakes do, but with success.
        if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
        // CLI11 names the missing command before the word that was none.
        const std::vector<std::string> unknown = app.remaining(true);
        std::string message = unknown.empty() ? error.what() : "\"" + unknown.front() + "\" was not expected";
        while (!message.empty() && (message.back() == '.' || message.back() == '\n')) message.pop_back();
        std::fprintf(stderr, "%s: %s. See '%s --help'.\n", app.get_name().c_str(), message.c_str(),
                     commandPath(app).c_str());
        return kExitWrongUsage;
    }
    return std::nullopt;
}

std::string operatorName() {
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    if (getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
        return found->pw_name;
    }
    return "uid " + std::to_string(getuid());
}

}  // namespace drydock::app
