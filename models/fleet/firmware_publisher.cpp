#include "models/fleet/firmware_publisher.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace drydock::fleet {

using storage::ErrorCode;
using storage::Result;

namespace {

bool isThere(const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
}

std::filesystem::path placeOf(const FirmwareRecord& record) {
    return std::filesystem::path(record.productId) / record.application / record.version;
}

// "<when, s>-<zip>": a version may be imported and revoked again.
std::string revokedName(const FirmwareRecord& record) {
    const auto revoked = std::find_if(record.statusHistory.rbegin(), record.statusHistory.rend(),
                                      [](const StatusChange& each) { return each.status == ReleaseStatus::revoked; });
    const std::int64_t atMs = revoked == record.statusHistory.rend() ? 0 : revoked->atMs;
    return std::to_string(atMs / 1000) + '-' + std::filesystem::path(record.zipName).stem().string();
}

std::int64_t revokedAtS(const std::string& name) {
    std::int64_t seconds = 0;
    std::from_chars(name.data(), name.data() + name.size(), seconds);
    return seconds;
}

// Calls take(product_id, application, version) for each folder three levels below `root`.
template <class Take>
Result<void> forEachPlace(const std::filesystem::path& root, Take take) {
    DRYDOCK_ASSIGN(const auto products, namesIn(root));
    for (const std::string& product : products) {
        DRYDOCK_ASSIGN(const auto applications, namesIn(root / product));
        for (const std::string& application : applications) {
            DRYDOCK_ASSIGN(const auto versions, namesIn(root / product / application));
            for (const std::string& version : versions) DRYDOCK_TRY(take(product, application, version));
        }
    }
    return {};
}

// Writes the files of a package below a folder, as they come.
class Unpacking {
public:
    Unpacking(std::filesystem::path folder, const FileSteps& steps) : m_folder(std::move(folder)), m_steps(steps) {}

    Result<void> take(const std::string& name, std::string_view block) {
        if (!m_writer || name != m_name) {
            const std::filesystem::path path = m_folder / name;
            DRYDOCK_TRY(m_steps.makeDirectories(path.parent_path()));
            DRYDOCK_ASSIGN(auto writer, m_steps.create(path));
            m_writer.emplace(std::move(writer));
            m_name = name;
        }
        return block.empty() ? Result<void>() : m_writer->write(block);
    }

private:
    std::filesystem::path m_folder;
    const FileSteps& m_steps;
    std::string m_name;
    std::optional<FileSteps::Writer> m_writer;
};

}  // namespace

StagedFiles::~StagedFiles() {
    // What can't be removed now goes at the next start.
    if (!m_directory.empty()) static_cast<void>(m_steps.removeTree(m_directory));
}

FirmwarePublisher::FirmwarePublisher(const std::filesystem::path& directory, FileSteps steps)
    : m_published(directory / "published"),
      m_revoked(directory / "revoked"),
      m_staging(directory / "staging"),
      m_steps(std::move(steps)) {}

Result<void> FirmwarePublisher::makeFolders() const {
    for (const auto& folder : {m_published, m_revoked, m_staging}) DRYDOCK_TRY(m_steps.makeDirectories(folder));
    return {};
}

Result<std::shared_ptr<StagedFiles>> FirmwarePublisher::unpack(const std::filesystem::path& zip,
                                                               const FirmwareRecord& record,
                                                               const PackageLimits& limits,
                                                               const KeepReading& keepReading) const {
    DRYDOCK_ASSIGN(const std::string uuid, randomUuid());
    const std::filesystem::path folder = m_staging / uuid;
    auto staged = std::make_shared<StagedFiles>(folder, m_steps);
    DRYDOCK_TRY(m_steps.makeDirectories(folder));
    Unpacking unpacking(folder, m_steps);
    DRYDOCK_TRY(verifyPackage(
        zip, record, limits, keepReading,
        [&unpacking](const std::string& name, std::string_view block) { return unpacking.take(name, block); }));
    DRYDOCK_TRY(m_steps.sync(folder));
    return staged;
}

