#include "app/simulator/simulated_fleet.h"

#include <array>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

namespace drydock::app {
namespace {

struct Choice {
    const char* name;
    unsigned percent;
};

constexpr std::array<Choice, 4> kModels = {{{"wo:v8", 50}, {"wo:v9", 30}, {"rd:v2", 15}, {"gw:v1", 5}}};
constexpr std::array<Choice, 4> kVersions = {{{"2.27", 40}, {"2.28", 30}, {"2.30", 20}, {"3.01", 10}}};
constexpr std::array<Choice, 4> kStatuses = {{{"succeeded", 85}, {"downloading", 7}, {"installing", 6}, {"failed", 2}}};

// One step of SplitMix64: a number that looks random, for each input its own.
std::uint64_t scrambled(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

const char* choose(std::span<const Choice> choices, std::uint64_t random) {
    auto left = static_cast<unsigned>(random % 100);
    for (const Choice& choice : choices) {
        if (left < choice.percent) return choice.name;
        left -= choice.percent;
    }
    return choices.back().name;
}

std::uint64_t ofDevice(const FleetPlan& plan, std::uint64_t device) {
    return scrambled(plan.seed ^ scrambled(device));
}

}  // namespace

std::string SimulatedFleet::deviceId(std::uint64_t device) const {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::size_t kLength = 7;
    constexpr std::uint64_t kIds = 3'521'614'606'208;  // 62^7
    // Shares no factor with 62, so that the product visits every id once; and with kMaxSimulatedDevices fits 64 bits.
    constexpr std::uint64_t kStride = 1'234'567'890'123;
    std::uint64_t id = (device * kStride + scrambled(m_plan.seed) % kIds) % kIds;
    std::string text(kLength, '0');
    for (std::size_t i = kLength; i-- > 0; id /= kDigits.size()) text[i] = kDigits[id % kDigits.size()];
    return text;
}

const char* SimulatedFleet::model(std::uint64_t device) const {
    return choose(kModels, ofDevice(m_plan, device));
}

std::uint64_t SimulatedFleet::failing() const {
    return static_cast<std::uint64_t>(std::llround(m_plan.failRatio * static_cast<double>(m_plan.devices)));
}

std::uint64_t SimulatedFleet::failingBefore(std::uint64_t device) const {
    return device * failing() / m_plan.devices;
}

bool SimulatedFleet::keepsFailing(std::uint64_t device) const {
    // The steps of a straight line from 0 to all that fail, so they are spread evenly and their number is exact.
    return failingBefore(device + 1) != failingBefore(device);
}

std::uint64_t SimulatedFleet::random(std::uint64_t device, std::uint64_t draw) const {
    return scrambled(ofDevice(m_plan, device) ^ scrambled(draw));
}

SimulatedMessage SimulatedFleet::message(std::uint64_t number) const {
    const std::uint64_t device = number % m_plan.devices;
    const std::uint64_t ofMessage = random(device, number / m_plan.devices + 1);
    return message(number, keepsFailing(device) ? "failed" : choose(kStatuses, ofMessage),
                   choose(kVersions, ofDevice(m_plan, device) >> 16));
}

SimulatedMessage SimulatedFleet::message(std::uint64_t number, std::string status, std::string_view firmware) const {
    const std::uint64_t device = number % m_plan.devices;
    const std::uint64_t turn = number / m_plan.devices;
    const std::uint64_t ofMessage = random(device, turn + 1);

    // The turn keeps a device's timestamps apart where several of its messages fall into a millisecond.
    const double elapsedMs =
        m_plan.messagesPerSecond > 0 ? std::floor(static_cast<double>(number) * 1000 / m_plan.messagesPerSecond) : 0;
    const std::int64_t timestampMs =
        m_plan.startMs + static_cast<std::int64_t>(turn) + static_cast<std::int64_t>(elapsedMs);

    SimulatedMessage message;
    message.status = std::move(status);
    const auto rssi = -40 - static_cast<int>((ofMessage >> 16) % 50);
    const auto battery = 20 + static_cast<int>((ofMessage >> 32) % 81);
    // Nothing in it needs JSON's escapes.
    message.payload = R"({"_id_":")" + deviceId(device) + R"(","timestamp":")" + std::to_string(timestampMs) +
                      R"(","status":")" + message.status + R"(","model":")" + model(device) + R"(","FW":")";
    message.payload.append(firmware)
        .append(R"(","rssi":)" + std::to_string(rssi))
        .append(R"(,"battery":)" + std::to_string(battery) + "}");
    return message;
}

}  // namespace drydock::app
