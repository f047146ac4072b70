#include "app/mqtt/wake_up.h"

#include <algorithm>
#include <cstdlib>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace drydock::app {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

WakeUp::WakeUp() : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (m_descriptor < 0) std::abort();  // out of file descriptors: nothing else would work either
}

WakeUp::~WakeUp() {
    ::close(m_descriptor);
}

void WakeUp::notify() const {
    ::eventfd_write(m_descriptor, 1);
}

void WakeUp::clear() const {
    eventfd_t ignored = 0;
    ::eventfd_read(m_descriptor, &ignored);
}

void WakeUp::wait(steady_clock::time_point deadline) const {
    pollfd entry{m_descriptor, POLLIN, 0};
    ::poll(&entry, 1, pollTimeoutMs(deadline));
    clear();
}

int pollTimeoutMs(steady_clock::time_point deadline) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    return static_cast<int>(std::clamp(left, milliseconds(0), milliseconds(60'000)).count());
}

}  // namespace drydock::app
