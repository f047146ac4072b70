#include "models/fleet/firmware_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "models/fleet/digest.h"
#include "models/fleet/text.h"

namespace drydock::fleet {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

constexpr const char* kErrorsFolder = "errors";
constexpr const char* kIncomingFolder = "incoming";
constexpr std::size_t kRejectedNameBytes = 200;
constexpr std::string_view kZipSuffix = ".zip";
constexpr std::string_view kPartSuffix = ".part";
constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kUnknown = "UNKNOWN";
constexpr std::size_t kCopyBytes = 1 << 20;

bool isStoredName(std::string_view name) {
    if (name.size() != kUuidForm.size() + kZipSuffix.size()) return false;
    if (name.substr(kUuidForm.size()) != kZipSuffix) return false;
    return std::equal(kUuidForm.begin(), kUuidForm.end(), name.begin(), [](char form, char c) {
        const bool isHex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        return form == 'x' ? isHex : c == form;
    });
}

bool isPartName(std::string_view name) {
    return name.size() > kPartSuffix.size() && name.substr(name.size() - kPartSuffix.size()) == kPartSuffix &&
           isStoredName(name.substr(0, name.size() - kPartSuffix.size()));
}

struct Copied {
    std::string sha256;
    std::uint64_t sizeBytes = 0;
};

// Copies what comes from `source` to a new file and syncs it, hashing on the way.
Result<Copied> copyContent(int source, const std::filesystem::path& sourcePath, FileSteps::Writer& target,
                           std::uint64_t packageBytes, const KeepReading& keepReading) {
    Copied copied;
    Digest digest(DigestKind::sha256);
    std::vector<char> buffer(kCopyBytes);
    while (true) {
        DRYDOCK_TRY(mayReadOn(keepReading));
        const ssize_t count = ::read(source, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fileError(errno, "The file " + sourcePath.string() + " can't be read");
        if (count == 0) break;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
        copied.sizeBytes += bytes.size();
        // Before the disk is full of it; the inspection has the exact limits.
        if (copied.sizeBytes > packageBytes + kZipOverheadBytes) {
            return fail(ErrorCode::refused, "The ZIP is larger than " + std::to_string(packageBytes) + " bytes.");
        }
        digest.update(bytes);
        DRYDOCK_TRY(target.write(bytes));
    }
    DRYDOCK_TRY(target.finish());
    copied.sha256 = digest.finishHex();
    return copied;
}

Result<Copied> copyFile(const std::filesystem::path& source, const std::filesystem::path& target,
                        const FileSteps& steps, std::uint64_t packageBytes, const KeepReading& keepReading) {
    // O_NONBLOCK: opening a pipe nobody writes to would wait for ever.
    const FileHandle in(::open(source.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!in.isOpen() && errno == ENOENT) return fail(ErrorCode::notFound, "There is no file " + source.string() + ".");
    if (!in.isOpen()) return fileError(errno, "The file " + source.string() + " can't be opened");
    struct stat status {};
    if (::fstat(in.get(), &status) != 0) {
        return fileError(errno, "The file " + source.string() + " can't be read");
    }
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::refused, source.string() + " is not a file.");
    DRYDOCK_ASSIGN(auto writer, steps.create(target));
    return copyContent(in.get(), source, writer, packageBytes, keepReading);
}

// The ZIP of a record, to be handed out.
Result<Copied> copyWhole(const FirmwareRecord& record, const std::filesystem::path& zip,
                         const std::filesystem::path& target, const FileSteps& steps, const KeepReading& keepReading) {
    // What was imported under other limits is handed out too.
    DRYDOCK_ASSIGN(Copied copied, copyFile(zip, target, steps, record.zipSizeBytes, keepReading));
    if (copied.sha256 != record.zipSha256) {
        return fail(ErrorCode::corrupt, "The stored ZIP " + record.zipName + " is no longer what was imported.");
    }
    return copied;
}

void orUnknown(std::string& text) {
    if (text.empty()) text = kUnknown;
}

// Adds to what the package says of itself what the store knows of it.
void completeRecord(FirmwareRecord& record, const std::filesystem::path& source, const std::string& zipName,
                    const Copied& copied, std::int64_t nowMs) {
    record.zipName = zipName;
    record.originalName = validText(source.filename().string());
    record.zipSha256 = copied.sha256;
    record.zipSizeBytes = copied.sizeBytes;
    record.uploadedAtS = nowMs / 1000;
    record.statusHistory = {{record.status, nowMs}};
    if (record.status != ReleaseStatus::error) return;
    orUnknown(record.productId);
    orUnknown(record.application);
    orUnknown(record.version);
    record.version = "ERROR#" + record.version + "#" + zipName;
}

}  // namespace

bool mayBeReplaced(ReleaseStatus status) {
    return status == ReleaseStatus::deleted || status == ReleaseStatus::revoked || status == ReleaseStatus::error;
}

const std::shared_ptr<StagedFiles>* VerifiedPackages::find(const FirmwareRecord& record) const {
    const auto found = std::find_if(m_packages.begin(), m_packages.end(), [&record](const Package& each) {
        return each.record.zipName == record.zipName && each.record.files == record.files;
    });
    return found == m_packages.end() ? nullptr : &found->files;
}

// The ZIPs that imports under way have in the store, which have no record yet.
class StagedNames {
public:
    void add(const std::string& name) {
        const std::lock_guard lock(m_mutex);
        m_names.insert(name);
    }
    void remove(const std::string& name) {
        const std::lock_guard lock(m_mutex);
        m_names.erase(name);
    }
    [[nodiscard]] bool holds(const std::string& name) {
        const std::lock_guard lock(m_mutex);
        return m_names.count(name) != 0;
    }

private:
    std::mutex m_mutex;
    std::unordered_set<std::string> m_names;
};

// Read by the threads that read packages.
class SharedLimits {
public:
    explicit SharedLimits(const PackageLimits& limits) : m_limits(limits) {}
    void set(const PackageLimits& limits) {
        const std::lock_guard lock(m_mutex);
        m_limits = limits;
    }
    [[nodiscard]] PackageLimits get() {
        const std::lock_guard lock(m_mutex);
        return m_limits;
    }

private:
    std::mutex m_mutex;
    PackageLimits m_limits;
};

StagedImport::StagedImport(std::string zipName, std::filesystem::path path, FileSteps steps,
                           std::shared_ptr<StagedNames> names)
    : m_zipName(std::move(zipName)), m_path(std::move(path)), m_steps(std::move(steps)), m_names(std::move(names)) {
    m_names->add(m_zipName);
}

StagedImport::StagedImport(StagedImport&& other) noexcept
    : m_record(std::move(other.m_record)),
      m_warnings(std::move(other.m_warnings)),
      m_zipName(std::move(other.m_zipName)),
      m_path(std::exchange(other.m_path, {})),
      m_steps(std::move(other.m_steps)),
      m_names(std::exchange(other.m_names, nullptr)) {}

StagedImport::~StagedImport() {
    // What can't be removed now is a leftover later.
    if (!m_path.empty()) static_cast<void>(m_steps.remove(m_path));
    if (m_names) m_names->remove(m_zipName);
}

FirmwareStore::FirmwareStore(std::filesystem::path directory, const PackageLimits& limits, FileSteps steps)
    : m_directory(std::move(directory)),
      m_limits(std::make_shared<SharedLimits>(limits)),
      m_steps(std::move(steps)),
      m_published(m_directory, m_steps),
      m_staged(std::make_shared<StagedNames>()) {}

Result<FirmwareStore> FirmwareStore::open(const std::filesystem::path& directory, const PackageLimits& limits,
                                          FileSteps steps) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(directory, error);
    if (error) return fileError(error.value(), "The directory " + directory.string() + " can't be made");
    FirmwareStore store(absolute, limits, std::move(steps));
    for (const char* folder : {kErrorsFolder, kIncomingFolder}) {
        DRYDOCK_TRY(store.m_steps.makeDirectories(absolute / folder));
    }
    DRYDOCK_TRY(store.m_published.makeFolders());
    return store;
}

