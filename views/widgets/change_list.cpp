#include "views/activity/change_list.h"

#include <QGridLayout>
#include <QLabel>
#include <QVariant>

#include "views/theme.h"

namespace drydock::views {
namespace {

QString orAbsent(const std::string& value) {
    return value.empty() ? ChangeList::tr("absent") : QString::fromStdString(value);
}

}  // namespace

ChangeList::ChangeList(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(space::k3);
    m_layout->setVerticalSpacing(space::k1);
    for (int column = 0; column < 3; ++column) m_layout->setColumnStretch(column, 1);
}

void ChangeList::setChanges(const std::vector<fleet::FieldChange>& changes) {
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    QStringList spoken;
    if (!changes.empty()) {
        addCell(row, 0, tr("Field"), nullptr);
        addCell(row, 1, tr("Before"), nullptr);
        addCell(row, 2, tr("After"), nullptr);
    } else {
        addCell(row, 0, tr("It changed no field."), nullptr);
    }
    for (const fleet::FieldChange& change : changes) {
        const QString field = QString::fromStdString(change.field);
        const QString before = orAbsent(change.before);
        const QString after = orAbsent(change.after);
        ++row;
        addCell(row, 0, field, "");
        addCell(row, 1, before, "bad");
        addCell(row, 2, after, "good");
        spoken.append(tr("%1: from %2 to %3").arg(field, before, after));
    }
    setAccessibleName(tr("Changes"));
    setAccessibleDescription(spoken.join(QLatin1Char('\n')));
}

// No tone: a heading. An empty one: plain.
void ChangeList::addCell(int row, int column, const QString& text, const char* tone) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    if (tone == nullptr) {
        label->setProperty("quiet", true);
    } else {
        label->setFont(monoFont());
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        if (*tone != '\0') label->setProperty("tone", tone);
    }
    m_layout->addWidget(label, row, column, Qt::AlignTop);
}

}  // namespace drydock::views
