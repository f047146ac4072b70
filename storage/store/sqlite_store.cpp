#include "storage/store/sqlite_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "storage/recovery/recovery.h"
#include "storage/sqlite/checkpointer.h"
#include "storage/sqlite/transaction.h"
#include "storage/store/backfill.h"
#include "storage/store/checker.h"
#include "storage/store/dropped_rows.h"
#include "storage/store/retention.h"
#include "storage/store/snapshot_reader.h"
#include "storage/store/store_file.h"
#include "storage/store/streams.h"
#include "storage/store/table_changes.h"
#include "storage/store/writer.h"

namespace drydock::storage {
namespace {

using sqlite::Transaction;

// A reader serves a screen's pages, not the whole fleet's working set.
constexpr std::int64_t kReaderCacheKiB = 16LL * 1024;

Result<std::string> readStoreId(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement select, connection.prepare("SELECT value FROM store WHERE name = 'id'"));
    DRYDOCK_ASSIGN(const bool row, select.step());
    if (!row) return fail(ErrorCode::corrupt, "The store has lost its id");
    return std::string(select.text(0));
}

}  // namespace

class SqliteStore::Impl final : public RecoveryHost {
public:
    Impl(std::filesystem::path directory, const StoreOptions& options, DirectoryLock lock,
         sqlite::Connection connection)
        : m_directory(std::move(directory)),
          m_options(options),
          m_lock(std::move(lock)),
          m_connection(std::move(connection)),
          m_reader(m_connection, m_catalogue, clock(),
                   options.readOnly ? StoreReader::Role::follower : StoreReader::Role::owner) {}

    [[nodiscard]] Result<void> load() {
        DRYDOCK_TRY(m_catalogue.load(m_connection));
        DRYDOCK_ASSIGN(m_id, readStoreId(m_connection));
        DRYDOCK_ASSIGN(const std::int64_t sequence,
                       m_connection.queryInteger("SELECT value FROM store WHERE name = 'sequence'"));
        m_sequence = static_cast<std::uint64_t>(sequence);
        if (m_options.readOnly) return {};
        m_checkpointer.emplace(m_connection, m_directory / kStoreFileName, m_options.vfs,
                               sqlite::Checkpointer::Limits());
        removeUnfinishedBackups(*this);
        return {};
    }

    [[nodiscard]] const std::string& id() const { return m_id; }
    [[nodiscard]] const Clock& clock() const {
        static const SystemClock kSystemClock;
        return m_options.clock != nullptr ? *m_options.clock : kSystemClock;
    }
    [[nodiscard]] StoreReader& reader() {
        beginReading();
        return m_reader;
    }
    void enterReadScope() { ++m_readScopes; }
    void leaveReadScope() {
        if (--m_readScopes == 0) m_reading.reset();
    }

    [[nodiscard]] Result<std::vector<UnitResult>> commit(std::vector<WriteUnit> units) {
        std::vector<UnitResult> results;
        results.reserve(units.size());
        const auto applyAll = [&](Writer& writer) -> Result<void> {
            for (WriteUnit& unit : units) {
                DRYDOCK_ASSIGN(UnitResult result, writer.apply(std::move(unit)));
                results.push_back(std::move(result));
            }
            return {};
        };
        DRYDOCK_TRY(write(applyAll));
        return results;
    }

    [[nodiscard]] Result<std::size_t> sweepExpired(std::int64_t nowMs, std::size_t limit) {
        std::size_t removed = 0;
        const auto sweep = [&](Writer& writer) -> Result<void> {
            DRYDOCK_ASSIGN(removed, removeExpiredItems(m_connection, m_catalogue, writer, nowMs, limit));
            return {};
        };
        DRYDOCK_TRY(write(sweep));
        return removed;
    }

