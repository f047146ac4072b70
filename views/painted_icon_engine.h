// PaintedIconEngine: an icon that is painted anew at each size; paint() is all it needs.
// Thread: GUI.
#pragma once

#include <QIconEngine>
#include <QPainter>
#include <QPixmap>

namespace drydock::views {

class PaintedIconEngine : public QIconEngine {
public:
    // Qt's own starts from a pixmap that isn't cleared.
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, pixmap.rect(), mode, state);
        return pixmap;
    }
};

}  // namespace drydock::views
