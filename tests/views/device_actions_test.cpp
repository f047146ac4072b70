// What can be done to devices from the Devices page beside the buttons: other ends of cool-offs, attributes, deletion.
#include <algorithm>

#include <QAction>
#include <QDir>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/devices/device_actions.h"
#include "views/devices/device_details.h"
#include "views/widgets/table_view.h"

namespace drydock::tests {

namespace ids = views::page_id;

class DeviceActionsTest : public QObject {
    Q_OBJECT

    static views::Page& page(WindowFixture& fixture) { return *fixture.window().page(QLatin1String(ids::kDevices)); }
    static views::TableView& table(WindowFixture& fixture) { return *WindowFixture::listOf(page(fixture)); }
    static views::DeviceDetails& details(WindowFixture& fixture) {
        return *page(fixture).findChild<views::DeviceDetails*>();
    }
    // Selects the first device of a phase, and waits until its details know; gives its id.
    static void selectFirst(WindowFixture& fixture, const char* phase, QString& id) {
        fixture.window().open(QStringLiteral("phase:") + QLatin1String(phase));
        table(fixture).showRow(0);
        id = table(fixture).model()->index(0, 0).data(models::IdRole).toString();
        QTRY_COMPARE_WITH_TIMEOUT(details(fixture).devices(), QStringList{id}, WindowFixture::kWaitMs);
    }
    // An entry of the menu behind a right click on the list.
    static QAction& entry(WindowFixture& fixture, const QString& text) {
        for (QAction* action : table(fixture).actions())
            if (action->text() == text) return *action;
        qFatal("no such entry");
    }
    static void click(WindowFixture& fixture, const QString& text) {
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text) != nullptr, qPrintable(text), WindowFixture::kWaitMs);
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text)->isEnabled(), qPrintable(text), WindowFixture::kWaitMs);
        QTest::mouseClick(fixture.button(text), Qt::LeftButton);
    }
    template <class T>
    static T& named(WindowFixture& fixture, const char* accessibleName) {
        for (T* widget : page(fixture).findChildren<T*>())
            if (widget->accessibleName() == QLatin1String(accessibleName)) return *widget;
        qFatal("no such widget");
    }

