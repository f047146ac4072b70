#include "storage/store/streams.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <tuple>

#include "storage/store/keys.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

// As DynamoDB's: "2015-07-27T00:48:05.123".
std::string labelAt(std::int64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    const int fraction =
        std::snprintf(text.data() + length, text.size() - length, ".%03d", static_cast<int>(ms % 1000));
    return std::string(text.data(), length + static_cast<std::size_t>(fraction));
}

// Of the table, or of one deleted that may have had its name.
Result<bool> hasLabel(sqlite::Connection& connection, std::int64_t tableId, const std::string& label) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT 1 FROM streams WHERE label = ?2 AND (table_id = ?1 OR table_id IN "
                                     "(SELECT id FROM deleted_tables))"));
    const sqlite::ResetGuard guard(*select);
    return select->bind(1, tableId).bindText(2, label).step();
}

Result<StreamDescription> describe(const Table& table, const sqlite::Statement& row) {
    StreamDescription stream;
    stream.table = table.definition.name;
    stream.key = table.definition.key;
    stream.label = row.text(0);
    const auto view = streamViewOf(row.text(1));
    if (!view) return fail(ErrorCode::corrupt, "A stream of table " + stream.table + " has an unknown view");
    stream.view = *view;
    stream.createdMs = row.integer(2);
    stream.firstSequence = static_cast<std::uint64_t>(row.integer(3));
    if (!row.isNull(4)) stream.endSequence = static_cast<std::uint64_t>(row.integer(4));
    return stream;
}

// The SQLite table that has the table's row.
std::string rowsOf(const Table& table) {
    return table.deleted ? "deleted_tables" : "tables";
}

// Of the stream's last record, or the one before its first.
Result<std::uint64_t> latestSequence(sqlite::Connection& connection, const Table& table,
                                     const StreamDescription& stream) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT sequence FROM " + table.logName +
                                     " WHERE sequence BETWEEN ?1 AND ?2 ORDER BY sequence DESC LIMIT 1"));
    select->bind(1, static_cast<std::int64_t>(stream.firstSequence));
    select->bind(2, stream.endSequence ? static_cast<std::int64_t>(*stream.endSequence) : INT64_MAX);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    return row ? static_cast<std::uint64_t>(select->integer(0)) : stream.firstSequence - 1;
}

Result<void> addStreamsOf(sqlite::Connection& connection, const Table& table, std::vector<StreamDescription>& streams) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT label, view, created_ms, first_sequence, end_sequence FROM streams "
                                     "WHERE table_id = ?1 ORDER BY label"));
    select->bind(1, table.id);
    const sqlite::ResetGuard guard(*select);
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) return {};
        DRYDOCK_ASSIGN(StreamDescription stream, describe(table, *select));
        DRYDOCK_ASSIGN(const std::int64_t trimmed, trimmedSequence(connection, table));
        stream.trimmedSequence = static_cast<std::uint64_t>(trimmed);
        DRYDOCK_ASSIGN(const std::uint64_t latest, latestSequence(connection, table, stream));
        stream.latestSequence = std::max(latest, stream.trimmedSequence);
        streams.push_back(std::move(stream));
    }
}

// One of the table's streams; empty label: the one that is on.
Result<std::optional<StreamDescription>> findStream(sqlite::Connection& connection, const Table& table,
                                                    const std::string& label) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT label, view, created_ms, first_sequence, end_sequence FROM streams WHERE "
                                     "table_id = ?1 AND CASE ?2 WHEN '' THEN ended_ms IS NULL ELSE label = ?2 END"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, table.id).bindText(2, label).step());
    if (!row) return std::nullopt;
    DRYDOCK_ASSIGN(StreamDescription stream, describe(table, *select));
    return stream;
}

// A stream with the table it is, or was, of.
struct FoundStream {
    const Table* table = nullptr;
    StreamDescription stream;
};

