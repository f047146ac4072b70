// HttpServer: HTTP/1.1 with keep-alive on a loopback address, all of it on one thread of its own that never waits for
// anything but sockets.
//
// Bounds: the number of connections, the size of a body, the bytes of all bodies and answers together, and the time a
//   client takes for a request, its body and the reading of its answer. Who exceeds them is refused with 413 or 503, or
//   (too slow) disconnected; nothing beyond them is kept in memory.
// Thread: the handler runs on the server's. The functions below are the owner's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "app/endpoint/endpoint_address.h"
#include "app/endpoint/http.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"

namespace drydock::app {

struct HttpLimits {
    std::size_t connections = 2'048;
    std::size_t bodyBytes = 16 * 1024 * 1024;   // DynamoDB's limit of a request
    std::size_t heldBytes = 256 * 1024 * 1024;  // of bodies and answers, over all connections
    std::chrono::milliseconds idle{60'000};  // from the connection or the last answer to the end of a request's headers
    std::chrono::milliseconds body{60'000};  // from there to the end of its body
    std::chrono::milliseconds answer{60'000};  // for taking the answer
};

class HttpServer {
public:
    // The handler and the clock outlive the server. ErrorCode::io when it can't listen there, naming the address.
    [[nodiscard]] static storage::Result<std::unique_ptr<HttpServer>> start(const EndpointAddress& address,
                                                                            const HttpLimits& limits,
                                                                            const storage::Clock& clock,
                                                                            HttpHandler& handler);
    // Takes no more requests, waits for the answers that the handler owes and, for a few seconds, until they are taken.
    ~HttpServer();

    [[nodiscard]] const EndpointAddress& address() const;  // with the port it got

private:
    class Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
