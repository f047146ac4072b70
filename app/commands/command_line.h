// What the command lines of drydock and drydockctl have in common.
// Thread: main's, before anything else runs.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/endpoint/endpoint.h"
#include "app/mqtt/broker_address.h"
#include "app/services/desk_core.h"

namespace CLI {
class App;
}

namespace drydock::app {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitWrongUsage = 2;

// Where a broker is, as given on a command line. What is empty is as the URL says.
struct BrokerArguments {
    std::string url;
    std::string caFile;
    std::string certificateFile;
    std::string keyFile;
    std::string alpn;
    std::string mqttVersion;
};

struct DeskArguments {
    DeskOptions options;  // complete once the command line is parsed
    BrokerArguments broker;
};

struct EndpointArguments {
    std::optional<EndpointAddress> address;  // none: no HTTP
    bool insecure = false;
    bool openOta = false;
};

// Each of these adds options to `app`, which fill the arguments when it parses; the arguments outlive the parsing. What
// is wrong with a value is a parse error of CLI11's.
void addStoreOption(CLI::App& app, std::filesystem::path& store);  // --store, with its default
void addBrokerOptions(CLI::App& app, BrokerArguments& arguments);  // --broker and its TLS options
void addCoreOptions(CLI::App& app, DeskArguments& arguments);      // all of a desk core's, but --store
void addDeskOptions(CLI::App& app, DeskArguments& arguments);      // all of a desk core's
void addEndpointOptions(CLI::App& app, EndpointArguments& arguments);

// Serves a core as the arguments say; nullptr where they say nothing. Errors: Endpoint::start's.
[[nodiscard]] storage::Result<std::unique_ptr<Endpoint>> startEndpoint(DeskCore& core,
                                                                       const EndpointArguments& arguments);

// The broker that was given; ErrorCode::validation says what is wrong with it. Precondition: a URL was given.
[[nodiscard]] storage::Result<BrokerAddress> brokerAddress(const BrokerArguments& arguments);

// Parses, with --version added. Returns the exit status when the program is to end at once: help and version are
// printed to standard output, what is wrong to standard error.
[[nodiscard]] std::optional<int> parseCommandLine(CLI::App& app, int argc, char** argv);

// Who the audit names: the login name.
[[nodiscard]] std::string operatorName();

}  // namespace drydock::app