    [[nodiscard]] Result<std::size_t> trimStreams(std::int64_t nowMs, std::size_t limit) {
        std::size_t dropped = 0;
        const auto trim = [&]() -> Result<void> {
            DRYDOCK_ASSIGN(dropped, dropOldRecords(m_connection, m_catalogue, nowMs, limit));
            return {};
        };
        DRYDOCK_TRY(inTransaction(trim));
        DRYDOCK_TRY(forgetDeletedTables());
        return dropped;
    }

    [[nodiscard]] Result<void> createTables(const std::vector<TableDefinition>& definitions) {
        std::set<std::string_view> names;
        for (const TableDefinition& definition : definitions) {
            DRYDOCK_TRY(validate(definition));
            if (!names.insert(definition.name).second || m_catalogue.tables().contains(definition.name)) {
                return fail(ErrorCode::resourceInUse, "Table already exists: " + definition.name);
            }
        }
        const auto insertAll = [&]() -> Result<void> {
            const std::int64_t now = clock().wallMs();
            for (const TableDefinition& definition : definitions) {
                DRYDOCK_ASSIGN(const std::int64_t id, Catalogue::insert(m_connection, definition, now));
                if (!definition.stream) continue;
                DRYDOCK_TRY(beginStream(m_connection, id, *definition.stream, now, m_sequence));
            }
            return {};
        };
        DRYDOCK_TRY(inTransaction(insertAll));
        return reload();
    }

    [[nodiscard]] Result<void> deleteTable(std::string_view name) {
        DRYDOCK_ASSIGN(Table * table, findForChange(name));
        if (table->definition.deletionProtection) {
            return fail(ErrorCode::validation,
                        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                        "protection first.");
        }
        DRYDOCK_TRY(checkNotRead(m_connection, table->id, name));
        m_connection.forgetStatements();
        const auto remove = [&]() -> Result<void> {
            DRYDOCK_TRY(endStream(m_connection, table->id, clock().wallMs(), m_sequence));
            return Catalogue::remove(m_connection, *table);
        };
        DRYDOCK_TRY(inTransaction(remove));
        return reload();
    }

    [[nodiscard]] Result<void> updateTable(const TableUpdate& update) {
        DRYDOCK_ASSIGN(Table * table, findForChange(update.table));
        if (update.recoveryDays && !*update.recoveryDays) {
            DRYDOCK_TRY(checkNotRead(m_connection, table->id, update.table));
        }
        m_connection.forgetStatements();
        const auto change = [&] { return changeTable(m_connection, *table, update, clock().wallMs(), m_sequence); };
        DRYDOCK_TRY(inTransaction(change));
        return reload();
    }

    [[nodiscard]] Result<void> writeCheckpoint(std::string_view name, std::string_view consumer,
                                               std::uint64_t sequence) {
        DRYDOCK_ASSIGN(Table * table, findForChange(name));
        return inTransaction([&] { return writeCheckpointOf(m_connection, *table, consumer, sequence); });
    }

    [[nodiscard]] Result<std::size_t> backfillIndexes(std::size_t limit) {
        if (!m_catalogue.backfilling()) return std::size_t{0};
        BackfillSlice slice;
        const auto advance = [&]() -> Result<void> {
            DRYDOCK_ASSIGN(slice, backfill(m_connection, m_catalogue, limit));
            return {};
        };
        DRYDOCK_TRY(inTransaction(advance));
        if (slice.completed) DRYDOCK_TRY(reload());
        return slice.items;
    }

    [[nodiscard]] Result<std::size_t> clearDropped(std::size_t limit) {
        if (!m_catalogue.hasDroppedRows()) return std::size_t{0};
        std::size_t cleared = 0;
        const auto clear = [&]() -> Result<void> {
            DRYDOCK_ASSIGN(cleared, clearDroppedRows(m_connection, limit));
            return {};
        };
        DRYDOCK_TRY(inTransaction(clear));
        if (cleared != limit) DRYDOCK_TRY(reload());
        return cleared;
    }

    void setChangeListener(std::vector<std::string> tables, ChangeListener listener) {
        m_listener = std::move(listener);
        m_subscribed = m_listener ? std::move(tables) : std::vector<std::string>{};
        markSubscribed();
    }

