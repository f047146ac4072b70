// MosquittoHandle: one libmosquitto client, configured for a broker and not connected yet.
//
// Thread: the caller's. The library is initialised by the first handle and stays so until the process ends.
#pragma once

#include <memory>
#include <string>

#include "app/mqtt/broker_address.h"
#include "storage/base/result.h"

struct mosquitto;

namespace drydock::app {

// Between two packets to the broker when there is nothing else to say.
inline constexpr int kKeepAliveSeconds = 30;

struct MosquittoDeleter {
    void operator()(mosquitto* handle) const;
};
using MosquittoHandle = std::unique_ptr<mosquitto, MosquittoDeleter>;

// Sets the user, the version of MQTT and TLS (1.2 or newer, the broker's certificate and name verified). `context` is
// what the library's callbacks get. An empty client id lets the broker choose one, which takes a clean session.
// ErrorCode::validation names an option or file that can't be used.
[[nodiscard]] storage::Result<MosquittoHandle> makeHandle(const BrokerAddress& broker, const std::string& clientId,
                                                          bool cleanSession, void* context);

// A result of the library in words; for MOSQ_ERR_ERRNO those of `systemError`, its errno.
[[nodiscard]] std::string describeResult(int result, int systemError);

// The broker's refusal (CONNACK, PUBACK, DISCONNECT) in words.
[[nodiscard]] std::string describeReason(MqttVersion version, int reason);

}  // namespace drydock::app
