#include "views/activity/activity_page.h"

#include <QHeaderView>
#include <QPushButton>

#include "models/desk_models.h"
#include "models/roles.h"
#include "models/text.h"
#include "views/devices/group_view.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/change_list.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using models::toText;

using models::ActivityModel;
using models::Format;

namespace {

constexpr int kTableVersion = 2;
constexpr int kEnoughFound = 100;  // matches after which a filter stops loading older pages by itself

// Where the target of an action is shown; an empty page: nowhere.
Destination placeOf(const fleet::AuditEntry& entry, const models::GroupList& groups) {
    const QString row = QLatin1Char('=') + toText(entry.target);
    const auto kind = fleet::actionFromName(entry.action);
    if (!kind) return {entry.action == "importFirmware" ? QLatin1String(page_id::kFirmware) : QString(), row};
    switch (fleet::actionSubject(*kind)) {
        case fleet::ActionSubject::device:
            return {QLatin1String(page_id::kDevices), row};
        case fleet::ActionSubject::firmware:
            return {QLatin1String(page_id::kFirmware), row};
        case fleet::ActionSubject::alert:
            return {QLatin1String(page_id::kAlerts), row};
        case fleet::ActionSubject::group:
            if (const fleet::ThingGroup* group = groups.find(toText(entry.target))) return viewOf(*group);
            break;
    }
    return {};
}

}  // namespace

ActivityPage::ActivityPage(const PageContext& context, QWidget* parent)
    : ListPage(context, context.models.activity, {QLatin1String(page_id::kActivity), tr("Activity"), Icon::activity},
               tr("Filter: words, who:mara, at:1d, action:restore*, undoable:true …"),
               new DetailsPane(tr("Select a line to see what it changed, and to take it back where that still goes.")),
               parent),
      m_activity(&context.models.activity) {
    buildTable();
    buildDetails();
    connect(m_activity, &ActivityModel::failed, this, &Page::noticeRaised);
    connect(m_activity, &ActivityModel::loadingChanged, this, [this] {
        refreshSummary();
        searchOn();
    });
    connect(m_activity, &models::OrderedModel::orderChanged, this, &ActivityPage::searchOn);
    table().sortByColumn(ActivityModel::TimeColumn, Qt::DescendingOrder);
    begin(kTableVersion, {ActivityModel::ScreenColumn});
}

void ActivityPage::buildTable() {
    TableView& list = table();
    list.setItemDelegateForColumn(ActivityModel::TimeColumn, new CellDelegate(cell::kNumber, this));
    list.setItemDelegateForColumn(ActivityModel::TargetColumn, new CellDelegate(cell::kId, this));
    list.setItemDelegateForColumn(ActivityModel::WhyColumn, new CellDelegate(cell::kQuiet, this));
    list.setItemDelegateForColumn(ActivityModel::ScreenColumn, new CellDelegate(cell::kQuiet, this));
    list.setWidthFor(ActivityModel::TimeColumn, QStringLiteral("12 min ago"));
    list.setWidthFor(ActivityModel::WhoColumn, QStringLiteral("somebody"));
    list.setWidthFor(ActivityModel::ActionColumn, Format::action(fleet::ActionKind::restoreAttributes));
    list.setWidthFor(ActivityModel::TargetColumn, QStringLiteral("3hwC2y7-00"));
    list.setWidthFor(ActivityModel::SummaryColumn, QStringLiteral("Restored 4 attributes."));
    list.setWidthFor(ActivityModel::WhyColumn, QStringLiteral("a reason of some length"));
    list.horizontalHeader()->setStretchLastSection(true);
    connect(&emptyState(), &EmptyState::actionClicked, this, &ActivityPage::clearFilter);
}

void ActivityPage::buildDetails() {
    details().setAccessibleName(tr("Action"));
    m_facts = new FactGrid;
    m_changes = new ChangeList;
    m_factsSection = details().addSection({}, m_facts);
    m_changesSection = details().addSection(tr("What it changed"), m_changes);
    m_open = details().addAction(tr("Open"));
    m_undo = details().addAction(tr("Undo…"));
    connect(m_open, &QPushButton::clicked, this, &ActivityPage::openTarget);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (const auto entry = selected()) emit undoRequested(entry->sequence);
    });
    m_undoBulk = details().addAction(tr("Undo all…"));
    connect(m_undoBulk, &QPushButton::clicked, this, [this] {
        if (const auto entry = selected(); entry && entry->bulk) emit bulkUndoRequested(*entry->bulk);
    });
}

