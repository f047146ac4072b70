// Thin pieces for AF_UNIX sockets: a descriptor that closes itself, and a store's address whatever its path's length.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <string>
#include <utility>

#include "storage/base/result.h"

namespace drydock::app {

class FileDescriptor {
public:
    explicit FileDescriptor(int descriptor = -1) : m_descriptor(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(m_descriptor, other.m_descriptor);
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor();

    [[nodiscard]] int get() const { return m_descriptor; }
    [[nodiscard]] bool valid() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

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

// "<what>: <the system's words for errno>"
[[nodiscard]] storage::Error systemError(const std::string& what);

}  // namespace drydock::app
