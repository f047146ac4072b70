#include "views/widgets/link_rows.h"

#include <QPainter>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kMarkSide = 12;
}  // namespace

QString LinkRows::rowText(int row) const {
    const LinkRow& one = at(row);
    const QString text = QStringLiteral("%1: %2").arg(one.text, one.right);
    return one.mark ? QStringLiteral("%1, %2").arg(text, markWord(*one.mark)) : text;
}

QString LinkRows::tipAt(int row, int /*x*/) const {
    return rowText(row);
}

void LinkRows::paintRow(QPainter& painter, int row, const QRect& area) const {
    const Tokens& t = tokens(*this);
    const LinkRow& one = at(row);
    QRect textArea = area;
    if (one.mark) {
        const int side = scaled(kMarkSide);
        paintMark(painter, QRect(area.left(), area.center().y() - side / 2, side, side), *one.mark, t);
        textArea.setLeft(side + space::k2);
    }
    const QFont rightFont = numberFont();
    painter.setFont(rightFont);
    painter.setPen(t.quietText);
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, one.right);
    textArea.setRight(area.right() - QFontMetrics(rightFont).horizontalAdvance(one.right) - space::k3);
    const QFont font = namesMono() ? monoFont() : textFont();
    painter.setFont(font);
    painter.setPen(t.text);
    painter.drawText(
        textArea, Qt::AlignLeft | Qt::AlignVCenter,
        QFontMetrics(font).elidedText(one.text, namesMono() ? Qt::ElideMiddle : Qt::ElideRight, textArea.width()));
}

}  // namespace drydock::views
