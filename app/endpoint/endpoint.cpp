#include "app/endpoint/endpoint.h"

#include "app/endpoint/dynamodb_protocol.h"
#include "app/endpoint/firmware_routes.h"

namespace drydock::app {

using storage::Result;

namespace {

// The tables' API has the one path "/"; the firmware has paths of its own.
class Router final : public HttpHandler {
public:
    Router(HttpHandler& tables, HttpHandler& firmware) : m_tables(tables), m_firmware(firmware) {}

    std::optional<HttpResponse> handle(const HttpRequest& request, const LaterResponse& later) override {
        return (FirmwareRoutes::serves(request) ? m_firmware : m_tables).handle(request, later);
    }

private:
    HttpHandler& m_tables;
    HttpHandler& m_firmware;
};

const fleet::FirmwareStore* firmwareFilesOf(DeskCore& core) {
    return core.call<const fleet::FirmwareStore*>(
        [](fleet::FleetService& service, storage::SqliteStore&) { return service.firmwareFiles().value_or(nullptr); });
}

}  // namespace

class Endpoint::Impl {
public:
    Impl(DeskCore& core, std::unique_ptr<storage::TableReader> reader,
         std::unique_ptr<storage::TableReader> firmwareReader, const EndpointOptions& options)
        : m_clock(core.options().clock != nullptr ? *core.options().clock : m_systemClock),
          m_api(core, std::move(reader)),
          m_protocol(m_api, signatures(core, options)),
          m_firmware(core, std::move(firmwareReader), firmwareFilesOf(core), firmwareSignatures(core, options),
                     options.openOta) {}

    Result<void> start(const EndpointOptions& options) {
        DRYDOCK_ASSIGN(m_server, HttpServer::start(options.address, options.limits, m_clock, m_router));
        return {};
    }
    [[nodiscard]] const EndpointAddress& address() const { return m_server->address(); }

private:
    std::optional<SignatureCheck> signatures(const DeskCore& core, const EndpointOptions& options) {
        if (options.insecure) return std::nullopt;
        return SignatureCheck(AccessKeyFile(core.options().storeDirectory), m_clock);
    }

    std::optional<SignatureCheck> firmwareSignatures(const DeskCore& core, const EndpointOptions& options) {
        if (options.insecure) return std::nullopt;
        return SignatureCheck(AccessKeyFile(core.options().storeDirectory), m_clock, FirmwareRoutes::kServices);
    }

    const storage::SystemClock m_systemClock;
    const storage::Clock& m_clock;
    CoreApi m_api;
    DynamoDbProtocol m_protocol;
    FirmwareRoutes m_firmware;
    Router m_router{m_protocol, m_firmware};
    std::unique_ptr<HttpServer> m_server;  // goes first: it calls the others
};

Result<std::unique_ptr<Endpoint>> Endpoint::start(DeskCore& core, const EndpointOptions& options) {
    DRYDOCK_ASSIGN(auto reader, core.openReader());
    DRYDOCK_ASSIGN(auto firmwareReader, core.openReader());
    auto impl = std::make_unique<Impl>(core, std::move(reader), std::move(firmwareReader), options);
    DRYDOCK_TRY(impl->start(options));
    return std::unique_ptr<Endpoint>(new Endpoint(std::move(impl)));
}

Endpoint::Endpoint(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

Endpoint::~Endpoint() = default;

const EndpointAddress& Endpoint::address() const {
    return m_impl->address();
}

}  // namespace drydock::app
