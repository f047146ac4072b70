// Writer: applies write units within one transaction and gathers what must follow from them.
//
// Thread: its connection's. Lifetime: one transaction; refers to connection and catalogue, which outlive it.
// Invariant: a unit writes nothing until all of its writes have been evaluated, so a refused unit needs no undoing.
#pragma once

#include "storage/store/write_plan.h"

namespace drydock::storage {

struct TtlRow {
    std::int64_t expires = 0;
    std::string key;  // the item's
};

class Writer {
public:
    Writer(sqlite::Connection& connection, const Catalogue& catalogue, std::int64_t nowMs, std::uint64_t lastSequence)
        : m_connection(connection), m_catalogue(catalogue), m_nowMs(nowMs), m_sequence(lastSequence) {}

    // The unit's own outcome, or an error of the machine, after which the transaction must be rolled back.
    [[nodiscard]] Result<UnitResult> apply(WriteUnit unit);
    // Puts an item into a table whose items come from elsewhere. It is taken as it is: a value no index takes keeps it
    // out of that index only.
    [[nodiscard]] Result<void> load(Table& table, Item item);
    // Removes the items of TTL rows that follow each other; their changes say so. A row that is not its item's, which
    // only damage brings about, goes alone: it would be found again and again.
    [[nodiscard]] Result<void> removeExpired(Table& table, const std::vector<TtlRow>& rows);
    // Brings counts and the sequence up to date; the last thing before the commit.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] std::uint64_t lastSequence() const { return m_sequence; }
    // The changes of subscribed tables, in the order they were made.
    [[nodiscard]] ChangeBatch takeChanges() { return std::move(m_changes); }

private:
    struct Totals {
        Table* table = nullptr;
        std::int64_t items = 0;
        std::int64_t bytes = 0;
        std::vector<std::int64_t> indexItems;
    };

    // Whether a unit's token has been used, and by whom.
    enum class TokenState { unknown, done, otherRequest };
    [[nodiscard]] Result<TokenState> findToken(const WriteUnit& unit);
    [[nodiscard]] Result<void> keepToken(const WriteUnit& unit);
    [[nodiscard]] Result<void> perform(WritePlan& plan, bool byTtl);
    // Whether there was something to do. Afterwards `plan.old` is known.
    [[nodiscard]] Result<bool> putRow(WritePlan& plan);
    [[nodiscard]] Result<bool> removeRow(WritePlan& plan);
    [[nodiscard]] Result<void> maintainIndexes(const WritePlan& plan, Totals& totals);
    [[nodiscard]] Result<void> maintainTtl(const WritePlan& plan);
    [[nodiscard]] Result<void> removeExpiredItem(Table& table, const TtlRow& row);
    [[nodiscard]] Result<void> removeTtlRow(Table& table, std::int64_t expires, const std::string& key);
    [[nodiscard]] Result<std::uint64_t> log(const WritePlan& plan, bool byTtl);
    void collectChange(WritePlan& plan, std::uint64_t sequence, bool byTtl);
    [[nodiscard]] Totals& totalsOf(Table& table);

    sqlite::Connection& m_connection;
    const Catalogue& m_catalogue;
    std::int64_t m_nowMs;
    std::uint64_t m_sequence;
    bool m_logged = false;
    std::string m_row;  // the encoded item, reused from write to write
    std::vector<Totals> m_totals;
    ChangeBatch m_changes;
};

}  // namespace drydock::storage
