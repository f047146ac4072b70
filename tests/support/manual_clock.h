// A clock that stands still until the test moves it.
#pragma once

#include <atomic>

#include "storage/base/clock.h"

namespace drydock::tests {

class ManualClock final : public storage::Clock {
public:
    explicit ManualClock(std::int64_t wallMs = 1'711'320'000'000) : m_wallMs(wallMs) {}

    [[nodiscard]] std::int64_t wallMs() const override { return m_wallMs; }
    [[nodiscard]] std::int64_t monotonicMs() const override { return m_monotonicMs; }

    // Time passes: both clocks move.
    void advance(std::int64_t ms) {
        m_wallMs += ms;
        m_monotonicMs += ms;
    }
    // Somebody sets the wall clock: only that one moves.
    void setWall(std::int64_t ms) { m_wallMs = ms; }

private:
    std::atomic<std::int64_t> m_wallMs;
    std::atomic<std::int64_t> m_monotonicMs = 0;
};

}  // namespace drydock::tests
