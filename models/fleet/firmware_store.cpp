#include "models/fleet/firmware_store.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "models/fleet/digest.h"
#include "models/fleet/text.h"

namespace drydock::fleet {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

constexpr const char* kErrorsFolder = "errors";
constexpr std::string_view kZipSuffix = ".zip";
constexpr std::string_view kPartSuffix = ".part";
constexpr std::string_view kUuidForm = "xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kUnknown = "UNKNOWN";
constexpr std::size_t kCopyBytes = 1 << 20;

class FileHandle {
public:
    explicit FileHandle(int descriptor) : m_descriptor(descriptor) {}
    FileHandle(const FileHandle&) = delete;
    FileHandle& operator=(const FileHandle&) = delete;
    ~FileHandle() {
        if (m_descriptor >= 0) ::close(m_descriptor);
    }
    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool isOpen() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

tl::unexpected<storage::Error> systemError(int number, const std::string& what) {
    const bool isFull = number == ENOSPC || number == EDQUOT;
    return fail(isFull ? ErrorCode::diskFull : ErrorCode::io,
                what + ": " + std::generic_category().message(number) + ".");
}

tl::unexpected<storage::Error> cannotWrite(const std::filesystem::path& path) {
    return systemError(errno, "The file " + path.string() + " can't be written");
}

// A rename or a new file is there after a power cut only once its directory has been synced.
Result<void> syncDirectory(const std::filesystem::path& directory) {
    const FileHandle handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.isOpen() || ::fsync(handle.get()) != 0) {
        return systemError(errno, "The directory " + directory.string() + " can't be synced");
    }
    return {};
}

Result<void> removeFile(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::remove(path, error);
    if (error) return systemError(error.value(), "The file " + path.string() + " can't be removed");
    return {};
}

// A random UUID. Source: RFC 4122, section 4.4.
Result<std::string> makeUuid4() {
    std::array<unsigned char, 16> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return systemError(errno, "The system gives no random bytes");
    }
    random[6] = static_cast<unsigned char>((random[6] & 0x0FU) | 0x40U);
    random[8] = static_cast<unsigned char>((random[8] & 0x3FU) | 0x80U);
    static constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string uuid(kUuidForm);
    std::size_t digit = 0;
    for (char& c : uuid) {
        if (c == '-') continue;
        const unsigned byte = random.at(digit / 2);
        c = kHexDigits[digit % 2 == 0 ? byte >> 4U : byte & 0x0FU];
        ++digit;
    }
    return uuid;
}

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

