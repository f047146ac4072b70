#include "storage/recovery/recovery.h"

#include <algorithm>

#include "storage/recovery/exports.h"
#include "storage/recovery/folders.h"
#include "storage/recovery/past_reads.h"
#include "storage/table/resource_names.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kPageBytes = 1024UL * 1024;

const Table* findTable(const Catalogue& catalogue, std::string_view name) {
    const auto found = catalogue.tables().find(name);
    return found == catalogue.tables().end() ? nullptr : found->second.get();
}

Table* findTable(const Catalogue& catalogue, std::int64_t id) {
    for (const auto& [name, table] : catalogue.tables()) {
        if (table->id == id) return table.get();
    }
    return nullptr;
}

// Takes the indexes of one sort that are wanted over from the source.
Result<void> chooseIndexes(const std::optional<std::vector<IndexDefinition>>& wanted, const TableDefinition& source,
                           bool local, TableDefinition& target) {
    for (const IndexDefinition& index : source.indexes) {
        if (index.local == local && !wanted) target.indexes.push_back(index);
    }
    if (!wanted) return {};
    for (const IndexDefinition& index : *wanted) {
        const auto& known = source.indexes;
        const bool matches = std::any_of(known.begin(), known.end(), [&](const IndexDefinition& each) {
            return each.local == local && each.name == index.name && each.key == index.key &&
                   each.projection == index.projection && each.nonKeyAttributes == index.nonKeyAttributes;
        });
        if (!matches) {
            return fail(ErrorCode::validation,
                        "One or more parameter values were invalid: The index to restore is not one of the source's "
                        "indexes: " +
                            index.name);
        }
        target.indexes.push_back(index);
    }
    return {};
}

Result<TableDefinition> restoredDefinition(const RestoreRequest& request, const TableDefinition& source) {
    TableDefinition target;
    target.name = request.target;
    target.key = source.key;
    target.throughput = request.throughput ? *request.throughput : source.throughput;
    if (!target.throughput) target.mostOnDemand = request.mostOnDemand ? request.mostOnDemand : source.mostOnDemand;
    target.tableClass = source.tableClass;
    target.encryptionKey = request.encryptionKey ? *request.encryptionKey : source.encryptionKey;
    DRYDOCK_TRY(chooseIndexes(request.localIndexes, source, true, target));
    DRYDOCK_TRY(chooseIndexes(request.globalIndexes, source, false, target));
    for (IndexDefinition& index : target.indexes) {
        if (!target.throughput) index.throughput.reset();
        if (target.throughput && !index.local && !index.throughput) index.throughput = target.throughput;
    }
    DRYDOCK_TRY(validate(target));
    return target;
}

}  // namespace

// ---- Backups --------------------------------------------------------------------------------------------------------

const BackupCopy* Recovery::copyOf(std::string_view id) const {
    const auto found =
        std::find_if(m_copies.begin(), m_copies.end(), [&](const auto& copy) { return copy->description().id == id; });
    return found == m_copies.end() ? nullptr : found->get();
}

// An empty change is refused where any other is.
Result<void> Recovery::requireWritable() {
    return m_host.change([](Writer&) { return Result<void>(); });
}

Result<const Table*> Recovery::findSource(std::string_view name) const {
    const Table* table = findTable(m_host.catalogue(), name);
    if (table == nullptr) return fail(ErrorCode::tableNotFound, "Table not found: " + std::string(name));
    if (table->loading) return fail(ErrorCode::tableInUse, "Table is being created: " + std::string(name));
    return table;
}

Result<BackupDescription> Recovery::createBackup(std::string_view tableName, std::string_view name) {
    DRYDOCK_ASSIGN(const Table* table, findSource(tableName));
    DRYDOCK_TRY(requireWritable());
    DRYDOCK_ASSIGN(TableDescription source, m_host.describe(tableName));
    BackupDescription backup;
    backup.createdMs = m_host.nowMs();
    backup.id = newRecoveryId(backup.createdMs);
    backup.name = name;
    backup.definition = std::move(source.definition);
    backup.tableId = std::move(source.id);
    backup.tableCreatedMs = source.createdMs;
    backup.itemCount = source.itemCount;
    backup.sizeBytes = source.sizeBytes;
    DRYDOCK_ASSIGN(auto copy, BackupCopy::begin(m_host, *table, std::move(backup)));
    m_copies.push_back(std::move(copy));
    return m_copies.back()->description();
}

