#include "models/format.h"

#include <algorithm>
#include <chrono>

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

namespace drydock::models {
namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

QString twoDigits(std::int64_t value) {
    return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0'));
}

}  // namespace

WallClock systemWallClock() {
    return [] {
        using namespace std::chrono;
        return std::int64_t{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
    };
}

QString Format::countdown(std::int64_t remainingMs) {
    if (remainingMs <= 0) return tr("due now");
    if (remainingMs >= kDayMs) return tr("%1 d %2 h").arg(remainingMs / kDayMs).arg(remainingMs % kDayMs / kHourMs);
    if (remainingMs >= kHourMs)
        return tr("%1:%2 h", "hours:minutes")
            .arg(remainingMs / kHourMs)
            .arg(twoDigits(remainingMs % kHourMs / kMinuteMs));
    if (remainingMs >= kMinuteMs)
        return tr("%1:%2 min", "minutes:seconds")
            .arg(remainingMs / kMinuteMs)
            .arg(twoDigits(remainingMs % kMinuteMs / kSecondMs));
    return tr("%1 s").arg(std::max<std::int64_t>(remainingMs / kSecondMs, 1));
}

QString Format::relativeTime(std::int64_t atMs, std::int64_t nowMs) {
    if (atMs == 0) return tr("never");
    const std::int64_t ago = nowMs - atMs;
    if (ago < 10 * kSecondMs) return tr("just now");
    if (ago < kMinuteMs) return tr("%1 s ago").arg(ago / kSecondMs);
    if (ago < kHourMs) return tr("%1 min ago").arg(ago / kMinuteMs);
    if (ago < kDayMs) return tr("%1 h ago").arg(ago / kHourMs);
    return tr("%1 d ago").arg(ago / kDayMs);
}

QString Format::dateTime(std::int64_t atMs, TimeZone zone) {
    if (atMs == 0) return {};
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(atMs, zone == TimeZone::utc ? Qt::UTC : Qt::LocalTime);
    const QLocale locale;
    const QString text = locale.toString(time.date(), QLocale::ShortFormat) + QLatin1Char(' ') +
                         time.time().toString(QStringLiteral("HH:mm:ss"));
    return zone == TimeZone::utc ? tr("%1 UTC").arg(text) : text;
}

QString Format::isoTime(std::int64_t atMs) {
    return atMs == 0 ? QString() : QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs);
}

QString Format::size(std::uint64_t bytes) {
    return QLocale().formattedDataSize(static_cast<qint64>(bytes), bytes < 1024 ? 0 : 1);
}

QString Format::count(std::uint64_t value) {
    return QLocale().toString(static_cast<qulonglong>(value));
}

QString Format::rate(double perSecond) {
    const bool fine = perSecond > 0 && perSecond < 10;
    return tr("%1/s", "a rate: so many in a second").arg(QLocale().toString(perSecond, 'f', fine ? 1 : 0));
}

QString Format::phase(fleet::Phase phase) {
    switch (phase) {
        case fleet::Phase::well:
            return tr("well");
        case fleet::Phase::retrying:
            return tr("retrying");
        case fleet::Phase::coolingOff:
            return tr("cooling off");
        case fleet::Phase::failing:
            return tr("failing");
        case fleet::Phase::failed:
            return tr("failed");
    }
    return {};
}

QString Format::releaseStatus(fleet::ReleaseStatus status) {
    switch (status) {
        case fleet::ReleaseStatus::processing:
            return tr("processing");
        case fleet::ReleaseStatus::readyToTest:
            return tr("ready to test");
        case fleet::ReleaseStatus::testing:
            return tr("testing");
        case fleet::ReleaseStatus::released:
            return tr("released");
        case fleet::ReleaseStatus::revoked:
            return tr("revoked");
        case fleet::ReleaseStatus::deleting:
            return tr("deleting");
        case fleet::ReleaseStatus::deleted:
            return tr("deleted");
        case fleet::ReleaseStatus::error:
            return tr("error");
    }
    return {};
}

QString Format::alertState(fleet::AlertState state) {
    switch (state) {
        case fleet::AlertState::open:
            return tr("open");
        case fleet::AlertState::acknowledged:
            return tr("acknowledged");
        case fleet::AlertState::resolved:
            return tr("resolved");
    }
    return {};
}

QString Format::historyKind(fleet::HistoryKind kind) {
    switch (kind) {
        case fleet::HistoryKind::message:
            return tr("message");
        case fleet::HistoryKind::step:
            return tr("step");
        case fleet::HistoryKind::action:
            return tr("action");
        case fleet::HistoryKind::alert:
            return tr("alert");
    }
    return {};
}

QString Format::connection(fleet::ConnectionState state) {
    switch (state) {
        case fleet::ConnectionState::off:
            return tr("not connected");
        case fleet::ConnectionState::connecting:
            return tr("connecting");
        case fleet::ConnectionState::connected:
            return tr("connected");
        case fleet::ConnectionState::waitingToReconnect:
            return tr("waiting to reconnect");
    }
    return {};
}

QString Format::action(fleet::ActionKind kind) {
    switch (kind) {
        case fleet::ActionKind::restoreAttributes:
            return tr("Restore attributes");
        case fleet::ActionKind::resetCounters:
            return tr("Reset counters");
        case fleet::ActionKind::release:
            return tr("Release from FailedToUpdate");
        case fleet::ActionKind::moveToFailed:
            return tr("Move to FailedToUpdate");
        case fleet::ActionKind::setNote:
            return tr("Set note");
        case fleet::ActionKind::assign:
            return tr("Assign");
        case fleet::ActionKind::setCoolOff:
            return tr("Set cool-off");
        case fleet::ActionKind::editAttributes:
            return tr("Edit attributes");
        case fleet::ActionKind::deleteDevice:
            return tr("Delete from the registry");
        case fleet::ActionKind::setReleaseStatus:
            return tr("Set release status");
        case fleet::ActionKind::deleteFirmware:
            return tr("Delete firmware");
        case fleet::ActionKind::acknowledgeAlert:
            return tr("Acknowledge alert");
        case fleet::ActionKind::resolveAlert:
            return tr("Resolve alert");
        case fleet::ActionKind::createGroup:
            return tr("Create group");
        case fleet::ActionKind::editGroup:
            return tr("Edit group");
        case fleet::ActionKind::deleteGroup:
            return tr("Delete group");
        case fleet::ActionKind::addToGroup:
            return tr("Add to group");
        case fleet::ActionKind::removeFromGroup:
            return tr("Remove from group");
    }
    return {};
}

QString Format::auditAction(const std::string& name) {
    if (const auto kind = fleet::actionFromName(name)) return action(*kind);
    if (name == "undo") return tr("Undo");
    if (name == "importFirmware") return tr("Import firmware");
    return QString::fromStdString(name);
}

}  // namespace drydock::models
