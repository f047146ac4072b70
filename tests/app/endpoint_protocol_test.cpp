// What a client sees of the protocol, whatever stands behind it.

#include "app/endpoint/dynamodb_protocol.h"

#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/endpoint/content_coding.h"
#include "tests/app/signing.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

constexpr const char* kTarget = "DynamoDB_20120810.ListTables";

// Knows one operation, which answers with its body; later, where that says so.
class EchoApi final : public ApiHandler {
public:
    std::optional<ApiResponse> unreadable(std::string_view target, std::string_view body) override {
        if (!body.empty() && !nlohmann::json::accept(body)) return coralError("SerializationException");
        if (target != kTarget) return coralError("UnknownOperationException");
        return std::nullopt;
    }
    std::optional<ApiResponse> answer(const ApiRequest& request, const LaterApiResponse& later) override {
        if (auto refusal = unreadable(request.target, request.body)) return refusal;
        signedWith = request.signedWith == nullptr ? "" : request.signedWith->id;
        if (request.body != R"("later")") return ApiResponse{200, std::string(request.body)};
        later([] { return ApiResponse{200, "late"}; });
        return std::nullopt;
    }

    std::string signedWith;
};

std::string headerOf(const HttpResponse& response, std::string_view name) {
    for (const auto& [each, value] : response.headers) {
        if (each == name) return value;
    }
    return "none";
}

class EndpointProtocolTest : public ::testing::Test {
protected:
    HttpResponse ask(const std::string& method, const tests::Headers& headers, std::string_view body = {},
                     const std::string& target = "/") {
        HttpRequest request{method, target, {{"Host", "localhost:8000"}}, body};
        for (const auto& [name, value] : headers) request.headers.push_back({name, value});
        std::optional<HttpResponse> late;
        auto response = m_protocol->handle(request, [&late](const ResponseMaker& make) { late = make(); });
        EXPECT_NE(response.has_value(), late.has_value());
        HttpResponse answer = response ? *response : *late;
        EXPECT_TRUE(std::regex_match(headerOf(answer, "x-amzn-RequestId"), std::regex("[0-9A-Z]{52}")));
        return answer;
    }
    HttpResponse post(const tests::Headers& headers, std::string_view body = {}, const std::string& target = "/") {
        return ask("POST", headers, body, target);
    }
    // An error's body; checks what all errors have.
    std::string error(const HttpResponse& response, const std::string& contentType = "application/json") {
        EXPECT_EQ(response.status, 400);
        EXPECT_EQ(headerOf(response, "Content-Type"), contentType);
        return response.body;
    }
    static std::string incomplete(const std::string& message) {
        return R"({"__type":"com.amazon.coral.service#IncompleteSignatureException","message":")" + message + "\"}";
    }

    const std::string kSerialization = R"({"__type":"com.amazon.coral.service#SerializationException"})";
    const std::string kUnknown = R"({"__type":"com.amazon.coral.service#UnknownOperationException"})";
    const std::string kMissing = R"({"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",)"
                                 R"("message":"Request is missing Authentication Token"})";

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    AccessKeyFile m_file{m_directory.path()};
    EchoApi m_api;
    std::optional<DynamoDbProtocol> m_protocol{std::in_place, m_api, SignatureCheck(m_file, m_clock)};
};

TEST_F(EndpointProtocolTest, OnlyPostsOfJsonReachTheApi) {
    std::vector<HttpResponse> refused = {
        ask("OPTIONS", {}), ask("PUT", {}),           ask("DELETE", {}), ask("HEAD", {}), ask("GET", {}, {}, "/health"),
        post({}, "hi"),     post({}, "{}", "/tables")};
    for (const char* type : {"whatever", "application/x-amz-json-1.1", "application/jsonasdf", "text/plain", ""}) {
        refused.push_back(post({{"Content-Type", type}}, "hi"));
    }
    for (const HttpResponse& response : refused) {
        EXPECT_EQ(response.status, 404);
        EXPECT_EQ(response.body, "<UnknownOperationException/>\n");
        EXPECT_EQ(headerOf(response, "x-amz-crc32"), "3552371480");
    }
}

TEST_F(EndpointProtocolTest, SaysThatItIsHealthy) {
    const HttpResponse response = ask("GET", {});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "healthy: localhost:8000 ");
    EXPECT_EQ(headerOf(response, "x-amz-crc32"), "48060844");
}

