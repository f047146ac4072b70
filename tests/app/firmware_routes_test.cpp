// The firmware's HTTP interface over a desk core, by real requests.

#include "app/endpoint/firmware_routes.h"

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_arguments.h"
#include "app/curl_handles.h"
#include "app/endpoint/endpoint.h"
#include "models/fleet/digest.h"
#include "models/fleet/firmware_package.h"
#include "tests/app/signing.h"
#include "tests/support/http_client.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::app {
namespace {

using fleet::FirmwareRecord;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using tests::HttpAnswer;
using tests::HttpClient;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

// Of this process, in memory.
std::size_t residentBytes() {
    std::ifstream file("/proc/self/statm");
    std::size_t pages = 0;
    file >> pages >> pages;
    EXPECT_GT(pages, 0U);
    return pages * 4096;
}

class FirmwareRoutesTest : public ::testing::Test {
protected:
    void SetUp() override {
        m_options.storeDirectory = m_directory.path();
        m_options.clock = &m_clock;
        auto core = DeskCore::start(m_options, {});
        ASSERT_TRUE(core) << core.error().message;
        m_core = std::move(*core);
    }
    void start(bool insecure = true, bool open = false) {
        EndpointOptions options;
        options.insecure = insecure;
        options.openOta = open;
        auto endpoint = Endpoint::start(*m_core, options);
        ASSERT_TRUE(endpoint) << endpoint.error().message;
        m_endpoint = std::move(*endpoint);
    }
    [[nodiscard]] HttpClient connect() const { return HttpClient(m_endpoint->address().port); }

    // The stored name of a sample, imported and taken as far as `status`.
    std::string import(const std::string& version, const std::string& status = "READY_TO_TEST",
                       const std::string& product = "p") {
        const auto zip = m_files / (product + version + ".zip");
        EXPECT_TRUE(fleet::writeSamplePackage(zip, product, "main", version));
        const auto record = answerOf<FirmwareRecord>([&](Answer<FirmwareRecord> answer) {
            m_core->importFirmware(zip, {"anna", "test"}, std::move(answer));
        });
        EXPECT_TRUE(record) << record.error().message;
        for (const char* next : {"TESTING", "RELEASED", "REVOKED"}) {
            if (status == "READY_TO_TEST") break;
            setStatus(record->zipName, next);
            if (status == next) break;
        }
        return record->zipName;
    }
    void setStatus(const std::string& zipName, const std::string& status) {
        const auto done = answerOf<fleet::ActionOutcome>([&](Answer<fleet::ActionOutcome> answer) {
            m_core->act({fleet::ActionKind::setReleaseStatus, zipName, status, {}}, {"anna", "test"},
                        std::move(answer));
        });
        EXPECT_TRUE(done) << done.error().message;
    }
    HttpAnswer ask(const std::string& method, const std::string& target, const std::string& body = {}) {
        return connect().request(method, target, {}, body);
    }
    static json jsonOf(const HttpAnswer& answer) { return json::parse(answer.body, nullptr, false); }
    [[nodiscard]] static std::string statusBody(const std::string& status) {
        return json{{"release_status", status}}.dump();
    }
    std::vector<std::string> offered(const std::string& version) {
        const HttpAnswer answer = ask("GET", "/ota/p/main" + (version.empty() ? "" : "?current_version=" + version));
        std::vector<std::string> versions;
        if (answer.status != 200) return {std::to_string(answer.status)};
        for (const json& offer : jsonOf(answer)) versions.push_back(offer["version"]);
        return versions;
    }
    fleet::AuditEntry lastAudit() {
        return m_core->call<fleet::AuditEntry>([](fleet::FleetService& service, storage::SqliteStore&) {
            return service.reader().audit({}, 1).value().at(0);
        });
    }

