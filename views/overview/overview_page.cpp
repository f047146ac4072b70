#include "views/overview/overview_page.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "models/desk_models.h"
#include "views/theme.h"
#include "views/widgets/bar_rows.h"
#include "views/widgets/link_rows.h"
#include "views/widgets/rate_chart.h"
#include "views/widgets/stat_tile.h"

namespace drydock::views {

namespace {

constexpr std::int64_t kRateSpanMs = 15LL * 60 * 1000;
constexpr std::size_t kRowsShown = 6;

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

Destination devicesWith(const char* filter) {
    return {QLatin1String(page_id::kDevices), QLatin1String(filter)};
}

// A panel with an optional heading.
QFrame* cardOf(const QString& heading, QWidget* content) {
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(space::k4, space::k3, space::k4, space::k3);
    layout->setSpacing(space::k2);
    if (!heading.isEmpty()) {
        auto* label = new QLabel(heading);
        label->setFont(textFont(TextSize::body, true));
        layout->addWidget(label);
        content->setAccessibleName(heading);
    }
    layout->addWidget(content, 1);
    return card;
}

}  // namespace

OverviewPage::OverviewPage(const PageContext& context, QWidget* parent)
    : Page({QLatin1String(page_id::kOverview), tr("Overview"), Icon::overview}, parent), m_context(context) {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrolled"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(space::k5, space::k4, space::k5, space::k4);
    column->setSpacing(space::k4);
    column->addWidget(buildTiles());
    column->addWidget(buildCards(), 1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    const models::OverviewStats& stats = m_context.models.overview;
    connect(&stats, &models::OverviewStats::tilesChanged, this, &OverviewPage::refreshTiles);
    connect(&stats, &models::OverviewStats::sampled, this, &OverviewPage::refreshRates);
    connect(&stats, &models::OverviewStats::sampled, this, &OverviewPage::refreshLists);
    connect(&m_context.models.alerts, &models::AlertModel::countsChanged, this, &OverviewPage::refreshLists);
    connect(&m_context.models.firmware, &models::FirmwareModel::countsChanged, this, &OverviewPage::refreshLists);
    refreshTiles();
    refreshRates();
    refreshLists();
}

void OverviewPage::addTile(QGridLayout& layout, StatTile* tile, const Destination& destination) {
    const int column = layout.columnCount() == 1 && layout.count() == 0 ? 0 : layout.columnCount();
    layout.addWidget(tile, 0, column);
    layout.setColumnStretch(column, 1);
    connect(tile, &QAbstractButton::clicked, this, [this, destination] { emit goTo(destination); });
}

QWidget* OverviewPage::buildTiles() {
    auto* box = new QWidget;
    auto* layout = new QGridLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::k3);
    addTile(*layout, m_devices = new StatTile(tr("Devices")), devicesWith(kEverything));
    addTile(*layout, m_seen = new StatTile(tr("Seen lately")), devicesWith("seen:5m"));
    addTile(*layout, m_retrying = new StatTile(tr("Retrying"), Mark::retrying), devicesWith("phase:retrying"));
    addTile(*layout, m_coolingOff = new StatTile(tr("Cooling off"), Mark::coolingOff), devicesWith("phase:coolingOff"));
    addTile(*layout, m_failed = new StatTile(tr("Failed"), Mark::failed), devicesWith("phase:failed"));
    addTile(*layout, m_alertTile = new StatTile(tr("Open alerts")), {QLatin1String(page_id::kAlerts), QString()});
    m_seen->setCaption(tr("in the last 5 min"));
    m_coolingOff->setCaption(tr("come back by timer"));
    m_retrying->setCaption(tr("counting failures"));
    m_failed->setCaption(tr("wait for a person"));
    return box;
}

QWidget* OverviewPage::buildCards() {
    m_messages = new RateChart(tr("Messages"), RateChart::Tone::accent);
    m_failures = new RateChart(tr("Failures"), RateChart::Tone::bad);
    m_versions = new BarRows;
    m_versions->setNamesMono(true);
    m_versions->setEmptyText(tr("Versions stand here as devices report them."));
    m_releases = new BarRows;
    m_releases->setEmptyText(tr("No firmware yet. Import a ZIP on the Firmware page."));
    m_restores = new LinkRows;
    m_restores->setNamesMono(true);
    m_restores->setCapacity(static_cast<int>(kRowsShown));
    m_restores->setEmptyText(tr("No device is cooling off."));
    m_alerts = new LinkRows;
    m_alerts->setCapacity(static_cast<int>(kRowsShown));
    m_alerts->setEmptyText(tr("No alert has been raised."));
    const auto openDevice = [this](const QString& id) {
        emit goTo({QLatin1String(page_id::kDevices), QLatin1Char('=') + id});
    };
    connect(m_versions, &BarRows::rowClicked, this, [this](const QString& model) {
        emit goTo({QLatin1String(page_id::kDevices), model});
    });
    connect(m_releases, &BarRows::rowClicked, this, [this](const QString& /*status*/) {
        emit goTo({QLatin1String(page_id::kFirmware), QString()});
    });
    connect(m_restores, &LinkRows::rowClicked, this, openDevice);
    connect(m_alerts, &LinkRows::rowClicked, this, openDevice);

    auto* box = new QWidget;
    auto* grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(space::k3);
    grid->addWidget(cardOf({}, m_messages), 0, 0);
    grid->addWidget(cardOf({}, m_failures), 0, 1);
    grid->addWidget(cardOf(tr("Versions by model"), m_versions), 1, 0);
    grid->addWidget(cardOf(tr("Firmware by status"), m_releases), 1, 1);
    grid->addWidget(cardOf(tr("Next timers"), m_restores), 2, 0);
    grid->addWidget(cardOf(tr("Newest alerts"), m_alerts), 2, 1);
    for (const int column : {0, 1}) grid->setColumnStretch(column, 1);
    grid->setRowStretch(0, 2);
    grid->setRowStretch(1, 1);
    return box;
}

void OverviewPage::refreshTiles() {
    const models::OverviewStats::Tiles& tiles = m_context.models.overview.tiles();
    m_devices->setFigure(static_cast<qint64>(tiles.devices));
    m_seen->setFigure(static_cast<qint64>(tiles.seenLately));
    m_retrying->setFigure(static_cast<qint64>(tiles.retrying));
    m_coolingOff->setFigure(static_cast<qint64>(tiles.coolingOff));
    m_failed->setFigure(static_cast<qint64>(tiles.failed));
    m_alertTile->setFigure(static_cast<qint64>(tiles.openAlerts));
    m_devices->setCaption(tiles.failing == 0 ? tr("registered")
                                             : tr("%1 failing").arg(models::Format::count(tiles.failing)));
    m_alertTile->setCaption(tiles.openAlerts == 0 ? tr("all are seen to") : tr("not yet acknowledged"));
}

void OverviewPage::refreshRates() {
    if (!isVisible()) return;
    const std::int64_t now = m_context.models.now();
    const models::OverviewStats& stats = m_context.models.overview;
    m_messages->setSamples(stats.messageRate().samples(), now, kRateSpanMs);
    m_failures->setSamples(stats.failureRate().samples(), now, kRateSpanMs);
}

void OverviewPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    refreshRates();
}

