// The accounting of messages, and the notices about the machine, that every screen shows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
    // Troubles that need a person, in English: "The disk with the store is full. …". Empty: none.
    std::vector<std::string> troubles;
    bool readOnly = false;
    std::string holder;  // read-only: the process that holds the store for writing; empty: none is known
};

}  // namespace drydock::fleet
