#include "app/endpoint/endpoint_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>

namespace drydock::app {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

bool isLoopback4(const std::string& host) {
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == IN_LOOPBACKNET;
}

bool isLoopback6(const std::string& host) {
    in6_addr address{};
    return inet_pton(AF_INET6, host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
}

Result<std::string> loopbackHost(std::string_view text) {
    const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
    const std::string host(bracketed ? text.substr(1, text.size() - 2) : text);
    if (!bracketed && (host == "localhost" || isLoopback4(host))) return host == "localhost" ? "127.0.0.1" : host;
    if (bracketed && isLoopback6(host)) return "::1";
    return fail(ErrorCode::validation,
                "\"" + std::string(text) + "\" is not an address of this machine's loopback, such as 127.0.0.1");
}

}  // namespace

std::string EndpointAddress::url() const {
    const bool is6 = host.find(':') != std::string::npos;
    return "http://" + (is6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<EndpointAddress> parseEndpointAddress(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return fail(ErrorCode::validation, "\"" + std::string(text) + "\" is not HOST:PORT, such as 127.0.0.1:8000");
    }
    EndpointAddress address;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (port.empty() || error != std::errc() || end != port.data() + port.size()) {
        return fail(ErrorCode::validation, "\"" + std::string(port) + "\" is not a port from 0 to 65535");
    }
    DRYDOCK_ASSIGN(address.host, loopbackHost(text.substr(0, colon)));
    return address;
}

}  // namespace drydock::app