// The one entry that is selected.
std::optional<fleet::AuditEntry> ActivityPage::selected() const {
    const QList<int> rows = selection();
    if (rows.size() != 1) return std::nullopt;
    return m_activity->entry(rows.first());
}

// A filter is about all of the audit, not only the pages seen so far: older ones are loaded while it finds little.
void ActivityPage::searchOn() {
    if (!filterText().isEmpty() && m_activity->rowCount() < kEnoughFound) m_activity->fetchMore({});
}

int ActivityPage::rowOf(const QString& id) const {
    return m_activity->rowOf(id.toULongLong());
}

QString ActivityPage::summary() const {
    const QString shown = Format::count(static_cast<std::uint64_t>(m_activity->rowCount()));
    if (m_activity->isLoading()) return tr("%1 · loading older …").arg(shown);
    return m_activity->canFetchMore({}) ? tr("%1 · older on scrolling").arg(shown) : shown;
}

void ActivityPage::refreshEmptyState() {
    if (m_activity->isLoading()) {
        emptyState().setText(filterText().isEmpty() ? tr("Loading the activity …") : tr("Searching older activity …"),
                             {});
        emptyState().setAction({});
    } else if (!filterText().isEmpty()) {
        emptyState().setText(tr("Nothing matches the filter"), filterHelp());
        emptyState().setAction(tr("Clear the filter"));
    } else {
        emptyState().setText(tr("Nobody has done anything yet"),
                             tr("Every action of a person stands here, with what it changed: restore a device, release "
                                "a firmware, acknowledge an alert …"));
        emptyState().setAction({});
    }
}

void ActivityPage::showRows(const QList<int>& rows) {
    const bool one = rows.size() == 1;
    m_factsSection->setVisible(one);
    m_changesSection->setVisible(one);
    if (!one) {
        details().setTitle(tr("%1 actions").arg(Format::count(static_cast<std::uint64_t>(rows.size()))),
                           tr("Select one to see what it changed."), false);
        setAllowed(*m_open, tr("Select one action."));
        setAllowed(*m_undo, tr("Select one action."));
        setAllowed(*m_undoBulk, tr("Select one action."));
        return;
    }
    const fleet::AuditEntry& entry = m_activity->entry(rows.first());
    details().setTitle(Format::auditAction(entry.action),
                       QStringLiteral("%1 · %2").arg(toText(entry.who), Format::dateTime(entry.atMs)), false);
    m_facts->clear();
    m_facts->addId(tr("On"), toText(entry.target));
    m_facts->add(tr("What came of it"), toText(entry.summary));
    m_facts->add(tr("Why"), toText(entry.why));
    m_facts->add(tr("From"), toText(entry.screen));
    if (entry.undoneBy) m_facts->add(tr("Taken back"), tr("by action %1").arg(*entry.undoneBy));
    m_changes->setChanges(entry.changes);
    const bool isShown = !placeOf(entry, context().models.groups).page.isEmpty();
    setAllowed(*m_open, isShown ? QString() : tr("No page shows what this was about."));
    setAllowed(*m_undo,
               context().readOnly() ? context().whyReadOnly()
               : entry.undoneBy     ? tr("It has been taken back already.")
               : !entry.undoable    ? tr("It can't be taken back.")
                                    : QString(),
               tr("Shows first what would change back; refused where it has changed since"));
    setAllowed(*m_undoBulk,
               context().readOnly() ? context().whyReadOnly()
               : !entry.bulk        ? tr("It was done alone.")
                                    : QString(),
               tr("Everything that was done at once with it, the last first; shows first what would change back"));
}

void ActivityPage::openTarget() {
    if (const auto entry = selected()) emit goTo(placeOf(*entry, context().models.groups));
}

}  // namespace drydock::views
