#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/fleet_json.h"
#include "app/commands/on_each.h"
#include "models/fleet/past_fleet.h"

namespace drydock::app {

using fleet::ActionKind;
using storage::Result;
using storage::SqliteStore;

namespace {

Result<void> list(SqliteStore& reader, const Arguments& /*arguments*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto groups, fleet::FleetReader(reader).groups());
    for (const fleet::ThingGroup& group : groups) sink(groupToJson(group));
    return {};
}

void printGroup(nlohmann::json line, const std::vector<std::string>& members, const LineSink& sink) {
    line["memberCount"] = members.size();
    line["members"] = members;
    sink(std::move(line));
}

Result<void> show(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string name, arguments.text("name"));
    DRYDOCK_ASSIGN(const auto at, arguments.optionalNumber("at"));
    if (at) {
        const auto atMs = static_cast<std::int64_t>(*at);
        DRYDOCK_ASSIGN(fleet::PastFleet past, fleet::PastFleet::at(reader, atMs));
        DRYDOCK_ASSIGN(const auto group, past.group(name));
        DRYDOCK_ASSIGN(const auto members, past.groupMembers(name));
        printGroup(pastGroupToJson(group, atMs), members, sink);
        return {};
    }
    fleet::FleetReader fleetReader(reader);
    DRYDOCK_ASSIGN(const auto group, fleetReader.group(name));
    DRYDOCK_ASSIGN(const auto members, fleetReader.groupMembers(name));
    printGroup(groupToJson(group), members, sink);
    return {};
}

template <ActionKind kind>
Result<void> act(DeskCore& core, const Arguments& arguments, const fleet::Operator& who, const LineSink& sink) {
    DRYDOCK_ASSIGN(fleet::ActionRequest request, actionRequest(kind, arguments, "id"));
    if (kind == ActionKind::addToGroup || kind == ActionKind::removeFromGroup) {
        DRYDOCK_ASSIGN(request.things, arguments.texts("things"));
    }
    DRYDOCK_ASSIGN(const bool isStatic, arguments.flag("static"));
    if ((kind == ActionKind::createGroup && !isStatic) || kind == ActionKind::editGroup) {
        DRYDOCK_ASSIGN(request.text, arguments.text("query"));
        // Here already, since a request without a query is one for a static group.
        DRYDOCK_TRY(fleet::compileGroupQuery(request.text));
    }
    DRYDOCK_TRY(app::act(core, request, arguments, who, sink));
    return tendGroups(core);
}

constexpr std::string_view kDelete = "group delete";

constexpr std::array<CommandEntry, 7> kCommands = {{
    {"group list", list, nullptr},
    {"group show", show, nullptr},
    {"group create", nullptr, act<ActionKind::createGroup>},
    {"group edit", nullptr, act<ActionKind::editGroup>},
    {kDelete, nullptr, act<ActionKind::deleteGroup>, actOnEach<kDelete>},
    {"group add", nullptr, act<ActionKind::addToGroup>},
    {"group remove", nullptr, act<ActionKind::removeFromGroup>},
}};

}  // namespace

std::span<const CommandEntry> groupCommands() {
    return kCommands;
}

}  // namespace drydock::app