    [[nodiscard]] TableRecovery& recovery() { return m_recovery; }
    const std::filesystem::path& directory() const override { return m_directory; }
    const std::string& vfs() const override { return m_options.vfs; }
    std::int64_t nowMs() const override { return clock().wallMs(); }
    std::uint64_t lastSequence() const override { return m_sequence; }
    sqlite::Connection& connection() override { return m_connection; }
    const Catalogue& catalogue() const override { return m_catalogue; }
    Result<TableDescription> describe(std::string_view table) override { return m_reader.describeTable(table); }
    Result<sqlite::Connection> openForReading() override {
        StoreOptions options = m_options;
        options.cacheKiB = std::min(options.cacheKiB, kReaderCacheKiB);
        return openStoreFileForReading(m_directory, options);
    }
    Result<void> change(const Work& work) override { return write(work); }
    Result<void> reload() override {
        DRYDOCK_TRY(m_catalogue.load(m_connection));
        markSubscribed();
        return {};
    }

    [[nodiscard]] Result<std::unique_ptr<TableReader>> openReader() {
        DRYDOCK_ASSIGN(sqlite::Connection connection, openForReading());
        return std::make_unique<SnapshotReader>(std::move(connection), clock());
    }

    [[nodiscard]] Result<std::uint64_t> usedBytes() {
        DRYDOCK_ASSIGN(const std::int64_t pages, m_connection.queryInteger("PRAGMA page_count"));
        DRYDOCK_ASSIGN(const std::int64_t spare, m_connection.queryInteger("PRAGMA freelist_count"));
        DRYDOCK_ASSIGN(const std::int64_t pageBytes, m_connection.queryInteger("PRAGMA page_size"));
        return static_cast<std::uint64_t>((pages - spare) * pageBytes);
    }

    [[nodiscard]] bool isCopyingLog() { return m_checkpointer && m_checkpointer->isCopying(); }

    [[nodiscard]] Result<std::vector<ExpiringItem>> firstToExpire(std::string_view table, std::size_t limit) {
        const auto found = m_catalogue.tables().find(table);
        if (found == m_catalogue.tables().end()) {
            return fail(ErrorCode::resourceNotFound,
                        "Requested resource not found: Table: " + std::string(table) + " not found");
        }
        return firstExpiring(m_connection, *found->second, limit);
    }

    [[nodiscard]] Result<std::vector<CheckFinding>> check(bool repair) {
        if (repair) DRYDOCK_TRY(requireWritable());
        if (repair) {
            m_reading.reset();
        } else {
            beginReading();
        }
        DRYDOCK_ASSIGN(Transaction transaction,
                       Transaction::begin(m_connection, repair ? Transaction::Kind::write : Transaction::Kind::read));
        if (m_options.readOnly) DRYDOCK_TRY(m_catalogue.refresh(m_connection));
        DRYDOCK_ASSIGN(std::vector<CheckFinding> findings, checkStore(m_connection, m_catalogue, repair));
        // SQLite commits nothing after it met damage, not even a transaction that only read.
        if (repair) DRYDOCK_TRY(transaction.commit());
        return findings;
    }

private:
    // Within read scopes: opens the transaction they share. One that can't begin is no loss, since the read that
    // follows meets the same error and reports it.
    void beginReading() {
        if (m_readScopes == 0 || m_reading) return;
        if (auto begun = Transaction::begin(m_connection, Transaction::Kind::read))
            m_reading.emplace(*std::move(begun));
    }

    [[nodiscard]] Result<void> requireWritable() const {
        if (!m_options.readOnly) return {};
        return fail(ErrorCode::readOnly, m_directory.string() + ": The store has been opened read-only.");
    }

