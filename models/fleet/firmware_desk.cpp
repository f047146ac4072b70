#include "models/fleet/firmware_desk.h"

#include <utility>

#include "models/fleet/action_plan.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {

using storage::ErrorCode;

std::vector<FirmwareRecord> releasesIn(const std::vector<RowChange>& changes) {
    std::vector<FirmwareRecord> released;
    for (const RowChange& change : changes) {
        if (change.table != tables::kFirmware || !change.after) continue;
        FirmwareRecord record = firmwareFromItem(*change.after);
        if (record.status == ReleaseStatus::released) released.push_back(std::move(record));
    }
    return released;
}

Result<FirmwareDesk> FirmwareDesk::open(const std::filesystem::path& directory) {
    DRYDOCK_ASSIGN(FirmwareStore files, FirmwareStore::open(directory));
    return FirmwareDesk(std::move(files));
}

Result<FirmwareImport> FirmwareDesk::plan(FleetTransaction& transaction, StagedImport staged, const Operator& who,
                                          std::int64_t nowMs) {
    const FirmwareRecord& record = staged.record();
    const storage::Item key = firmwareKey(record.productId, record.application, record.version);
    DRYDOCK_ASSIGN(const auto existing, transaction.row(tables::kFirmware, key));
    std::string replacedZip;
    if (existing) {
        const FirmwareRecord old = firmwareFromItem(*existing);
        if (!mayBeReplaced(old.status))
            return storage::fail(ErrorCode::refused, describe(record) + " is there already, with the status " +
                                                         releaseStatusName(old.status) + '.');
        replacedZip = old.zipName;
    }
    DRYDOCK_TRY(transaction.setRow({tables::kFirmware, key, {}, firmwareToItem(record)}, nowMs));

    AuditEntry entry;
    entry.sequence = transaction.nextSequence();
    entry.atMs = nowMs;
    entry.who = who.name;
    entry.screen = who.screen;
    entry.action = "importFirmware";
    entry.target = record.zipName;
    entry.summary = record.status == ReleaseStatus::error
                        ? "Refused " + record.originalName + ": " + record.errorReason + '.'
                        : "Imported " + describe(record) + " from " + record.originalName + '.';
    for (const std::string& warning : staged.warnings()) entry.summary += ' ' + warning;
    transaction.addAudit(entry, {});
    return FirmwareImport{std::move(staged), std::move(replacedZip)};
}

FirmwareRecord FirmwareDesk::finish(FirmwareImport import) const {
    import.staged.keep();
    // Should this fail, the ZIP is a leftover, which goes at the next start.
    if (!import.replacedZip.empty()) static_cast<void>(m_files.remove(import.replacedZip));
    return import.staged.record();
}

Result<std::vector<FirmwareRecord>> FirmwareDesk::openDeletions(storage::TableReader& tables) {
    DRYDOCK_ASSIGN(auto records, FleetReader(tables).firmware());
    std::erase_if(records, [](const FirmwareRecord& record) { return record.status != ReleaseStatus::deleting; });
    return records;
}

Result<void> FirmwareDesk::removeLeftovers(storage::TableReader& tables) const {
    DRYDOCK_TRY(m_files.removeLeftovers([&tables](const std::string& zipName) -> Result<bool> {
        const auto record = FleetReader(tables).firmwareByZip(zipName);
        if (record) return record->status != ReleaseStatus::deleted;
        if (record.error().code == ErrorCode::notFound) return false;
        return storage::fail(record.error());
    }));
    return {};
}

}  // namespace drydock::fleet
