#include "app/mqtt/mqtt_link.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <mosquitto.h>

#include "app/mqtt/mqtt_link_impl.h"

namespace drydock::app {

using fleet::ConnectionState;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using storage::ErrorCode;
using storage::Result;

namespace {

// Bounds how long the first message of a batch waits for the last one.
constexpr milliseconds kBatchTime{5};
// How often keep-alive is looked after when nothing else happens.
constexpr milliseconds kTick{1000};
// How often a journal over its limit is asked whether there is room again.
constexpr milliseconds kRoomCheck{100};
constexpr milliseconds kJournalRetryMax{5000};
// Enough to fill a round trip; also bounds what is sent twice after a lost connection.
constexpr std::size_t kMaxInFlight = 100;
constexpr milliseconds kStopPatience{1000};

std::string journalSentence(const storage::Error& error, const std::filesystem::path& file) {
    if (error.code == ErrorCode::diskFull)
        return "The disk with the journal " + file.string() +
               " is full. Messages wait at the broker until there is room on it.";
    return "The journal " + file.string() + " can't be written (" + error.message +
           "). Messages wait at the broker; it is tried again until it works.";
}

std::string limitSentence(std::uint64_t limitBytes) {
    constexpr std::uint64_t kMiB = 1024 * 1024;
    return "The journal holds over " + std::to_string(limitBytes / kMiB) +
           " MiB of messages that are not applied yet. Messages wait at the broker until some are.";
}

}  // namespace

Result<void> MqttLink::Impl::prepare() {
    for (const std::string& topic : m_options.topics)
        if (mosquitto_sub_topic_check(topic.c_str()) != MOSQ_ERR_SUCCESS)
            return storage::fail(ErrorCode::validation, "\"" + topic + "\" is no topic filter of MQTT.");
    DRYDOCK_ASSIGN(m_handle, makeHandle(m_options.broker, m_options.clientId, false, this));
    DRYDOCK_ASSIGN(m_journal, Journal::open(m_options.journalFile, m_options.appliedPosition, m_options.journalVfs));
    DRYDOCK_ASSIGN(m_state.lastSequence, m_journal->lastSequence());
    DRYDOCK_TRY(rememberSubscriptions());
    mosquitto_int_option(m_handle.get(), MOSQ_OPT_RECEIVE_MAXIMUM, m_options.receiveMaximum);
    mosquitto_int_option(m_handle.get(), MOSQ_OPT_SEND_MAXIMUM, kMaxInFlight);
    // As for a client whose loop another thread runs: then the library only queues packets, also outside of its
    // callbacks, and writes them in mosquitto_loop_write() alone.
    mosquitto_threaded_set(m_handle.get(), true);
    setCallbacks();
    return {};
}

// Before the broker hears of them, so that none is forgotten whatever happens then.
Result<void> MqttLink::Impl::rememberSubscriptions() {
    const std::string broker = m_options.broker.display();
    DRYDOCK_ASSIGN(const auto known, m_journal->subscriptions(broker));
    const auto isWanted = [this](const std::string& filter) {
        return std::find(m_options.topics.begin(), m_options.topics.end(), filter) != m_options.topics.end();
    };
    std::remove_copy_if(known.begin(), known.end(), std::back_inserter(m_formerTopics), isWanted);
    std::vector<std::string> filters = m_options.topics;
    filters.insert(filters.end(), m_formerTopics.begin(), m_formerTopics.end());
    // Nothing is written where nothing is new, so that a full disk keeps no one from starting.
    const auto isKnown = [&known](const std::string& filter) {
        return std::binary_search(known.begin(), known.end(), filter);
    };
    if (std::all_of(filters.begin(), filters.end(), isKnown)) return {};
    return m_journal->setSubscriptions(broker, filters);
}

// C calls these, so they are noexcept: out of memory ends the process, and what was unacknowledged is still the
// broker's.
void MqttLink::Impl::setCallbacks() {
    mosquitto* const handle = m_handle.get();
    mosquitto_connect_v5_callback_set(handle,
                                      [](mosquitto*, void* self, int reason, int, const mosquitto_property*) noexcept {
                                          static_cast<Impl*>(self)->onConnect(reason);
                                      });
    mosquitto_disconnect_v5_callback_set(handle,
                                         [](mosquitto*, void* self, int reason, const mosquitto_property*) noexcept {
                                             static_cast<Impl*>(self)->onDisconnect(reason);
                                         });
    mosquitto_message_callback_set(handle, [](mosquitto*, void* self, const mosquitto_message* message) noexcept {
        static_cast<Impl*>(self)->onMessage(*message);
    });
    mosquitto_subscribe_callback_set(handle, [](mosquitto*, void* self, int, int count, const int* granted) noexcept {
        static_cast<Impl*>(self)->onSubscribe(count, granted);
    });
    mosquitto_unsubscribe_callback_set(
        handle, [](mosquitto*, void* self, int) noexcept { static_cast<Impl*>(self)->onUnsubscribe(); });
    mosquitto_publish_v5_callback_set(
        handle, [](mosquitto*, void* self, int mid, int reason, const mosquitto_property*) noexcept {
            static_cast<Impl*>(self)->onPublish(mid, reason);
        });
}

void MqttLink::Impl::begin(const std::shared_ptr<Impl>& self) {
    self->m_thread = std::thread([self] { self->run(); });
}

void MqttLink::Impl::run() {
    // A TLS connection the broker has closed would otherwise end the process on the next write.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    while (!stopping()) {
        if (!journalTakesMore())
            rest();
        else if (m_linked)
            exchange();
        else if (steady_clock::now() >= m_connectAt)
            connect();
        else
            m_wake.wait(m_connectAt);
    }
    leave();
}

