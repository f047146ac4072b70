#include "views/alerts/alerts_page.h"

#include <algorithm>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>

#include "models/desk_models.h"
#include "models/roles.h"
#include "models/text.h"
#include "views/theme.h"
#include "views/widgets/cell_delegates.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/fact_grid.h"
#include "views/widgets/table_view.h"

namespace drydock::views {

using models::toText;

using fleet::AlertState;
using models::AlertModel;
using models::Format;

namespace {

constexpr int kTableVersion = 2;

PillTone toneOf(const QModelIndex& index) {
    switch (static_cast<AlertState>(index.data(models::AlertStateRole).toInt())) {
        case AlertState::open:
            return PillTone::bad;
        case AlertState::acknowledged:
            return PillTone::warning;
        case AlertState::resolved:
            break;
    }
    return PillTone::good;
}

QString countText(int count) {
    return Format::count(static_cast<std::uint64_t>(count));
}

}  // namespace

AlertsPage::AlertsPage(const PageContext& context, QWidget* parent)
    : ListPage(context, context.models.alerts, {QLatin1String(page_id::kAlerts), tr("Alerts"), Icon::alerts},
               tr("Filter: words, deviceId:3hw*, raised:2h, acknowledgedBy:mara …"),
               new DetailsPane(tr("Select an alert to see its text and what to do.")), parent),
      m_alerts(&context.models.alerts) {
    addControl(buildChips());
    buildTable();
    buildDetails();
    connect(m_alerts, &AlertModel::failed, this, &Page::noticeRaised);
    connect(m_alerts, &AlertModel::loadingChanged, this, &AlertsPage::refreshSummary);
    connect(m_alerts, &AlertModel::countsChanged, this, [this] {
        refreshChips();
        emit badgeChanged(m_alerts->count(AlertState::open));
    });
    m_alerts->setStateFilter(AlertState::open);
    refreshChips();
    table().sortByColumn(AlertModel::RaisedColumn, Qt::DescendingOrder);
    begin(kTableVersion);
}

QWidget* AlertsPage::buildChips() {
    auto* chips = new QWidget;
    auto* layout = new QHBoxLayout(chips);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k1);
    for (const AlertState state : {AlertState::open, AlertState::acknowledged, AlertState::resolved}) {
        auto* button = new QPushButton;
        button->setObjectName(QStringLiteral("chip"));
        button->setCheckable(true);
        button->setFont(textFont(TextSize::caption));
        button->setToolTip(tr("Show only alerts that are %1; press again to show all").arg(Format::alertState(state)));
        connect(button, &QPushButton::clicked, this, [this, state](bool only) { chooseState(state, only); });
        layout->addWidget(button);
        m_chips.push_back({state, button});
    }
    layout->addStretch();
    return chips;
}

void AlertsPage::buildTable() {
    TableView& list = table();
    list.setItemDelegateForColumn(AlertModel::StateColumn, new PillDelegate(toneOf, this));
    list.setItemDelegateForColumn(AlertModel::DeviceColumn, new CellDelegate(cell::kId, this));
    list.setItemDelegateForColumn(AlertModel::RaisedColumn, new CellDelegate(cell::kNumber, this));
    list.setWidthFor(AlertModel::StateColumn, Format::alertState(AlertState::acknowledged));
    list.setWidthFor(AlertModel::DeviceColumn, QStringLiteral("3hwC2y7-00"));
    // What room there is, so that the time is in sight in a small window.
    list.horizontalHeader()->setSectionResizeMode(AlertModel::MessageColumn, QHeaderView::Stretch);
    list.setWidthFor(AlertModel::ByColumn, QStringLiteral("somebody"));
    list.setWidthFor(AlertModel::RaisedColumn, QStringLiteral("12 min ago"));
    connect(&list, &QAbstractItemView::doubleClicked, this, [this](const QModelIndex& index) {
        emit goTo({QLatin1String(page_id::kDevices), QLatin1Char('=') + index.data(models::DeviceIdRole).toString()});
    });
    connect(&emptyState(), &EmptyState::actionClicked, this, [this] {
        clearFilter();
        showEverything();
    });
}

void AlertsPage::buildDetails() {
    details().setAccessibleName(tr("Alert"));
    m_message = new QLabel;
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_facts = new FactGrid;
    details().addSection({}, m_message);
    m_factsSection = details().addSection(tr("What happened to it"), m_facts);
    m_copy = details().addLink(tr("Copy as SNS JSON")).button;
    setLeadingIcon(*m_copy, icon(Icon::copy));
    m_open = details().addAction(tr("Open device"));
    m_acknowledge = details().addAction(tr("Acknowledge…"));
    m_resolve = details().addAction(tr("Resolve…"));
    connect(m_open, &QPushButton::clicked, this, [this] {
        const QList<int> rows = selection();
        if (rows.size() != 1) return;
        emit goTo(
            {QLatin1String(page_id::kDevices), QLatin1Char('=') + toText(m_alerts->alert(rows.first()).deviceId)});
    });
    connect(m_acknowledge, &QPushButton::clicked, this, [this] { act(fleet::ActionKind::acknowledgeAlert); });
    connect(m_resolve, &QPushButton::clicked, this, [this] { act(fleet::ActionKind::resolveAlert); });
    connect(m_copy, &QPushButton::clicked, this, &AlertsPage::copyAsSnsJson);
}

