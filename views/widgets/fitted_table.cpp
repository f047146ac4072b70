#include "views/widgets/fitted_table.h"

#include <QHeaderView>
#include <QWheelEvent>

#include "views/theme.h"

namespace drydock::views {

namespace {
constexpr int kEmptyHeight = 132;
constexpr int kPreferredWidth = 320;
constexpr int kLeastWidth = 200;
}  // namespace

FittedTable::FittedTable(QWidget* parent) : TableView(parent) {
    setCompact(true);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FittedTable::setModel(QAbstractItemModel* newModel) {
    TableView::setModel(newModel);
    connect(newModel, &QAbstractItemModel::modelReset, this, &FittedTable::updateGeometry);
    connect(newModel, &QAbstractItemModel::rowsInserted, this, &FittedTable::updateGeometry);
    connect(newModel, &QAbstractItemModel::rowsRemoved, this, &FittedTable::updateGeometry);
}

QSize FittedTable::sizeHint() const {
    const int rows = model()->rowCount();
    const int body = rows == 0 ? scaled(kEmptyHeight) : rows * verticalHeader()->defaultSectionSize();
    return {scaled(kPreferredWidth), body + horizontalHeader()->sizeHint().height() + 2 * frameWidth()};
}

QSize FittedTable::minimumSizeHint() const {
    return {scaled(kLeastWidth), sizeHint().height()};
}

void FittedTable::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

}  // namespace drydock::views
