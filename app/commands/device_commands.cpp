#include <algorithm>
#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"

namespace drydock::app {

using fleet::ActionKind;
using storage::Result;
using storage::SqliteStore;

namespace {

constexpr std::size_t kHistoryPage = 500;

Result<void> list(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string text, arguments.textOr("query", {}));
    DRYDOCK_ASSIGN(const auto query, fleet::ThingQuery::compile(text));
    return fleet::FleetReader(reader).forEachMatch(query, [&sink](const fleet::DeviceDetail& device) {
        nlohmann::json line = deviceToJson(device);
        line.erase("backup");
        sink(std::move(line));
    });
}

Result<void> show(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string id, arguments.text("id"));
    DRYDOCK_ASSIGN(const auto device, fleet::FleetReader(reader).device(id));
    sink(deviceToJson(device));
    return {};
}

Result<void> history(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string id, arguments.text("id"));
    DRYDOCK_ASSIGN(const auto limit, arguments.optionalNumber("limit"));
    fleet::FleetReader fleetReader(reader);
    DRYDOCK_TRY(fleetReader.device(id));

    std::vector<fleet::HistoryEntry> newestFirst;
    std::optional<std::uint64_t> before;
    do {
        const std::size_t wanted =
            limit ? std::min<std::size_t>(kHistoryPage, *limit - newestFirst.size()) : kHistoryPage;
        if (wanted == 0) break;
        DRYDOCK_ASSIGN(auto page, fleetReader.history(id, before, wanted));
        std::move(page.entries.begin(), page.entries.end(), std::back_inserter(newestFirst));
        before = page.nextBefore;
    } while (before);
    // Printed as a log reads.
    for (auto entry = newestFirst.rbegin(); entry != newestFirst.rend(); ++entry) sink(historyToJson(*entry));
    return {};
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    fleet::ActionRequest request;
    request.kind = kind;
    DRYDOCK_ASSIGN(request.target, arguments.text("id"));
    DRYDOCK_ASSIGN(request.why, arguments.textOr("why", {}));
    if (kind == ActionKind::setNote) {
        DRYDOCK_ASSIGN(request.text, arguments.text("text"));
    }
    return perform(core, request, who, sink);
}

constexpr std::array<CommandEntry, 8> kCommands = {{
    {"device list", list, nullptr},
    {"device show", show, nullptr},
    {"device history", history, nullptr},
    {"device restore", nullptr, act<ActionKind::restoreAttributes>},
    {"device reset", nullptr, act<ActionKind::resetCounters>},
    {"device release", nullptr, act<ActionKind::release>},
    {"device fail", nullptr, act<ActionKind::moveToFailed>},
    {"device note", nullptr, act<ActionKind::setNote>},
}};

}  // namespace

std::span<const CommandEntry> deviceCommands() {
    return kCommands;
}

}  // namespace drydock::app