Result<FoundStream> findStream(sqlite::Connection& connection, const Catalogue& catalogue,
                               const StreamRequest& request) {
    const Result<Table*> table = catalogue.find(request.table);
    if (table) {
        DRYDOCK_ASSIGN(std::optional<StreamDescription> stream, findStream(connection, **table, request.label));
        if (stream) return FoundStream{*table, *std::move(stream)};
    }
    for (const std::unique_ptr<Table>& deleted : catalogue.deletedTables()) {
        if (request.label.empty() || deleted->definition.name != request.table) continue;
        DRYDOCK_ASSIGN(std::optional<StreamDescription> stream, findStream(connection, *deleted, request.label));
        if (stream) return FoundStream{deleted.get(), *std::move(stream)};
    }
    if (!table) return fail(table.error());
    return fail(ErrorCode::resourceNotFound,
                "Requested resource not found: Stream of table: " + request.table + " not found");
}

Result<std::optional<Item>> decodeImage(const sqlite::Statement& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    DRYDOCK_ASSIGN(Item item, decodeItem(row.blob(column)));
    return item;
}

Result<Change> readChange(const Table& table, const sqlite::Statement& row) {
    Change change;
    change.table = table.definition.name;
    change.sequence = static_cast<std::uint64_t>(row.integer(0));
    change.committedMs = row.integer(1);
    change.byTtl = (row.integer(2) & kLogByTtl) != 0;
    std::string_view key = row.blob(3);
    DRYDOCK_TRY(decodeKey(table.definition.key, key, change.key));
    DRYDOCK_ASSIGN(change.oldItem, decodeImage(row, 4));
    DRYDOCK_ASSIGN(change.newItem, decodeImage(row, 5));
    return change;
}

}  // namespace

Result<void> beginStream(sqlite::Connection& connection, std::int64_t tableId, StreamView view, std::int64_t nowMs,
                         std::uint64_t lastSequence) {
    // Two streams that begin in one millisecond still have two labels.
    std::int64_t at = nowMs;
    std::string label = labelAt(at);
    for (;;) {
        DRYDOCK_ASSIGN(const bool taken, hasLabel(connection, tableId, label));
        if (!taken) break;
        label = labelAt(++at);
    }
    DRYDOCK_ASSIGN(sqlite::Statement insert,
                   connection.prepare("INSERT INTO streams(table_id, label, view, created_ms, first_sequence) "
                                      "VALUES(?1, ?2, ?3, ?4, ?5)"));
    insert.bind(1, tableId).bindText(2, label).bindText(3, wordOf(view)).bind(4, at);
    return insert.bind(5, static_cast<std::int64_t>(lastSequence + 1)).run();
}

Result<void> endStream(sqlite::Connection& connection, std::int64_t tableId, std::int64_t nowMs,
                       std::uint64_t lastSequence) {
    DRYDOCK_ASSIGN(sqlite::Statement update,
                   connection.prepare("UPDATE streams SET end_sequence = ?1, ended_ms = ?2 WHERE table_id = ?3 AND "
                                      "ended_ms IS NULL"));
    return update.bind(1, static_cast<std::int64_t>(lastSequence)).bind(2, nowMs).bind(3, tableId).run();
}

Result<void> forgetStreams(sqlite::Connection& connection, std::int64_t beforeMs) {
    DRYDOCK_ASSIGN(sqlite::Statement * remove, connection.cached("DELETE FROM streams WHERE ended_ms < ?1"));
    return remove->bind(1, beforeMs).run();
}

Result<bool> hasStreams(sqlite::Connection& connection, const Table& table) {
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT 1 FROM streams WHERE table_id = ?1 LIMIT 1"));
    const sqlite::ResetGuard guard(*select);
    return select->bind(1, table.id).step();
}

Result<std::int64_t> trimmedSequence(sqlite::Connection& connection, const Table& table) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT trimmed_sequence FROM " + rowsOf(table) + " WHERE id = ?1"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, table.id).step());
    if (!row) return fail(ErrorCode::corrupt, "The catalogue has lost table " + table.definition.name);
    return select->integer(0);
}

