#include "views/widgets/bar_rows.h"

#include <algorithm>

#include <QPainter>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {

namespace {

constexpr int kBarHeight = 16;
constexpr int kMostNameWidth = 140;

// Shades of the accent, from the oldest to the newest.
QColor shade(std::size_t segment, std::size_t segments, const Tokens& t) {
    const double part = static_cast<double>(segment + 1) / static_cast<double>(segments);
    return blended(t.panel, t.accent, segments == 1 ? 0.75 : 0.25 + 0.65 * part);
}

}  // namespace

std::uint64_t BarRow::total() const {
    std::uint64_t sum = 0;
    for (const BarSegment& segment : segments) sum += segment.value;
    return sum;
}

std::uint64_t BarRows::largest() const {
    std::uint64_t largest = 0;
    for (const BarRow& row : all()) largest = std::max(largest, row.total());
    return largest;
}

QString BarRows::rowText(int row) const {
    QStringList parts;
    for (const BarSegment& segment : at(row).segments) {
        parts.append(QStringLiteral("%1 %2").arg(segment.name, models::Format::count(segment.value)));
    }
    return QStringLiteral("%1: %2").arg(at(row).name, parts.join(QStringLiteral(", ")));
}

QFont BarRows::nameFont() const {
    return namesMono() ? monoFont() : textFont();
}

int BarRows::nameWidth() const {
    const QFontMetrics metrics(nameFont());
    int width = 0;
    for (const BarRow& row : all()) width = std::max(width, metrics.horizontalAdvance(row.name) + 1);
    return std::min(width, scaled(kMostNameWidth));
}

QRect BarRows::barArea(const QRect& rowArea) const {
    const int left = nameWidth() + space::k3;
    const int height = scaled(kBarHeight);
    const int figure = QFontMetrics(numberFont()).horizontalAdvance(models::Format::count(largest()));
    return {left, rowArea.top() + (rowArea.height() - height) / 2, rowArea.width() - left - figure - space::k3, height};
}

std::vector<int> BarRows::segmentWidths(const BarRow& row, int barWidth) const {
    std::vector<int> widths;
    const std::uint64_t scale = largest();
    std::uint64_t sum = 0;
    int before = 0;
    for (const BarSegment& segment : row.segments) {
        sum += segment.value;
        // Ends are rounded, not widths, so that the bar is as long as its total.
        const double share = scale == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(scale);
        const int end = std::max(before + (segment.value > 0 ? 1 : 0), static_cast<int>(share * barWidth));
        widths.push_back(end - before);
        before = end;
    }
    return widths;
}

QString BarRows::tipAt(int row, int x) const {
    const BarRow& one = at(row);
    const QRect bar = barArea(QRect(0, row * rowHeight(), width(), rowHeight()));
    const std::vector<int> widths = segmentWidths(one, bar.width());
    int left = bar.left();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (x >= left && x < left + widths[i]) {
            const BarSegment& segment = one.segments[i];
            return QStringLiteral("%1 · %2: %3").arg(one.name, segment.name, models::Format::count(segment.value));
        }
        left += widths[i];
    }
    return QStringLiteral("%1: %2").arg(one.name, models::Format::count(one.total()));
}

void BarRows::paintBar(QPainter& painter, const BarRow& row, const QRect& bar) const {
    const Tokens& t = tokens(*this);
    const std::vector<int> widths = segmentWidths(row, bar.width());
    painter.setFont(textFont(TextSize::caption));
    const QFontMetrics metrics = painter.fontMetrics();
    int left = bar.left();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const QColor colour = shade(i, widths.size(), t);
        const bool gap = widths[i] > 2 && i + 1 < widths.size();
        const QRect segment(left, bar.top(), widths[i] - (gap ? 1 : 0), bar.height());
        painter.fillRect(segment, colour);
        const QString& name = row.segments[i].name;
        if (widths.size() > 1 && metrics.horizontalAdvance(name) + space::k2 <= segment.width()) {
            // Whichever of the two reads better on this shade.
            painter.setPen(contrast(colour, t.text) >= contrast(colour, t.panel) ? t.text : t.panel);
            painter.drawText(segment, Qt::AlignCenter, name);
        }
        left += widths[i];
    }
}

void BarRows::paintRow(QPainter& painter, int row, const QRect& area) const {
    const BarRow& one = at(row);
    painter.setPen(tokens(*this).text);
    painter.setFont(nameFont());
    const int room = nameWidth();
    const QFontMetrics metrics = painter.fontMetrics();
    // Asked first, because eliding measures in fractions and would cut names that just fit.
    const bool fits = QFontMetrics(nameFont()).horizontalAdvance(one.name) <= room;
    painter.drawText(QRect(0, area.top(), room, area.height()), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip,
                     fits ? one.name : metrics.elidedText(one.name, Qt::ElideMiddle, room));
    painter.setFont(numberFont());
    painter.drawText(area, Qt::AlignRight | Qt::AlignVCenter, models::Format::count(one.total()));
    paintBar(painter, one, barArea(area));
}

}  // namespace drydock::views
