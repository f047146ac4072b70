// MqttLink: one connection to one broker, on a thread of its own.
//
// Incoming: a batch is read from the socket, appended to the journal and committed, and only then are its PUBACKs
// written out. Outgoing: publish() hands over messages; `published` is called once the broker has acknowledged them.
// The session is persistent under a stable client id, so the broker keeps what comes while the program is off. It also
// keeps subscriptions: those of former runs that are no longer wanted, which the journal remembers, are ended.
// A broker that refuses MQTT v5 is spoken to in v3.1.1.
// On a lost connection it reconnects with back-off (1 s doubling to 30 s, with jitter); unacknowledged outgoing
// messages are sent again. While the journal is over its limit or can't be written it stops reading the socket, which
// is the broker's back-pressure, says so by its state and goes on by itself once it can. A batch that was read is kept
// until the journal takes it, whatever becomes of the connection; what the broker sends again then are duplicates.
//
// Memory: a batch is closed at LinkOptions::batchLimit messages or kBatchBytes. A payload longer than the rules accept
// is
//   journaled up to one byte beyond fleet::kMaxPayloadBytes: they still refuse it for its length, and keep only its
//   beginning anyway. (MQTT's maximum packet size would make the broker drop such a message without a word.)
// Thread: construct, start() and stop() from one thread; publish() and state() from any. The callbacks run on the
//   link's thread, must not block nor stop the link, and none is running or will run once stop() has returned.
// Invariants: 1. No PUBACK is written while a message that was read isn't committed to the journal.
//   2. Every sequence given to publish() is named by `published` once, in a link's lifetime, or left to the next link.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/mqtt/broker_address.h"
#include "app/mqtt/journal.h"
#include "models/fleet/accounting.h"
#include "models/fleet/fleet_service.h"

namespace drydock::app {

struct LinkState {
    fleet::ConnectionState connection = fleet::ConnectionState::off;
    std::int64_t sinceMs = 0;
    std::string error;               // why the last attempt or the connection failed, or what the broker refused
    std::string journalTrouble;      // why the socket isn't read just now; empty: it is
    std::uint64_t lastSequence = 0;  // of the journal
    friend bool operator==(const LinkState&, const LinkState&) = default;
};

inline constexpr std::size_t kBatchBytes = 8 * 1024 * 1024;
inline constexpr std::int64_t kReconnectMaxMs = 30'000;
// How long a broker keeps the session, and messages for it, after the connection ended (MQTT v5; v3.1.1 leaves it to
// the broker). Longer than a long weekend.
inline constexpr std::uint32_t kSessionExpirySeconds = 7 * 24 * 3600;

struct LinkOptions {
    BrokerAddress broker;
    std::vector<std::string> topics;  // filters, subscribed at QoS 1
    std::string clientId;
    std::filesystem::path journalFile;
    std::uint64_t appliedPosition = 0;
    std::uint64_t journalLimitBytes = kJournalLimitBytes;
    std::uint16_t receiveMaximum = 1000;    // MQTT v5
    std::size_t batchLimit = 1000;          // messages a commit
    const storage::Clock* clock = nullptr;  // nullptr: the system's; otherwise outlives the link
    std::int64_t reconnectInitialMs = 1000;
    std::string journalVfs;  // fault injection in tests; empty: SQLite's default
};

class MqttLink {
public:
    struct Callbacks {
        std::function<void()> journaled;                            // new messages are in the journal
        std::function<void(LinkState)> state;                       // it changed otherwise than in lastSequence alone
        std::function<void(std::vector<std::uint64_t>)> published;  // outbox sequences the broker has acknowledged
    };

    // Opens the journal and starts the thread; doesn't wait for the connection. ErrorCode::validation names a topic
    // filter or TLS file that can't be used; errors of Journal::open are passed on.
    [[nodiscard]] static storage::Result<std::unique_ptr<MqttLink>> start(LinkOptions options, Callbacks callbacks);
    ~MqttLink();  // stops

    // Queues messages for publication at QoS 1, in order; each is sent until acknowledged, at least once. The queue is
    // the caller's to bound: it hands over at most a few hundred beyond what `published` has named. A message the
    // broker refuses (or that MQTT can't carry) is not sent again: `published` names it, and the state's error says
    // why.
    void publish(std::vector<fleet::OutboxMessage> messages);
    [[nodiscard]] LinkState state() const;
    // Disconnects and ends the thread; messages not yet journaled are left unacknowledged to the broker. Takes about a
    // second at most: a thread that is still looking up a name or connecting is left to end by itself, silently.
    void stop();

private:
    class Impl;
    explicit MqttLink(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> m_impl;  // shared with the thread, see stop()
};

}  // namespace drydock::app
