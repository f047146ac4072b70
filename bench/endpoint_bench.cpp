// The endpoint under load, signatures and flushes to disk included, beside a bare libmicrohttpd server that answers
// the same requests with a constant of the same size. With many connections that each send as soon as they have their
// answer, the mean wait is connections / rate, however quick the server; so waits are measured at the goal's rate, too.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <microhttpd.h>

#include "app/endpoint/endpoint.h"
#include "app/endpoint/signature_v4.h"
#include "bench/support/comparison.h"
#include "bench/support/http_load.h"
#include "tests/support/temporary_directory.h"

namespace drydock::bench {
namespace {

constexpr std::size_t kItemsPerGroup = 100;
constexpr std::size_t kBatch = 25;
constexpr std::size_t kDifferentRequests = 2'000;
constexpr std::size_t kOneConnection = 1;
constexpr std::size_t kConnections = 16;
constexpr double kSecondsAtGoal = 5;       // so that one hiccup of the machine isn't the hundredth that waited longest
constexpr std::size_t kOneOfThatMany = 8;  // requests over one connection
constexpr const char* kRegion = "local";

template <class T>
T take(storage::Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

// Answers every request with as many bytes as it was told, from a thread of its own.
class ConstantServer {
public:
    explicit ConstantServer(std::size_t bytes) : m_body(bytes, 'x') {
        m_daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, nullptr, nullptr, answer, this, MHD_OPTION_END);
        if (m_daemon == nullptr) stop("The bare server can't be started.");
    }
    ~ConstantServer() { MHD_stop_daemon(m_daemon); }
    ConstantServer(const ConstantServer&) = delete;
    ConstantServer& operator=(const ConstantServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return MHD_get_daemon_info(m_daemon, MHD_DAEMON_INFO_BIND_PORT)->port; }

private:
    static MHD_Result answer(void* server, MHD_Connection* connection, const char* /*url*/, const char* /*method*/,
                             const char* /*version*/, const char* /*data*/, std::size_t* size, void** context) {
        if (*context == nullptr) {
            *context = server;
            return MHD_YES;
        }
        if (*size > 0) {
            *size = 0;
            return MHD_YES;
        }
        std::string& body = static_cast<ConstantServer*>(server)->m_body;
        MHD_Response* response = MHD_create_response_from_buffer(body.size(), body.data(), MHD_RESPMEM_PERSISTENT);
        const MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
        MHD_destroy_response(response);
        return queued;
    }

    std::string m_body;
    MHD_Daemon* m_daemon;
};

std::string nowAsDate() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
    return text;
}

// A whole request as its client would send it.
std::string request(const app::AccessKey& key, const std::string& operation, const std::string& body) {
    const std::string date = nowAsDate();
    const std::string scope = date.substr(0, 8) + "/" + kRegion + "/dynamodb/aws4_request";
    const std::string target = "DynamoDB_20120810." + operation;
    const app::HttpRequest unsignedRequest{"POST",
                                           "/",
                                           {{"content-type", "application/x-amz-json-1.0"},
                                            {"host", "127.0.0.1"},
                                            {"x-amz-date", date},
                                            {"x-amz-target", target}},
                                           body};
    app::Authorization authorization;
    authorization.signedHeaders = {"content-type", "host", "x-amz-date", "x-amz-target"};
    const std::string canonical = app::canonicalRequest(unsignedRequest, authorization, app::hex(app::sha256(body)));
    const std::string signature = app::hex(
        app::hmacSha256(app::viewOf(app::signingKey(key.secret, scope)), app::stringToSign(date, scope, canonical)));
    std::string text = "POST / HTTP/1.1\r\n";
    for (const auto& [name, value] : unsignedRequest.headers) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text + "Authorization: AWS4-HMAC-SHA256 Credential=" + key.id + "/" + scope +
           ", SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + signature +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string idOf(std::size_t i) {
    return "device-" + std::to_string(1'000'000 + i);
}

// A device's row as the desk keeps it, in DynamoDB JSON.
std::string item(std::size_t i, std::size_t round) {
    return R"({"id":{"S":")" + idOf(i) + R"("},"group":{"S":"group-)" + std::to_string(i / kItemsPerGroup) +
           R"("},"status":{"S":"status-)" + std::to_string(round % 10) + R"("},"firmware":{"S":"v1.2.)" +
           std::to_string(round) + R"("},"lastSeen":{"N":"1711320000)" + std::to_string(100 + i % 900) +
           R"("},"retries":{"N":")" + std::to_string(round) +
           R"("},"online":{"BOOL":true},"temperature":{"N":"21.5"},"site":{"S":"Lund, hall 7, row )" +
           std::to_string(i % 40) + R"("},"network":{"M":{"rssi":{"N":"-61"},"ip":{"S":"10.0.3.17"}}}})";
}

