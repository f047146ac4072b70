// ListPage: a page that is a list with a filter above and the selected row's details beside it. What the list holds,
// what its details show and what can be done is the derived page's.
// Thread: GUI. Borrows the model, which outlives the page or is its child.
#pragma once

#include <QList>
#include <QTimer>

#include "models/ordered_model.h"
#include "views/page.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace drydock::views {

class DetailsPane;
class EmptyState;
class FilterField;
class TableView;

class ListPage : public Page {
    Q_OBJECT
public:
    // A filter text, "=<id>" for one row, or kEverything.
    void open(const QString& target) override;
    [[nodiscard]] QString target() const override;
    [[nodiscard]] QString filterText() const override;
    void setFilterText(const QString& text) override;
    void focusFilter() override;
    [[nodiscard]] QString selectionAsText() const override;

protected:
    // `filterHint` is an example or two of what the filter takes. Takes ownership of `details`.
    ListPage(const PageContext& context, models::OrderedModel& model, Face face, const QString& filterHint,
             DetailsPane* details, QWidget* parent = nullptr);

    [[nodiscard]] const PageContext& context() const { return m_context; }
    [[nodiscard]] models::OrderedModel& model() const { return *m_model; }
    [[nodiscard]] TableView& table() const { return *m_table; }
    [[nodiscard]] DetailsPane& details() const { return *m_details; }
    [[nodiscard]] EmptyState& emptyState() const { return *m_empty; }
    [[nodiscard]] FilterField& filter() const { return *m_filter; }
    [[nodiscard]] QList<int> selection() const;
    // Selects the row of this id, showing what hides it; waits for it where it is still to come.
    void openRow(const QString& id);
    // Opens the row waited for, if it is there by now.
    void openAwaited();

    void addHeadButton(QPushButton* button);  // right of the title; takes ownership
    void addControl(QWidget* control);        // below the filter; takes ownership
    // To be called at the end of the derived constructor, with delegates and widths set.
    void begin(int tableVersion, const QList<int>& hiddenAtFirst = {});
    void clearFilter();
    void refreshSummary();

    // A text that can be read, or as much of one as can.
    virtual void applyFilter(const QString& text);
    // What the filter understands, for whom it found nothing.
    [[nodiscard]] QString filterHelp() const;
    // The row of an id, or -1.
    [[nodiscard]] virtual int rowOf(const QString& id) const = 0;
    // Lets every row through that a switch of the page hides.
    virtual void showEverything() {}
    // No row has this id now, whatever is shown.
    virtual void rowMissing(const QString& /*id*/) {}
    // Fills the details with what is selected, or shows their hint.
    virtual void showSelection();
    // Fills the details with these rows (one or several).
    virtual void showRows(const QList<int>& rows) = 0;
    // At the right of the title, e.g. how many of how many.
    [[nodiscard]] virtual QString summary() const = 0;
    virtual void refreshEmptyState() = 0;

private:
    QWidget* buildListSide(const QString& filterHint);
    QWidget* buildHead();
    void connectModel();
    void takeFilter(const QString& text);
    void noteChange(const QModelIndex& from, const QModelIndex& to);

    PageContext m_context;
    models::OrderedModel* m_model;
    DetailsPane* m_details;
    FilterField* m_filter = nullptr;
    TableView* m_table = nullptr;
    EmptyState* m_empty = nullptr;
    QLabel* m_summary = nullptr;
    QPushButton* m_refresh = nullptr;
    QHBoxLayout* m_head = nullptr;
    QVBoxLayout* m_controls = nullptr;
    QTimer m_selectionTimer;  // several changes of the selection become one look at it
    QString m_awaited;        // the id to open once it is there
};

}  // namespace drydock::views
