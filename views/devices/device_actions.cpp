#include "views/devices/device_actions.h"

#include <optional>

namespace drydock::views {

namespace {

std::optional<fleet::CycleEvent> eventOf(fleet::ActionKind kind) {
    switch (kind) {
        case fleet::ActionKind::restoreAttributes:
            return fleet::CycleEvent::restoreNow;
        case fleet::ActionKind::resetCounters:
            return fleet::CycleEvent::reset;
        case fleet::ActionKind::release:
            return fleet::CycleEvent::release;
        case fleet::ActionKind::moveToFailed:
            return fleet::CycleEvent::moveToFailed;
        default:
            return std::nullopt;
    }
}

}  // namespace

QString whyNot(fleet::ActionKind kind, const std::vector<fleet::CycleState>& states, std::int64_t nowMs,
               const fleet::Limits& limits) {
    const auto event = eventOf(kind);
    if (!event) return {};
    QString refusal;
    for (const fleet::CycleState& state : states) {
        const fleet::CycleStep step = fleet::step(state, *event, nowMs, limits);
        if (!step.refusal) return {};
        refusal = QString::fromStdString(*step.refusal);
    }
    return refusal;
}

}  // namespace drydock::views