void FirmwareStore::setLimits(const PackageLimits& limits) {
    m_limits->set(limits);
}

Result<StagedImport> FirmwareStore::stage(const std::filesystem::path& source, std::int64_t nowMs,
                                          const KeepReading& keepReading) const {
    DRYDOCK_ASSIGN(const std::string uuid, randomUuid());
    const std::string zipName = uuid + std::string(kZipSuffix);
    // From here on every way out but the last removes the copy.
    StagedImport staged(zipName, m_directory / (zipName + std::string(kPartSuffix)), m_steps, m_staged);
    const PackageLimits limits = m_limits->get();
    DRYDOCK_ASSIGN(const Copied copied, copyFile(source, staged.m_path, m_steps, limits.unpackedBytes, keepReading));
    DRYDOCK_ASSIGN(auto inspection, inspectPackage(staged.m_path, limits, keepReading));
    completeRecord(inspection.record, source, zipName, copied, nowMs);
    staged.m_record = std::move(inspection.record);
    staged.m_warnings = std::move(inspection.warnings);

    std::filesystem::path target = pathOf(staged.m_record);
    DRYDOCK_TRY(m_steps.move(staged.m_path, target));
    staged.m_path = std::move(target);
    return staged;
}

Result<VerifiedPackages> FirmwareStore::verify(const std::vector<FirmwareRecord>& records,
                                               const KeepReading& keepReading) const {
    VerifiedPackages verified;
    for (const FirmwareRecord& record : records) {
        DRYDOCK_ASSIGN(auto files, m_published.unpack(pathOf(record), record, m_limits->get(), keepReading));
        verified.m_packages.push_back({record, std::move(files)});
    }
    return verified;
}

