#include "storage/store/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

#include "storage/sqlite/transaction.h"
#include "storage/store/recount.h"

namespace drydock::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kApplicationId = 0x44'52'59'44;  // "DRYD"

// Each step takes a store from the version before to `version`; a new store takes all of them.
struct Migration {
    std::int64_t version;
    const char* sql;
    Result<void> (*after)(sqlite::Connection& connection) = nullptr;
};
constexpr std::array kMigrations{
    Migration{1,
              "CREATE TABLE store(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
              "CREATE TABLE tables(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,"
              " definition TEXT NOT NULL, created_ms INTEGER NOT NULL, item_count INTEGER NOT NULL DEFAULT 0,"
              " size_bytes INTEGER NOT NULL DEFAULT 0, trimmed_sequence INTEGER NOT NULL DEFAULT 0);"
              "CREATE TABLE indexes(table_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,"
              " item_count INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(table_id, number)) WITHOUT ROWID;"
              "INSERT INTO store(name, value) VALUES('sequence', 0);"},
    Migration{2,
              "ALTER TABLE tables ADD COLUMN uuid TEXT NOT NULL DEFAULT '';"
              "ALTER TABLE tables ADD COLUMN billing_ms INTEGER NOT NULL DEFAULT 0;"
              "ALTER TABLE tables ADD COLUMN recovery_ms INTEGER NOT NULL DEFAULT 0;"
              "ALTER TABLE tables ADD COLUMN ttl_backfill_key BLOB;"
              "ALTER TABLE tables ADD COLUMN loading INTEGER NOT NULL DEFAULT 0;"
              "ALTER TABLE indexes ADD COLUMN backfill_key BLOB;"
              "ALTER TABLE indexes ADD COLUMN backfilled INTEGER NOT NULL DEFAULT 0;"
              "CREATE TABLE streams(table_id INTEGER NOT NULL, label TEXT NOT NULL, view TEXT NOT NULL,"
              " created_ms INTEGER NOT NULL, first_sequence INTEGER NOT NULL, end_sequence INTEGER, ended_ms INTEGER,"
              " PRIMARY KEY(table_id, label)) WITHOUT ROWID;"
              "CREATE TABLE consumers(table_id INTEGER NOT NULL, name TEXT NOT NULL, sequence INTEGER NOT NULL,"
              " PRIMARY KEY(table_id, name)) WITHOUT ROWID;"
              "CREATE TABLE jobs(id TEXT PRIMARY KEY, kind TEXT NOT NULL, running INTEGER NOT NULL, target_id INTEGER,"
              " source_id INTEGER, cut INTEGER, position BLOB NOT NULL, description TEXT NOT NULL) WITHOUT ROWID;"
              "CREATE TABLE tokens(token TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, expires_ms INTEGER NOT NULL)"
              " WITHOUT ROWID;"
              "CREATE INDEX tokens_by_expiry ON tokens(expires_ms);"
              "UPDATE tables SET billing_ms = created_ms, recovery_ms = created_ms, uuid = lower(hex(randomblob(4)) ||"
              " '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||"
              " substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));"
              "INSERT INTO streams(table_id, label, view, created_ms, first_sequence)"
              " SELECT id, strftime('%Y-%m-%dT%H:%M:', created_ms / 1000, 'unixepoch') ||"
              " printf('%06.3f', created_ms % 60000 / 1000.0), json_extract(definition, '$.stream'), created_ms, 1"
              " FROM tables WHERE json_extract(definition, '$.stream') IS NOT NULL;"},
    Migration{3,
              "CREATE TABLE deleted_tables(id INTEGER PRIMARY KEY, definition TEXT NOT NULL,"
              " trimmed_sequence INTEGER NOT NULL);",
              &recountSizes},  // the decimals on either side of a number's point had been counted together
};
constexpr std::int64_t kSchemaVersion = kMigrations.back().version;

