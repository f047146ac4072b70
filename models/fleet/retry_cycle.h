// The retry cycle as a pure function: (state, event, now, limits) → (state, effects).
//
// Nothing here reads a clock, a table or a device; whoever calls it makes state and effects durable in one
// transaction.
//
// The limits may have been others when a state came about. Counters beyond today's are no fault: today's are applied at
// the device's next failure.
//
// Invariants of every state that step() returns, as long as the limits stay the same (2 always):
//   1. retryCounter < limits.retriesPerCycle; resetRetryCount <= limits.cycles.
//   2. dueMs is set exactly in coolingOff and failing (the phases with a timer).
//   3. coolingOff has retryCounter 0 and resetRetryCount >= 1; failing and failed have retryCounter 0 and, unless a
//      person moved the device there, resetRetryCount == limits.cycles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock::fleet {

enum class Phase : std::uint8_t { well, retrying, coolingOff, failing, failed };

[[nodiscard]] const char* phaseName(Phase phase);  // "well", "retrying", "coolingOff", "failing", "failed"
[[nodiscard]] std::optional<Phase> phaseFromName(std::string_view name);

struct Limits {
    int retriesPerCycle = 10;
    int cycles = 2;
    std::int64_t coolOffMs = 24LL * 60 * 60 * 1000;
    std::int64_t groupMoveDelayMs = 15LL * 60 * 1000;
    bool successEndsCycle = true;
    std::vector<std::string> successStatuses = {"succeeded", "success", "updated"};

    [[nodiscard]] bool isSuccess(std::string_view status) const;
    friend bool operator==(const Limits&, const Limits&) = default;
};

inline constexpr std::string_view kFailedStatus = "failed";

struct CycleState {
    Phase phase = Phase::well;
    int retryCounter = 0;
    int resetRetryCount = 0;
    std::int64_t phaseSinceMs = 0;
    std::optional<std::int64_t> dueMs;  // when the phase's timer runs
    bool reportsSuccess = false;        // failed, yet the device says it succeeded: a person decides
    friend bool operator==(const CycleState&, const CycleState&) = default;
};

enum class CycleEvent : std::uint8_t {
    failureReported,
    successReported,
    timerDue,
    // A person's:
    restoreNow,    // attributes back; ends a cool-off early
    reset,         // counters to 0/0
    release,       // out of failing or failed, back to well
    moveToFailed,  // into the failed group by hand
};

// What the caller must do, in the same transaction, beside storing the state. In this order where several are set.
struct CycleEffects {
    bool backUpAttributes = false;              // copy the registry's attributes as they are now
    bool restoreAttributes = false;             // merge the backup into the registry's attributes
    std::optional<std::string> markAttributes;  // set model and FW to this ("moveOut", "failedtoupdate")
    bool joinFailedGroup = false;
    bool leaveFailedGroup = false;
    bool raiseAlert = false;
    bool resolveAlert = false;
    bool counted = false;  // the failure moved the counter
    friend bool operator==(const CycleEffects&, const CycleEffects&) = default;
};

struct CycleStep {
    CycleState state;
    CycleEffects effects;
    // Set when the event does not fit the state: nothing changed. For an impossible state it names the fault; for a
    // person's event it says why not and what to do instead.
    std::optional<std::string> refusal;
    bool fault = false;  // the refusal is an impossible state, to be recorded on the device
};

inline constexpr std::string_view kMoveOutMark = "moveOut";
inline constexpr std::string_view kFailedMark = "failedtoupdate";
inline constexpr std::string_view kFailedGroup = "FailedToUpdate";
// A value the cycle puts in place of a model or FW, rather than one of them.
[[nodiscard]] inline bool isMark(std::string_view value) {
    return value == kMoveOutMark || value == kFailedMark;
}

[[nodiscard]] CycleStep step(const CycleState& state, CycleEvent event, std::int64_t nowMs, const Limits& limits);

// A person may put off the end of a cool-off for so long from now; what lies beyond is a slip of the pen.
inline constexpr std::int64_t kLongestCoolOffMs = 366LL * 24 * 60 * 60 * 1000;
// Why a person can't give the device's cool-off another end; nothing when they can: `untilMs` is the new dueMs then,
// and all else stays. None: the cool-off ends at once, which is the event restoreNow.
[[nodiscard]] std::optional<std::string> coolOffRefusal(const CycleState& state, std::optional<std::int64_t> untilMs,
                                                        std::int64_t nowMs);

}  // namespace drydock::fleet