    template <class Work>
    [[nodiscard]] Result<void> inTransaction(Work work) {
        DRYDOCK_TRY(requireWritable());
        m_reading.reset();
        DRYDOCK_ASSIGN(Transaction transaction, Transaction::begin(m_connection, Transaction::Kind::write));
        DRYDOCK_TRY(work());
        return transaction.commit();
    }

    // Of what was deleted, drops the logs that no stream needs any more.
    [[nodiscard]] Result<void> forgetDeletedTables() {
        DRYDOCK_ASSIGN(const std::vector<const Table*> tables, deletedWithoutStreams(m_connection, m_catalogue));
        if (tables.empty()) return {};
        m_connection.forgetStatements();
        const auto removeAll = [&]() -> Result<void> {
            for (const Table* table : tables) DRYDOCK_TRY(Catalogue::removeDeleted(m_connection, *table));
            return {};
        };
        DRYDOCK_TRY(inTransaction(removeAll));
        return reload();
    }

    // Runs `work` in a transaction of its own and tells the listener once it is committed.
    template <class Work>
    [[nodiscard]] Result<void> write(Work work) {
        Writer writer(m_connection, m_catalogue, clock().wallMs(), m_sequence);
        const auto workAndFinish = [&]() -> Result<void> {
            DRYDOCK_TRY(work(writer));
            return writer.finish();
        };
        DRYDOCK_TRY(inTransaction(workAndFinish));
        m_sequence = writer.lastSequence();
        ChangeBatch changes = writer.takeChanges();
        if (m_listener && !changes.empty()) m_listener(std::make_shared<const ChangeBatch>(std::move(changes)));
        return {};
    }

    [[nodiscard]] Result<Table*> findForChange(std::string_view name) const {
        const auto found = m_catalogue.tables().find(name);
        if (found == m_catalogue.tables().end()) {
            return fail(ErrorCode::resourceNotFound,
                        "Requested resource not found: Table: " + std::string(name) + " not found");
        }
        if (found->second->loading) {
            return fail(
                ErrorCode::resourceInUse,
                "Attempt to change a resource which is still in use: Table is being created: " + std::string(name));
        }
        return found->second.get();
    }

    void markSubscribed() {
        for (const auto& [name, table] : m_catalogue.tables()) {
            table->subscribed = std::find(m_subscribed.begin(), m_subscribed.end(), name) != m_subscribed.end();
        }
    }

    std::filesystem::path m_directory;
    StoreOptions m_options;
    DirectoryLock m_lock;  // before the connection: released only when that is closed
    sqlite::Connection m_connection;
    std::optional<sqlite::Checkpointer> m_checkpointer;  // none: read-only
    Catalogue m_catalogue;
    StoreReader m_reader;
    int m_readScopes = 0;
    std::optional<Transaction> m_reading;  // of the scopes, begun by the first read
    std::string m_id;
    std::uint64_t m_sequence = 0;
    ChangeListener m_listener;
    std::vector<std::string> m_subscribed;
    Recovery m_recovery{*this};
};

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::filesystem::path& directory,
                                                       const StoreOptions& options) {
    DirectoryLock lock;
    if (!options.readOnly) {
        DRYDOCK_TRY(makeStoreDirectory(directory));
        DRYDOCK_ASSIGN(lock, DirectoryLock::acquire(directory));
    }
    DRYDOCK_ASSIGN(sqlite::Connection connection,
                   options.readOnly ? openStoreFileForReading(directory, options) : openStoreFile(directory, options));
    auto impl = std::make_unique<Impl>(directory, options, std::move(lock), std::move(connection));
    DRYDOCK_TRY(impl->load());
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(impl)));
}

const std::string& SqliteStore::id() const {
    return m_impl->id();
}

Result<std::vector<CheckFinding>> SqliteStore::check(bool repair) {
    return m_impl->check(repair);
}

Result<std::uint64_t> SqliteStore::usedBytes() {
    return m_impl->usedBytes();
}

bool SqliteStore::isCopyingLog() {
    return m_impl->isCopyingLog();
}

