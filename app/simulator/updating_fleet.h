// UpdatingFleet: the devices of an invented fleet as they update over the air.
//
// The devices take turns as SimulatedFleet's do. A device that has nothing else to do asks for an update, and says at
// each of its turns:
//   idle         nothing is offered to it, or it is outside of its job
//   downloading  it fetches what it was offered
//   failed       the update did not come about; it asks again at once
//   succeeded    it did: FW is the new version, and it asks at once for the next
// Outside of its job is a device while its attributes have a mark of the retry cycle as model or FW, or it is in
// FailedToUpdate. It asks for nothing then, and what was under way counts for nothing; once back it asks at its turn.
//
// What fails: any attempt with the chance of UpdatePlan::flakyRatio; and every attempt of a device that keeps failing
// (FleetPlan::failRatio), either until it has cooled off (a bad batch) or until it has been put into FailedToUpdate and
// a person has released it (a wrong image).
//
// Pure: what devices ask and what they are told passes through the caller. Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/simulator/simulated_fleet.h"
#include "app/simulator/update_news.h"

namespace drydock::app {

inline constexpr const char* kAttributesFilter = "iot/device/+/attributes";
inline constexpr const char* kGroupsFilter = "iot/groups/+";
// After "nothing for you", a device waits for so many of its turns.
inline constexpr std::uint64_t kTurnsBetweenQuestions = 10;

struct UpdatePlan {
    double flakyRatio = 0.05;      // 0 to 1: of all attempts
    double wrongImageRatio = 0.5;  // 0 to 1: of the devices that keep failing; the others are a bad batch
};

class UpdatingFleet {
public:
    UpdatingFleet(const FleetPlan& plan, const UpdatePlan& updates);

    // What the device says at this turn. Numbers come in ascending order.
    [[nodiscard]] SimulatedMessage message(std::uint64_t number);

    struct Question {
        std::uint64_t device = 0;
        std::string product;
        std::string version;  // the device's own
    };
    // What the device wants to know after message `number`; nothing: it doesn't want to know. Until asked() it asks
    // again at each of its turns.
    [[nodiscard]] std::optional<Question> question(std::uint64_t number) const;
    void asked(std::uint64_t device);

    void hear(const UpdateNews& news);
    // A message on one of the topics above. What is not for one of these devices is ignored.
    void hear(std::string_view topic, std::string_view payload);

    // How many devices have each version.
    [[nodiscard]] std::map<std::string, std::uint64_t> firmware() const;
    [[nodiscard]] std::uint64_t outside() const;                             // devices outside of their job
    [[nodiscard]] std::uint64_t unanswered() const { return m_unanswered; }  // questions
    [[nodiscard]] bool hasWrongImage(std::uint64_t device) const;

    [[nodiscard]] const SimulatedFleet& fleet() const { return m_fleet; }

private:
    enum class Step : std::uint8_t { resting, asking, downloading, fetched, broken };
    struct Device {
        std::uint64_t restsUntil = 0;  // turn
        std::uint32_t version = 0;     // of m_versions
        std::uint32_t offered = 0;     // likewise
        std::uint32_t attempts = 0;
        Step step = Step::resting;
        bool calledOff = false;  // what is under way
        bool marked = false;
        bool inFailedGroup = false;
        bool hasCooledOff = false;
        bool hasFailed = false;  // as the cycle has it: was to be looked at by a person

        [[nodiscard]] bool isOutside() const { return marked || inFailedGroup; }
    };

    [[nodiscard]] bool attemptFails(std::uint64_t device) const;
    [[nodiscard]] std::uint32_t versionNumber(const std::string& version);
    void hearAttributes(Device& device, std::string_view payload);
    void hearGroup(std::string_view payload);
    void moved(Device& device, bool wasOutside);

    SimulatedFleet m_fleet;
    UpdatePlan m_updates;
    std::vector<std::string> m_versions;  // each once
    std::vector<Device> m_devices;
    std::unordered_map<std::string, std::uint64_t> m_byId;
    std::uint64_t m_turn = 0;
    std::uint64_t m_unanswered = 0;
};

}  // namespace drydock::app
