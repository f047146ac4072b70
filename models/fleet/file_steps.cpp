#include "models/fleet/file_steps.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace drydock::fleet {

using storage::ErrorCode;
using storage::Result;

namespace {

Result<void> pass(const FileSteps::Gate& gate, std::string_view step) {
    return gate ? gate(step) : Result<void>();
}

tl::unexpected<storage::Error> cannotWrite(const std::filesystem::path& path) {
    return fileError(errno, "The file " + path.string() + " can't be written");
}

// A rename or a new name is there after a power cut only once its directory has been synced.
Result<void> syncDirectory(const std::filesystem::path& directory) {
    const FileHandle handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // EINVAL: a network file system that can't sync directories.
    if (!handle.isOpen() || (::fsync(handle.get()) != 0 && errno != EINVAL)) {
        return fileError(errno, "The directory " + directory.string() + " can't be synced");
    }
    return {};
}

bool isDirectory(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

tl::unexpected<storage::Error> fileError(int number, const std::string& what) {
    const bool isFull = number == ENOSPC || number == EDQUOT;
    return storage::fail(isFull ? ErrorCode::diskFull : ErrorCode::io,
                         what + ": " + std::generic_category().message(number) + ".");
}

FileHandle::~FileHandle() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

Result<void> FileSteps::Writer::write(std::string_view bytes) {
    DRYDOCK_TRY(pass(m_gate, "write"));
    while (!bytes.empty()) {
        const ssize_t count = ::write(m_file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannotWrite(m_path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
}

Result<void> FileSteps::Writer::finish() {
    DRYDOCK_TRY(pass(m_gate, "finish"));
    if (::fsync(m_file.get()) != 0) return cannotWrite(m_path);
    return {};
}

Result<void> FileSteps::makeDirectories(const std::filesystem::path& directory) const {
    if (isDirectory(directory)) return {};
    if (directory.has_parent_path() && directory.parent_path() != directory) {
        DRYDOCK_TRY(makeDirectories(directory.parent_path()));
    }
    DRYDOCK_TRY(pass(m_gate, "makeDirectory"));
    if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
        return fileError(errno, "The directory " + directory.string() + " can't be made");
    }
    return syncDirectory(directory.parent_path());
}

Result<FileSteps::Writer> FileSteps::create(const std::filesystem::path& path) const {
    DRYDOCK_TRY(pass(m_gate, "create"));
    FileHandle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.isOpen()) return cannotWrite(path);
    return Writer(std::move(file), path, m_gate);
}

Result<void> FileSteps::move(const std::filesystem::path& from, const std::filesystem::path& to) const {
    DRYDOCK_TRY(pass(m_gate, "move"));
    if (::rename(from.c_str(), to.c_str()) != 0) {
        return fileError(errno, "The file " + from.string() + " can't be moved to " + to.string());
    }
    DRYDOCK_TRY(syncDirectory(to.parent_path()));
    if (from.parent_path() == to.parent_path()) return {};
    return syncDirectory(from.parent_path());
}

Result<void> FileSteps::remove(const std::filesystem::path& path) const {
    DRYDOCK_TRY(pass(m_gate, "remove"));
    if (::remove(path.c_str()) != 0 && errno != ENOENT) {
        return fileError(errno, "The file " + path.string() + " can't be removed");
    }
    return {};
}

Result<void> FileSteps::removeTree(const std::filesystem::path& directory) const {
    if (isDirectory(directory)) {
        DRYDOCK_ASSIGN(const auto names, namesIn(directory));
        for (const std::string& name : names) DRYDOCK_TRY(removeTree(directory / name));
    }
    return remove(directory);
}

Result<void> FileSteps::sync(const std::filesystem::path& directory) const {
    DRYDOCK_TRY(pass(m_gate, "sync"));
    const FileHandle handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.isOpen() || ::syncfs(handle.get()) != 0) {
        return fileError(errno, "The directory " + directory.string() + " can't be synced");
    }
    return {};
}

Result<std::vector<std::string>> namesIn(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator at(directory, error);
    if (error == std::errc::no_such_file_or_directory) return names;
    for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
        names.push_back(at->path().filename().string());
    }
    if (error) return fileError(error.value(), "The directory " + directory.string() + " can't be read");
    std::sort(names.begin(), names.end());
    return names;
}

// Source: RFC 4122, section 4.4.
Result<std::string> randomUuid() {
    std::array<unsigned char, 16> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return fileError(errno, "The system gives no random bytes");
    }
    random[6] = static_cast<unsigned char>((random[6] & 0x0FU) | 0x40U);
    random[8] = static_cast<unsigned char>((random[8] & 0x3FU) | 0x80U);
    static constexpr std::string_view kHexDigits = "0123456789abcdef";
    std::string uuid = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    std::size_t digit = 0;
    for (char& c : uuid) {
        if (c == '-') continue;
        const unsigned byte = random.at(digit / 2);
        c = kHexDigits[digit % 2 == 0 ? byte >> 4U : byte & 0x0FU];
        ++digit;
    }
    return uuid;
}

}  // namespace drydock::fleet