std::filesystem::path FirmwarePublisher::pathOf(const FirmwareRecord& record) const {
    return m_published / placeOf(record);
}

bool FirmwarePublisher::isPublished(const FirmwareRecord& record) const {
    return isThere(pathOf(record));
}

Result<void> FirmwarePublisher::publish(StagedFiles& files, const FirmwareRecord& record) const {
    if (files.m_directory.empty()) {
        return storage::fail(ErrorCode::refused, "The files of " + record.zipName + " were published already.");
    }
    const std::filesystem::path target = pathOf(record);
    DRYDOCK_TRY(m_steps.makeDirectories(target.parent_path()));
    if (isThere(target)) DRYDOCK_TRY(discard(target));
    DRYDOCK_TRY(m_steps.move(files.m_directory, target));
    files.m_directory.clear();
    return {};
}

Result<void> FirmwarePublisher::unpublish(const FirmwareRecord& record) const {
    const std::filesystem::path folder = pathOf(record);
    if (!isThere(folder)) return {};
    if (record.status != ReleaseStatus::revoked) return discard(folder);
    const std::filesystem::path place = m_revoked / placeOf(record);
    DRYDOCK_TRY(m_steps.makeDirectories(place));
    const std::filesystem::path target = place / revokedName(record);
    if (isThere(target)) DRYDOCK_TRY(discard(target));
    return m_steps.move(folder, target);
}

Result<void> FirmwarePublisher::forgetRevoked(const FirmwareRecord& record) const {
    const std::filesystem::path place = m_revoked / placeOf(record);
    const std::string zip = std::filesystem::path(record.zipName).stem().string();
    DRYDOCK_ASSIGN(const auto names, namesIn(place));
    for (const std::string& name : names) {
        if (name.substr(std::min(name.size(), name.find('-') + 1)) == zip) DRYDOCK_TRY(discard(place / name));
    }
    return {};
}

// At one stroke, so that there is never half of it.
Result<void> FirmwarePublisher::discard(const std::filesystem::path& folder) const {
    DRYDOCK_ASSIGN(const std::string uuid, randomUuid());
    DRYDOCK_TRY(m_steps.move(folder, m_staging / uuid));
    return m_steps.removeTree(m_staging / uuid);
}

Result<void> FirmwarePublisher::clearStaging() const {
    DRYDOCK_ASSIGN(const auto names, namesIn(m_staging));
    for (const std::string& name : names) DRYDOCK_TRY(m_steps.removeTree(m_staging / name));
    return {};
}

Result<void> FirmwarePublisher::settle(const RecordOf& recordOf, std::int64_t revokedBeforeS) const {
    DRYDOCK_TRY(settlePublished(recordOf));
    return settleRevoked(recordOf, revokedBeforeS);
}

Result<void> FirmwarePublisher::settlePublished(const RecordOf& recordOf) const {
    return forEachPlace(
        m_published,
        [&](const std::string& product, const std::string& application, const std::string& version) -> Result<void> {
            DRYDOCK_ASSIGN(const auto record, recordOf(product, application, version));
            if (!record) return discard(m_published / product / application / version);
            return record->status == ReleaseStatus::released ? Result<void>() : unpublish(*record);
        });
}

Result<void> FirmwarePublisher::settleRevoked(const RecordOf& recordOf, std::int64_t revokedBeforeS) const {
    return forEachPlace(
        m_revoked,
        [&](const std::string& product, const std::string& application, const std::string& version) -> Result<void> {
            DRYDOCK_ASSIGN(const auto record, recordOf(product, application, version));
            if (record && record->status == ReleaseStatus::released) DRYDOCK_TRY(forgetRevoked(*record));
            const std::filesystem::path place = m_revoked / product / application / version;
            DRYDOCK_ASSIGN(const auto names, namesIn(place));
            for (const std::string& name : names) {
                if (revokedAtS(name) < revokedBeforeS) DRYDOCK_TRY(discard(place / name));
            }
            return {};
        });
}

}  // namespace drydock::fleet
