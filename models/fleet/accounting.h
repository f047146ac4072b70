// The accounting of messages, and the notices about the machine, that every screen shows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/fleet/retry_cycle.h"

namespace drydock::fleet {

// Invariant: received == applied + duplicate + quarantined + waiting.
struct Accounting {
    std::uint64_t received = 0;
    std::uint64_t applied = 0;
    std::uint64_t duplicate = 0;
    std::uint64_t quarantined = 0;
    std::uint64_t waiting = 0;
    friend bool operator==(const Accounting&, const Accounting&) = default;
};

enum class ConnectionState : std::uint8_t { off, connecting, connected, waitingToReconnect };

struct DeskStatus {
    Accounting accounting;
    ConnectionState connection = ConnectionState::off;
    std::string broker;  // "host:port", empty: none configured
    std::int64_t connectionSinceMs = 0;
    std::string connectionError;  // why the last attempt failed; empty: it didn't
    std::vector<std::string> topics;
    double messagesPerSecond = 0;  // received, over the last second
    std::uint64_t outboxBacklog = 0;
    std::uint64_t webhookBacklog = 0;  // alerts still to be posted
    Limits limits;                     // of the retry cycle, as they hold now
    std::uint64_t storeBytes = 0;      // of the tables, as of the last look; 0: none yet
    std::int64_t storeBudgetBytes = 0;
    std::string removed;  // what was last removed to keep within the budget, in English; empty: nothing in this run
    // Troubles that need a person, in English: "The disk with the store is full. …". Empty: none.
    std::vector<std::string> troubles;
    bool readOnly = false;
    std::string holder;  // read-only: the process that holds the store for writing; empty: none is known
};

}  // namespace drydock::fleet
