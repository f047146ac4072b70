#include "views/phase_marks.h"

#include <algorithm>

#include <QCoreApplication>
#include <QGuiApplication>
#include <QPainter>
#include <QPainterPath>

#include "models/format.h"
#include "views/painted_icon_engine.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

class MarkIconEngine final : public PaintedIconEngine {
public:
    explicit MarkIconEngine(Mark mark) : m_mark(mark) {}
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode /*mode*/, QIcon::State /*state*/) override {
        paintMark(*painter, rect, m_mark, tokens(QGuiApplication::palette()));
    }
    [[nodiscard]] QIconEngine* clone() const override { return new MarkIconEngine(*this); }

private:
    Mark m_mark;
};

QPolygonF polygonIn(const QRectF& r, std::initializer_list<QPointF> unit) {
    QPolygonF polygon;
    for (const QPointF& p : unit) polygon << QPointF(r.left() + p.x() * r.width(), r.top() + p.y() * r.height());
    return polygon;
}

QPainterPath shapeOf(Mark mark, const QRectF& r) {
    QPainterPath path;
    switch (mark) {
        case Mark::well:
        case Mark::coolingOff:
        case Mark::unknown:
            path.addEllipse(r.adjusted(0.5, 0.5, -0.5, -0.5));
            break;
        case Mark::retrying:
            path.addPolygon(polygonIn(r, {{0.5, 0.04}, {1.0, 0.94}, {0.0, 0.94}}));
            path.closeSubpath();
            break;
        case Mark::failing:
            path.addPolygon(polygonIn(r, {{0.5, 0.0}, {1.0, 0.5}, {0.5, 1.0}, {0.0, 0.5}}));
            path.closeSubpath();
            break;
        case Mark::failed:
            path.addRect(polygonIn(r, {{0.07, 0.07}, {0.93, 0.93}}).boundingRect());
            break;
    }
    return path;
}

}  // namespace

Mark markOf(fleet::Phase phase) {
    static_assert(static_cast<int>(Mark::well) == static_cast<int>(fleet::Phase::well) &&
                  static_cast<int>(Mark::failed) == static_cast<int>(fleet::Phase::failed));
    return static_cast<Mark>(phase);
}

Mark markFromInt(int phase) {
    const bool known = phase >= static_cast<int>(fleet::Phase::well) && phase <= static_cast<int>(fleet::Phase::failed);
    return known ? markOf(static_cast<fleet::Phase>(phase)) : Mark::unknown;
}

QString markWord(Mark mark) {
    if (mark == Mark::unknown) return QCoreApplication::translate("Phase", "unknown");
    return models::Format::phase(static_cast<fleet::Phase>(mark));
}

MarkColours markColours(Mark mark, const Tokens& t) {
    switch (mark) {
        case Mark::well:
            return {QColor(0x009E73), QColor(t.dark ? 0x18B98A : 0x007A58)};
        case Mark::retrying:
            return {QColor(0xE69F00), QColor(t.dark ? 0xE69F00 : 0x9A6A00)};
        case Mark::coolingOff:
            return {QColor(0x56B4E9), QColor(t.dark ? 0x56B4E9 : 0x1F7DB3)};
        case Mark::failing:
            return {QColor(0xD55E00), QColor(t.dark ? 0xE9782A : 0xA94A00)};
        case Mark::failed:
            return {QColor(t.dark ? 0xC4262B : 0xA4161A), QColor(t.dark ? 0xEE6468 : 0x86080C)};
        case Mark::unknown:
            break;
    }
    return {t.panel, t.quietText};
}

void paintMark(QPainter& painter, const QRectF& box, Mark mark, const Tokens& t) {
    const double side = std::min(box.width(), box.height());
    const QRectF r(box.center().x() - side / 2, box.center().y() - side / 2, side, side);
    const MarkColours colours = markColours(mark, t);
    const double stroke = std::max(1.0, side / 10);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.edge, stroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    // Cooling off is a clock: a face with two hands, so it differs from the full disc of "well" without its colour.
    const bool clock = mark == Mark::coolingOff;
    painter.setBrush(clock ? blended(t.panel, colours.fill, 0.35) : colours.fill);
    painter.drawPath(shapeOf(mark, r));
    if (clock) {
        const QPointF c = r.center();
        painter.setPen(QPen(colours.edge, stroke * 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(QPolygonF({QPointF(c.x(), c.y() - side * 0.28), c, QPointF(c.x() + side * 0.2, c.y())}));
    }
    painter.restore();
}

QIcon markIcon(Mark mark) {
    return QIcon(new MarkIconEngine(mark));
}

}  // namespace drydock::views
