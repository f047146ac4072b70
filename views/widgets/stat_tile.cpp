#include "views/widgets/stat_tile.h"

#include <algorithm>

#include <QLocale>
#include <QPainter>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kMarkSide = 12;
constexpr int kRadius = 6;
constexpr int kLeastWidth = 120;
}  // namespace

StatTile::StatTile(const QString& name, std::optional<Mark> mark, QWidget* parent)
    : QAbstractButton(parent), m_name(name), m_mark(mark) {
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    describe();
}

void StatTile::setFigure(qint64 figure) {
    if (figure == m_figure) return;
    m_figure = figure;
    describe();
    update();
}

void StatTile::setCaption(const QString& caption) {
    m_caption = caption;
    describe();
    update();
}

void StatTile::describe() {
    setAccessibleName(QStringLiteral("%1: %2").arg(m_name, QLocale().toString(m_figure)));
    setAccessibleDescription(m_caption);
}

QSize StatTile::sizeHint() const {
    const int height = QFontMetrics(textFont(TextSize::caption)).height() * 2 +
                       QFontMetrics(numberFont(TextSize::figure)).height() + 2 * space::k3 + 2 * space::k1;
    const int nameWidth = QFontMetrics(textFont(TextSize::body)).horizontalAdvance(m_name) + 2 * space::k4 +
                          (m_mark ? scaled(kMarkSide) + space::k2 : 0);
    return {std::max(scaled(kLeastWidth), nameWidth), height};
}

QSize StatTile::minimumSizeHint() const {
    return sizeHint();
}

void StatTile::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& t = tokens(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool lit = underMouse() || hasFocus();
    painter.setPen(QPen(lit ? t.accent : t.line, 1));
    painter.setBrush(isDown() ? t.selection : underMouse() ? t.hover : t.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);

    QRect area = rect().adjusted(space::k4, space::k3, -space::k4, -space::k3);
    const QFontMetrics nameMetrics(textFont(TextSize::body));
    QRect nameArea(area.left(), area.top(), area.width(), nameMetrics.height());
    if (m_mark) {
        const int side = scaled(kMarkSide);
        paintMark(painter, QRect(nameArea.left(), nameArea.center().y() - side / 2, side, side), *m_mark, t);
        nameArea.setLeft(nameArea.left() + side + space::k2);
    }
    painter.setFont(textFont(TextSize::body));
    painter.setPen(t.quietText);
    painter.drawText(nameArea, Qt::AlignLeft | Qt::AlignVCenter, m_name);

    const QFont figureFont = numberFont(TextSize::figure);
    const QRect figureArea(area.left(), nameArea.bottom() + space::k1, area.width(), QFontMetrics(figureFont).height());
    painter.setFont(figureFont);
    painter.setPen(t.text);
    painter.drawText(figureArea, Qt::AlignLeft | Qt::AlignVCenter, QLocale().toString(m_figure));

    painter.setFont(textFont(TextSize::caption));
    painter.setPen(t.quietText);
    const QRect captionArea(area.left(), figureArea.bottom(), area.width(), area.bottom() - figureArea.bottom());
    painter.drawText(captionArea, Qt::AlignLeft | Qt::AlignBottom,
                     painter.fontMetrics().elidedText(m_caption, Qt::ElideRight, area.width()));
}

void StatTile::enterEvent(QEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void StatTile::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

}  // namespace drydock::views
