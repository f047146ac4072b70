// One target behind libFuzzer's entry; which one is the build's choice.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const drydock::tests::FuzzTarget& target : drydock::tests::fuzzTargets()) {
        if (target.name == DRYDOCK_FUZZ_TARGET) target.run({reinterpret_cast<const char*>(data), size});
    }
    return 0;
}
