#include "views/widgets/table_view.h"

#include <algorithm>

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include "models/ordered_model.h"
#include "views/icons.h"
#include "views/theme.h"
#include "views/view_settings.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/empty_state.h"

namespace drydock::views {

namespace {
constexpr int kSortArrow = 4;  // room for the arrow of the sort order beside a title, more than its padding
}  // namespace

TableView::TableView(QWidget* parent) : QTableView(parent) {
    setShowGrid(false);
    setWordWrap(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setTabKeyNavigation(false);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setMouseTracking(true);
    setCornerButtonEnabled(false);
    setItemDelegate(new CellDelegate(cell::kText, this));
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    setCompact(false);
    QHeaderView* header = horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionsMovable(true);
    header->setFirstSectionMovable(true);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setMinimumSectionSize(scaled(32));
    header->setFont(textFont(TextSize::caption, true));
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this, &TableView::showColumnMenu);
}

void TableView::setModel(QAbstractItemModel* newModel) {
    if (model() != nullptr) disconnect(model(), nullptr, this, nullptr);
    QTableView::setModel(newModel);
    if (newModel == nullptr) return;
    connect(newModel, &QAbstractItemModel::rowsInserted, this, &TableView::placeEmptyState);
    connect(newModel, &QAbstractItemModel::rowsRemoved, this, &TableView::placeEmptyState);
    connect(newModel, &QAbstractItemModel::modelReset, this, &TableView::placeEmptyState);
    connect(newModel, &QAbstractItemModel::layoutChanged, this, &TableView::placeEmptyState);
    if (auto* ordered = qobject_cast<models::OrderedModel*>(newModel)) {
        connect(ordered, &models::OrderedModel::orderAboutToChange, this, [this] {
            const QRect current = visualRect(currentIndex());
            m_currentRowY = viewport()->rect().intersects(current) ? current.y() : -1;
        });
        connect(ordered, &models::OrderedModel::orderChanged, this, &TableView::keepCurrentRowInPlace);
        sayWhetherHandsAreOff();
    }
    placeEmptyState();
}

void TableView::keepCurrentRowInPlace() {
    if (m_currentRowY < 0 || !currentIndex().isValid()) return;
    verticalScrollBar()->setValue(currentIndex().row() * verticalHeader()->defaultSectionSize() - m_currentRowY);
}

void TableView::sayWhetherHandsAreOff() {
    if (auto* ordered = qobject_cast<models::OrderedModel*>(model())) {
        ordered->setHandsOff(!m_pointerInside && !hasFocus());
    }
}

void TableView::setEmptyState(EmptyState* emptyState) {
    m_emptyState = emptyState;
    m_emptyState->setParent(viewport());
    placeEmptyState();
}

void TableView::setCompact(bool compact) {
    verticalHeader()->setMinimumSectionSize(scaled(kCompactRowHeight));
    verticalHeader()->setDefaultSectionSize(scaled(compact ? kCompactRowHeight : kRowHeight));
}

void TableView::remember(ViewSettings& settings, const QString& table, int version, const QList<int>& hiddenAtFirst) {
    const QByteArray state = settings.tableState(table, version);
    // The arrow starts where the model is; enabling sorting sorts by it.
    const auto* ordered = qobject_cast<models::OrderedModel*>(model());
    horizontalHeader()->setSortIndicator(ordered == nullptr ? -1 : ordered->sortColumn(),
                                         ordered == nullptr ? Qt::AscendingOrder : ordered->sortOrder());
    setSortingEnabled(true);
    if (state.isEmpty() || !horizontalHeader()->restoreState(state)) {
        for (const int column : hiddenAtFirst) setColumnHidden(column, true);
    }
    m_settings = &settings;
    m_settingsName = table;
    m_settingsVersion = version;
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, &TableView::saveState);
    connect(horizontalHeader(), &QHeaderView::sectionMoved, this, &TableView::saveState);
    connect(horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &TableView::saveState);
}

void TableView::saveState() {
    m_settings->setTableState(m_settingsName, m_settingsVersion, horizontalHeader()->saveState());
}

QList<int> TableView::selectedRows() const {
    QList<int> rows;
    if (selectionModel() == nullptr) return rows;
    // Ranges, not indexes: a selection of everything has one of them.
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) rows.append(row);
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

qint64 TableView::selectedRowCount() const {
    qint64 count = 0;
    if (selectionModel() == nullptr) return count;
    for (const QItemSelectionRange& range : selectionModel()->selection()) count += range.height();
    return count;
}

void TableView::showRow(int row) {
    const QModelIndex index = model()->index(row, horizontalHeader()->logicalIndex(0));
    selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(index, PositionAtCenter);
}