    tests::TemporaryDirectory m_directory;
    tests::TemporaryDirectory m_files;
    tests::ManualClock m_clock;
    DeskOptions m_options;
    std::unique_ptr<DeskCore> m_core;
    std::unique_ptr<Endpoint> m_endpoint;
};

TEST_F(FirmwareRoutesTest, TheListHasAllRecordsWithoutFilesAndPk) {
    start();
    const std::string zip = import("2026.01.01");
    import("2026.02.01");
    import("2026.01.01", "READY_TO_TEST", "q");
    const HttpAnswer answer = ask("GET", "/firmware");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    const json all = jsonOf(answer);
    EXPECT_EQ(all["items"].size(), 3U);
    EXPECT_FALSE(all.contains("next_token"));
    for (const json& item : all["items"]) {
        EXPECT_FALSE(item.contains("files"));
        EXPECT_FALSE(item.contains("pk"));
        EXPECT_EQ(item["release_status"], "READY_TO_TEST");
        EXPECT_EQ(item["application"], "main");
    }
    EXPECT_EQ(jsonOf(ask("GET", "/firmware?product_id=p"))["items"].size(), 2U);
    EXPECT_EQ(jsonOf(ask("GET", "/firmware?version=2026.01.01"))["items"].size(), 2U);
    const json one = jsonOf(ask("GET", "/firmware?product_id=p&version=2026.01.01"));
    ASSERT_EQ(one["items"].size(), 1U);
    EXPECT_EQ(one["items"][0]["zip_name"], zip);
    EXPECT_EQ(jsonOf(ask("GET", "/firmware?product_id=none"))["items"].size(), 0U);
}

TEST_F(FirmwareRoutesTest, TheListComesInPages) {
    start();
    for (const char* version : {"2026.01.01", "2026.02.01", "2026.03.01"}) {
        import(version);
        import(version, "READY_TO_TEST", "q");
    }
    for (const std::string query : {"product_id=p", "version=2026.02.01", ""}) {
        std::vector<std::string> zips;
        std::string token;
        do {
            const json page = jsonOf(ask("GET", "/firmware?limit=1&" + query + "&next_token=" + token));
            ASSERT_TRUE(page.is_object()) << query;
            EXPECT_LE(page["items"].size(), 1U);
            for (const json& item : page["items"]) zips.push_back(item["zip_name"]);
            token = page.value("next_token", "");
        } while (!token.empty());
        std::sort(zips.begin(), zips.end());
        EXPECT_EQ(std::unique(zips.begin(), zips.end()), zips.end());
        EXPECT_EQ(zips.size(), query.empty() ? 6U : query == "product_id=p" ? 3U : 2U);
    }
    for (const char* wrong : {"limit=0", "limit=x", "limit=-1", "next_token=x", "next_token=e30."}) {
        EXPECT_EQ(ask("GET", std::string("/firmware?") + wrong).status, 400) << wrong;
    }
}

TEST_F(FirmwareRoutesTest, ARecordIsShownWithItsFiles) {
    start();
    const std::string zip = import("2026.01.01");
    const HttpAnswer answer = ask("GET", "/firmware/" + zip);
    EXPECT_EQ(answer.status, 200);
    const json record = jsonOf(answer);
    EXPECT_EQ(record["version"], "2026.01.01");
    EXPECT_EQ(record["files"].size(), 2U);
    EXPECT_EQ(record["partition_offsets"]["nvs"], 0x9000);
    EXPECT_FALSE(record.contains("pk"));
    EXPECT_EQ(ask("GET", "/firmware/none.zip").status, 404);
    EXPECT_EQ(ask("GET", "/firmware/" + zip + "/other").status, 404);
}

TEST_F(FirmwareRoutesTest, AStatusIsChangedAndTheRecordReturned) {
    start();
    const std::string zip = import("2026.01.01");
    const HttpAnswer answer = ask("PATCH", "/firmware/" + zip, statusBody("TESTING"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(jsonOf(answer)["release_status"], "TESTING");
    EXPECT_EQ(jsonOf(answer)["status_history"].size(), 2U);
    EXPECT_EQ(jsonOf(ask("GET", "/firmware/" + zip))["release_status"], "TESTING");
    EXPECT_EQ(lastAudit().screen, "http");
    EXPECT_EQ(lastAudit().who, "anonymous");
    EXPECT_EQ(lastAudit().action, "setReleaseStatus");
}

TEST_F(FirmwareRoutesTest, AStatusThatIsMissingIsABadRequest) {
    start();
    const std::string zip = import("2026.01.01");
    for (const char* body :
         {"", "{}", "[]", "{", "{\"release_status\":7}", "{\"release_status\":\"\"}", "{\"status\":\"TESTING\"}"}) {
        const HttpAnswer answer = ask("PATCH", "/firmware/" + zip, body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(jsonOf(answer)["message"], "Missing required field: release_status");
    }
}

TEST_F(FirmwareRoutesTest, AStatusOfNoSuchFirmwareIsNotFound) {
    start();
    EXPECT_EQ(ask("PATCH", "/firmware/none.zip", statusBody("TESTING")).status, 404);
}

TEST_F(FirmwareRoutesTest, AStatusThatIsNotAllowedNamesTheCurrentAndTheAllowed) {
    start();
    const std::string zip = import("2026.01.01", "TESTING");
    for (const char* status : {"REVOKED", "DELETED", "TESTING", "NONSENSE"}) {
        const HttpAnswer answer = ask("PATCH", "/firmware/" + zip, statusBody(status));
        EXPECT_EQ(answer.status, 422) << status;
        EXPECT_EQ(jsonOf(answer)["current_status"], "TESTING");
        EXPECT_EQ(jsonOf(answer)["allowed_transitions"], json::array({"READY_TO_TEST", "RELEASED"}));
    }
    const std::string revoked = import("2026.02.01", "REVOKED");
    const HttpAnswer answer = ask("PATCH", "/firmware/" + revoked, statusBody("RELEASED"));
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(jsonOf(answer)["allowed_transitions"], json::array());
}

TEST_F(FirmwareRoutesTest, ADevelopmentBuildIsNotReleased) {
    start();
    const std::string zip = import(std::string(fleet::kDevelopmentVersion), "TESTING");
    const HttpAnswer answer = ask("PATCH", "/firmware/" + zip, statusBody("RELEASED"));
    EXPECT_EQ(answer.status, 409);
    EXPECT_THAT(jsonOf(answer)["message"], HasSubstr("development build"));
    EXPECT_EQ(jsonOf(answer)["current_status"], "TESTING");
}

TEST_F(FirmwareRoutesTest, APackageThatChangedIsNotReleased) {
    start();
    const std::string zip = import("2026.01.01", "TESTING");
    std::filesystem::remove(m_directory / "firmware" / zip);
    const HttpAnswer answer = ask("PATCH", "/firmware/" + zip, statusBody("RELEASED"));
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(jsonOf(answer)["current_status"], "TESTING");
}

// Two ask at once for what only one can have.
TEST_F(FirmwareRoutesTest, AStatusThatChangedMeanwhileIsAConflict) {
    std::mutex mutex;
    std::condition_variable changed;
    bool held = false;
    bool reading = false;
    m_core.reset();
    m_options.betweenPackageBlocks = [&] {
        std::unique_lock lock(mutex);
        if (held) reading = true;
        changed.notify_all();
        changed.wait(lock, [&] { return !held; });
    };
    auto core = DeskCore::start(m_options, {});
    ASSERT_TRUE(core) << core.error().message;
    m_core = std::move(*core);
    start();
    const std::string zip = import("2026.01.01", "TESTING");
    {
        const std::lock_guard lock(mutex);
        held = true;
    }
    HttpClient slow = connect();
    const std::string body = statusBody("RELEASED");
    slow.send(tests::requestText("PATCH", "/firmware/" + zip,
                                 {{"Host", slow.host()}, {"Content-Length", std::to_string(body.size())}}, body));
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return reading; });
    }
    EXPECT_EQ(ask("PATCH", "/firmware/" + zip, statusBody("READY_TO_TEST")).status, 200);
    {
        const std::lock_guard lock(mutex);
        held = false;
        changed.notify_all();
    }
    const auto answer = slow.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 409);
    EXPECT_THAT(jsonOf(*answer)["message"], HasSubstr("changed meanwhile"));
    EXPECT_EQ(jsonOf(*answer)["current_status"], "READY_TO_TEST");
    m_endpoint.reset();
    m_core.reset();
}

