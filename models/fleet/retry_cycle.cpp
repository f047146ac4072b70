#include "models/fleet/retry_cycle.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drydock::fleet {
namespace {

constexpr std::array<const char*, 5> kPhaseNames = {"well", "retrying", "coolingOff", "failing", "failed"};

bool hasTimer(Phase phase) {
    return phase == Phase::coolingOff || phase == Phase::failing;
}

// Why no sequence of events leads to `state`, whatever the limits were at the time; nothing when one does.
std::optional<std::string> findFault(const CycleState& state) {
    if (state.retryCounter < 0) return "RetryCounter is " + std::to_string(state.retryCounter) + ", below 0.";
    if (state.resetRetryCount < 0) return "ResetRetryCount is " + std::to_string(state.resetRetryCount) + ", below 0.";
    if (hasTimer(state.phase) != state.dueMs.has_value())
        return std::string("The phase is ") + phaseName(state.phase) + ", but there is " +
               (state.dueMs ? "a due time." : "no due time.");
    switch (state.phase) {
        case Phase::well:
            if (state.retryCounter != 0 || state.resetRetryCount != 0)
                return "The phase is well, but the counters are not 0/0.";
            break;
        case Phase::retrying:
            break;
        case Phase::coolingOff:
        case Phase::failing:
            if (state.resetRetryCount == 0)
                return std::string("The phase is ") + phaseName(state.phase) + ", but ResetRetryCount is 0.";
            [[fallthrough]];
        case Phase::failed:
            if (state.retryCounter != 0)
                return std::string("The phase is ") + phaseName(state.phase) + ", but RetryCounter is not 0.";
            break;
    }
    return std::nullopt;
}

CycleStep refuse(const CycleState& state, std::string why, bool fault = false) {
    return {state, {}, std::move(why), fault};
}

void enter(CycleState& state, Phase phase, std::int64_t nowMs) {
    if (state.phase != phase) state.phaseSinceMs = nowMs;
    state.phase = phase;
    state.dueMs.reset();
    if (phase == Phase::well) {
        state.retryCounter = 0;
        state.resetRetryCount = 0;
        state.reportsSuccess = false;
    }
}

CycleStep onFailure(CycleState state, std::int64_t nowMs, const Limits& limits) {
    CycleEffects effects;
    if (state.phase != Phase::well && state.phase != Phase::retrying) return {state, effects, {}, false};
    if (state.phase == Phase::well) {
        effects.backUpAttributes = true;
        enter(state, Phase::retrying, nowMs);
    }
    effects.counted = true;
    ++state.retryCounter;
    if (state.retryCounter < limits.retriesPerCycle) return {state, effects, {}, false};

    state.retryCounter = 0;
    ++state.resetRetryCount;
    if (state.resetRetryCount < limits.cycles) {
        enter(state, Phase::coolingOff, nowMs);
        state.dueMs = nowMs + limits.coolOffMs;
        effects.markAttributes = kMoveOutMark;
    } else {
        enter(state, Phase::failing, nowMs);
        state.dueMs = nowMs + limits.groupMoveDelayMs;
        effects.markAttributes = kFailedMark;
    }
    return {state, effects, {}, false};
}

CycleStep onSuccess(CycleState state, std::int64_t nowMs, const Limits& limits) {
    CycleEffects effects;
    if (state.phase == Phase::failed) {
        state.reportsSuccess = true;
    } else if ((state.phase == Phase::retrying || state.phase == Phase::coolingOff) && limits.successEndsCycle) {
        effects.restoreAttributes = state.phase == Phase::coolingOff;
        enter(state, Phase::well, nowMs);
    }
    return {state, effects, {}, false};
}

CycleStep onTimer(CycleState state, std::int64_t nowMs) {
    if (!state.dueMs)
        return refuse(state, std::string("A timer ran in the phase ") + phaseName(state.phase) + ", which has none.",
                      true);
    if (nowMs < *state.dueMs) return refuse(state, "A timer ran before it was due.", true);
    CycleEffects effects;
    if (state.phase == Phase::coolingOff) {
        enter(state, Phase::retrying, nowMs);
        effects.restoreAttributes = true;
    } else {
        enter(state, Phase::failed, nowMs);
        effects.joinFailedGroup = true;
        effects.raiseAlert = true;
    }
    return {state, effects, {}, false};
}

CycleStep onRestoreNow(CycleState state, std::int64_t nowMs) {
    CycleEffects effects;
    effects.restoreAttributes = true;
    if (state.phase == Phase::coolingOff) enter(state, Phase::retrying, nowMs);
    return {state, effects, {}, false};
}

CycleStep onReset(CycleState state, std::int64_t nowMs) {
    switch (state.phase) {
        case Phase::retrying:
            break;
        case Phase::well:
            return refuse(state, "The counters are 0/0 already.");
        case Phase::coolingOff:
            return refuse(state, "The device is cooling off: restore its attributes first, then reset the counters.");
        case Phase::failing:
        case Phase::failed:
            return refuse(state, "The device has failed: release it instead, which also resets the counters.");
    }
    enter(state, Phase::well, nowMs);
    return {state, {}, {}, false};
}

CycleStep onRelease(CycleState state, std::int64_t nowMs) {
    switch (state.phase) {
        case Phase::failing:
        case Phase::failed:
            break;
        case Phase::well:
            return refuse(state, "The device has not failed: there is nothing to release it from.");
        case Phase::retrying:
            return refuse(state, "The device has not failed: reset its counters instead.");
        case Phase::coolingOff:
            return refuse(state, "The device has not failed, it is cooling off: restore its attributes instead.");
    }
    enter(state, Phase::well, nowMs);
    CycleEffects effects;
    effects.restoreAttributes = true;
    effects.leaveFailedGroup = true;
    effects.resolveAlert = true;
    return {state, effects, {}, false};
}

CycleStep onMoveToFailed(CycleState state, std::int64_t nowMs) {
    if (state.phase == Phase::failed) return refuse(state, "The device is in FailedToUpdate already.");
    CycleEffects effects;
    effects.backUpAttributes = state.phase == Phase::well;  // every other phase began with a backup
    effects.markAttributes = kFailedMark;
    effects.joinFailedGroup = true;
    effects.raiseAlert = true;
    state.retryCounter = 0;
    enter(state, Phase::failed, nowMs);
    return {state, effects, {}, false};
}

}  // namespace

