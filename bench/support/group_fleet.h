// A fleet whose devices keep changing their firmware, and dynamic groups that follow them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "bench/support/comparison.h"
#include "models/fleet/fleet_service.h"

namespace drydock::bench {

// What a call returned; stops where it failed.
template <class T>
T valueOf(storage::Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

class GroupFleet {
public:
    GroupFleet(std::size_t devices, std::size_t groups, std::uint64_t seed)
        : m_devices(devices), m_groups(groups), m_random(seed) {}

    [[nodiscard]] std::size_t devices() const { return m_devices; }
    // A message of any device, or of this one, that reports another firmware. No two have the same timestamp.
    [[nodiscard]] std::string change();
    [[nodiscard]] std::string message(std::size_t device);

    // Makes the groups and tells of their members.
    void makeGroups(fleet::FleetService& service) const;

    using Members = std::map<std::string, std::set<std::string>>;  // by group
    // Every group's query over every thing.
    [[nodiscard]] Members evaluate(fleet::FleetReader reader) const;

    // What a message to iot/groups/<group> says, to those told so far. Stops when somebody is told to be what they are.
    static void follow(Members& told, std::string_view payload);
    // Stops unless these are the same; says how many there are.
    static void compare(const Members& told, const Members& evaluated);

private:
    const std::size_t m_devices;
    const std::size_t m_groups;
    std::mt19937_64 m_random;
    std::int64_t m_timestampMs = 1'711'320'000'000;
};

}  // namespace drydock::bench
