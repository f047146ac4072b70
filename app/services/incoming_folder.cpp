#include "app/services/incoming_folder.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

#include "models/fleet/file_steps.h"

namespace drydock::app {

using storage::Result;

namespace {

constexpr std::size_t kEventBytes = 64 * 1024;

bool isPackageName(std::string_view name) {
    constexpr std::string_view kSuffix = ".zip";
    if (name.size() <= kSuffix.size() || name.front() == '.') return false;
    const std::string_view end = name.substr(name.size() - kSuffix.size());
    return end == kSuffix || end == ".ZIP";
}

bool isFile(const std::filesystem::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// A lease for reading isn't given while anybody has the file open for writing. Whoever opens it while we have the lease
// waits until it is gone, in a moment; the signal that tells us of it must be one that ends nobody.
bool isBeingWritten(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!file.valid()) return false;
    if (::fcntl(file.get(), F_SETSIG, SIGURG) != 0) return false;
    return ::fcntl(file.get(), F_SETLEASE, F_RDLCK) != 0 && errno == EAGAIN;
}

}  // namespace

Result<IncomingFolder> IncomingFolder::open(std::filesystem::path directory) {
    FileDescriptor events(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!events.valid()) return storage::fail(systemError("Can't watch " + directory.string()));
    IncomingFolder folder(std::move(directory), std::move(events));
    DRYDOCK_TRY(folder.watch());
    return folder;
}

Result<void> IncomingFolder::watch() {
    std::error_code error;
    std::filesystem::create_directories(m_directory, error);
    const std::uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR | IN_MOVE_SELF;
    if (::inotify_add_watch(m_events.get(), m_directory.c_str(), events) < 0)
        return storage::fail(systemError("Can't watch " + m_directory.string()));
    m_look = true;
    return {};
}

Result<std::vector<std::filesystem::path>> IncomingFolder::take() {
    std::set<std::string> names;
    DRYDOCK_TRY(takeEvents(names));
    if (m_look) DRYDOCK_TRY(look(names));
    m_look = false;
    std::vector<std::filesystem::path> files;
    for (const std::string& name : names) {
        if (isPackageName(name) && isFile(m_directory / name)) files.push_back(m_directory / name);
    }
    return files;
}

Result<void> IncomingFolder::takeEvents(std::set<std::string>& names) {
    alignas(inotify_event) std::array<char, kEventBytes> buffer;
    bool lost = false;
    for (;;) {
        const ssize_t count = ::read(m_events.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno != EAGAIN) return storage::fail(systemError("Can't watch " + m_directory.string()));
        if (count <= 0) break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(count);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            if ((event.mask & IN_Q_OVERFLOW) != 0) m_look = true;
            if ((event.mask & (IN_IGNORED | IN_MOVE_SELF)) != 0) lost = true;
            if (event.len > 0) names.insert(buffer.data() + at + sizeof event);
            at += sizeof event + event.len;
        }
    }
    // Somebody removed or moved the folder; there is to be one.
    return lost ? watch() : Result<void>();
}

Result<void> IncomingFolder::look(std::set<std::string>& names) const {
    DRYDOCK_ASSIGN(const auto all, fleet::namesIn(m_directory));
    for (const std::string& name : all) {
        // Its closing will be told.
        if (!isBeingWritten(m_directory / name)) names.insert(name);
    }
    return {};
}

}  // namespace drydock::app
