#include "views/widgets/phase_badge.h"

#include <QPainter>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kMarkSide = 12;
}  // namespace

PhaseBadge::PhaseBadge(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setMark(Mark::unknown);
}

void PhaseBadge::setMark(Mark mark) {
    m_mark = mark;
    setAccessibleName(markWord(mark));
    updateGeometry();
    update();
}

QSize PhaseBadge::sizeHint() const {
    const QFontMetrics metrics(textFont());
    return {metrics.horizontalAdvance(markWord(m_mark)) + scaled(kMarkSide) + space::k2,
            std::max(metrics.height(), scaled(kMarkSide))};
}

void PhaseBadge::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& t = tokens(*this);
    QPainter painter(this);
    const int side = scaled(kMarkSide);
    paintMark(painter, QRect(0, (height() - side) / 2, side, side), m_mark, t);
    painter.setFont(textFont());
    painter.setPen(t.text);
    painter.drawText(rect().adjusted(side + space::k2, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, markWord(m_mark));
}

}  // namespace drydock::views
