// Values as people read them: translated, by locale. One place, so that a time or a size looks the same everywhere.
//
// Thread: GUI (reads the default QLocale and the translators). Times are milliseconds since the epoch.
#pragma once

#include <cstdint>
#include <functional>

#include <QCoreApplication>
#include <QString>

#include "models/fleet/accounting.h"
#include "models/fleet/alert.h"
#include "models/fleet/device.h"
#include "models/fleet/firmware.h"
#include "models/fleet/operator_action.h"

namespace drydock::models {

// The wall clock in ms since the epoch, injected so that tests decide what time it is.
using WallClock = std::function<std::int64_t()>;
[[nodiscard]] WallClock systemWallClock();

enum class TimeZone : std::uint8_t { local, utc };

class Format {
    Q_DECLARE_TR_FUNCTIONS(drydock::models::Format)
public:
    // In the two largest units: "3 d 4 h", "21:14 h", "14:05 min", "42 s"; "due now" at or below zero.
    [[nodiscard]] static QString countdown(std::int64_t remainingMs);
    // "just now", "4 min ago", "3 h ago", "2 d ago"; "never" for 0.
    [[nodiscard]] static QString relativeTime(std::int64_t atMs, std::int64_t nowMs);
    // Date and time by locale, to the second; with " UTC" behind it in that zone. Empty for 0.
    [[nodiscard]] static QString dateTime(std::int64_t atMs, TimeZone zone = TimeZone::local);
    // ISO 8601 in UTC with milliseconds, for copies and exports. Empty for 0.
    [[nodiscard]] static QString isoTime(std::int64_t atMs);
    [[nodiscard]] static QString size(std::uint64_t bytes);   // "1.4 MiB"
    [[nodiscard]] static QString count(std::uint64_t value);  // "1,000,000"
    [[nodiscard]] static QString rate(double perSecond);      // "1,204/s", "0.5/s"

    // The words for the fleet's states; each is also what a filter finds.
    [[nodiscard]] static QString phase(fleet::Phase phase);
    [[nodiscard]] static QString releaseStatus(fleet::ReleaseStatus status);
    [[nodiscard]] static QString alertState(fleet::AlertState state);
    [[nodiscard]] static QString historyKind(fleet::HistoryKind kind);
    [[nodiscard]] static QString connection(fleet::ConnectionState state);
    // What an action does, as on its button: "Restore attributes now".
    [[nodiscard]] static QString action(fleet::ActionKind kind);
    // The same from an audit's action name; the name itself when it is none of ours.
    [[nodiscard]] static QString auditAction(const std::string& name);
};

}  // namespace drydock::models
