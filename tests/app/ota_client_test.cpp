// Simulated devices that ask a real endpoint for updates and fetch them.

#include "app/simulator/ota_client.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/firmware_package.h"
#include "tests/app/update_fixture.h"

namespace drydock::app {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = UpdateNews::Kind;

class OtaClientTest : public UpdateTest {
protected:
    void connect(const std::string& url) {
        auto client = OtaClient::create({url, "main"});
        ASSERT_TRUE(client) << client.error().message;
        m_client = std::move(*client);
    }
    // Everything that comes until one of the questions has come to its end.
    std::vector<UpdateNews> untilTheEnd() {
        std::vector<UpdateNews> all;
        EXPECT_TRUE(tests::eventually([&] {
            m_client->wait(-1, 0, std::chrono::milliseconds(20));
            for (UpdateNews& news : m_client->takeNews()) all.push_back(std::move(news));
            return !all.empty() && all.back().kind != Kind::offered;
        }));
        return all;
    }
    std::vector<UpdateNews> ask(const std::string& product, const std::string& version) {
        EXPECT_TRUE(m_client->ask(7, product, version));
        return untilTheEnd();
    }

    std::unique_ptr<OtaClient> m_client;
};

TEST_F(OtaClientTest, WhatIsOfferedIsFetchedAndItsHashesHold) {
    start();
    release("wo:v8", "2026.03.01");
    release("wo:v8", "2026.04.01");
    for (const std::string& url : {m_endpoint->address().url(), m_endpoint->address().url() + "/"}) {
        connect(url);
        EXPECT_THAT(ask("wo:v8", "2.27"), ElementsAre(UpdateNews{7, Kind::offered, "2026.03.01"},
                                                      UpdateNews{7, Kind::fetched, "2026.03.01"}));
        EXPECT_THAT(ask("wo:v8", "2026.03.01"), ElementsAre(UpdateNews{7, Kind::offered, "2026.04.01"},
                                                            UpdateNews{7, Kind::fetched, "2026.04.01"}));
        EXPECT_EQ(m_client->trouble(), "");
    }
}

TEST_F(OtaClientTest, TheSameVersionAgainOrNoneAtAllIsNothing) {
    start();
    release("wo:v8", "2026.03.01");
    connect(m_endpoint->address().url());
    EXPECT_THAT(ask("wo:v8", "2026.03.01"), ElementsAre(UpdateNews{7, Kind::nothing, ""}));
    EXPECT_THAT(ask("wo:v8", "3.01"), ElementsAre(UpdateNews{7, Kind::nothing, ""}));  // 409: ahead of all
    EXPECT_THAT(ask("none", "2.27"), ElementsAre(UpdateNews{7, Kind::nothing, ""}));   // 404
    EXPECT_EQ(m_client->trouble(), "");
}

TEST_F(OtaClientTest, AFileThatIsNotWhatWasOfferedBreaksTheUpdate) {
    start();
    release("wo:v8", "2026.03.01");
    const auto file = m_directory / "firmware" / "published" / "wo:v8" / "main" / "2026.03.01" / "firmware.bin";
    ASSERT_TRUE(std::filesystem::exists(file));
    const auto size = std::filesystem::file_size(file);
    connect(m_endpoint->address().url());
    const auto broken = ElementsAre(UpdateNews{7, Kind::offered, "2026.03.01"}, UpdateNews{7, Kind::broken, ""});
    std::fstream(file, std::ios::in | std::ios::out | std::ios::binary).write("X", 1);
    EXPECT_THAT(ask("wo:v8", "2.27"), broken);
    for (const auto otherSize : {size + 1, size - 1}) {
        std::filesystem::resize_file(file, otherSize);
        EXPECT_THAT(ask("wo:v8", "2.27"), broken);
    }
    std::filesystem::remove(file);
    EXPECT_THAT(ask("wo:v8", "2.27"), broken);
}

TEST_F(OtaClientTest, AServerThatIsNotThereIsNamed) {
    start();
    const std::string url = m_endpoint->address().url();
    m_endpoint.reset();
    connect(url);
    EXPECT_THAT(ask("wo:v8", "2.27"), ElementsAre(UpdateNews{7, Kind::unanswered, ""}));
    EXPECT_THAT(m_client->trouble(), HasSubstr(url));
}

TEST(FirstOffer, IsTheFirstOfTheList) {
    const auto offer = readFirstOffer(R"([{"version":"2","files":[{"url":"u","sha256":"h","size":7},
        {"url":"v","sha256":"i","size":0}],"more":1},{"version":"3"}])");
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->version, "2");
    ASSERT_EQ(offer->files.size(), 2U);
    EXPECT_EQ(offer->files[0].url, "u");
    EXPECT_EQ(offer->files[0].sha256, "h");
    EXPECT_EQ(offer->files[0].sizeBytes, 7U);
}

