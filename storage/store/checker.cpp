#include "storage/store/checker.h"

#include "storage/store/file_check.h"
#include "storage/store/keys.h"
#include "storage/store/writer.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

// Compares one table's rows with its items in two passes: over the items, looking for what each of them should have;
// then by number, since rows beyond those found must be strays.
class TableCheck {
public:
    TableCheck(sqlite::Connection& connection, const Table& table, std::vector<CheckFinding>& findings)
        : m_connection(connection),
          m_table(table),
          m_findings(findings),
          m_indexFound(table.indexes.size()),
          m_indexMissing(table.indexes.size()) {}

    [[nodiscard]] Result<void> run() {
        DRYDOCK_TRY(readItems());
        for (std::size_t i = 0; i < m_table.indexes.size(); ++i) DRYDOCK_TRY(compareIndex(i));
        // What is still being filled has rows missing by rights.
        if (m_table.definition.ttlAttribute && !m_table.ttlBackfilling) {
            DRYDOCK_ASSIGN(m_ttlDamaged, compareRows(m_table.ttlName, "time-to-live index", m_ttlFound, m_ttlMissing));
        }
        return compareTotals();
    }

    // Rebuilds what run() found wrong, from the items.
    [[nodiscard]] Result<void> repair() {
        DRYDOCK_TRY(repairSizes());
        for (const std::size_t i : m_damagedIndexes) DRYDOCK_TRY(rebuildIndex(i));
        if (m_ttlDamaged) DRYDOCK_TRY(rebuildTtl());
        DRYDOCK_TRY(m_connection.execute("UPDATE tables SET item_count = " + std::to_string(m_items) +
                                         ", size_bytes = " + std::to_string(m_bytes) + " WHERE id = " + id()));
        for (std::size_t i = 0; i < m_table.indexes.size(); ++i) {
            DRYDOCK_TRY(m_connection.execute("UPDATE indexes SET item_count = (SELECT count(*) FROM " +
                                             m_table.indexes[i].name + ") WHERE table_id = " + id() +
                                             " AND number = " + number(i)));
        }
        return {};
    }

private:
    [[nodiscard]] std::string id() const { return std::to_string(m_table.id); }
    [[nodiscard]] std::string number(std::size_t i) const { return std::to_string(m_table.indexes[i].number); }

    void find(std::string what, bool repairable) {
        m_findings.push_back({m_table.definition.name, std::move(what), repairable});
    }

