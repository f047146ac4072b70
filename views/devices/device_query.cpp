#include "views/devices/device_query.h"

#include <algorithm>
#include <optional>

#include <QCoreApplication>
#include <QStringList>

namespace drydock::views {

namespace {

QString translated(const char* text) {
    return QCoreApplication::translate("DeviceQuery", text);
}

struct Unit {
    char letter;
    std::int64_t ms;
};
constexpr Unit kUnits[] = {{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}};

std::optional<std::int64_t> durationFrom(const QString& text) {
    for (const Unit& unit : kUnits) {
        if (!text.endsWith(QLatin1Char(unit.letter), Qt::CaseInsensitive)) continue;
        bool ok = false;
        const int number = text.chopped(1).toInt(&ok);
        if (ok && number > 0) return number * unit.ms;
    }
    return std::nullopt;
}

QString durationText(std::int64_t ms) {
    for (const Unit& unit : kUnits) {
        if (ms % unit.ms == 0) return QString::number(ms / unit.ms) + QLatin1Char(unit.letter);
    }
    return QString::number(ms / 1000) + QLatin1Char('s');
}

std::optional<fleet::Phase> phaseFrom(const QString& name) {
    for (int i = 0; i <= static_cast<int>(fleet::Phase::failed); ++i) {
        const auto phase = static_cast<fleet::Phase>(i);
        if (name.compare(QLatin1String(fleet::phaseName(phase)), Qt::CaseInsensitive) == 0) return phase;
    }
    return std::nullopt;
}

void takePhases(const QString& value, DeviceQuery& query) {
    for (const QString& name : value.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        if (const auto phase = phaseFrom(name)) {
            query.phases.push_back(*phase);
        } else {
            query.error = translated(QT_TRANSLATE_NOOP("DeviceQuery",
                                                       "“%1” is no phase. There are: well, retrying, coolingOff, "
                                                       "failing, failed."))
                              .arg(name);
        }
    }
    std::sort(query.phases.begin(), query.phases.end());
    query.phases.erase(std::unique(query.phases.begin(), query.phases.end()), query.phases.end());
}

}  // namespace

DeviceQuery parseDeviceQuery(const QString& text) {
    DeviceQuery query;
    QStringList words;
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (word.startsWith(QLatin1String("phase:"), Qt::CaseInsensitive)) {
            takePhases(word.mid(6), query);
        } else if (word.startsWith(QLatin1String("seen:"), Qt::CaseInsensitive)) {
            if (const auto duration = durationFrom(word.mid(5))) {
                query.seenWithinMs = *duration;
            } else {
                query.error = translated(QT_TRANSLATE_NOOP(
                    "DeviceQuery", "“seen:” takes a number and a unit: seen:90s, seen:5m, seen:2h, seen:1d."));
            }
        } else {
            words.append(word);
        }
    }
    query.words = words.join(QLatin1Char(' '));
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
