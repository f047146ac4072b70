#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <sstream>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"

namespace drydock::app {

using fleet::ActionKind;
using storage::Result;
using storage::SqliteStore;

namespace {

constexpr std::size_t kHistoryPage = 500;

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

std::vector<std::string> termsOf(const std::string& query) {
    std::istringstream words(lowerCase(query));
    std::vector<std::string> terms;
    for (std::string word; words >> word;) terms.push_back(word);
    return terms;
}

std::string attribute(const fleet::Thing& thing, const char* name) {
    const auto found = thing.attributes.find(name);
    return found == thing.attributes.end() ? std::string() : found->second;
}

// Every term occurs in one of the fields a person would search a device by.
bool matches(const fleet::DeviceDetail& device, const std::vector<std::string>& terms) {
    if (terms.empty()) return true;
    std::vector<std::string> fields = {device.thing.name, attribute(device.thing, "model"),
                                       attribute(device.thing, "FW"), fleet::phaseName(device.thing.phase)};
    if (device.status) {
        fields.push_back(device.status->lastStatus);
        fields.push_back(device.status->reportedModel);
        fields.push_back(device.status->reportedFw);
    }
    for (std::string& field : fields) field = lowerCase(field);
    return std::all_of(terms.begin(), terms.end(), [&fields](const std::string& term) {
        return std::any_of(fields.begin(), fields.end(),
                           [&term](const std::string& field) { return field.find(term) != std::string::npos; });
    });
}

Result<void> list(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string query, arguments.textOr("query", {}));
    // A device's parts come table by table.
    std::map<std::string, fleet::DeviceDetail> devices;
    DRYDOCK_TRY(fleet::FleetReader(reader).forEachDevice([&devices](std::vector<fleet::DevicePatch> patches) {
        for (fleet::DevicePatch& patch : patches) {
            fleet::DeviceDetail& device = devices[patch.id];
            if (patch.thing) device.thing = std::move(*patch.thing);
            if (patch.status) device.status = std::move(patch.status);
            if (patch.retries) device.retries = std::move(patch.retries);
        }
        return true;
    }));
    const std::vector<std::string> terms = termsOf(query);
    for (const auto& [id, device] : devices) {
        // Rows that a device deleted from the registry left behind are no device.
        if (device.thing.name.empty() || !matches(device, terms)) continue;
        nlohmann::json line = deviceToJson(device);
        line.erase("backup");
        sink(std::move(line));
    }
    return {};
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
