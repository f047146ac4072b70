#include "views/widgets/link_rows.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kMarkSide = 12;
}  // namespace

LinkRows::LinkRows(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void LinkRows::setRows(std::vector<Row> rows) {
    m_rows = std::move(rows);
    if (m_rows.size() > static_cast<std::size_t>(m_capacity)) m_rows.resize(static_cast<std::size_t>(m_capacity));
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_rows.size()) - 1));
    QStringList described;
    for (const Row& row : m_rows) described.append(QStringLiteral("%1: %2").arg(row.text, row.right));
    setAccessibleDescription(m_rows.empty() ? m_emptyText : described.join(QStringLiteral("; ")));
    update();
}

void LinkRows::setEmptyText(const QString& text) {
    m_emptyText = text;
    if (m_rows.empty()) setAccessibleDescription(text);
    update();
}

void LinkRows::setCapacity(int rows) {
    m_capacity = rows;
    updateGeometry();
}

QSize LinkRows::sizeHint() const { return {scaled(240), scaled(kRowHeight) * m_capacity}; }

QSize LinkRows::minimumSizeHint() const { return {scaled(160), sizeHint().height()}; }

int LinkRows::rowAt(const QPoint& at) const {
    const int row = at.y() / scaled(kRowHeight);
    return at.y() >= 0 && row < static_cast<int>(m_rows.size()) ? row : -1;
}

void LinkRows::paintRow(QPainter& painter, int index) const {
    const Tokens& t = tokens(*this);
    const Row& row = m_rows[static_cast<std::size_t>(index)];
    const int height = scaled(kRowHeight);
    const QRect line(0, index * height, width(), height);
    if (index == m_hovered || (hasFocus() && index == m_current)) painter.fillRect(line, t.hover);
    QRect textArea = line;
    if (row.mark) {
        const int side = scaled(kMarkSide);
        paintMark(painter, QRect(line.left(), line.center().y() - side / 2, side, side), *row.mark, t);
        textArea.setLeft(side + space::k2);
    }
    const QFont rightFont = numberFont();
    painter.setFont(rightFont);
    painter.setPen(t.quietText);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, row.right);
    textArea.setRight(line.right() - QFontMetrics(rightFont).horizontalAdvance(row.right) - space::k3);
    const QFont font = m_textMono ? monoFont() : textFont();
    painter.setFont(font);
    painter.setPen(t.text);
    painter.drawText(textArea, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(font).elidedText(row.text, m_textMono ? Qt::ElideMiddle : Qt::ElideRight,
                                                   textArea.width()));
}

void LinkRows::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    if (m_rows.empty()) {
        painter.setFont(textFont());
        painter.setPen(tokens(*this).quietText);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row) paintRow(painter, row);
}

void LinkRows::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos());
    setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row == m_hovered) return;
    m_hovered = row;
    update();
}

void LinkRows::leaveEvent(QEvent* event) {
    m_hovered = -1;
    update();
    QWidget::leaveEvent(event);
}

void LinkRows::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos());
    if (event->button() == Qt::LeftButton && row >= 0) emit rowClicked(m_rows[static_cast<std::size_t>(row)].id);
}

void LinkRows::keyPressEvent(QKeyEvent* event) {
    const int last = static_cast<int>(m_rows.size()) - 1;
    if (last < 0) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Up:
            m_current = std::max(0, m_current - 1);
            break;
        case Qt::Key_Down:
            m_current = std::min(last, m_current + 1);
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            emit rowClicked(m_rows[static_cast<std::size_t>(m_current)].id);
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    update();
}

bool LinkRows::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = rowAt(help->pos());
        QToolTip::showText(help->globalPos(), row < 0 ? QString() : m_rows[static_cast<std::size_t>(row)].text, this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace drydock::views
