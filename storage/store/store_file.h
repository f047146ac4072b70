// The store's file and its lock: creating, checking, migrating and opening them.
#pragma once

#include <filesystem>

#include "storage/sqlite/connection.h"
#include "storage/store/sqlite_store.h"

namespace drydock::storage {

inline constexpr const char* kStoreFileName = "store.db";
inline constexpr const char* kLockFileName = "store.lock";

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

// Makes the directory (mode 0700) when it is not there.
[[nodiscard]] Result<void> makeStoreDirectory(const std::filesystem::path& directory);

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
