#include "bench/support/group_stream.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <mosquitto.h>

#include "app/mqtt/mosquitto_handle.h"
#include "app/services/desk_core.h"
#include "bench/support/comparison.h"
#include "tests/support/temporary_directory.h"
#include "tests/support/test_broker.h"

namespace drydock::bench {
namespace {

using std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr const char* kTopic = "iot/device/data";
constexpr std::size_t kRegisteredAtOnce = 1'000;
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::minutes kPatience{20};

// The store a desk begins from: every device registered, every group told of.
void prepare(GroupFleet& fleet, const std::filesystem::path& directory) {
    const storage::SystemClock clock;
    const auto store = valueOf(storage::SqliteStore::open(directory));
    const auto service = valueOf(fleet::FleetService::open(*store, clock, {}));
    fleet.makeGroups(*service);
    for (std::size_t device = 0; device < fleet.devices();) {
        std::vector<fleet::RawMessage> messages;
        for (; messages.size() < kRegisteredAtOnce && device < fleet.devices(); ++device)
            messages.push_back({kTopic, fleet.message(device), clock.wallMs()});
        if (const auto applied = service->apply(messages); !applied) stop(applied.error().message);
    }
}

// A client whose network is served by a thread of libmosquitto's.
class Client {
public:
    Client(const char* id, const app::BrokerAddress& broker)
        : m_handle(valueOf(app::makeHandle(broker, id, true, this))) {
        mosquitto_int_option(m_handle.get(), MOSQ_OPT_TCP_NODELAY, 1);
        mosquitto_max_inflight_messages_set(m_handle.get(), 1'000);
        mosquitto_message_callback_set(m_handle.get(), [](mosquitto*, void* self, const mosquitto_message* message) {
            auto& client = *static_cast<Client*>(self);
            const std::lock_guard lock(client.m_mutex);
            client.m_received.emplace_back(static_cast<const char*>(message->payload),
                                           static_cast<std::size_t>(message->payloadlen));
        });
        mosquitto_subscribe_callback_set(m_handle.get(), [](mosquitto*, void* self, int, int, const int*) {
            static_cast<Client*>(self)->m_subscribed = true;
        });
        if (mosquitto_connect(m_handle.get(), broker.host.c_str(), broker.port, app::kKeepAliveSeconds) !=
            MOSQ_ERR_SUCCESS)
            stop("The broker lets no client in.");
        mosquitto_loop_start(m_handle.get());
    }
    ~Client() {
        mosquitto_disconnect(m_handle.get());
        mosquitto_loop_stop(m_handle.get(), false);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void subscribe(const char* filter) {
        mosquitto_subscribe(m_handle.get(), nullptr, filter, 1);
        if (!tests::eventually([this] { return m_subscribed.load(); })) stop("The broker lets nobody listen.");
    }
    void publish(const std::string& payload) {
        const int result = mosquitto_publish(m_handle.get(), nullptr, kTopic, static_cast<int>(payload.size()),
                                             payload.data(), 1, false);
        if (result != MOSQ_ERR_SUCCESS) stop(mosquitto_strerror(result));
    }
    [[nodiscard]] std::size_t received() {
        const std::lock_guard lock(m_mutex);
        return m_received.size();
    }
    [[nodiscard]] std::vector<std::string> takeReceived() {
        const std::lock_guard lock(m_mutex);
        return std::move(m_received);
    }

private:
    app::MosquittoHandle m_handle;
    std::atomic<bool> m_subscribed = false;
    std::mutex m_mutex;
    std::vector<std::string> m_received;
};

// Looks at the desk every now and then until `done`; returns how long that took.
template <class Done>
Seconds waitFor(const app::DeskCore& core, Done done) {
    const auto begun = steady_clock::now();
    while (!done(core.status())) {
        if (steady_clock::now() - begun > kPatience) stop("The desk does not get on.");
        std::this_thread::sleep_for(kLook);
    }
    return steady_clock::now() - begun;
}

}  // namespace

void streamChanges(GroupFleet& fleet, std::size_t changes, double rate) {
    const tests::TemporaryDirectory directory;
    prepare(fleet, directory / "store");
    tests::TestBroker::Options brokerOptions;
    brokerOptions.extraConfig = "max_inflight_messages 1000\nmax_queued_messages 0";
    const tests::TestBroker broker(brokerOptions);
    const app::BrokerAddress address = valueOf(app::parseBrokerUrl(broker.url()));
    Client follower("follower", address);
    follower.subscribe("iot/groups/#");
    app::DeskOptions options;
    options.storeDirectory = directory / "store";
    options.broker = address;
    const auto core = valueOf(app::DeskCore::start(options, {}));
    waitFor(*core, [](const fleet::DeskStatus& status) {
        return status.connection == fleet::ConnectionState::connected && status.outboxBacklog == 0;
    });

    const fleet::Accounting before = core->status().accounting;
    Client publisher("publisher", address);
    const auto begun = steady_clock::now();
    Seconds published{0};
    std::thread publishing([&] {
        for (std::size_t sent = 0; sent < changes;) {
            const Seconds elapsed = steady_clock::now() - begun;
            const auto due = std::min(changes, static_cast<std::size_t>(elapsed.count() * rate) + 1);
            while (sent < due) {
                publisher.publish(fleet.change());
                ++sent;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        published = steady_clock::now() - begun;
    });
    std::uint64_t waited = 0;
    const auto allReceived = [&](const fleet::DeskStatus& status) {
        waited = std::max(waited, status.accounting.waiting);
        return status.accounting.received - before.received >= changes;
    };
    const Seconds acknowledged = waitFor(*core, allReceived);
    publishing.join();
    waitFor(*core, [](const fleet::DeskStatus& status) { return status.accounting.waiting == 0; });
    const Seconds applied = steady_clock::now() - begun;
    const fleet::DeskStatus status = core->status();
    if (status.accounting.applied - before.applied != changes) stop("Not every change was applied once.");
    waitFor(*core, [](const fleet::DeskStatus& now) { return now.outboxBacklog == 0; });
    const Seconds told = steady_clock::now() - begun;

    const auto perSecond = [changes](Seconds took) { return static_cast<double>(changes) / took.count(); };
    std::printf("%zu devices, %zu changes at %.0f/s, published at %.0f/s\n", fleet.devices(), changes, rate,
                perSecond(published));
    std::printf("acknowledged %10.0f /s   ratio %.2f of the rate asked for\n", perSecond(acknowledged),
                perSecond(acknowledged) / rate);
    std::printf("applied      %10.0f /s   %llu waited at most, none after %.1f s\n", perSecond(applied),
                static_cast<unsigned long long>(waited), applied.count());
    std::printf("told         %10.0f /s\n", perSecond(told));

    // The broker may still be at the last messages to the follower.
    std::size_t heard = 0;
    while (follower.received() != heard) {
        heard = follower.received();
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
    GroupFleet::Members members;
    for (const std::string& message : follower.takeReceived()) GroupFleet::follow(members, message);
    const auto reader = valueOf(core->openReader());
    GroupFleet::compare(members, fleet.evaluate(fleet::FleetReader(*reader)));
}

}  // namespace drydock::bench
