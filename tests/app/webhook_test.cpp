// Alerts on their way to the webhook, over real HTTP.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "app/services/webhook_sender.h"
#include "models/fleet/settings_desk.h"
#include "models/fleet/tables.h"
#include "tests/app/desk_core_fixture.h"
#include "tests/app/webhook_receiver.h"

namespace drydock::app {
namespace {

using fleet::Alert;
using fleet::DeliveryState;
using nlohmann::json;
using testing::HasSubstr;
using testing::SizeIs;
using tests::eventually;
using tests::WebhookReceiver;

// Longer than any delay between two attempts.
constexpr std::int64_t kLongEnoughMs = fleet::kLongestDeliveryDelayMs;

class WebhookTest : public DeskCoreTest {
protected:
    void SetUp() override {
        DeskCoreTest::SetUp();
        m_options.settings = {
            {"alerts.webhook", m_receiver.url()}, {"cycle.coolOff", "1s"}, {"cycle.groupMoveDelay", "1s"}};
    }

    void failForGood(const std::string& id) {
        deliverFailures(id, 10);
        ASSERT_TRUE(reaches(id, fleet::Phase::coolingOff));
        advance(1'000);
        ASSERT_TRUE(reaches(id, fleet::Phase::retrying));
        deliverFailures(id, 10);
        ASSERT_TRUE(reaches(id, fleet::Phase::failing));
        advance(1'000);
        ASSERT_TRUE(reaches(id, fleet::Phase::failed));
    }
    std::vector<Alert> alerts() {
        return onCore<std::vector<Alert>>(
            [](fleet::FleetService& service, storage::SqliteStore&) { return service.reader().alerts().value(); });
    }
    Alert alertOf(const std::string& id) {
        for (const Alert& alert : alerts())
            if (alert.deviceId == id) return alert;
        return {};
    }
    [[nodiscard]] bool becomes(const std::string& id, DeliveryState state) {
        return eventually([&] { return alertOf(id).delivery == state; });
    }
    [[nodiscard]] bool isTroubledBy(const std::string& words) {
        return eventually([&] {
            const auto troubles = m_core->status().troubles;
            return std::any_of(troubles.begin(), troubles.end(),
                               [&](const std::string& each) { return each.find(words) != std::string::npos; });
        });
    }
    [[nodiscard]] bool isUntroubled() {
        return eventually([&] { return m_core->status().troubles.empty() && m_core->status().webhookBacklog == 0; });
    }
    void setSetting(const std::string& name, const std::string& value) {
        const bool done = onCore<bool>([&](fleet::FleetService& service, storage::SqliteStore& store) {
            return service
                .change([&](fleet::FleetTransaction& transaction) -> storage::Result<void> {
                    DRYDOCK_TRY(fleet::changeSetting(transaction, name, value, {"ada", "tests"}, store.nowMs()));
                    return {};
                })
                .has_value();
        });
        ASSERT_TRUE(done);
    }

    WebhookReceiver m_receiver;
};

TEST_F(WebhookTest, EachAlertIsPostedAsAnSnsNotification) {
    start();
    failForGood("a");
    ASSERT_TRUE(becomes("a", DeliveryState::delivered));
    const auto requests = m_receiver.requests();
    ASSERT_THAT(requests, SizeIs(1));
    const Alert alert = alertOf("a");
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target, "/hook");
    EXPECT_EQ(requests[0].body, fleet::alertToSnsJson(alert));
    EXPECT_EQ(requests[0].headers.at("Content-Type"), "text/plain; charset=UTF-8");
    EXPECT_EQ(requests[0].headers.at("x-amz-sns-message-type"), "Notification");
    EXPECT_EQ(requests[0].headers.at("x-amz-sns-message-id"), fleet::alertMessageId(alert));
    EXPECT_EQ(requests[0].headers.at("x-amz-sns-topic-arn"), fleet::kAlertTopicArn);
    EXPECT_EQ(alert.deliveredMs, m_clock.wallMs());
    EXPECT_TRUE(isUntroubled());
}

TEST_F(WebhookTest, AServerInTroubleGetsItAgainLater) {
    m_receiver.answerNext({HttpResponse{500, {}, "oh"}, HttpResponse{429, {}, "slowly"}});
    start();
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("HTTP status 500"));
    EXPECT_EQ(m_core->status().webhookBacklog, 1U);
    EXPECT_EQ(alertOf("a").delivery, DeliveryState::pending);
    advance(kLongEnoughMs);
    EXPECT_TRUE(isTroubledBy("HTTP status 429"));
    advance(kLongEnoughMs);
    ASSERT_TRUE(becomes("a", DeliveryState::delivered));
    const auto requests = m_receiver.requests();
    ASSERT_THAT(requests, SizeIs(3));
    for (const auto& request : requests) EXPECT_EQ(request.body, requests[0].body);
    EXPECT_TRUE(isUntroubled());
}

TEST_F(WebhookTest, AnAlertWaitsUntilSomebodyListens) {
    m_receiver.stop();
    start();
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("can't be posted to the webhook"));
    failForGood("b");
    EXPECT_TRUE(eventually([this] { return m_core->status().webhookBacklog == 2; }));
    m_receiver.start();
    advance(kLongEnoughMs);
    EXPECT_TRUE(becomes("a", DeliveryState::delivered));
    EXPECT_TRUE(becomes("b", DeliveryState::delivered));
    EXPECT_EQ(m_receiver.count(), 2U);
    EXPECT_TRUE(isUntroubled());
}

TEST_F(WebhookTest, WhatIsRefusedForGoodIsNotPostedAgainAndSaidSo) {
    m_receiver.answerNext({HttpResponse{404, {}, "no such hook"}});
    start();
    failForGood("a");
    ASSERT_TRUE(becomes("a", DeliveryState::refused));
    EXPECT_THAT(alertOf("a").deliveryRefusal, HasSubstr("HTTP status 404"));
    EXPECT_TRUE(isTroubledBy("refused the alert " + alertOf("a").id));
    advance(kLongEnoughMs);
    failForGood("b");
    ASSERT_TRUE(becomes("b", DeliveryState::delivered));
    EXPECT_EQ(m_receiver.count(), 2U);
    EXPECT_TRUE(isUntroubled());
}

TEST_F(WebhookTest, ARedirectIsNotFollowed) {
    WebhookReceiver elsewhere;
    m_receiver.answerNext({HttpResponse{307, {{"Location", elsewhere.url()}}, {}}});
    start();
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("redirects to " + elsewhere.url()));
    EXPECT_EQ(elsewhere.count(), 0U);
    EXPECT_EQ(alertOf("a").delivery, DeliveryState::pending);
}

