#include "app/commands/unix_socket.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>

namespace drydock::app {

using storage::Error;
using storage::ErrorCode;
using storage::Result;

namespace {

constexpr const char* kSocketName = "control.sock";

}  // namespace

Result<SocketAddress> SocketAddress::inDirectory(const std::filesystem::path& directory) {
    SocketAddress address;
    address.m_address.sun_family = AF_UNIX;
    std::string path = (directory / kSocketName).string();
    if (path.size() >= sizeof address.m_address.sun_path) {
        address.m_directory = FileDescriptor(open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!address.m_directory.valid()) {
            Error error = systemError("Can't open the directory " + directory.string());
            if (errno == ENOENT) error.code = ErrorCode::notFound;
            return fail(std::move(error));
        }
        path = "/proc/self/fd/" + std::to_string(address.m_directory.get()) + "/" + kSocketName;
    }
    std::memcpy(address.m_address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

Result<FileDescriptor> connectTo(const SocketAddress& address) {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.valid()) return fail(systemError("Can't make a socket"));
    if (connect(socket.get(), address.get(), address.size()) == 0) return socket;
    if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) return FileDescriptor();
    return fail(systemError(std::string("Can't connect to ") + address.path()));
}

}  // namespace drydock::app
