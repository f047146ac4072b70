// Our icons: one stroke width, no colour of their own. Painted in the colours of the application's palette at the
// moment of painting, at the resolution asked for, so they follow the theme and are sharp on any screen.
// Thread: GUI.
#pragma once

#include <cstdint>

#include <QIcon>

class QAbstractButton;

namespace drydock::views {

enum class Icon : std::uint8_t {
    // on a grid of 24: navigation and empty states
    overview,
    devices,
    firmware,
    failedGroup,
    alerts,
    activity,
    quarantine,
    // on a grid of 16: buttons and fields
    search,
    back,
    forward,
    close,
    undo,
    restore,
    reset,
    release,
    assign,
    note,
    acknowledge,
    resolve,
    copy,
    remove,
    import,
    columns,
    filter,
    warning,
    error,
    info,
    success,
    staticGroup,
    dynamicGroup,
    filling,
    count,  // not an icon: how many there are
};

[[nodiscard]] QIcon icon(Icon which);
// The same in one fixed colour.
[[nodiscard]] QIcon icon(Icon which, const QColor& colour);
// Gives `button` an icon `side` pixels large (at 96 dpi) before its text, with the gap that the style leaves out.
void setLeadingIcon(QAbstractButton& button, const QIcon& icon, int side = 16);
// Whether the file of `which` is there and can be drawn.
[[nodiscard]] bool iconExists(Icon which);

}  // namespace drydock::views
