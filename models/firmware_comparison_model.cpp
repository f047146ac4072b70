#include "models/firmware_comparison_model.h"

#include <algorithm>

#include "models/format.h"
#include "models/text.h"

namespace drydock::models {
namespace {

constexpr std::size_t kShortHash = 8;
constexpr int kHexDigits = 8;

}  // namespace

void FirmwareComparisonModel::setComparison(const fleet::FirmwareComparison& comparison, const QString& before,
                                            const QString& after) {
    std::vector<Line> lines = linesOf(comparison);
    if (lines == m_lines && before == m_before && after == m_after) return;
    beginResetModel();
    m_lines = std::move(lines);
    m_before = before;
    m_after = after;
    endResetModel();
}

std::vector<FirmwareComparisonModel::Line> FirmwareComparisonModel::linesOf(
    const fleet::FirmwareComparison& comparison) const {
    std::vector<Line> lines;
    switch (m_part) {
        case Part::manifest:
            for (const fleet::ManifestDifference& field : comparison.fields) {
                const QString before = toText(field.before);
                const QString after = toText(field.after);
                lines.push_back({toText(field.field), {before, before}, {after, after}});
            }
            break;
        case Part::files:
            for (const fleet::FirmwareFile& file : comparison.removed)
                lines.push_back({toText(file.name), sideOf(file), {}});
            for (const fleet::FirmwareFile& file : comparison.added)
                lines.push_back({toText(file.name), {}, sideOf(file)});
            for (const fleet::FileDifference& file : comparison.changed)
                lines.push_back({toText(file.before.name), sideOf(file.before), sideOf(file.after)});
            std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.name < b.name; });
            break;
        case Part::partitions:
            for (const fleet::PartitionDifference& partition : comparison.partitions)
                lines.push_back({toText(partition.name), sideOf(partition.before), sideOf(partition.after)});
            break;
    }
    return lines;
}

FirmwareComparisonModel::Side FirmwareComparisonModel::sideOf(const fleet::FirmwareFile& file) {
    const QString hash = file.sha256.empty() ? tr("no hash") : toText(file.sha256.substr(0, kShortHash));
    QString whole = tr("%1 bytes").arg(file.sizeBytes);
    if (!file.sha256.empty()) whole += QStringLiteral(", SHA-256 ") + toText(file.sha256);
    return {Format::size(file.sizeBytes) + QLatin1Char('\n') + hash, whole};
}

FirmwareComparisonModel::Side FirmwareComparisonModel::sideOf(const std::optional<std::uint32_t>& offset) {
    if (!offset) return {};
    const QString text = QStringLiteral("0x%1").arg(*offset, kHexDigits, 16, QLatin1Char('0'));
    return {text, text};
}

Difference FirmwareComparisonModel::differenceOf(const Line& line) {
    if (line.before.text.isEmpty()) return Difference::added;
    return line.after.text.isEmpty() ? Difference::removed : Difference::changed;
}

QString FirmwareComparisonModel::differenceText(const Line& line) const {
    switch (differenceOf(line)) {
        case Difference::added:
            return tr("added");
        case Difference::removed:
            return tr("removed");
        case Difference::changed:
            return m_part == Part::partitions ? tr("moved") : tr("changed");
        case Difference::same:
            break;
    }
    return {};
}

QVariant FirmwareComparisonModel::cell(int row, int column, int role) const {
    const Line& line = m_lines[static_cast<std::size_t>(row)];
    const Side& side = column == BeforeColumn ? line.before : line.after;
    const QString absent = QStringLiteral("–");
    switch (role) {
        case IdRole:
            return line.name;
        case DifferenceRole:
            return static_cast<int>(differenceOf(line));
        case Qt::AccessibleDescriptionRole:
            return differenceText(line);
        case Qt::DisplayRole:
        case SortRole:
            if (column == NameColumn) return line.name;
            return side.text.isEmpty() ? absent : side.text;
        case Qt::ToolTipRole:
            if (column == NameColumn) return QStringLiteral("%1: %2").arg(line.name, differenceText(line));
            return side.whole;
        case CopyRole:
            return column == NameColumn ? line.name : side.whole;
        default:
            return {};
    }
}

QString FirmwareComparisonModel::title(int column) const {
    if (column == BeforeColumn) return m_before.isEmpty() ? tr("Before") : m_before;
    if (column == AfterColumn) return m_after.isEmpty() ? tr("After") : m_after;
    switch (m_part) {
        case Part::manifest:
            return tr("Field");
        case Part::files:
            return tr("File");
        case Part::partitions:
            break;
    }
    return tr("Partition");
}

}  // namespace drydock::models
