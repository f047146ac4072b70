// RowOverlay: rows as a transaction that is being put together sees them, over what the store holds.
//
// Every row is read at most once and written at most once, however often it changes in between.
// Thread and lifetime: those of the TableReader it borrows. References to rows stay valid.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/fleet/operator_action.h"
#include "storage/store/table_store.h"

namespace drydock::fleet {

class RowOverlay {
public:
    class Row {
    public:
        // As the transaction sees it; none: absent (or, of a row that was never read, unknown).
        [[nodiscard]] const std::optional<storage::Item>& now() const { return m_now; }
        // As it was when it was read.
        [[nodiscard]] const std::optional<storage::Item>& before() const { return m_changed ? m_before : m_now; }
        void set(std::optional<storage::Item> item);

    private:
        friend class RowOverlay;
        const char* m_table = nullptr;
        storage::Item m_key;
        bool m_read = false;
        bool m_changed = false;
        std::optional<storage::Item> m_before;  // once changed
        std::optional<storage::Item> m_now;
    };

    explicit RowOverlay(storage::TableReader& store) : m_store(&store) {}

    // The row, read from the store the first time. `table` is one of tables.h's constants.
    [[nodiscard]] storage::Result<Row*> load(const char* table, storage::Item key);
    // The row without reading it: for rows that are only replaced.
    [[nodiscard]] Row& replace(const char* table, storage::Item key);
    // A row whose key is new by construction.
    void append(const char* table, storage::Item item);

    // What changed of the rows that were read, in the order they were first touched.
    [[nodiscard]] std::vector<RowChange> changes() const;
    // The keys of this table's rows that were read and changed, in that order.
    [[nodiscard]] std::vector<storage::Item> changedKeys(std::string_view table) const;
    // Everything to be written; the overlay is spent then.
    [[nodiscard]] std::vector<storage::WriteRequest> takeWrites();

private:
    [[nodiscard]] Row& find(const char* table, storage::Item key);

    storage::TableReader* m_store;
    std::deque<Row> m_rows;
    std::unordered_map<std::string, Row*> m_byKey;
    std::string m_identity;  // kept between calls for its memory
};

}  // namespace drydock::fleet
