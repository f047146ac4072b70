#include "bench/support/group_fleet.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "models/fleet/thing_fields.h"

namespace drydock::bench {
namespace {

constexpr std::size_t kVersions = 40;
constexpr std::size_t kModels = 5;
constexpr std::size_t kSlice = 2'000;  // of things to be told of

std::string nameOf(std::size_t group) {
    return "group-" + std::to_string(group);
}

// Most groups are a model and a version, as jobs are made; some ask for ranges, for what is not, and for counters.
std::string queryOf(std::size_t group) {
    const std::string fw = std::to_string(group % kVersions);
    const std::string model = std::to_string(group % kModels);
    switch (group % 10) {
        case 0:
            return "attributes.FW:[1.1 TO 1." + fw + "]";
        case 1:
            return "attributes.FW:1.* AND NOT attributes.model:m" + model;
        case 2:
            return "phase:retrying OR retries:>=5";
        default:
            return "attributes.FW:1." + fw + " AND attributes.model:m" + model;
    }
}

}  // namespace

std::string GroupFleet::change() {
    return message(m_random() % m_devices);
}

std::string GroupFleet::message(std::size_t device) {
    const std::string model = "m" + std::to_string(device % kModels);
    const std::string fw = "1." + std::to_string(m_random() % kVersions);
    return R"({"_id_":"device-)" + std::to_string(device) + R"(","timestamp":)" + std::to_string(++m_timestampMs) +
           R"(,"status":"downloading","model":")" + model + R"(","FW":")" + fw + "\"}";
}

void GroupFleet::makeGroups(fleet::FleetService& service) const {
    for (std::size_t group = 0; group < m_groups; ++group) {
        const auto preview = valueOf(
            service.preview({fleet::ActionKind::createGroup, nameOf(group), queryOf(group), "", {}, {}, {}, {}}));
        static_cast<void>(valueOf(service.perform(preview, {"bench", "bench"})));
    }
    while (valueOf(service.tendGroups(kSlice)) > 0) continue;
}

GroupFleet::Members GroupFleet::evaluate(fleet::FleetReader reader) const {
    Members members;
    const auto everything = valueOf(fleet::FleetQuery::compile("", fleet::thingFields()));
    const auto done = reader.forEachMatch(everything, [&members](const fleet::DeviceDetail& device) {
        for (const fleet::GroupMembership& each : device.memberships) members[each.group].insert(device.thing.name);
    });
    if (!done) stop(done.error().message);
    return members;
}

void GroupFleet::follow(Members& told, std::string_view payload) {
    const nlohmann::json message = nlohmann::json::parse(payload);
    auto& members = told[message.at("group").get<std::string>()];
    for (const auto& id : message.at("removed"))
        if (members.erase(id.get<std::string>()) == 0) stop("A thing was told to leave a group that it was not in.");
    for (const auto& id : message.at("added"))
        if (!members.insert(id.get<std::string>()).second) stop("A thing was told to join a group that it was in.");
}

void GroupFleet::compare(const Members& told, const Members& evaluated) {
    std::size_t count = 0;
    for (const auto& [group, members] : told) {
        const auto found = evaluated.find(group);
        if (found == evaluated.end() ? !members.empty() : found->second != members)
            stop("The members of " + group + " that were told are not what a full evaluation finds.");
        count += members.size();
    }
    for (const auto& [group, members] : evaluated)
        if (!told.contains(group)) stop("Nothing was told of " + group + '.');
    std::printf("%zu members told, as a full evaluation finds them\n", count);
}

}  // namespace drydock::bench
