#include "storage/store/backfill.h"

#include "storage/store/keys.h"
#include "storage/store/writer.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

// What the items of a table are read for: one of its indexes, or its TTL rows.
class Target {
public:
    virtual ~Target() = default;
    // Adds the item's row, unless a write has done so already, or the item has none.
    [[nodiscard]] virtual Result<void> add(std::string_view itemKey, const Item& item) = 0;
    [[nodiscard]] virtual Result<std::string> reached(sqlite::Connection& connection) = 0;
    // `key`: the last item looked at; none: all have been.
    [[nodiscard]] virtual Result<void> remember(sqlite::Connection& connection, const std::optional<std::string>& key,
                                                std::size_t items) = 0;
};

Result<std::string> readKey(sqlite::Statement& select) {
    const sqlite::ResetGuard guard(select);
    DRYDOCK_ASSIGN(const bool row, select.step());
    return row ? std::string(select.blob(0)) : std::string();
}

class IndexTarget final : public Target {
public:
    IndexTarget(const Table& table, std::size_t place, sqlite::Statement insert)
        : m_table(table), m_place(place), m_insert(std::move(insert)) {}

    [[nodiscard]] static Result<IndexTarget> open(sqlite::Connection& connection, const Table& table,
                                                  std::size_t place) {
        DRYDOCK_ASSIGN(sqlite::Statement insert,
                       connection.prepare("INSERT OR IGNORE INTO " + table.indexes[place].name +
                                          "(key, item_key) VALUES(?1, ?2)"));
        return IndexTarget(table, place, std::move(insert));
    }

    Result<void> add(std::string_view itemKey, const Item& item) override {
        m_key.clear();
        // An item that could not be written today (an attribute of another type, too long or empty) stays outside.
        const Result<bool> indexed = encodeIndexKey(m_table.definition.indexes[m_place], item, m_key);
        if (!indexed || !*indexed) return {};
        DRYDOCK_TRY(m_insert.bindBlob(1, m_key).bindBlob(2, itemKey).run());
        m_added += m_insert.changes();
        return {};
    }

    Result<std::string> reached(sqlite::Connection& connection) override {
        DRYDOCK_ASSIGN(sqlite::Statement * select,
                       connection.cached("SELECT backfill_key FROM indexes WHERE table_id = ?1 AND number = ?2"));
        select->bind(1, m_table.id).bind(2, m_table.indexes[m_place].number);
        return readKey(*select);
    }

    Result<void> remember(sqlite::Connection& connection, const std::optional<std::string>& key,
                          std::size_t items) override {
        DRYDOCK_ASSIGN(sqlite::Statement * update,
                       connection.cached("UPDATE indexes SET backfill_key = ?1, backfilled = backfilled + ?2, "
                                         "item_count = item_count + ?3 WHERE table_id = ?4 AND number = ?5"));
        update->bindNull(1).bind(2, static_cast<std::int64_t>(items)).bind(3, m_added);
        update->bind(4, m_table.id).bind(5, m_table.indexes[m_place].number);
        if (key) update->bindBlob(1, *key);
        return update->run();
    }

private:
    const Table& m_table;
    std::size_t m_place;
    sqlite::Statement m_insert;
    std::string m_key;
    std::int64_t m_added = 0;
};

class TtlTarget final : public Target {
public:
    TtlTarget(const Table& table, sqlite::Statement insert) : m_table(table), m_insert(std::move(insert)) {}

    [[nodiscard]] static Result<TtlTarget> open(sqlite::Connection& connection, const Table& table) {
        DRYDOCK_ASSIGN(sqlite::Statement insert, connection.prepare("INSERT OR IGNORE INTO " + table.ttlName +
                                                                    "(expires, item_key) VALUES(?1, ?2)"));
        return TtlTarget(table, std::move(insert));
    }

    Result<void> add(std::string_view itemKey, const Item& item) override {
        const auto expires = expiryOf(m_table.definition, item);
        if (!expires) return {};
        return m_insert.bind(1, *expires).bindBlob(2, itemKey).run();
    }

    Result<std::string> reached(sqlite::Connection& connection) override {
        DRYDOCK_ASSIGN(sqlite::Statement * select,
                       connection.cached("SELECT ttl_backfill_key FROM tables WHERE id = ?1"));
        select->bind(1, m_table.id);
        return readKey(*select);
    }

    Result<void> remember(sqlite::Connection& connection, const std::optional<std::string>& key,
                          std::size_t /*items*/) override {
        DRYDOCK_ASSIGN(sqlite::Statement * update,
                       connection.cached("UPDATE tables SET ttl_backfill_key = ?1 WHERE id = ?2"));
        update->bindNull(1).bind(2, m_table.id);
        if (key) update->bindBlob(1, *key);
        return update->run();
    }

private:
    const Table& m_table;
    sqlite::Statement m_insert;
};

// Takes one target further by up to `limit` items; adds to `slice`.
Result<void> advance(sqlite::Connection& connection, const Table& table, Target& target, std::size_t limit,
                     BackfillSlice& slice) {
    DRYDOCK_ASSIGN(std::string key, target.reached(connection));
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT key, item FROM " + table.dataName +
                                                                 " WHERE key > ?1 ORDER BY key LIMIT ?2"));
    const std::string begin = key;
    select->bindBlob(1, begin).bind(2, static_cast<std::int64_t>(limit));
    std::size_t items = 0;
    {
        const sqlite::ResetGuard guard(*select);
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, select->step());
            if (!row) break;
            ++items;
            key = select->blob(0);
            // One that can't be read is in no index; check() reports it.
            if (const Result<Item> item = decodeItem(select->blob(1))) DRYDOCK_TRY(target.add(key, *item));
        }
    }
    slice.items += items;
    const bool done = items < limit;
    slice.completed = slice.completed || done;
    return target.remember(connection, done ? std::nullopt : std::optional(key), items);
}

}  // namespace

Result<BackfillSlice> backfill(sqlite::Connection& connection, const Catalogue& catalogue, std::size_t limit) {
    BackfillSlice slice;
    for (const auto& [name, table] : catalogue.tables()) {
        for (std::size_t i = 0; i < table->indexes.size() && slice.items < limit; ++i) {
            if (!table->indexes[i].backfilling) continue;
            DRYDOCK_ASSIGN(IndexTarget target, IndexTarget::open(connection, *table, i));
            DRYDOCK_TRY(advance(connection, *table, target, limit - slice.items, slice));
        }
        if (table->ttlBackfilling && slice.items < limit) {
            DRYDOCK_ASSIGN(TtlTarget target, TtlTarget::open(connection, *table));
            DRYDOCK_TRY(advance(connection, *table, target, limit - slice.items, slice));
        }
    }
    if (slice.completed) DRYDOCK_TRY(Catalogue::announce(connection));
    return slice;
}

}  // namespace drydock::storage
