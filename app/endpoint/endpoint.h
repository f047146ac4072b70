// Endpoint: a desk core's tables over DynamoDB's HTTP API, and its firmware, for clients on this machine.
#pragma once

#include <memory>

#include "app/endpoint/endpoint_address.h"
#include "app/endpoint/http_server.h"
#include "app/services/desk_core.h"

namespace drydock::app {

struct EndpointOptions {
    EndpointAddress address;
    bool insecure = false;  // takes any signature, and none
    bool openOta = false;   // devices may ask for updates without a key
    HttpLimits limits;
};

class Endpoint {
public:
    // Takes requests when it returns. The core outlives it. ErrorCode::io when it can't listen there.
    [[nodiscard]] static storage::Result<std::unique_ptr<Endpoint>> start(DeskCore& core,
                                                                          const EndpointOptions& options);
    // Answers what was asked before, then takes no more.
    ~Endpoint();

    [[nodiscard]] const EndpointAddress& address() const;  // with the port it got

private:
    class Impl;
    explicit Endpoint(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
