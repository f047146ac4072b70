#include "views/devices/device_menu.h"

#include <utility>

#include <QAction>
#include <QMenu>

#include "models/format.h"

namespace drydock::views {

namespace {

using fleet::ActionKind;
constexpr std::int64_t kHourMs = 60LL * 60 * 1000;

bool hasButton(ActionKind kind) {
    return kind == ActionKind::restoreAttributes || kind == ActionKind::resetCounters || kind == ActionKind::release;
}

}  // namespace

DeviceMenu::DeviceMenu(std::function<std::int64_t()> now, QMenu& groups, QObject* parent)
    : QObject(parent), m_now(std::move(now)), m_more(std::make_unique<QMenu>()) {
    m_more->setToolTipsVisible(true);
    add(ActionKind::restoreAttributes, tr("Restore…"));
    add(ActionKind::resetCounters, tr("Reset…"));
    add(ActionKind::release, tr("Release…"));
    add(ActionKind::moveToFailed, tr("Mark failed…"));
    add(ActionKind::setCoolOff, tr("End the cool-off now…"));
    add(ActionKind::setCoolOff, tr("End the cool-off in 1 hour…"), kHourMs);
    add(ActionKind::setCoolOff, tr("End the cool-off in 24 hours…"), 24 * kHourMs);
    add(ActionKind::setCoolOff, tr("End the cool-off in 7 days…"), 7 * 24 * kHourMs);
    m_actions.append(groups.menuAction());
    m_more->addMenu(&groups);
    add(ActionKind::deleteDevice, tr("Delete from the registry…"));
}

DeviceMenu::~DeviceMenu() = default;

void DeviceMenu::add(ActionKind kind, const QString& text, std::optional<std::int64_t> inMs) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, [this, kind, inMs] {
        fleet::ActionRequest request;
        request.kind = kind;
        if (inMs) request.untilMs = m_now() + *inMs;
        emit chosen(request);
    });
    m_actions.append(action);
    m_entries.push_back({action, kind});
    if (!hasButton(kind)) m_more->addAction(action);
}

void DeviceMenu::refresh(const std::function<QString(ActionKind)>& whyNot) {
    for (const auto& [action, kind] : m_entries) {
        const QString reason = whyNot(kind);
        action->setEnabled(reason.isEmpty());
        action->setToolTip(reason.isEmpty() ? models::Format::action(kind) + tr(": shows first what would change")
                                            : reason);
    }
}

}  // namespace drydock::views
