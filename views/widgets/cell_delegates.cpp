#include "views/widgets/cell_delegates.h"

#include <algorithm>

#include <QAbstractItemView>
#include <QFontMetrics>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "views/phase_marks.h"
#include "views/theme.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

namespace {

constexpr int kMarkSide = 12;
constexpr int kBarWidth = 3;
constexpr int kBarGap = 1;
constexpr int kBarHeight = 11;
// From this share of the limit on a bar says that it is nearly full.
constexpr double kNearlyFull = 0.8;

QColor toneColour(PillTone tone, const Tokens& t) {
    switch (tone) {
        case PillTone::accent:
            return t.accent;
        case PillTone::good:
            return t.good;
        case PillTone::warning:
            return t.warning;
        case PillTone::bad:
            return t.bad;
        case PillTone::neutral:
            break;
    }
    return t.quietText;
}

}  // namespace

void paintRowGround(QPainter& painter, const QRect& rect, const QPalette& palette, const TableView* view, int row,
                    bool selected) {
    const Tokens& t = tokens(palette);
    if (selected) {
        painter.fillRect(rect, t.selection);
    } else if (view != nullptr && view->hoveredRow() == row) {
        painter.fillRect(rect, t.hover);
    }
    if (view == nullptr || !view->hasFocus() || view->currentIndex().row() != row) return;
    // The row the keyboard is at: a line above and below, also where it is not selected.
    painter.fillRect(QRect(rect.topLeft(), QSize(rect.width(), 1)), t.accent);
    painter.fillRect(QRect(rect.bottomLeft(), QSize(rect.width(), 1)), t.accent);
}

CellDelegate::CellDelegate(CellStyle style, QObject* parent)
    : QStyledItemDelegate(parent),
      m_style(style),
      m_font(style.mono                            ? monoFont()
             : (style.align & Qt::AlignRight) != 0 ? numberFont()
                                                   : textFont()) {}

QRect CellDelegate::contentArea(const QRect& cell) {
    return cell.adjusted(space::k2, 0, -space::k2, 0);
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    paintRowGround(*painter, option.rect, option.palette, qobject_cast<const TableView*>(option.widget), index.row(),
                   option.state.testFlag(QStyle::State_Selected));
    paintContent(*painter, contentArea(option.rect), option, index);
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& /*option*/, const QModelIndex& index) const {
    return {widthFor(index.data().toString()), scaled(kRowHeight)};
}

int CellDelegate::widthFor(const QString& text) const {
    return QFontMetrics(m_font).horizontalAdvance(text) + 2 * space::k2;
}

void CellDelegate::paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    paintText(painter, area, option, index.data().toString());
}

void CellDelegate::paintText(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                             const QString& text) const {
    if (text.isEmpty() || area.width() <= 0) return;
    const Tokens& t = tokens(option.palette);
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    painter.setPen(m_style.quiet || !enabled ? t.quietText : t.text);
    painter.setFont(m_font);
    const QFontMetrics metrics(m_font);
    const bool fits = metrics.horizontalAdvance(text) <= area.width();
    painter.drawText(area, static_cast<int>(m_style.align | Qt::AlignVCenter) | Qt::TextSingleLine,
                     fits ? text : metrics.elidedText(text, m_style.elide, area.width()));
}

bool CellDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                             const QModelIndex& index) {
    if (event->type() != QEvent::ToolTip || index.data(Qt::ToolTipRole).isValid()) {
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    }
    const QString text = index.data().toString();
    const bool cut = sizeHint(option, index).width() > option.rect.width();
    // An empty text takes away the tooltip of the cell before.
    QToolTip::showText(event->globalPos(), cut ? text : QString(), view, option.rect);
    return true;
}

PhaseDelegate::PhaseDelegate(int phaseRole, QObject* parent)
    : CellDelegate(cell::kText, parent), m_phaseRole(phaseRole) {}

int PhaseDelegate::widthFor(const QString& text) const {
    return CellDelegate::widthFor(text) + scaled(kMarkSide) + space::k2;
}

void PhaseDelegate::paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    const QVariant phase = index.data(m_phaseRole);
    const Mark mark = phase.isValid() ? markFromInt(phase.toInt()) : Mark::unknown;
    const int side = scaled(kMarkSide);
    const QRect box(area.left(), area.center().y() - side / 2, side, side);
    paintMark(painter, box, mark, tokens(option.palette));
    paintText(painter, area.adjusted(side + space::k2, 0, 0, 0), option, markWord(mark));
}

BarsDelegate::BarsDelegate(int valueRole, int limitRole, QObject* parent)
    : CellDelegate(cell::kNumber, parent), m_valueRole(valueRole), m_limitRole(limitRole) {}

int BarsDelegate::widthFor(const QString& text) const {
    return text.toInt() * scaled(kBarWidth + kBarGap) + space::k1 + CellDelegate::widthFor(text);
}

void BarsDelegate::paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const int value = index.data(m_valueRole).toInt();
    const int limit = index.data(m_limitRole).toInt();
    if (limit <= 0) return;
    const Tokens& t = tokens(option.palette);
    const QColor full = value >= limit * kNearlyFull ? markColours(Mark::failing, t).edge : t.quietText;
    const int step = scaled(kBarWidth + kBarGap);
    const int width = std::max(1, step - kBarGap);
    const int height = scaled(kBarHeight);
    const int top = area.center().y() - height / 2;
    for (int i = 0; i < limit; ++i) {
        const QRect bar(area.left() + i * step, top, width, height);
        if (bar.right() > area.right()) return;
        painter.fillRect(bar, i < value ? full : blended(t.panel, t.line, t.dark ? 0.8 : 0.7));
    }
    if (value == 0) return;
    const QRect number = area.adjusted(limit * step + space::k1, 0, 0, 0);
    paintText(painter, number, option, QString::number(value));
}

PillDelegate::PillDelegate(ToneOf toneOf, QObject* parent) : CellDelegate(cell::kText, parent), m_toneOf(toneOf) {}

int PillDelegate::widthFor(const QString& text) const {
    return QFontMetrics(textFont(TextSize::caption, true)).horizontalAdvance(text) + 4 * space::k2;
}

void PillDelegate::paintContent(QPainter& painter, const QRect& area, const QStyleOptionViewItem& option,
                                const QModelIndex& index) const {
    const QString text = index.data().toString();
    if (text.isEmpty()) return;
    const Tokens& t = tokens(option.palette);
    const QColor colour = toneColour(m_toneOf(index), t);
    const QFont font = textFont(TextSize::caption, true);
    const QFontMetrics metrics(font);
    const int width = std::min(metrics.horizontalAdvance(text) + 2 * space::k2, area.width());
    const int height = metrics.height() + space::k1;
    const QRectF pill(area.left(), area.center().y() - height / 2.0 + 0.5, width, height);
    painter.setRenderHint(QPainter::Antialiasing);
    // On the selection a tint would not be seen: an outline stands for it.
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter.setPen(selected ? QPen(colour) : QPen(Qt::NoPen));
    painter.setBrush(selected ? QBrush(Qt::NoBrush) : QBrush(blended(t.panel, colour, 0.14)));
    painter.drawRoundedRect(pill, height / 2.0, height / 2.0);
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(pill, Qt::AlignCenter, metrics.elidedText(text, Qt::ElideRight, width - space::k2));
}

}  // namespace drydock::views
