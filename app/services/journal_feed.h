// JournalFeed: the journal as the desk core uses it: what comes next, how much was ever received, and letting go of
// what is applied. Thread: the desk core's. Errors are the journal's; the feed can be asked again after any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "app/mqtt/journal.h"

namespace drydock::app {

class JournalFeed {
public:
    [[nodiscard]] static storage::Result<JournalFeed> open(const std::filesystem::path& file,
                                                           std::uint64_t appliedPosition);

    // The messages after `position`, in order, at most `limit`; empty when there are none. Valid until the next call.
    [[nodiscard]] storage::Result<std::span<const fleet::RawMessage>> next(std::uint64_t position, std::size_t limit);

    // Looks up how many messages were ever received.
    [[nodiscard]] storage::Result<void> countReceived();
    // As of the last countReceived() that succeeded.
    [[nodiscard]] std::uint64_t received() const { return m_received; }

    // Drops what lies at or below `position` from the journal's file, if there is any.
    [[nodiscard]] storage::Result<void> trim(std::uint64_t position);
    // Returns space of what was dropped to the disk, a piece a call; whether there is more.
    [[nodiscard]] storage::Result<bool> reclaim() { return m_journal->reclaim(); }
    // Messages applied at `position` but not dropped yet.
    [[nodiscard]] std::uint64_t untrimmed(std::uint64_t position) const { return position - m_trimmed; }

private:
    JournalFeed(std::unique_ptr<Journal> journal, std::uint64_t position)
        : m_journal(std::move(journal)), m_received(position), m_trimmed(0) {}

    std::unique_ptr<Journal> m_journal;
    std::vector<fleet::RawMessage> m_messages;
    std::uint64_t m_first = 0;  // the sequence of m_messages.front()
    std::uint64_t m_received;
    std::uint64_t m_trimmed;
};

}  // namespace drydock::app