int AlertsPage::rowOf(const QString& id) const {
    return m_alerts->rowOf(id);
}

void AlertsPage::showEverything() {
    m_alerts->setStateFilter({});
    refreshChips();
    refreshSummary();
}

void AlertsPage::chooseState(AlertState state, bool only) {
    m_alerts->setStateFilter(only ? std::optional(state) : std::nullopt);
    refreshChips();
    refreshSummary();
}

void AlertsPage::refreshChips() {
    for (const Chip& chip : m_chips) {
        chip.button->setText(
            QStringLiteral("%1 %2").arg(Format::alertState(chip.state), countText(m_alerts->count(chip.state))));
        chip.button->setChecked(m_alerts->stateFilter() == chip.state);
    }
}

QString AlertsPage::summary() const {
    int total = 0;
    for (const Chip& chip : m_chips) total += m_alerts->count(chip.state);
    return tr("%1 of %2").arg(countText(m_alerts->rowCount()), countText(total));
}

void AlertsPage::refreshEmptyState() {
    const bool filtered = !filterText().isEmpty();
    if (m_alerts->isLoading()) {
        emptyState().setText(tr("Loading alerts …"), {});
        emptyState().setAction({});
    } else if (filtered || (m_alerts->stateFilter() && *m_alerts->stateFilter() != AlertState::open)) {
        emptyState().setText(tr("No alert matches"), tr("The filter or the state above lets none through."));
        emptyState().setAction(tr("Show all alerts"));
    } else {
        emptyState().setText(tr("No open alert"), tr("An alert comes when a device lands in FailedToUpdate: after the "
                                                     "last failure of its last cycle, and a short wait."));
        emptyState().setAction({});
    }
}

void AlertsPage::showRows(const QList<int>& rows) {
    if (rows.size() == 1) {
        showOne(m_alerts->alert(rows.first()));
    } else {
        details().setTitle(tr("%1 alerts").arg(countText(rows.size())), tr("Acknowledge or resolve them together."),
                           false);
        m_message->clear();
    }
    m_message->setVisible(rows.size() == 1);
    m_factsSection->setVisible(rows.size() == 1);
    refreshActions(rows);
}

void AlertsPage::showOne(const fleet::Alert& alert) {
    details().setTitle(toText(alert.deviceId),
                       QStringLiteral("%1 · %2").arg(Format::alertState(alert.state),
                                                     Format::relativeTime(alert.raisedMs, context().models.now())));
    m_message->setText(toText(alert.message));
    const auto personAt = [](const std::string& who, std::int64_t atMs) {
        return who.empty() ? tr("not yet") : tr("%1, %2").arg(toText(who), Format::dateTime(atMs));
    };
    m_facts->clear();
    m_facts->add(tr("Raised"), Format::dateTime(alert.raisedMs));
    m_facts->add(tr("Acknowledged"), personAt(alert.acknowledgedBy, alert.acknowledgedMs));
    m_facts->add(tr("Resolved"), personAt(alert.resolvedBy, alert.resolvedMs));
    const models::DeviceColumns& devices = context().models.devices.columns();
    const auto row = devices.find(alert.deviceId);
    if (row != models::DeviceColumns::kNone && !devices.removed(row))
        m_facts->add(tr("The device now"), Format::phase(devices.phase(row)));
}

void AlertsPage::refreshActions(const QList<int>& rows) {
    const QString readOnly = context().whyReadOnly();
    const auto any = [&](AlertState first, AlertState second) {
        return std::any_of(rows.begin(), rows.end(), [&](int row) {
            const AlertState state = m_alerts->alert(row).state;
            return state == first || state == second;
        });
    };
    setAllowed(*m_open, rows.size() == 1 ? QString() : tr("Select one alert to open its device."));
    setAllowed(*m_acknowledge,
               !readOnly.isEmpty()                       ? readOnly
               : any(AlertState::open, AlertState::open) ? QString()
                                                         : tr("Only an open alert can be acknowledged."),
               tr("Says that somebody looks after it; shows first what would change"));
    setAllowed(*m_resolve,
               !readOnly.isEmpty()                               ? readOnly
               : any(AlertState::open, AlertState::acknowledged) ? QString()
                                                                 : tr("It is resolved already."),
               tr("Says that it is dealt with; releasing the device does this by itself"));
}

void AlertsPage::act(fleet::ActionKind kind) {
    QStringList targets;
    for (const int row : selection()) {
        const fleet::Alert& alert = m_alerts->alert(row);
        const bool fits = kind == fleet::ActionKind::acknowledgeAlert ? alert.state == AlertState::open
                                                                      : alert.state != AlertState::resolved;
        if (fits) targets.append(toText(alert.id));
    }
    if (!targets.isEmpty()) emit actionRequested(fleet::ActionRequest{kind, {}, {}, {}}, targets);
}

void AlertsPage::copyAsSnsJson() {
    QStringList texts;
    for (const int row : selection()) texts.append(toText(fleet::alertToSnsJson(m_alerts->alert(row))));
    QGuiApplication::clipboard()->setText(texts.join(QLatin1Char('\n')));
    emit noticeRaised({models::Severity::success,
                       texts.size() == 1
                           ? tr("The alert is on the clipboard as SNS JSON.")
                           : tr("%1 alerts are on the clipboard as SNS JSON, one a line.").arg(countText(texts.size())),
                       {},
                       {}});
}

}  // namespace drydock::views
