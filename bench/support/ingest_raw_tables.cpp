#include "bench/support/ingest_raw_tables.h"

#include <algorithm>
#include <utility>

#include "bench/support/ingest_applied.h"
#include "models/fleet/tables.h"
#include "storage/sqlite/transaction.h"
#include "storage/store/store_file.h"

namespace drydock::bench {

namespace sqlite = storage::sqlite;
using storage::Result;

namespace {

// A key of the wanted size that begins with `text`.
std::string keyOf(std::string text, std::size_t bytes) {
    text.resize(std::max(bytes, text.size()), '.');
    return text;
}

Result<std::size_t> averageBytes(sqlite::Connection& store, const std::string& table, const char* column) {
    constexpr const char* kSample = " ORDER BY 1 LIMIT 1000)";
    DRYDOCK_ASSIGN(const std::int64_t bytes,
                   store.queryInteger(std::string("SELECT CAST(round(avg(length(") + column +
                                      "))) AS INTEGER) FROM (SELECT * FROM " + table + kSample));
    return static_cast<std::size_t>(bytes);
}

Result<std::string> numberOf(sqlite::Connection& store, const char* table) {
    DRYDOCK_ASSIGN(const std::int64_t id,
                   store.queryInteger(std::string("SELECT id FROM tables WHERE name = '") + table + "'"));
    return std::to_string(id);
}

}  // namespace

Result<RowShapes> readShapes(const std::filesystem::path& storeFile) {
    DRYDOCK_ASSIGN(auto store, sqlite::Connection::open(storeFile, sqlite::OpenMode::readOnly, {}));
    DRYDOCK_ASSIGN(const std::string history, numberOf(store, fleet::tables::kHistory));
    DRYDOCK_ASSIGN(const std::string status, numberOf(store, fleet::tables::kDeviceStatus));
    DRYDOCK_ASSIGN(const std::string retries, numberOf(store, fleet::tables::kRetries));

    RowShapes shapes;
    shapes.history = "data_" + history;
    shapes.historyIndex = "index_" + history + "_0";
    shapes.historyTtl = "ttl_" + history;
    shapes.status = "data_" + status;
    shapes.retries = "data_" + retries;
    shapes.retriesLog = "log_" + retries;
    // The last is the log's own index, by which recovery finds an item's past.
    for (const std::string& name : {shapes.history, shapes.historyIndex, shapes.historyTtl, shapes.status,
                                    shapes.retries, shapes.retriesLog, shapes.retriesLog + "_key"}) {
        DRYDOCK_ASSIGN(auto select, store.prepare("SELECT sql FROM sqlite_schema WHERE name = ?1"));
        DRYDOCK_ASSIGN(const bool found, select.bindText(1, name).step());
        if (!found) return storage::fail(storage::ErrorCode::notFound, "The store has no table " + name + ".");
        shapes.schema.emplace_back(select.text(0));
    }
    DRYDOCK_ASSIGN(shapes.historyKeyBytes, averageBytes(store, shapes.history, "key"));
    DRYDOCK_ASSIGN(shapes.historyBytes, averageBytes(store, shapes.history, "item"));
    DRYDOCK_ASSIGN(shapes.indexKeyBytes, averageBytes(store, shapes.historyIndex, "key"));
    DRYDOCK_ASSIGN(shapes.deviceKeyBytes, averageBytes(store, shapes.status, "key"));
    DRYDOCK_ASSIGN(shapes.statusBytes, averageBytes(store, shapes.status, "item"));
    DRYDOCK_ASSIGN(shapes.retriesBytes, averageBytes(store, shapes.retries, "item"));
    return shapes;
}

RawTables::RawTables(sqlite::Connection connection, RowShapes shapes)
    : m_connection(std::move(connection)),
      m_shapes(std::move(shapes)),
      m_historyBytes(m_shapes.historyBytes, 'h'),
      m_statusBytes(m_shapes.statusBytes, 's'),
      m_retriesBytes(m_shapes.retriesBytes, 'r') {}

Result<std::unique_ptr<RawTables>> RawTables::create(const std::filesystem::path& file, RowShapes shapes) {
    DRYDOCK_ASSIGN(auto connection, sqlite::Connection::open(file, sqlite::OpenMode::create, {}));
    DRYDOCK_TRY(storage::tuneForWriting(connection, {}));
    for (const std::string& sql : shapes.schema) DRYDOCK_TRY(connection.execute(sql));
    return std::unique_ptr<RawTables>(new RawTables(std::move(connection), std::move(shapes)));
}

Result<void> RawTables::apply(std::span<const std::string> devices) {
    DRYDOCK_ASSIGN(auto transaction, sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::write));
    std::vector<std::string> once(devices.begin(), devices.end());
    for (const std::string& device : devices) DRYDOCK_TRY(writeMessage(device));
    std::sort(once.begin(), once.end());
    once.erase(std::unique(once.begin(), once.end()), once.end());
    for (const std::string& device : once) DRYDOCK_TRY(writeDevice(device));
    return transaction.commit();
}

Result<void> RawTables::writeMessage(const std::string& device) {
    const std::string sequence = std::to_string(1'000'000'000 + ++m_messages);
    const std::string key = keyOf(device + "m#" + sequence, m_shapes.historyKeyBytes);
    const std::string indexKey = keyOf(device + sequence, m_shapes.indexKeyBytes);
    DRYDOCK_ASSIGN(sqlite::Statement* const history,
                   m_connection.cached("INSERT INTO " + m_shapes.history + "(key, size, item) VALUES(?1, ?2, ?3)"));
    DRYDOCK_TRY(history->bindBlob(1, key).bind(2, std::ssize(m_historyBytes)).bindBlob(3, m_historyBytes).run());
    DRYDOCK_ASSIGN(sqlite::Statement* const index,
                   m_connection.cached("INSERT INTO " + m_shapes.historyIndex + "(key, item_key) VALUES(?1, ?2)"));
    DRYDOCK_TRY(index->bindBlob(1, indexKey).bindBlob(2, key).run());
    DRYDOCK_ASSIGN(sqlite::Statement* const ttl,
                   m_connection.cached("INSERT INTO " + m_shapes.historyTtl + "(expires, item_key) VALUES(?1, ?2)"));
    return ttl->bind(1, 1'719'000'000 + m_messages / kMessagesOfSecond).bindBlob(2, key).run();
}

Result<void> RawTables::writeDevice(const std::string& device) {
    const std::string key = keyOf(device, m_shapes.deviceKeyBytes);
    for (const auto& [table, bytes] :
         {std::pair(&m_shapes.status, &m_statusBytes), std::pair(&m_shapes.retries, &m_retriesBytes)}) {
        DRYDOCK_ASSIGN(sqlite::Statement* const put, m_connection.cached("INSERT OR REPLACE INTO " + *table +
                                                                         "(key, size, item) VALUES(?1, ?2, ?3)"));
        DRYDOCK_TRY(put->bindBlob(1, key).bind(2, std::ssize(*bytes)).bindBlob(3, *bytes).run());
    }
    DRYDOCK_ASSIGN(sqlite::Statement* const log,
                   m_connection.cached("INSERT INTO " + m_shapes.retriesLog +
                                       "(sequence, committed_ms, flags, key, old_item, new_item)"
                                       " VALUES(?1, ?2, 0, ?3, ?4, ?5)"));
    ++m_changes;
    return log->bind(1, m_changes)
        .bind(2, 1'711'320'000'000 + m_changes)
        .bindBlob(3, key)
        .bindBlob(4, m_retriesBytes)
        .bindBlob(5, m_retriesBytes)
        .run();
}

}  // namespace drydock::bench
