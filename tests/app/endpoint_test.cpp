// The endpoint over a desk core, and `drydockctl serve --endpoint` as a process.

#include "app/endpoint/endpoint.h"

#include <csignal>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>
#include <zlib.h>
#include <nlohmann/json.hpp>

#include "app/endpoint/access_keys.h"
#include "tests/app/signing.h"
#include "tests/support/ctl.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using nlohmann::json;
using tests::HttpAnswer;
using tests::HttpClient;

constexpr const char* kContentType = "application/x-amz-json-1.0";

storage::TableDefinition counters() {
    storage::TableDefinition definition;
    definition.name = "Counters";
    definition.key.partition = {{"id", storage::AttributeType::S}};
    return definition;
}

json put(const std::string& id, std::int64_t n) {
    return {{"TableName", "Counters"}, {"Item", {{"id", {{"S", id}}}, {"n", {{"N", std::to_string(n)}}}}}};
}

json get(const std::string& id) {
    return {{"TableName", "Counters"}, {"Key", {{"id", {{"S", id}}}}}, {"ConsistentRead", true}};
}

json increment(const std::string& id) {
    return {{"TableName", "Counters"},
            {"Key", {{"id", {{"S", id}}}}},
            {"UpdateExpression", "ADD n :one"},
            {"ExpressionAttributeValues", {{":one", {{"N", "1"}}}}}};
}

// An unsigned request.
HttpAnswer callText(HttpClient& client, const std::string& operation, const std::string& body) {
    return client.request("POST", "/",
                          {{"X-Amz-Target", "DynamoDB_20120810." + operation}, {"Content-Type", kContentType}}, body);
}

HttpAnswer call(HttpClient& client, const std::string& operation, const json& body) {
    return callText(client, operation, body.dump());
}

std::string errorType(const HttpAnswer& answer) {
    const std::string type = json::parse(answer.body, nullptr, false).value("__type", "");
    return type.substr(type.find('#') + 1);
}

class EndpointTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_options.storeDirectory = m_directory.path();
        m_options.clock = &m_clock;
        startCore();
        ASSERT_TRUE(m_core->call<bool>([](fleet::FleetService&, storage::SqliteStore& store) {
            return store.createTable(counters()).has_value();
        }));
    }
    void startCore() {
        auto core = DeskCore::start(m_options, {});
        ASSERT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }
    void start(bool insecure = true) {
        EndpointOptions options;
        options.insecure = insecure;
        auto endpoint = Endpoint::start(*m_core, options);
        ASSERT_TRUE(endpoint) << endpoint.error().message;
        m_endpoint = std::move(*endpoint);
    }
    [[nodiscard]] HttpClient connect() const { return HttpClient(m_endpoint->address().port); }
    [[nodiscard]] static HttpAnswer callSigned(HttpClient& client, const tests::Signer& signer,
                                               const std::string& operation, const json& body) {
        const std::string text = body.dump();
        return client.request(
            "POST", "/",
            tests::signedHeaders(signer, client.host(),
                                 {{"X-Amz-Target", "DynamoDB_20120810." + operation}, {"Content-Type", kContentType}},
                                 text),
            text);
    }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    DeskOptions m_options;
    std::unique_ptr<DeskCore> m_core;
    std::unique_ptr<Endpoint> m_endpoint;
};

TEST_F(EndpointTest, WhatIsPutCanBeGot) {
    start();
    HttpClient client = connect();
    const HttpAnswer written = call(client, "PutItem", put("a", 1));
    EXPECT_EQ(written.status, 200);
    EXPECT_EQ(written.body, "{}");
    const HttpAnswer read = call(client, "GetItem", get("a"));
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(json::parse(read.body), json::parse(R"({"Item":{"id":{"S":"a"},"n":{"N":"1"}}})"));
    EXPECT_EQ(read.headers.at("content-type"), kContentType);
    const auto* bytes = reinterpret_cast<const Bytef*>(read.body.data());
    EXPECT_EQ(read.headers.at("x-amz-crc32"), std::to_string(crc32_z(0, bytes, read.body.size())));
    EXPECT_EQ(read.headers.at("x-amzn-requestid").size(), 52U);
}

