// TableRecovery: what can be done for a store's tables beyond keeping them: backups on demand, restoring tables from
// backups or to a point in time, exports and imports.
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

#include "storage/recovery/item_files.h"
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

enum class TransferStatus { inProgress, completed, failed };

// An export of a table as it was at one time, in the layout of DynamoDB's exports to S3. A bucket is a folder of
// `exports` in the store's directory, and the prefix a path below it.
struct ExportRequest {
    std::string table;
    std::string bucket;
    std::string prefix;
    std::optional<std::int64_t> atMs;  // none: now
    std::string clientToken;           // the same again means the same export
};
struct ExportDescription {
    std::string id;
    ExportRequest request;  // with the time it was
    TransferStatus status = TransferStatus::inProgress;
    std::string tableId;
    std::int64_t startedMs = 0;
    std::int64_t endedMs = 0;  // 0: not yet
    std::uint64_t itemCount = 0;
    std::uint64_t sizeBytes = 0;  // of the items
    std::string failure;
};
[[nodiscard]] std::string exportArn(const ExportDescription& description);
// Below the bucket.
[[nodiscard]] std::string manifestKey(const ExportDescription& description);

// A new table from all files of a bucket whose paths begin with the prefix, in the order of their names.
struct ImportRequest {
    TableDefinition definition;
    std::string bucket;
    std::string prefix;
    FileOptions files;
    std::string clientToken;
    std::string request;  // JSON the caller wants to find again in the description
};
struct ImportDescription {
    std::string id;
    ImportRequest request;
    TransferStatus status = TransferStatus::inProgress;
    std::string tableId;
    std::int64_t startedMs = 0;
    std::int64_t endedMs = 0;
    std::uint64_t processedBytes = 0;  // of text
    std::uint64_t processedCount = 0;  // records, also those that were refused
    std::uint64_t importedCount = 0;   // items written, also such as replaced one before
    std::uint64_t errorCount = 0;      // records refused
    std::string failure;               // why it ended, or what was wrong with the first record refused
};
[[nodiscard]] std::string importArn(const ImportDescription& description);

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

    // Begins an export. Errors: validation; tableNotFound; pointInTimeRecoveryUnavailable; invalidExportTime;
    // exportConflict when the token was used for another request.
    [[nodiscard]] virtual Result<ExportDescription> exportTable(const ExportRequest& request) = 0;
    [[nodiscard]] virtual Result<ExportDescription> describeExport(std::string_view arn) = 0;  // exportNotFound
    [[nodiscard]] virtual Result<std::vector<ExportDescription>> listExports() = 0;            // oldest first

    // Begins an import into a new table, which cannot be read or written until it is complete. An import that finds no
    // file fails and leaves no table.
    // Errors: validation; resourceInUse when there is such a table; importConflict when the token was used for another
    // request.
    [[nodiscard]] virtual Result<ImportDescription> importTable(const ImportRequest& request) = 0;
    [[nodiscard]] virtual Result<ImportDescription> describeImport(std::string_view arn) = 0;  // importNotFound
    [[nodiscard]] virtual Result<std::vector<ImportDescription>> listImports() = 0;            // oldest first

    // Takes all that is under way further by about `limit` items; returns how many, and at least 1 where anything was
    // done. 0: nothing is under way. Work that can't be finished for reasons of its own (a damaged backup) is ended and
    // what it had made removed; the error returned says so. After an error of the store's the work stays under way.
    [[nodiscard]] virtual Result<std::size_t> step(std::size_t limit) = 0;
};

}  // namespace drydock::storage
