// Alerts as the desktop hears of them, over a session bus of the test's own.
#include "app/desk/alert_notifications.h"

#include <QProcess>
#include <QSignalSpy>
#include <QtTest>

#include "tests/models/fake_desk_client.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

// The desktop's notification service, as far as it is asked.
class NotificationService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Shown {
        uint replaces = 0;
        QString summary;
        QString body;
        QStringList actions;
    };
    QList<Shown> shown;

public slots:
    // NOLINTNEXTLINE(readability-identifier-naming): D-Bus calls it so
    uint Notify(const QString& /*program*/, uint replaces, const QString& /*icon*/, const QString& summary,
                const QString& body, const QStringList& actions, const QVariantMap& /*hints*/, int /*timeout*/) {
        shown.append({replaces, summary, body, actions});
        return 7;
    }

signals:
    void ActionInvoked(uint id, const QString& action);  // NOLINT(readability-identifier-naming): as above
};

class AlertNotificationsTest : public QObject {
    Q_OBJECT
    static constexpr int kWaitMs = 30'000;

    QProcess m_daemon;
    QString m_address;

    static fleet::Alert alert(const std::string& id, const std::string& deviceId) {
        fleet::Alert raised;
        raised.id = id;
        raised.deviceId = deviceId;
        raised.raisedMs = 1'711'320'000'000;
        raised.message = fleet::alertMessage(deviceId);
        return raised;
    }
    static void raise(FakeDeskClient& client, const std::vector<fleet::Alert>& alerts) {
        auto changes = std::make_shared<fleet::FleetChanges>();
        changes->alerts = alerts;
        emit client.changed(changes);
    }

private slots:
    void initTestCase() {
        m_daemon.start(QStringLiteral("dbus-daemon"),
                       {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        QVERIFY(m_daemon.waitForReadyRead(kWaitMs));
        m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
        QVERIFY(!m_address.isEmpty());
    }
    void cleanupTestCase() {
        m_daemon.terminate();
        QVERIFY(m_daemon.waitForFinished(kWaitMs));
    }

    void anAlertIsShownOnceAndLeadsToItsDevice() {
        QDBusConnection served = QDBusConnection::connectToBus(m_address, QStringLiteral("service"));
        NotificationService service;
        QVERIFY(served.registerObject(QStringLiteral("/org/freedesktop/Notifications"), &service,
                                      QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(served.registerService(QStringLiteral("org.freedesktop.Notifications")));
        FakeDeskClient client;
        models::AlertModel alerts(client, [] { return std::int64_t{1'711'320'000'000}; });
        alerts.load();
        QTRY_VERIFY_WITH_TIMEOUT(!alerts.isLoading(), kWaitMs);
        app::AlertNotifications notifications(alerts, QDBusConnection::connectToBus(m_address, QStringLiteral("desk")));
        QSignalSpy opened(&notifications, &app::AlertNotifications::opened);

        raise(client, {alert("alert-1", "a <b>&c")});
        QTRY_COMPARE_WITH_TIMEOUT(service.shown.size(), 1, kWaitMs);
        QCOMPARE(service.shown[0].summary, QString::fromStdString(fleet::alertMessage("a <b>&c")));
        QCOMPARE(service.shown[0].actions.value(0), QStringLiteral("default"));
        // Until the answer came, the click belongs to nothing.
        QTRY_VERIFY_WITH_TIMEOUT((emit service.ActionInvoked(7, QStringLiteral("default")), !opened.isEmpty()),
                                 kWaitMs);
        QCOMPARE(opened.first().at(0).toString(), QStringLiteral("drydock://device/a%20%3Cb%3E%26c"));

        // Acknowledged is no news; several at once are one, in the place of the one before.
        fleet::Alert acknowledged = alert("alert-1", "a <b>&c");
        acknowledged.state = fleet::AlertState::acknowledged;
        raise(client, {acknowledged});
        constexpr int kAlerts = 50;
        std::vector<fleet::Alert> storm;
        storm.reserve(kAlerts);
        for (int i = 0; i < kAlerts; ++i) storm.push_back(alert("storm-" + std::to_string(i), "d" + std::to_string(i)));
        raise(client, storm);
        QTRY_COMPARE_WITH_TIMEOUT(service.shown.size(), 2, kWaitMs);
        QCOMPARE(service.shown[1].replaces, 7U);
        QVERIFY(service.shown[1].summary.contains(QStringLiteral("50")));
        opened.clear();
        emit service.ActionInvoked(8, QStringLiteral("default"));
        emit service.ActionInvoked(7, QStringLiteral("default"));
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, kWaitMs);
        QCOMPARE(opened.first().at(0).toString(), QString());
    }

    static void withoutABusNothingHappens() {
        FakeDeskClient client;
        models::AlertModel alerts(client, [] { return std::int64_t{0}; });
        alerts.load();
        QTRY_VERIFY_WITH_TIMEOUT(!alerts.isLoading(), kWaitMs);
        app::AlertNotifications notifications(alerts, QDBusConnection(QStringLiteral("nowhere")));
        raise(client, {alert("alert-1", "a")});
        QCOMPARE(alerts.count(fleet::AlertState::open), 1);
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::AlertNotificationsTest)
#include "alert_notifications_test.moc"
