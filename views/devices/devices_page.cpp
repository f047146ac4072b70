#include "views/devices/devices_page.h"

#include <QVBoxLayout>

#include "models/desk_models.h"
#include "views/devices/device_browser.h"

namespace drydock::views {

namespace {

using Column = models::DeviceListModel::Column;

DeviceBrowser::Setup setupOf(const models::DeviceListModel& model) {
    DeviceBrowser::Setup setup;
    setup.name = QLatin1String(page_id::kDevices);
    setup.title = DevicesPage::tr("Devices");
    setup.phaseChips = true;
    setup.emptyTitle = DevicesPage::tr("No device yet");
    // What the details say anyway; a wide screen can bring them back.
    for (const Column column : {Column::cycles, Column::lastStatus, Column::groups, Column::assignee}) {
        setup.hiddenAtFirst.append(model.columnOf(column));
    }
    return setup;
}

}  // namespace

DevicesPage::DevicesPage(const PageContext& context, QWidget* parent)
    : Page({QLatin1String(page_id::kDevices), tr("Devices"), Icon::devices}, parent),
      m_context(context),
      m_model(context.models.devices, context.models.now),
      m_browser(new DeviceBrowser(context, m_model, setupOf(m_model))) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_browser);
    connect(m_browser, &DeviceBrowser::actionRequested, this, &Page::actionRequested);
    connect(m_browser, &DeviceBrowser::noticeRaised, this, &Page::noticeRaised);
    connect(&context.models.client, &models::DeskClient::statusChanged, this, &DevicesPage::showHint);
    showHint();
}

void DevicesPage::showHint() {
    const fleet::DeskStatus& status = m_context.models.client.status();
    QStringList topics;
    for (const std::string& topic : status.topics) topics.append(QString::fromStdString(topic));
    m_browser->setEmptyHint(status.broker.empty()
                                ? tr("No broker is set, so no message can come. Name one when starting Drydock.")
                                : tr("Waiting for messages on %1 at %2. A device is registered by its first message.")
                                      .arg(topics.join(QStringLiteral(", ")), QString::fromStdString(status.broker)));
}

void DevicesPage::open(const QString& target) {
    m_browser->open(target);
}

QString DevicesPage::target() const {
    return m_browser->target();
}

void DevicesPage::focusFilter() {
    m_browser->focusFilter();
}

QString DevicesPage::selectionAsText() const {
    return m_browser->selectionAsText();
}

}  // namespace drydock::views