// A page is the least a commit writes of each tree it touches, and devices report in any order: 4 KiB, which still
// holds a dozen items a leaf.
constexpr const char* kPageSize = "PRAGMA page_size = 4096";
// As a Checkpointer's beginning, for connections without one: while a store is made, and in benchmarks' baselines.
constexpr const char* kAutoCheckpoint = "PRAGMA wal_autocheckpoint = 16384";
constexpr const char* kJournalSizeLimit = "PRAGMA journal_size_limit = 67108864";
// Overwriting what is deleted with zeros, as Debian's SQLite does by default, makes each replaced item dearer. Whoever
// may read the file may read the items in it anyway.
constexpr const char* kSecureDelete = "PRAGMA secure_delete = OFF";

std::string systemMessage(int code) {
    return std::generic_category().message(code);
}

std::string randomHex(std::size_t digits) {
    std::random_device device;
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    while (text.size() < digits) text += kHex[device() & 0xf];
    return text;
}

Error unusable(const fs::path& file, const std::string& why) {
    return Error{ErrorCode::corrupt, file.string() + ": " + why +
                                         " It has been left as it is. Move it aside (with its -wal file) or restore "
                                         "it from a copy, or choose another directory."};
}

Error damaged(const fs::path& file, const std::string& why, int sqliteCode = 0) {
    return Error{ErrorCode::corrupt, file.string() + ": " + why + " It has been left as it is. " + damageAdvice(file),
                 sqliteCode};
}

// Errors met while a file is being opened, told in terms of the file.
Error explainOpening(const fs::path& file, const Error& error) {
    if (error.code == ErrorCode::corrupt) {
        return damaged(file, "This is no intact Drydock store (" + error.message + ").", error.sqliteCode);
    }
    return Error{error.code,
                 file.string() + ": The store cannot be opened (" + error.message +
                     "). Check that the disk is present and has room, and that its permissions allow access.",
                 error.sqliteCode};
}

// In a transaction of the caller's.
Result<void> applyMigrations(sqlite::Connection& connection, std::int64_t from) {
    for (const Migration& migration : kMigrations) {
        if (migration.version <= from) continue;
        DRYDOCK_TRY(connection.execute(migration.sql));
        if (migration.after != nullptr) DRYDOCK_TRY(migration.after(connection));
    }
    return connection.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
}

Result<void> migrate(sqlite::Connection& connection, std::int64_t from) {
    DRYDOCK_ASSIGN(sqlite::Transaction transaction,
                   sqlite::Transaction::begin(connection, sqlite::Transaction::Kind::write));
    DRYDOCK_TRY(applyMigrations(connection, from));
    return transaction.commit();
}

// The version of the store in `file`; an error for anything that is not a store this program can use.
Result<std::int64_t> readVersion(sqlite::Connection& connection, const fs::path& file) {
    const Result<std::int64_t> applicationId = connection.queryInteger("PRAGMA application_id");
    if (!applicationId) return fail(explainOpening(file, applicationId.error()));
    const Result<std::int64_t> version = connection.queryInteger("PRAGMA user_version");
    if (!version) return fail(explainOpening(file, version.error()));
    if (*applicationId != kApplicationId || *version < 1) {
        return fail(unusable(file, "This file is not a Drydock store."));
    }
    if (*version > kSchemaVersion) {
        return fail(ErrorCode::corrupt, file.string() + ": This store was written by a newer Drydock (format " +
                                            std::to_string(*version) + "; this program knows formats up to " +
                                            std::to_string(kSchemaVersion) +
                                            "). It has been left as it is. Update Drydock, or choose another "
                                            "directory.");
    }
    return *version;
}

Result<void> syncDirectory(const fs::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) return fail(ErrorCode::io, directory.string() + ": " + systemMessage(code));
    return {};
}

