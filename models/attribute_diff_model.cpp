#include "models/attribute_diff_model.h"

#include <algorithm>
#include <set>

namespace drydock::models {
namespace {

const std::string* valueOf(const fleet::Attributes& attributes, const std::string& name) {
    const auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : &found->second;
}

QString text(const std::string* value) {
    return value == nullptr ? QString() : QString::fromStdString(*value);
}

}  // namespace

void AttributeDiffModel::setAttributes(const fleet::Attributes& now, const std::optional<fleet::Attributes>& backup) {
    std::set<std::string> names;
    for (const auto& attribute : now) names.insert(attribute.first);
    if (backup) {
        for (const auto& attribute : *backup) names.insert(attribute.first);
    }
    std::vector<Line> lines;
    for (const std::string& name : names) {
        const std::string* current = valueOf(now, name);
        const std::string* kept = backup ? valueOf(*backup, name) : nullptr;
        Difference difference = Difference::same;
        if (backup && kept == nullptr)
            difference = Difference::added;
        else if (backup && current == nullptr)
            difference = Difference::removed;
        else if (backup && *current != *kept)
            difference = Difference::changed;
        lines.push_back({QString::fromStdString(name), text(current), text(kept), difference});
    }
    if (lines == m_rows && m_hasBackup == backup.has_value()) return;
    beginResetModel();
    m_rows = std::move(lines);
    m_hasBackup = backup.has_value();
    endResetModel();
}

int AttributeDiffModel::differences() const {
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(),
                                          [](const Line& line) { return line.difference != Difference::same; }));
}

QString AttributeDiffModel::differenceText(Difference difference) {
    switch (difference) {
        case Difference::same:
            return tr("same");
        case Difference::changed:
            return tr("changed");
        case Difference::added:
            return tr("not in the backup");
        case Difference::removed:
            return tr("only in the backup");
    }
    return {};
}

QVariant AttributeDiffModel::cell(int row, int column, int role) const {
    const Line& line = m_rows[static_cast<std::size_t>(row)];
    if (role == DifferenceRole) return static_cast<int>(line.difference);
    if (role == IdRole) return line.name;
    if (role == Qt::AccessibleDescriptionRole) return differenceText(line.difference);
    if (role != Qt::DisplayRole && role != CopyRole && role != SortRole && role != Qt::ToolTipRole) return {};
    switch (column) {
        case NameColumn:
            return line.name;
        case NowColumn:
            return line.now;
        case BackupColumn:
            return line.backup;
        default:
            return {};
    }
}

QString AttributeDiffModel::title(int column) const {
    switch (column) {
        case NameColumn:
            return tr("Attribute");
        case NowColumn:
            return tr("Now");
        default:
            return tr("Backup");
    }
}

}  // namespace drydock::models
