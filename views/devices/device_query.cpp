#include "views/devices/device_query.h"

#include <algorithm>

#include <QRegularExpression>
#include <QStringList>

#include "models/fleet/thing_query.h"
#include "models/text.h"

namespace drydock::views {

namespace {

struct Unit {
    char letter;
    std::int64_t ms;
};
constexpr Unit kUnits[] = {{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}};

QString durationText(std::int64_t ms) {
    for (const Unit& unit : kUnits) {
        if (ms % unit.ms == 0) return QString::number(ms / unit.ms) + QLatin1Char(unit.letter);
    }
    return QString::number(ms / 1000) + QLatin1Char('s');
}

}  // namespace

DeviceQuery parseDeviceQuery(const QString& text) {
    DeviceQuery query;
    const auto compiled = fleet::ThingQuery::compile(text.toStdString());
    if (!compiled) {
        query.error = models::toText(compiled.error().message);
        return query;
    }
    QStringList rest;
    for (const fleet::ThingQuery::Conjunct& conjunct : compiled->conjuncts()) {
        if (!conjunct.phases.empty() && query.phases.empty()) {
            query.phases = conjunct.phases;
        } else if (conjunct.seenMs && query.seenWithinMs == 0) {
            query.seenWithinMs = *conjunct.seenMs;
        } else {
            rest.append(models::toText(conjunct.text));
        }
    }
    std::sort(query.phases.begin(), query.phases.end());
    query.phases.erase(std::unique(query.phases.begin(), query.phases.end()), query.phases.end());
    query.words = rest.join(QLatin1Char(' '));
    return query;
}

QString withoutOpenEnd(const QString& text) {
    static const QRegularExpression openEnd(QStringLiteral("(?:(?:^|\\s|(?<=\\())(?:AND|OR|NOT)|\\(|\\s)+$"));
    return QString(text).remove(openEnd);
}

QString DeviceQuery::toText() const {
    QStringList parts;
    if (!phases.empty()) {
        QStringList names;
        for (const fleet::Phase phase : phases) names.append(QLatin1String(fleet::phaseName(phase)));
        parts.append(QStringLiteral("phase:") + names.join(QLatin1Char(',')));
    }
    if (seenWithinMs > 0) parts.append(QStringLiteral("seen:") + durationText(seenWithinMs));
    if (!words.isEmpty()) parts.append(words);
    return parts.join(QLatin1Char(' '));
}

}  // namespace drydock::views
