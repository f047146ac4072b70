// TableView: every list on screen. Rows of one height and no grid; sorts by the model's own sort(); remembers columns,
// order, widths and sort; copies its selection as text; shows an EmptyState while it has no row.
// A right click offers the widget's own actions() and copying; one on the header offers the columns.
//
// Cells are painted by CellDelegate and its kin (cell_delegates.h); set those per column after setModel().
// Over an OrderedModel it says when hands are off the list, so that rows never move under the pointer, and keeps the
// current row at its place on screen when the order changes.
// Thread: GUI.
// Invariants: no work per row outside what is visible, whatever the number of rows.
#pragma once

#include <QTableView>

#include "views/widgets/selection_text.h"

namespace drydock::views {

class EmptyState;
class ViewSettings;

class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(QWidget* parent = nullptr);

    // Shown over the list while the model has no rows. Takes ownership.
    void setEmptyState(EmptyState* emptyState);
    [[nodiscard]] EmptyState* emptyState() const { return m_emptyState; }

    void setCompact(bool compact);

    // Restores what was saved under `table` and saves from now on. After setModel() and the default widths.
    // `version` counts up when the model's columns change.
    // Columns in `hiddenAtFirst` are hidden until the person asks for them.
    void remember(ViewSettings& settings, const QString& table, int version, const QList<int>& hiddenAtFirst = {});

    // Selected rows, visible columns in their order on screen.
    [[nodiscard]] QString selectionAsText(TextFormat format = TextFormat::tabs) const;
    // Selected rows of the model, ascending.
    [[nodiscard]] QList<int> selectedRows() const;
    [[nodiscard]] qint64 selectedRowCount() const;  // without listing them
    // Selects this row alone, makes it current and brings it into sight.
    void showRow(int row);
    // As wide as the column's delegate needs for `sample`, and its title with the arrow of the sort order.
    void setWidthFor(int column, const QString& sample);
    [[nodiscard]] int hoveredRow() const { return m_hoveredRow; }

    void setModel(QAbstractItemModel* model) override;

signals:
    void selectedRowsChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void enterEvent(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) override;

private:
    void placeEmptyState();
    void paintRowEnds();
    void saveState();
    void showColumnMenu(const QPoint& at);
    void addCopyActions(class QMenu& menu);
    void updateRow(int row);
    void sayWhetherHandsAreOff();
    void keepCurrentRowInPlace();
    void setHoveredRow(int row);

    EmptyState* m_emptyState = nullptr;
    ViewSettings* m_settings = nullptr;
    QString m_settingsName;
    int m_settingsVersion = 0;
    int m_hoveredRow = -1;
    bool m_pointerInside = false;
    int m_currentRowY = -1;  // on screen, before the order changed; -1: not visible
};

}  // namespace drydock::views
