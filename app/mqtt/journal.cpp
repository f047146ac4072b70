#include "app/mqtt/journal.h"

#include <algorithm>
#include <system_error>

#include "app/mqtt/batch_codec.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/transaction.h"

namespace drydock::app {

namespace sqlite = storage::sqlite;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::int64_t kSchemaVersion = 2;

// Where a checkpoint is forced first, and how much further again if it was in vain.
constexpr std::uint64_t kCheckpointBytes = kJournalLogLimitBytes / 2;
constexpr std::uint64_t kCheckpointStepBytes = kJournalLogLimitBytes / 8;

// A trim is split into transactions of this many batches, so that the writer never waits for long.
constexpr std::int64_t kBatchesOfTrim = 64;

// So many pages a piece of reclaimed space has; a piece is one transaction.
constexpr std::int64_t kPagesOfReclaim = 4096;

// Deleted messages need not be overwritten (Debian's default), which would double what a trim writes. The writer's wait
// for a trim is short, because the link must stay able to stop.
constexpr const char* kSettings =
    "PRAGMA busy_timeout=1000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=OFF;"
    "PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=16777216";

constexpr const char* kSchema =
    "CREATE TABLE batches(last_sequence INTEGER PRIMARY KEY, first_sequence INTEGER NOT NULL,"
    " received_ms INTEGER NOT NULL, messages BLOB NOT NULL) STRICT;"
    "CREATE TABLE progress(id INTEGER PRIMARY KEY CHECK(id = 1), last_sequence INTEGER NOT NULL,"
    " kept_bytes INTEGER NOT NULL) STRICT;"
    "INSERT INTO progress VALUES(1, 0, 0)";

constexpr const char* kSchemaSince2 =
    "CREATE TABLE subscriptions(broker TEXT NOT NULL, filter TEXT NOT NULL, PRIMARY KEY(broker, filter))"
    " STRICT, WITHOUT ROWID;"
    "PRAGMA user_version=2";

// The version of the file's schema, 0: it is empty. Only reads, so that somebody else's file stays as it is.
Result<std::int64_t> schemaVersion(sqlite::Connection& connection, const std::filesystem::path& file) {
    DRYDOCK_ASSIGN(const std::int64_t version, connection.queryInteger("PRAGMA user_version"));
    if (version > 0 && version <= kSchemaVersion) return version;
    DRYDOCK_ASSIGN(const std::int64_t tables, connection.queryInteger("SELECT count(*) FROM sqlite_schema"));
    if (version == 0 && tables == 0) return 0;
    return storage::fail(ErrorCode::corrupt, file.string() + " is no journal that this version can read.");
}

Result<void> completeSchema(sqlite::Connection& connection, const std::filesystem::path& file) {
    DRYDOCK_ASSIGN(auto transaction, sqlite::Transaction::begin(connection, sqlite::Transaction::Kind::write));
    // Asked again under the lock: the other thread may have completed it meanwhile.
    DRYDOCK_ASSIGN(const std::int64_t version, schemaVersion(connection, file));
    if (version < 1) DRYDOCK_TRY(connection.execute(kSchema));
    if (version < 2) DRYDOCK_TRY(connection.execute(kSchemaSince2));
    return transaction.commit();
}

}  // namespace

class Journal::Impl {
public:
    Impl(sqlite::Connection connection, std::filesystem::path file)
        : m_connection(std::move(connection)), m_file(std::move(file)) {}

    Result<void> prepare(std::uint64_t appliedPosition);
    Result<std::uint64_t> append(std::span<const fleet::RawMessage> messages);
    Result<std::vector<fleet::RawMessage>> read(std::uint64_t after, std::size_t limit);
    Result<std::uint64_t> progress(const char* column);
    Result<void> trim(std::uint64_t position);
    Result<bool> reclaim();
    Result<std::vector<std::string>> subscriptions(const std::string& broker);
    Result<void> setSubscriptions(const std::string& broker, const std::vector<std::string>& filters);

private:
    struct Row {
        std::uint64_t first;
        std::uint64_t last;
        std::string messages;
    };
    Result<std::vector<Row>> rowsBehind(std::uint64_t after, std::size_t limit);
    Result<void> takeBatch(const Row& row, std::uint64_t after, std::vector<fleet::RawMessage>& messages) const;
    Result<bool> trimSome(std::uint64_t position);
    void boundLog();

