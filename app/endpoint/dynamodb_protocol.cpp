#include "app/endpoint/dynamodb_protocol.h"

#include <zlib.h>

#include "app/endpoint/content_coding.h"

namespace drydock::app {

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kAmzJson = "application/x-amz-json-1.0";
// A body that is packed may be as large as one that isn't, once it is unpacked.
constexpr std::size_t kMaxBodyBytes = 16 * 1024 * 1024;
constexpr std::size_t kWorthPacking = 4'096;

std::string crc32Of(std::string_view body) {
    return std::to_string(crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size()));
}

// What stands before the parameters: "application/json; charset=utf-8".
std::string_view mediaType(std::string_view contentType) {
    return trimmed(contentType.substr(0, contentType.find(';')));
}

HttpResponse plain(int status, std::string body) {
    std::string crc = crc32Of(body);
    return {status, {{"x-amz-crc32", std::move(crc)}}, std::move(body)};
}

HttpResponse noSuchOperation() {
    return plain(404, "<UnknownOperationException/>\n");
}

void allowCrossOrigin(HttpResponse& response) {
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Access-Control-Expose-Headers",
                                  "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
}

// What a browser asks before it lets a page make the request itself.
HttpResponse preflight(const HttpRequest& request) {
    HttpResponse response;
    auto& headers = response.headers;
    if (const auto asked = request.header("Access-Control-Request-Headers")) {
        headers.emplace_back("Access-Control-Allow-Headers", *asked);
    }
    if (const auto asked = request.header("Access-Control-Request-Method")) {
        headers.emplace_back("Access-Control-Allow-Methods", *asked);
    }
    headers.emplace_back("Access-Control-Max-Age", "172800");
    return response;
}

std::uint64_t randomSeed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32U) | device();
}

}  // namespace

DynamoDbProtocol::DynamoDbProtocol(ApiHandler& api, std::optional<SignatureCheck> signatures)
    : m_api(api), m_signatures(std::move(signatures)), m_random(randomSeed()) {}

std::optional<HttpResponse> DynamoDbProtocol::handle(const HttpRequest& request, const LaterResponse& later) {
    const bool crossOrigin = request.header("Origin").has_value();
    std::string requestId = newRequestId();
    const std::string_view type = mediaType(request.header("Content-Type").value_or(""));
    const bool json = type == kJson || type == kAmzJson;
    const bool atRoot = request.path() == "/";
    if (request.method == "POST" && atRoot && (json || request.body.empty())) {
        Terms terms{std::move(requestId), crossOrigin, std::string(type == kAmzJson ? kAmzJson : kJson),
                    std::string(request.header("Accept-Encoding").value_or(""))};
        return handlePost(request, std::move(terms), later);
    }
    HttpResponse response = noSuchOperation();
    if (request.method == "OPTIONS" && crossOrigin) {
        response = preflight(request);
    } else if (request.method == "GET" && atRoot) {
        response = plain(200, "healthy: " + std::string(request.header("Host").value_or("")) + " ");
    }
    response.headers.emplace_back("x-amzn-RequestId", std::move(requestId));
    if (crossOrigin) allowCrossOrigin(response);
    return response;
}

std::optional<HttpResponse> DynamoDbProtocol::handlePost(const HttpRequest& request, Terms terms,
                                                         const LaterResponse& later) {
    ApiRequest call{request.header("X-Amz-Target").value_or(""), request.body, nullptr};
    std::string unpacked;
    if (const auto coding = request.header("Content-Encoding")) {
        auto decoded = decodeBody(*coding, request.body, kMaxBodyBytes);
        if (!decoded && decoded.error() == 413) return HttpResponse{413, {{"x-amzn-RequestId", terms.requestId}}, {}};
        if (!decoded) {
            return respond({decoded.error(), R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError",)"
                                             R"("message":"The request's Content-Encoding can't be undone."})"},
                           terms);
        }
        unpacked = std::move(*decoded);
        call.body = unpacked;
    }
    const auto caller = authenticate(request);
    if (!caller) {
        if (auto refusal = m_api.unreadable(call.target, call.body)) return respond(std::move(*refusal), terms);
        return respond(coralError(caller.error().type, caller.error().message), terms);
    }
    call.signedWith = *caller;
    auto response = m_api.answer(call, [terms, later](ApiResponseMaker make) {
        later([terms, make = std::move(make)] { return respond(make(), terms); });
    });
    if (!response) return std::nullopt;
    return respond(std::move(*response), terms);
}

tl::expected<const AccessKey*, AuthError> DynamoDbProtocol::authenticate(const HttpRequest& request) {
    auto authorization = readAuthorization(request);
    if (!authorization) return tl::unexpected(std::move(authorization).error());
    if (!m_signatures) return nullptr;
    if (!*authorization) {
        return tl::unexpected(
            AuthError{"MissingAuthenticationTokenException", "Request is missing Authentication Token"});
    }
    return m_signatures->check(request, **authorization);
}

HttpResponse DynamoDbProtocol::respond(ApiResponse response, const Terms& terms) {
    HttpResponse answer{response.status, {}, std::move(response.body)};
    auto& headers = answer.headers;
    headers.reserve(6);
    headers.emplace_back("x-amzn-RequestId", terms.requestId);
    headers.emplace_back("Content-Type", terms.contentType);
    if (terms.crossOrigin) allowCrossOrigin(answer);
    if (answer.body.size() >= kWorthPacking) {
        const ContentCoding coding = preferredCoding(terms.acceptEncoding);
        std::string packed = coding == ContentCoding::identity ? std::string() : encodeBody(coding, answer.body);
        if (!packed.empty()) {
            answer.body = std::move(packed);
            headers.emplace_back("Content-Encoding", codingName(coding));
        }
    }
    headers.emplace_back("x-amz-crc32", crc32Of(answer.body));
    return answer;
}

// 52 capital letters and digits, as the service's.
std::string DynamoDbProtocol::newRequestId() {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr std::size_t kLength = 52;
    constexpr unsigned kBits = 5;
    constexpr std::size_t kOfOneNumber = 64 / kBits;
    std::string id(kLength, '\0');
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < kLength; ++i) {
        number = i % kOfOneNumber == 0 ? m_random() : number >> kBits;
        id[i] = kAlphabet[number % kAlphabet.size()];
    }
    return id;
}

}  // namespace drydock::app