std::filesystem::path FirmwareStore::pathOf(const FirmwareRecord& record) const {
    const bool isError = record.status == ReleaseStatus::error;
    return isError ? m_directory / kErrorsFolder / record.zipName : m_directory / record.zipName;
}

Result<std::uint64_t> FirmwareStore::copyTo(const FirmwareRecord& record, const std::filesystem::path& target,
                                            const KeepReading& keepReading) const {
    std::error_code error;
    const auto place = std::filesystem::absolute(target, error);
    if (error) return fileError(error.value(), "The file " + target.string() + " can't be written");
    // What is no file, such as a device, would be replaced by one.
    if (std::filesystem::exists(place, error) && !std::filesystem::is_regular_file(place, error)) {
        return fail(ErrorCode::refused, place.string() + " is not a file.");
    }
    DRYDOCK_ASSIGN(const std::string uuid, randomUuid());
    const auto part = place.parent_path() / (".drydock-" + uuid + std::string(kPartSuffix));
    const auto copied = copyWhole(record, pathOf(record), part, m_steps, keepReading);
    const Result<void> placed = copied ? m_steps.move(part, place) : fail(copied.error());
    if (placed) return copied->sizeBytes;
    static_cast<void>(m_steps.remove(part));
    return fail(placed.error());
}

std::filesystem::path FirmwareStore::incoming() const {
    return m_directory / kIncomingFolder;
}

Result<void> FirmwareStore::remove(std::string_view zipName) const {
    if (!isStoredName(zipName)) {
        return fail(ErrorCode::validation, "\"" + shownName(zipName) + "\" is not the name of a stored ZIP.");
    }
    DRYDOCK_TRY(m_steps.remove(m_directory / zipName));
    return m_steps.remove(m_directory / kErrorsFolder / zipName);
}

Result<void> FirmwareStore::dismissIncoming(const std::filesystem::path& file) const {
    return m_steps.remove(file);
}

Result<std::string> FirmwareStore::rejectIncoming(const std::filesystem::path& file, std::int64_t nowMs) const {
    // Never a stored name, which removeLeftovers() would take for a ZIP without a record.
    const std::string original = file.filename().string();
    std::string name = "refused-" + std::to_string(nowMs) + "-" +
                       original.substr(original.size() - std::min(original.size(), kRejectedNameBytes));
    DRYDOCK_TRY(m_steps.move(file, m_directory / kErrorsFolder / name));
    return name;
}

Result<std::size_t> FirmwareStore::removeLeftovers(
    const std::function<Result<bool>(const std::string& zipName)>& needed) const {
    std::size_t removed = 0;
    for (const auto& directory : {m_directory, m_directory / kErrorsFolder}) {
        DRYDOCK_ASSIGN(const auto names, namesIn(directory));
        for (const std::string& name : names) {
            const bool isPart = isPartName(name);
            if (!isPart && !isStoredName(name)) continue;
            if (m_staged->holds(name.substr(0, kUuidForm.size() + kZipSuffix.size()))) continue;
            if (!isPart) {
                DRYDOCK_ASSIGN(const bool isNeeded, needed(name));
                if (isNeeded) continue;
            }
            DRYDOCK_TRY(m_steps.remove(directory / name));
            ++removed;
        }
    }
    return removed;
}

}  // namespace drydock::fleet
