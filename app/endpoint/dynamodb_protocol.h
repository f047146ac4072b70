// DynamoDB's protocol over HTTP: what a request must look like, and how it is answered.
//
// In the service's order: CORS and health; method, path and type of the body; JSON; target; who signed; then the
// operation. Every answer carries x-amzn-RequestId and x-amz-crc32.
// Thread: one at a time.
// Source: "DynamoDB low-level API"; what the service does beyond its documentation is as its users' test suites have
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <random>

#include "app/endpoint/api_handler.h"
#include "app/endpoint/http.h"
#include "app/endpoint/signature_v4.h"

namespace drydock::app {

class DynamoDbProtocol final : public HttpHandler {
public:
    // Without `signatures` whoever calls may do everything; an authorization must still have the right form. The API
    // outlives it.
    DynamoDbProtocol(ApiHandler& api, std::optional<SignatureCheck> signatures);

    [[nodiscard]] std::optional<HttpResponse> handle(const HttpRequest& request, const LaterResponse& later) override;

private:
    // What an answer takes from its request.
    struct Terms {
        std::string requestId;
        bool crossOrigin = false;
        std::string contentType;
        std::string acceptEncoding;
    };

    [[nodiscard]] std::optional<HttpResponse> handlePost(const HttpRequest& request, Terms terms,
                                                         const LaterResponse& later);
    [[nodiscard]] tl::expected<const AccessKey*, AuthError> authenticate(const HttpRequest& request);
    [[nodiscard]] std::string newRequestId();
    [[nodiscard]] static HttpResponse respond(ApiResponse response, const Terms& terms);

    ApiHandler& m_api;
    std::optional<SignatureCheck> m_signatures;
    std::mt19937_64 m_random;
};

}  // namespace drydock::app
