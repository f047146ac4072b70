#include <algorithm>
#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/fleet_json.h"
#include "app/commands/on_each.h"
#include "models/fleet/past_fleet.h"

namespace drydock::app {

using fleet::ActionKind;
using storage::Result;
using storage::SqliteStore;

namespace {

constexpr std::size_t kHistoryPage = 500;

Result<void> listPast(SqliteStore& reader, const fleet::FleetQuery& query, std::int64_t atMs, const LineSink& sink) {
    DRYDOCK_TRY(fleet::checkPastQuery(query));
    DRYDOCK_ASSIGN(fleet::PastFleet past, fleet::PastFleet::at(reader, atMs));
    return past.forEachMatch(query, [&sink, atMs](const fleet::DeviceDetail& device) {
        nlohmann::json line = pastDeviceToJson(device, atMs);
        line.erase("backup");
        sink(std::move(line));
    });
}

Result<void> list(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto query, listQuery(arguments, fleet::thingFields()));
    DRYDOCK_ASSIGN(const auto atMs, arguments.optionalNumber("at"));
    if (atMs) return listPast(reader, query, static_cast<std::int64_t>(*atMs), sink);
    return fleet::FleetReader(reader).forEachMatch(query, [&sink](const fleet::DeviceDetail& device) {
        nlohmann::json line = deviceToJson(device);
        line.erase("backup");
        sink(std::move(line));
    });
}

Result<void> show(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string id, arguments.text("id"));
    DRYDOCK_ASSIGN(const auto at, arguments.optionalNumber("at"));
    if (at) {
        const auto atMs = static_cast<std::int64_t>(*at);
        DRYDOCK_ASSIGN(fleet::PastFleet past, fleet::PastFleet::at(reader, atMs));
        DRYDOCK_ASSIGN(const auto then, past.device(id));
        sink(pastDeviceToJson(then, atMs));
        return {};
    }
    DRYDOCK_ASSIGN(const auto device, fleet::FleetReader(reader).device(id));
    sink(deviceToJson(device));
    return {};
}

Result<void> history(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string id, arguments.text("id"));
    DRYDOCK_ASSIGN(const auto limit, arguments.optionalNumber("limit"));
    fleet::FleetReader fleetReader(reader);
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
    // A device that was deleted has left its history.
    if (newestFirst.empty()) DRYDOCK_TRY(fleetReader.device(id));
    // Printed as a log reads.
    for (auto entry = newestFirst.rbegin(); entry != newestFirst.rend(); ++entry) sink(historyToJson(*entry));
    return {};
}

// None: now. What is said as a duration counts from the owner's now.
Result<std::optional<std::int64_t>> coolOffEnd(DeskCore& core, const Arguments& arguments) {
    using End = std::optional<std::int64_t>;
    DRYDOCK_ASSIGN(const bool now, arguments.flag("end"));
    if (now) return End();
    DRYDOCK_ASSIGN(const auto forMs, arguments.optionalNumber("for"));
    if (forMs) {
        const auto nowMs =
            core.call<std::int64_t>([](fleet::FleetService&, SqliteStore& store) { return store.nowMs(); });
        // What is too long is refused whatever it is, so that no number is too large to be added.
        constexpr std::uint64_t tooLongMs = 2 * static_cast<std::uint64_t>(fleet::kLongestCoolOffMs);
        return End(nowMs + static_cast<std::int64_t>(std::min(*forMs, tooLongMs)));
    }
    DRYDOCK_ASSIGN(const std::uint64_t until, arguments.number("until"));
    return End(static_cast<std::int64_t>(until));
}

// "set" has texts like site=north, "remove" has names.
Result<std::vector<fleet::AttributeEdit>> attributeEdits(const Arguments& arguments) {
    std::vector<fleet::AttributeEdit> edits;
    DRYDOCK_ASSIGN(const auto set, arguments.texts("set"));
    for (const std::string& text : set) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos)
            return fail(storage::ErrorCode::validation, "\"" + text + "\" is not of the form NAME=VALUE.");
        edits.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    DRYDOCK_ASSIGN(const auto remove, arguments.texts("remove"));
    for (const std::string& name : remove) edits.push_back({name, std::nullopt});
    return edits;
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(fleet::ActionRequest request, actionRequest(kind, arguments, "id"));
    if (kind == ActionKind::setNote || kind == ActionKind::assign) {
        DRYDOCK_ASSIGN(request.text, arguments.text("text"));
    }
    if (kind == ActionKind::setCoolOff) {
        DRYDOCK_ASSIGN(request.untilMs, coolOffEnd(core, arguments));
    }
    if (kind == ActionKind::editAttributes) {
        DRYDOCK_ASSIGN(request.edits, attributeEdits(arguments));
    }
    return app::act(core, request, arguments, who, sink);
}

// ---- on many devices, in drydockctl

constexpr std::string_view kRestore = "device restore";
constexpr std::string_view kReset = "device reset";
constexpr std::string_view kRelease = "device release";
constexpr std::string_view kFail = "device fail";
constexpr std::string_view kNote = "device note";
constexpr std::string_view kAssign = "device assign";
constexpr std::string_view kCoolOff = "device cool-off";
constexpr std::string_view kSet = "device set";
constexpr std::string_view kDelete = "device delete";

// Words are devices and what to set of them.
Result<void> setOfEach(CtlSession& session, const Arguments& given) {
    nlohmann::json arguments = given.values();
    auto ids = arguments.value("words", std::vector<std::string>());
    arguments.erase("words");
    const auto edits = std::stable_partition(
        ids.begin(), ids.end(), [](const std::string& word) { return word.find('=') == std::string::npos; });
    arguments["set"] = std::vector<std::string>(edits, ids.end());
    ids.erase(edits, ids.end());
    arguments["ids"] = std::move(ids);
    if (!arguments.contains("remove")) arguments["remove"] = nlohmann::json::array();
    return onEachOf(session, kSet, std::move(arguments));
}

template <const std::string_view& command, ActionKind kind>
constexpr CommandEntry action() {
    return {command, nullptr, act<kind>, actOnEach<command>};
}
template <const std::string_view& command, ActionKind kind>
constexpr CommandEntry actionWithText() {
    return {command, nullptr, act<kind>, actOnEachWithText<command>};
}

constexpr std::array<CommandEntry, 12> kCommands = {{
    {"device list", list, nullptr},
    {"device show", show, nullptr},
    {"device history", history, nullptr},
    action<kRestore, ActionKind::restoreAttributes>(),
    action<kReset, ActionKind::resetCounters>(),
    action<kRelease, ActionKind::release>(),
    action<kFail, ActionKind::moveToFailed>(),
    actionWithText<kNote, ActionKind::setNote>(),
    actionWithText<kAssign, ActionKind::assign>(),
    action<kCoolOff, ActionKind::setCoolOff>(),
    {kSet, nullptr, act<ActionKind::editAttributes>, setOfEach},
    action<kDelete, ActionKind::deleteDevice>(),
}};

}  // namespace

std::span<const CommandEntry> deviceCommands() {
    return kCommands;
}

}  // namespace drydock::app
