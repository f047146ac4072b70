#include "views/devices/device_actions.h"

#include <optional>

#include <QStringList>

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
    if (!event && kind != fleet::ActionKind::setCoolOff) return {};
    QString refusal;
    for (const fleet::CycleState& state : states) {
        const auto why =
            event ? fleet::step(state, *event, nowMs, limits).refusal : fleet::coolOffRefusal(state, {}, nowMs);
        if (!why) return {};
        refusal = QString::fromStdString(*why);
    }
    return refusal;
}

std::vector<fleet::AttributeEdit> parseAttributeEdits(const QString& text) {
    std::vector<fleet::AttributeEdit> edits;
    for (const QString& word : text.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const auto equals = word.indexOf(QLatin1Char('='));
        if (equals >= 0) {
            edits.push_back({word.left(equals).toStdString(), word.mid(equals + 1).toStdString()});
        } else if (word.startsWith(QLatin1Char('-'))) {
            edits.push_back({word.mid(1).toStdString(), std::nullopt});
        } else {
            // Neither, which the check of its value will say.
            edits.push_back({word.toStdString(), std::string()});
        }
    }
    return edits;
}

}  // namespace drydock::views
