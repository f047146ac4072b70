#include "views/widgets/difference_delegate.h"

#include <QPainter>

#include "models/roles.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

using models::Difference;

constexpr int kSignWidth = 12;
// The ends of names tell them apart: file suffixes among them.
constexpr CellStyle kNameStyle{.elide = Qt::ElideMiddle};

QString signOf(Difference difference) {
    switch (difference) {
        case Difference::changed:
            return QStringLiteral("≠");
        case Difference::added:
            return QStringLiteral("+");
        case Difference::removed:
            return QStringLiteral("−");
        case Difference::same:
            break;
    }
    return {};
}

}  // namespace

DifferenceDelegate::DifferenceDelegate(Cell kind, bool tinted, QObject* parent)
    : CellDelegate(kind == Cell::name ? kNameStyle : cell::kId, parent), m_kind(kind), m_tinted(tinted) {}

int DifferenceDelegate::widthFor(const QString& text) const {
    return CellDelegate::widthFor(text) + (m_kind == Cell::name ? scaled(kSignWidth) + space::k1 : 0);
}

void DifferenceDelegate::paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                                      const QModelIndex& index) const {
    const Tokens& t = tokens(option.palette);
    const auto difference = static_cast<Difference>(index.data(models::DifferenceRole).toInt());
    if (m_tinted && difference != Difference::same && !option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, t.warningTint);
    QRect textArea = area;
    if (m_kind == Cell::name) {
        const int signWidth = scaled(kSignWidth);
        painter.setFont(textFont(TextSize::body, true));
        painter.setPen(t.warning);
        painter.drawText(QRect(area.left(), area.top(), signWidth, area.height()), Qt::AlignCenter, signOf(difference));
        textArea.setLeft(area.left() + signWidth + space::k1);
    }
    const QStringList lines = index.data().toString().split(QLatin1Char('\n'));
    // Close together, so that a row is seen as one.
    const int lineHeight = lines.size() == 1 ? textArea.height() : QFontMetrics(cellFont()).height();
    QRect line(textArea.left(), textArea.center().y() - lines.size() * lineHeight / 2, textArea.width(), lineHeight);
    for (const QString& text : lines) {
        paintText(painter, line, option, text);
        line.translate(0, line.height());
    }
}

}  // namespace drydock::views
