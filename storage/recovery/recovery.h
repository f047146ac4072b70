// Recovery: TableRecovery for a SqliteStore.
//
// Thread: the store's. Lifetime: its host's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "storage/recovery/backups.h"
#include "storage/recovery/imports.h"
#include "storage/recovery/jobs.h"
#include "storage/recovery/recovery_host.h"
#include "storage/recovery/table_recovery.h"

namespace drydock::storage {

class Recovery final : public TableRecovery {
public:
    explicit Recovery(RecoveryHost& host) : m_host(host) {}

    Result<BackupDescription> createBackup(std::string_view table, std::string_view name) override;
    Result<BackupDescription> describeBackup(std::string_view arn) override;
    Result<std::vector<BackupDescription>> listBackups() override;
    Result<BackupDescription> deleteBackup(std::string_view arn) override;
    Result<TableDescription> restoreBackup(std::string_view arn, const RestoreRequest& request) override;
    Result<TableDescription> restoreToTime(std::string_view table, std::optional<std::int64_t> atMs,
                                           const RestoreRequest& request) override;
    Result<ExportDescription> exportTable(const ExportRequest& request) override;
    Result<ExportDescription> describeExport(std::string_view arn) override;
    Result<std::vector<ExportDescription>> listExports() override;
    Result<ImportDescription> importTable(const ImportRequest& request) override;
    Result<ImportDescription> describeImport(std::string_view arn) override;
    Result<std::vector<ImportDescription>> listImports() override;
    Result<std::size_t> step(std::size_t limit) override;

private:
    [[nodiscard]] const BackupCopy* copyOf(std::string_view id) const;
    [[nodiscard]] Result<void> requireWritable();
    [[nodiscard]] Result<const Table*> findSource(std::string_view table) const;
    [[nodiscard]] Result<TableDescription> beginRestore(const RestoreRequest& request, const TableDefinition& source,
                                                        Job job);
    [[nodiscard]] Result<std::size_t> stepBackups(std::size_t limit);
    [[nodiscard]] Result<std::size_t> stepRestore(const Job& job, std::size_t limit);
    // What a job says of itself, once its table has an identity.
    using DescribeLoading = std::function<std::string(const std::string& tableId)>;
    // Makes a table that is closed until the job has filled it.
    [[nodiscard]] Result<void> beginLoading(const TableDefinition& definition, Job& job,
                                            const DescribeLoading& describe);
    [[nodiscard]] Result<std::size_t> stepJob(const Job& job, std::size_t limit);
    [[nodiscard]] Result<std::size_t> stepExportJob(const Job& job, std::size_t limit);
    [[nodiscard]] Result<std::size_t> stepImportJob(const Job& job, std::size_t limit);
    [[nodiscard]] Result<SavedRows> readRows(const Job& job, std::size_t limit);
    // What the job was making goes, and with it the job, unless there is something to tell of it.
    [[nodiscard]] Result<void> abandon(const Job& job, const std::optional<std::string>& description);

    RecoveryHost& m_host;
    std::vector<std::unique_ptr<BackupCopy>> m_copies;
    std::map<std::string, BackupSource> m_sources;  // of restores from backups, by job
    std::map<std::string, Import> m_imports;        // likewise
    bool m_mayHaveJobs = true;                      // false: none is running
};

}  // namespace drydock::storage
