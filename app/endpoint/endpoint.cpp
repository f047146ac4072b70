#include "app/endpoint/endpoint.h"

#include "app/endpoint/dynamodb_protocol.h"

namespace drydock::app {

using storage::Result;

class Endpoint::Impl {
public:
    Impl(DeskCore& core, std::unique_ptr<storage::TableReader> reader, const EndpointOptions& options)
        : m_clock(core.options().clock != nullptr ? *core.options().clock : m_systemClock),
          m_api(core, std::move(reader)),
          m_protocol(m_api, signatures(core, options)) {}

    Result<void> start(const EndpointOptions& options) {
        DRYDOCK_ASSIGN(m_server, HttpServer::start(options.address, options.limits, m_clock, m_protocol));
        return {};
    }
    [[nodiscard]] const EndpointAddress& address() const { return m_server->address(); }

private:
    std::optional<SignatureCheck> signatures(const DeskCore& core, const EndpointOptions& options) {
        if (options.insecure) return std::nullopt;
        return SignatureCheck(AccessKeyFile(core.options().storeDirectory), m_clock);
    }

    const storage::SystemClock m_systemClock;
    const storage::Clock& m_clock;
    CoreApi m_api;
    DynamoDbProtocol m_protocol;
    std::unique_ptr<HttpServer> m_server;  // goes first: it calls the others
};

Result<std::unique_ptr<Endpoint>> Endpoint::start(DeskCore& core, const EndpointOptions& options) {
    DRYDOCK_ASSIGN(auto reader, core.openReader());
    auto impl = std::make_unique<Impl>(core, std::move(reader), options);
    DRYDOCK_TRY(impl->start(options));
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(impl)));
}

Endpoint::Endpoint(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Endpoint::~Endpoint() = default;

const EndpointAddress& Endpoint::address() const {
    return m_impl->address();
}

}  // namespace drydock::app
