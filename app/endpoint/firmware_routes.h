// FirmwareRoutes: the fleet's firmware over HTTP, for devices and scripts.
//
//   GET    /firmware?product_id=&version=&limit=&next_token=   200 {"items":[…],"next_token":…}: records, without
//   `files` GET    /firmware/{zip_name}                                200 the record PATCH  /firmware/{zip_name}
//   {"release_status":…}          200 the record · 400 · 404 · 409 · 422 DELETE /firmware/{zip_name} 202 · 404 · 409
//   GET    /firmware/{zip_name}/download                       200 the ZIP · 404
//   GET    /ota/{product_id}/{application}?current_version=    200 the offers, with their files' URLs · 404 · 409
//   GET    /published/{product_id}/{application}/{version}/…   200 a file of a released package · 404
// Errors are {"message":…}. Requests are signed as those for the tables are; 403 for who isn't known or may not.
//
// Thread: one at a time, and never waits: it reads by a reader of its own, and what is to change goes to the core.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/endpoint/http.h"
#include "app/endpoint/signature_v4.h"
#include "app/services/desk_core.h"

namespace drydock::app {

class FirmwareRoutes final : public HttpHandler {
public:
    // What clients may scope their credentials to: API Gateway's name, or that of the tables.
    static constexpr std::array<std::string_view, 2> kServices = {"execute-api", "dynamodb"};

    // `files`: nullptr where the core has no directory for firmware. Without `signatures` whoever calls may do
    // everything. `open`: updates may be asked for, and their files fetched, without a key. The core outlives it, and
    // answers what it was asked before it goes.
    FirmwareRoutes(DeskCore& core, std::unique_ptr<storage::TableReader> reader, const fleet::FirmwareStore* files,
                   std::optional<SignatureCheck> signatures, bool open);

    // Whether the request is for here.
    [[nodiscard]] static bool serves(const HttpRequest& request);
    [[nodiscard]] std::optional<HttpResponse> handle(const HttpRequest& request, const LaterResponse& later) override;

private:
    // A request that is allowed, taken apart.
    struct Call {
        const HttpRequest& request;
        std::vector<std::string> path;  // decoded, segment by segment
        fleet::Operator who;
        const LaterResponse& later;
    };
    using Answer = std::optional<HttpResponse>;  // none: it comes later
    struct Route {
        std::string_view method;
        std::string_view root;
        std::size_t minSegments;
        std::size_t maxSegments;
        std::string_view last;  // the last segment; empty: any
        bool mayBeOpen;
        Answer (FirmwareRoutes::*answer)(const Call& call);
    };
    static const std::array<Route, 7> kRoutes;

    [[nodiscard]] static bool fits(const Route& route, const std::vector<std::string>& path);
    [[nodiscard]] tl::expected<const AccessKey*, AuthError> authenticate(const HttpRequest& request);

    [[nodiscard]] Answer list(const Call& call);
    [[nodiscard]] Answer show(const Call& call);
    [[nodiscard]] Answer download(const Call& call);
    [[nodiscard]] Answer setStatus(const Call& call);
    [[nodiscard]] Answer remove(const Call& call);
    [[nodiscard]] Answer offer(const Call& call);
    [[nodiscard]] Answer published(const Call& call);
    // Does what was asked, then answers with `status` and the record as it is then.
    [[nodiscard]] Answer act(const Call& call, fleet::ActionKind kind, const std::string& text, int status);
    [[nodiscard]] HttpResponse recordAs(const std::string& zipName, int status);
    [[nodiscard]] HttpResponse refusal(const storage::Error& error, const std::string& zipName);

    DeskCore& m_core;
    std::unique_ptr<storage::TableReader> m_tables;
    fleet::FleetReader m_reader;
    const fleet::FirmwareStore* m_files;
    std::optional<SignatureCheck> m_signatures;
    bool m_open;
};

}  // namespace drydock::app
