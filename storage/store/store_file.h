// The store's file and its lock: creating, checking, migrating and opening them.
#pragma once

#include <filesystem>
#include <string>

#include "storage/sqlite/connection.h"
#include "storage/store/sqlite_store.h"

namespace drydock::storage {

inline constexpr const char* kStoreFileName = "store.db";
inline constexpr const char* kLockFileName = "store.lock";
inline constexpr const char* kDraftFileName = "store.db.new";         // a store in the making
inline constexpr const char* kReplacementFileName = "store.db.next";  // one about to take the place of store.db

// The right to write to a store's directory: an flock on store.lock, whose content is the owner's process id.
// The system releases it when the process ends, however it ends.
class DirectoryLock {
public:
    DirectoryLock() = default;  // holds nothing
    // ErrorCode::locked naming the owner when another holds it.
    [[nodiscard]] static Result<DirectoryLock> acquire(const std::filesystem::path& directory);
    ~DirectoryLock();
    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&& other) noexcept;

private:
    explicit DirectoryLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

// What to do about a damaged store file, for messages.
[[nodiscard]] std::string damageAdvice(const std::filesystem::path& file);

// Makes the directory (mode 0700) when it is not there.
[[nodiscard]] Result<void> makeStoreDirectory(const std::filesystem::path& directory);

// Makes a new, empty store under the draft's name, in place of what is there; removes it again.
[[nodiscard]] Result<void> createDraft(const std::filesystem::path& directory, const StoreOptions& options);
[[nodiscard]] Result<void> removeDraft(const std::filesystem::path& directory);
// Puts the draft in the place of store.db, which stays under the name `aside`, with its -wal file. All with the lock
// held and no connection open; whatever interrupts it, the next opening finishes it or finds all as it was.
[[nodiscard]] Result<void> replaceStoreFile(const std::filesystem::path& directory, const std::filesystem::path& aside);
[[nodiscard]] Result<void> finishReplacing(const std::filesystem::path& directory);

// Opens store.db for writing, after creating it when absent and migrating it when older. To be called with the lock
// held. Any file that cannot be used is left as it is.
[[nodiscard]] Result<sqlite::Connection> openStoreFile(const std::filesystem::path& directory,
                                                       const StoreOptions& options);
// How SQLite writes a store's file. Of its own for benchmarks, whose baselines must not differ in this.
[[nodiscard]] Result<void> tuneForWriting(sqlite::Connection& connection, const StoreOptions& options);
// Opens an existing store.db for reading.
[[nodiscard]] Result<sqlite::Connection> openStoreFileForReading(const std::filesystem::path& directory,
                                                                 const StoreOptions& options);

}  // namespace drydock::storage