Result<BackupDescription> Recovery::describeBackup(std::string_view arn) {
    const std::string id = backupIdOf(arn);
    if (const BackupCopy* copy = copyOf(id)) return copy->description();
    if (!id.empty()) {
        Result<BackupDescription> backup = readBackup(m_host, id);
        if (backup || backup.error().code != ErrorCode::backupNotFound) return backup;
    }
    return fail(ErrorCode::backupNotFound, "Backup not found: " + std::string(arn));
}

Result<std::vector<BackupDescription>> Recovery::listBackups() {
    DRYDOCK_ASSIGN(std::vector<BackupDescription> backups, readBackups(m_host));
    for (const auto& copy : m_copies) backups.push_back(copy->description());
    std::sort(backups.begin(), backups.end(),
              [](const BackupDescription& a, const BackupDescription& b) { return a.id < b.id; });
    return backups;
}

Result<BackupDescription> Recovery::deleteBackup(std::string_view arn) {
    DRYDOCK_ASSIGN(BackupDescription backup, describeBackup(arn));
    if (copyOf(backup.id) != nullptr) {
        return fail(ErrorCode::backupInUse, "Backup is being created: " + std::string(arn));
    }
    DRYDOCK_ASSIGN(const std::vector<Job> jobs, runningJobs(m_host.connection()));
    for (const Job& job : jobs) {
        if (job.kind != kRestoreJob) continue;
        DRYDOCK_ASSIGN(const RestoreSummary summary, restoreFromText(job.description));
        if (backupIdOf(summary.backupArn) == backup.id) {
            return fail(ErrorCode::backupInUse, "Backup is being used to restore another table: " + std::string(arn));
        }
    }
    DRYDOCK_TRY(requireWritable());
    DRYDOCK_TRY(removeBackup(m_host, backup.id));
    backup.status = BackupStatus::deleted;
    return backup;
}

// ---- Restores -------------------------------------------------------------------------------------------------------

Result<TableDescription> Recovery::beginRestore(const RestoreRequest& request, const TableDefinition& source, Job job) {
    if (const Table* table = findTable(m_host.catalogue(), request.target)) {
        if (table->loading) return fail(ErrorCode::tableInUse, "Table is being created: " + request.target);
        return fail(ErrorCode::tableAlreadyExists, "Table already exists: " + request.target);
    }
    DRYDOCK_ASSIGN(const TableDefinition target, restoredDefinition(request, source));
    job.kind = kRestoreJob;
    job.id = newRecoveryId(m_host.nowMs());
    const std::string description = job.description;
    DRYDOCK_TRY(beginLoading(target, job, [&](const std::string& /*tableId*/) { return description; }));
    return m_host.describe(request.target);
}

Result<void> Recovery::beginLoading(const TableDefinition& definition, Job& job, const DescribeLoading& describe) {
    const auto begin = [&](Writer&) -> Result<void> {
        sqlite::Connection& connection = m_host.connection();
        DRYDOCK_ASSIGN(job.target, Catalogue::insert(connection, definition, m_host.nowMs()));
        DRYDOCK_TRY(Catalogue::setLoading(connection, *job.target, true));
        DRYDOCK_ASSIGN(const std::string tableId, Catalogue::uuidOf(connection, *job.target));
        job.description = describe(tableId);
        return insertJob(connection, job);
    };
    DRYDOCK_TRY(m_host.change(begin));
    m_mayHaveJobs = true;
    return m_host.reload();
}