void MqttLink::Impl::stop() {
    if (!m_thread.joinable()) return;
    std::unique_lock lock(m_mutex);
    m_stopping = true;
    m_wake.notify();
    const bool ends = m_connectEnded.wait_for(lock, kStopPatience, [this] { return !m_inConnect; });
    lock.unlock();
    if (ends)
        m_thread.join();
    else
        m_thread.detach();
    lock.lock();
    m_state.connection = ConnectionState::off;
}

// The socket is closed without a word where a batch isn't committed: whatever is written now would carry its PUBACKs.
void MqttLink::Impl::leave() {
    if (m_linked && m_batch.empty()) {
        mosquitto_disconnect(m_handle.get());
        mosquitto_loop_write(m_handle.get(), 1);
    }
    m_handle.reset();
    m_journal.reset();
}

bool MqttLink::Impl::stopping() const {
    const std::lock_guard lock(m_mutex);
    return m_stopping;
}

void MqttLink::Impl::publish(std::vector<fleet::OutboxMessage> messages) {
    {
        const std::lock_guard lock(m_mutex);
        std::move(messages.begin(), messages.end(), std::back_inserter(m_outgoing));
    }
    m_wake.notify();
}

LinkState MqttLink::Impl::state() const {
    const std::lock_guard lock(m_mutex);
    return m_state;
}

// --- the loop while connected

void MqttLink::Impl::exchange() {
    sendOutgoing();
    const bool wantsWrite = mosquitto_want_write(m_handle.get());
    pollfd entries[] = {
        {mosquitto_socket(m_handle.get()), static_cast<short>(wantsWrite ? POLLIN | POLLOUT : POLLIN), 0},
        {m_wake.descriptor(), POLLIN, 0}};
    ::poll(entries, std::size(entries), m_moreToRead ? 0 : static_cast<int>(kTick.count()));
    m_wake.clear();
    if (m_moreToRead || (entries[0].revents & ~POLLOUT) != 0) readBatch();
    reportPublished();
    if (!commitBatch() || !m_linked) return;
    if (mosquitto_want_write(m_handle.get()) && !succeeded(mosquitto_loop_write(m_handle.get(), 1))) return;
    (void)succeeded(mosquitto_loop_misc(m_handle.get()));
}

void MqttLink::Impl::readBatch() {
    const auto end = steady_clock::now() + kBatchTime;
    m_moreToRead = false;
    do {
        const std::uint64_t before = m_packets;
        errno = 0;
        const int result = mosquitto_loop_read(m_handle.get(), 1);
        const bool drained = errno == EAGAIN || errno == EWOULDBLOCK;
        if (!succeeded(result)) return;
        // errno alone doesn't tell: the library also sets it by signalling its own socket pair, which nobody drains
        // here.
        if (drained && m_packets == before) return;
    } while (m_batch.size() < m_options.batchLimit && m_batchBytes < kBatchBytes && steady_clock::now() < end);
    m_moreToRead = true;
}

void MqttLink::Impl::onMessage(const mosquitto_message& message) {
    ++m_packets;
    const std::size_t size =
        std::min<std::size_t>(static_cast<std::size_t>(message.payloadlen), fleet::kMaxPayloadBytes + 1);
    m_batch.push_back({message.topic, std::string(static_cast<const char*>(message.payload), size), m_clock.wallMs()});
    m_batchBytes += m_batch.back().topic.size() + size;
}

// --- the journal

