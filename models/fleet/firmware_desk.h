// FirmwareDesk: what binds the ZIPs on disk (FirmwareStore) to their records in the tables.
// Thread: that of the FleetService it serves; files() gives what other threads may use.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/fleet/firmware_store.h"
#include "models/fleet/fleet_transaction.h"

namespace drydock::fleet {

// An import whose transaction is put together; once it is committed, finish() makes it final. Dropped, it takes its
// ZIP along.
struct FirmwareImport {
    StagedImport staged;
    std::string replacedZip;  // of the record whose place it took; empty: none
};

// The records that `changes` put to RELEASED: their packages are to be verified before, and published.
[[nodiscard]] std::vector<FirmwareRecord> releasesIn(const std::vector<RowChange>& changes);

class FirmwareDesk {
public:
    [[nodiscard]] static Result<FirmwareDesk> open(const std::filesystem::path& directory,
                                                   FileSteps steps = FileSteps());

    [[nodiscard]] const FirmwareStore& files() const { return m_files; }
    void setLimits(const PackageLimits& limits) { m_files.setLimits(limits); }

    // What an import would do; its ZIP's name is not known before. ErrorCode::refused as plan().
    [[nodiscard]] static Result<ActionPreview> preview(FleetTransaction& transaction, const StagedImport& staged,
                                                       std::int64_t nowMs);
    // ErrorCode::refused as FleetService::importFirmware() says. It can be undone unless it took another's place.
    [[nodiscard]] static Result<FirmwareImport> plan(FleetTransaction& transaction, StagedImport staged,
                                                     const Operator& who, std::int64_t nowMs);
    // After the commit.
    [[nodiscard]] FirmwareRecord finish(FirmwareImport import) const;

    // The record of the very same package, if there is one that is not DELETED.
    [[nodiscard]] static Result<std::optional<FirmwareRecord>> sameImport(storage::TableReader& tables,
                                                                          const FirmwareRecord& staged);

    // Before the commit of `changes`: publishes what they release; nothing is published after an error.
    [[nodiscard]] Result<void> publish(const std::vector<RowChange>& changes, const VerifiedPackages& verified) const;
    // When that commit failed.
    void takeBack(const std::vector<RowChange>& changes) const;
    // After the commit: makes the files of the records changed agree with them. After an error tidy() sees to it.
    [[nodiscard]] Result<void> follow(const std::vector<RowChange>& changes) const;

    [[nodiscard]] Result<void> removeZip(const std::string& zipName) const { return m_files.remove(zipName); }
    // Records whose deletion was begun and not finished.
    [[nodiscard]] static Result<std::vector<FirmwareRecord>> openDeletions(storage::TableReader& tables);
    // RELEASED records without published files.
    [[nodiscard]] Result<std::vector<FirmwareRecord>> unpublished(storage::TableReader& tables) const;
    // Makes the files agree with the records: removes ZIPs without a record and half copies, publishes nothing that is
    // not RELEASED, keeps what was revoked for `revokedDays`.
    [[nodiscard]] Result<void> tidy(storage::TableReader& tables, std::int64_t nowMs, std::int64_t revokedDays) const;

private:
    explicit FirmwareDesk(FirmwareStore files) : m_files(std::move(files)) {}

    FirmwareStore m_files;
};

}  // namespace drydock::fleet
