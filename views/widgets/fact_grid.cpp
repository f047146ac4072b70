#include "views/widgets/fact_grid.h"

#include <QGridLayout>
#include <QLabel>
#include <QVariant>

#include "views/theme.h"

namespace drydock::views {
namespace {

constexpr int kLongId = 24;

}  // namespace

FactGrid::FactGrid(QWidget* parent) : QWidget(parent), m_layout(new QGridLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(space::k4);
    m_layout->setVerticalSpacing(space::k1);
    m_layout->setColumnStretch(1, 1);
}

void FactGrid::clear() {
    m_rows = 0;
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void FactGrid::add(const QString& name, const QString& value, const char* tone) {
    addLine(name, value)->setProperty("tone", tone);
}

void FactGrid::addId(const QString& name, const QString& value) {
    addLine(name, value)->setFont(monoFont());
}

QLabel* FactGrid::addLine(const QString& name, const QString& value) {
    const int row = m_rows++;
    auto* label = new QLabel(name);
    label->setProperty("quiet", true);
    auto* shown = new QLabel(value.isEmpty() ? QStringLiteral("–") : value);
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    shown->setTextFormat(Qt::PlainText);
    shown->setWordWrap(true);
    shown->setAccessibleName(QStringLiteral("%1: %2").arg(name, value));
    m_layout->addWidget(label, row, 0, Qt::AlignTop);
    m_layout->addWidget(shown, row, 1, Qt::AlignTop);
    return shown;
}

}  // namespace drydock::views