bool MqttLink::Impl::commitBatch() {
    if (m_batch.empty()) return true;
    const auto last = m_journal->append(m_batch);
    if (!last) {
        pauseReading(journalSentence(last.error(), m_options.journalFile), m_journalRetry);
        m_journalRetry = std::min(2 * m_journalRetry, kJournalRetryMax);
        return false;
    }
    m_journalRetry = kJournalRetryFirst;
    m_batch.clear();
    m_batchBytes = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_state.lastSequence = *last;
    }
    if (m_callbacks.journaled) m_callbacks.journaled();
    return true;
}

bool MqttLink::Impl::journalTakesMore() {
    if (steady_clock::now() < m_readAt || !commitBatch()) return false;
    const auto size = m_journal->sizeBytes();
    if (!size)
        pauseReading(journalSentence(size.error(), m_options.journalFile), kJournalRetryMax);
    else if (*size > m_options.journalLimitBytes)
        pauseReading(limitSentence(m_options.journalLimitBytes), kRoomCheck);
    else
        changeState([](LinkState& state) { state.journalTrouble.clear(); });
    return size && *size <= m_options.journalLimitBytes;
}

void MqttLink::Impl::pauseReading(std::string why, milliseconds pause) {
    m_readAt = steady_clock::now() + pause;
    changeState([&](LinkState& state) { state.journalTrouble = std::move(why); });
}

// Until the journal is worth another try. What is committed may still be acknowledged; keep-alive goes on until the
// silence, as nothing is read, ends the connection.
void MqttLink::Impl::rest() {
    if (m_linked && m_batch.empty() && mosquitto_want_write(m_handle.get()) &&
        !succeeded(mosquitto_loop_write(m_handle.get(), 1)))
        return;
    if (m_linked && !succeeded(mosquitto_loop_misc(m_handle.get()))) return;
    m_wake.wait(std::min(m_readAt, steady_clock::now() + kTick));
}

// --- publishing

// The library keeps what it was given until the broker has acknowledged it, and sends it again after a reconnect.
void MqttLink::Impl::sendOutgoing() {
    while (m_up && m_inFlight.size() < kMaxInFlight) {
        fleet::OutboxMessage message;
        {
            const std::lock_guard lock(m_mutex);
            if (m_outgoing.empty()) break;
            message = std::move(m_outgoing.front());
            m_outgoing.pop_front();
        }
        int mid = 0;
        const int result =
            mosquitto_publish(m_handle.get(), &mid, message.topic.c_str(), static_cast<int>(message.payload.size()),
                              message.payload.data(), 1, message.retain);
        if (result == MOSQ_ERR_SUCCESS || result == MOSQ_ERR_NO_CONN)
            m_inFlight.emplace(mid, message.sequence);  // without a connection the library has queued it as well
        else
            giveUp(message, describeResult(result, errno));
    }
    reportPublished();
}

void MqttLink::Impl::giveUp(const fleet::OutboxMessage& message, const std::string& why) {
    m_acknowledged.push_back(message.sequence);
    changeState(
        [&](LinkState& state) { state.error = "The message to " + message.topic + " can't be sent: " + why + "."; });
}

void MqttLink::Impl::onPublish(int mid, int reason) {
    ++m_packets;
    const auto found = m_inFlight.find(mid);
    if (found == m_inFlight.end()) return;
    m_acknowledged.push_back(found->second);
    m_inFlight.erase(found);
    if (reason >= kRefused)
        changeState([&](LinkState& state) {
            state.error = m_options.broker.display() + " refused a message: " + describeReason(m_version, reason) + ".";
        });
}

void MqttLink::Impl::reportPublished() {
    if (m_acknowledged.empty()) return;
    std::vector<std::uint64_t> sequences;
    sequences.swap(m_acknowledged);
    if (m_callbacks.published) m_callbacks.published(std::move(sequences));
}

// --- the public face

MqttLink::MqttLink(std::shared_ptr<Impl> impl) : m_impl(std::move(impl)) {}

MqttLink::~MqttLink() {
    stop();
}

Result<std::unique_ptr<MqttLink>> MqttLink::start(LinkOptions options, Callbacks callbacks) {
    auto impl = std::make_shared<Impl>(std::move(options), std::move(callbacks));
    DRYDOCK_TRY(impl->prepare());
    Impl::begin(impl);
    return std::unique_ptr<MqttLink>(new MqttLink(std::move(impl)));
}

void MqttLink::publish(std::vector<fleet::OutboxMessage> messages) {
    m_impl->publish(std::move(messages));
}

LinkState MqttLink::state() const {
    return m_impl->state();
}

void MqttLink::stop() {
    m_impl->stop();
}

}  // namespace drydock::app
