#include "app/simulator/simulator.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>
#include <ostream>

#include <mosquitto.h>
#include <nlohmann/json.hpp>

#include "app/mqtt/mosquitto_handle.h"
#include "app/simulator/simulated_fleet.h"

namespace drydock::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::ErrorCode;
using storage::Result;

// Of silence, until the broker counts as gone.
constexpr std::chrono::seconds kPatienceAtStart{30};
constexpr std::chrono::milliseconds kPatienceOnceStopped{2000};
constexpr milliseconds kReconnectPause{500};
// Also how soon `stop` is noticed.
constexpr milliseconds kTick{20};
constexpr std::uint64_t kMaxInFlight = 1000;

bool isRatio(double number) {
    return number >= 0 && number <= 1;
}

Result<void> check(const SimulatorOptions& options) {
    const char* wrong = nullptr;
    if (options.devices == 0 || options.devices > kMaxSimulatedDevices)
        wrong = "The number of devices is 1 to 10000000.";
    else if (!std::isfinite(options.rate) || options.rate < 0)
        wrong = "The rate is a number of messages a second, or 0.";
    else if (!isRatio(options.failRatio))
        wrong = "The ratio of devices that fail is 0 to 1.";
    else if (options.qos < 0 || options.qos > 2)
        wrong = "The quality of service is 0, 1 or 2.";
    else if (!isRatio(options.updates.flakyRatio) || !isRatio(options.updates.wrongImageRatio))
        wrong = "The ratios of flaky attempts and of wrong images are 0 to 1.";
    else if (mosquitto_pub_topic_check(options.topic.c_str()) != MOSQ_ERR_SUCCESS)
        wrong = "The topic is not one that can be published to.";
    if (wrong != nullptr) return storage::fail(ErrorCode::validation, wrong);
    return {};
}

FleetPlan planOf(const SimulatorOptions& options) {
    static const storage::SystemClock kSystemClock;
    const storage::Clock& clock = options.clock != nullptr ? *options.clock : kSystemClock;
    return {options.devices, options.failRatio, options.rate, clock.wallMs(), options.seed};
}

class Simulator {
public:
    Simulator(const SimulatorOptions& options, const std::atomic<bool>& stop)
        : m_options(options), m_stop(stop), m_fleet(planOf(options)) {
        if (options.ota) m_updating.emplace(m_fleet.plan(), options.updates);
    }

    Result<void> run();
    [[nodiscard]] SimulatorReport report() const;

private:
    Result<void> connect();
    [[nodiscard]] bool finished() const;
    [[nodiscard]] std::uint64_t due() const;
    Result<void> publishDue();
    Result<void> publish(const SimulatedMessage& message);
    void subscribe();
    void askForUpdate(std::uint64_t number);
    void exchange();
    short wait(int descriptor, short events);
    void reconnect();

    const SimulatorOptions& m_options;
    const std::atomic<bool>& m_stop;
    const SimulatedFleet m_fleet;
    std::optional<UpdatingFleet> m_updating;  // and the client, where devices update
    std::unique_ptr<OtaClient> m_ota;
    MosquittoHandle m_handle;
    SimulatorReport m_report;
    steady_clock::time_point m_begin;
    steady_clock::time_point m_lastAnswer;
    bool m_connected = false;
    bool m_untold = false;  // the broker refuses to tell of attributes or groups
    std::string m_refusal;
};

