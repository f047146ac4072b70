#include "models/fleet/firmware_desk.h"

#include <memory>
#include <optional>
#include <utility>

#include "models/fleet/action_plan.h"
#include "models/fleet/row_diff.h"
#include "models/fleet/tables.h"

namespace drydock::fleet {

using storage::ErrorCode;

namespace {

constexpr std::int64_t kDayS = 24LL * 60 * 60;

constexpr const char* kImport = "importFirmware";

// Enters the record of an import; returns the one whose place it takes.
Result<std::optional<FirmwareRecord>> putRecord(FleetTransaction& transaction, const FirmwareRecord& record,
                                                std::int64_t nowMs) {
    const storage::Item key = firmwareKey(record.productId, record.application, record.version);
    DRYDOCK_ASSIGN(const auto existing, transaction.row(tables::kFirmware, key));
    std::optional<FirmwareRecord> replaced;
    if (existing) replaced = firmwareFromItem(*existing);
    if (replaced && !mayBeReplaced(replaced->status))
        return storage::fail(ErrorCode::refused, describe(record) + " is there already, with the status " +
                                                     releaseStatusName(replaced->status) + '.');
    DRYDOCK_TRY(transaction.setRow({tables::kFirmware, key, {}, firmwareToItem(record)}, nowMs));
    return replaced;
}

// A firmware row's change; none: there was, or is, no such row.
struct RecordChange {
    std::optional<FirmwareRecord> before;
    std::optional<FirmwareRecord> after;