Result<std::vector<ExpiringItem>> SqliteStore::firstToExpire(std::string_view table, std::size_t limit) {
    return m_impl->firstToExpire(table, limit);
}

Result<std::optional<Item>> SqliteStore::get(const GetRequest& request) {
    return m_impl->reader().get(request);
}

Result<std::vector<Result<GetResult>>> SqliteStore::getAll(const std::vector<GetRequest>& requests) {
    return m_impl->reader().getAll(requests);
}

Result<void> SqliteStore::checkBatch(const std::vector<WriteRequest>& writes) {
    return m_impl->reader().checkBatch(writes);
}

Result<StoredPage> SqliteStore::queryStored(const QueryRequest& request) {
    return m_impl->reader().queryStored(request);
}

Result<StoredPage> SqliteStore::scanStored(const ScanRequest& request) {
    return m_impl->reader().scanStored(request);
}

Result<std::vector<std::string>> SqliteStore::listTables() {
    return m_impl->reader().listTables();
}

Result<TableDescription> SqliteStore::describeTable(std::string_view table) {
    return m_impl->reader().describeTable(table);
}

Result<StreamPage> SqliteStore::readRecords(const StreamRequest& request) {
    return m_impl->reader().readRecords(request);
}

Result<std::vector<StreamDescription>> SqliteStore::listStreams(std::string_view table) {
    return m_impl->reader().listStreams(table);
}

Result<std::optional<Item>> SqliteStore::getAsOf(std::string_view table, const Item& key, std::int64_t atMs) {
    return m_impl->reader().getAsOf(table, key, atMs);
}

Result<Page> SqliteStore::scanAsOf(const PastRequest& request) {
    return m_impl->reader().scanAsOf(request);
}

Result<std::uint64_t> SqliteStore::readCheckpoint(std::string_view table, std::string_view consumer) {
    return m_impl->reader().readCheckpoint(table, consumer);
}

std::int64_t SqliteStore::nowMs() const {
    return m_impl->clock().wallMs();
}

Result<std::vector<UnitResult>> SqliteStore::commit(std::vector<WriteUnit> units) {
    return m_impl->commit(std::move(units));
}

Result<void> SqliteStore::createTables(const std::vector<TableDefinition>& definitions) {
    return m_impl->createTables(definitions);
}

Result<void> SqliteStore::deleteTable(std::string_view table) {
    return m_impl->deleteTable(table);
}

Result<TableDescription> SqliteStore::updateTable(const TableUpdate& update) {
    DRYDOCK_TRY(m_impl->updateTable(update));
    return m_impl->reader().describeTable(update.table);
}

Result<void> SqliteStore::writeCheckpoint(std::string_view table, std::string_view consumer, std::uint64_t sequence) {
    return m_impl->writeCheckpoint(table, consumer, sequence);
}

Result<std::size_t> SqliteStore::backfillIndexes(std::size_t limit) {
    return m_impl->backfillIndexes(limit);
}

Result<std::size_t> SqliteStore::clearDropped(std::size_t limit) {
    return m_impl->clearDropped(limit);
}

Result<std::size_t> SqliteStore::sweepExpired(std::int64_t nowMs, std::size_t limit) {
    return m_impl->sweepExpired(nowMs, limit);
}

Result<std::size_t> SqliteStore::trimStreams(std::int64_t nowMs, std::size_t limit) {
    return m_impl->trimStreams(nowMs, limit);
}

TableRecovery& SqliteStore::recovery() {
    return m_impl->recovery();
}

void SqliteStore::setChangeListener(std::vector<std::string> tables, ChangeListener listener) {
    m_impl->setChangeListener(std::move(tables), std::move(listener));
}

Result<std::unique_ptr<TableReader>> SqliteStore::openReader() {
    return m_impl->openReader();
}

void SqliteStore::enterReadScope() {
    m_impl->enterReadScope();
}

void SqliteStore::leaveReadScope() {
    m_impl->leaveReadScope();
}

}  // namespace drydock::storage
