// Times the way of a message into the desk: acknowledged (broker → journal) and applied (journal → tables), each beside
// a baseline that does the least possible, in the same run on the same machine.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/support/ingest_acknowledged.h"
#include "bench/support/ingest_applied.h"

namespace drydock::bench {
namespace {

// What Drydock aims for beside its baselines.
constexpr double kAcknowledgedGoal = 0.8;
constexpr double kAppliedGoal = 0.6;

struct Arguments {
    std::vector<std::uint64_t> devices = {1'000, 1'000'000};
    std::uint64_t messages = 200'000;
    std::size_t batch = 1000;
    int rounds = 5;
    bool quick = false;
    bool acknowledged = true;
    bool applied = true;
};

int complain(const storage::Error& error) {
    std::fprintf(stderr, "ingest_bench: %s\n", error.message.c_str());
    return 1;
}

void print(const char* what, const char* baseline, double ofBaseline, double ofDrydock, double goal) {
    std::printf("%-34s %10.0f /s   %-22s %10.0f /s   ratio %.2f (goal %.1f)\n", what, ofDrydock, baseline, ofBaseline,
                ofDrydock / ofBaseline, goal);
    std::fflush(stdout);
}

int run(const Arguments& arguments) {
    if (arguments.acknowledged) {
        const auto rates =
            measureAcknowledged(arguments.messages / static_cast<std::uint64_t>(arguments.rounds), arguments.rounds);
        if (!rates) return complain(rates.error());
        print("acknowledged, MqttLink", "bare subscriber", rates->bare, rates->link, kAcknowledgedGoal);
    }
    if (!arguments.applied) return 0;
    for (const std::uint64_t devices : arguments.devices) {
        const auto rates = measureApplied({devices, arguments.messages, arguments.batch, arguments.rounds});
        if (!rates) return complain(rates.error());
        const std::string what = "applied, " + std::to_string(devices) + " devices";
        print(what.c_str(), "raw SQLite", rates->raw, rates->service, kAppliedGoal);
    }
    return 0;
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) try {
    drydock::bench::Arguments arguments;
    CLI::App app("Times how fast messages are acknowledged and applied.");
    app.add_option("--devices", arguments.devices, "Sizes of the fleet to apply messages to")
        ->delimiter(',')
        ->check(CLI::Range(1, 10'000'000));
    app.add_option("--messages", arguments.messages, "Messages of each measurement")
        ->check(CLI::Range(1000, 100'000'000));
    app.add_option("--batch", arguments.batch, "Messages a transaction")->check(CLI::Range(1, 100'000));
    app.add_option("--rounds", arguments.rounds, "In which Drydock and the baseline take turns")
        ->check(CLI::Range(1, 100));
    app.add_flag("--quick", arguments.quick, "A tenth of the messages, and of the largest fleet");
    app.add_flag("!--no-acknowledged", arguments.acknowledged, "Leave out what needs a broker");
    app.add_flag("!--no-applied", arguments.applied, "Leave out what needs a store");
    CLI11_PARSE(app, argc, argv);
    if (arguments.quick) {
        arguments.messages = std::max<std::uint64_t>(arguments.messages / 10, 1000);
        for (std::uint64_t& devices : arguments.devices)
            if (devices > 100'000) devices /= 10;
    }
    return drydock::bench::run(arguments);
} catch (const std::exception& error) {  // out of memory, or a mistake in the options' declaration
    std::fprintf(stderr, "ingest_bench: %s\n", error.what());
    return 1;
}
