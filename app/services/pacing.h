// Pacing: how much work fits a slice of time, and when to try again after a failure.
//
// Both measure real time with the steady clock, whatever clock the fleet lives by: they are about the machine.
// Thread: each object is one thread's.
#pragma once

#include <chrono>
#include <cstddef>

namespace drydock::app {

using SteadyTime = std::chrono::steady_clock::time_point;

// Finds the number of pieces of work that fit a transaction of bounded time, from how long the earlier ones took.
// Invariant: 1 <= next() <= largest.
class BatchSize {
public:
    BatchSize(std::size_t largest, std::chrono::milliseconds bound);

    [[nodiscard]] std::size_t next() const { return m_next; }
    // `count` pieces, at most next(), took this long.
    void measured(std::size_t count, std::chrono::steady_clock::duration took);

private:
    std::size_t m_largest;
    std::chrono::steady_clock::duration m_aim;
    std::size_t m_next;
};

// Doubling waits between attempts.
class BackOff {
public:
    void failed(SteadyTime now);
    void succeeded() { m_delay = {}; }
    [[nodiscard]] bool holds(SteadyTime now) const { return m_delay.count() > 0 && now < m_until; }
    // The end of the wait, only of interest while it holds.
    [[nodiscard]] SteadyTime until() const { return m_until; }

private:
    std::chrono::milliseconds m_delay{};
    SteadyTime m_until;
};

}  // namespace drydock::app
