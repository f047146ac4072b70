#include "models/fleet/alert_delivery.h"

#include <gmock/gmock.h>

#include "models/fleet/settings_desk.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(AlertDelivery, whatAStatusSays) {
    for (const int status : {200, 201, 202, 204, 299}) EXPECT_EQ(outcomeOfStatus(status), DeliveryOutcome::delivered);
    for (const int status : {0, 100, 301, 302, 307, 308, 408, 429, 500, 502, 503, 599, 999})
        EXPECT_EQ(outcomeOfStatus(status), DeliveryOutcome::again) << status;
    for (const int status : {400, 401, 403, 404, 405, 410, 413, 422, 499})
        EXPECT_EQ(outcomeOfStatus(status), DeliveryOutcome::refused) << status;
}

TEST(AlertDelivery, delaysDoubleUpToTenMinutesAndSpreadOverTheLaterHalf) {
    EXPECT_EQ(deliveryDelayMs(1, 0), 1'000);
    EXPECT_EQ(deliveryDelayMs(2, 0), 2'000);
    EXPECT_EQ(deliveryDelayMs(5, 0), 16'000);
    EXPECT_EQ(deliveryDelayMs(50, 0), kLongestDeliveryDelayMs);
    for (std::int64_t attempts = 1; attempts < 70; ++attempts) {
        EXPECT_LE(deliveryDelayMs(attempts, 0.999), deliveryDelayMs(attempts, 0));
        EXPECT_GE(deliveryDelayMs(attempts, 0.999), deliveryDelayMs(attempts, 0) / 2);
    }
}

class AlertRules : public FleetDesk {
protected:
    void useWebhook() {
        options.webhook = "https://example.com/hook";
        reopen();
    }
    std::vector<AlertDelivery> due() { return dueDeliveries(*store, clock.wallMs(), 100).value().due; }
    void finish(const DeliveryResult& result) {
        ASSERT_TRUE(service->change(
            [&](FleetTransaction& transaction) { return finishDelivery(transaction, result, clock.wallMs()); }));
    }
    std::size_t told() {
        const auto messages = outbox();
        return static_cast<std::size_t>(std::count_if(
            messages.begin(), messages.end(), [](const OutboxMessage& each) { return each.topic == kAlertMqttTopic; }));
    }
    // Cycles of two seconds, so that alerts can follow one another quickly.
    void shortenCycles() {
        options.limits.coolOffMs = 1'000;
        options.limits.groupMoveDelayMs = 1'000;
        reopen();
    }
    void failSoon(const std::string& id) {
        for (int cycle = 0; cycle < 2; ++cycle) {
            failTimes(id, 10);
            clock.advance(1'000);
            runTimers();
        }
    }
    void failAgain(const std::string& id) {
        perform(ActionKind::release, id);
        failSoon(id);
    }
};

TEST_F(AlertRules, anAlertAndItsDeliveryAreWrittenTogether) {
    failForGood("before");
    EXPECT_EQ(rowCount(tables::kWebhookDeliveries), 0U);
    EXPECT_EQ(alerts()[0].delivery, DeliveryState::none);

    useWebhook();
    failForGood("a");
    const Alert alert = alerts(AlertState::open).front();
    EXPECT_EQ(alert.deviceId, "a");
    EXPECT_EQ(alert.delivery, DeliveryState::pending);
    const auto pending = due();
    ASSERT_THAT(pending, SizeIs(1));
    EXPECT_EQ(pending[0].alertId, alert.id);
    EXPECT_EQ(pending[0].messageId, alertMessageId(alert));
    EXPECT_EQ(pending[0].body, alertToSnsJson(alert));
    reopen();
    EXPECT_THAT(due(), SizeIs(1));
}

TEST_F(AlertRules, aDeliveryLeavesWithTheWordOnItsAlert) {
    useWebhook();
    failForGood("a");
    finish({due().at(0), DeliveryOutcome::delivered, {}, 0});
    EXPECT_THAT(due(), IsEmpty());
    EXPECT_EQ(alerts()[0].delivery, DeliveryState::delivered);
    EXPECT_EQ(alerts()[0].deliveredMs, clock.wallMs());

    failForGood("b");
    finish({due().at(0), DeliveryOutcome::refused, "HTTP status 404", 0});
    EXPECT_THAT(due(), IsEmpty());
    EXPECT_EQ(alerts()[0].delivery, DeliveryState::refused);
    EXPECT_EQ(alerts()[0].deliveryRefusal, "HTTP status 404");
    EXPECT_EQ(alerts()[0].state, AlertState::open);
    expectConsistent();
}

TEST_F(AlertRules, oneThatMayWorkLaterWaitsForItsTime) {
    useWebhook();
    failForGood("a");
    const AlertDelivery first = due().at(0);
    finish({first, DeliveryOutcome::again, {}, clock.wallMs() + 4'000});
    EXPECT_THAT(due(), IsEmpty());
    EXPECT_EQ(dueDeliveries(*store, clock.wallMs(), 100)->nextMs, clock.wallMs() + 4'000);
    clock.advance(3'999);
    EXPECT_THAT(due(), IsEmpty());
    clock.advance(1);
    const auto again = due();
    ASSERT_THAT(again, SizeIs(1));
    EXPECT_EQ(again[0].attempts, 1);
    EXPECT_EQ(again[0].messageId, first.messageId);
    EXPECT_EQ(again[0].body, first.body);
}

TEST_F(AlertRules, aClockSetBackHoldsNoDeliveryUp) {
    useWebhook();
    failForGood("a");
    clock.setWall(clock.wallMs() - 24 * kHourMs);
    EXPECT_THAT(due(), SizeIs(1));
}

// What was kept back itself keeps nothing back, else a device that fails every four minutes would be silent for good.
TEST_F(AlertRules, fiveMinutesCountFromWhatWentOut) {
    useWebhook();
    shortenCycles();
    failSoon("a");
    clock.advance(4 * kMinuteMs);
    failAgain("a");
    EXPECT_EQ(told(), 1U);
    EXPECT_TRUE(alerts(AlertState::open).at(0).deduplicated);
    EXPECT_EQ(alerts(AlertState::open).at(0).delivery, DeliveryState::none);
    clock.advance(4 * kMinuteMs);
    failAgain("a");
    EXPECT_EQ(told(), 2U);
    EXPECT_FALSE(alerts(AlertState::open).at(0).deduplicated);
    EXPECT_THAT(due(), SizeIs(2));
    EXPECT_THAT(alerts(), SizeIs(3));
}

TEST_F(AlertRules, theTimeOfDeduplicationIsASetting) {
    options.alertDeduplicationMs = 60 * kMinuteMs;
    shortenCycles();
    failSoon("a");
    clock.advance(59 * kMinuteMs);
    failAgain("a");
    EXPECT_EQ(told(), 1U);
    clock.advance(kMinuteMs);
    failAgain("a");
    EXPECT_EQ(told(), 2U);
}

TEST_F(AlertRules, aDeviceThatIsDeletedAndComesAgainIsToldOfAnew) {
    failForGood("a");
    const storage::Item key = rows::key(tables::kThings, "a");
    const auto remove = [&](FleetTransaction& transaction) -> Result<void> {
        DRYDOCK_TRY(transaction.setRow({tables::kRetries, rows::key(tables::kRetries, "a"), {}, {}}, clock.wallMs()));
        return transaction.setRow({tables::kThings, key, {}, {}}, clock.wallMs());
    };
    ASSERT_TRUE(service->change(remove));
    perform(ActionKind::resolveAlert, alerts().at(0).id);
    clock.advance(10 * kMinuteMs);
    failForGood("a");
    EXPECT_THAT(alerts(AlertState::open), SizeIs(1));
    EXPECT_EQ(told(), 2U);
}

TEST_F(AlertRules, aStormOfAlertsIsOneAlertAndOneDeliveryADevice) {
    constexpr std::size_t kDevices = 250;
    useWebhook();
    const auto fail = [&] {
        for (std::size_t i = 0; i < kDevices; ++i) failTimes("d" + std::to_string(i), 10);
    };
    fail();
    clock.advance(24 * kHourMs);
    runTimers();
    fail();
    clock.advance(15 * kMinuteMs);
    EXPECT_EQ(runTimers(), kDevices);
    EXPECT_THAT(alerts(AlertState::open), SizeIs(kDevices));
    EXPECT_EQ(told(), kDevices);
    EXPECT_EQ(rowCount(tables::kWebhookDeliveries), kDevices);
    std::size_t delivered = 0;
    for (auto batch = due(); !batch.empty(); batch = due())
        for (const AlertDelivery& each : batch) {
            finish({each, DeliveryOutcome::delivered, {}, 0});
            ++delivered;
        }
    EXPECT_EQ(delivered, kDevices);
    for (const Alert& alert : alerts()) EXPECT_EQ(alert.delivery, DeliveryState::delivered);
}

}  // namespace
}  // namespace drydock::fleet
