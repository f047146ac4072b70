// SqliteStore: TableStore on one SQLite file, `store.db` in the store's directory.
//
// One process owns a directory: a lock file (`store.lock`, flock) held while open for writing; a second opener gets
// ErrorCode::locked naming the owner's process id, and may open read-only.
// The format is documented in storage/README.md; `sqlite3 store.db .schema` is readable.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/base/clock.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

struct StoreOptions {
    bool readOnly = false;  // takes no lock; may be opened beside a writer, also on another thread
    bool durable = true;    // synchronous=FULL; false relaxes to NORMAL: a power cut may lose the last commits
    std::int64_t cacheKiB = 128 * 1024;
    const Clock* clock = nullptr;  // nullptr: the system's; otherwise outlives the store
    // Name of a registered SQLite VFS, for fault injection in tests; empty: the default.
    std::string vfs;
};

struct CheckFinding {
    std::string table;
    std::string what;
    bool repairable = false;
};

// An item as the TTL index lists it.
struct ExpiringItem {
    Item key;
    std::int64_t expiresS = 0;  // since the epoch
};

class SqliteStore final : public TableStore {
public:
    // Creates the directory and store when absent (not when read-only). A file that is no store, is damaged or comes
    // from a newer version is named and left as it is (ErrorCode::corrupt).
    [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(const std::filesystem::path& directory,
                                                                   const StoreOptions& options = {});
    ~SqliteStore() override;

    // A random identity of this store, made at creation (32 hex digits).
    [[nodiscard]] const std::string& id() const;

    // Compares every index, TTL row and count with the items, and runs SQLite's own check; with `repair`, rebuilds
    // what can be rebuilt from the items. It reads one state of the whole store, a ReadScope's where there is one: to
    // check a store in use, open it a second time with readOnly and check that.
    [[nodiscard]] Result<std::vector<CheckFinding>> check(bool repair);

    // The part of the store's file that holds something, as of the last commit. What was removed leaves room for what
    // comes; the file itself doesn't shrink.
    [[nodiscard]] Result<std::uint64_t> usedBytes();
    // Whether the write-ahead log is being copied into the file. Work in slices that can wait had better.
    [[nodiscard]] bool isCopyingLog();
    // The first `limit` items of a table in the order in which they expire, whether they have or not. Where all are
    // kept for the same time, that is the order in which they came. None in a table without TTL.
    [[nodiscard]] Result<std::vector<ExpiringItem>> firstToExpire(std::string_view table, std::size_t limit);
    // Gives back at most `limit` rows of large tables and indexes that were deleted; returns how many. 0: none are
    // left.
    [[nodiscard]] Result<std::size_t> clearDropped(std::size_t limit);

    [[nodiscard]] Result<std::optional<Item>> get(const GetRequest& request) override;
    [[nodiscard]] Result<std::vector<Result<GetResult>>> getAll(const std::vector<GetRequest>& requests) override;
    [[nodiscard]] Result<void> checkBatch(const std::vector<WriteRequest>& writes) override;
    [[nodiscard]] Result<StoredPage> queryStored(const QueryRequest& request) override;
    [[nodiscard]] Result<StoredPage> scanStored(const ScanRequest& request) override;
    [[nodiscard]] Result<std::vector<std::string>> listTables() override;
    [[nodiscard]] Result<TableDescription> describeTable(std::string_view table) override;
    [[nodiscard]] Result<StreamPage> readRecords(const StreamRequest& request) override;
    [[nodiscard]] Result<std::vector<StreamDescription>> listStreams(std::string_view table) override;
    [[nodiscard]] Result<std::optional<Item>> getAsOf(std::string_view table, const Item& key,
                                                      std::int64_t atMs) override;
    [[nodiscard]] Result<Page> scanAsOf(const PastRequest& request) override;
    [[nodiscard]] Result<std::uint64_t> readCheckpoint(std::string_view table, std::string_view consumer) override;
    [[nodiscard]] std::int64_t nowMs() const override;
    [[nodiscard]] Result<std::vector<UnitResult>> commit(std::vector<WriteUnit> units) override;
    [[nodiscard]] Result<void> createTables(const std::vector<TableDefinition>& definitions) override;
    [[nodiscard]] Result<void> deleteTable(std::string_view table) override;
    [[nodiscard]] Result<TableDescription> updateTable(const TableUpdate& update) override;
    [[nodiscard]] Result<void> writeCheckpoint(std::string_view table, std::string_view consumer,
                                               std::uint64_t sequence) override;
    [[nodiscard]] Result<std::size_t> backfillIndexes(std::size_t limit) override;
    [[nodiscard]] Result<std::size_t> sweepExpired(std::int64_t nowMs, std::size_t limit) override;
    [[nodiscard]] Result<std::size_t> trimStreams(std::int64_t nowMs, std::size_t limit) override;
    [[nodiscard]] TableRecovery& recovery() override;
    void setChangeListener(std::vector<std::string> tables, ChangeListener listener) override;
    [[nodiscard]] Result<std::unique_ptr<TableReader>> openReader() override;

private:
    void enterReadScope() override;
    void leaveReadScope() override;

    class Impl;
    explicit SqliteStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::storage