    // Calls visit(key bytes, size column, item) for each intact item; `damaged` for the others.
    template <class Visit, class Damaged>
    [[nodiscard]] Result<void> forEachItem(Visit visit, Damaged damaged) {
        DRYDOCK_ASSIGN(sqlite::Statement rows,
                       m_connection.prepare("SELECT key, size, item FROM " + m_table.dataName + " ORDER BY key"));
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, rows.step());
            if (!row) return {};
            Result<Item> item = decodeItem(rows.blob(2));
            std::string key;
            if (!item || !encodeItemKey(m_table.definition.key, *item, key) || key != rows.blob(0)) {
                damaged(rows.integer(1));
                continue;
            }
            DRYDOCK_TRY(visit(key, rows.integer(1), *item));
        }
    }

    [[nodiscard]] Result<bool> exists(const std::string& sql, std::string_view key, std::string_view itemKey) {
        DRYDOCK_ASSIGN(sqlite::Statement * select, m_connection.cached(sql));
        const sqlite::ResetGuard guard(*select);
        return select->bindBlob(1, key).bindBlob(2, itemKey).step();
    }

    [[nodiscard]] Result<bool> ttlExists(std::int64_t expires, std::string_view itemKey) {
        DRYDOCK_ASSIGN(sqlite::Statement * select, m_connection.cached("SELECT 1 FROM " + m_table.ttlName +
                                                                       " WHERE expires = ?1 AND item_key = ?2"));
        const sqlite::ResetGuard guard(*select);
        return select->bind(1, expires).bindBlob(2, itemKey).step();
    }

    [[nodiscard]] Result<void> checkItem(const std::string& key, std::int64_t size, const Item& item) {
        const auto actual = static_cast<std::int64_t>(itemSize(item));
        ++m_items;
        m_bytes += actual;
        if (actual != size) m_wrongSizes.emplace_back(key, actual);
        std::string indexKey;
        for (std::size_t i = 0; i < m_table.indexes.size(); ++i) {
            indexKey.clear();
            const Result<bool> indexed = encodeIndexKey(m_table.definition.indexes[i], item, indexKey);
            if (!indexed || !*indexed) continue;
            DRYDOCK_ASSIGN(const bool there,
                           exists("SELECT 1 FROM " + m_table.indexes[i].name + " WHERE key = ?1 AND item_key = ?2",
                                  indexKey, key));
            ++(there ? m_indexFound : m_indexMissing)[i];
        }
        if (const auto expires = expiryOf(m_table.definition, item)) {
            DRYDOCK_ASSIGN(const bool there, ttlExists(*expires, key));
            ++(there ? m_ttlFound : m_ttlMissing);
        }
        return {};
    }

    [[nodiscard]] Result<void> readItems() {
        std::uint64_t damaged = 0;
        DRYDOCK_TRY(forEachItem(
            [&](const std::string& key, std::int64_t size, const Item& item) { return checkItem(key, size, item); },
            [&](std::int64_t size) {
                ++damaged;
                ++m_items;
                m_bytes += size;
            }));
        if (damaged != 0) find(std::to_string(damaged) + " items cannot be read", false);
        if (!m_wrongSizes.empty()) find(std::to_string(m_wrongSizes.size()) + " items have a wrong size", true);
        return {};
    }

    // True (and a finding) when the rows of a dependent table are not exactly those the items call for.
    [[nodiscard]] Result<bool> compareRows(const std::string& rows, const std::string& what, std::int64_t found,
                                           std::int64_t missing) {
        DRYDOCK_ASSIGN(const std::int64_t count, m_connection.queryInteger("SELECT count(*) FROM " + rows));
        const std::int64_t stray = count - found;
        if (missing == 0 && stray == 0) return false;
        find(what + ": " + std::to_string(missing) + " rows missing, " + std::to_string(stray) + " rows stray", true);
        return true;
    }

    [[nodiscard]] Result<void> compareIndex(std::size_t i) {
        if (m_table.indexes[i].backfilling) return {};
        const std::string name = "index " + m_table.definition.indexes[i].name;
        DRYDOCK_ASSIGN(const bool damaged,
                       compareRows(m_table.indexes[i].name, name, m_indexFound[i], m_indexMissing[i]));
        if (damaged) m_damagedIndexes.push_back(i);
        DRYDOCK_ASSIGN(const std::int64_t recorded,
                       m_connection.queryInteger("SELECT item_count FROM indexes WHERE table_id = " + id() +
                                                 " AND number = " + number(i)));
        const std::int64_t expected = m_indexFound[i] + m_indexMissing[i];
        if (recorded != expected) {
            find(name + ": counted " + std::to_string(recorded) + " items, has " + std::to_string(expected), true);
        }
        return {};
    }

    [[nodiscard]] Result<void> compareTotals() {
        DRYDOCK_ASSIGN(const std::int64_t items,
                       m_connection.queryInteger("SELECT item_count FROM tables WHERE id = " + id()));
        DRYDOCK_ASSIGN(const std::int64_t bytes,
                       m_connection.queryInteger("SELECT size_bytes FROM tables WHERE id = " + id()));
        if (items != m_items) {
            find("counted " + std::to_string(items) + " items, has " + std::to_string(m_items), true);
        }
        if (bytes != m_bytes) {
            find("counted " + std::to_string(bytes) + " bytes, has " + std::to_string(m_bytes), true);
        }
        return {};
    }

    [[nodiscard]] Result<void> repairSizes() {
        DRYDOCK_ASSIGN(sqlite::Statement update,
                       m_connection.prepare("UPDATE " + m_table.dataName + " SET size = ?1 WHERE key = ?2"));
        for (const auto& [key, size] : m_wrongSizes) DRYDOCK_TRY(update.bind(1, size).bindBlob(2, key).run());
        return {};
    }

    [[nodiscard]] Result<void> rebuildIndex(std::size_t i) {
        const std::string& name = m_table.indexes[i].name;
        DRYDOCK_TRY(m_connection.execute("DELETE FROM " + name));
        DRYDOCK_ASSIGN(sqlite::Statement insert,
                       m_connection.prepare("INSERT INTO " + name + "(key, item_key) VALUES(?1, ?2)"));
        return forEachItem(
            [&](const std::string& key, std::int64_t /*size*/, const Item& item) -> Result<void> {
                std::string indexKey;
                const Result<bool> indexed = encodeIndexKey(m_table.definition.indexes[i], item, indexKey);
                if (!indexed || !*indexed) return {};
                return insert.bindBlob(1, indexKey).bindBlob(2, key).run();
            },
            [](std::int64_t /*size*/) {});
    }

    [[nodiscard]] Result<void> rebuildTtl() {
        DRYDOCK_TRY(m_connection.execute("DELETE FROM " + m_table.ttlName));
        DRYDOCK_ASSIGN(sqlite::Statement insert,
                       m_connection.prepare("INSERT INTO " + m_table.ttlName + "(expires, item_key) VALUES(?1, ?2)"));
        return forEachItem(
            [&](const std::string& key, std::int64_t /*size*/, const Item& item) -> Result<void> {
                const auto expires = expiryOf(m_table.definition, item);
                if (!expires) return {};
                return insert.bind(1, *expires).bindBlob(2, key).run();
            },
            [](std::int64_t /*size*/) {});
    }

    sqlite::Connection& m_connection;
    const Table& m_table;
    std::vector<CheckFinding>& m_findings;
    std::int64_t m_items = 0;
    std::int64_t m_bytes = 0;
    std::vector<std::int64_t> m_indexFound;
    std::vector<std::int64_t> m_indexMissing;
    std::int64_t m_ttlFound = 0;
    std::int64_t m_ttlMissing = 0;
    std::vector<std::pair<std::string, std::int64_t>> m_wrongSizes;  // key bytes and what the size should be
    std::vector<std::size_t> m_damagedIndexes;
    bool m_ttlDamaged = false;
};

// SQLite's own look at its pages; what it finds, only a copy can mend.
Result<void> checkFile(sqlite::Connection& connection, std::vector<CheckFinding>& findings) {
    DRYDOCK_ASSIGN(const std::vector<std::string> damage, checkPages(connection, "integrity_check"));
    for (const std::string& what : damage) findings.push_back({"", what, false});
    return {};
}

}  // namespace

Result<std::vector<CheckFinding>> checkStore(sqlite::Connection& connection, const Catalogue& catalogue, bool repair) {
    std::vector<CheckFinding> findings;
    DRYDOCK_TRY(checkFile(connection, findings));
    for (const auto& [name, table] : catalogue.tables()) {
        const std::size_t before = findings.size();
        TableCheck check(connection, *table, findings);
        Result<void> checked = check.run();
        if (!checked && checked.error().code == ErrorCode::corrupt) {
            // The others may be sound.
            findings.push_back({name, std::move(checked).error().message, false});
            continue;
        }
        DRYDOCK_TRY(std::move(checked));
        if (repair && findings.size() != before) DRYDOCK_TRY(check.repair());
    }
    return findings;
}

}  // namespace drydock::storage