    sqlite::Connection m_connection;
    std::filesystem::path m_file;
    std::uint64_t m_checkpointAtBytes = kCheckpointBytes;
};

Result<void> Journal::Impl::prepare(std::uint64_t appliedPosition) {
    DRYDOCK_ASSIGN(const std::int64_t version, schemaVersion(m_connection, m_file));
    // Has an effect on an empty file alone, before anything is written to it.
    if (version == 0) DRYDOCK_TRY(m_connection.execute("PRAGMA auto_vacuum=INCREMENTAL"));
    DRYDOCK_TRY(m_connection.execute(kSettings));
    if (version < kSchemaVersion) DRYDOCK_TRY(completeSchema(m_connection, m_file));
    DRYDOCK_ASSIGN(const std::uint64_t taken, progress("last_sequence"));
    if (taken >= appliedPosition) return {};  // nor waits for whoever writes
    DRYDOCK_ASSIGN(sqlite::Statement* const raise,
                   m_connection.cached("UPDATE progress SET last_sequence = ?1 WHERE last_sequence < ?1"));
    return raise->bind(1, static_cast<std::int64_t>(appliedPosition)).run();
}

Result<std::uint64_t> Journal::Impl::append(std::span<const fleet::RawMessage> messages) {
    if (messages.empty()) return progress("last_sequence");
    const std::string blob = encodeBatch(messages);
    const auto count = static_cast<std::int64_t>(messages.size());

    DRYDOCK_ASSIGN(auto transaction, sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::write));
    DRYDOCK_ASSIGN(sqlite::Statement* const advance,
                   m_connection.cached("UPDATE progress SET last_sequence = last_sequence + ?1,"
                                       " kept_bytes = kept_bytes + ?2 RETURNING last_sequence"));
    std::int64_t last = 0;
    {
        const sqlite::ResetGuard guard(*advance);
        DRYDOCK_ASSIGN(const bool found, advance->bind(1, count).bind(2, std::ssize(blob)).step());
        if (!found) return storage::fail(ErrorCode::corrupt, m_file.string() + " has lost its progress row.");
        last = advance->integer(0);
    }
    DRYDOCK_ASSIGN(sqlite::Statement* const insert, m_connection.cached("INSERT INTO batches VALUES(?1, ?2, ?3, ?4)"));
    DRYDOCK_TRY(
        insert->bind(1, last).bind(2, last - count + 1).bind(3, messages.front().arrivedMs).bindBlob(4, blob).run());
    DRYDOCK_TRY(transaction.commit());
    boundLog();
    return static_cast<std::uint64_t>(last);
}

// SQLite's own checkpoints never wait for a reader, so under constant reading the log might never start over. Far
// enough below the limit this waits for the readers, whose reads are short.
void Journal::Impl::boundLog() {
    std::error_code missing;
    const std::uint64_t size = std::filesystem::file_size(m_file.string() + "-wal", missing);
    if (missing || size < m_checkpointAtBytes) return;
    const auto busy = m_connection.queryInteger("PRAGMA wal_checkpoint(TRUNCATE)");
    const bool emptied = busy && *busy == 0;
    m_checkpointAtBytes = emptied ? kCheckpointBytes : size + kCheckpointStepBytes;
}

// Takes the rows first and decodes them after the snapshot was let go, as a checkpoint waits for it.
Result<std::vector<fleet::RawMessage>> Journal::Impl::read(std::uint64_t after, std::size_t limit) {
    DRYDOCK_ASSIGN(const std::vector<Row> rows, rowsBehind(after, limit));
    std::vector<fleet::RawMessage> messages;
    for (const Row& row : rows) DRYDOCK_TRY(takeBatch(row, after, messages));
    return messages;
}

