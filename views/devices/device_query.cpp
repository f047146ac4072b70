#include "views/devices/device_query.h"

#include <algorithm>

#include <QStringList>

#include "models/fleet/thing_fields.h"
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
    const auto compiled = fleet::FleetQuery::compile(text.toStdString(), fleet::thingFields());
    if (!compiled) return query;
    QStringList rest;
    const auto isOf = [](const fleet::FleetQuery::Conjunct& conjunct, fleet::ThingField field) {
        return conjunct.field && fleet::thingFieldOf(*conjunct.field) == field;
    };
    for (const fleet::FleetQuery::Conjunct& conjunct : compiled->conjuncts()) {
        if (isOf(conjunct, fleet::ThingField::phase) && query.phases.empty()) {
            for (const std::string_view name : conjunct.values) query.phases.push_back(*fleet::phaseFromName(name));
        } else if (isOf(conjunct, fleet::ThingField::seen) && query.seenWithinMs == 0) {
            query.seenWithinMs = conjunct.withinMs;
        } else {
            rest.append(models::toText(conjunct.text));
        }
    }
    std::sort(query.phases.begin(), query.phases.end());
    query.phases.erase(std::unique(query.phases.begin(), query.phases.end()), query.phases.end());
    query.words = rest.join(QLatin1Char(' '));
    return query;
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
