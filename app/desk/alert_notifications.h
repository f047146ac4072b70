// AlertNotifications: tells the desktop of alerts as they are raised, by its notification service.
//
// What is raised within a second is one notification, and a newer one takes the older one's place, so that a storm of
// alerts is one bubble that counts. What doesn't go out so soon after the last doesn't come here either. Where there is
// no session bus, or nobody serves notifications, nothing happens: the alerts are on their page. Source: the
// freedesktop.org Desktop Notifications specification, 1.2. Thread: GUI; never waits. Borrows the model, which outlives
// it.
#pragma once

#include <vector>

#include <QDBusConnection>
#include <QObject>
#include <QTimer>

#include "models/alert_model.h"

namespace drydock::app {

class AlertNotifications : public QObject {
    Q_OBJECT
public:
    explicit AlertNotifications(models::AlertModel& alerts, const QDBusConnection& bus = QDBusConnection::sessionBus());

signals:
    // The notification was clicked: the link of the one device it was about, or empty where it was about several.
    void opened(const QString& link);

private slots:
    void takeAction(uint id, const QString& action);

private:
    void take(const std::vector<fleet::Alert>& alerts);
    void notify();

    models::AlertModel* m_alerts;
    QDBusConnection m_bus;
    QTimer m_together;
    std::vector<fleet::Alert> m_raised;  // and not told yet
    QString m_link;                      // of the notification that is shown
    uint m_shown = 0;                    // its id; 0: none was
};

}  // namespace drydock::app
