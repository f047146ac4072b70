#include "app/simulator/updating_fleet.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/fleet/retry_cycle.h"

namespace drydock::app {
namespace {

using nlohmann::json;

constexpr std::string_view kDeviceTopic = "iot/device/";
constexpr std::string_view kAttributesEnd = "/attributes";
constexpr std::string_view kGroupTopic = "iot/groups/";
// What the fleet starts with; older, byte by byte, than any version that bears a year.
constexpr std::array<const char*, 3> kFirstVersions = {"2.27", "2.28", "2.30"};

// A share of all random numbers.
bool isWithin(std::uint64_t random, double share) {
    return static_cast<double>(random >> 11) * 0x1.0p-53 < share;
}

// A string member of an object; empty: there is none.
std::string_view textOf(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                                       : std::string_view();
}

}  // namespace

UpdatingFleet::UpdatingFleet(const FleetPlan& plan, const UpdatePlan& updates)
    : m_fleet(plan),
      m_updates(updates),
      m_versions(kFirstVersions.begin(), kFirstVersions.end()),
      m_devices(plan.devices) {
    m_byId.reserve(plan.devices);
    for (std::uint64_t device = 0; device < plan.devices; ++device) {
        m_byId.emplace(m_fleet.deviceId(device), device);
        m_devices[device].version = static_cast<std::uint32_t>(m_fleet.random(device, 0) % kFirstVersions.size());
    }
}

bool UpdatingFleet::hasWrongImage(std::uint64_t device) const {
    if (!m_fleet.keepsFailing(device)) return false;
    // As evenly spread among those that fail as these are among all.
    const std::uint64_t all = m_fleet.failing();
    const auto wrong = static_cast<std::uint64_t>(std::llround(m_updates.wrongImageRatio * static_cast<double>(all)));
    const std::uint64_t place = m_fleet.failingBefore(device);
    return (place + 1) * wrong / all != place * wrong / all;
}

bool UpdatingFleet::attemptFails(std::uint64_t device) const {
    const Device& state = m_devices[device];
    if (m_fleet.keepsFailing(device)) {
        const bool cured = hasWrongImage(device) ? state.hasFailed : state.hasCooledOff;
        if (!cured) return true;
    }
    return isWithin(m_fleet.random(device, ~std::uint64_t{state.attempts}), m_updates.flakyRatio);
}

SimulatedMessage UpdatingFleet::message(std::uint64_t number) {
    const std::uint64_t device = number % m_devices.size();
    m_turn = number / m_devices.size();
    Device& state = m_devices[device];
    const char* status = "idle";
    if (state.step == Step::downloading && !state.calledOff) {
        status = "downloading";
    } else if (state.step == Step::fetched || state.step == Step::broken) {
        ++state.attempts;
        const bool failed = state.step == Step::broken || attemptFails(device);
        status = failed ? "failed" : "succeeded";
        if (!failed) state.version = state.offered;
        state.step = Step::resting;
    }
    return m_fleet.message(number, status, m_versions[state.version]);
}

std::optional<UpdatingFleet::Question> UpdatingFleet::question(std::uint64_t number) const {
    const std::uint64_t device = number % m_devices.size();
    const Device& state = m_devices[device];
    if (state.isOutside() || state.step != Step::resting || number / m_devices.size() < state.restsUntil) return {};
    return Question{device, m_fleet.model(device), m_versions[state.version]};
}

void UpdatingFleet::asked(std::uint64_t device) {
    m_devices[device].step = Step::asking;
}

void UpdatingFleet::hear(const UpdateNews& news) {
    using Kind = UpdateNews::Kind;
    Device& state = m_devices[news.device];
    if (news.kind == Kind::unanswered) ++m_unanswered;
    if (news.kind == Kind::offered) {
        state.step = Step::downloading;
        return;
    }
    const bool counts = !std::exchange(state.calledOff, false);
    state.step = Step::resting;
    if (!counts) return;
    switch (news.kind) {
        case Kind::fetched:
            state.offered = versionNumber(news.version);
            state.step = Step::fetched;
            break;
        case Kind::broken:
            state.step = Step::broken;
            break;
        default:
            state.restsUntil = m_turn + kTurnsBetweenQuestions;
            break;
    }
}

std::uint32_t UpdatingFleet::versionNumber(const std::string& version) {
    auto found = std::find(m_versions.begin(), m_versions.end(), version);
    if (found == m_versions.end()) found = m_versions.insert(found, version);
    return static_cast<std::uint32_t>(found - m_versions.begin());
}

void UpdatingFleet::hear(std::string_view topic, std::string_view payload) {
    if (topic.substr(0, kGroupTopic.size()) == kGroupTopic) {
        // Being in any other group asks nothing of a device.
        if (topic.substr(kGroupTopic.size()) == fleet::kFailedGroup) hearGroup(payload);
        return;
    }
    const std::size_t around = kDeviceTopic.size() + kAttributesEnd.size();
    if (topic.size() <= around || topic.substr(0, kDeviceTopic.size()) != kDeviceTopic ||
        topic.substr(topic.size() - kAttributesEnd.size()) != kAttributesEnd)
        return;
    const auto found = m_byId.find(std::string(topic.substr(kDeviceTopic.size(), topic.size() - around)));
    if (found != m_byId.end()) hearAttributes(m_devices[found->second], payload);
}

void UpdatingFleet::hearAttributes(Device& device, std::string_view payload) {
    const json attributes = json::parse(payload, nullptr, false);
    if (!attributes.is_object()) return;
    const bool wasOutside = device.isOutside();
    const auto isMarkedBy = [&attributes](std::string_view mark) {
        return textOf(attributes, "model") == mark || textOf(attributes, "FW") == mark;
    };
    const bool coolsOff = isMarkedBy(fleet::kMoveOutMark);
    const bool failed = isMarkedBy(fleet::kFailedMark);
    device.hasCooledOff |= coolsOff;
    device.hasFailed |= failed;
    device.marked = coolsOff || failed;
    // It leaves FailedToUpdate in the step that takes the mark away. Attributes are retained, what is told of groups is
    // not, so a device that missed it would be outside for ever.
    if (!device.marked) device.inFailedGroup = false;
    moved(device, wasOutside);
}

void UpdatingFleet::hearGroup(std::string_view payload) {
    const json told = json::parse(payload, nullptr, false);
    if (!told.is_object()) return;
    for (const auto& [name, isIn] : {std::pair("added", true), std::pair("removed", false)}) {
        const auto list = told.find(name);
        if (list == told.end() || !list->is_array()) continue;
        for (const json& id : *list) {
            const auto found = id.is_string() ? m_byId.find(id.get_ref<const std::string&>()) : m_byId.end();
            if (found == m_byId.end()) continue;
            Device& device = m_devices[found->second];
            const bool wasOutside = device.isOutside();
            device.inFailedGroup = isIn;
            device.hasFailed |= isIn;
            moved(device, wasOutside);
        }
    }
}

// What follows when a device may have left its job or returned.
void UpdatingFleet::moved(Device& device, bool wasOutside) {
    if (device.isOutside() == wasOutside) return;
    device.restsUntil = 0;
    if (!device.isOutside()) return;
    if (device.step == Step::asking || device.step == Step::downloading) {
        device.calledOff = true;
    } else {
        device.step = Step::resting;
    }
}

std::map<std::string, std::uint64_t> UpdatingFleet::firmware() const {
    std::map<std::string, std::uint64_t> counts;
    for (const Device& device : m_devices) ++counts[m_versions[device.version]];
    return counts;
}

std::uint64_t UpdatingFleet::outside() const {
    return static_cast<std::uint64_t>(
        std::count_if(m_devices.begin(), m_devices.end(), [](const Device& device) { return device.isOutside(); }));
}

}  // namespace drydock::app
