#include "views/devices/device_list_page.h"

#include <QPushButton>
#include <QVariant>

#include "models/desk_models.h"
#include "models/roles.h"
#include "views/devices/device_details.h"
#include "views/devices/device_query.h"
#include "views/devices/group_line.h"
#include "views/devices/phase_chips.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/filter_field.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using Column = models::DeviceListModel::Column;
using models::Format;

DeviceListPage::DeviceListPage(const PageContext& context, models::DeviceListModel* devices, const Setup& setup,
                               QWidget* parent)
    : ListPage(context, *devices, setup.face,
               tr("Filter: words, phase:retrying, seen:5m, attributes.FW:2.27, retries:>=5 …"),
               new DeviceDetails(context), parent),
      m_devices(devices),
      m_device(static_cast<DeviceDetails*>(&details())),
      m_groupLine(new GroupLine(context)),
      m_fixedPhases(devices->filter().phases),
      m_emptyTitle(setup.emptyTitle) {
    m_devices->setParent(this);
    connect(m_device, &DeviceDetails::actionRequested, this, &Page::actionRequested);
    connect(m_device, &DeviceDetails::noticeRaised, this, &Page::noticeRaised);
    connect(m_device, &DeviceDetails::goTo, this, &Page::goTo);
    const models::DeviceStore& store = context.models.devices;
    connect(&store, &models::DeviceStore::loadingChanged, this, [this] {
        refreshSummary();
        openAwaited();
    });
    buildGroups(setup.savesGroups);
    if (setup.phaseChips) buildChips();
    buildTable();
    QList<int> hidden;
    for (const Column column : setup.hiddenAtFirst) hidden.append(m_devices->columnOf(column));
    begin(setup.tableVersion, hidden);
}

void DeviceListPage::buildChips() {
    m_chips = new PhaseChips;
    connect(m_chips, &PhaseChips::phasesChanged, this, &DeviceListPage::applyChips);
    const models::OverviewStats& overview = context().models.overview;
    connect(&overview, &models::OverviewStats::tilesChanged, m_chips,
            [this, &overview] { m_chips->setCounts(overview.tiles()); });
    m_chips->setCounts(overview.tiles());
    addControl(m_chips);
}

void DeviceListPage::open(const QString& target) {
    // What it was about to name is no longer what is shown.
    if (!target.isEmpty()) m_groupLine->hide();
    ListPage::open(target);
}

void DeviceListPage::buildGroups(bool saves) {
    addControl(m_groupLine);
    connect(m_groupLine, &GroupLine::actionRequested, this, &Page::actionRequested);
    connect(m_groupLine, &GroupLine::closed, this, [this] { filter().setFocus(Qt::OtherFocusReason); });
    connect(m_device, &DeviceDetails::newGroupWanted, m_groupLine, &GroupLine::nameStatic);
    connect(this, &Page::filterTextChanged, m_groupLine, [this] { m_groupLine->setFilter(filterText()); });
    if (!saves) return;
    m_saveGroup = new QPushButton(tr("Save as group…"));
    addHeadButton(m_saveGroup);
    connect(m_saveGroup, &QPushButton::clicked, m_groupLine, &GroupLine::nameDynamic);
    connect(this, &Page::filterTextChanged, this, &DeviceListPage::refreshSaving);
    connect(&context().models.client, &models::DeskClient::statusChanged, this, &DeviceListPage::refreshSaving);
    refreshSaving();
}

void DeviceListPage::refreshSaving() {
    setAllowed(*m_saveGroup, context().readOnly() ? context().whyReadOnly() : GroupLine::whyNoQuery(filterText()),
               tr("A group that has whatever this filter finds, and stands below Devices at the left"));
}

