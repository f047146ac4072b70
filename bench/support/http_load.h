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

// As much as the server takes: each connection sends as soon as it has its answer.
constexpr double kUnpaced = 0;

// Sends `count` requests to a port of 127.0.0.1, taking turns among those given; `offeredPerSecond` of them evenly over
// time, as clients do who know nothing of each other. The latency of one that found all connections busy counts from
// when it was due. Ends the program on anything but 200.
[[nodiscard]] HttpLoad loadHttp(std::uint16_t port, std::span<const std::string> requests, std::size_t count,
                                std::size_t connections, double offeredPerSecond = kUnpaced);

}  // namespace drydock::bench