TEST_F(FirmwareRoutesTest, ADeletionIsAccepted) {
    start();
    const std::string zip = import("2026.01.01");
    const HttpAnswer answer = ask("DELETE", "/firmware/" + zip);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(jsonOf(answer)["release_status"], "DELETED");
    EXPECT_FALSE(std::filesystem::exists(m_directory / "firmware" / zip));
    EXPECT_EQ(ask("GET", "/firmware/" + zip + "/download").status, 404);
    EXPECT_EQ(ask("DELETE", "/firmware/none.zip").status, 404);
}

TEST_F(FirmwareRoutesTest, ADeletionThatIsRefusedNamesTheStatus) {
    start();
    for (const char* status : {"RELEASED", "REVOKED"}) {
        const std::string zip = import(status == std::string("RELEASED") ? "2026.01.01" : "2026.02.01", status);
        const HttpAnswer answer = ask("DELETE", "/firmware/" + zip);
        EXPECT_EQ(answer.status, 409);
        EXPECT_THAT(jsonOf(answer)["message"], HasSubstr(status));
        EXPECT_EQ(jsonOf(answer)["current_status"], status);
    }
    const std::string deleted = import("2026.03.01");
    EXPECT_EQ(ask("DELETE", "/firmware/" + deleted).status, 202);
    EXPECT_EQ(ask("DELETE", "/firmware/" + deleted).status, 409);
}