TEST_F(WebhookTest, WhatIsUnderWayAtTheEndIsPostedAgainUnderTheSameId) {
    m_receiver.hold();
    start();
    failForGood("a");
    ASSERT_TRUE(eventually([this] { return m_receiver.count() == 1; }));
    m_core.reset();
    m_receiver.release();
    start();
    ASSERT_TRUE(becomes("a", DeliveryState::delivered));
    const auto requests = m_receiver.requests();
    ASSERT_THAT(requests, SizeIs(2));
    EXPECT_EQ(requests[0].headers.at("x-amz-sns-message-id"), requests[1].headers.at("x-amz-sns-message-id"));
    EXPECT_EQ(requests[0].body, requests[1].body);
    EXPECT_TRUE(isUntroubled());
}

TEST_F(WebhookTest, ASettingMadeWhileItRunsHoldsForTheNextAlert) {
    m_options.settings.erase("alerts.webhook");
    start();
    failForGood("a");
    EXPECT_EQ(alertOf("a").delivery, DeliveryState::none);
    setSetting("alerts.webhook", m_receiver.url());
    failForGood("b");
    EXPECT_TRUE(becomes("b", DeliveryState::delivered));
    EXPECT_EQ(m_receiver.count(), 1U);
}

TEST_F(WebhookTest, WhatWaitsGoesToTheWebhookThatIsSetThen) {
    m_options.settings.erase("alerts.webhook");
    WebhookReceiver gone;
    const std::string url = gone.url();
    gone.stop();
    start();
    setSetting("alerts.webhook", url);
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("can't be posted"));
    setSetting("alerts.webhook", m_receiver.url());
    EXPECT_TRUE(becomes("a", DeliveryState::delivered)) << "it waits for the next try at the other";
    EXPECT_EQ(m_receiver.count(), 1U);
}

TEST_F(WebhookTest, AStartTriesAtOnceWhatWaits) {
    m_receiver.answerNext({HttpResponse{503, {}, {}}});
    start();
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("HTTP status 503"));
    m_core.reset();
    start();
    EXPECT_TRUE(becomes("a", DeliveryState::delivered));
    EXPECT_EQ(m_receiver.count(), 2U);
}

