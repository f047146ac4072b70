#include "models/string_pool.h"

namespace drydock::models {

StringPool::StringPool() : m_entries(1) {}

StringPool::Id StringPool::acquire(std::string_view text) {
    if (text.empty()) return kEmpty;
    if (const auto known = m_ids.find(text); known != m_ids.end()) {
        ++m_entries[known->second].users;
        return known->second;
    }
    Id id = 0;
    if (m_free.empty()) {
        id = static_cast<Id>(m_entries.size());
        m_entries.emplace_back();
    } else {
        id = m_free.back();
        m_free.pop_back();
    }
    m_entries[id] = {std::string(text), 1};
    m_ids.emplace(text, id);
    ++m_version;
    return id;
}

void StringPool::release(Id id) {
    if (id == kEmpty) return;
    Entry& entry = m_entries[id];
    if (--entry.users > 0) return;
    m_ids.erase(m_ids.find(entry.text));
    entry.text.clear();
    entry.text.shrink_to_fit();
    m_free.push_back(id);
}

StringPool::Id StringPool::find(std::string_view text) const {
    const auto known = m_ids.find(text);
    return known == m_ids.end() ? kEmpty : known->second;
}

std::size_t StringPool::bytes() const {
    constexpr std::size_t kNodeBytes = 64;  // a hash node with its string, roughly
    std::size_t total = m_entries.capacity() * sizeof(Entry) + m_free.capacity() * sizeof(Id);
    for (const Entry& entry : m_entries) total += 2 * entry.text.size() + (entry.users > 0 ? kNodeBytes : 0);
    return total;
}

}  // namespace drydock::models