Result<std::vector<Journal::Impl::Row>> Journal::Impl::rowsBehind(std::uint64_t after, std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement* const select,
                   m_connection.cached("SELECT first_sequence, last_sequence, messages FROM batches"
                                       " WHERE last_sequence > ?1 ORDER BY last_sequence"));
    const sqlite::ResetGuard guard(*select);
    select->bind(1, static_cast<std::int64_t>(after));
    std::vector<Row> rows;
    do {
        DRYDOCK_ASSIGN(const bool found, select->step());
        if (!found) break;
        rows.push_back({static_cast<std::uint64_t>(select->integer(0)), static_cast<std::uint64_t>(select->integer(1)),
                        std::string(select->blob(2))});
    } while (rows.back().last < after + limit);
    return rows;
}

Result<void> Journal::Impl::takeBatch(const Row& row, std::uint64_t after,
                                      std::vector<fleet::RawMessage>& messages) const {
    const std::uint64_t next = after + messages.size() + 1;
    if (row.first > next)
        return storage::fail(ErrorCode::corrupt, "Messages " + std::to_string(next) + " to " +
                                                     std::to_string(row.first - 1) + " are missing in " +
                                                     m_file.string() + ".");
    auto batch = decodeBatch(row.messages);
    if (batch && batch->size() != row.last - row.first + 1)
        batch = storage::fail(ErrorCode::corrupt, "it does not hold as many messages as it says");
    if (!batch)
        return storage::fail(ErrorCode::corrupt, "The batch of messages " + std::to_string(row.first) + " to " +
                                                     std::to_string(row.last) + " in " + m_file.string() +
                                                     " is damaged: " + batch.error().message + ".");
    // Only the first batch can hold messages that were read before.
    const auto fresh = batch->begin() + static_cast<std::ptrdiff_t>(next - row.first);
    messages.insert(messages.end(), std::make_move_iterator(fresh), std::make_move_iterator(batch->end()));
    return {};
}

Result<std::uint64_t> Journal::Impl::progress(const char* column) {
    DRYDOCK_ASSIGN(sqlite::Statement* const select,
                   m_connection.cached(std::string("SELECT ") + column + " FROM progress"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool found, select->step());
    if (!found) return storage::fail(ErrorCode::corrupt, m_file.string() + " has lost its progress row.");
    return static_cast<std::uint64_t>(select->integer(0));
}

Result<void> Journal::Impl::trim(std::uint64_t position) {
    for (bool more = true; more;) {
        DRYDOCK_ASSIGN(more, trimSome(position));
    }
    return {};
}

Result<bool> Journal::Impl::trimSome(std::uint64_t position) {
    DRYDOCK_ASSIGN(sqlite::Statement* const measure,
                   m_connection.cached("SELECT max(last_sequence), sum(length(messages)), count(*) FROM (SELECT"
                                       " last_sequence, messages FROM batches WHERE last_sequence <= ?1"
                                       " ORDER BY last_sequence LIMIT ?2)"));
    std::int64_t last = 0;
    std::int64_t bytes = 0;
    std::int64_t count = 0;
    {
        // Outside of the write transaction: only this thread trims, and new batches come behind.
        const sqlite::ResetGuard guard(*measure);
        DRYDOCK_TRY(measure->bind(1, static_cast<std::int64_t>(position)).bind(2, kBatchesOfTrim).step());
        last = measure->integer(0);
        bytes = measure->integer(1);
        count = measure->integer(2);
    }
    if (count == 0) return false;
    DRYDOCK_ASSIGN(auto transaction, sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::write));
    DRYDOCK_ASSIGN(sqlite::Statement* const drop, m_connection.cached("DELETE FROM batches WHERE last_sequence <= ?1"));
    DRYDOCK_TRY(drop->bind(1, last).run());
    DRYDOCK_ASSIGN(sqlite::Statement* const account,
                   m_connection.cached("UPDATE progress SET kept_bytes = kept_bytes - ?1"));
    DRYDOCK_TRY(account->bind(1, bytes).run());
    DRYDOCK_TRY(transaction.commit());
    return count == kBatchesOfTrim;
}

