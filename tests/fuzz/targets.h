// What fuzzing feeds: functions that take any bytes, and abort when something of the engine breaks a rule of its own.
#pragma once

#include <span>
#include <string_view>

namespace drydock::tests {

struct FuzzTarget {
    std::string_view name;  // also its folder in tests/fuzz/corpus
    void (*run)(std::string_view input);
};

[[nodiscard]] std::span<const FuzzTarget> fuzzTargets();

}  // namespace drydock::tests
