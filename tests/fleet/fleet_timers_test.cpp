// Time and its troubles: timers, restarts, clocks that jump.
#include <gmock/gmock.h>

#include "models/fleet/rows.h"
#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::HasSubstr;

using FleetTimersTest = FleetDesk;

// However a day's events are cut into spans, and wherever the process ends in between, the tables say the same.
TEST_F(FleetTimersTest, RestartsBetweenAnyTwoCallsChangeNothing) {
    const auto live = [this](bool restarts) {
        const auto pause = [this, restarts] {
            if (restarts) reopen();
        };
        for (int i = 0; i < 25; ++i) {
            report("d" + std::to_string(i % 2), i % 12 == 11 ? "downloading" : "failed", "2.27");
            pause();
        }
        for (int round = 0; round < 4; ++round) {
            clock.advance(24 * kHourMs);
            pause();
            runTimers();
            pause();
            failTimes("d0", 6);
            pause();
            failTimes("d1", 10);
            pause();
        }
        report("d1", "succeeded");
        pause();
    };
    live(false);
    const auto whole = everything();
    service.reset();
    store.reset();
    std::filesystem::remove_all(directory / "store");
    clock.setWall(tests::ManualClock().wallMs());
    deviceTimeMs = 1'711'320'000'000;
    open();
    live(true);
    EXPECT_EQ(everything(), whole);
    expectConsistent();
}

TEST_F(FleetTimersTest, TimersThatFellDueWhileOffRunOnceInOrder) {
    failTimes("d1", 10);
    clock.advance(kMinuteMs);
    failTimes("d2", 10);
    service.reset();
    store.reset();
    clock.advance(48 * kHourMs);
    open();
    EXPECT_EQ(runTimers(), 2U);
    EXPECT_EQ(runTimers(), 0U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(cycle("d2").phase, Phase::retrying);
    EXPECT_LT(history("d1").back().sequence, history("d2").back().sequence);
    expectConsistent();
}

TEST_F(FleetTimersTest, ClockJumpsNeitherLoseNorRepeatATimer) {
    failTimes("d1", 10);
    const std::int64_t due = *cycle("d1").dueMs;
    clock.setWall(due - 100 * kHourMs);
    EXPECT_EQ(runTimers(), 0U);
    EXPECT_EQ(service->nextTimerMs().value(), due);
    clock.setWall(due + 1);
    EXPECT_EQ(runTimers(), 1U);
    clock.setWall(due - 1000);
    EXPECT_EQ(runTimers(), 0U);
    clock.setWall(due + 1000);
    EXPECT_EQ(runTimers(), 0U);
    ASSERT_TRUE(service->noteClockJump(2 * kHourMs + 5 * kMinuteMs));
    EXPECT_EQ(service->reader().audit({}, 1).value().at(0).summary,
              "The clock jumped forward by 2 hours and 5 minutes.");
    expectConsistent();
}

TEST_F(FleetTimersTest, TimersRunInPiecesOfTheLimit) {
    for (const char* id : {"a", "b", "c"}) failTimes(id, 10);
    clock.advance(24 * kHourMs);
    EXPECT_EQ(service->runDueTimers(2).value(), 2U);
    EXPECT_EQ(service->runDueTimers(2).value(), 1U);
    EXPECT_EQ(service->runDueTimers(2).value(), 0U);
}

TEST_F(FleetTimersTest, ATimerItsRecordDoesNotKnowIsAFaultAndGoes) {
    failTimes("d1", 3);
    put(tables::kTimers, rows::timerRow(clock.wallMs() - 1, "d1"));
    put(tables::kTimers, rows::key(tables::kTimers, tables::kCycleTimers, "0000"));
    EXPECT_EQ(runTimers(), 2U);
    EXPECT_EQ(rowCount(tables::kTimers), 0U);
    EXPECT_THAT(device("d1").retries->fault, HasSubstr("A timer was due"));
    EXPECT_EQ(cycle("d1").retryCounter, 3);
}

}  // namespace
}  // namespace drydock::fleet