TEST_F(EndpointProtocolTest, WhatIsNoJsonIsRefusedFirst) {
    for (const char* type :
         {"application/json", "application/json;", "  application/json  ;   asfd", "application/json;blahblah"}) {
        const HttpResponse response = post({{"Content-Type", type}}, "hi");
        EXPECT_EQ(error(response), kSerialization);
        EXPECT_EQ(headerOf(response, "x-amz-crc32"), "3948637019");
    }
    for (const char* type : {"application/x-amz-json-1.0", "application/x-amz-json-1.0;blahblah"}) {
        EXPECT_EQ(error(post({{"Content-Type", type}}, "hi"), "application/x-amz-json-1.0"), kSerialization);
    }
}

TEST_F(EndpointProtocolTest, AnUnknownTargetIsRefusedNext) {
    const HttpResponse response = post({});
    EXPECT_EQ(error(response), kUnknown);
    EXPECT_EQ(headerOf(response, "x-amz-crc32"), "1368724161");
    EXPECT_EQ(error(post({{"Content-Type", "application/json;charset=asfdsaf"}}, "{}")), kUnknown);
    EXPECT_EQ(error(post({{"X-Amz-Target", "whatever"}})), kUnknown);
    EXPECT_EQ(error(post({{"x-amz-target", "DynamoDB_20120810.ListTable"}})), kUnknown);
}

TEST_F(EndpointProtocolTest, WhoDoesntSignIsRefusedThen) {
    const HttpResponse response = post({{"x-amz-target", kTarget}});
    EXPECT_EQ(error(response), kMissing);
    EXPECT_EQ(headerOf(response, "x-amz-crc32"), "2088342776");
    EXPECT_EQ(error(post({{"x-amz-target", kTarget}, {"Authorization", "AWS4"}})), kMissing);
    EXPECT_EQ(error(post({{"x-amz-target", kTarget}, {"Authorization", "X"}}, {}, "/?X-Amz-Algorith")), kMissing);
    EXPECT_EQ(error(post({{"x-amz-target", kTarget}}, {},
                         "/?X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=c&X-Amz-Date=d")),
              kMissing);
}

TEST_F(EndpointProtocolTest, AnAuthorizationMustBeWhole) {
    const auto authorization = [this](const char* value, bool dated) {
        tests::Headers headers = {{"x-amz-target", kTarget}, {"Authorization", value}};
        if (dated) headers.emplace_back("Date", "a");
        return post(headers);
    };
    const std::string noSigned = "Authorization header requires 'SignedHeaders' parameter. Authorization=";
    const HttpResponse bare = authorization("AWS4-", false);
    EXPECT_EQ(error(bare), incomplete("Authorization header requires 'Credential' parameter. Authorization header "
                                      "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
                                      "parameter. Authorization header requires existence of either a 'X-Amz-Date' or "
                                      "a 'Date' header. Authorization=AWS4-"));
    EXPECT_EQ(headerOf(bare, "x-amz-crc32"), "1828866742");
    for (const char* value :
         {"AWS4- Signature=b Credential=a", "AWS4- Signature=b,Credential=a", "AWS4- Signature=b, Credential=a"}) {
        EXPECT_EQ(error(authorization(value, true)), incomplete(noSigned + value));
    }
}

TEST_F(EndpointProtocolTest, APresignedQueryMustBeWhole) {
    const tests::Headers headers = {{"x-amz-target", kTarget}};
    EXPECT_EQ(error(post({{"x-amz-target", kTarget}, {"Authorization", "X"}}, {}, "/?X-Amz-Algorithm")),
              R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Found both )"
              R"('X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."})");
    const HttpResponse bare = post(headers, {}, "/?X-Amz-Algorithm");
    EXPECT_EQ(error(bare), incomplete("AWS query-string parameters must include 'X-Amz-Algorithm'. AWS query-string "
                                      "parameters must include 'X-Amz-Credential'. AWS query-string parameters must "
                                      "include 'X-Amz-Signature'. AWS query-string parameters must include "
                                      "'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. "
                                      "Re-examine the query-string parameters."));
    EXPECT_EQ(headerOf(bare, "x-amz-crc32"), "2900502663");
    EXPECT_EQ(error(post(headers, {}, "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d")),
              incomplete("AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string "
                         "parameters."));
}

TEST_F(EndpointProtocolTest, WhoSignsIsServedAndKnown) {
    const auto key = m_file.create(false, 0);
    ASSERT_TRUE(key);
    const tests::Signer signer{key->id, key->secret};
    for (const char* body : {"{}", R"("later")"}) {
        const HttpResponse response = post(
            tests::signedHeaders(signer, "localhost:8000",
                                 {{"X-Amz-Target", kTarget}, {"Content-Type", "application/x-amz-json-1.0"}}, body),
            body);
        EXPECT_EQ(response.status, 200) << response.body;
        EXPECT_EQ(response.body, std::string_view(body) == "{}" ? "{}" : "late");
        EXPECT_EQ(headerOf(response, "Content-Type"), "application/x-amz-json-1.0");
        EXPECT_EQ(m_api.signedWith, key->id);
    }
}