void DeviceListPage::buildTable() {
    const auto set = [this](Column column, const QString& sample, CellDelegate* delegate = nullptr) {
        const int at = m_devices->columnOf(column);
        if (at < 0) return;
        if (delegate != nullptr) table().setItemDelegateForColumn(at, delegate);
        table().setWidthFor(at, sample);
    };
    const fleet::Limits& limits = context().models.client.limits();
    const auto id = [this] { return new CellDelegate(cell::kId, this); };
    const auto number = [this] { return new CellDelegate(cell::kNumber, this); };
    set(Column::id, QStringLiteral("3hwC2y7-00"), id());
    set(Column::model, QStringLiteral("wo:v8-x"));
    set(Column::fw, QStringLiteral("2026.03.01"), id());
    set(Column::phase, QStringLiteral("cooling off"), new PhaseDelegate(models::PhaseRole, this));
    set(Column::retries, QString::number(limits.retriesPerCycle),
        new BarsDelegate(models::RetryCounterRole, models::RetryLimitRole, this));
    set(Column::cycles, QString::number(limits.cycles),
        new BarsDelegate(models::CycleRole, models::CycleLimitRole, this));
    set(Column::lastStatus, QStringLiteral("succeeded"));
    set(Column::lastSeen, QStringLiteral("12 min ago"), number());
    set(Column::countdown, QStringLiteral("21:14 h"), number());
    set(Column::groups, QStringLiteral("FailedToUpdate, beta"));
    set(Column::assignee, QStringLiteral("somebody"));
    set(Column::since, QStringLiteral("12 min ago"), number());
    set(Column::reportsSuccess, QStringLiteral("yes"));
    set(Column::note, QStringLiteral("a note of some length"));
    for (QAction* entry : m_device->menuEntries()) table().addAction(entry);
    connect(&emptyState(), &EmptyState::actionClicked, this, &DeviceListPage::clearFilter);
}

void DeviceListPage::applyFilter(const QString& text) {
    const DeviceQuery query = parseDeviceQuery(text);
    if (m_chips != nullptr) m_chips->setPhases(query.phases);
    models::DeviceFilter wanted;
    wanted.phases = m_fixedPhases.empty() ? query.phases : m_fixedPhases;
    if (query.seenWithinMs > 0) wanted.seenSinceMs = context().models.now() - query.seenWithinMs;
    m_devices->setFilter(wanted);
    m_devices->setFilterText(query.words);
}

void DeviceListPage::applyChips() {
    DeviceQuery query = parseDeviceQuery(filter().text());
    query.phases = m_chips->phases();
    filter().setText(query.toText());
}

int DeviceListPage::rowOf(const QString& id) const {
    return m_devices->rowOf(id);
}

// The list then says that no device matches.
void DeviceListPage::rowMissing(const QString& id) {
    if (!context().models.devices.isLoading()) filter().setText(id);
}

void DeviceListPage::showSelection() {
    const qint64 count = table().selectedRowCount();
    if (count > kMostSelected) return m_device->setTooMany(count);
    showRows(selection());
}

void DeviceListPage::showRows(const QList<int>& rows) {
    QStringList ids;
    std::vector<fleet::CycleState> states;
    for (const int row : rows) {
        ids.append(m_devices->deviceId(row));
        states.push_back(stateAt(row));
    }
    m_device->setDevices(ids, std::move(states));
}

fleet::CycleState DeviceListPage::stateAt(int row) const {
    const QModelIndex index = m_devices->index(row, 0);
    fleet::CycleState state;
    state.phase = static_cast<fleet::Phase>(index.data(models::PhaseRole).toInt());
    state.retryCounter = index.data(models::RetryCounterRole).toInt();
    state.resetRetryCount = index.data(models::CycleRole).toInt();
    state.reportsSuccess = index.data(models::ReportsSuccessRole).toBool();
    const QVariant due = index.data(models::DueRole);
    if (due.isValid()) state.dueMs = due.toLongLong();
    return state;
}

void DeviceListPage::setEmptyHint(const QString& hint) {
    m_emptyHint = hint;
    refreshEmptyState();
}

QString DeviceListPage::summary() const {
    QString total = Format::count(m_devices->total());
    if (filterText().isEmpty() && m_fixedPhases.empty()) return total;
    return tr("%1 of %2").arg(Format::count(static_cast<std::uint64_t>(m_devices->rowCount())), total);
}

void DeviceListPage::refreshEmptyState() {
    if (context().models.devices.isLoading()) {
        emptyState().setText(tr("Loading devices …"), {});
        emptyState().setAction({});
    } else if (!filterText().isEmpty()) {
        emptyState().setText(tr("No device matches the filter"), filterHelp());
        emptyState().setAction(tr("Clear the filter"));
    } else {
        emptyState().setText(m_emptyTitle, m_emptyHint);
        emptyState().setAction({});
    }
}

}  // namespace drydock::views