Result<TableDescription> Recovery::restoreBackup(std::string_view arn, const RestoreRequest& request) {
    DRYDOCK_ASSIGN(const BackupDescription backup, describeBackup(arn));
    if (backup.status == BackupStatus::creating) {
        return fail(ErrorCode::backupInUse, "Backup is being created: " + std::string(arn));
    }
    Job job;
    job.description =
        restoreText({backupArn(backup), tableArn(backup.definition.name), backup.createdMs, /*inProgress=*/true});
    return beginRestore(request, backup.definition, std::move(job));
}

Result<TableDescription> Recovery::restoreToTime(std::string_view tableName, std::optional<std::int64_t> atMs,
                                                 const RestoreRequest& request) {
    DRYDOCK_ASSIGN(const Table* table, findSource(tableName));
    const std::int64_t now = m_host.nowMs();
    Job job;
    DRYDOCK_ASSIGN(job.cut, cutAt(m_host.connection(), *table, {atMs.value_or(now), now}));
    // What is committed later in this very millisecond is not part of it.
    if (!atMs) job.cut = static_cast<std::int64_t>(m_host.lastSequence() + 1);
    job.source = table->id;
    job.description = restoreText({"", tableArn(tableName), atMs.value_or(now), /*inProgress=*/true});
    return beginRestore(request, table->definition, std::move(job));
}

Result<SavedRows> Recovery::readRows(const Job& job, std::size_t limit) {
    if (!job.source) {
        auto source = m_sources.find(job.id);
        if (source == m_sources.end()) {
            DRYDOCK_ASSIGN(const RestoreSummary summary, restoreFromText(job.description));
            DRYDOCK_ASSIGN(BackupSource opened, BackupSource::open(m_host, backupIdOf(summary.backupArn)));
            source = m_sources.emplace(job.id, std::move(opened)).first;
        }
        return source->second.read(job.position, limit);
    }
    const Table* table = findTable(m_host.catalogue(), *job.source);
    if (table == nullptr || !job.cut) return fail(ErrorCode::corrupt, "The table to restore from is gone");
    SavedRows page;
    std::size_t bytes = 0;
    const auto add = [&](std::string_view key, std::string_view row) -> Result<bool> {
        if (bytes >= kPageBytes) return false;
        bytes += row.size();
        page.rows.emplace_back(key, row);
        return true;
    };
    DRYDOCK_ASSIGN(PastWalkEnd end, walkPast(m_host.connection(), *table, {*job.cut, job.position, limit}, add));
    page.last = std::move(end.last);
    page.ended = end.ended;
    return page;
}

Result<void> Recovery::abandon(const Job& job, const std::optional<std::string>& description) {
    m_sources.erase(job.id);
    m_imports.erase(job.id);
    const Table* table = job.target ? findTable(m_host.catalogue(), *job.target) : nullptr;
    m_host.connection().forgetStatements();
    const auto remove = [&](Writer&) -> Result<void> {
        if (table != nullptr) DRYDOCK_TRY(Catalogue::remove(m_host.connection(), *table));
        if (!description) return removeJob(m_host.connection(), job.id);
        DRYDOCK_TRY(describeJob(m_host.connection(), job.id, *description));
        return endJob(m_host.connection(), job.id);
    };
    DRYDOCK_TRY(m_host.change(remove));
    return m_host.reload();
}

Result<std::size_t> Recovery::stepRestore(const Job& job, std::size_t limit) {
    const Result<SavedRows> page = readRows(job, limit);
    Table* table = job.target ? findTable(m_host.catalogue(), *job.target) : nullptr;
    if (!page || table == nullptr) {
        DRYDOCK_TRY(abandon(job, std::nullopt));
        if (!page) return fail(page.error());
        return std::size_t{1};
    }
    const auto load = [&](Writer& writer) -> Result<void> {
        for (const auto& [key, row] : page->rows) {
            // A damaged item can't be made whole by copying it.
            Result<Item> item = decodeItem(row);
            if (item) DRYDOCK_TRY(writer.load(*table, *std::move(item)));
        }
        sqlite::Connection& connection = m_host.connection();
        if (!page->ended) return moveJob(connection, job.id, page->last);
        DRYDOCK_TRY(endJob(connection, job.id));
        return Catalogue::setLoading(connection, table->id, false);
    };
    DRYDOCK_TRY(m_host.change(load));
    if (page->ended) {
        m_sources.erase(job.id);
        DRYDOCK_TRY(m_host.reload());
    }
    return std::max<std::size_t>(page->rows.size(), 1);
}

