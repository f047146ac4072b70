// Notice: what is said to a person, inline, with what to do next. Error → Notice → banner.
// Thread: GUI (translates).
#pragma once

#include <cstdint>

#include <QString>

#include "models/fleet/operator_action.h"

namespace drydock::models {

enum class Severity : std::uint8_t { info, success, warning, error };

struct Notice {
    Severity severity = Severity::info;
    QString text;    // what happened, translated
    QString todo;    // what to do next, translated; empty: nothing
    QString detail;  // the machine's own English words; empty: none
};

// `doing` names what failed, translated, e.g. tr("The devices could not be loaded"); empty: nothing is put before.
[[nodiscard]] Notice noticeFrom(const storage::Error& error, const QString& doing = {});

}  // namespace drydock::models
