// What becomes of a message, however often and with whatever clock it comes.
#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kDayMs = 24 * kHourMs;
constexpr std::int64_t kYear9999Ms = kMaxTimestampMs - 1;

class MessageRulesTest : public OperatorDesk {
protected:
    void sweep() {
        while (service->sweep(1000).value() > 0) continue;
    }
    // All that is kept of devices and their messages.
    std::map<std::string, std::vector<storage::Item>> withoutQuarantine() {
        auto all = everything();
        for (const char* table : {tables::kQuarantine, tables::kDeskState}) all.erase(table);
        return all;
    }
};

TEST_F(MessageRulesTest, WhatIsQuarantinedChangesNothingElse) {
    failTimes("d1", 3);
    const auto before = withoutQuarantine();
    const std::vector<std::string> unusable = {
        "",
        "[]",
        R"({"_id_":"d1"})",
        R"({"_id_":"d1","timestamp":"soon","status":"failed","model":"m","FW":"1"})",
        R"({"_id_":"d1","timestamp":5,"status":"failed","model":"m"})",
        R"({"_id_":"d1","timestamp":5,"status":"failed","FW":"1"})",
        R"({"_id_":"d1","timestamp":5,"status":"succeeded","model":7})",
        R"({"_id_":"d1\u0000","timestamp":5,"status":"succeeded"})",
        R"({"_id_":")" + std::string(129, 'd') + R"(","timestamp":5,"status":"succeeded"})"};
    for (const std::string& payload : unusable) send(payload);
    EXPECT_EQ(withoutQuarantine(), before);
    EXPECT_EQ(service->counters().quarantined, unusable.size());
    EXPECT_EQ(rowCount(tables::kQuarantine), unusable.size());
    report("d1", "failed");
    EXPECT_EQ(cycle("d1").retryCounter, 4);
    expectConsistent();
}

TEST_F(MessageRulesTest, ACopyThatTheBrokerRetainedIsKnownEvenWhenItsRowHasExpired) {
    const std::string failed = payload("d1", clock.wallMs(), "failed");
    const std::string fine = payload("d2", clock.wallMs(), "downloading", "wo:v8", "1.0");
    apply({raw(failed), raw(fine)});
    clock.advance(91 * kDayMs);
    sweep();
    ASSERT_EQ(rowCount(tables::kHistory), 0U);
    ASSERT_EQ(rowCount(tables::kTelemetry), 0U);
    const auto before = device("d2").status->lastSeenMs;
    apply({raw(failed), raw(fine)});
    EXPECT_EQ(service->counters().duplicate, 2U);
    EXPECT_EQ(cycle("d1").retryCounter, 1);
    EXPECT_EQ(device("d2").status->lastSeenMs, before);
    EXPECT_EQ(rowCount(tables::kTelemetry), 0U);
    // What it hasn't said yet counts, whatever its clock says.
    apply({raw(payload("d1", 5, "failed"))});
    EXPECT_EQ(cycle("d1").retryCounter, 2);
    EXPECT_EQ(service->counters().applied, 3U);
}

TEST_F(MessageRulesTest, OrderTimersAndLastSeenGoByArrivalWhateverADevicesClockSays) {
    std::vector<std::int64_t> deviceTimes = {kYear9999Ms};
    for (std::int64_t i = 0; i < 8; ++i) deviceTimes.push_back(1000 * (8 - i));
    deviceTimes.push_back(0);
    for (const std::int64_t timeMs : deviceTimes) {
        clock.advance(1000);
        send(payload("d1", timeMs, "failed"));
    }
    EXPECT_EQ(cycle("d1").phase, Phase::coolingOff);
    EXPECT_EQ(cycle("d1").dueMs, clock.wallMs() + kDayMs);
    EXPECT_EQ(device("d1").status->lastSeenMs, clock.wallMs());
    EXPECT_EQ(device("d1").status->deviceTimeMs, 0);
    EXPECT_TRUE(device("d1").status->clockIsOff());
    std::vector<std::int64_t> told;
    for (const HistoryEntry& entry : history("d1"))
        if (entry.kind == HistoryKind::message) told.push_back(entry.fields.integer("timestamp"));
    EXPECT_EQ(told, deviceTimes);
}

TEST_F(MessageRulesTest, ASuccessIsWhatTheSettingSaysItIs) {
    options.limits.successStatuses = {"done"};
    reopen();
    failTimes("d1", 3);
    report("d1", "succeeded");
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);
    report("d1", "done");
    EXPECT_EQ(cycle("d1").phase, Phase::well);
    EXPECT_EQ(cycle("d1").retryCounter, 0);
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);

    options.limits.successEndsCycle = false;
    reopen();
    failTimes("d1", 3);
    report("d1", "done");
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(cycle("d1").retryCounter, 3);
    EXPECT_EQ(history("d1").back().detail, "Recorded only.");
}

TEST_F(MessageRulesTest, HistoryHoldsWhatMovesTheCycleStepsActionsAndAlertsAndTelemetryTheRest) {
    for (const char* status : {"downloading", "failed", "installing", "updated"}) report("d1", status);
    perform(ActionKind::moveToFailed, "d1");
    failForGood("d2");
    std::vector<std::string> told;
    for (const HistoryEntry& entry : history("d1")) told.push_back(historyKindName(entry.kind) + (" " + entry.what));
    EXPECT_THAT(told, ElementsAre("message failed", "step retrying", "message updated", "step well",
                                  "action moveToFailed", "step failed", "alert open"));
    EXPECT_EQ(history("d2").back().kind, HistoryKind::alert);
    EXPECT_EQ(rowCount(tables::kTelemetry), 2U);
}

TEST_F(MessageRulesTest, AQuarantinedMessageIsKeptForSevenDaysAndTheAuditForEver) {
    send("nonsense");
    report("d1", "downloading");
    perform(ActionKind::setNote, "d1", "seen");
    clock.advance(7 * kDayMs - kMinuteMs);
    sweep();
    EXPECT_EQ(rowCount(tables::kQuarantine), 1U);
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);
    clock.advance(2 * kMinuteMs);
    sweep();
    EXPECT_THAT(service->reader().quarantine(10).value(), IsEmpty());
    EXPECT_EQ(rowCount(tables::kTelemetry), 0U);
    clock.advance(20 * 365 * kDayMs);
    sweep();
    EXPECT_EQ(rowCount(tables::kAudit), 1U);
    EXPECT_EQ(rowCount(tables::kThings), 1U);
}

}  // namespace
}  // namespace drydock::fleet