// ---- Exports --------------------------------------------------------------------------------------------------------

Result<ExportDescription> Recovery::exportTable(const ExportRequest& request) {
    DRYDOCK_TRY(checkBucket(request.bucket));
    DRYDOCK_TRY(checkPrefix(request.prefix));
    DRYDOCK_ASSIGN(const std::vector<ExportDescription> exports, listExports());
    for (const ExportDescription& known : exports) {
        if (request.clientToken.empty() || known.request.clientToken != request.clientToken) continue;
        const ExportRequest& other = known.request;
        const bool same = other.table == request.table && other.bucket == request.bucket &&
                          other.prefix == request.prefix && (!request.atMs || other.atMs == request.atMs);
        if (same) return known;
        return fail(ErrorCode::exportConflict, "The client token was used for another export: " + exportArn(known));
    }
    DRYDOCK_ASSIGN(const Table* table, findSource(request.table));
    const std::int64_t now = m_host.nowMs();
    Job job;
    Result<std::int64_t> cut = cutAt(m_host.connection(), *table, {request.atMs.value_or(now), now});
    if (!cut && cut.error().code == ErrorCode::invalidRestoreTime) {
        return fail(ErrorCode::invalidExportTime, cut.error().message);
    }
    if (!cut) return fail(std::move(cut).error());
    job.cut = request.atMs ? *cut : static_cast<std::int64_t>(m_host.lastSequence() + 1);
    job.source = table->id;
    job.kind = kExportJob;
    job.id = newRecoveryId(now);
    DRYDOCK_ASSIGN(TableDescription described, m_host.describe(request.table));
    ExportDescription description;
    description.id = job.id;
    description.request = request;
    description.request.atMs = request.atMs.value_or(now);
    description.tableId = std::move(described.id);
    description.startedMs = now;
    job.description = exportText(description);
    DRYDOCK_TRY(m_host.change([&](Writer&) { return insertJob(m_host.connection(), job); }));
    m_mayHaveJobs = true;
    return description;
}

Result<std::vector<ExportDescription>> Recovery::listExports() {
    DRYDOCK_ASSIGN(const std::vector<Job> jobs, jobsOf(m_host.connection(), kExportJob));
    std::vector<ExportDescription> exports;
    for (const Job& job : jobs) {
        DRYDOCK_ASSIGN(ExportDescription description, exportFromText(job.description));
        exports.push_back(std::move(description));
    }
    return exports;
}

Result<ExportDescription> Recovery::describeExport(std::string_view arn) {
    DRYDOCK_ASSIGN(const std::vector<ExportDescription> exports, listExports());
    for (const ExportDescription& description : exports) {
        if (exportArn(description) == arn) return description;
    }
    return fail(ErrorCode::exportNotFound, "Export not found: " + std::string(arn));
}

// A full disk may have room at the next step; a folder that can't be written to ends the export.
Result<std::size_t> Recovery::stepExportJob(const Job& job, std::size_t limit) {
    const Table* table = job.source ? findTable(m_host.catalogue(), *job.source) : nullptr;
    if (table == nullptr) {
        DRYDOCK_TRY(failExport(m_host, job, "The table to export is gone"));
        return std::size_t{1};
    }
    Result<std::size_t> done = stepExport(m_host, *table, job, limit);
    if (done || done.error().code != ErrorCode::io || done.error().sqliteCode != 0) return done;
    DRYDOCK_TRY(failExport(m_host, job, done.error().message));
    return std::size_t{1};
}

// ---- Imports --------------------------------------------------------------------------------------------------------

