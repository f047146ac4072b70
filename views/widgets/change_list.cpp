#include "views/widgets/change_list.h"

#include <algorithm>

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <QVariant>

#include "models/format.h"
#include "models/text.h"
#include "views/theme.h"

namespace drydock::views {
namespace {

using models::Format;

// Of a group there may be hundreds; so many tell what it is about.
constexpr std::size_t kMostShown = 50;

// As the desk words it elsewhere, where it is a word of the store's.
QString valueText(const std::string& field, const std::string& value) {
    if (value.empty()) return QStringLiteral("–");
    if (field == "phase") {
        if (const auto phase = fleet::phaseFromName(value)) return Format::phase(*phase);
    } else if (field == "release_status") {
        if (const auto status = fleet::releaseStatusFromName(value)) return Format::releaseStatus(*status);
    }
    return models::toText(value);
}

QLabel* labelOf(const QString& text, bool quiet) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("quiet", quiet);
    return label;
}

QLabel* valueLabel(const QString& text, bool quiet) {
    QLabel* label = labelOf(text, quiet);
    label->setFont(monoFont());
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

}  // namespace

ChangeList::ChangeList(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    setAccessibleName(tr("Changes"));
}

void ChangeList::setChanges(const std::vector<fleet::FieldChange>& changes) {
    delete m_lines;
    m_lines = new QWidget;
    m_layout->addWidget(m_lines);
    auto* grid = new QGridLayout(m_lines);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::k2);
    grid->setVerticalSpacing(space::k1);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(3, 1);
    QStringList spoken;
    if (changes.empty()) grid->addWidget(labelOf(tr("It changed no field."), true), 0, 0, 1, 4);
    int row = 0;
    for (std::size_t i = 0; i < std::min(changes.size(), kMostShown); ++i) {
        const fleet::FieldChange& change = changes[i];
        const QString field = models::toText(change.field);
        const QString before = valueText(change.field, change.before);
        const QString after = valueText(change.field, change.after);
        auto* name = new QLabel(field);
        name->setProperty("quiet", true);
        auto* arrow = new QLabel(QStringLiteral("→"));
        arrow->setProperty("quiet", true);
        grid->addWidget(name, row, 0, Qt::AlignTop);
        grid->addWidget(valueLabel(before, true), row, 1, Qt::AlignTop);
        grid->addWidget(arrow, row, 2, Qt::AlignTop);
        grid->addWidget(valueLabel(after, false), row, 3, Qt::AlignTop);
        spoken.append(tr("%1: from %2 to %3").arg(field, before, after));
        ++row;
    }
    if (changes.size() > kMostShown) {
        const QString more = tr("… and %1 more.").arg(Format::count(changes.size() - kMostShown));
        grid->addWidget(labelOf(more, true), row, 0, 1, 4);
        spoken.append(more);
    }
    setAccessibleDescription(spoken.join(QLatin1Char('\n')));
}

}  // namespace drydock::views
