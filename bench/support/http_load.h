// A client that does little else than send: requests made beforehand, over keep-alive connections, one under way on
// each, all on the calling thread by epoll.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace drydock::bench {

struct HttpLoad {
    double perSecond = 0;
    double p99Ms = 0;
    std::size_t answerBytes = 0;  // of the last answer's body
};

// Sends `count` requests to a port of 127.0.0.1, taking turns among those given. Ends the program on anything but 200.
[[nodiscard]] HttpLoad loadHttp(std::uint16_t port, std::span<const std::string> requests, std::size_t count,
                                std::size_t connections);

}  // namespace drydock::bench
