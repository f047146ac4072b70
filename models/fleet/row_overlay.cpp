#include "models/fleet/row_overlay.h"

#include <utility>

namespace drydock::fleet {

using storage::Item;
using storage::Result;

void RowOverlay::Row::set(std::optional<Item> item) {
    if (!m_changed) m_before = std::move(m_now);
    m_changed = true;
    m_now = std::move(item);
}

RowOverlay::Row& RowOverlay::find(const char* table, Item key) {
    m_identity = table;
    for (const auto& [name, value] : key) {
        m_identity += '\0';
        if (const auto* text = value.as<std::string>()) {
            m_identity += *text;
        } else if (const auto* number = value.as<storage::Number>()) {
            m_identity += number->toString();
        }
    }
    const auto [found, added] = m_byKey.try_emplace(m_identity, nullptr);
    if (added) {
        Row& row = m_rows.emplace_back();
        row.m_table = table;
        row.m_key = std::move(key);
        found->second = &row;
    }
    return *found->second;
}

Result<RowOverlay::Row*> RowOverlay::load(const char* table, Item key) {
    Row& row = find(table, std::move(key));
    if (!row.m_read && !row.m_changed) {
        storage::GetRequest request;
        request.table = table;
        request.key = row.m_key;
        DRYDOCK_ASSIGN(row.m_now, m_store->get(request));
        row.m_read = true;
    }
    return &row;
}

RowOverlay::Row& RowOverlay::replace(const char* table, Item key) {
    return find(table, std::move(key));
}

void RowOverlay::append(const char* table, Item item) {
    Row& row = m_rows.emplace_back();
    row.m_table = table;
    row.set(std::move(item));
}

std::vector<RowChange> RowOverlay::changes() const {
    std::vector<RowChange> changes;
    for (const Row& row : m_rows) {
        if (!row.m_read || !row.m_changed || row.m_before == row.m_now) continue;
        changes.push_back({row.m_table, row.m_key, row.m_before, row.m_now});
    }
    return changes;
}

std::vector<Item> RowOverlay::changedKeys(std::string_view table) const {
    std::vector<Item> keys;
    for (const Row& row : m_rows)
        if (row.m_read && row.m_changed && row.m_table == table && row.m_before != row.m_now) keys.push_back(row.m_key);
    return keys;
}

std::vector<storage::WriteRequest> RowOverlay::takeWrites() {
    std::vector<storage::WriteRequest> writes;
    writes.reserve(m_rows.size());
    for (Row& row : m_rows) {
        if (!row.m_changed || (row.m_read && row.m_before == row.m_now)) continue;
        if (row.m_now) {
            storage::PutRequest put;
            put.table = row.m_table;
            put.item = std::move(*row.m_now);
            writes.emplace_back(std::move(put));
        } else {
            storage::DeleteRequest remove;
            remove.table = row.m_table;
            remove.key = std::move(row.m_key);
            writes.emplace_back(std::move(remove));
        }
    }
    m_byKey.clear();
    m_rows.clear();
    return writes;
}

}  // namespace drydock::fleet