TEST_F(EndpointProtocolTest, InsecureTakesAnySignatureAndNone) {
    m_protocol.emplace(m_api, std::nullopt);
    EXPECT_EQ(post({{"X-Amz-Target", kTarget}, {"Content-Type", "application/json"}}, "{}").status, 200);
    const char* invented = "AWS4-HMAC-SHA256 Credential=x/19990101/r/s/aws4_request, SignedHeaders=host, Signature=00";
    EXPECT_EQ(post({{"X-Amz-Target", kTarget},
                    {"Content-Type", "application/json"},
                    {"X-Amz-Date", "19990101T000000Z"},
                    {"Authorization", invented}},
                   "{}")
                  .status,
              200);
    EXPECT_EQ(m_api.signedWith, "");
    // But a client that means to sign hears when it doesn't know how.
    EXPECT_EQ(error(post({{"X-Amz-Target", kTarget}, {"Authorization", "AWS4"}})), kMissing);
}

TEST_F(EndpointProtocolTest, AnswersToPagesOfOtherOriginsSaySo) {
    const HttpResponse plain = post({});
    EXPECT_EQ(headerOf(plain, "Access-Control-Allow-Origin"), "none");
    const HttpResponse posted = post({{"Origin", "whatever"}});
    EXPECT_EQ(error(posted), kUnknown);
    for (const HttpResponse& response : {posted, ask("GET", {{"Origin", "x"}})}) {
        EXPECT_EQ(headerOf(response, "Access-Control-Allow-Origin"), "*");
        EXPECT_NE(headerOf(response, "Access-Control-Expose-Headers"), "none");
        EXPECT_EQ(headerOf(response, "Access-Control-Max-Age"), "none");
    }
    const HttpResponse preflight = ask("OPTIONS", {{"Origin", "whatever"},
                                                   {"Access-Control-Request-Headers", "a, b, c"},
                                                   {"Access-Control-Request-Method", "d"}});
    EXPECT_EQ(preflight.status, 200);
    EXPECT_EQ(preflight.body, "");
    EXPECT_EQ(headerOf(preflight, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(headerOf(preflight, "Access-Control-Allow-Headers"), "a, b, c");
    EXPECT_EQ(headerOf(preflight, "Access-Control-Allow-Methods"), "d");
    EXPECT_EQ(headerOf(preflight, "Access-Control-Max-Age"), "172800");
}

TEST_F(EndpointProtocolTest, PackedBodiesAreUnpacked) {
    m_protocol.emplace(m_api, std::nullopt);
    const tests::Headers headers = {{"X-Amz-Target", kTarget}, {"Content-Type", "application/json"}};
    const auto packed = [&](const char* coding, const std::string& body) {
        tests::Headers all = headers;
        all.emplace_back("Content-Encoding", coding);
        return post(all, body);
    };
    EXPECT_EQ(packed("gzip", encodeBody(ContentCoding::gzip, R"({"a":1})")).body, R"({"a":1})");
    EXPECT_EQ(packed("deflate", encodeBody(ContentCoding::deflate, R"({"a":1})")).body, R"({"a":1})");
    EXPECT_EQ(packed("gzip", "{}").status, 500);
    EXPECT_EQ(packed("garbage", "{}").status, 500);
    EXPECT_EQ(packed("gzip", encodeBody(ContentCoding::gzip, std::string(16 * 1024 * 1024 + 1, ' '))).status, 413);
}

TEST_F(EndpointProtocolTest, LargeAnswersArePackedForWhoWantsIt) {
    m_protocol.emplace(m_api, std::nullopt);
    const std::string large = "\"" + std::string(4'094, 'x') + "\"";
    const auto echo = [&](const std::string& body, const char* accepted) {
        return post({{"X-Amz-Target", kTarget}, {"Content-Type", "application/json"}, {"Accept-Encoding", accepted}},
                    body);
    };
    EXPECT_EQ(echo(large, "identity").body, large);
    const HttpResponse packed = echo(large, "deflate, gzip;q=0.5");
    EXPECT_EQ(headerOf(packed, "Content-Encoding"), "deflate");
    EXPECT_EQ(decodeBody("deflate", packed.body, large.size()), large);
    EXPECT_EQ(headerOf(echo(large.substr(0, 4'094) + "\"", "gzip"), "Content-Encoding"), "none");
}

}  // namespace
}  // namespace drydock::app