Result<void> writeNewStore(const fs::path& file, const StoreOptions& options) {
    DRYDOCK_ASSIGN(sqlite::Connection connection,
                   sqlite::Connection::open(file, sqlite::OpenMode::create, options.vfs));
    DRYDOCK_TRY(connection.execute(kPageSize));
    // Half a draft is of no use, so it needs no journal to be taken back by; one flush to disk is all there is.
    DRYDOCK_TRY(connection.execute("PRAGMA journal_mode = MEMORY"));
    DRYDOCK_ASSIGN(sqlite::Transaction transaction,
                   sqlite::Transaction::begin(connection, sqlite::Transaction::Kind::write));
    DRYDOCK_TRY(connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
    DRYDOCK_TRY(applyMigrations(connection, 0));
    DRYDOCK_TRY(connection.execute("INSERT INTO store(name, value) VALUES('id', '" + randomHex(32) + "')"));
    return transaction.commit();
}

// Builds the new store under another name, so that a store.db, once there, is always whole: an empty or half-made one
// is damage, never a beginning.
Result<void> createStoreFile(const fs::path& directory, const StoreOptions& options) {
    const fs::path file = directory / kStoreFileName;
    std::error_code code;
    if (fs::exists(file.string() + "-wal", code)) {
        return fail(unusable(file, "The file is missing although its -wal file, with commits of its own, is there."));
    }
    if (const Result<void> written = createDraft(directory, options); !written) {
        return fail(explainOpening(file, written.error()));
    }
    fs::rename(directory / kDraftFileName, file, code);
    if (code) return fail(ErrorCode::io, file.string() + ": The store cannot be created: " + code.message());
    return syncDirectory(directory);
}

Result<void> configure(sqlite::Connection& connection, const StoreOptions& options) {
    DRYDOCK_TRY(connection.execute("PRAGMA cache_size = -" + std::to_string(options.cacheKiB)));
    return connection.execute("PRAGMA temp_store = MEMORY");
}

// SQLite answers with the mode it uses, which is another where the file system has no shared memory.
Result<void> useWriteAheadLog(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement pragma, connection.prepare("PRAGMA journal_mode = WAL"));
    DRYDOCK_ASSIGN(const bool row, pragma.step());
    if (row && pragma.text(0) == "wal") return {};
    return fail(ErrorCode::io, "the file system cannot hold a write-ahead log");
}

}  // namespace

Result<DirectoryLock> DirectoryLock::acquire(const fs::path& directory) {
    const fs::path file = directory / kLockFileName;
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const int code = errno;
        const bool readOnly = code == EACCES || code == EPERM || code == EROFS;
        return fail(readOnly ? ErrorCode::readOnly : ErrorCode::io,
                    file.string() + ": The store's directory cannot be written to: " + systemMessage(code) +
                        ". Change its permissions, choose another directory, or open the store read-only.");
    }
    DirectoryLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        std::array<char, 32> text{};
        const ssize_t length = ::pread(descriptor, text.data(), text.size(), 0);
        std::string owner(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
        while (!owner.empty() && owner.back() == '\n') owner.pop_back();
        return fail(ErrorCode::locked, directory.string() + ": The store is in use by process " +
                                           (owner.empty() ? "(unknown)" : owner) +
                                           ". Close that program, or open the store read-only.");
    }
    const std::string owner = std::to_string(::getpid()) + "\n";
    // Should this fail, the lock holds all the same; only the message to a second opener will not name us.
    if (::ftruncate(descriptor, 0) == 0) {
        [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, owner.data(), owner.size(), 0);
    }
    return lock;
}

DirectoryLock::~DirectoryLock() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

Result<void> makeStoreDirectory(const fs::path& directory) {
    std::error_code code;
    const bool created = fs::create_directories(directory, code);
    if (!code && created) fs::permissions(directory, fs::perms::owner_all, code);
    if (code) {
        return fail(ErrorCode::io, directory.string() + ": The store's directory cannot be made: " + code.message() +
                                       ". Choose another directory.");
    }
    return {};
}

std::string damageAdvice(const fs::path& file) {
    return "With Drydock closed, 'drydockctl check --repair --store " + file.parent_path().string() +
           "' sets it aside and saves what can be read of it; or restore it from a copy.";
}

Result<void> removeDraft(const fs::path& directory) {
    const fs::path draft = directory / kDraftFileName;
    std::error_code code;
    fs::remove(draft, code);
    if (!code) fs::remove(draft.string() + "-journal", code);
    if (code) return fail(ErrorCode::io, draft.string() + ": " + code.message());
    return {};
}

Result<void> createDraft(const fs::path& directory, const StoreOptions& options) {
    DRYDOCK_TRY(removeDraft(directory));
    return writeNewStore(directory / kDraftFileName, options);
}

