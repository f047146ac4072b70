#include "views/devices/device_browser.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>
#include <QVariant>

#include "models/desk_models.h"
#include "models/roles.h"
#include "views/devices/device_details.h"
#include "views/devices/phase_chips.h"
#include "views/theme.h"
#include "views/view_settings.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/filter_field.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using Column = models::DeviceListModel::Column;

DeviceBrowser::DeviceBrowser(const PageContext& context, models::DeviceListModel& model, Setup setup, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_model(&model),
      m_setup(std::move(setup)),
      m_fixedPhases(model.filter().phases),
      m_details(new DeviceDetails(context)) {
    auto* splitter = new QSplitter;
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(1);
    splitter->addWidget(buildListSide());
    splitter->addWidget(m_details);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    rememberSplitter(*splitter);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);

    m_selectionTimer.setSingleShot(true);
    m_selectionTimer.setInterval(0);
    connect(&m_selectionTimer, &QTimer::timeout, this, &DeviceBrowser::showSelection);
    connect(m_details, &DeviceDetails::actionRequested, this, &DeviceBrowser::actionRequested);
    connect(m_details, &DeviceDetails::noticeRaised, this, &DeviceBrowser::noticeRaised);
    m_filter->setText(m_context.settings.filter(m_setup.name));
    refreshSummary();
}

void DeviceBrowser::rememberSplitter(QSplitter& splitter) {
    if (!splitter.restoreState(m_context.settings.splitterState(m_setup.name))) {
        splitter.setSizes({scaled(600), scaled(400)});
    }
    connect(&splitter, &QSplitter::splitterMoved, this,
            [this, &splitter] { m_context.settings.setSplitterState(m_setup.name, splitter.saveState()); });
}

QWidget* DeviceBrowser::buildHead() {
    auto* title = new QLabel(m_setup.title);
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
    auto* layout = new QHBoxLayout(head);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k3);
    layout->addWidget(title);
    layout->addStretch();
    layout->addWidget(m_refresh);
    layout->addWidget(m_summary);
    return head;
}

QWidget* DeviceBrowser::buildListSide() {
    m_filter = new FilterField(tr("Filter: words, phase:retrying, seen:5m …"));
    connect(m_filter, &FilterField::textChanged, this, &DeviceBrowser::applyFilter);
    buildTable();
    connect(m_filter, &FilterField::leftDownwards, m_table, [this] { m_table->setFocus(Qt::OtherFocusReason); });

    auto* controls = new QVBoxLayout;
    controls->setContentsMargins(space::k4, space::k3, space::k4, space::k2);
    controls->setSpacing(space::k2);
    controls->addWidget(buildHead());
    controls->addWidget(m_filter);
    if (m_setup.phaseChips) {
        m_chips = new PhaseChips;
        connect(m_chips, &PhaseChips::phasesChanged, this, &DeviceBrowser::applyChips);
        const models::OverviewStats& overview = m_context.models.overview;
        connect(&overview, &models::OverviewStats::tilesChanged, m_chips,
                [this, &overview] { m_chips->setCounts(overview.tiles()); });
        m_chips->setCounts(overview.tiles());
        controls->addWidget(m_chips);
    }
    auto* side = new QWidget;
    side->setObjectName(QStringLiteral("listSide"));
    side->setAttribute(Qt::WA_StyledBackground);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(controls);
    layout->addWidget(m_table, 1);
    return side;
}

void DeviceBrowser::buildTable() {
    m_table = new TableView;
    m_table->setAccessibleName(m_setup.title);
    m_table->setModel(m_model);
    m_empty = new EmptyState(Icon::devices);
    connect(m_empty, &EmptyState::actionClicked, this, [this] { m_filter->setText(QString()); });
    m_table->setEmptyState(m_empty);
    m_table->horizontalHeader()->setStretchLastSection(m_setup.stretchLastColumn);
    setDelegates();
    setWidths();
    m_table->remember(m_context.settings, m_setup.name, m_setup.tableVersion, m_setup.hiddenAtFirst);
    connect(m_table, &TableView::selectedRowsChanged, &m_selectionTimer, qOverload<>(&QTimer::start));
    connect(m_model, &QAbstractItemModel::modelReset, &m_selectionTimer, qOverload<>(&QTimer::start));
    connect(m_model, &models::OrderedModel::orderChanged, this, &DeviceBrowser::refreshSummary);
    connect(m_model, &models::OrderedModel::orderIsStaleChanged, this, &DeviceBrowser::refreshSummary);
    connect(&m_context.models.devices, &models::DeviceStore::loadingChanged, this, [this] {
        refreshSummary();
        if (!m_context.models.devices.isLoading() && !m_pendingDevice.isEmpty()) openDevice(m_pendingDevice);
    });
}

void DeviceBrowser::setDelegates() {
    const auto set = [this](Column column, QAbstractItemDelegate* delegate) {
        const int at = m_model->columnOf(column);
        if (at >= 0) m_table->setItemDelegateForColumn(at, delegate);
    };
    set(Column::id, new CellDelegate(cell::kId, this));
    set(Column::fw, new CellDelegate(cell::kId, this));
    set(Column::phase, new PhaseDelegate(models::PhaseRole, this));
    set(Column::retries, new BarsDelegate(models::RetryCounterRole, models::RetryLimitRole, this));
    set(Column::cycles, new BarsDelegate(models::CycleRole, models::CycleLimitRole, this));
    for (const Column column : {Column::lastSeen, Column::countdown, Column::since}) {
        set(column, new CellDelegate(cell::kNumber, this));
    }
}

