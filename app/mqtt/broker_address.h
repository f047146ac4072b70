// Where the broker is and how to speak to it: mqtt://[user@]host[:port], mqtts://…, with its TLS options.
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
    std::string password;  // from DRYDOCK_MQTT_PASSWORD; never on a command line
    MqttVersion version = MqttVersion::v5;
    bool tls = false;
    std::string caFile;    // empty: the system's
    std::string certificateFile;
    std::string keyFile;
    std::string alpn;

    [[nodiscard]] std::string display() const;  // "host:port"
};

// ErrorCode::validation naming what is wrong with the URL.
[[nodiscard]] storage::Result<BrokerAddress> parseBrokerUrl(std::string_view url);

}  // namespace drydock::app