TEST_F(FirmwareRoutesTest, AZipIsDownloadedByteForByte) {
    start();
    const std::string zip = import("2026.01.01");
    const HttpAnswer answer = ask("GET", "/firmware/" + zip + "/download");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/zip");
    EXPECT_EQ(fleet::sha256Hex(answer.body), jsonOf(ask("GET", "/firmware/" + zip))["zip_sha256"]);
    EXPECT_EQ(ask("GET", "/firmware/none.zip/download").status, 404);
}

TEST_F(FirmwareRoutesTest, OffersGoStepByStepAndEndWithTheNewest) {
    start();
    EXPECT_THAT(offered(""), ElementsAre("404"));
    for (const char* version : {"2026.01.01", "2026.02.01", "2026.03.01"}) import(version, "RELEASED");
    import("2026.04.01", "TESTING");
    EXPECT_THAT(offered(""), ElementsAre("2026.01.01", "2026.02.01", "2026.03.01"));
    EXPECT_THAT(offered("2025.01.01"), ElementsAre("2026.01.01"));
    EXPECT_THAT(offered("2026.01.01"), ElementsAre("2026.02.01"));
    EXPECT_THAT(offered("2026.02.01"), ElementsAre("2026.03.01"));
    EXPECT_THAT(offered("2026.03.01"), ElementsAre("2026.03.01"));
    EXPECT_THAT(offered("2026.05.01"), ElementsAre("409"));
    EXPECT_EQ(ask("GET", "/ota/none/main").status, 404);
    EXPECT_EQ(ask("GET", "/ota/p").status, 404);
}

TEST_F(FirmwareRoutesTest, OfferedFilesAreFetchedByTheirUrlsAndGoWithARevocation) {
    start();
    const std::string zip = import("2026.01.01", "RELEASED", "wo:v8");
    const HttpAnswer answer = ask("GET", "/ota/wo%3Av8/main?current_version=2025.01.01");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const json offer = jsonOf(answer).at(0);
    EXPECT_EQ(offer["zip_name"], zip);
    EXPECT_EQ(offer["files"].size(), 2U);
    const std::string base = "http://127.0.0.1:" + std::to_string(m_endpoint->address().port);
    std::vector<std::string> paths;
    for (const json& file : offer["files"]) {
        const std::string url = file["url"];
        ASSERT_EQ(url.substr(0, base.size()), base);
        paths.push_back(url.substr(base.size()));
        const HttpAnswer fetched = ask("GET", paths.back());
        EXPECT_EQ(fetched.status, 200) << url;
        EXPECT_EQ(fleet::sha256Hex(fetched.body), file["sha256"]);
        EXPECT_EQ(fetched.body.size(), file["size"]);
    }
    EXPECT_THAT(paths, UnorderedElementsAre("/published/wo%3Av8/main/2026.01.01/firmware.bin",
                                            "/published/wo%3Av8/main/2026.01.01/firmware.partitions.bin"));
    for (const char* other : {"/published/wo%3Av8/main/2026.01.01/none.bin", "/published/wo%3Av8/main/2026.01.01",
                              "/published/wo%3Av8/main/2026.02.01/firmware.bin"}) {
        EXPECT_EQ(ask("GET", other).status, 404) << other;
    }
    setStatus(zip, "REVOKED");
    for (const std::string& path : paths) EXPECT_EQ(ask("GET", path).status, 404);
    EXPECT_EQ(ask("GET", "/ota/wo%3Av8/main?current_version=2026.01.01").status, 409);
    EXPECT_EQ(ask("GET", "/ota/wo%3Av8/main?current_version=2025.01.01").status, 404);
}

