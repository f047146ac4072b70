// The local socket of a store (`control.sock` in its directory, mode 0600): one JSON object a line each way.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "storage/base/result.h"

namespace drydock::app {

inline constexpr std::size_t kMaxRequestBytes = 1024 * 1024;
inline constexpr std::size_t kMaxSocketClients = 32;

// Serves requests, each connection in turn on a thread of the server's own; bounded line length (kMaxRequestBytes) and
// number of connections (the one that has been silent longest gives way to a new one); a client that sends rubbish gets
// an error line and is closed. The handler runs on that thread and must not throw.
class LocalSocketServer {
public:
    using Handler = std::function<nlohmann::json(const nlohmann::json& request)>;
    // Replaces a stale socket file (nobody answers there). ErrorCode::locked when somebody does.
    [[nodiscard]] static storage::Result<std::unique_ptr<LocalSocketServer>> listen(const std::filesystem::path& store,
                                                                                    Handler handler);
    ~LocalSocketServer();  // stops, after the request under way, and removes the file

private:
    class Impl;
    explicit LocalSocketServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

// Sends one request to the process that holds `store` and waits for its reply; nothing when nobody listens there.
[[nodiscard]] storage::Result<std::optional<nlohmann::json>> askOwner(const std::filesystem::path& store,
                                                                      const nlohmann::json& request);

// Whether a process listens at the store's socket.
[[nodiscard]] bool hasOwner(const std::filesystem::path& store);

}  // namespace drydock::app
