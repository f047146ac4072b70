// FirstSize: how large a window opens that nobody has sized yet.
// Thread: any; plain values. Units: the screen's pixels.
#pragma once

#include <QSize>

namespace drydock::views {

struct FirstSize {
    QSize size;                // of the window without its frame; what it returns to when no longer maximized
    bool isMaximized = false;  // there is no room for what was wanted

    // `room` is what the desktop leaves of the screen, `titleBar` the height of the frame's.
    [[nodiscard]] static FirstSize of(QSize wanted, QSize room, int titleBar) {
        const QSize most = room - QSize(0, titleBar);
        const bool fits = wanted.width() <= most.width() && wanted.height() <= most.height();
        return {wanted.boundedTo(most), !fits};
    }
};

}  // namespace drydock::views
