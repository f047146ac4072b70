// Thin pieces for AF_UNIX sockets: a store's address whatever its path's length, and a connection to it.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>

#include "app/services/file_descriptor.h"

namespace drydock::app {

// The address of `control.sock` in a directory. A socket's path has room for about a hundred bytes only, so a longer
// one goes through the directory's descriptor, which the address keeps open.
class SocketAddress {
public:
    // ErrorCode::notFound when there is no such directory.
    [[nodiscard]] static storage::Result<SocketAddress> inDirectory(const std::filesystem::path& directory);

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&m_address); }
    [[nodiscard]] socklen_t size() const { return sizeof m_address; }
    [[nodiscard]] const char* path() const { return m_address.sun_path; }

private:
    SocketAddress() = default;

    FileDescriptor m_directory;
    sockaddr_un m_address{};
};

// A connection to whoever listens at `address`; invalid when nobody does.
[[nodiscard]] storage::Result<FileDescriptor> connectTo(const SocketAddress& address);

}  // namespace drydock::app
