#include "views/firmware/partition_map.h"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "models/format.h"
#include "views/theme.h"

namespace drydock::views {
namespace {

constexpr int kStripHeight = 40;
constexpr int kHeight = 60;  // the strip and the offsets below it
constexpr int kLeastWidth = 200;
constexpr double kGap = 1.0;

QString hex(std::uint32_t offset) {
    return QStringLiteral("0x%1").arg(offset, 0, 16);
}

}  // namespace

PartitionMap::PartitionMap(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Partitions"));
}

void PartitionMap::setPartitions(std::vector<fleet::Partition> partitions) {
    m_partitions = std::move(partitions);
    std::sort(m_partitions.begin(), m_partitions.end(),
              [](const auto& a, const auto& b) { return a.offset < b.offset; });
    // Sizes differ a thousandfold: by their square roots the small ones are seen too.
    std::vector<double> widths;
    for (std::size_t i = 1; i < m_partitions.size(); ++i)
        widths.push_back(std::sqrt(static_cast<double>(m_partitions[i].offset - m_partitions[i - 1].offset)));
    if (!m_partitions.empty())
        widths.push_back(widths.empty() ? 1.0 : std::max(1.0, *std::max_element(widths.begin(), widths.end())));
    double sum = 0;
    for (const double width : widths) sum += width;
    m_starts.assign(1, 0.0);
    for (const double width : widths) m_starts.push_back(m_starts.back() + width / sum);

    QStringList spoken;
    for (std::size_t i = 0; i < m_partitions.size(); ++i) spoken.append(words(i));
    setAccessibleDescription(spoken.join(QLatin1Char('\n')));
    update();
}

QString PartitionMap::words(std::size_t partition) const {
    const fleet::Partition& shown = m_partitions[partition];
    const QString name = QString::fromStdString(shown.name);
    if (partition + 1 == m_partitions.size()) return tr("%1 from %2 to the end").arg(name, hex(shown.offset));
    return tr("%1 from %2, %3")
        .arg(name, hex(shown.offset), models::Format::size(m_partitions[partition + 1].offset - shown.offset));
}

QSize PartitionMap::sizeHint() const {
    return {scaled(kLeastWidth), scaled(kHeight)};
}

QSize PartitionMap::minimumSizeHint() const {
    return sizeHint();
}

QRectF PartitionMap::boxOf(std::size_t partition) const {
    const double left = m_starts[partition] * width();
    const double right = m_starts[partition + 1] * width();
    return {left, 0, std::max(1.0, right - left - kGap), static_cast<double>(scaled(kStripHeight))};
}

void PartitionMap::paintEvent(QPaintEvent* /*event*/) {
    const Tokens& look = tokens(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QFont names = textFont(TextSize::caption);
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        const QRectF box = boxOf(i);
        painter.fillRect(box, i % 2 == 0 ? look.selection : look.hover);
        painter.setFont(names);
        painter.setPen(look.text);
        const QString name = QString::fromStdString(m_partitions[i].name);
        const QRectF inner = box.adjusted(space::k1, 0, -space::k1, 0);
        const QFontMetrics metrics(names);
        if (metrics.horizontalAdvance(name) <= inner.width()) painter.drawText(inner, Qt::AlignCenter, name);
        painter.setPen(look.quietText);
        const QRectF below(box.left(), box.bottom(), box.width(), height() - box.bottom());
        const QString offset = hex(m_partitions[i].offset);
        if (metrics.horizontalAdvance(offset) + space::k1 <= below.width())
            painter.drawText(below, Qt::AlignLeft | Qt::AlignVCenter, offset);
    }
}

bool PartitionMap::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (std::size_t i = 0; i < m_partitions.size(); ++i) {
        if (!boxOf(i).contains(help->pos())) continue;
        QToolTip::showText(help->globalPos(), words(i), this);
        return true;
    }
    QToolTip::hideText();
    return true;
}

}  // namespace drydock::views
