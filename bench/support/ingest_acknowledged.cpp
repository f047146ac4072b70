#include "bench/support/ingest_acknowledged.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <sstream>
#include <thread>

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include "app/mqtt/mqtt_link.h"
#include "app/simulator/simulator.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::bench {
namespace {

using std::chrono::steady_clock;
using storage::Result;
using Seconds = std::chrono::duration<double>;

constexpr const char* kTopic = "iot/device/data";
constexpr std::uint64_t kDevices = 1000;
constexpr std::chrono::seconds kPatience{120};

// Counts up to a number of messages and says when it was reached.
class Arrival {
public:
    explicit Arrival(std::uint64_t messages) : m_messages(messages) {}

    void reached(std::uint64_t count) {
        if (count >= m_messages && !m_told.exchange(true)) m_time.set_value(steady_clock::now());
    }
    // When the last one came; nothing within the time a run may take.
    [[nodiscard]] Result<steady_clock::time_point> wait() {
        auto future = m_time.get_future();
        if (future.wait_for(kPatience) == std::future_status::ready) return future.get();
        return storage::fail(storage::ErrorCode::io, "Not all messages arrived.");
    }

private:
    const std::uint64_t m_messages;
    std::atomic<bool> m_told = false;
    std::promise<steady_clock::time_point> m_time;
};

// The least a subscriber can do: libmosquitto's own thread reads and acknowledges.
class BareSubscriber {
public:
    BareSubscriber(std::uint16_t port, std::uint16_t receiveMaximum, Arrival& arrival)
        : m_arrival(arrival), m_handle(mosquitto_new("bare", true, this)) {
        mosquitto_int_option(m_handle, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
        mosquitto_int_option(m_handle, MOSQ_OPT_TCP_NODELAY, 1);
        mosquitto_int_option(m_handle, MOSQ_OPT_RECEIVE_MAXIMUM, receiveMaximum);
        mosquitto_connect_callback_set(
            m_handle, [](mosquitto* handle, void*, int) { mosquitto_subscribe(handle, nullptr, kTopic, 1); });
        mosquitto_subscribe_callback_set(m_handle, [](mosquitto*, void* self, int, int, const int*) {
            static_cast<BareSubscriber*>(self)->m_subscribed = true;
        });
        mosquitto_message_callback_set(m_handle, [](mosquitto*, void* context, const mosquitto_message*) {
            auto& self = *static_cast<BareSubscriber*>(context);
            self.m_arrival.reached(++self.m_count);
        });
        mosquitto_connect(m_handle, "127.0.0.1", port, 60);
        mosquitto_loop_start(m_handle);
    }
    ~BareSubscriber() {
        mosquitto_disconnect(m_handle);
        mosquitto_loop_stop(m_handle, false);
        mosquitto_destroy(m_handle);
    }
    BareSubscriber(const BareSubscriber&) = delete;
    BareSubscriber& operator=(const BareSubscriber&) = delete;

    [[nodiscard]] bool subscribed() const { return m_subscribed; }

private:
    Arrival& m_arrival;
    mosquitto* m_handle;
    std::uint64_t m_count = 0;
    std::atomic<bool> m_subscribed = false;
};

// Publishes as fast as the broker takes them; returns how long it took until the last had arrived.
Result<Seconds> publishAndWait(const app::BrokerAddress& broker, std::uint64_t messages, Arrival& arrival) {
    app::SimulatorOptions options;
    options.broker = broker;
    options.devices = kDevices;
    options.rate = 0;
    options.failRatio = 1;
    options.messages = messages;
    const std::atomic<bool> stop = false;
    const auto begin = steady_clock::now();
    auto published = std::async(std::launch::async, [&] {
        std::ostringstream report;
        return app::runSimulator(options, stop, report);
    });
    const auto end = arrival.wait();
    const auto report = published.get();
    if (!report) return storage::fail(report.error());
    DRYDOCK_TRY(end);
    return Seconds(*end - begin);
}

Result<Seconds> bareRound(const app::BrokerAddress& broker, std::uint64_t messages) {
    Arrival arrival(messages);
    const BareSubscriber subscriber(broker.port, app::LinkOptions().receiveMaximum, arrival);
    if (!tests::eventually([&] { return subscriber.subscribed(); }))
        return storage::fail(storage::ErrorCode::io, "The bare subscriber was not let in.");
    return publishAndWait(broker, messages, arrival);
}

Result<Seconds> linkRound(const app::BrokerAddress& broker, std::uint64_t messages) {
    const tests::TemporaryDirectory directory;
    Arrival arrival(messages);
    app::LinkOptions options;
    options.broker = broker;
    options.topics = {kTopic};
    options.clientId = "link";
    options.journalFile = directory / "journal.db";
    std::atomic<app::MqttLink*> running = nullptr;
    DRYDOCK_ASSIGN(const auto link, app::MqttLink::start(options, {[&] {
                                                                       if (const auto* self = running.load())
                                                                           arrival.reached(self->state().lastSequence);
                                                                   },
                                                                   nullptr, nullptr}));
    running = link.get();
    if (!tests::eventually([&] { return link->state().connection == fleet::ConnectionState::connected; }))
        return storage::fail(storage::ErrorCode::io, "The link was not let in.");
    return publishAndWait(broker, messages, arrival);
}

}  // namespace

Result<AcknowledgedRates> measureAcknowledged(std::uint64_t messages, int rounds) {
    tests::TestBroker::Options brokerOptions;
    // Its default lets a publisher have 20 messages on the way, which would measure round trips.
    brokerOptions.extraConfig = "max_inflight_messages 1000";
    const tests::TestBroker broker(brokerOptions);
    DRYDOCK_ASSIGN(const app::BrokerAddress address, app::parseBrokerUrl(broker.url()));

    Seconds bare{0};
    Seconds link{0};
    for (int round = 0; round < rounds; ++round) {
        DRYDOCK_ASSIGN(const Seconds ofBare, bareRound(address, messages));
        DRYDOCK_ASSIGN(const Seconds ofLink, linkRound(address, messages));
        bare += ofBare;
        link += ofLink;
    }
    const double total = static_cast<double>(messages) * rounds;
    return AcknowledgedRates{total / bare.count(), total / link.count()};
}

}  // namespace drydock::bench
