#include "app/mqtt/broker_address.h"

#include <charconv>
#include <cstdlib>
#include <optional>

namespace drydock::app {
namespace {

using storage::ErrorCode;
using storage::Result;

constexpr std::uint16_t kPlainPort = 1883;
constexpr std::uint16_t kTlsPort = 8883;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::string_view kAwsAlpn = "x-amzn-mqtt-ca";
constexpr std::string_view kAwsDomain = ".amazonaws.com";

tl::unexpected<storage::Error> refuse(const std::string& what) {
    return storage::fail(ErrorCode::validation, "The broker's URL: " + what + ".");
}

std::optional<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    while (!text.empty()) {
        if (text.front() != '%') {
            decoded += text.front();
            text.remove_prefix(1);
            continue;
        }
        if (text.size() < 3) return std::nullopt;
        unsigned byte = 0;
        const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
        if (error != std::errc() || end != text.data() + 3 || byte == 0) return std::nullopt;
        decoded += static_cast<char>(byte);
        text.remove_prefix(3);
    }
    return decoded;
}

// Takes `text` up to the separator, and the separator, off its front; all of it when there is none.
std::string_view takeUntil(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

bool isHost(std::string_view host) {
    return !host.empty() && host.find_first_of(" \t\r\n/\\@[]") == std::string_view::npos;
}

Result<void> takeHostAndPort(std::string_view text, BrokerAddress& address) {
    std::string_view port;
    bool hasPort = false;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return refuse("the bracket of the host is not closed");
        address.host = text.substr(1, end - 1);
        text.remove_prefix(end + 1);
        if (!text.empty() && text.front() != ':') return refuse("something stands between the host and the port");
        hasPort = !text.empty();
        if (hasPort) port = text.substr(1);
    } else {
        hasPort = text.find(':') != std::string_view::npos;
        address.host = takeUntil(text, ':');
        port = text;
    }
    if (!isHost(address.host)) return refuse("it names no host");
    if (!hasPort) return {};
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
        return refuse("\"" + std::string(port) + "\" is not a port (1 to 65535)");
    return {};
}

Result<void> takeOption(std::string_view name, std::string value, BrokerAddress& address) {
    if (name == "version") {
        if (value != "5" && value != "3.1.1") return refuse("the version of MQTT is 5 or 3.1.1");
        address.version = value == "5" ? MqttVersion::v5 : MqttVersion::v311;
        return {};
    }
    std::string* target = nullptr;
    if (name == "ca") target = &address.caFile;
    if (name == "cert") target = &address.certificateFile;
    if (name == "key") target = &address.keyFile;
    if (name == "alpn") target = &address.alpn;
    if (target == nullptr) return refuse("\"" + std::string(name) + "\" is not an option");
    if (!address.tls) return refuse("\"" + std::string(name) + "\" goes with mqtts:// only");
    if (value.empty()) return refuse("\"" + std::string(name) + "\" has no value");
    *target = std::move(value);
    return {};
}

Result<void> takeOptions(std::string_view text, BrokerAddress& address) {
    while (!text.empty()) {
        std::string_view value = takeUntil(text, '&');
        const std::string_view name = takeUntil(value, '=');
        auto decoded = percentDecoded(value);
        if (!decoded) return refuse("the value of \"" + std::string(name) + "\" is not percent-encoded correctly");
        DRYDOCK_TRY(takeOption(name, std::move(*decoded), address));
    }
    if (address.certificateFile.empty() != address.keyFile.empty()) return refuse("\"cert\" and \"key\" go together");
    return {};
}

Result<void> takeUser(std::string_view text, BrokerAddress& address) {
    if (text.find(':') != std::string_view::npos)
        return refuse("a password doesn't belong in it; set DRYDOCK_MQTT_PASSWORD instead");
    auto user = percentDecoded(text);
    if (!user || user->empty()) return refuse("the user before the \"@\" is empty or not percent-encoded correctly");
    address.user = std::move(*user);
    // Nothing in the program changes the environment while threads run.
    const char* const password = std::getenv("DRYDOCK_MQTT_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
    if (password != nullptr) address.password = password;
    return {};
}

}  // namespace

std::string BrokerAddress::display() const {
    const bool bracketed = host.find(':') != std::string::npos;
    return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<BrokerAddress> parseBrokerUrl(std::string_view url) {
    BrokerAddress address;
    if (url.starts_with("mqtts://")) {
        address.tls = true;
        address.port = kTlsPort;
    } else if (url.starts_with("mqtt://")) {
        address.port = kPlainPort;
    } else {
        return refuse("it begins with mqtt:// or mqtts://");
    }
    url.remove_prefix(url.find("//") + 2);

    std::string_view authority = takeUntil(url, '?');
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        DRYDOCK_TRY(takeUser(authority.substr(0, at), address));
        authority.remove_prefix(at + 1);
    }
    DRYDOCK_TRY(takeHostAndPort(authority, address));
    DRYDOCK_TRY(takeOptions(url, address));
    if (address.tls && address.alpn.empty() && address.port == kHttpsPort && address.host.ends_with(kAwsDomain))
        address.alpn = kAwsAlpn;
    return address;
}

}  // namespace drydock::app
