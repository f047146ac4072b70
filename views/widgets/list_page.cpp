#include "views/widgets/list_page.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QRegularExpression>
#include <QSplitter>
#include <QVBoxLayout>
#include <QVariant>

#include "models/format.h"
#include "models/roles.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/view_settings.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/filter_field.h"
#include "views/widgets/table_view.h"

namespace drydock::views {
namespace {

// As they share a window; a wider one is shared alike.
constexpr int kListWidth = 600;
constexpr int kDetailsWidth = 400;

// `text` without the AND, OR, NOT and "(" at its end, after which something is still to come.
QString withoutOpenEnd(const QString& text) {
    static const QRegularExpression openEnd(QStringLiteral("(?:(?:^|\\s|(?<=\\())(?:AND|OR|NOT)|\\(|\\s)+$"));
    return QString(text).remove(openEnd);
}

}  // namespace

ListPage::ListPage(const PageContext& context, models::OrderedModel& model, Face face, const QString& filterHint,
                   DetailsPane* details, QWidget* parent)
    : Page(std::move(face), parent), m_context(context), m_model(&model), m_details(details) {
    auto* splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(buildListSide(filterHint));
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, kListWidth);
    splitter->setStretchFactor(1, kDetailsWidth);
    if (!splitter->restoreState(m_context.settings.splitterState(this->face().id)))
        splitter->setSizes({scaled(kListWidth), scaled(kDetailsWidth)});
    connect(splitter, &QSplitter::splitterMoved, this,
            [this, splitter] { m_context.settings.setSplitterState(this->face().id, splitter->saveState()); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
}

QWidget* ListPage::buildHead() {
    auto* title = new QLabel(face().title);
    title->setFont(textFont(TextSize::title, true));
    m_summary = new QLabel;
    m_summary->setProperty("quiet", true);
    m_summary->setFont(numberFont());
    m_refresh = new QPushButton;
    m_refresh->setProperty("flat", true);
    m_refresh->setToolTip(tr("The order waits so that rows don't move while you work in them"));
    QSizePolicy keepPlace = m_refresh->sizePolicy();
    keepPlace.setRetainSizeWhenHidden(true);
    m_refresh->setSizePolicy(keepPlace);
    m_refresh->hide();
    connect(m_refresh, &QPushButton::clicked, m_model, &models::OrderedModel::refreshOrder);
    auto* head = new QWidget;
    m_head = new QHBoxLayout(head);
    m_head->setContentsMargins(0, 0, 0, 0);
    m_head->setSpacing(space::k3);
    m_head->addWidget(title);
    m_head->addStretch();
    m_head->addWidget(m_refresh);
    m_head->addWidget(m_summary);
    return head;
}

QWidget* ListPage::buildListSide(const QString& filterHint) {
    m_filter = new FilterField(filterHint);
    m_table = new TableView;
    m_table->setAccessibleName(face().title);
    m_table->setModel(m_model);
    m_empty = new EmptyState(face().icon);
    m_table->setEmptyState(m_empty);
    connect(m_filter, &FilterField::leftDownwards, m_table, [this] { m_table->setFocus(Qt::OtherFocusReason); });
    m_filter->setHelp(filterHelp());
    connect(m_filter, &FilterField::textChanged, this, &ListPage::takeFilter);

    m_controls = new QVBoxLayout;
    m_controls->setContentsMargins(space::k4, space::k3, space::k4, space::k2);
    m_controls->setSpacing(space::k2);
    m_controls->addWidget(buildHead());
    m_controls->addWidget(m_filter);
    auto* side = new QWidget;
    side->setObjectName(QStringLiteral("listSide"));
    side->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(m_controls);
    // With the cells' own margins the text stands below the title.
    auto* table = new QHBoxLayout;
    table->setContentsMargins(space::k2, 0, space::k2, 0);
    table->addWidget(m_table);
    layout->addLayout(table, 1);
    return side;
}

void ListPage::addHeadButton(QPushButton* button) {
    m_head->addWidget(button);
}

void ListPage::addControl(QWidget* control) {
    m_controls->addWidget(control);
}

void ListPage::begin(int tableVersion, const QList<int>& hiddenAtFirst) {
    m_table->remember(m_context.settings, face().id, tableVersion, hiddenAtFirst);
    connectModel();
    m_filter->setText(m_context.settings.filter(face().id));
    showSelection();
    refreshSummary();
}

void ListPage::connectModel() {
    m_selectionTimer.setSingleShot(true);
    m_selectionTimer.setInterval(0);
    connect(&m_selectionTimer, &QTimer::timeout, this, [this] { showSelection(); });
    const auto lookAgain = [this] { m_selectionTimer.start(); };
    connect(m_table, &TableView::selectedRowsChanged, this, lookAgain);
    connect(m_model, &QAbstractItemModel::modelReset, this, lookAgain);
    // A selected row that leaves the list with its order is deselected without a word.
    connect(m_model, &models::OrderedModel::orderChanged, this, lookAgain);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &ListPage::noteChange);
    const auto look = [this] {
        refreshSummary();
        openAwaited();
    };
    connect(m_model, &models::OrderedModel::orderChanged, this, look);
    connect(m_model, &models::OrderedModel::orderIsStaleChanged, this, look);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, look);
    connect(m_model, &QAbstractItemModel::modelReset, this, look);
}