void TableView::setWidthFor(int column, const QString& sample) {
    QAbstractItemDelegate* own = itemDelegateForColumn(column);
    const auto* delegate = qobject_cast<const CellDelegate*>(own != nullptr ? own : itemDelegate());
    const QString title = model()->headerData(column, Qt::Horizontal).toString();
    const int head = horizontalHeader()->fontMetrics().horizontalAdvance(title) + 2 * space::k2 + scaled(kSortArrow);
    setColumnWidth(column, std::max(delegate == nullptr ? 0 : delegate->widthFor(sample), head));
}

QString TableView::selectionAsText(TextFormat format) const {
    if (model() == nullptr) return {};
    QList<int> columns;
    for (int visual = 0; visual < horizontalHeader()->count(); ++visual) {
        const int column = horizontalHeader()->logicalIndex(visual);
        if (!isColumnHidden(column)) columns.append(column);
    }
    return rowsAsText(*model(), selectedRows(), columns, format);
}

void TableView::placeEmptyState() {
    if (m_emptyState == nullptr) return;
    const bool empty = model() == nullptr || model()->rowCount() == 0;
    m_emptyState->setGeometry(viewport()->rect());
    m_emptyState->setVisible(empty);
}

void TableView::paintEvent(QPaintEvent* event) {
    paintRowEnds();
    QTableView::paintEvent(event);
}

// Selection and hover reach from edge to edge, also where the columns end before the view does.
void TableView::paintRowEnds() {
    const int end = horizontalHeader()->length() - horizontalHeader()->offset();
    if (model() == nullptr || selectionModel() == nullptr || end >= viewport()->width()) return;
    QPainter painter(viewport());
    for (int row = rowAt(0); row >= 0 && row < model()->rowCount(); ++row) {
        const int top = rowViewportPosition(row);
        if (top > viewport()->height()) return;
        paintRowGround(painter, QRect(end, top, viewport()->width() - end, rowHeight(row)), palette(), this, row,
                       selectionModel()->isRowSelected(row, {}));
    }
}

void TableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    placeEmptyState();
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // Disabled ones say why there.
    menu->setToolTipsVisible(true);
    for (QAction* action : actions()) menu->addAction(action);
    if (!menu->isEmpty()) menu->addSeparator();
    addCopyActions(*menu);
    menu->popup(event->globalPos());
}

void TableView::addCopyActions(QMenu& menu) {
    const bool any = selectionModel() != nullptr && selectionModel()->hasSelection();
    const auto add = [&](const QString& text, TextFormat format) {
        QAction* action =
            menu.addAction(text, this, [this, format] { QApplication::clipboard()->setText(selectionAsText(format)); });
        action->setEnabled(any);
        return action;
    };
    add(tr("Copy"), TextFormat::tabs)->setIcon(icon(Icon::copy));
    add(tr("Copy as CSV"), TextFormat::csv);
    add(tr("Copy as JSON"), TextFormat::json);
}

void TableView::showColumnMenu(const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int column = 0; column < horizontalHeader()->count(); ++column) {
        QAction* action = menu->addAction(model()->headerData(column, Qt::Horizontal).toString());
        action->setCheckable(true);
        action->setChecked(!isColumnHidden(column));
        // The last visible column stays: without one there is no header to bring the others back.
        const bool last = horizontalHeader()->hiddenSectionCount() == horizontalHeader()->count() - 1;
        action->setEnabled(isColumnHidden(column) || !last);
        connect(action, &QAction::toggled, this, [this, column](bool shown) { setColumnHidden(column, !shown); });
    }
    menu->popup(horizontalHeader()->mapToGlobal(at));
}

void TableView::setHoveredRow(int row) {
    if (row == m_hoveredRow) return;
    const int before = m_hoveredRow;
    m_hoveredRow = row;
    updateRow(before);
    updateRow(row);
}

void TableView::updateRow(int row) {
    if (row < 0) return;
    viewport()->update(0, rowViewportPosition(row), viewport()->width(), rowHeight(row));
}

void TableView::mouseMoveEvent(QMouseEvent* event) {
    setHoveredRow(rowAt(event->pos().y()));
    QTableView::mouseMoveEvent(event);
}

void TableView::enterEvent(QEvent* event) {
    m_pointerInside = true;
    sayWhetherHandsAreOff();
    QTableView::enterEvent(event);
}

void TableView::focusInEvent(QFocusEvent* event) {
    QTableView::focusInEvent(event);
    sayWhetherHandsAreOff();
    viewport()->update();
}

void TableView::focusOutEvent(QFocusEvent* event) {
    QTableView::focusOutEvent(event);
    sayWhetherHandsAreOff();
    viewport()->update();
}

void TableView::leaveEvent(QEvent* event) {
    setHoveredRow(-1);
    m_pointerInside = false;
    sayWhetherHandsAreOff();
    QTableView::leaveEvent(event);
}

void TableView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QTableView::selectionChanged(selected, deselected);
    viewport()->update();  // beyond the columns too
    emit selectedRowsChanged();
}

}  // namespace drydock::views
