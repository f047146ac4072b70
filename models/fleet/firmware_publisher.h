// FirmwarePublisher: the files of released packages, unpacked to where devices fetch them.
//
//   published/<product_id>/<application>/<version>/               of each record that is RELEASED, and of no other
//   revoked/<product_id>/<application>/<version>/<when, s>-<zip>/ what was published until then
//   staging/                                                      under way; of no use after a restart
//
// Files follow records: they are in place before a record is committed as RELEASED, and go after it is committed as
// something else. So a crash leaves at worst files without a RELEASED record, which settle() sees to.
//
// Thread: unpack() and pathOf() from any; all else from one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "models/fleet/file_steps.h"
#include "models/fleet/firmware.h"
#include "models/fleet/firmware_package.h"

namespace drydock::fleet {

// An unpacked package, on disk for good. Removes it when it goes without being published.
class StagedFiles {
public:
    StagedFiles(std::filesystem::path directory, FileSteps steps)
        : m_directory(std::move(directory)), m_steps(std::move(steps)) {}
    StagedFiles(const StagedFiles&) = delete;
    StagedFiles& operator=(const StagedFiles&) = delete;
    ~StagedFiles();

private:
    friend class FirmwarePublisher;
    std::filesystem::path m_directory;  // empty: published
    FileSteps m_steps;
};

class FirmwarePublisher {
public:
    FirmwarePublisher(const std::filesystem::path& directory, FileSteps steps);

    // Those that are missing.
    [[nodiscard]] storage::Result<void> makeFolders() const;

    // Unpacks the package of `record` while verifying it, see verifyPackage(). Nothing is left behind after an error.
    [[nodiscard]] storage::Result<std::shared_ptr<StagedFiles>> unpack(const std::filesystem::path& zip,
                                                                       const FirmwareRecord& record,
                                                                       const PackageLimits& limits,
                                                                       const KeepReading& keepReading) const;

    // The folder of a record's files while it is RELEASED, whether it is there or not.
    [[nodiscard]] std::filesystem::path pathOf(const FirmwareRecord& record) const;
    [[nodiscard]] bool isPublished(const FirmwareRecord& record) const;

    // Puts the files in place; what was there, by some mishap, goes. ErrorCode::refused when they were used before.
    [[nodiscard]] storage::Result<void> publish(StagedFiles& files, const FirmwareRecord& record) const;
    // Makes the files agree with `record`, which is not RELEASED any more: when REVOKED they move to revoked/, else
    // they go.
    [[nodiscard]] storage::Result<void> unpublish(const FirmwareRecord& record) const;
    // What lies in revoked/ of `record`, which is RELEASED again, goes.
    [[nodiscard]] storage::Result<void> forgetRevoked(const FirmwareRecord& record) const;

    // Throws away what was under way. Only while nothing is.
    [[nodiscard]] storage::Result<void> clearStaging() const;
    // Makes all files agree with the records, of which `recordOf` gives that of a product_id, application and version
    // (none: there is no such record), and removes what was revoked before `revokedBeforeS`. Stops at the first error,
    // also one of `recordOf`.
    using RecordOf = std::function<storage::Result<std::optional<FirmwareRecord>>(
        const std::string& productId, const std::string& application, const std::string& version)>;
    [[nodiscard]] storage::Result<void> settle(const RecordOf& recordOf, std::int64_t revokedBeforeS) const;

private:
    [[nodiscard]] storage::Result<void> discard(const std::filesystem::path& folder) const;
    [[nodiscard]] storage::Result<void> settlePublished(const RecordOf& recordOf) const;
    [[nodiscard]] storage::Result<void> settleRevoked(const RecordOf& recordOf, std::int64_t revokedBeforeS) const;

    std::filesystem::path m_published;
    std::filesystem::path m_revoked;
    std::filesystem::path m_staging;
    FileSteps m_steps;
};

}  // namespace drydock::fleet
