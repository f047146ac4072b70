// Where the broker is and how to speak to it.
//
// A URL reads mqtt://[user@]host[:port] or mqtts://[user@]host[:port][?option=value&…]. The user, and a value, may be
// percent-encoded; an IPv6 host stands in brackets. Ports are 1883, and 8883 with TLS, unless given. Options: `version`
// (3.1.1 or 5), and with TLS `ca`, `cert` and `key` (files, PEM) and `alpn`. AWS IoT Core on port 443 needs the ALPN
// name "x-amzn-mqtt-ca"; a host under amazonaws.com on that port gets it unless `alpn` is given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"

namespace drydock::app {

enum class MqttVersion : std::uint8_t { v311, v5 };

struct BrokerAddress {
    std::string host;
    std::uint16_t port = 1883;
    std::string user;
    std::string password;  // from DRYDOCK_MQTT_PASSWORD; never on a command line, so a URL with one is refused
    MqttVersion version = MqttVersion::v5;
    bool tls = false;
    std::string caFile;  // empty: the system's
    std::string certificateFile;
    std::string keyFile;
    std::string alpn;

    [[nodiscard]] std::string display() const;  // "host:port"
    friend bool operator==(const BrokerAddress&, const BrokerAddress&) = default;
};

// Takes the password from the environment where there is a user. ErrorCode::validation naming what is wrong with the
// URL, without repeating a password in it.
[[nodiscard]] storage::Result<BrokerAddress> parseBrokerUrl(std::string_view url);

}  // namespace drydock::app