TEST(FirstOffer, WhatIsNoListOfOffersIsNone) {
    for (const char* answer :
         {"", "{", "{}", "[]", "[7]", R"([{"version":"2"}])", R"([{"version":"2","files":[]}])",
          R"([{"version":2,"files":[{"url":"u","sha256":"h","size":7}]}])", R"([{"version":"2","files":[7]}])",
          R"([{"version":"2","files":[{"sha256":"h","size":7}]}])",
          R"([{"version":"2","files":[{"url":"u","size":7}]}])",
          R"([{"version":"2","files":[{"url":"u","sha256":"h","size":-7}]}])"})
        EXPECT_FALSE(readFirstOffer(answer)) << answer;
}

TEST_F(OtaClientTest, AServerThatAsksForAKeyIsSaid) {
    start(false);
    connect(m_endpoint->address().url());
    EXPECT_THAT(ask("wo:v8", "2.27"), ElementsAre(UpdateNews{7, Kind::unanswered, ""}));
    EXPECT_THAT(m_client->trouble(), HasSubstr("403"));
}

TEST_F(OtaClientTest, AsManyDevicesAsMayAskAtOnceAndNoMore) {
    start();
    release("wo:v8", "2026.03.01");
    connect(m_endpoint->address().url());
    for (std::uint64_t device = 0; device < kMostTransfers; ++device)
        EXPECT_TRUE(m_client->ask(device, "wo:v8", "2.27"));
    EXPECT_FALSE(m_client->ask(kMostTransfers, "wo:v8", "2.27"));
    std::set<std::uint64_t> fetched;
    EXPECT_TRUE(tests::eventually([&] {
        m_client->wait(-1, 0, std::chrono::milliseconds(20));
        for (const UpdateNews& news : m_client->takeNews())
            if (news.kind == Kind::fetched) fetched.insert(news.device);
        return fetched.size() == kMostTransfers;
    }));
    EXPECT_TRUE(m_client->ask(kMostTransfers, "wo:v8", "2.27"));
}

TEST_F(OtaClientTest, WhatIsNoUrlOfAServerIsRefused) {
    for (const char* url : {"", "nowhere", "ftp://127.0.0.1", "file:///etc/passwd", "http://", "http://a b",
                            "http://127.0.0.1?x=1", "http://127.0.0.1#x", "http://127.0.0.1:99999"}) {
        const auto checked = checkOtaUrl(url);
        ASSERT_FALSE(checked) << url;
        EXPECT_EQ(checked.error().code, ErrorCode::validation);
        EXPECT_FALSE(OtaClient::create({url, "main"}));
    }
    EXPECT_FALSE(OtaClient::create({"http://127.0.0.1:1", ""}));
    for (const char* url : {"http://127.0.0.1:8000", "https://ota.example.org", "http://[::1]:1/desk"})
        EXPECT_TRUE(checkOtaUrl(url)) << url;
}

}  // namespace
}  // namespace drydock::app
