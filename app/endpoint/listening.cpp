#include "app/endpoint/listening.h"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace drydock::app {
namespace {

using storage::fail;
using storage::Result;

constexpr int kBacklog = 1'024;
// Descriptors that everything but connections needs: the store's, the broker's, the readers'.
constexpr std::size_t kOtherDescriptors = 256;

}  // namespace

std::size_t makeRoomForConnections(std::size_t wanted, std::size_t refused) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
    const rlim_t needed = wanted + refused + kOtherDescriptors;
    if (limit.rlim_cur < needed) {
        rlimit raised = limit;
        raised.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    if (limit.rlim_cur >= needed) return wanted;
    return limit.rlim_cur > kOtherDescriptors + refused ? limit.rlim_cur - kOtherDescriptors - refused : 1;
}

Result<FileDescriptor> listenAt(EndpointAddress& address) {
    const std::string failure = "Can't listen at " + address.url();
    sockaddr_storage storage{};
    socklen_t size = 0;
    in_port_t* port = nullptr;
    if (address.host.find(':') == std::string::npos) {
        auto* as4 = reinterpret_cast<sockaddr_in*>(&storage);
        as4->sin_family = AF_INET;
        inet_pton(AF_INET, address.host.c_str(), &as4->sin_addr);
        port = &as4->sin_port;
        size = sizeof *as4;
    } else {
        auto* as6 = reinterpret_cast<sockaddr_in6*>(&storage);
        as6->sin6_family = AF_INET6;
        inet_pton(AF_INET6, address.host.c_str(), &as6->sin6_addr);
        port = &as6->sin6_port;
        size = sizeof *as6;
    }
    *port = htons(address.port);
    FileDescriptor listener(socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!listener.valid()) return fail(systemError(failure));
    const int on = 1;
    // The connections of the process before us may still be dying there.
    setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    auto* plain = reinterpret_cast<sockaddr*>(&storage);
    if (bind(listener.get(), plain, size) != 0 || listen(listener.get(), kBacklog) != 0 ||
        getsockname(listener.get(), plain, &size) != 0) {
        return fail(systemError(failure));
    }
    address.port = ntohs(*port);
    return listener;
}

}  // namespace drydock::app
