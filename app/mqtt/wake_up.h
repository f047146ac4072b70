// WakeUp: lets any thread end another's poll().
//
// Thread: notify() from any; wait() and clear() from the thread that is woken. Several notifications before a clear()
// are one.
#pragma once

#include <chrono>

namespace drydock::app {

class WakeUp {
public:
    WakeUp();
    ~WakeUp();
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;

    [[nodiscard]] int descriptor() const { return m_descriptor; }  // readable once notified
    void notify() const;
    void clear() const;
    // Until notified, at most until `deadline`.
    void wait(std::chrono::steady_clock::time_point deadline) const;

private:
    int m_descriptor;
};

// What is left until `deadline` in whole milliseconds as poll() wants it, rounded up and at most a minute.
[[nodiscard]] int pollTimeoutMs(std::chrono::steady_clock::time_point deadline);

}  // namespace drydock::app
