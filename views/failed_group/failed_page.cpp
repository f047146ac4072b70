#include "views/failed_group/failed_page.h"

#include <QVBoxLayout>

#include "models/desk_models.h"
#include "views/devices/device_browser.h"

namespace drydock::views {

namespace {

using Column = models::DeviceListModel::Column;

DeviceBrowser::Setup setupOf(const models::DeviceListModel& model) {
    DeviceBrowser::Setup setup;
    setup.name = QLatin1String(page_id::kFailed);
    setup.title = FailedPage::tr("FailedToUpdate");
    setup.emptyTitle = FailedPage::tr("Nothing waits for a person");
    setup.stretchLastColumn = true;
    for (const Column column : {Column::cycles, Column::lastStatus}) {
        setup.hiddenAtFirst.append(model.columnOf(column));
    }
    return setup;
}

}  // namespace

FailedPage::FailedPage(const PageContext& context, QWidget* parent)
    : Page({QLatin1String(page_id::kFailed), tr("FailedToUpdate"), Icon::failedGroup}, parent),
      m_model(context.models.devices, context.models.now),
      m_browser(new DeviceBrowser(context, m_model, setupOf(m_model))) {
    const fleet::Limits& limits = context.models.client.limits();
    m_browser->setEmptyHint(tr("A device comes here after %1 failures in each of %2 cycles. It leaves when a person "
                               "releases it.")
                                .arg(limits.retriesPerCycle)
                                .arg(limits.cycles));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_browser);
    connect(m_browser, &DeviceBrowser::actionRequested, this, &Page::actionRequested);
    connect(m_browser, &DeviceBrowser::noticeRaised, this, &Page::noticeRaised);
    const models::OverviewStats& overview = context.models.overview;
    connect(&overview, &models::OverviewStats::tilesChanged, this,
            [this, &overview] { emit badgeChanged(static_cast<int>(overview.tiles().failed)); });
}

void FailedPage::open(const QString& target) {
    m_browser->open(target);
}

QString FailedPage::target() const {
    return m_browser->target();
}

void FailedPage::focusFilter() {
    m_browser->focusFilter();
}

QString FailedPage::selectionAsText() const {
    return m_browser->selectionAsText();
}

}  // namespace drydock::views