Result<void> Simulator::connect() {
    DRYDOCK_ASSIGN(m_handle, makeHandle(m_options.broker, {}, true, this));
    mosquitto* const handle = m_handle.get();
    // Packets are written by mosquitto_loop_write() alone, many with one call.
    mosquitto_threaded_set(handle, true);
    mosquitto_max_inflight_messages_set(handle, kMaxInFlight);
    mosquitto_connect_v5_callback_set(
        handle, [](mosquitto*, void* context, int reason, int, const mosquitto_property*) noexcept {
            auto& self = *static_cast<Simulator*>(context);
            self.m_connected = reason == 0;
            if (reason == 0) self.subscribe();
            if (reason != 0) self.m_refusal = describeReason(self.m_options.broker.version, reason);
        });
    mosquitto_publish_callback_set(handle, [](mosquitto*, void* context, int) noexcept {
        auto& self = *static_cast<Simulator*>(context);
        ++self.m_report.acknowledged;
        self.m_lastAnswer = steady_clock::now();
    });
    mosquitto_message_callback_set(handle, [](mosquitto*, void* context, const mosquitto_message* message) noexcept {
        auto& self = *static_cast<Simulator*>(context);
        const auto* payload = static_cast<const char*>(message->payload);
        self.m_updating->hear(message->topic, {payload, static_cast<std::size_t>(message->payloadlen)});
    });
    mosquitto_subscribe_callback_set(
        handle, [](mosquitto*, void* context, int, int count, const int* granted) noexcept {
            constexpr int kLeastRefusal = 0x80;
            auto& self = *static_cast<Simulator*>(context);
            self.m_untold |= std::any_of(granted, granted + count, [](int each) { return each >= kLeastRefusal; });
        });

    const int result = mosquitto_connect_bind_v5(handle, m_options.broker.host.c_str(), m_options.broker.port,
                                                 kKeepAliveSeconds, nullptr, nullptr);
    const int systemError = errno;
    m_lastAnswer = steady_clock::now();
    if (result == MOSQ_ERR_SUCCESS)
        while (!m_connected && m_refusal.empty() && mosquitto_socket(handle) >= 0 && !m_stop &&
               steady_clock::now() - m_lastAnswer < kPatienceAtStart)
            exchange();
    if (m_connected || m_stop) return {};
    std::string why = m_refusal;
    if (why.empty()) why = result != MOSQ_ERR_SUCCESS ? describeResult(result, systemError) : "it does not answer";
    return storage::fail(ErrorCode::io, "No connection to " + m_options.broker.display() + ": " + why + ".");
}

bool Simulator::finished() const {
    if (m_stop) return true;
    if (m_options.messages > 0 && m_report.published >= m_options.messages) return true;
    return m_options.time.count() > 0 && steady_clock::now() - m_begin >= m_options.time;
}

// How many messages the rate allows to have been published by now.
std::uint64_t Simulator::due() const {
    const std::uint64_t limit = m_options.messages > 0 ? m_options.messages : UINT64_MAX;
    if (m_options.rate <= 0) return limit;
    const std::chrono::duration<double> elapsed = steady_clock::now() - m_begin;
    return std::min(limit, static_cast<std::uint64_t>(elapsed.count() * m_options.rate) + 1);
}

Result<void> Simulator::publishDue() {
    const std::uint64_t until = due();
    while (m_report.published < until && m_report.published - m_report.acknowledged < kMaxInFlight) {
        const std::uint64_t number = m_report.published;
        DRYDOCK_TRY(publish(m_updating ? m_updating->message(number) : m_fleet.message(number)));
        if (m_updating) askForUpdate(number);
    }
    return {};
}

Result<void> Simulator::publish(const SimulatedMessage& message) {
    const int result =
        mosquitto_publish(m_handle.get(), nullptr, m_options.topic.c_str(), static_cast<int>(message.payload.size()),
                          message.payload.data(), m_options.qos, false);
    if (result != MOSQ_ERR_SUCCESS)
        return storage::fail(ErrorCode::io, "A message can't be published: " + describeResult(result, errno) + ".");
    ++m_report.published;
    ++m_report.perStatus[message.status];
    return {};
}

// The library knows only now that it is connected; should it lose that again, so does the subscription.
void Simulator::subscribe() {
    if (!m_updating) return;
    for (const char* filter : {kAttributesFilter, kGroupsFilter})
        mosquitto_subscribe(m_handle.get(), nullptr, filter, 1);
}

void Simulator::askForUpdate(std::uint64_t number) {
    const auto question = m_updating->question(number);
    if (question && m_ota->ask(question->device, question->product, question->version))
        m_updating->asked(question->device);
}

