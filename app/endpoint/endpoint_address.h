// Where the endpoint listens: HOST:PORT, on the machine's own loopback only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/result.h"

namespace drydock::app {

struct EndpointAddress {
    std::string host = "127.0.0.1";  // an IPv4 address in 127.0.0.0/8, or ::1
    std::uint16_t port = 0;          // 0: any that is free

    [[nodiscard]] std::string url() const;  // "http://127.0.0.1:8000"
    friend bool operator==(const EndpointAddress&, const EndpointAddress&) = default;
};

// HOST is an address of the loopback, an IPv6 one in brackets, or "localhost". ErrorCode::validation says what is
// wrong; any other host is refused, since what travels is not encrypted.
[[nodiscard]] storage::Result<EndpointAddress> parseEndpointAddress(std::string_view text);

}  // namespace drydock::app