Result<void> replaceStoreFile(const fs::path& directory, const fs::path& aside) {
    const fs::path file = directory / kStoreFileName;
    for (const char* ending : {"", "-wal"}) {
        const fs::path from = file.string() + ending;
        const fs::path to = aside.string() + ending;
        std::error_code code;
        if (!fs::exists(from, code)) continue;
        fs::create_hard_link(from, to, code);
        // Not every file system has links.
        if (code) fs::copy_file(from, to, code);
        if (code) return fail(ErrorCode::io, to.string() + ": The file can't be set aside: " + code.message());
    }
    DRYDOCK_TRY(syncDirectory(directory));
    // From here on it is sure to be aside, and the new one whole.
    std::error_code code;
    fs::rename(directory / kDraftFileName, directory / kReplacementFileName, code);
    if (code) return fail(ErrorCode::io, file.string() + ": The file can't be replaced: " + code.message());
    DRYDOCK_TRY(syncDirectory(directory));
    return finishReplacing(directory);
}

Result<void> finishReplacing(const fs::path& directory) {
    const fs::path file = directory / kStoreFileName;
    const fs::path next = directory / kReplacementFileName;
    std::error_code code;
    if (!fs::exists(next, code)) return {};
    // The old file's commits must not be taken for the new one's.
    for (const char* ending : {"-wal", "-shm"}) fs::remove(file.string() + ending, code);
    DRYDOCK_TRY(syncDirectory(directory));
    fs::rename(next, file, code);
    if (code) return fail(ErrorCode::io, file.string() + ": The file can't be replaced: " + code.message());
    return syncDirectory(directory);
}

Result<void> tuneForWriting(sqlite::Connection& connection, const StoreOptions& options) {
    DRYDOCK_TRY(connection.execute(kPageSize));
    DRYDOCK_TRY(useWriteAheadLog(connection));
    DRYDOCK_TRY(connection.execute(kAutoCheckpoint));
    DRYDOCK_TRY(connection.execute(kJournalSizeLimit));
    DRYDOCK_TRY(connection.execute(kSecureDelete));
    DRYDOCK_TRY(connection.execute(options.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
    return configure(connection, options);
}

Result<sqlite::Connection> openStoreFile(const fs::path& directory, const StoreOptions& options) {
    const fs::path file = directory / kStoreFileName;
    DRYDOCK_TRY(finishReplacing(directory));
    std::error_code code;
    if (!fs::exists(file, code)) {
        if (code) return fail(ErrorCode::io, file.string() + ": " + code.message());
        DRYDOCK_TRY(createStoreFile(directory, options));
    }
    if (fs::file_size(file, code) == 0 && !code) return fail(damaged(file, "The file is empty."));
    Result<sqlite::Connection> connection = sqlite::Connection::open(file, sqlite::OpenMode::readWrite, options.vfs);
    if (!connection) return fail(explainOpening(file, connection.error()));
    DRYDOCK_ASSIGN(const std::int64_t version, readVersion(*connection, file));
    const auto prepareForWriting = [&]() -> Result<void> {
        DRYDOCK_TRY(tuneForWriting(*connection, options));
        if (version < kSchemaVersion) return migrate(*connection, version);
        return {};
    };
    if (const Result<void> prepared = prepareForWriting(); !prepared) {
        return fail(explainOpening(file, prepared.error()));
    }
    return connection;
}

Result<sqlite::Connection> openStoreFileForReading(const fs::path& directory, const StoreOptions& options) {
    const fs::path file = directory / kStoreFileName;
    std::error_code code;
    if (!fs::exists(file, code)) {
        return fail(ErrorCode::notFound, file.string() + ": There is no store in this directory.");
    }
    if (fs::file_size(file, code) == 0 && !code) return fail(damaged(file, "The file is empty."));
    Result<sqlite::Connection> connection = sqlite::Connection::open(file, sqlite::OpenMode::readOnly, options.vfs);
    if (!connection) return fail(explainOpening(file, connection.error()));
    DRYDOCK_ASSIGN(const std::int64_t version, readVersion(*connection, file));
    if (version < kSchemaVersion) {
        return fail(ErrorCode::readOnly, file.string() + ": This store is of an older format (" +
                                             std::to_string(version) +
                                             "). Open it once for writing, so that it is brought up to date.");
    }
    DRYDOCK_TRY(configure(*connection, options));
    return connection;
}

}  // namespace drydock::storage
