#include "views/widgets/painted_rows.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "views/theme.h"

namespace drydock::views {

PaintedRows::PaintedRows(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void PaintedRows::setEmptyText(const QString& text) {
    m_emptyText = text;
    setAccessibleDescription(text);
    update();
}

void PaintedRows::setCapacity(int rows) {
    m_capacity = rows;
    updateGeometry();
}

void PaintedRows::rowsChanged() {
    m_current = std::clamp(m_current, 0, std::max(0, rowCount() - 1));
    QStringList described;
    for (int row = 0; row < rowCount(); ++row) described.append(rowText(row));
    setAccessibleDescription(described.isEmpty() ? m_emptyText : described.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

int PaintedRows::rowHeight() {
    return scaled(kCompactRowHeight);
}

QSize PaintedRows::sizeHint() const {
    return {scaled(240), rowHeight() * std::max(m_capacity, rowCount())};
}

QSize PaintedRows::minimumSizeHint() const {
    return {scaled(160), sizeHint().height()};
}

int PaintedRows::rowAt(const QPoint& at) const {
    const int row = at.y() / rowHeight();
    return at.y() >= 0 && row < rowCount() ? row : -1;
}

void PaintedRows::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& t = tokens(*this);
    QPainter painter(this);
    if (rowCount() == 0) {
        painter.setFont(textFont());
        painter.setPen(t.quietText);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (int row = 0; row < rowCount(); ++row) {
        const QRect area(0, row * rowHeight(), width(), rowHeight());
        if (row == m_hovered || (hasFocus() && row == m_current)) painter.fillRect(area, t.hover);
        paintRow(painter, row, area);
    }
}

void PaintedRows::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos());
    setCursor(row >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (row == m_hovered) return;
    m_hovered = row;
    update();
}

void PaintedRows::leaveEvent(QEvent* event) {
    m_hovered = -1;
    update();
    QWidget::leaveEvent(event);
}

void PaintedRows::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos());
    if (event->button() != Qt::LeftButton || row < 0) return;
    m_current = row;
    emit rowClicked(rowId(row));
}

void PaintedRows::keyPressEvent(QKeyEvent* event) {
    if (rowCount() == 0) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Up:
            m_current = std::max(0, m_current - 1);
            break;
        case Qt::Key_Down:
            m_current = std::min(rowCount() - 1, m_current + 1);
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
        case Qt::Key_Space:
            emit rowClicked(rowId(m_current));
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    update();
}

bool PaintedRows::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowAt(help->pos());
    QToolTip::showText(help->globalPos(), row < 0 ? QString() : tipAt(row, help->pos().x()), this);
    return true;
}

}  // namespace drydock::views
