// The local socket of a store (`control.sock` in its directory, mode 0600): one JSON object a line each way.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "storage/base/result.h"

namespace drydock::app {

// Serves requests, each connection in turn on a thread of the server's own; bounded line length (1 MiB) and number of
// connections (32); a client that sends rubbish gets an error line and is closed. The handler runs on that thread.
class LocalSocketServer {
public:
    using Handler = std::function<nlohmann::json(const nlohmann::json& request)>;
    // Replaces a stale socket file (nobody answers there).
    [[nodiscard]] static storage::Result<std::unique_ptr<LocalSocketServer>> listen(const std::filesystem::path& store,
                                                                                    Handler handler);
    ~LocalSocketServer();  // stops and removes the file

private:
    class Impl;
    explicit LocalSocketServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

// Sends one request to the process that holds `store`; nothing when nobody listens there.
[[nodiscard]] storage::Result<std::optional<nlohmann::json>> askOwner(const std::filesystem::path& store,
                                                                      const nlohmann::json& request);

}  // namespace drydock::app
