// TableRecovery: what can be done for a store's tables beyond keeping them: backups on demand, and restoring tables
// from backups or to a point in time.
//
// Long work is begun by a call and done by step(), a slice at a time, so that the store's thread stays free for others
// between slices.
// Thread: the store's. Lifetime: the store's.
// Errors: DynamoDB's, named at each call; readOnly on a store opened so; the machine's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store/table_store.h"

namespace drydock::storage {

enum class BackupStatus { creating, available, deleted };

struct BackupDescription {
    std::string id;
    std::string name;
    BackupStatus status = BackupStatus::creating;
    std::int64_t createdMs = 0;  // the state it holds is of this time
    // Of the table, then.
    TableDefinition definition;
    std::string tableId;
    std::int64_t tableCreatedMs = 0;
    std::uint64_t itemCount = 0;
    std::uint64_t sizeBytes = 0;
};
// "arn:aws:dynamodb:local:000000000000:table/<name>/backup/<id>"
[[nodiscard]] std::string backupArn(const BackupDescription& backup);

// A table to be made from another's past. It has the source's keys, indexes and throughput, unless told otherwise here,
// and neither its stream, time to live, recovery, protection nor tags.
struct RestoreRequest {
    std::string target;
    std::optional<std::vector<IndexDefinition>> globalIndexes;  // those of the source's that are wanted
    std::optional<std::vector<IndexDefinition>> localIndexes;
    std::optional<std::optional<Throughput>> throughput;  // none: on demand
    std::optional<Throughput> mostOnDemand;
    std::optional<std::optional<std::string>> encryptionKey;
};

class TableRecovery {
public:
    virtual ~TableRecovery() = default;

    // Begins a backup of the table as it is now. One that is not complete when the store is closed is dropped.
    // Errors: tableNotFound; tableInUse while the table is being made.
    [[nodiscard]] virtual Result<BackupDescription> createBackup(std::string_view table, std::string_view name) = 0;
    // Errors: backupNotFound.
    [[nodiscard]] virtual Result<BackupDescription> describeBackup(std::string_view arn) = 0;
    // In the order they were made.
    [[nodiscard]] virtual Result<std::vector<BackupDescription>> listBackups() = 0;
    // Errors: backupNotFound; backupInUse while it is being made or restored from.
    [[nodiscard]] virtual Result<BackupDescription> deleteBackup(std::string_view arn) = 0;

    // Begins a new table, which cannot be read or written until it is complete; closing the store only interrupts
    // that.
    // Errors: validation; tableAlreadyExists; tableInUse while the target is being made; backupNotFound and
    // backupInUse, or tableNotFound, pointInTimeRecoveryUnavailable and invalidRestoreTime.
    [[nodiscard]] virtual Result<TableDescription> restoreBackup(std::string_view arn,
                                                                 const RestoreRequest& request) = 0;
    // Without a time: as the table is now.
    [[nodiscard]] virtual Result<TableDescription> restoreToTime(std::string_view table,
                                                                 std::optional<std::int64_t> atMs,
                                                                 const RestoreRequest& request) = 0;

    // Takes all that is under way further by about `limit` items; returns how many, and at least 1 where anything was
    // done. 0: nothing is under way. Work that can't be finished for reasons of its own (a damaged backup) is ended and
    // what it had made removed; the error returned says so. After an error of the store's the work stays under way.
    [[nodiscard]] virtual Result<std::size_t> step(std::size_t limit) = 0;
};

}  // namespace drydock::storage
