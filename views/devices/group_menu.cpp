#include "views/devices/group_menu.h"

#include "models/desk_models.h"
#include "models/text.h"

namespace drydock::views {

using fleet::ActionKind;
using models::toText;

GroupMenu::GroupMenu(const PageContext& context, QWidget* parent) : QMenu(tr("Groups"), parent), m_context(context) {
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &GroupMenu::fill);
}

void GroupMenu::setDevices(const QStringList& devices, const QString& whyNot) {
    m_devices = devices;
    menuAction()->setEnabled(whyNot.isEmpty());
    menuAction()->setToolTip(whyNot.isEmpty() ? tr("Add to a static group, remove from one") : whyNot);
}

std::map<QString, QStringList> GroupMenu::members() const {
    const models::DeviceColumns& columns = m_context.models.devices.columns();
    std::map<QString, QStringList> members;
    for (const QString& device : m_devices) {
        const models::DeviceColumns::Row row = columns.find(device.toStdString());
        if (row == models::DeviceColumns::kNone) continue;
        const QString groups = toText(columns.text(row, models::DeviceColumns::Text::groups));
        for (const QString& group : groups.split(QStringLiteral(", "), Qt::SkipEmptyParts))
            members[group].append(device);
    }
    return members;
}

void GroupMenu::fill() {
    clear();
    std::map<QString, QStringList> members = this->members();
    connect(addAction(tr("New static group…")), &QAction::triggered, this, &GroupMenu::newGroupWanted);
    QStringList groups;
    for (const fleet::ThingGroup& group : m_context.models.groups.groups())
        if (!group.query && group.name != fleet::kFailedGroup) groups.append(toText(group.name));
    addSeparator();
    for (const QString& group : groups) {
        const QStringList& inside = members[group];  // in the order of m_devices
        QStringList outside;
        auto member = inside.begin();
        for (const QString& device : m_devices) {
            if (member != inside.end() && *member == device) {
                ++member;
            } else {
                outside.append(device);
            }
        }
        addEntry(ActionKind::addToGroup, tr("Add to %1…").arg(group), group, outside);
    }
    addSeparator();
    for (const QString& group : groups)
        if (!members[group].isEmpty())
            addEntry(ActionKind::removeFromGroup, tr("Remove from %1…").arg(group), group, members[group]);
}

void GroupMenu::addEntry(ActionKind kind, const QString& text, const QString& group, const QStringList& devices) {
    QAction* entry = addAction(text);
    entry->setEnabled(!devices.isEmpty());
    entry->setToolTip(!devices.isEmpty()      ? models::Format::action(kind) + tr(": shows first what would change")
                      : m_devices.size() == 1 ? tr("It is in %1 already.").arg(group)
                                              : tr("All of these are in %1 already.").arg(group));
    connect(entry, &QAction::triggered, this, [this, kind, group, devices] {
        fleet::ActionRequest action;
        action.kind = kind;
        for (const QString& device : devices) action.things.push_back(device.toStdString());
        emit chosen(action, group);
    });
}

}  // namespace drydock::views