const char* phaseName(Phase phase) {
    return kPhaseNames.at(static_cast<std::size_t>(phase));
}

std::optional<Phase> phaseFromName(std::string_view name) {
    const auto* const found = std::find(kPhaseNames.begin(), kPhaseNames.end(), name);
    if (found == kPhaseNames.end()) return std::nullopt;
    return static_cast<Phase>(found - kPhaseNames.begin());
}

bool Limits::isSuccess(std::string_view status) const {
    return std::find(successStatuses.begin(), successStatuses.end(), status) != successStatuses.end();
}

std::optional<std::string> coolOffRefusal(const CycleState& state, std::optional<std::int64_t> untilMs,
                                          std::int64_t nowMs) {
    switch (state.phase) {
        case Phase::coolingOff:
            break;
        case Phase::well:
        case Phase::retrying:
            return "The device is not cooling off.";
        case Phase::failing:
        case Phase::failed:
            return "The device is not cooling off, it has failed: release it instead.";
    }
    if (!untilMs) return std::nullopt;
    if (*untilMs <= nowMs) return "That time has passed. To end the cool-off now, end it rather than set its end.";
    if (*untilMs - nowMs > kLongestCoolOffMs) return "That is more than a year from now. Choose an earlier end.";
    if (state.dueMs == untilMs) return "The cool-off ends then already.";
    return std::nullopt;
}

CycleStep step(const CycleState& state, CycleEvent event, std::int64_t nowMs, const Limits& limits) {
    // A person's event may be the cure of an impossible state, so it is judged by where it leads.
    const bool persons =
        event != CycleEvent::failureReported && event != CycleEvent::successReported && event != CycleEvent::timerDue;
    if (!persons) {
        if (auto fault = findFault(state)) return refuse(state, std::move(*fault), true);
    }
    CycleStep next;
    switch (event) {
        case CycleEvent::failureReported:
            next = onFailure(state, nowMs, limits);
            break;
        case CycleEvent::successReported:
            next = onSuccess(state, nowMs, limits);
            break;
        case CycleEvent::timerDue:
            next = onTimer(state, nowMs);
            break;
        case CycleEvent::restoreNow:
            next = onRestoreNow(state, nowMs);
            break;
        case CycleEvent::reset:
            next = onReset(state, nowMs);
            break;
        case CycleEvent::release:
            next = onRelease(state, nowMs);
            break;
        case CycleEvent::moveToFailed:
            next = onMoveToFailed(state, nowMs);
            break;
    }
    if (!next.refusal) {
        if (auto fault = findFault(next.state)) return refuse(state, std::move(*fault), true);
    }
    return next;
}

}  // namespace drydock::fleet