// Pages at the end that are free are just cut off; others must first be filled from the end. So this waits until at
// most a quarter of the file is in use.
Result<bool> Journal::Impl::reclaim() {
    DRYDOCK_ASSIGN(const std::int64_t pages, m_connection.queryInteger("PRAGMA page_count"));
    DRYDOCK_ASSIGN(const std::int64_t spare, m_connection.queryInteger("PRAGMA freelist_count"));
    DRYDOCK_ASSIGN(const std::int64_t pageBytes, m_connection.queryInteger("PRAGMA page_size"));
    const std::int64_t surplus = spare - static_cast<std::int64_t>(kJournalSpareBytes) / pageBytes;
    if (surplus <= 0 || pages - spare > pages / 4) return false;
    const std::int64_t piece = std::min(surplus, kPagesOfReclaim);
    DRYDOCK_TRY(m_connection.execute("PRAGMA incremental_vacuum(" + std::to_string(piece) + ")"));
    DRYDOCK_ASSIGN(const std::int64_t left, m_connection.queryInteger("PRAGMA freelist_count"));
    // A file made before it could shrink stays as it is.
    return surplus > piece && left < spare;
}

Result<std::vector<std::string>> Journal::Impl::subscriptions(const std::string& broker) {
    DRYDOCK_ASSIGN(sqlite::Statement* const select,
                   m_connection.cached("SELECT filter FROM subscriptions WHERE broker = ?1 ORDER BY filter"));
    const sqlite::ResetGuard guard(*select);
    select->bindText(1, broker);
    std::vector<std::string> filters;
    for (;;) {
        DRYDOCK_ASSIGN(const bool found, select->step());
        if (!found) return filters;
        filters.emplace_back(select->text(0));
    }
}

Result<void> Journal::Impl::setSubscriptions(const std::string& broker, const std::vector<std::string>& filters) {
    DRYDOCK_ASSIGN(auto transaction, sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::write));
    DRYDOCK_ASSIGN(sqlite::Statement* const forget, m_connection.cached("DELETE FROM subscriptions WHERE broker = ?1"));
    DRYDOCK_TRY(forget->bindText(1, broker).run());
    DRYDOCK_ASSIGN(sqlite::Statement* const add,
                   m_connection.cached("INSERT OR IGNORE INTO subscriptions VALUES(?1, ?2)"));
    for (const std::string& filter : filters) DRYDOCK_TRY(add->bindText(1, broker).bindText(2, filter).run());
    return transaction.commit();
}

Journal::Journal(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& file, std::uint64_t appliedPosition,
                                               const std::string& vfs) {
    DRYDOCK_ASSIGN(auto connection, sqlite::Connection::open(file, sqlite::OpenMode::create, vfs));
    auto impl = std::make_unique<Impl>(std::move(connection), file);
    DRYDOCK_TRY(impl->prepare(appliedPosition));
    return std::unique_ptr<Journal>(new Journal(std::move(impl)));
}

Result<std::uint64_t> Journal::append(std::span<const fleet::RawMessage> messages) {
    return m_impl->append(messages);
}

Result<std::vector<fleet::RawMessage>> Journal::read(std::uint64_t after, std::size_t limit) {
    return m_impl->read(after, limit);
}

Result<std::uint64_t> Journal::lastSequence() {
    return m_impl->progress("last_sequence");
}

Result<void> Journal::trim(std::uint64_t position) {
    return m_impl->trim(position);
}

Result<bool> Journal::reclaim() {
    return m_impl->reclaim();
}

Result<std::uint64_t> Journal::sizeBytes() {
    return m_impl->progress("kept_bytes");
}

Result<std::vector<std::string>> Journal::subscriptions(const std::string& broker) {
    return m_impl->subscriptions(broker);
}

Result<void> Journal::setSubscriptions(const std::string& broker, const std::vector<std::string>& filters) {
    return m_impl->setSubscriptions(broker, filters);
}

}  // namespace drydock::app
