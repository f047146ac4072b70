// Backups: one SQLite file each in the store's directory, made beside a store that goes on writing.
//
// A file is written under another name, synced and then renamed, so a backup is whole or not there. The format is
// documented in storage/README.md.
// Thread: the store's.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/recovery/recovery_host.h"
#include "storage/recovery/table_recovery.h"

namespace drydock::storage {

// The id in a backup's ARN; empty when it is none of ours.
[[nodiscard]] std::string backupIdOf(std::string_view arn);
// What the service names such things by: the time and some random digits, "01489602797149-73d8d5bc".
[[nodiscard]] std::string newRecoveryId(std::int64_t nowMs);

[[nodiscard]] std::filesystem::path backupFolder(const RecoveryHost& host);
// Removes what interrupted backups left.
void removeUnfinishedBackups(const RecoveryHost& host);
// Errors: backupNotFound; corrupt when the file is no intact backup.
[[nodiscard]] Result<BackupDescription> readBackup(const RecoveryHost& host, const std::string& id);
// Damaged ones are left out.
[[nodiscard]] Result<std::vector<BackupDescription>> readBackups(const RecoveryHost& host);
[[nodiscard]] Result<void> removeBackup(const RecoveryHost& host, const std::string& id);

// Rows of a whole backup in key order, a page at a time.
struct SavedRows {
    std::vector<std::pair<std::string, std::string>> rows;  // key and item
    std::string last;                                       // the key to go on behind
    bool ended = false;
};
class BackupSource {
public:
    [[nodiscard]] static Result<BackupSource> open(const RecoveryHost& host, const std::string& id);
    [[nodiscard]] Result<SavedRows> read(std::string_view after, std::size_t limit);

private:
    explicit BackupSource(sqlite::Connection connection) : m_connection(std::move(connection)) {}
    sqlite::Connection m_connection;
};

// A backup in the making. It reads one snapshot of the store, taken by begin(), on a connection of its own.
class BackupCopy {
public:
    [[nodiscard]] static Result<std::unique_ptr<BackupCopy>> begin(RecoveryHost& host, const Table& table,
                                                                   BackupDescription backup);
    ~BackupCopy();  // removes the file, unless it is complete
    BackupCopy(const BackupCopy&) = delete;
    BackupCopy& operator=(const BackupCopy&) = delete;

    [[nodiscard]] const BackupDescription& description() const { return m_backup; }
    // Copies about `limit` items; true when the backup is complete.
    [[nodiscard]] Result<bool> step(std::size_t limit);

private:
    BackupCopy(std::filesystem::path folder, BackupDescription backup, sqlite::Connection from, sqlite::Connection to)
        : m_folder(std::move(folder)), m_backup(std::move(backup)), m_from(std::move(from)), m_to(std::move(to)) {}
    [[nodiscard]] Result<void> takeSnapshot(const Table& table);
    [[nodiscard]] Result<void> finish();

    std::filesystem::path m_folder;
    BackupDescription m_backup;
    std::optional<sqlite::Connection> m_from;
    std::optional<sqlite::Connection> m_to;
    std::optional<sqlite::Statement> m_rows;  // of m_from, holding the snapshot
};

}  // namespace drydock::storage
