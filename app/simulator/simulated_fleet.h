// SimulatedFleet: what the devices of an invented fleet say, message by message.
//
// Deterministic: everything follows from the options and a message's number. The devices take turns; a share of them
// keeps failing, so that they go through the retry cycle, the others mostly succeed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::app {

inline constexpr std::uint64_t kMaxSimulatedDevices = 10'000'000;

struct FleetPlan {
    std::uint64_t devices = 100;    // 1 to kMaxSimulatedDevices
    double failRatio = 0.1;         // 0 to 1, of the devices
    double messagesPerSecond = 10;  // what the timestamps follow; 0: as fast as they come, a millisecond a turn
    std::int64_t startMs = 0;       // the first message's timestamp
    std::uint64_t seed = 1;
};

struct SimulatedMessage {
    std::string status;
    std::string payload;  // JSON, as a device sends it
};

class SimulatedFleet {
public:
    explicit SimulatedFleet(const FleetPlan& plan) : m_plan(plan) {}

    // Seven base-62 characters; no two devices of a fleet share an id.
    [[nodiscard]] std::string deviceId(std::uint64_t device) const;
    [[nodiscard]] const char* model(std::uint64_t device) const;
    // Exactly round(failRatio * devices) of them do.
    [[nodiscard]] bool keepsFailing(std::uint64_t device) const;
    [[nodiscard]] std::uint64_t failing() const;                            // how many do
    [[nodiscard]] std::uint64_t failingBefore(std::uint64_t device) const;  // of those with smaller numbers
    // Message `number` (from 0) is of device number % devices. Timestamps of a device never repeat.
    [[nodiscard]] SimulatedMessage message(std::uint64_t number) const;
    // What its device would send as that message with a status and firmware of its own.
    [[nodiscard]] SimulatedMessage message(std::uint64_t number, std::string status, std::string_view firmware) const;
    // A number of the device's, another for each `draw`.
    [[nodiscard]] std::uint64_t random(std::uint64_t device, std::uint64_t draw) const;

    [[nodiscard]] const FleetPlan& plan() const { return m_plan; }

private:
    FleetPlan m_plan;
};

}  // namespace drydock::app