Result<void> writeAll(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannotWrite(path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

// Copies what comes from `source` to a new file and syncs it, hashing on the way.
Result<Copied> copyContent(int source, const std::filesystem::path& sourcePath, const std::filesystem::path& target,
                           const PackageLimits& limits, const KeepReading& keepReading) {
    const FileHandle out(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!out.isOpen()) return cannotWrite(target);
    Copied copied;
    Digest digest(DigestKind::sha256);
    std::vector<char> buffer(kCopyBytes);
    while (true) {
        DRYDOCK_TRY(mayReadOn(keepReading));
        const ssize_t count = ::read(source, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemError(errno, "The file " + sourcePath.string() + " can't be read");
        if (count == 0) break;
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
        copied.sizeBytes += bytes.size();
        // Before the disk is full of it; the inspection has the exact limits.
        if (copied.sizeBytes > limits.unpackedBytes + kZipOverheadBytes) {
            return fail(ErrorCode::refused,
                        "The ZIP is larger than " + std::to_string(limits.unpackedBytes) + " bytes.");
        }
        digest.update(bytes);
        DRYDOCK_TRY(writeAll(out.get(), bytes, target));
    }
    if (::fsync(out.get()) != 0) return cannotWrite(target);
    copied.sha256 = digest.finishHex();
    return copied;
}

Result<Copied> copyFile(const std::filesystem::path& source, const std::filesystem::path& target,
                        const PackageLimits& limits, const KeepReading& keepReading) {
    // O_NONBLOCK: opening a pipe nobody writes to would wait for ever.
    const FileHandle in(::open(source.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!in.isOpen() && errno == ENOENT) return fail(ErrorCode::notFound, "There is no file " + source.string() + ".");
    if (!in.isOpen()) return systemError(errno, "The file " + source.string() + " can't be opened");
    struct stat status {};
    if (::fstat(in.get(), &status) != 0) {
        return systemError(errno, "The file " + source.string() + " can't be read");
    }
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::refused, source.string() + " is not a file.");
    return copyContent(in.get(), source, target, limits, keepReading);
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

Result<std::vector<std::string>> fileNamesIn(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator at(directory, error);
    for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
        names.push_back(at->path().filename().string());
    }
    if (error) return systemError(error.value(), "The directory " + directory.string() + " can't be read");
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

bool mayBeReplaced(ReleaseStatus status) {
    return status == ReleaseStatus::deleted || status == ReleaseStatus::revoked || status == ReleaseStatus::error;
}

bool VerifiedPackages::holds(const FirmwareRecord& record) const {
    return std::any_of(m_records.begin(), m_records.end(), [&record](const FirmwareRecord& verified) {
        return verified.zipName == record.zipName && verified.files == record.files;
    });
}

StagedImport::StagedImport(FirmwareRecord record, std::vector<std::string> warnings, std::filesystem::path path)
    : m_record(std::move(record)), m_warnings(std::move(warnings)), m_path(std::move(path)) {}

StagedImport::StagedImport(StagedImport&& other) noexcept
    : m_record(std::move(other.m_record)),
      m_warnings(std::move(other.m_warnings)),
      m_path(std::exchange(other.m_path, {})) {}

StagedImport::~StagedImport() {
    // What can't be removed now is a leftover at the next start.
    std::error_code ignored;
    if (!m_path.empty()) std::filesystem::remove(m_path, ignored);
}

FirmwareStore::FirmwareStore(std::filesystem::path directory, const PackageLimits& limits)
    : m_directory(std::move(directory)), m_limits(limits) {}

Result<FirmwareStore> FirmwareStore::open(const std::filesystem::path& directory, const PackageLimits& limits) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(directory, error);
    if (!error) std::filesystem::create_directories(absolute / kErrorsFolder, error);
    if (error) return systemError(error.value(), "The directory " + directory.string() + " can't be made");
    DRYDOCK_TRY(syncDirectory(absolute));
    return FirmwareStore(absolute, limits);
}

Result<StagedImport> FirmwareStore::stage(const std::filesystem::path& source, std::int64_t nowMs,
                                          const KeepReading& keepReading) const {
    DRYDOCK_ASSIGN(const std::string uuid, makeUuid4());
    const std::string zipName = uuid + std::string(kZipSuffix);
    // From here on every way out but the last removes the copy.
    StagedImport staged({}, {}, m_directory / (zipName + std::string(kPartSuffix)));
    DRYDOCK_ASSIGN(const Copied copied, copyFile(source, staged.m_path, m_limits, keepReading));
    DRYDOCK_ASSIGN(auto inspection, inspectPackage(staged.m_path, m_limits, keepReading));
    completeRecord(inspection.record, source, zipName, copied, nowMs);
    staged.m_record = std::move(inspection.record);
    staged.m_warnings = std::move(inspection.warnings);

    std::filesystem::path target = pathOf(staged.m_record);
    if (::rename(staged.m_path.c_str(), target.c_str()) != 0) return cannotWrite(target);
    staged.m_path = std::move(target);
    DRYDOCK_TRY(syncDirectory(staged.m_path.parent_path()));
    return staged;
}

Result<VerifiedPackages> FirmwareStore::verify(const std::vector<FirmwareRecord>& records,
                                               const KeepReading& keepReading) const {
    VerifiedPackages verified;
    for (const FirmwareRecord& record : records) {
        DRYDOCK_TRY(verifyPackage(pathOf(record), record, m_limits, keepReading));
        verified.m_records.push_back(record);
    }
    return verified;
}

std::filesystem::path FirmwareStore::pathOf(const FirmwareRecord& record) const {
    const bool isError = record.status == ReleaseStatus::error;
    return isError ? m_directory / kErrorsFolder / record.zipName : m_directory / record.zipName;
}

Result<void> FirmwareStore::remove(std::string_view zipName) const {
    if (!isStoredName(zipName)) {
        return fail(ErrorCode::validation, "\"" + shownName(zipName) + "\" is not the name of a stored ZIP.");
    }
    DRYDOCK_TRY(removeFile(m_directory / zipName));
    return removeFile(m_directory / kErrorsFolder / zipName);
}

Result<std::size_t> FirmwareStore::removeLeftovers(
    const std::function<Result<bool>(const std::string& zipName)>& needed) const {
    std::size_t removed = 0;
    for (const auto& directory : {m_directory, m_directory / kErrorsFolder}) {
        DRYDOCK_ASSIGN(const auto names, fileNamesIn(directory));
        for (const std::string& name : names) {
            bool isLeftover = isPartName(name);
            if (!isLeftover && isStoredName(name)) {
                DRYDOCK_ASSIGN(const bool isNeeded, needed(name));
                isLeftover = !isNeeded;
            }
            if (!isLeftover) continue;
            DRYDOCK_TRY(removeFile(directory / name));
            ++removed;
        }
    }
    return removed;
}

}  // namespace drydock::fleet