void OverviewPage::refreshVersions() {
    std::vector<BarRow> models;
    for (const models::OverviewStats::ModelVersions& model : m_context.models.overview.versionsByModel()) {
        if (models.size() == kRowsShown) break;
        BarRow row{model.model, model.model, {}};
        for (const auto& version : model.versions) row.segments.push_back({version.fw, version.devices});
        models.push_back(std::move(row));
    }
    m_versions->setRows(std::move(models));
}

void OverviewPage::refreshLists() {
    const std::int64_t now = m_context.models.now();
    const models::OverviewStats& stats = m_context.models.overview;
    refreshVersions();
    std::vector<BarRow> releases;
    for (int i = 0; i <= static_cast<int>(fleet::ReleaseStatus::error); ++i) {
        const auto status = static_cast<fleet::ReleaseStatus>(i);
        const int count = stats.firmwareCount(status);
        if (count == 0) continue;
        const QString name = models::Format::releaseStatus(status);
        releases.push_back({name, name, {{name, static_cast<std::uint64_t>(count)}}});
    }
    m_releases->setRows(std::move(releases));

    std::vector<LinkRow> restores;
    for (const models::OverviewStats::Restore& restore : stats.nextRestores(kRowsShown)) {
        restores.push_back({restore.deviceId, markOf(restore.phase), restore.deviceId,
                            models::Format::countdown(restore.dueMs - now)});
    }
    m_restores->setRows(std::move(restores));

    // The mark says how the device is now, not how it was when the alert was raised.
    const models::DeviceColumns& devices = m_context.models.devices.columns();
    std::vector<LinkRow> alerts;
    for (const fleet::Alert& alert : stats.newestAlerts(kRowsShown)) {
        const models::DeviceColumns::Row row = devices.find(alert.deviceId);
        const bool known = row != models::DeviceColumns::kNone;
        alerts.push_back({text(alert.deviceId), known ? markOf(devices.phase(row)) : Mark::unknown, text(alert.message),
                          models::Format::relativeTime(alert.raisedMs, now)});
    }
    m_alerts->setRows(std::move(alerts));
}

}  // namespace drydock::views
