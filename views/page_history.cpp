#include "views/page_history.h"

namespace drydock::views {

void PageHistory::go(const Destination& destination) {
    if (!m_places.empty()) {
        if (m_places[m_at] == destination) return;
        m_places.resize(m_at + 1);
        if (m_places.size() == kMost) m_places.erase(m_places.begin());
    }
    m_places.push_back(destination);
    m_at = m_places.size() - 1;
}

void PageHistory::updateCurrent(const Destination& destination) {
    if (!m_places.empty()) m_places[m_at] = destination;
}

std::optional<Destination> PageHistory::back() {
    if (!canGoBack()) return std::nullopt;
    return m_places[--m_at];
}

std::optional<Destination> PageHistory::forward() {
    if (!canGoForward()) return std::nullopt;
    return m_places[++m_at];
}

}  // namespace drydock::views
