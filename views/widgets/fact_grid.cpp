#include "views/widgets/fact_grid.h"

#include <QGridLayout>
#include <QLabel>
#include <QVariant>

#include "views/theme.h"
#include "views/widgets/id_label.h"

namespace drydock::views {

FactGrid::FactGrid(QWidget* parent) : QWidget(parent) {
    clear();
}

void FactGrid::clear() {
    if (m_layout != nullptr) {
        while (QLayoutItem* item = m_layout->takeAt(0)) {
            delete item->widget();
            delete item;
        }
    }
    // Anew each time: an emptied one still keeps the room of its former rows.
    delete m_layout;
    m_layout = new QGridLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(space::k4);
    m_layout->setVerticalSpacing(space::k1);
    m_layout->setColumnStretch(1, 1);
}

void FactGrid::add(const QString& name, const QString& value, const char* tone) {
    auto* shown = new QLabel(value.isEmpty() ? QStringLiteral("–") : value);
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    shown->setTextFormat(Qt::PlainText);
    shown->setWordWrap(true);
    shown->setProperty("tone", tone);
    addLine(name, value, shown);
}

void FactGrid::addId(const QString& name, const QString& value) {
    if (value.isEmpty()) return add(name, value);
    addLine(name, value, new IdLabel(value));
}

void FactGrid::addLine(const QString& name, const QString& value, QLabel* shown) {
    const int row = m_layout->rowCount();
    auto* label = new QLabel(name);
    label->setProperty("quiet", true);
    shown->setAccessibleName(QStringLiteral("%1: %2").arg(name, value));
    m_layout->addWidget(label, row, 0, Qt::AlignTop);
    m_layout->addWidget(shown, row, 1);
}

}  // namespace drydock::views