Result<ImportDescription> Recovery::importTable(const ImportRequest& request) {
    DRYDOCK_TRY(checkBucket(request.bucket));
    DRYDOCK_TRY(checkPrefix(request.prefix));
    DRYDOCK_TRY(validate(request.definition));
    DRYDOCK_ASSIGN(const std::vector<ImportDescription> imports, listImports());
    for (const ImportDescription& known : imports) {
        if (request.clientToken.empty() || known.request.clientToken != request.clientToken) continue;
        if (known.request.request == request.request && known.request.definition == request.definition) return known;
        return fail(ErrorCode::importConflict, "The client token was used for another import: " + importArn(known));
    }
    if (findTable(m_host.catalogue(), request.definition.name) != nullptr) {
        return fail(ErrorCode::resourceInUse, "Table already exists: " + request.definition.name);
    }
    Job job;
    job.kind = kImportJob;
    job.id = newRecoveryId(m_host.nowMs());
    ImportDescription description;
    description.id = job.id;
    description.request = request;
    description.startedMs = m_host.nowMs();
    DRYDOCK_TRY(beginLoading(request.definition, job, [&](const std::string& tableId) {
        description.tableId = tableId;
        return importText(description);
    }));
    return description;
}

Result<std::vector<ImportDescription>> Recovery::listImports() {
    DRYDOCK_ASSIGN(const std::vector<Job> jobs, jobsOf(m_host.connection(), kImportJob));
    std::vector<ImportDescription> imports;
    for (const Job& job : jobs) {
        DRYDOCK_ASSIGN(ImportDescription description, importFromText(job.description));
        imports.push_back(std::move(description));
    }
    return imports;
}

Result<ImportDescription> Recovery::describeImport(std::string_view arn) {
    DRYDOCK_ASSIGN(const std::vector<ImportDescription> imports, listImports());
    for (const ImportDescription& description : imports) {
        if (importArn(description) == arn) return description;
    }
    return fail(ErrorCode::importNotFound, "Import not found: " + std::string(arn));
}

Result<std::size_t> Recovery::stepImportJob(const Job& job, std::size_t limit) {
    Table* table = job.target ? findTable(m_host.catalogue(), *job.target) : nullptr;
    if (table == nullptr) return fail(ErrorCode::corrupt, "The catalogue has lost the table of an import");
    DRYDOCK_ASSIGN(const Import::Progress progress, m_imports[job.id].step(m_host, *table, job, limit));
    if (!progress.failure.empty()) {
        DRYDOCK_ASSIGN(ImportDescription description, importFromText(job.description));
        description.status = TransferStatus::failed;
        description.endedMs = m_host.nowMs();
        description.failure = progress.failure;
        DRYDOCK_TRY(abandon(job, importText(description)));
    } else if (progress.ended) {
        m_imports.erase(job.id);
        DRYDOCK_TRY(m_host.reload());
    }
    return std::max<std::size_t>(progress.done, 1);
}

// ---- Slices ---------------------------------------------------------------------------------------------------------

Result<std::size_t> Recovery::stepBackups(std::size_t limit) {
    if (m_copies.empty()) return std::size_t{0};
    const Result<bool> complete = m_copies.front()->step(limit);
    if (!complete || *complete) m_copies.erase(m_copies.begin());
    if (!complete) return fail(complete.error());
    return limit;
}

Result<std::size_t> Recovery::step(std::size_t limit) {
    DRYDOCK_ASSIGN(std::size_t done, stepBackups(limit));
    if (done > 0 || !m_mayHaveJobs) return done;
    DRYDOCK_ASSIGN(const std::vector<Job> jobs, runningJobs(m_host.connection()));
    m_mayHaveJobs = !jobs.empty();
    if (jobs.empty()) return std::size_t{0};
    return stepJob(jobs.front(), limit);
}

Result<std::size_t> Recovery::stepJob(const Job& job, std::size_t limit) {
    if (job.kind == kExportJob) return stepExportJob(job, limit);
    if (job.kind == kImportJob) return stepImportJob(job, limit);
    return stepRestore(job, limit);
}

}  // namespace drydock::storage
