#include "views/widgets/bar_rows.h"

#include <algorithm>

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kBarHeight = 16;
constexpr int kMostNameWidth = 140;
}  // namespace

std::uint64_t BarRows::Row::total() const {
    std::uint64_t sum = 0;
    for (const Segment& segment : segments) sum += segment.value;
    return sum;
}

BarRows::BarRows(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void BarRows::setRows(std::vector<Row> rows) {
    m_rows = std::move(rows);
    m_largest = 0;
    QStringList described;
    for (const Row& row : m_rows) {
        m_largest = std::max(m_largest, row.total());
        QStringList parts;
        for (const Segment& segment : row.segments) {
            parts.append(QStringLiteral("%1 %2").arg(segment.name, models::Format::count(segment.value)));
        }
        described.append(QStringLiteral("%1: %2").arg(row.name, parts.join(QStringLiteral(", "))));
    }
    m_current = std::clamp(m_current, 0, std::max(0, static_cast<int>(m_rows.size()) - 1));
    setAccessibleDescription(m_rows.empty() ? m_emptyText : described.join(QStringLiteral("; ")));
    updateGeometry();
    update();
}

void BarRows::setEmptyText(const QString& text) {
    m_emptyText = text;
    if (m_rows.empty()) setAccessibleDescription(text);
    update();
}

int BarRows::rowHeight() const { return scaled(kRowHeight); }

int BarRows::nameWidth() const {
    const QFontMetrics metrics(m_namesMono ? monoFont() : textFont());
    int width = 0;
    for (const Row& row : m_rows) width = std::max(width, metrics.horizontalAdvance(row.name));
    return std::min(width, scaled(kMostNameWidth));
}

int BarRows::figureWidth() const {
    return QFontMetrics(numberFont()).horizontalAdvance(models::Format::count(m_largest));
}

QRect BarRows::barArea(int row) const {
    const int left = nameWidth() + space::k3;
    const int height = scaled(kBarHeight);
    const int top = row * rowHeight() + (rowHeight() - height) / 2;
    return {left, top, width() - left - figureWidth() - space::k3, height};
}

std::vector<int> BarRows::segmentWidths(const Row& row, int barWidth) const {
    std::vector<int> widths;
    std::uint64_t sum = 0;
    int before = 0;
    for (const Segment& segment : row.segments) {
        sum += segment.value;
        // Ends are rounded, not widths, so that the bar is as long as its total.
        const double share = m_largest == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(m_largest);
        const int end = std::max(before + (segment.value > 0 ? 1 : 0), static_cast<int>(share * barWidth));
        widths.push_back(end - before);
        before = end;
    }
    return widths;
}

int BarRows::rowAt(const QPoint& at) const {
    const int row = at.y() / rowHeight();
    return at.y() >= 0 && row < static_cast<int>(m_rows.size()) ? row : -1;
}

QString BarRows::tipAt(const QPoint& at) const {
    const int index = rowAt(at);
    if (index < 0) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index)];
    const QRect bar = barArea(index);
    const std::vector<int> widths = segmentWidths(row, bar.width());
    int left = bar.left();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (at.x() >= left && at.x() < left + widths[i]) {
            return QStringLiteral("%1 · %2: %3")
                .arg(row.name, row.segments[i].name, models::Format::count(row.segments[i].value));
        }
        left += widths[i];
    }
    return QStringLiteral("%1: %2").arg(row.name, models::Format::count(row.total()));
}

QSize BarRows::sizeHint() const {
    return {scaled(240), rowHeight() * std::max(3, static_cast<int>(m_rows.size()))};
}

QSize BarRows::minimumSizeHint() const { return {scaled(160), sizeHint().height()}; }

void BarRows::paintRow(QPainter& painter, int index) const {
    const Tokens& t = tokens(*this);
    const Row& row = m_rows[static_cast<std::size_t>(index)];
    const QRect line(0, index * rowHeight(), width(), rowHeight());
    if (hasFocus() && index == m_current) painter.fillRect(line, t.hover);
    const QFont nameFont = m_namesMono ? monoFont() : textFont();
    painter.setFont(nameFont);
    painter.setPen(t.text);
    painter.drawText(QRect(0, line.top(), nameWidth(), line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(nameFont).elidedText(row.name, Qt::ElideMiddle, nameWidth()));
    painter.setFont(numberFont());
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, models::Format::count(row.total()));

    const QRect bar = barArea(index);
    const std::vector<int> widths = segmentWidths(row, bar.width());
    const QFont labelFont = textFont(TextSize::caption);
    const QFontMetrics labelMetrics(labelFont);
    painter.setFont(labelFont);
    int left = bar.left();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const double strength = widths.size() == 1 ? 0.75 : 0.3 + 0.6 * static_cast<double>(i + 1) / static_cast<double>(widths.size());
        const QColor colour = blended(t.panel, t.accent, strength);
        const bool gap = widths[i] > 2 && i + 1 < widths.size();
        const QRect segment(left, bar.top(), widths[i] - (gap ? 1 : 0), bar.height());
        painter.fillRect(segment, colour);
        const QString& name = row.segments[i].name;
        if (widths.size() > 1 && labelMetrics.horizontalAdvance(name) + space::k2 <= segment.width()) {
            // Whichever of the two reads better on this shade.
            painter.setPen(contrast(colour, t.text) >= contrast(colour, t.panel) ? t.text : t.panel);
            painter.drawText(segment, Qt::AlignCenter, name);
        }
        left += widths[i];
    }
}

void BarRows::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    if (m_rows.empty()) {
        painter.setFont(textFont());
        painter.setPen(tokens(*this).quietText);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (int row = 0; row < static_cast<int>(m_rows.size()); ++row) paintRow(painter, row);
}

void BarRows::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos());
    if (event->button() != Qt::LeftButton || row < 0) return;
    m_current = row;
    update();
    emit rowClicked(m_rows[static_cast<std::size_t>(row)].id);
}

void BarRows::keyPressEvent(QKeyEvent* event) {
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

bool BarRows::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), tipAt(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace drydock::views