TEST_F(WebhookTest, WithoutAWebhookAnyMoreWhatWaitsIsGivenUpAndSaidSo) {
    m_options.settings.erase("alerts.webhook");
    m_receiver.answerNext({HttpResponse{503, {}, {}}});
    start();
    setSetting("alerts.webhook", m_receiver.url());
    failForGood("a");
    EXPECT_TRUE(isTroubledBy("HTTP status 503"));
    setSetting("alerts.webhook", "");
    ASSERT_TRUE(becomes("a", DeliveryState::refused));
    EXPECT_THAT(alertOf("a").deliveryRefusal, HasSubstr("emptied"));
    EXPECT_TRUE(isUntroubled());
    EXPECT_EQ(m_receiver.count(), 1U);
}

// One that can't be taken, among many that can, holds them up a little and loses none.
TEST_F(WebhookTest, AStormReachesTheWebhookWhole) {
    constexpr int kDevices = 120;
    std::vector<HttpResponse> answers(20);
    answers[7].status = 502;
    m_receiver.answerNext(std::move(answers));
    start();
    const auto failAll = [this] {
        std::vector<std::string> payloads;
        for (int i = 0; i < kDevices; ++i)
            for (int failed = 0; failed < 10; ++failed)
                payloads.push_back(failure("d" + std::to_string(i), ++m_timestamp));
        deliver(payloads);
    };
    const std::string last = "d" + std::to_string(kDevices - 1);
    failAll();
    ASSERT_TRUE(reaches(last, fleet::Phase::coolingOff));
    advance(1'000);
    ASSERT_TRUE(reaches(last, fleet::Phase::retrying));
    failAll();
    ASSERT_TRUE(reaches(last, fleet::Phase::failing));
    advance(1'000);
    EXPECT_TRUE(isTroubledBy("HTTP status 502"));
    EXPECT_TRUE(eventually([this] {
        advance(1'000);
        return m_core->status().webhookBacklog == 0 && alerts().size() == kDevices;
    }));
    std::map<std::string, int> posted;
    for (const auto& request : m_receiver.requests()) ++posted[request.headers.at("x-amz-sns-message-id")];
    EXPECT_EQ(posted.size(), static_cast<std::size_t>(kDevices));
    EXPECT_EQ(m_receiver.count(), static_cast<std::size_t>(kDevices) + 1);
    for (const Alert& alert : alerts()) EXPECT_EQ(alert.delivery, DeliveryState::delivered);
}

// The sender by itself.
class WebhookSenderTest : public ::testing::Test {
protected:
    std::vector<WebhookAnswer> post(const std::string& url, std::size_t count, std::chrono::milliseconds timeout) {
        std::promise<std::vector<WebhookAnswer>> done;
        WebhookSender sender([&done](std::vector<WebhookAnswer> answers) { done.set_value(std::move(answers)); },
                             timeout);
        WebhookBatch batch{url, {}};
        for (std::size_t i = 0; i < count; ++i) {
            fleet::AlertDelivery& delivery = batch.deliveries.emplace_back();
            delivery.alertId = "alert-" + std::to_string(i);
            delivery.messageId = "id-" + std::to_string(i);
            delivery.body = "{}";
        }
        sender.post(std::move(batch));
        return done.get_future().get();
    }
};

TEST_F(WebhookSenderTest, ARequestIsBoundedInTime) {
    WebhookReceiver receiver;
    receiver.hold();
    const auto answers = post(receiver.url(), 3, std::chrono::milliseconds(300));
    ASSERT_THAT(answers, SizeIs(1)) << "what held up the first would hold up the others";
    EXPECT_EQ(answers[0].status, 0);
    EXPECT_THAT(answers[0].error, HasSubstr("timed out"));
}

TEST_F(WebhookSenderTest, ItsEndBreaksOffARequest) {
    WebhookReceiver receiver;
    receiver.hold();
    bool told = false;
    {
        WebhookSender sender([&told](const std::vector<WebhookAnswer>& answers) { told = !answers.empty(); });
        sender.post({receiver.url(), {{"alert-1", "id-1", 0, 0, "{}"}}});
        ASSERT_TRUE(eventually([&] { return receiver.count() == 1; }));
    }
    EXPECT_FALSE(told);
}

TEST_F(WebhookSenderTest, HttpsIsVerified) {
    tests::TestBroker::Options options;
    options.tls = true;
    const tests::TestBroker untrusted(options);
    const auto answers = post("https://localhost:" + std::to_string(untrusted.port()) + "/hook", 1, kWebhookTimeout);
    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_EQ(answers[0].status, 0);
    EXPECT_THAT(answers[0].error, HasSubstr("certificate"));
}

}  // namespace
}  // namespace drydock::app
