#include "app/services/journal_feed.h"

#include <algorithm>

namespace drydock::app {

using storage::Result;

Result<JournalFeed> JournalFeed::open(const std::filesystem::path& file, std::uint64_t appliedPosition) {
    DRYDOCK_ASSIGN(auto journal, Journal::open(file, appliedPosition));
    JournalFeed feed(std::move(journal), appliedPosition);
    DRYDOCK_TRY(feed.countReceived());
    return feed;
}

Result<std::span<const fleet::RawMessage>> JournalFeed::next(std::uint64_t position, std::size_t limit) {
    const std::uint64_t wanted = position + 1;
    if (wanted < m_first || wanted >= m_first + m_messages.size()) {
        m_messages.clear();
        DRYDOCK_ASSIGN(m_messages, m_journal->read(position, limit));
        m_first = wanted;
    }
    const auto rest = std::span<const fleet::RawMessage>(m_messages).subspan(wanted - m_first);
    return rest.first(std::min(limit, rest.size()));
}

Result<void> JournalFeed::countReceived() {
    DRYDOCK_ASSIGN(m_received, m_journal->lastSequence());
    return {};
}

Result<void> JournalFeed::trim(std::uint64_t position) {
    if (untrimmed(position) == 0) return {};
    DRYDOCK_TRY(m_journal->trim(position));
    m_trimmed = position;
    return {};
}

}  // namespace drydock::app