Result<void> setTrimmedSequence(sqlite::Connection& connection, const Table& table, std::int64_t sequence) {
    DRYDOCK_ASSIGN(sqlite::Statement * update,
                   connection.cached("UPDATE " + rowsOf(table) + " SET trimmed_sequence = ?1 WHERE id = ?2"));
    return update->bind(1, sequence).bind(2, table.id).run();
}

Result<std::vector<StreamDescription>> listStreamsOf(sqlite::Connection& connection, const Catalogue& catalogue,
                                                     std::string_view tableName) {
    std::vector<StreamDescription> streams;
    for (const auto& [name, table] : catalogue.tables()) {
        if (table->hasLog && (tableName.empty() || tableName == name)) {
            DRYDOCK_TRY(addStreamsOf(connection, *table, streams));
        }
    }
    for (const std::unique_ptr<Table>& table : catalogue.deletedTables()) {
        if (tableName.empty() || tableName == table->definition.name)
            DRYDOCK_TRY(addStreamsOf(connection, *table, streams));
    }
    std::sort(streams.begin(), streams.end(), [](const StreamDescription& a, const StreamDescription& b) {
        return std::tie(a.table, a.label) < std::tie(b.table, b.label);
    });
    return streams;
}

Result<StreamPage> readStreamPage(sqlite::Connection& connection, const Catalogue& catalogue,
                                  const StreamRequest& request) {
    DRYDOCK_ASSIGN(const FoundStream found, findStream(connection, catalogue, request));
    const auto& [table, stream] = found;
    DRYDOCK_ASSIGN(const std::int64_t trimmedUntil, trimmedSequence(connection, *table));
    const auto trimmed = static_cast<std::uint64_t>(trimmedUntil);
    std::uint64_t after = std::max(request.after, stream.firstSequence - 1);
    if (request.after == 0) {
        after = std::max(after, trimmed);
    } else if (after < trimmed) {
        return fail(ErrorCode::trimmedDataAccess,
                    "The operation attempted to read past the oldest stream record in a shard.");
    }
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT sequence, committed_ms, flags, key, old_item, new_item FROM " +
                                     table->logName + " WHERE sequence > ?1 AND sequence <= ?2 ORDER BY sequence"));
    select->bind(1, static_cast<std::int64_t>(after));
    select->bind(2, stream.endSequence ? static_cast<std::int64_t>(*stream.endSequence) : INT64_MAX);
    const sqlite::ResetGuard guard(*select);
    StreamPage page;
    page.nextSequence = request.after;
    std::size_t bytes = 0;
    for (;;) {
        if (page.records.size() >= request.limit) return page;
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) break;
        bytes += select->blob(4).size() + select->blob(5).size();
        if (!page.records.empty() && bytes > request.maxBytes) return page;
        DRYDOCK_ASSIGN(Change change, readChange(*table, *select));
        page.nextSequence = change.sequence;
        page.records.push_back(std::move(change));
    }
    page.ended = stream.endSequence.has_value();
    return page;
}

Result<std::uint64_t> readCheckpointOf(sqlite::Connection& connection, const Table& table, std::string_view consumer) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT sequence FROM consumers WHERE table_id = ?1 AND name = ?2"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, table.id).bindText(2, consumer).step());
    return row ? static_cast<std::uint64_t>(select->integer(0)) : 0;
}

Result<void> writeCheckpointOf(sqlite::Connection& connection, const Table& table, std::string_view consumer,
                               std::uint64_t sequence) {
    DRYDOCK_ASSIGN(sqlite::Statement * insert,
                   connection.cached("INSERT INTO consumers(table_id, name, sequence) VALUES(?1, ?2, ?3) "
                                     "ON CONFLICT DO UPDATE SET sequence = excluded.sequence"));
    insert->bind(1, table.id).bindText(2, consumer).bind(3, static_cast<std::int64_t>(sequence));
    return insert->run();
}

Result<std::optional<std::string>> latestStreamLabel(sqlite::Connection& connection, std::int64_t tableId) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT label FROM streams WHERE table_id = ?1 ORDER BY label DESC LIMIT 1"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, tableId).step());
    if (!row) return std::nullopt;
    return std::string(select->text(0));
}

}  // namespace drydock::storage
