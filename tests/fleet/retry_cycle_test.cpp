#include "models/fleet/retry_cycle.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

namespace drydock::fleet {
namespace {

constexpr std::int64_t kNow = 1'711'320'000'000;

CycleState inPhase(Phase phase, int retries = 0, int resets = 0) {
    CycleState state;
    state.phase = phase;
    state.retryCounter = retries;
    state.resetRetryCount = resets;
    state.phaseSinceMs = kNow - 1000;
    if (phase == Phase::coolingOff || phase == Phase::failing) state.dueMs = kNow;
    return state;
}
CycleState retrying(int retries, int resets) {
    return inPhase(Phase::retrying, retries, resets);
}
CycleState coolingOff() {
    return inPhase(Phase::coolingOff, 0, 1);
}
CycleState failing() {
    return inPhase(Phase::failing, 0, 2);
}
CycleState failed() {
    return inPhase(Phase::failed, 0, 2);
}

CycleStep at(const CycleState& state, CycleEvent event, std::int64_t nowMs = kNow) {
    return step(state, event, nowMs, Limits());
}

void expectRefused(const CycleState& state, CycleEvent event, bool fault = false) {
    const CycleStep next = at(state, event);
    EXPECT_TRUE(next.refusal.has_value()) << phaseName(state.phase);
    EXPECT_EQ(next.fault, fault) << next.refusal.value_or("");
    EXPECT_EQ(next.state, state);
    EXPECT_EQ(next.effects, CycleEffects());
}

void expectUnchanged(const CycleState& state, CycleEvent event) {
    const CycleStep next = at(state, event);
    EXPECT_FALSE(next.refusal.has_value()) << next.refusal.value_or("");
    EXPECT_EQ(next.state, state);
    EXPECT_EQ(next.effects, CycleEffects());
}

TEST(RetryCycle, FirstFailureBacksUpAndCountsOne) {
    const CycleStep next = at(CycleState(), CycleEvent::failureReported);
    EXPECT_EQ(next.state.phase, Phase::retrying);
    EXPECT_EQ(next.state.retryCounter, 1);
    EXPECT_EQ(next.state.resetRetryCount, 0);
    EXPECT_EQ(next.state.phaseSinceMs, kNow);
    CycleEffects effects;
    effects.backUpAttributes = true;
    effects.counted = true;
    EXPECT_EQ(next.effects, effects);
}

TEST(RetryCycle, FailureWhileRetryingCountsInBothCycles) {
    for (const int resets : {0, 1}) {
        const CycleStep next = at(retrying(8, resets), CycleEvent::failureReported);
        CycleState expected = retrying(9, resets);
        EXPECT_EQ(next.state, expected);
        EXPECT_TRUE(next.effects.counted);
        EXPECT_FALSE(next.effects.backUpAttributes);
    }
}

TEST(RetryCycle, TenthFailureOfTheFirstCycleMovesOut) {
    const CycleStep next = at(retrying(9, 0), CycleEvent::failureReported);
    EXPECT_EQ(next.state.phase, Phase::coolingOff);
    EXPECT_EQ(next.state.retryCounter, 0);
    EXPECT_EQ(next.state.resetRetryCount, 1);
    EXPECT_EQ(next.state.dueMs, kNow + 24LL * 60 * 60 * 1000);
    CycleEffects effects;
    effects.counted = true;
    effects.markAttributes = "moveOut";
    EXPECT_EQ(next.effects, effects);
}

TEST(RetryCycle, TenthFailureOfTheLastCycleFails) {
    const CycleStep next = at(retrying(9, 1), CycleEvent::failureReported);
    EXPECT_EQ(next.state.phase, Phase::failing);
    EXPECT_EQ(next.state.retryCounter, 0);
    EXPECT_EQ(next.state.resetRetryCount, 2);
    EXPECT_EQ(next.state.dueMs, kNow + 15LL * 60 * 1000);
    CycleEffects effects;
    effects.counted = true;
    effects.markAttributes = "failedtoupdate";
    EXPECT_EQ(next.effects, effects);
}

TEST(RetryCycle, FailureOutsideACycleIsRecordedOnly) {
    for (const CycleState& state : {coolingOff(), failing(), failed()})
        expectUnchanged(state, CycleEvent::failureReported);
}

TEST(RetryCycle, TimerEndsTheCoolOffAndRestores) {
    const CycleStep next = at(coolingOff(), CycleEvent::timerDue);
    EXPECT_EQ(next.state.phase, Phase::retrying);
    EXPECT_EQ(next.state.retryCounter, 0);
    EXPECT_EQ(next.state.resetRetryCount, 1);
    EXPECT_FALSE(next.state.dueMs.has_value());
    CycleEffects effects;
    effects.restoreAttributes = true;
    EXPECT_EQ(next.effects, effects);
}

TEST(RetryCycle, TimerMovesAFailingDeviceIntoTheGroupAndRaisesTheAlert) {
    const CycleStep next = at(failing(), CycleEvent::timerDue);
    EXPECT_EQ(next.state.phase, Phase::failed);
    EXPECT_EQ(next.state.resetRetryCount, 2);
    EXPECT_FALSE(next.state.dueMs.has_value());
    CycleEffects effects;
    effects.joinFailedGroup = true;
    effects.raiseAlert = true;
    EXPECT_EQ(next.effects, effects);
}

TEST(RetryCycle, TimerWithoutCauseIsAFault) {
    for (const CycleState& state : {CycleState(), retrying(3, 0), failed()})
        expectRefused(state, CycleEvent::timerDue, true);
    for (CycleState state : {coolingOff(), failing()}) {
        state.dueMs = kNow + 1;
        expectRefused(state, CycleEvent::timerDue, true);
    }
}

TEST(RetryCycle, SuccessEndsTheCycle) {
    expectUnchanged(CycleState(), CycleEvent::successReported);
    const CycleStep fromRetrying = at(retrying(7, 1), CycleEvent::successReported);
    EXPECT_EQ(fromRetrying.state.phase, Phase::well);
    EXPECT_EQ(fromRetrying.state.retryCounter, 0);
    EXPECT_EQ(fromRetrying.state.resetRetryCount, 0);
    EXPECT_EQ(fromRetrying.effects, CycleEffects());
    const CycleStep fromCoolOff = at(coolingOff(), CycleEvent::successReported);
    EXPECT_EQ(fromCoolOff.state.phase, Phase::well);
    EXPECT_EQ(fromCoolOff.state.resetRetryCount, 0);
    EXPECT_FALSE(fromCoolOff.state.dueMs.has_value());
    CycleEffects effects;
    effects.restoreAttributes = true;
    EXPECT_EQ(fromCoolOff.effects, effects);
}

TEST(RetryCycle, SuccessOfAFailedDeviceIsForAPersonToDecide) {
    const CycleStep next = at(failed(), CycleEvent::successReported);
    CycleState expected = failed();
    expected.reportsSuccess = true;
    EXPECT_EQ(next.state, expected);
    EXPECT_EQ(next.effects, CycleEffects());
}

TEST(RetryCycle, SuccessOfAFailingDeviceIsRecordedOnly) {
    expectUnchanged(failing(), CycleEvent::successReported);
    CycleState due = failing();
    EXPECT_EQ(at(due, CycleEvent::timerDue).state.phase, Phase::failed);
}

TEST(RetryCycle, SuccessIsRecordedOnlyWhereTheSettingSaysSo) {
    Limits limits;
    limits.successEndsCycle = false;
    for (const CycleState& state : {retrying(7, 1), coolingOff()}) {
        const CycleStep next = step(state, CycleEvent::successReported, kNow, limits);
        EXPECT_EQ(next.state, state);
        EXPECT_EQ(next.effects, CycleEffects());
    }
}

TEST(RetryCycle, RestoreNowEndsOnlyACoolOff) {
    CycleEffects effects;
    effects.restoreAttributes = true;
    const CycleStep early = at(coolingOff(), CycleEvent::restoreNow);
    EXPECT_EQ(early.state.phase, Phase::retrying);
    EXPECT_EQ(early.state.resetRetryCount, 1);
    EXPECT_FALSE(early.state.dueMs.has_value());
    EXPECT_EQ(early.effects, effects);
    for (const CycleState& state : {CycleState(), retrying(4, 0), failing(), failed()}) {
        const CycleStep next = at(state, CycleEvent::restoreNow);
        EXPECT_EQ(next.state, state);
        EXPECT_EQ(next.effects, effects);
    }
}

TEST(RetryCycle, ResetIsForRetryingDevices) {
    const CycleStep next = at(retrying(4, 1), CycleEvent::reset);
    EXPECT_EQ(next.state.phase, Phase::well);
    EXPECT_EQ(next.state.retryCounter, 0);
    EXPECT_EQ(next.state.resetRetryCount, 0);
    EXPECT_EQ(next.effects, CycleEffects());
    for (const CycleState& state : {CycleState(), coolingOff(), failing(), failed()})
        expectRefused(state, CycleEvent::reset);
}

TEST(RetryCycle, ReleaseIsForFailingAndFailedDevices) {
    for (CycleState state : {failing(), failed()}) {
        state.reportsSuccess = true;
        const CycleStep next = at(state, CycleEvent::release);
        CycleState well;
        well.phaseSinceMs = kNow;
        EXPECT_EQ(next.state, well);
        CycleEffects effects;
        effects.restoreAttributes = true;
        effects.leaveFailedGroup = true;
        effects.resolveAlert = true;
        EXPECT_EQ(next.effects, effects);
    }
    for (const CycleState& state : {CycleState(), retrying(1, 0), coolingOff()})
        expectRefused(state, CycleEvent::release);
}

TEST(RetryCycle, MoveToFailedByHandRaisesAnAlertAndCancelsTheTimer) {
    for (const CycleState& state : {CycleState(), retrying(4, 1), coolingOff(), failing()}) {
        const CycleStep next = at(state, CycleEvent::moveToFailed);
        EXPECT_EQ(next.state.phase, Phase::failed);
        EXPECT_EQ(next.state.retryCounter, 0);
        EXPECT_FALSE(next.state.dueMs.has_value());
        CycleEffects effects;
        effects.backUpAttributes = state.phase == Phase::well;
        effects.markAttributes = "failedtoupdate";
        effects.joinFailedGroup = true;
        effects.raiseAlert = true;
        EXPECT_EQ(next.effects, effects);
    }
    expectRefused(failed(), CycleEvent::moveToFailed);
}

TEST(RetryCycle, ImpossibleStatesAreFaults) {
    std::vector<CycleState> impossible = {retrying(-1, 0),
                                          retrying(0, -1),
                                          inPhase(Phase::well, 1, 0),
                                          inPhase(Phase::coolingOff, 0, 0),
                                          inPhase(Phase::coolingOff, 1, 1),
                                          inPhase(Phase::failing, 0, 0),
                                          inPhase(Phase::failed, 1, 2)};
    CycleState withoutDue = coolingOff();
    withoutDue.dueMs.reset();
    impossible.push_back(withoutDue);
    CycleState withDue = retrying(3, 0);
    withDue.dueMs = kNow;
    impossible.push_back(withDue);
    for (const CycleState& state : impossible)
        for (const CycleEvent event : {CycleEvent::failureReported, CycleEvent::successReported, CycleEvent::timerDue})
            expectRefused(state, event, true);
}

TEST(RetryCycle, LimitsLoweredBelowTheCountersApplyAtTheNextFailure) {
    Limits lower;
    lower.retriesPerCycle = 5;
    const CycleState beyond = retrying(7, 0);
    for (const CycleEvent event : {CycleEvent::successReported, CycleEvent::restoreNow, CycleEvent::reset}) {
        EXPECT_EQ(step(beyond, event, kNow, lower).refusal, std::nullopt);
    }
    EXPECT_EQ(step(beyond, CycleEvent::restoreNow, kNow, lower).state, beyond);
    const CycleStep next = step(beyond, CycleEvent::failureReported, kNow, lower);
    EXPECT_EQ(next.refusal, std::nullopt);
    EXPECT_EQ(next.state.phase, Phase::coolingOff);
    EXPECT_EQ(next.state.retryCounter, 0);
    EXPECT_EQ(next.state.resetRetryCount, 1);
    EXPECT_EQ(step(retrying(7, 1), CycleEvent::failureReported, kNow, lower).state.phase, Phase::failing);

    Limits fewer;
    fewer.cycles = 1;
    EXPECT_EQ(step(retrying(3, 1), CycleEvent::failureReported, kNow, fewer).state, retrying(4, 1));
    EXPECT_EQ(step(retrying(9, 1), CycleEvent::failureReported, kNow, fewer).state.phase, Phase::failing);
}

TEST(RetryCycle, ADeviceUnderATimerGoesOnWhateverTheLimitsAreNow) {
    for (const int cycles : {1, 2, 3}) {
        Limits limits;
        limits.cycles = cycles;
        EXPECT_EQ(step(coolingOff(), CycleEvent::timerDue, *coolingOff().dueMs, limits).state.phase, Phase::retrying);
        CycleState failing = inPhase(Phase::failing, 0, 2);
        failing.dueMs = kNow;
        const CycleStep next = step(failing, CycleEvent::timerDue, kNow, limits);
        EXPECT_EQ(next.state.phase, Phase::failed) << next.refusal.value_or("");
        EXPECT_TRUE(next.effects.raiseAlert);
    }
}

TEST(RetryCycle, APersonCanMendAnImpossibleState) {
    EXPECT_EQ(at(retrying(12, 0), CycleEvent::reset).state.phase, Phase::well);
    CycleState stuck = coolingOff();
    stuck.dueMs.reset();
    EXPECT_EQ(at(stuck, CycleEvent::restoreNow).state.phase, Phase::retrying);
    EXPECT_EQ(at(inPhase(Phase::failing, 3, 2), CycleEvent::release).state.phase, Phase::well);
}

TEST(RetryCycle, PhasesHaveNamesBothWays) {
    for (const Phase phase : {Phase::well, Phase::retrying, Phase::coolingOff, Phase::failing, Phase::failed})
        EXPECT_EQ(phaseFromName(phaseName(phase)), phase);
    EXPECT_EQ(phaseFromName("gone"), std::nullopt);
}

// A step in a few words: the state it leaves, with the minutes until its timer, and the effects.
std::string told(const CycleStep& next) {
    if (next.refusal) return next.fault ? "fault" : "refused";
    const CycleState& state = next.state;
    std::string text = std::string(phaseName(state.phase)) + ' ' + std::to_string(state.retryCounter) + '/' +
                       std::to_string(state.resetRetryCount);
    if (state.dueMs) text += " in " + std::to_string((*state.dueMs - kNow) / 60'000) + " min";
    if (state.reportsSuccess) text += " reports success";
    const CycleEffects& effects = next.effects;
    if (effects.counted) text += ", counted";
    if (effects.backUpAttributes) text += ", backed up";
    if (effects.restoreAttributes) text += ", restored";
    if (effects.markAttributes) text += ", " + *effects.markAttributes;
    if (effects.joinFailedGroup) text += ", joins";
    if (effects.leaveFailedGroup) text += ", leaves";
    if (effects.raiseAlert) text += ", alert";
    if (effects.resolveAlert) text += ", resolved";
    return text;
}

TEST(RetryCycle, EveryCellOfTheTransitionTable) {
    struct Line {
        CycleState state;
        // On failureReported, successReported, timerDue, restoreNow, reset, release, moveToFailed.
        std::array<const char*, 7> cells;
    };
    const std::vector<Line> table = {
        {CycleState(),
         {"retrying 1/0, counted, backed up", "well 0/0", "fault", "well 0/0, restored", "refused", "refused",
          "failed 0/0, backed up, failedtoupdate, joins, alert"}},
        {retrying(3, 0),
         {"retrying 4/0, counted", "well 0/0", "fault", "retrying 3/0, restored", "well 0/0", "refused",
          "failed 0/0, failedtoupdate, joins, alert"}},
        {retrying(9, 0),
         {"coolingOff 0/1 in 1440 min, counted, moveOut", "well 0/0", "fault", "retrying 9/0, restored", "well 0/0",
          "refused", "failed 0/0, failedtoupdate, joins, alert"}},
        {coolingOff(),
         {"coolingOff 0/1 in 0 min", "well 0/0, restored", "retrying 0/1, restored", "retrying 0/1, restored",
          "refused", "refused", "failed 0/1, failedtoupdate, joins, alert"}},
        {retrying(3, 1),
         {"retrying 4/1, counted", "well 0/0", "fault", "retrying 3/1, restored", "well 0/0", "refused",
          "failed 0/1, failedtoupdate, joins, alert"}},
        {retrying(9, 1),
         {"failing 0/2 in 15 min, counted, failedtoupdate", "well 0/0", "fault", "retrying 9/1, restored", "well 0/0",
          "refused", "failed 0/1, failedtoupdate, joins, alert"}},
        {failing(),
         {"failing 0/2 in 0 min", "failing 0/2 in 0 min", "failed 0/2, joins, alert", "failing 0/2 in 0 min, restored",
          "refused", "well 0/0, restored, leaves, resolved", "failed 0/2, failedtoupdate, joins, alert"}},
        {failed(),
         {"failed 0/2", "failed 0/2 reports success", "fault", "failed 0/2, restored", "refused",
          "well 0/0, restored, leaves, resolved", "refused"}},
    };
    for (const Line& line : table) {
        for (std::size_t event = 0; event < line.cells.size(); ++event) {
            const CycleStep next = at(line.state, static_cast<CycleEvent>(event));
            EXPECT_EQ(told(next), line.cells.at(event)) << phaseName(line.state.phase) << ", event " << event;
            EXPECT_TRUE(!next.refusal || next.state == line.state);
        }
    }
}

TEST(RetryCycle, ACoolOffIsGivenAnotherEndOnlyWhileThereIsOne) {
    for (const CycleState& state : {CycleState(), retrying(3, 0), failing(), failed()}) {
        EXPECT_TRUE(coolOffRefusal(state, kNow + 1, kNow)) << phaseName(state.phase);
        EXPECT_TRUE(coolOffRefusal(state, {}, kNow)) << phaseName(state.phase);
    }
    CycleState cooling = coolingOff();
    cooling.dueMs = kNow + 1000;
    EXPECT_EQ(coolOffRefusal(cooling, {}, kNow), std::nullopt);
    EXPECT_EQ(coolOffRefusal(cooling, kNow + 1, kNow), std::nullopt);
    EXPECT_EQ(coolOffRefusal(cooling, kNow + kLongestCoolOffMs, kNow), std::nullopt);
    EXPECT_TRUE(coolOffRefusal(cooling, kNow + kLongestCoolOffMs + 1, kNow));
    EXPECT_TRUE(coolOffRefusal(cooling, kNow, kNow));
    EXPECT_TRUE(coolOffRefusal(cooling, cooling.dueMs, kNow));
}

// What the caller of step() keeps beside the state, as far as the invariants speak of it.
struct World {
    bool markedOut = false;
    bool hasBackup = false;
    bool backupPolluted = false;
    bool inGroup = false;
    int alertsSinceWell = 0;

    void take(const CycleEffects& effects) {
        if (effects.backUpAttributes) {
            hasBackup = true;
            backupPolluted |= markedOut;
        }
        if (effects.restoreAttributes) markedOut = false;
        if (effects.markAttributes) markedOut = true;
        if (effects.joinFailedGroup) inGroup = true;
        if (effects.leaveFailedGroup) inGroup = false;
        if (effects.raiseAlert) ++alertsSinceWell;
    }
};

// One event of a random life: what the fleet does with a device, or with its cool-off's end.
CycleStep randomStep(const CycleState& state, std::int64_t& nowMs, const Limits& limits, std::mt19937& random) {
    nowMs += static_cast<std::int64_t>(random() % 3'600'000);
    if (random() % 8 < 5) return step(state, CycleEvent::failureReported, nowMs, limits);
    const auto kind = random() % 8;
    if (kind == 7) {
        CycleStep next{
            state, {}, coolOffRefusal(state, nowMs + static_cast<std::int64_t>(random() % 86'400'000), nowMs)};
        if (!next.refusal) next.state.dueMs = nowMs + 1;
        return next;
    }
    const auto event = static_cast<CycleEvent>(kind);
    // Timers run where there is one, when it is due and later.
    if (event == CycleEvent::timerDue && !state.dueMs) return step(state, CycleEvent::successReported, nowMs, limits);
    if (event == CycleEvent::timerDue) nowMs = std::max(nowMs, *state.dueMs);
    return step(state, event, nowMs, limits);
}

TEST(RetryCycle, InvariantsHoldOverAMillionRandomEvents) {
    constexpr int lives = 20;
    constexpr int eventsALife = 50'000;
    static_assert(lives * eventsALife == 1'000'000);
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    for (int life = 0; life < lives; ++life) {
        Limits limits;
        limits.retriesPerCycle = 1 + static_cast<int>(random() % 10);
        limits.cycles = 1 + static_cast<int>(random() % 3);
        CycleState state;
        World world;
        std::int64_t now = kNow;
        for (int i = 0; i < eventsALife; ++i) {
            const bool wasWell = state.phase == Phase::well;
            const CycleStep next = randomStep(state, now, limits, random);
            ASSERT_FALSE(next.fault) << next.refusal.value_or("");
            if (next.refusal) {
                ASSERT_EQ(next.state, state);
                ASSERT_EQ(next.effects, CycleEffects());
                continue;
            }
            ASSERT_TRUE(!next.effects.restoreAttributes || world.hasBackup || wasWell);
            state = next.state;
            world.take(next.effects);
            ASSERT_GE(state.retryCounter, 0);
            ASSERT_LT(state.retryCounter, limits.retriesPerCycle);
            ASSERT_GE(state.resetRetryCount, 0);
            ASSERT_LE(state.resetRetryCount, limits.cycles);
            ASSERT_EQ(state.dueMs.has_value(), state.phase == Phase::coolingOff || state.phase == Phase::failing);
            ASSERT_FALSE(world.backupPolluted);
            ASSERT_EQ(world.inGroup, state.phase == Phase::failed);
            ASSERT_TRUE(state.phase != Phase::coolingOff || (world.markedOut && state.dueMs));
            if (state.phase == Phase::well) world.alertsSinceWell = 0;
            ASSERT_LE(world.alertsSinceWell, 1);
        }
    }
}

}  // namespace
}  // namespace drydock::fleet