    [[nodiscard]] bool releases() const { return isReleased(after) && !staysReleased(); }
    [[nodiscard]] bool ends() const { return isReleased(before) && !staysReleased(); }

private:
    [[nodiscard]] static bool isReleased(const std::optional<FirmwareRecord>& record) {
        return record && record->status == ReleaseStatus::released;
    }
    [[nodiscard]] bool staysReleased() const {
        return isReleased(before) && isReleased(after) && before->zipName == after->zipName;
    }
};

std::vector<RecordChange> recordChanges(const std::vector<RowChange>& changes) {
    std::vector<RecordChange> records;
    for (const RowChange& change : changes) {
        if (change.table != tables::kFirmware) continue;
        RecordChange& record = records.emplace_back();
        if (change.before) record.before = firmwareFromItem(*change.before);
        if (change.after) record.after = firmwareFromItem(*change.after);
    }
    return records;
}

}  // namespace

std::vector<FirmwareRecord> releasesIn(const std::vector<RowChange>& changes) {
    std::vector<FirmwareRecord> released;
    for (RecordChange& change : recordChanges(changes)) {
        if (change.releases()) released.push_back(std::move(*change.after));
    }
    return released;
}

Result<FirmwareDesk> FirmwareDesk::open(const std::filesystem::path& directory, FileSteps steps) {
    DRYDOCK_ASSIGN(FirmwareStore files, FirmwareStore::open(directory, {}, std::move(steps)));
    DRYDOCK_TRY(files.published().clearStaging());
    return FirmwareDesk(std::move(files));
}

Result<ActionPreview> FirmwareDesk::preview(FleetTransaction& transaction, const StagedImport& staged,
                                            std::int64_t nowMs) {
    DRYDOCK_ASSIGN(const auto replaced, putRecord(transaction, staged.record(), nowMs));
    ActionPreview made;
    made.action = kImport;
    made.request.target = staged.record().originalName;
    made.changes = forPeople(transaction.changes());
    std::erase_if(made.changes, [](const FieldChange& change) { return change.field == "zip_name"; });
    made.warnings = staged.warnings();
    made.canUndo = !replaced;
    return made;
}

Result<FirmwareImport> FirmwareDesk::plan(FleetTransaction& transaction, StagedImport staged, const Operator& who,
                                          std::int64_t nowMs) {
    const FirmwareRecord& record = staged.record();
    DRYDOCK_ASSIGN(const auto replaced, putRecord(transaction, record, nowMs));
    AuditEntry entry = transaction.newAudit(who, nowMs);
    entry.action = kImport;
    entry.target = record.zipName;
    entry.summary = record.status == ReleaseStatus::error
                        ? "Refused " + record.originalName + ": " + record.errorReason + '.'
                        : "Imported " + describe(record) + " from " + record.originalName + '.';
    for (const std::string& warning : staged.warnings()) entry.summary += ' ' + warning;
    const auto changes = transaction.changes();
    entry.changes = forPeople(changes);
    // What it took the place of has lost its ZIP.
    entry.undoable = !replaced;
    std::vector<RowChange> kept;
    if (entry.undoable) kept.push_back(reduced(changes.at(0)));
    transaction.addAudit(entry, kept);
    return FirmwareImport{std::move(staged), replaced ? replaced->zipName : std::string()};
}

FirmwareRecord FirmwareDesk::finish(FirmwareImport import) const {
    import.staged.keep();
    // Should this fail, the ZIP is a leftover, which goes at the next start.
    if (!import.replacedZip.empty()) static_cast<void>(m_files.remove(import.replacedZip));
    return import.staged.record();
}

Result<std::optional<FirmwareRecord>> FirmwareDesk::sameImport(storage::TableReader& tables,
                                                               const FirmwareRecord& staged) {
    DRYDOCK_ASSIGN(auto records, FleetReader(tables).firmwareOf(staged.productId, staged.application));
    for (FirmwareRecord& record : records) {
        if (record.zipSha256 == staged.zipSha256 && record.status != ReleaseStatus::deleted) return std::move(record);
    }
    return std::nullopt;
}

Result<void> FirmwareDesk::publish(const std::vector<RowChange>& changes, const VerifiedPackages& verified) const {
    for (const FirmwareRecord& record : releasesIn(changes)) {
        const std::shared_ptr<StagedFiles>* files = verified.find(record);
        auto published = files == nullptr
                             ? Result<void>(storage::fail(ErrorCode::refused,
                                                          describe(record) + " has not been verified for its release."))
                             : m_files.published().publish(**files, record);
        if (published) continue;
        takeBack(changes);
        return published;
    }
    return {};
}

void FirmwareDesk::takeBack(const std::vector<RowChange>& changes) const {
    for (const RecordChange& change : recordChanges(changes)) {
        // As it was: where it was REVOKED, its files return there. What can't be done now is left to tidy().
        if (!change.releases()) continue;
        static_cast<void>(m_files.published().unpublish(change.before.value_or(FirmwareRecord(*change.after))));
    }
}

Result<void> FirmwareDesk::follow(const std::vector<RowChange>& changes) const {
    for (const RecordChange& change : recordChanges(changes)) {
        if (change.releases()) DRYDOCK_TRY(m_files.published().forgetRevoked(*change.after));
        if (!change.after) DRYDOCK_TRY(m_files.remove(change.before->zipName));
        if (!change.ends()) continue;
        FirmwareRecord now = change.after ? *change.after : *change.before;
        if (!change.after) now.status = ReleaseStatus::deleted;
        DRYDOCK_TRY(m_files.published().unpublish(now));
    }
    return {};
}

Result<std::vector<FirmwareRecord>> FirmwareDesk::openDeletions(storage::TableReader& tables) {
    DRYDOCK_ASSIGN(auto records, FleetReader(tables).firmware());
    std::erase_if(records, [](const FirmwareRecord& record) { return record.status != ReleaseStatus::deleting; });
    return records;
}

Result<std::vector<FirmwareRecord>> FirmwareDesk::unpublished(storage::TableReader& tables) const {
    DRYDOCK_ASSIGN(auto records, FleetReader(tables).firmware());
    std::erase_if(records, [this](const FirmwareRecord& record) {
        return record.status != ReleaseStatus::released || m_files.published().isPublished(record);
    });
    return records;
}

Result<void> FirmwareDesk::tidy(storage::TableReader& tables, std::int64_t nowMs, std::int64_t revokedDays) const {
    FleetReader reader(tables);
    DRYDOCK_TRY(m_files.removeLeftovers([&reader](const std::string& zipName) -> Result<bool> {
        const auto record = reader.firmwareByZip(zipName);
        if (record) return record->status != ReleaseStatus::deleted;
        if (record.error().code == ErrorCode::notFound) return false;
        return storage::fail(record.error());
    }));
    const auto recordOf = [&reader](const std::string& product, const std::string& application,
                                    const std::string& version) {
        return reader.firmwareAt(product, application, version);
    };
    return m_files.published().settle(recordOf, nowMs / 1000 - revokedDays * kDayS);
}

}  // namespace drydock::fleet
