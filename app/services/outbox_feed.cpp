#include "app/services/outbox_feed.h"

#include <utility>

namespace drydock::app {

using storage::Result;

Result<bool> OutboxFeed::run(fleet::FleetService& service, MqttLink& link) {
    DRYDOCK_ASSIGN(const bool removed, removeAcknowledged(service));
    if (m_underWay.size() >= kOutboxWindow || service.outboxBacklog() <= m_underWay.size()) return removed;

    DRYDOCK_ASSIGN(auto messages, service.outbox(m_lastHandedOver, kOutboxWindow - m_underWay.size()));
    if (messages.empty()) return removed;
    for (const fleet::OutboxMessage& message : messages) m_underWay.insert(message.sequence);
    m_lastHandedOver = messages.back().sequence;
    link.publish(std::move(messages));
    return true;
}

void OutboxFeed::acknowledged(const std::vector<std::uint64_t>& sequences) {
    const std::lock_guard lock(m_mutex);
    m_acknowledged.insert(m_acknowledged.end(), sequences.begin(), sequences.end());
}

Result<bool> OutboxFeed::removeAcknowledged(fleet::FleetService& service) {
    {
        const std::lock_guard lock(m_mutex);
        m_toRemove.insert(m_toRemove.end(), m_acknowledged.begin(), m_acknowledged.end());
        m_acknowledged.clear();
    }
    if (m_toRemove.empty()) return false;
    DRYDOCK_TRY(service.outboxDone(m_toRemove));
    for (const std::uint64_t sequence : m_toRemove) m_underWay.erase(sequence);
    m_toRemove.clear();
    return true;
}

}  // namespace drydock::app