// As poll does, while updates go on.
short Simulator::wait(int descriptor, short events) {
    if (!m_ota) {
        pollfd entry{descriptor, events, 0};
        ::poll(&entry, 1, static_cast<int>(kTick.count()));
        return entry.revents;
    }
    const short happened = m_ota->wait(descriptor, events, kTick);
    for (const UpdateNews& news : m_ota->takeNews()) m_updating->hear(news);
    return happened;
}

void Simulator::exchange() {
    mosquitto* const handle = m_handle.get();
    int result = mosquitto_want_write(handle) ? mosquitto_loop_write(handle, 1) : MOSQ_ERR_SUCCESS;
    if (result == MOSQ_ERR_SUCCESS) {
        const short happened = wait(mosquitto_socket(handle), mosquitto_want_write(handle) ? POLLIN | POLLOUT : POLLIN);
        if ((happened & ~POLLOUT) != 0) result = mosquitto_loop_read(handle, 1);
    }
    if (result == MOSQ_ERR_SUCCESS) result = mosquitto_loop_misc(handle);
    if (result != MOSQ_ERR_SUCCESS || mosquitto_socket(handle) < 0) m_connected = false;
}

// The library sends again what is unacknowledged.
void Simulator::reconnect() {
    if (mosquitto_socket(m_handle.get()) < 0 && mosquitto_reconnect(m_handle.get()) != MOSQ_ERR_SUCCESS) {
        ::poll(nullptr, 0, static_cast<int>(kReconnectPause.count()));
        return;
    }
    exchange();
}

Result<void> Simulator::run() {
    if (m_options.ota) {
        DRYDOCK_ASSIGN(m_ota, OtaClient::create(*m_options.ota));
    }
    DRYDOCK_TRY(connect());
    m_begin = m_lastAnswer = steady_clock::now();
    while (!finished() || m_report.acknowledged < m_report.published) {
        if (!m_connected) {
            reconnect();
        } else {
            if (!finished()) DRYDOCK_TRY(publishDue());
            exchange();
        }
        if (m_untold)
            return storage::fail(ErrorCode::io, m_options.broker.display() + " refuses the subscription to " +
                                                    kAttributesFilter + " and " + kGroupsFilter +
                                                    ", by which devices are told of their job.");
        if (!finished() || m_report.acknowledged == m_report.published)
            m_lastAnswer = steady_clock::now();
        else if (steady_clock::now() - m_lastAnswer > (m_stop ? kPatienceOnceStopped : m_options.patience))
            return storage::fail(ErrorCode::io, std::to_string(m_report.published - m_report.acknowledged) + " of " +
                                                    std::to_string(m_report.published) +
                                                    " messages were not acknowledged by " + m_options.broker.display() +
                                                    ".");
    }
    if (m_connected) {
        mosquitto_disconnect(m_handle.get());
        mosquitto_loop_write(m_handle.get(), 1);
    }
    return {};
}

SimulatorReport Simulator::report() const {
    SimulatorReport report = m_report;
    report.devices = std::min(report.published, m_options.devices);
    if (m_updating)
        report.updates = {m_updating->firmware(), m_updating->outside(), m_updating->unanswered(),
                          m_ota ? m_ota->trouble() : std::string()};
    return report;
}

}  // namespace

Result<SimulatorReport> runSimulator(const SimulatorOptions& options, const std::atomic<bool>& stop,
                                     std::ostream& out) {
    DRYDOCK_TRY(check(options));
    Simulator simulator(options, stop);
    const Result<void> ended = simulator.run();
    const SimulatorReport report = simulator.report();
    if (!ended && report.published == 0) return storage::fail(ended.error());
    nlohmann::ordered_json line = {{"published", report.published},
                                   {"perStatus", report.perStatus},
                                   {"devices", report.devices},
                                   {"acknowledged", report.acknowledged}};
    if (report.updates) {
        line["firmware"] = report.updates->firmware;
        line["outside"] = report.updates->outside;
        line["unanswered"] = report.updates->unanswered;
    }
    out << line.dump() << std::endl;
    if (!ended) return storage::fail(ended.error());
    return report;
}

}  // namespace drydock::app