void DeviceBrowser::setWidths() {
    const auto set = [this](Column column, const char* sample, bool mono = false) {
        const int at = m_model->columnOf(column);
        if (at >= 0) m_table->setWidthFor(at, QString::fromUtf8(sample), mono);
    };
    set(Column::id, "3hwC2y7-00", true);
    set(Column::model, "wo:v8-x");
    set(Column::fw, "2026.03.01", true);
    set(Column::phase, "cooling off mm");
    set(Column::retries, "10");
    set(Column::cycles, "2");
    set(Column::lastStatus, "succeeded");
    set(Column::lastSeen, "12 min ago");
    set(Column::countdown, "21:14 h");
    set(Column::groups, "FailedToUpdate, beta");
    set(Column::assignee, "somebody");
    set(Column::since, "12 min ago");
    set(Column::reportsSuccess, "yes");
    set(Column::note, "a note of some length");
}

void DeviceBrowser::applyFilter(const QString& text) {
    const DeviceQuery query = parseDeviceQuery(text);
    m_filter->setError(query.error);
    if (m_chips != nullptr) m_chips->setPhases(query.phases);
    models::DeviceFilter filter;
    filter.phases = query.phases;
    if (!m_fixedPhases.empty()) filter.phases = m_fixedPhases;
    if (query.seenWithinMs > 0) filter.seenSinceMs = m_context.models.now() - query.seenWithinMs;
    m_model->setFilter(filter);
    m_model->setFilterText(query.words);
    m_context.settings.setFilter(m_setup.name, text);
    refreshSummary();
}

void DeviceBrowser::applyChips() {
    DeviceQuery query = parseDeviceQuery(m_filter->text());
    query.phases = m_chips->phases();
    m_filter->setText(query.toText());
}

void DeviceBrowser::open(const QString& target) {
    if (target.startsWith(QLatin1Char('='))) {
        openDevice(target.mid(1));
    } else if (target == QLatin1String(kEverything)) {
        m_filter->setText(QString());
    } else if (!target.isEmpty()) {
        m_filter->setText(target);
    }
}

void DeviceBrowser::openDevice(const QString& id) {
    m_pendingDevice.clear();
    // A filter that hides the device asked for gives way to it.
    if (m_model->rowOf(id) < 0) m_filter->setText(QString());
    if (m_model->rowOf(id) < 0) m_model->refreshOrder();
    const int row = m_model->rowOf(id);
    if (row >= 0) {
        m_table->showRow(row);
        m_table->setFocus(Qt::OtherFocusReason);
        showSelection();
        return;
    }
    m_filter->setText(id);
    if (m_context.models.devices.isLoading()) m_pendingDevice = id;
}

QString DeviceBrowser::target() const {
    if (m_details->devices().size() == 1) return QLatin1Char('=') + m_details->devices().first();
    return m_filter->text();
}

void DeviceBrowser::focusFilter() {
    m_filter->focusFilter();
}

QString DeviceBrowser::selectionAsText() const {
    return m_table->selectionAsText();
}

fleet::CycleState DeviceBrowser::stateAt(int row) const {
    const QModelIndex index = m_model->index(row, 0);
    fleet::CycleState state;
    state.phase = static_cast<fleet::Phase>(index.data(models::PhaseRole).toInt());
    state.retryCounter = index.data(models::RetryCounterRole).toInt();
    state.resetRetryCount = index.data(models::CycleRole).toInt();
    state.reportsSuccess = index.data(models::ReportsSuccessRole).toBool();
    const QVariant due = index.data(models::DueRole);
    if (due.isValid()) state.dueMs = due.toLongLong();
    return state;
}

void DeviceBrowser::showSelection() {
    m_selectionTimer.stop();
    if (m_table->selectedRowCount() > kMostSelected) {
        m_details->setTooMany(m_table->selectedRowCount());
        return;
    }
    QStringList ids;
    std::vector<fleet::CycleState> states;
    for (const int row : m_table->selectedRows()) {
        ids.append(m_model->deviceId(row));
        states.push_back(stateAt(row));
    }
    m_details->setDevices(ids, std::move(states));
}

void DeviceBrowser::setEmptyHint(const QString& hint) {
    m_emptyHint = hint;
    refreshEmptyState();
}

void DeviceBrowser::refreshSummary() {
    const auto shown = static_cast<std::uint64_t>(m_model->rowCount());
    const std::uint64_t total = m_model->total();
    const bool filtered = !m_filter->text().trimmed().isEmpty();
    const bool counted = filtered || !m_fixedPhases.empty();
    m_summary->setText(!counted ? models::Format::count(total)
                                : tr("%1 of %2").arg(models::Format::count(shown), models::Format::count(total)));
    const int newcomers = m_model->pendingNewcomers();
    m_refresh->setText(newcomers > 0
                           ? tr("%1 new · refresh").arg(models::Format::count(static_cast<std::uint64_t>(newcomers)))
                           : tr("Order changed · refresh"));
    m_refresh->setVisible(m_model->orderIsStale());
    refreshEmptyState();
}

void DeviceBrowser::refreshEmptyState() {
    const bool filtered = !m_filter->text().trimmed().isEmpty();
    if (m_context.models.devices.isLoading()) {
        m_empty->setText(tr("Loading devices …"), QString());
        m_empty->setAction(QString());
    } else if (filtered) {
        m_empty->setText(tr("No device matches the filter"),
                         tr("A filter finds words in any column, and understands phase: and seen:."));
        m_empty->setAction(tr("Clear the filter"));
    } else {
        m_empty->setText(m_setup.emptyTitle, m_emptyHint);
        m_empty->setAction(QString());
    }
}

}  // namespace drydock::views
