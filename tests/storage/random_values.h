// Random values for round-trip and ordering tests, from a seed the test prints.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "storage/value/attribute_value.h"

namespace drydock::tests {

class RandomValues {
public:
    explicit RandomValues(std::uint32_t seed) : m_engine(seed) {}

    [[nodiscard]] int between(int low, int high);  // ends included
    [[nodiscard]] storage::Number number();
    [[nodiscard]] std::string text();  // valid UTF-8, zero bytes among it
    [[nodiscard]] storage::Binary binary();
    [[nodiscard]] storage::AttributeValue value(int depth);
    [[nodiscard]] storage::Item item(int depth);

private:
    std::mt19937 m_engine;
};

// A seed that differs from run to run; print it with SCOPED_TRACE.
[[nodiscard]] std::uint32_t freshSeed();

}  // namespace drydock::tests
