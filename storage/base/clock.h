// The time, injected, so that tests decide what time it is.
// Thread: implementations are safe to call from any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace drydock::storage {

class Clock {
public:
    virtual ~Clock() = default;
    // Milliseconds since the Unix epoch; may jump when somebody sets the machine's clock.
    [[nodiscard]] virtual std::int64_t wallMs() const = 0;
    // Milliseconds since some fixed point; never goes back.
    [[nodiscard]] virtual std::int64_t monotonicMs() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t wallMs() const override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }
    [[nodiscard]] std::int64_t monotonicMs() const override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
};

}  // namespace drydock::storage
