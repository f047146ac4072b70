#include "app/desk/alert_notifications.h"

#include <algorithm>
#include <iterator>

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

#include "models/fleet/text_target.h"
#include "models/text.h"

namespace drydock::app {

namespace {

constexpr int kTogetherMs = 1'000;
constexpr int kShownAsTheDesktopLikes = -1;
const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kDefaultAction = QStringLiteral("default");

}  // namespace

AlertNotifications::AlertNotifications(models::AlertModel& alerts, const QDBusConnection& bus)
    : m_alerts(&alerts), m_bus(bus) {
    m_together.setSingleShot(true);
    m_together.setInterval(kTogetherMs);
    connect(&m_together, &QTimer::timeout, this, &AlertNotifications::notify);
    connect(m_alerts, &models::AlertModel::raised, this, &AlertNotifications::take);
    if (m_bus.isConnected())
        m_bus.connect(kService, kPath, kService, QStringLiteral("ActionInvoked"), this,
                      SLOT(takeAction(uint, QString)));
}

void AlertNotifications::take(const std::vector<fleet::Alert>& alerts) {
    if (!m_bus.isConnected()) return;
    std::copy_if(alerts.begin(), alerts.end(), std::back_inserter(m_raised),
                 [](const fleet::Alert& alert) { return !alert.deduplicated; });
    if (!m_raised.empty() && !m_together.isActive()) m_together.start();
}

// What an id may hold is markup in a body, never in a summary; so the message is the summary.
void AlertNotifications::notify() {
    const bool one = m_raised.size() == 1;
    const QString summary =
        one ? models::toText(m_raised.front().message)
            : tr("%n devices exceeded their retry limits twice", "", static_cast<int>(m_raised.size()));
    const QString body = tr("%n alerts are open.", "", m_alerts->count(fleet::AlertState::open));
    m_link = one ? QString::fromStdString(fleet::deviceLink(m_raised.front().deviceId)) : QString();
    m_raised.clear();

    QDBusMessage call = QDBusMessage::createMethodCall(kService, kPath, kService, QStringLiteral("Notify"));
    call.setArguments({QStringLiteral("Drydock"), m_shown, QStringLiteral("dialog-warning"), summary, body,
                       QStringList{kDefaultAction, tr("Open")}, QVariantMap(), kShownAsTheDesktopLikes});
    auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<uint> reply = *watcher;
        if (reply.isValid()) m_shown = reply.value();
        watcher->deleteLater();
    });
}

void AlertNotifications::takeAction(uint id, const QString& action) {
    if (id == m_shown && action == kDefaultAction) emit opened(m_link);
}

}  // namespace drydock::app