TEST_F(EndpointTest, ErrorsAreTheServices) {
    start();
    HttpClient client = connect();
    json missing = get("a");
    missing["TableName"] = "Missing";
    const HttpAnswer notFound = call(client, "GetItem", missing);
    EXPECT_EQ(notFound.status, 400);
    EXPECT_EQ(json::parse(notFound.body)["__type"], "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException");
    json conditional = put("a", 1);
    conditional["ConditionExpression"] = "attribute_exists(id)";
    EXPECT_EQ(errorType(call(client, "PutItem", conditional)), "ConditionalCheckFailedException");
    EXPECT_EQ(errorType(call(client, "PutItem", json{{"TableName", "Counters"}})), "ValidationException");
    EXPECT_EQ(errorType(callText(client, "GetItem", "{\"TableName\":")), "SerializationException");
    EXPECT_EQ(errorType(callText(client, "GetItem", "")), "SerializationException");
    EXPECT_EQ(errorType(callText(client, "Missing", "{}")), "UnknownOperationException");
}

TEST_F(EndpointTest, ConcurrentWritesAllCountOnce) {
    start();
    constexpr int kClients = 16;
    constexpr int kEach = 50;
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
        threads.emplace_back([this, i] {
            HttpClient client = connect();
            for (int n = 0; n < kEach; ++n) {
                EXPECT_EQ(call(client, "UpdateItem", increment("shared")).status, 200);
                EXPECT_EQ(call(client, "PutItem", put(std::to_string(i), n)).status, 200);
                // Who was answered sees what it wrote.
                EXPECT_EQ(json::parse(call(client, "GetItem", get(std::to_string(i))).body)["Item"]["n"]["N"],
                          std::to_string(n));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    HttpClient client = connect();
    EXPECT_EQ(json::parse(call(client, "GetItem", get("shared")).body)["Item"]["n"]["N"],
              std::to_string(kClients * kEach));
}

TEST_F(EndpointTest, OnlySignedRequestsAreServed) {
    start(false);
    const auto key = AccessKeyFile(m_directory.path()).create(false, 0);
    ASSERT_TRUE(key);
    HttpClient client = connect();
    tests::Signer signer{key->id, key->secret};
    EXPECT_EQ(callSigned(client, signer, "PutItem", put("a", 1)).status, 200);
    EXPECT_EQ(callSigned(client, signer, "GetItem", get("a")).status, 200);
    EXPECT_EQ(errorType(call(client, "PutItem", put("b", 1))), "MissingAuthenticationTokenException");
    signer.secret += "x";
    EXPECT_EQ(errorType(callSigned(client, signer, "PutItem", put("b", 1))), "InvalidSignatureException");
    signer.keyId = "AKIANOBODY";
    EXPECT_EQ(errorType(callSigned(client, signer, "PutItem", put("b", 1))), "UnrecognizedClientException");
    signer = {key->id, key->secret};
    m_clock.advance(16 * 60'000);
    EXPECT_EQ(errorType(callSigned(client, signer, "PutItem", put("b", 1))), "InvalidSignatureException");
    m_clock.setWall(m_clock.wallMs() - 16 * 60'000);
    EXPECT_EQ(callSigned(client, signer, "GetItem", get("b")).body, "{}");
}

TEST_F(EndpointTest, AReadOnlyKeyReadsOnly) {
    start(false);
    const auto key = AccessKeyFile(m_directory.path()).create(true, 0);
    ASSERT_TRUE(key);
    HttpClient client = connect();
    const tests::Signer signer{key->id, key->secret};
    EXPECT_EQ(callSigned(client, signer, "GetItem", get("a")).status, 200);
    for (const char* operation : {"PutItem", "UpdateItem", "DeleteItem"}) {
        const json body = std::string_view(operation) == "PutItem" ? put("a", 1)
                          : std::string_view(operation) == "UpdateItem"
                              ? increment("a")
                              : json{{"TableName", "Counters"}, {"Key", get("a")["Key"]}};
        const HttpAnswer refused = callSigned(client, signer, operation, body);
        EXPECT_EQ(refused.status, 400);
        EXPECT_EQ(json::parse(refused.body)["__type"], "com.amazon.coral.service#AccessDeniedException");
        EXPECT_EQ(json::parse(refused.body)["message"], "User: arn:aws:iam::000000000000:user/" + key->id +
                                                            " is not authorized to perform: dynamodb:" + operation +
                                                            ": the access key is read-only");
    }
    EXPECT_EQ(callSigned(client, signer, "GetItem", get("a")).body, "{}");
}

TEST_F(EndpointTest, KeysCountFromTheirCreationToTheirDeletion) {
    start(false);
    AccessKeyFile file(m_directory.path());
    HttpClient client = connect();
    const auto key = file.create(false, 0);
    ASSERT_TRUE(key);
    const tests::Signer signer{key->id, key->secret};
    EXPECT_EQ(callSigned(client, signer, "GetItem", get("a")).status, 200);
    ASSERT_TRUE(file.remove(key->id));
    EXPECT_EQ(errorType(callSigned(client, signer, "GetItem", get("a"))), "UnrecognizedClientException");
}

TEST_F(EndpointTest, AnEndpointBesideTheOwnerReadsOnly) {
    m_options.readOnly = true;
    const auto owner = std::move(m_core);
    startCore();
    start();
    HttpClient client = connect();
    EXPECT_EQ(call(client, "GetItem", get("a")).status, 200);
    const HttpAnswer refused = call(client, "PutItem", put("a", 1));
    EXPECT_EQ(refused.status, 500);
    EXPECT_NE(refused.body.find("read-only"), std::string::npos) << refused.body;
    m_endpoint.reset();
    m_core.reset();
}

TEST_F(EndpointTest, WritesUnderWayAreAnsweredBeforeTheEnd) {
    start();
    std::vector<HttpClient> clients;
    for (int i = 0; i < 32; ++i) clients.push_back(connect());
    for (HttpClient& client : clients) EXPECT_EQ(call(client, "UpdateItem", increment("a")).status, 200);
    for (HttpClient& client : clients) {
        const std::string body = increment("a").dump();
        client.send(tests::requestText("POST", "/",
                                       {{"Host", client.host()},
                                        {"X-Amz-Target", "DynamoDB_20120810.UpdateItem"},
                                        {"Content-Type", kContentType},
                                        {"Content-Length", std::to_string(body.size())}},
                                       body));
    }
    m_endpoint.reset();
    std::int64_t done = 32;
    for (HttpClient& client : clients) {
        const auto answer = client.receive();
        if (answer && answer->status == 200) ++done;
    }
    const auto item = m_core->call<std::optional<storage::Item>>(
        [](fleet::FleetService&, storage::SqliteStore& store) -> std::optional<storage::Item> {
            return store.get({"Counters", storage::Item{{"id", "a"}}, {}, {}}).value();
        });
    ASSERT_TRUE(item);
    EXPECT_EQ(item->integer("n"), done);
}

class ServeEndpointTest : public ::testing::Test {
protected:
    void SetUp() override {
        auto store = storage::SqliteStore::open(m_directory.path());
        ASSERT_TRUE(store) << store.error().message;
        ASSERT_TRUE((*store)->createTable(counters()));
    }
    [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--store", m_directory.path().string(), "--endpoint", "127.0.0.1:0"});
        return more;
    }

    tests::TemporaryDirectory m_directory;
};

TEST_F(ServeEndpointTest, SaysWhereItServes) {
    tests::ServeProcess serve(words({"--endpoint-insecure"}));
    const json ready = serve.ready();
    const auto port = ready["port"].get<std::uint16_t>();
    EXPECT_EQ(ready["endpoint"], "http://127.0.0.1:" + std::to_string(port));
    HttpClient client(port);
    EXPECT_EQ(client.request("GET", "/").body, "healthy: " + client.host() + " ");
    EXPECT_EQ(call(client, "PutItem", put("a", 1)).status, 200);
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
    EXPECT_EQ(serve.status(), 0);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServeEndpointTest, IsOffUnlessAskedFor) {
    tests::ServeProcess serve({"--store", m_directory.path().string()});
    const json ready = serve.ready();
    EXPECT_TRUE(ready["endpoint"].is_null());
    EXPECT_TRUE(ready["port"].is_null());
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

TEST_F(ServeEndpointTest, ServesThisMachineOnly) {
    for (const char* address : {"0.0.0.0:0", "[::]:0", "example.com:0", "127.0.0.1", "127.0.0.1:x"}) {
        const tests::FinishedProcess refused =
            tests::runCtl({"serve", "--store", m_directory.path().string(), "--endpoint", address});
        EXPECT_EQ(refused.status, 2) << address;
        EXPECT_NE(refused.error.find("--endpoint"), std::string::npos) << refused.error;
    }
    EXPECT_EQ(tests::runCtl({"serve", "--store", m_directory.path().string(), "--endpoint-insecure"}).status, 2);
}

TEST_F(ServeEndpointTest, KeysOfTheCommandLineWorkWhileItServes) {
    tests::ServeProcess serve(words());
    HttpClient client(serve.ready()["port"].get<std::uint16_t>());
    EXPECT_EQ(errorType(call(client, "GetItem", get("a"))), "MissingAuthenticationTokenException");
    const std::string store = m_directory.path().string();
    const json key = tests::jsonLines(tests::runCtl({"--store", store, "keys", "create"}).out).at(0);
    const auto signedGet = [&] {
        // The process lives by the real time.
        const std::time_t now = std::time(nullptr);
        std::tm utc{};
        gmtime_r(&now, &utc);
        char date[32];
        std::strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &utc);
        const tests::Signer signer{key["accessKeyId"], key["secretAccessKey"], date};
        const std::string body = get("a").dump();
        return client.request(
            "POST", "/",
            tests::signedHeaders(signer, client.host(),
                                 {{"X-Amz-Target", "DynamoDB_20120810.GetItem"}, {"Content-Type", kContentType}}, body),
            body);
    };
    EXPECT_EQ(signedGet().status, 200);
    EXPECT_EQ(tests::runCtl({"--store", store, "keys", "delete", key["accessKeyId"]}).status, 0);
    EXPECT_EQ(errorType(signedGet()), "UnrecognizedClientException");
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

TEST_F(ServeEndpointTest, KilledAtAnyMomentWhatWasAnsweredIsThere) {
    constexpr int kRounds = 3;
    constexpr int kClients = 4;
    std::array<std::int64_t, kClients> answered{};
    std::array<std::int64_t, kClients> asked{};
    for (int round = 0; round < kRounds; ++round) {
        tests::ServeProcess serve(words({"--endpoint-insecure"}));
        const auto port = serve.ready()["port"].get<std::uint16_t>();
        std::vector<std::thread> threads;
        std::atomic<int> writing = 0;
        for (std::size_t i = 0; i < kClients; ++i) {
            threads.emplace_back([&, i] {
                HttpClient client(port);
                bool first = true;
                for (;;) {
                    ++asked[i];
                    if (call(client, "UpdateItem", increment(std::to_string(i))).status != 200) return;
                    ++answered[i];
                    if (first) ++writing;
                    first = false;
                }
            });
        }
        while (writing < kClients) std::this_thread::yield();
        serve.kill();
        for (std::thread& thread : threads) thread.join();
    }
    tests::ServeProcess serve(words({"--endpoint-insecure"}));
    HttpClient client(serve.ready()["port"].get<std::uint16_t>());
    for (std::size_t i = 0; i < kClients; ++i) {
        const json item = json::parse(call(client, "GetItem", get(std::to_string(i))).body);
        const std::int64_t n = std::stoll(item["Item"]["n"]["N"].get<std::string>());
        EXPECT_GE(n, answered[i]);
        EXPECT_LE(n, asked[i]);
    }
    EXPECT_EQ(serve.stop(SIGTERM)["waiting"], 0);
}

}  // namespace
}  // namespace drydock::app