// The clock moves times on in every row; only what else changed in a selected row is worth another look.
void ListPage::noteChange(const QModelIndex& from, const QModelIndex& to) {
    if (from.column() != 0 || to.column() != m_model->columnCount() - 1) return;
    const QItemSelection selected = m_table->selectionModel()->selection();
    if (std::any_of(selected.begin(), selected.end(), [&](const QItemSelectionRange& range) {
            return range.top() <= to.row() && range.bottom() >= from.row();
        }))
        m_selectionTimer.start();
}

void ListPage::takeFilter(const QString& text) {
    const QString error = m_model->filterError(text);
    m_filter->setError(error);
    m_context.settings.setFilter(face().id, text);
    // While somebody is still typing, the list is what stands there so far asks for, or else stays what it was.
    const QString readable = error.isEmpty() ? text : withoutOpenEnd(text);
    if (error.isEmpty() || m_model->filterError(readable).isEmpty()) applyFilter(readable);
    refreshSummary();
    emit filterTextChanged();
}

QString ListPage::filterHelp() const {
    QStringList names;
    for (const fleet::FieldDefinition& field : m_model->vocabulary().fields()) {
        const QString name = models::toText(field.name);
        names.append(name.endsWith(QLatin1Char('.')) ? tr("%1<name>").arg(name) : name);
    }
    return tr("A filter finds words in any column. It understands AND, OR, NOT and parentheses, and these fields: %1.")
        .arg(names.join(QStringLiteral(", ")));
}

void ListPage::applyFilter(const QString& text) {
    m_model->setFilterText(text);
}

QString ListPage::filterText() const {
    return m_filter->text().trimmed();
}

void ListPage::setFilterText(const QString& text) {
    m_filter->setText(text);
}

QList<int> ListPage::selection() const {
    return m_table->selectedRows();
}

void ListPage::clearFilter() {
    setFilterText(QString());
}

void ListPage::showSelection() {
    const QList<int> rows = selection();
    m_details->setShown(!rows.isEmpty());
    if (!rows.isEmpty()) showRows(rows);
}

void ListPage::refreshSummary() {
    m_summary->setText(summary());
    const int newcomers = m_model->pendingNewcomers();
    m_refresh->setText(newcomers > 0
                           ? tr("%1 new · refresh").arg(models::Format::count(static_cast<std::uint64_t>(newcomers)))
                           : tr("Order changed · refresh"));
    m_refresh->setVisible(m_model->orderIsStale());
    refreshEmptyState();
}

void ListPage::open(const QString& target) {
    if (target.startsWith(QLatin1Char('='))) {
        openRow(target.mid(1));
    } else if (target == QLatin1String(kEverything)) {
        clearFilter();
        showEverything();
    } else if (!target.isEmpty()) {
        m_filter->setText(target);
    }
}

void ListPage::openRow(const QString& id) {
    m_awaited.clear();
    if (rowOf(id) < 0) {
        // What hides the row asked for gives way to it.
        clearFilter();
        showEverything();
        m_model->refreshOrder();
    }
    const int row = rowOf(id);
    if (row < 0) {
        m_awaited = id;
        rowMissing(id);
        return;
    }
    m_table->showRow(row);
    m_table->setFocus(Qt::OtherFocusReason);
    m_selectionTimer.stop();  // it is looked at now
    showSelection();
}

void ListPage::openAwaited() {
    if (!m_awaited.isEmpty() && rowOf(m_awaited) >= 0) openRow(QString(m_awaited));
}

QString ListPage::target() const {
    if (m_table->selectedRowCount() != 1) return filterText();
    return QLatin1Char('=') + m_model->index(selection().first(), 0).data(models::IdRole).toString();
}

void ListPage::focusFilter() {
    m_filter->focusFilter();
}

QString ListPage::selectionAsText() const {
    return m_table->selectionAsText();
}

}  // namespace drydock::views
