// FirmwareStore: the ZIPs on disk, under stored names <uuid4>.zip; those of status ERROR in errors/ beneath. Beside
// them incoming/, where packages to be imported are dropped, and the files of released packages: firmware_publisher.h.
//
// A ZIP is in place before its record is committed, and a record is changed before its ZIP goes. So a crash leaves at
// worst a ZIP without a record, which removeLeftovers() takes away at the next start, never a record without its ZIP.
//
//   importing:  DRYDOCK_ASSIGN(auto staged, files.stage(zip, clock.wallMs()));  on a thread that may take its time
//               … read the row of firmwareKey(staged.record()); refuse unless absent or mayBeReplaced(its status)
//               … put firmwareToItem(staged.record()) and commit
//               staged.keep();
//   releasing:  DRYDOCK_ASSIGN(auto verified, files.verify({record}));  likewise
//               … put the record as RELEASED only if verified.holds(record); commit
//   deleting:   record to DELETING, commit; files.remove(zipName); record to DELETED, commit. The same at start for
//               every record found DELETING.
//   replacing:  the ZIP of the replaced record has no record any more: files.remove() it after the commit.
//
// Thread: stage(), verify(), copyTo(), pathOf() and incoming() from any; all else from one thread at a time. One
// process owns the directory. Files of other names in the directory are left alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/file_steps.h"
#include "models/fleet/firmware.h"
#include "models/fleet/firmware_package.h"
#include "models/fleet/firmware_publisher.h"
#include "storage/base/result.h"

namespace drydock::fleet {

// Whether an import of the same product, application and version may take the place of a record in `status`.
[[nodiscard]] bool mayBeReplaced(ReleaseStatus status);

class StagedNames;
class SharedLimits;

// A ZIP that lies in the store, on disk for good, and whose record is yet to be committed.
// Removes the ZIP when it goes without keep().
class StagedImport {
public:
    StagedImport(StagedImport&& other) noexcept;
    StagedImport& operator=(StagedImport&&) = delete;
    StagedImport(const StagedImport&) = delete;
    StagedImport& operator=(const StagedImport&) = delete;
    ~StagedImport();

    // Complete and ready to be put: status readyToTest, or error with the version "ERROR#<version or UNKNOWN>#<zip>".
    [[nodiscard]] const FirmwareRecord& record() const { return m_record; }
    [[nodiscard]] const std::vector<std::string>& warnings() const { return m_warnings; }
    // The record is committed: the ZIP stays.
    void keep() { m_path.clear(); }

private:
    friend class FirmwareStore;
    StagedImport(std::string zipName, std::filesystem::path path, FileSteps steps, std::shared_ptr<StagedNames> names);

    FirmwareRecord m_record;
    std::vector<std::string> m_warnings;
    std::string m_zipName;
    std::filesystem::path m_path;  // empty: nothing to remove
    FileSteps m_steps;
    std::shared_ptr<StagedNames> m_names;  // nullptr once moved from
};

// Packages that were found to hold exactly what their records list, unpacked to be published.
class VerifiedPackages {
public:
    // Whether the package of `record` is among them, and the record lists the same files as it did then.
    [[nodiscard]] bool holds(const FirmwareRecord& record) const { return find(record) != nullptr; }
    // Its files; nullptr when it is not among them.
    [[nodiscard]] const std::shared_ptr<StagedFiles>* find(const FirmwareRecord& record) const;

private:
    friend class FirmwareStore;
    struct Package {
        FirmwareRecord record;
        std::shared_ptr<StagedFiles> files;
    };
    std::vector<Package> m_packages;
};

class FirmwareStore {
public:
    // Makes the directories that are missing.
    [[nodiscard]] static storage::Result<FirmwareStore> open(const std::filesystem::path& directory,
                                                             const PackageLimits& limits = {},
                                                             FileSteps steps = FileSteps());

    // Of packages from now on. What was staged before keeps what it is.
    void setLimits(const PackageLimits& limits);

    // Copies `source` into the store and inspects the copy, so that nobody can change it in between. The source is
    // left alone. Takes seconds for a large package. Errors as for inspectPackage(), and diskFull; nothing is left
    // behind then.
    [[nodiscard]] storage::Result<StagedImport> stage(const std::filesystem::path& source, std::int64_t nowMs,
                                                      const KeepReading& keepReading = {}) const;

    // Hashes the packages of these records anew, as verifyPackage() does, with its errors, and unpacks them.
    [[nodiscard]] storage::Result<VerifiedPackages> verify(const std::vector<FirmwareRecord>& records,
                                                           const KeepReading& keepReading = {}) const;

    // Where the ZIP of a record lies.
    [[nodiscard]] std::filesystem::path pathOf(const FirmwareRecord& record) const;
    // The files of released packages.
    [[nodiscard]] const FirmwarePublisher& published() const { return m_published; }

    // Copies the ZIP of `record` to `target`, whole or not at all: beside it under a name of its own, which then takes
    // the place of a file that is there. Returns its bytes. Nothing is left behind after an error.
    // ErrorCode::notFound: the ZIP is gone. corrupt: it is no longer what was imported. refused: `target` is something
    // else than a file. diskFull, io and, see KeepReading, busy.
    [[nodiscard]] storage::Result<std::uint64_t> copyTo(const FirmwareRecord& record,
                                                        const std::filesystem::path& target,
                                                        const KeepReading& keepReading = {}) const;

    // Where people and programs drop packages to be imported; one that was is dismissed, one that can't be goes to
    // errors/ under the name that is returned.
    [[nodiscard]] std::filesystem::path incoming() const;
    [[nodiscard]] storage::Result<void> dismissIncoming(const std::filesystem::path& file) const;
    [[nodiscard]] storage::Result<std::string> rejectIncoming(const std::filesystem::path& file,
                                                              std::int64_t nowMs) const;

    // Removes a ZIP, wherever it lies; one that is gone already is no error.
    // ErrorCode::validation when the name is none of the store's (a record somebody edited by hand).
    [[nodiscard]] storage::Result<void> remove(std::string_view zipName) const;

    // Removes what an interrupted import or deletion left: half copies, and ZIPs for which `needed` says false: given
    // the stored name, whether a record names it that is not DELETED. What imports under way have staged stays. Returns
    // how many went; stops at the first error, also one of `needed`.
    [[nodiscard]] storage::Result<std::size_t> removeLeftovers(
        const std::function<storage::Result<bool>(const std::string& zipName)>& needed) const;

private:
    FirmwareStore(std::filesystem::path directory, const PackageLimits& limits, FileSteps steps);

    std::filesystem::path m_directory;
    std::shared_ptr<SharedLimits> m_limits;
    FileSteps m_steps;
    FirmwarePublisher m_published;
    std::shared_ptr<StagedNames> m_staged;
};

}  // namespace drydock::fleet
