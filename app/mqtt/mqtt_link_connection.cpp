// How the link comes to its broker, and what it does when it loses it.
#include <algorithm>
#include <cerrno>

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include "app/mqtt/mqtt_link_impl.h"

namespace drydock::app {

using fleet::ConnectionState;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

struct PropertiesDeleter {
    void operator()(mosquitto_property* list) const { mosquitto_property_free_all(&list); }
};
using Properties = std::unique_ptr<mosquitto_property, PropertiesDeleter>;

Properties sessionExpiry() {
    mosquitto_property* list = nullptr;
    mosquitto_property_add_int32(&list, MQTT_PROP_SESSION_EXPIRY_INTERVAL, kSessionExpirySeconds);
    return Properties(list);
}

// As the library wants to have them; it changes none.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size());
    for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
    return result;
}

}  // namespace

void MqttLink::Impl::connect() {
    changeState([](LinkState& state) { state.connection = ConnectionState::connecting; });
    {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) return;
        m_inConnect = true;
    }
    const bool v5 = m_version == MqttVersion::v5;
    mosquitto_int_option(m_handle.get(), MOSQ_OPT_PROTOCOL_VERSION, v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
    const Properties properties = v5 ? sessionExpiry() : nullptr;
    errno = 0;
    const int result = mosquitto_connect_bind_v5(m_handle.get(), m_options.broker.host.c_str(), m_options.broker.port,
                                                 kKeepAliveSeconds, nullptr, properties.get());
    const int systemError = errno;
    {
        // Nothing of the caller's may be touched when it has stopped waiting.
        const std::lock_guard lock(m_mutex);
        m_inConnect = false;
        m_connectEnded.notify_all();
        if (m_stopping) return;
    }
    m_linked = result == MOSQ_ERR_SUCCESS;
    if (m_linked)
        exchange();  // writes CONNECT
    else
        connectionLost("No connection to " + m_options.broker.display() + ": " + describeResult(result, systemError) +
                       ".");
}

void MqttLink::Impl::onConnect(int reason) {
    ++m_packets;
    if (reason != 0) {
        m_versionRefused = m_version == MqttVersion::v5 && (reason == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION ||
                                                            reason == CONNACK_REFUSED_PROTOCOL_VERSION);
        m_reason = m_options.broker.display() + " refused the connection: " + describeReason(m_version, reason);
        return;
    }
    endFormerSubscriptions();
    if (m_options.topics.empty()) return connectionUp({});
    std::vector<char*> filters = pointers(m_options.topics);
    const int options = m_version == MqttVersion::v5 ? MQTT_SUB_OPT_SEND_RETAIN_NEW : 0;
    const int result = mosquitto_subscribe_multiple(m_handle.get(), nullptr, static_cast<int>(filters.size()),
                                                    filters.data(), 1, options, nullptr);
    if (result != MOSQ_ERR_SUCCESS)
        connectionUp("The topics can't be subscribed: " + describeResult(result, errno) + ".");
}

void MqttLink::Impl::endFormerSubscriptions() {
    if (m_formerTopics.empty()) return;
    const std::vector<char*> filters = pointers(m_formerTopics);
    // What can't be sent now is sent with the next connection.
    (void)mosquitto_unsubscribe_multiple(m_handle.get(), nullptr, static_cast<int>(filters.size()), filters.data(),
                                         nullptr);
}

void MqttLink::Impl::onUnsubscribe() {
    ++m_packets;
    // One that can't be forgotten now is ended once more by the next run, which does no harm.
    if (m_journal->setSubscriptions(m_options.broker.display(), m_options.topics)) m_formerTopics.clear();
}

void MqttLink::Impl::onSubscribe(int count, const int* granted) {
    ++m_packets;
    std::string refusal;
    for (int i = 0; i < count && static_cast<std::size_t>(i) < m_options.topics.size(); ++i)
        if (granted[i] >= kRefused)
            refusal += (refusal.empty() ? "" : ", ") + m_options.topics[static_cast<std::size_t>(i)];
    if (!refusal.empty())
        refusal = m_options.broker.display() + " refused the subscription to " + refusal +
                  ": its access rules don't allow it.";
    connectionUp(std::move(refusal));
}

void MqttLink::Impl::connectionUp(std::string refusal) {
    m_up = true;
    m_backoff = milliseconds(m_options.reconnectInitialMs);
    changeState([&](LinkState& state) {
        state.connection = ConnectionState::connected;
        state.error = std::move(refusal);
    });
}

void MqttLink::Impl::onDisconnect(int reason) {
    // Also called for losses found on this side; only the broker's own word says more than the loop's result.
    if (reason >= kRefused)
        m_reason = m_options.broker.display() + " ended the connection: " + describeReason(m_version, reason);
}

bool MqttLink::Impl::succeeded(int result) {
    const int systemError = errno;
    if (result == MOSQ_ERR_SUCCESS && mosquitto_socket(m_handle.get()) >= 0) return true;
    std::string why = m_reason.empty() ? "The connection to " + m_options.broker.display() +
                                             " was lost: " + describeResult(result, systemError)
                                       : m_reason;
    if (!why.ends_with('.')) why += '.';
    connectionLost(why);
    return false;
}

void MqttLink::Impl::connectionLost(const std::string& why) {
    m_linked = m_up = false;
    m_reason.clear();
    if (m_versionRefused) {
        m_versionRefused = false;
        m_version = MqttVersion::v311;
        m_connectAt = steady_clock::now();
    } else {
        std::uniform_real_distribution<> jitter(0.8, 1.2);
        m_connectAt = steady_clock::now() + std::chrono::duration_cast<milliseconds>(m_backoff * jitter(m_random));
        m_backoff = std::min(2 * m_backoff, milliseconds(kReconnectMaxMs));
    }
    changeState([&](LinkState& state) {
        state.connection = ConnectionState::waitingToReconnect;
        state.error = why;
    });
}

}  // namespace drydock::app