storage::TableDefinition devices() {
    storage::TableDefinition definition;
    definition.name = "Devices";
    definition.key.partition = {{"id", storage::AttributeType::S}};
    storage::IndexDefinition index;
    index.name = "group-index";
    index.key.partition = {{"group", storage::AttributeType::S}};
    definition.indexes = {index};
    return definition;
}

class Bench {
public:
    explicit Bench(std::size_t items) : m_items(std::max(items, kDifferentRequests)) {
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        m_core = take(app::DeskCore::start(options, {}));
        using Created = storage::Result<storage::TableDescription>;
        take(m_core->call<Created>(
            [](fleet::FleetService&, storage::SqliteStore& store) { return store.createTable(devices()); }));
        m_key = take(app::AccessKeyFile(m_directory.path()).create(false, 0));
        m_endpoint = take(app::Endpoint::start(*m_core, {}));
    }

    void run() {
        std::printf("%-28s %5s %12s %9s %12s %9s %6s\n", "workload", "conn.", "drydock/s", "p99 ms", "baseline/s",
                    "p99 ms", "ratio");
        measure("put", m_items, 10'000, [this](std::size_t i) {
            return request(m_key, "PutItem", R"({"TableName":"Devices","Item":)" + item(i, i % 7) + "}");
        });
        measure("get", m_items, 25'000, [this](std::size_t i) {
            return request(m_key, "GetItem", R"({"TableName":"Devices","Key":{"id":{"S":")" + idOf(i) + R"("}}})");
        });
        measure("counter update", m_items, 10'000, [this](std::size_t i) {
            return request(m_key, "UpdateItem",
                           R"({"TableName":"Devices","Key":{"id":{"S":")" + idOf(i) +
                               R"("}},"UpdateExpression":"SET retries = retries + :one",)"
                               R"("ExpressionAttributeValues":{":one":{"N":"1"}}})");
        });
        measure("batch write of 25", m_items / kBatch, 600, [this](std::size_t i) { return batch(i * kBatch); });
        measure("query of 100 by GSI", m_items / 10, 3'000, [this](std::size_t i) {
            return request(m_key, "Query",
                           R"({"TableName":"Devices","IndexName":"group-index","KeyConditionExpression":"#g = :g",)"
                           R"("ExpressionAttributeNames":{"#g":"group"},"ExpressionAttributeValues":)"
                           R"({":g":{"S":"group-)" +
                               std::to_string(i % (kDifferentRequests / kItemsPerGroup)) + R"("}}})");
        });
    }

private:
    std::string batch(std::size_t first) {
        std::string requests;
        for (std::size_t i = first; i < first + kBatch; ++i) {
            requests += std::string(requests.empty() ? "" : ",") + R"({"PutRequest":{"Item":)" + item(i, i % 5) + "}}";
        }
        return request(m_key, "BatchWriteItem", R"({"RequestItems":{"Devices":[)" + requests + "]}}");
    }

    // As many as go, over one connection and over many; then the goal's rate, for what its clients would wait.
    template <class Make>
    void measure(const std::string& name, std::size_t count, double goalPerSecond, Make make) {
        std::vector<std::string> requests;
        for (std::size_t i = 0; i < std::min(count, kDifferentRequests); ++i) requests.push_back(make(i));
        compare(name, requests, std::max<std::size_t>(count / kOneOfThatMany, 1), kOneConnection, kUnpaced);
        compare(name, requests, count, kConnections, kUnpaced);
        compare(name + " at goal", requests, static_cast<std::size_t>(goalPerSecond * kSecondsAtGoal), kConnections,
                goalPerSecond);
    }
    void compare(const std::string& name, const std::vector<std::string>& requests, std::size_t count,
                 std::size_t connections, double offeredPerSecond) {
        const HttpLoad ours = loadHttp(port(), requests, count, connections, offeredPerSecond);
        const ConstantServer constant(ours.answerBytes);
        const HttpLoad bare = loadHttp(constant.port(), requests, count, connections, offeredPerSecond);
        std::printf("%-28s %5zu %12.0f %9.2f %12.0f %9.2f %6.2f\n", name.c_str(), connections, ours.perSecond,
                    ours.p99Ms, bare.perSecond, bare.p99Ms, ours.perSecond / bare.perSecond);
        std::fflush(stdout);
    }

    [[nodiscard]] std::uint16_t port() const { return m_endpoint->address().port; }

    std::size_t m_items;
    tests::TemporaryDirectory m_directory;
    std::unique_ptr<app::DeskCore> m_core;
    app::AccessKey m_key;
    std::unique_ptr<app::Endpoint> m_endpoint;  // before the core in going
};

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) {
    const drydock::bench::Options options = drydock::bench::parseOptions(argc, argv);
    drydock::bench::Bench(options.items).run();
    return 0;
}
