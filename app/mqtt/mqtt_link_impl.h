// What MqttLink's thread works with, in the two files of the link: mqtt_link.cpp (loop, journal, publishing) and
// mqtt_link_connection.cpp. Private to them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "app/mqtt/mosquitto_handle.h"
#include "app/mqtt/mqtt_link.h"
#include "app/mqtt/wake_up.h"

struct mosquitto_message;

namespace drydock::app {

// From here on reason codes and granted QoS are refusals.
constexpr int kRefused = 0x80;
constexpr std::chrono::milliseconds kJournalRetryFirst{100};

// Its run() ends soon after stop() was asked for, except while mosquitto_connect() blocks; then the thread is left
// alone with its share of this.
class MqttLink::Impl {
public:
    Impl(LinkOptions options, Callbacks callbacks)
        : m_options(std::move(options)),
          m_callbacks(std::move(callbacks)),
          m_clock(m_options.clock != nullptr ? *m_options.clock : m_systemClock),
          m_version(m_options.broker.version),
          m_backoff(m_options.reconnectInitialMs) {}

    storage::Result<void> prepare();
    static void begin(const std::shared_ptr<Impl>& self);
    void stop();

    void publish(std::vector<fleet::OutboxMessage> messages);
    LinkState state() const;

private:
    void setCallbacks();
    void run();
    [[nodiscard]] bool stopping() const;
    // Tells the owner where `change(LinkState&)` made a difference.
    template <class Change>
    void changeState(Change change);

    [[nodiscard]] storage::Result<void> rememberSubscriptions();
    void connect();
    void connectionUp(std::string refusal);
    void connectionLost(const std::string& why);
    [[nodiscard]] bool succeeded(int result);
    void exchange();
    void readBatch();
    [[nodiscard]] bool commitBatch();
    [[nodiscard]] bool journalTakesMore();
    void pauseReading(std::string why, std::chrono::milliseconds pause);
    void rest();
    void sendOutgoing();
    void giveUp(const fleet::OutboxMessage& message, const std::string& why);
    void reportPublished();
    void leave();

    void onConnect(int reason);
    void onDisconnect(int reason);
    void onMessage(const mosquitto_message& message);
    void onSubscribe(int count, const int* granted);
    void endFormerSubscriptions();
    void onUnsubscribe();
    void onPublish(int mid, int reason);

    const LinkOptions m_options;
    const Callbacks m_callbacks;
    const storage::SystemClock m_systemClock;
    const storage::Clock& m_clock;
    const WakeUp m_wake;
    std::thread m_thread;  // the owner's

    // Shared, under the mutex.
    mutable std::mutex m_mutex;
    std::condition_variable m_connectEnded;
    LinkState m_state;
    std::deque<fleet::OutboxMessage> m_outgoing;  // not handed to the library yet
    bool m_stopping = false;
    bool m_inConnect = false;

    // The thread's.
    std::unique_ptr<Journal> m_journal;
    std::vector<std::string> m_formerTopics;  // that the broker may hold from former runs
    MosquittoHandle m_handle;
    MqttVersion m_version;
    bool m_linked = false;  // the socket is open
    bool m_up = false;      // and the topics are subscribed
    bool m_versionRefused = false;
    bool m_moreToRead = false;    // the last batch ended at a bound; TLS may hold bytes that poll() doesn't see
    std::string m_reason;         // what the broker gave as the reason, until the loss is noted
    std::uint64_t m_packets = 0;  // that ended in a callback
    std::vector<fleet::RawMessage> m_batch;  // read, not committed
    std::size_t m_batchBytes = 0;
    std::chrono::milliseconds m_backoff;
    std::chrono::steady_clock::time_point m_connectAt;  // not before
    std::chrono::milliseconds m_journalRetry = kJournalRetryFirst;
    std::chrono::steady_clock::time_point m_readAt;     // not before
    std::unordered_map<int, std::uint64_t> m_inFlight;  // message id → outbox sequence
    std::vector<std::uint64_t> m_acknowledged;
    std::minstd_rand m_random{std::random_device{}()};
};

template <class Change>
void MqttLink::Impl::changeState(Change change) {
    LinkState now;
    {
        const std::lock_guard lock(m_mutex);
        now = m_state;
        change(now);
        if (now == m_state) return;
        if (now.connection != m_state.connection) now.sinceMs = m_clock.wallMs();
        m_state = now;
    }
    if (m_callbacks.state) m_callbacks.state(std::move(now));
}

}  // namespace drydock::app