private slots:
    static void aCoolOffIsPutOffFromTheMenu() {
        WindowFixture fixture;
        QString selected;
        selectFirst(fixture, "coolingOff", selected);
        const std::string id = selected.toStdString();
        const auto due = [&fixture, &id] { return fixture.client.values.devices[id].retries->cycle.dueMs; };
        const auto before = due();
        entry(fixture, QStringLiteral("End the cool-off in 7 days…")).trigger();
        click(fixture, QStringLiteral("Set 1 cool-off"));
        QTRY_VERIFY_WITH_TIMEOUT(due() != before, WindowFixture::kWaitMs);
        QCOMPARE(due().value(), fixture.client.values.nowMs + 7LL * 24 * 60 * 60 * 1000);
    }

    static void theMenuSaysWhyNot() {
        WindowFixture fixture;
        QString id;
        selectFirst(fixture, "retrying", id);
        const QAction& end = entry(fixture, QStringLiteral("End the cool-off now…"));
        QVERIFY(!end.isEnabled());
        QVERIFY(end.toolTip().contains(QLatin1String("not cooling off")));
        QVERIFY(entry(fixture, QStringLiteral("Delete from the registry…")).isEnabled());
        QVERIFY(entry(fixture, QStringLiteral("Reset…")).isEnabled());
        const auto& more = named<QPushButton>(fixture, "More actions");
        QVERIFY(more.menu()->toolTipsVisible());
        QVERIFY(more.menu()->actions().contains(&entry(fixture, QStringLiteral("Delete from the registry…"))));
    }

    static void aWindowForReadingOffersNoneOfThem() {
        views::WindowOptions options;
        options.readOnly = true;
        WindowFixture fixture(300, options);
        QString id;
        selectFirst(fixture, "coolingOff", id);
        for (const QAction* action : table(fixture).actions()) {
            QVERIFY2(!action->isEnabled(), qPrintable(action->text()));
            QVERIFY(action->toolTip().contains(QLatin1String("reading")));
        }
        QVERIFY(!named<QPushButton>(fixture, "Save the attributes").isEnabled());
    }

    static void attributesAreEditedOfOneDeviceAndOfASelection() {
        WindowFixture fixture;
        QString selected;
        selectFirst(fixture, "well", selected);
        const std::string id = selected.toStdString();
        auto& edits = named<QLineEdit>(fixture, "Edit of attributes");
        const auto& save = named<QPushButton>(fixture, "Save the attributes");
        QVERIFY(!save.isEnabled());
        edits.setText(QStringLiteral("site=moveOut"));
        QVERIFY(!save.isEnabled());
        QVERIFY(save.toolTip().contains(QLatin1String("mark of the retry cycle")));
        edits.setText(QStringLiteral("site=north"));
        QTRY_VERIFY_WITH_TIMEOUT(save.isEnabled(), WindowFixture::kWaitMs);
        QTest::keyClick(&edits, Qt::Key_Return);
        click(fixture, QStringLiteral("Edit 1 device"));
        const auto siteOf = [&fixture](const std::string& device) {
            const auto& attributes = fixture.client.values.devices[device].thing.attributes;
            const auto at = attributes.find("site");
            return at == attributes.end() ? std::string() : at->second;
        };
        QTRY_COMPARE_WITH_TIMEOUT(siteOf(id), std::string("north"), WindowFixture::kWaitMs);

        table(fixture).selectAll();
        const views::DeviceDetails& devices = details(fixture);
        QTRY_VERIFY_WITH_TIMEOUT(devices.devices().size() > 1, WindowFixture::kWaitMs);
        const int count = devices.devices().size();
        edits.setText(QStringLiteral("site=south"));
        QTRY_VERIFY_WITH_TIMEOUT(save.isEnabled(), WindowFixture::kWaitMs);
        QTest::keyClick(&edits, Qt::Key_Return);
        click(fixture, QStringLiteral("Edit %1 devices").arg(count));
        for (const QString& each : devices.devices())
            QTRY_COMPARE_WITH_TIMEOUT(siteOf(each.toStdString()), std::string("south"), WindowFixture::kWaitMs);
    }

    static void theMenuIsOpenedFromItsButton() {
        WindowFixture fixture;
        fixture.window().resize(1280, 800);
        QString id;
        selectFirst(fixture, "coolingOff", id);
        auto& more = named<QPushButton>(fixture, "More actions");
        QVERIFY(more.isEnabled());
        QMenu& menu = *more.menu();
        menu.popup(more.mapToGlobal(QPoint(0, 0)));
        QTRY_VERIFY_WITH_TIMEOUT(menu.isVisible(), WindowFixture::kWaitMs);
        const QDir folder(QStringLiteral(DRYDOCK_BINARY_DIR "/screenshots"));
        QVERIFY(folder.mkpath(QStringLiteral(".")));
        QVERIFY(menu.grab().save(folder.filePath(QStringLiteral("device-menu.png"))));
        menu.close();
        entry(fixture, QStringLiteral("End the cool-off now…")).trigger();
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Set 1 cool-off")) != nullptr, WindowFixture::kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Set 1 cool-off"))->isEnabled(), WindowFixture::kWaitMs);
        // Each level of nested layouts asks the next one by an event.
        for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
        QVERIFY(fixture.window().grab().save(folder.filePath(QStringLiteral("device-cool-off.png"))));
    }

    static void whatWasDoneAtOnceIsTakenBackFromTheActivity() {
        WindowFixture fixture;
        QString id;
        selectFirst(fixture, "well", id);
        QTest::keyClick(&table(fixture), Qt::Key_Down, Qt::ShiftModifier);
        QTRY_COMPARE_WITH_TIMEOUT(details(fixture).devices().size(), 2, WindowFixture::kWaitMs);
        const QStringList two = details(fixture).devices();
        auto& edits = named<QLineEdit>(fixture, "Edit of attributes");
        edits.setText(QStringLiteral("rack=7"));
        QTest::keyClick(&edits, Qt::Key_Return);
        click(fixture, QStringLiteral("Edit 2 devices"));
        const auto edited = [&fixture, &two] {
            return std::count_if(two.begin(), two.end(), [&fixture](const QString& device) {
                return fixture.client.values.devices[device.toStdString()].thing.attributes.count("rack") > 0;
            });
        };
        QTRY_COMPARE_WITH_TIMEOUT(edited(), 2, WindowFixture::kWaitMs);

        const std::uint64_t last = fixture.client.values.audit.back().sequence;
        emit page(fixture).goTo({QLatin1String(ids::kActivity), QStringLiteral("=%1").arg(last)});
        click(fixture, QStringLiteral("Undo all…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Undo")) != nullptr, WindowFixture::kWaitMs);
        QCOMPARE(edited(), 2);  // only looked at so far
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Undo"))->isEnabled(), WindowFixture::kWaitMs);
        QTest::mouseClick(fixture.button(QStringLiteral("Undo")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(edited(), 0, WindowFixture::kWaitMs);
    }

    static void whatWasDoneAloneHasNothingToTakeBackWithIt() {
        WindowFixture fixture;
        QString id;
        selectFirst(fixture, "well", id);
        auto& edits = named<QLineEdit>(fixture, "Edit of attributes");
        edits.setText(QStringLiteral("rack=7"));
        QTest::keyClick(&edits, Qt::Key_Return);
        click(fixture, QStringLiteral("Edit 1 device"));
        const auto& attributes = fixture.client.values.devices[id.toStdString()].thing.attributes;
        QTRY_VERIFY_WITH_TIMEOUT(attributes.count("rack") > 0, WindowFixture::kWaitMs);
        const std::uint64_t last = fixture.client.values.audit.back().sequence;
        emit page(fixture).goTo({QLatin1String(ids::kActivity), QStringLiteral("=%1").arg(last)});
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Undo all…")) != nullptr, WindowFixture::kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(
            fixture.button(QStringLiteral("Undo all…"))->toolTip().contains(QLatin1String("alone")),
            WindowFixture::kWaitMs);
        QVERIFY(!fixture.button(QStringLiteral("Undo all…"))->isEnabled());
    }

    static void editsAreReadAsTheyAreTyped() {
        const auto edits = views::parseAttributeEdits(QStringLiteral("  site=north  -old a=b=c -x=y word "));
        QCOMPARE(edits.size(), std::size_t{5});
        QCOMPARE(edits[0].name, std::string("site"));
        QCOMPARE(edits[0].value.value(), std::string("north"));
        QCOMPARE(edits[1].name, std::string("old"));
        QVERIFY(!edits[1].value.has_value());
        QCOMPARE(edits[2].value.value(), std::string("b=c"));
        QCOMPARE(edits[3].name, std::string("-x"));
        QCOMPARE(edits[4].value.value(), std::string());
        QVERIFY(views::parseAttributeEdits(QStringLiteral("  ")).empty());
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::DeviceActionsTest)
#include "device_actions_test.moc"
