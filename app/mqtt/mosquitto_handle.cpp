#include "app/mqtt/mosquitto_handle.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <mosquitto.h>
#include <mqtt_protocol.h>

namespace drydock::app {
namespace {

using storage::ErrorCode;
using storage::Result;

// Where Debian keeps the certificates it trusts, by hash.
constexpr const char* kSystemCertificates = "/etc/ssl/certs";

const char* orNull(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

Result<void> checkReadable(const std::string& file) {
    if (file.empty() || std::ifstream(file).good()) return {};
    return storage::fail(ErrorCode::validation, "The TLS file " + file + " can't be read.");
}

Result<void> setTls(mosquitto* handle, const BrokerAddress& broker) {
    // The library names none of them when it refuses.
    for (const std::string* file : {&broker.caFile, &broker.certificateFile, &broker.keyFile})
        DRYDOCK_TRY(checkReadable(*file));
    int result = mosquitto_tls_set(handle, orNull(broker.caFile), broker.caFile.empty() ? kSystemCertificates : nullptr,
                                   orNull(broker.certificateFile), orNull(broker.keyFile), nullptr);
    if (result == MOSQ_ERR_SUCCESS && !broker.alpn.empty())
        result = mosquitto_string_option(handle, MOSQ_OPT_TLS_ALPN, broker.alpn.c_str());
    if (result == MOSQ_ERR_SUCCESS) return {};
    return storage::fail(ErrorCode::validation, "The TLS options for " + broker.display() +
                                                    " can't be used: " + describeResult(result, errno));
}

}  // namespace

void MosquittoDeleter::operator()(mosquitto* handle) const {
    mosquitto_destroy(handle);
}

Result<MosquittoHandle> makeHandle(const BrokerAddress& broker, const std::string& clientId, bool cleanSession,
                                   void* context) {
    static const int kInitialised = mosquitto_lib_init();
    MosquittoHandle handle;
    if (kInitialised == MOSQ_ERR_SUCCESS) handle.reset(mosquitto_new(orNull(clientId), cleanSession, context));
    if (!handle) return storage::fail(ErrorCode::internal, "libmosquitto made no client.");

    int result = mosquitto_int_option(handle.get(), MOSQ_OPT_PROTOCOL_VERSION,
                                      broker.version == MqttVersion::v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    if (result == MOSQ_ERR_SUCCESS) result = mosquitto_int_option(handle.get(), MOSQ_OPT_TCP_NODELAY, 1);
    if (result == MOSQ_ERR_SUCCESS && !broker.user.empty())
        result = mosquitto_username_pw_set(handle.get(), broker.user.c_str(), orNull(broker.password));
    if (result != MOSQ_ERR_SUCCESS)
        return storage::fail(ErrorCode::validation, "The options for " + broker.display() +
                                                        " can't be used: " + describeResult(result, errno));
    if (broker.tls) DRYDOCK_TRY(setTls(handle.get(), broker));
    return handle;
}

std::string describeResult(int result, int systemError) {
    switch (result) {
        case MOSQ_ERR_ERRNO:
            return std::generic_category().message(systemError);
        case MOSQ_ERR_EAI:
        case MOSQ_ERR_LOOKUP:
            return "the host's name can't be resolved";
        // For the following, libmosquitto 2.0 has no more than "Unknown error."
        case MOSQ_ERR_KEEPALIVE:
        case MOSQ_ERR_TIMEOUT:
            return "the broker did not answer in time";
        case MOSQ_ERR_MALFORMED_PACKET:
            return "the broker sent a packet that is not MQTT";
        case MOSQ_ERR_RETAIN_NOT_SUPPORTED:
            return "the broker keeps no retained messages";
        default:
            return mosquitto_strerror(result);
    }
}

std::string describeReason(MqttVersion version, int reason) {
    return version == MqttVersion::v5 ? mosquitto_reason_string(reason) : mosquitto_connack_string(reason);
}

}  // namespace drydock::app
