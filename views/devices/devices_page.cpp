#include "views/devices/devices_page.h"

#include "models/desk_models.h"
#include "models/text.h"
#include "views/devices/group_line.h"
#include "views/devices/group_view.h"

namespace drydock::views {

namespace {

using Column = models::DeviceListModel::Column;
constexpr int kTableVersion = 2;

}  // namespace

DevicesPage::DevicesPage(const PageContext& context, QWidget* parent)
    : DeviceListPage(context, new models::DeviceListModel(context.models.devices, context.models.now),
                     {{QLatin1String(page_id::kDevices), tr("Devices"), Icon::devices},
                      kTableVersion,
                      true,
                      true,
                      tr("No device yet"),
                      // What the details say anyway; a wide screen can bring them back.
                      {Column::cycles, Column::lastStatus, Column::groups, Column::assignee}},
                     parent) {
    connect(&context.models.client, &models::DeskClient::statusChanged, this, &DevicesPage::showHint);
    showHint();
}

void DevicesPage::editGroup(const QString& group) {
    const fleet::ThingGroup* found = context().models.groups.find(group);
    if (found == nullptr) return;
    emit goTo(viewOf(*found));
    groupLine().editQuery(group);
    focusFilter();
}

void DevicesPage::showHint() {
    const fleet::DeskStatus& status = context().models.client.status();
    QStringList topics;
    for (const std::string& topic : status.topics) topics.append(models::toText(topic));
    if (status.readOnly) {
        setEmptyHint(
            tr("This window only looks on. A device stands here once the program that holds the store has "
               "heard of it."));
    } else if (status.broker.empty()) {
        setEmptyHint(tr("No broker is set, so no message can come. Name one when starting Drydock."));
    } else {
        setEmptyHint(tr("Waiting for messages on %1 at %2. A device is registered by its first message.")
                         .arg(topics.join(QStringLiteral(", ")), models::toText(status.broker)));
    }
}

}  // namespace drydock::views