TEST_F(FirmwareRoutesTest, NoPathLeadsOutOfThePublishedFiles) {
    start();
    import("2026.01.01", "RELEASED");
    std::ofstream(m_directory / "firmware" / "secret.txt") << "secret";
    for (const char* path :
         {"/published/p/main/2026.01.01/..%2F..%2F..%2F..%2Fsecret.txt",
          "/published/p/main/2026.01.01/../../../../secret.txt",
          "/published/p/main/2026.01.01/%2e%2e/%2e%2e/%2e%2e/%2e%2e/secret.txt",
          "/published/p/main/2026.01.01//firmware.bin", "/published/p/main/2026.01.01/firmware.bin%00"}) {
        const HttpAnswer answer = ask("GET", path);
        EXPECT_EQ(answer.status, 400) << path;
        EXPECT_THAT(answer.body, testing::Not(HasSubstr("secret\n")));
    }
}

TEST_F(FirmwareRoutesTest, OtherMethodsAreToldWhichThereAre) {
    start();
    const HttpAnswer answer = ask("PUT", "/firmware/a.zip", "x");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.headers.at("allow"), "GET, PATCH, DELETE");
    EXPECT_EQ(ask("POST", "/ota/p/main", "{}").status, 405);
}

TEST_F(FirmwareRoutesTest, OnlySignedRequestsAreServedWithEitherServicesName) {
    start(false);
    const std::string zip = import("2026.01.01");
    const auto key = AccessKeyFile(m_directory.path()).create(false, 0);
    ASSERT_TRUE(key);
    const auto callSigned = [&](const tests::Signer& signer, const std::string& method, const std::string& target,
                                const std::string& body = {}) {
        HttpClient client = connect();
        return client.request(method, target, tests::signedHeaders(signer, client.host(), {}, body, target, method),
                              body);
    };
    EXPECT_EQ(ask("GET", "/firmware").status, 403);
    EXPECT_EQ(ask("GET", "/ota/p/main").status, 403);
    EXPECT_EQ(ask("PATCH", "/firmware/" + zip, statusBody("TESTING")).status, 403);
    tests::Signer signer{key->id, key->secret};
    for (const char* service : {"execute-api", "dynamodb"}) {
        signer.service = service;
        EXPECT_EQ(callSigned(signer, "GET", "/firmware?product_id=p&version=2026.01.01").status, 200) << service;
        EXPECT_EQ(callSigned(signer, "GET", "/ota/wo%3Av8/main").status, 404) << service;
    }
    EXPECT_EQ(callSigned(signer, "PATCH", "/firmware/" + zip, statusBody("TESTING")).status, 200);
    EXPECT_EQ(lastAudit().who, key->id);
    EXPECT_EQ(lastAudit().screen, "http");
    signer.service = "s3";
    EXPECT_EQ(callSigned(signer, "GET", "/firmware").status, 403);
    signer = {key->id, key->secret + "x"};
    EXPECT_EQ(callSigned(signer, "GET", "/firmware").status, 403);
}

// Amazon's own clients encode a path once more before they sign it.
TEST_F(FirmwareRoutesTest, APathMayBeSignedEncodedOnceMore) {
    start(false);
    import("2026.01.01", "RELEASED", "wo:v8");
    const auto key = AccessKeyFile(m_directory.path()).create(false, 0);
    ASSERT_TRUE(key);
    const tests::Signer signer{key->id, key->secret};
    HttpClient client = connect();
    const auto headers = tests::signedHeaders(signer, client.host(), {}, "", "/ota/wo%253Av8/main", "GET");
    EXPECT_EQ(client.request("GET", "/ota/wo%3Av8/main", headers).status, 200);
    EXPECT_EQ(client.request("GET", "/ota/wo%3Av8/mai", headers).status, 403);
}

