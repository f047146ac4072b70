#include "models/attribute_diff_model.h"

#include <algorithm>
#include <set>

#include "models/roles.h"

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
        State state = State::same;
        if (backup && kept == nullptr)
            state = State::onlyNow;
        else if (backup && current == nullptr)
            state = State::onlyBackup;
        else if (backup && *current != *kept)
            state = State::changed;
        lines.push_back({QString::fromStdString(name), text(current), text(kept), state});
    }
    if (lines == m_rows && m_hasBackup == backup.has_value()) return;
    beginResetModel();
    m_rows = std::move(lines);
    m_hasBackup = backup.has_value();
    endResetModel();
}

int AttributeDiffModel::differences() const {
    return static_cast<int>(
        std::count_if(m_rows.begin(), m_rows.end(), [](const Line& line) { return line.state != State::same; }));
}

QString AttributeDiffModel::stateText(State state) {
    switch (state) {
        case State::same:
            return tr("same");
        case State::changed:
            return tr("changed");
        case State::onlyNow:
            return tr("not in the backup");
        case State::onlyBackup:
            return tr("only in the backup");
    }
    return {};
}

QVariant AttributeDiffModel::cell(int row, int column, int role) const {
    const Line& line = m_rows[static_cast<std::size_t>(row)];
    if (role == DifferenceRole) return static_cast<int>(line.state);
    if (role == IdRole) return line.name;
    if (role == Qt::AccessibleDescriptionRole) return stateText(line.state);
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
