#include "app/services/pacing.h"

#include <algorithm>

namespace drydock::app {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kFirstBatch = 100;
constexpr auto kFirstDelay = 250ms;
constexpr auto kLongestDelay = 5s;

}  // namespace

// Aims at half the bound: a flush to disk now and then takes several times as long as the last one did.
BatchSize::BatchSize(std::size_t largest, std::chrono::milliseconds bound)
    : m_largest(largest), m_aim(bound / 2), m_next(std::min(kFirstBatch, largest)) {}

void BatchSize::measured(std::size_t count, std::chrono::steady_clock::duration took) {
    if (took > m_aim) {
        const double share = static_cast<double>(m_aim.count()) / static_cast<double>(took.count());
        m_next = std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(count) * share));
        return;
    }
    // A batch that wasn't full says nothing about a larger one.
    if (count >= m_next) m_next = std::min(m_largest, m_next * 2);
}

void BackOff::failed(SteadyTime now) {
    m_delay = m_delay.count() == 0 ? std::chrono::milliseconds(kFirstDelay)
                                   : std::min<std::chrono::milliseconds>(m_delay * 2, kLongestDelay);
    m_until = now + m_delay;
}

}  // namespace drydock::app
