// MqttLink: one connection to one broker, on a thread of its own.
//
// Incoming: a batch is read from the socket, appended to the journal and committed, and only then are its PUBACKs
// written out. Outgoing: publish() hands over messages; `published` is called once the broker has acknowledged them.
// The session is persistent under a stable client id, so the broker keeps what comes while the program is off.
// On a lost connection it reconnects with back-off (1 s doubling to 30 s, with jitter); unacknowledged outgoing messages are
// sent again. While the journal is over its limit or can't be written it stops reading the socket, which is the
// broker's back-pressure, and says so by its state.
//
// Thread: construct, start() and stop() from one thread; publish() and state() from any. The callbacks run on the
//   link's thread and must not block.
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
    std::string error;          // why the last attempt or the connection failed
    std::string journalTrouble; // why the socket isn't read just now; empty: it is
    std::uint64_t lastSequence = 0;  // of the journal
    friend bool operator==(const LinkState&, const LinkState&) = default;
};

struct LinkOptions {
    BrokerAddress broker;
    std::vector<std::string> topics;  // filters, subscribed at QoS 1
    std::string clientId;
    std::filesystem::path journalFile;
    std::uint64_t appliedPosition = 0;
    std::uint64_t journalLimitBytes = kJournalLimitBytes;
    std::uint16_t receiveMaximum = 1000;  // MQTT v5
    std::size_t batchLimit = 1000;        // messages a commit
    const storage::Clock* clock = nullptr;  // outlives the link
};

class MqttLink {
public:
    struct Callbacks {
        std::function<void()> journaled;      // new messages are in the journal
        std::function<void(LinkState)> state; // it changed
        std::function<void(std::vector<std::uint64_t>)> published;  // outbox sequences the broker has acknowledged
    };

    [[nodiscard]] static storage::Result<std::unique_ptr<MqttLink>> start(LinkOptions options, Callbacks callbacks);
    ~MqttLink();  // stops

    // Queues messages for publication at QoS 1, in order; each is sent until acknowledged, at least once. The queue is
    // the caller's to bound: it hands over at most a few hundred beyond what `published` has named.
    void publish(std::vector<fleet::OutboxMessage> messages);
    [[nodiscard]] LinkState state() const;
    // Disconnects and joins the thread; messages not yet journaled are left unacknowledged to the broker.
    void stop();

private:
    class Impl;
    explicit MqttLink(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