TEST_F(FirmwareRoutesTest, CurlSignsAQueryWithWhatItLeavesUnencoded) {
    m_clock.setWall(storage::SystemClock().wallMs());  // curl signs with today's date
    start(false);
    import("2026.01.01", "RELEASED", "wo:v8");
    const auto key = AccessKeyFile(m_directory.path()).create(false, 0);
    ASSERT_TRUE(key);
    const auto statusOf = [&](const std::string& target, const std::string& secret) {
        const CurlTransfer curl(curl_easy_init());
        const std::string url = m_endpoint->address().url() + target;
        curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
        curl_easy_setopt(curl.get(), CURLOPT_AWS_SIGV4, "aws:amz:local:execute-api");
        curl_easy_setopt(curl.get(), CURLOPT_USERPWD, (key->id + ":" + secret).c_str());
        curl_easy_setopt(
            curl.get(), CURLOPT_WRITEFUNCTION, +[](char*, std::size_t, std::size_t count, void*) { return count; });
        EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
        long status = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    };
    for (const char* target : {"/firmware?product_id=wo:v8", "/firmware?product_id=wo%3Av8", "/ota/wo:v8/main",
                               "/ota/wo:v8/main?current_version=2026.01.01", "/firmware"})
        EXPECT_EQ(statusOf(target, key->secret), 200) << target;
    EXPECT_EQ(statusOf("/firmware?product_id=wo:v8", "another"), 403);
}

TEST_F(FirmwareRoutesTest, AReadOnlyKeyChangesNothing) {
    start(false);
    const std::string zip = import("2026.01.01");
    const auto key = AccessKeyFile(m_directory.path()).create(true, 0);
    ASSERT_TRUE(key);
    const tests::Signer signer{key->id, key->secret};
    HttpClient client = connect();
    for (const char* method : {"PATCH", "DELETE"}) {
        const std::string body = statusBody("TESTING");
        const auto headers = tests::signedHeaders(signer, client.host(), {}, body, "/firmware/" + zip, method);
        EXPECT_EQ(client.request(method, "/firmware/" + zip, headers, body).status, 403);
    }
    const auto headers = tests::signedHeaders(signer, client.host(), {}, "", "/firmware/" + zip, "GET");
    const HttpAnswer read = client.request("GET", "/firmware/" + zip, headers);
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(jsonOf(read)["release_status"], "READY_TO_TEST");
}

TEST_F(FirmwareRoutesTest, UpdatesAreOpenToDevicesWhereTheSettingSaysSoAndNothingElseIs) {
    start(false, true);
    const std::string zip = import("2026.01.01", "RELEASED");
    EXPECT_THAT(offered("2025.01.01"), ElementsAre("2026.01.01"));
    EXPECT_EQ(ask("GET", "/published/p/main/2026.01.01/firmware.bin").status, 200);
    EXPECT_EQ(ask("GET", "/firmware").status, 403);
    EXPECT_EQ(ask("GET", "/firmware/" + zip + "/download").status, 403);
    EXPECT_EQ(ask("DELETE", "/firmware/" + zip).status, 403);
}

TEST_F(FirmwareRoutesTest, TheTablesAreServedBesideIt) {
    start();
    EXPECT_THAT(ask("GET", "/").body, HasSubstr("healthy"));
    EXPECT_EQ(ask("GET", "/firmwares").status, 404);
    EXPECT_THAT(ask("GET", "/firmwares").body, HasSubstr("UnknownOperationException"));
}

// The server keeps a piece of it, whatever its size: the file is sparse, and its reader is in no hurry.
TEST_F(FirmwareRoutesTest, ALargeZipIsSentInPieces) {
    start();
    const std::string zip = import("2026.01.01");
    constexpr std::uintmax_t kLarge = 96ULL * 1024 * 1024;
    std::filesystem::resize_file(m_directory / "firmware" / zip, kLarge);
    HttpClient client = connect();
    client.send(tests::requestText("GET", "/firmware/" + zip + "/download", {{"Host", client.host()}}, ""));
    const std::size_t before = residentBytes();
    // Others are served while it waits for its reader.
    EXPECT_EQ(ask("GET", "/firmware/" + zip).status, 200);
    EXPECT_LT(residentBytes(), before + 32 * 1024 * 1024);
    const auto answer = client.receive();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body.size(), kLarge);
}

TEST_F(FirmwareRoutesTest, ARevokedRecordExpires) {
    start();
    const std::string zip = import("2026.01.01", "REVOKED");
    m_clock.advance(11 * kDayMs);
    const auto swept = m_core->call<bool>([](fleet::FleetService& service, storage::SqliteStore&) {
        for (;;) {
            const auto count = service.sweep(100);
            if (!count || *count == 0) return count.has_value();
        }
    });
    EXPECT_TRUE(swept);
    EXPECT_EQ(ask("GET", "/firmware/" + zip).status, 404);
    EXPECT_FALSE(std::filesystem::exists(m_directory / "firmware" / zip));
}

}  // namespace
}  // namespace drydock::app
