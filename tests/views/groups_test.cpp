// Thing groups on the screens: in the side bar, made and edited from a filter, filled from a selection, and why a
// device is in one.
#include <algorithm>

#include <QContextMenuEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>

#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/devices/device_details.h"
#include "views/devices/group_bar.h"
#include "views/devices/group_line.h"
#include "views/devices/group_memberships.h"
#include "views/devices/group_menu.h"
#include "views/navigation.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"

namespace drydock::tests {

namespace ids = views::page_id;
using views::NavigationItem;

class GroupsTest : public QObject {
    Q_OBJECT

    static views::Page& devicesPage(WindowFixture& fixture) {
        return *fixture.window().page(QLatin1String(ids::kDevices));
    }
    static views::TableView& table(WindowFixture& fixture) { return *WindowFixture::listOf(devicesPage(fixture)); }
    static int rows(WindowFixture& fixture) { return table(fixture).model()->rowCount(); }
    static views::GroupBar& bar(WindowFixture& fixture) { return *fixture.window().findChild<views::GroupBar*>(); }
    static NavigationItem* page(WindowFixture& fixture, const char* id) {
        return fixture.window().findChild<views::Navigation*>()->item(QLatin1String(id));
    }
    static NavigationItem* item(WindowFixture& fixture, const char* group) {
        for (NavigationItem* each : bar(fixture).items())
            if (each->title() == QLatin1String(group)) return each;
        return nullptr;
    }
    static QStringList titles(WindowFixture& fixture) {
        QStringList titles;
        for (const NavigationItem* each : bar(fixture).items()) titles.append(each->title());
        return titles;
    }
    static bool hasGroup(WindowFixture& fixture, const char* name) {
        return fixture.window().models().groups.find(QLatin1String(name)) != nullptr;
    }
    template <class T>
    static T& named(WindowFixture& fixture, const char* accessibleName) {
        for (T* widget : devicesPage(fixture).findChildren<T*>())
            if (widget->accessibleName() == QLatin1String(accessibleName)) return *widget;
        qFatal("no such widget");
    }
    static QAbstractButton& saveAsGroup(WindowFixture& fixture) {
        fixture.window().showPage(QLatin1String(ids::kDevices));
        return *fixture.button(QStringLiteral("Save as group…"));
    }
    static void click(WindowFixture& fixture, const QString& text) {
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text) != nullptr, qPrintable(text), WindowFixture::kWaitMs);
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text)->isEnabled(), qPrintable(text), WindowFixture::kWaitMs);
        QTest::mouseClick(fixture.button(text), Qt::LeftButton);
    }
    static void choose(const QMenu& menu, const QString& text) {
        for (QAction* action : menu.actions())
            if (action->text() == text) return action->trigger();
        QFAIL(qPrintable(text));
    }
    static QAction* entry(const QMenu& menu, const QString& text) {
        for (QAction* action : menu.actions())
            if (action->text() == text) return action;
        return nullptr;
    }
    // The menu that is open on the side bar.
    static QMenu* barMenu(WindowFixture& fixture) {
        for (auto* menu : bar(fixture).findChildren<QMenu*>())
            if (menu->isVisible()) return menu;
        return nullptr;
    }
    static void openMenu(WindowFixture& fixture, const char* group) {
        item(fixture, group)->setFocus();
        QTest::keyClick(item(fixture, group), Qt::Key_F10, Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(barMenu(fixture) != nullptr, WindowFixture::kWaitMs);
    }
    static void select(WindowFixture& fixture, int count) {
        fixture.window().showPage(QLatin1String(ids::kDevices));
        table(fixture).showRow(0);
        for (int i = 1; i < count; ++i) QTest::keyClick(&table(fixture), Qt::Key_Down, Qt::ShiftModifier);
        const auto* details = devicesPage(fixture).findChild<views::DeviceDetails*>();
        QTRY_COMPARE_WITH_TIMEOUT(details->devices().size(), count, WindowFixture::kWaitMs);
    }
    // As it opens.
    static views::GroupMenu& groupMenu(WindowFixture& fixture) {
        auto& menu = *devicesPage(fixture).findChild<views::GroupMenu*>();
        emit menu.aboutToShow();
        return menu;
    }
    static int membersOf(const WindowFixture& fixture, const std::string& group) {
        return static_cast<int>(std::count_if(fixture.client.values.devices.begin(),
                                              fixture.client.values.devices.end(), [&group](const auto& each) {
                                                  const auto& groups = each.second.thing.groups;
                                                  return std::find(groups.begin(), groups.end(), group) != groups.end();
                                              }));
    }

private slots:
    // --- the side bar
    static void groupsStandBelowDevicesWithTheirKindInWords() {
        WindowFixture fixture;
        QCOMPARE(titles(fixture), (QStringList{"canary", "cooling-off", "hamburg-v8", "many-retries"}));
        QCOMPARE(item(fixture, "canary")->accessibleName(), QStringLiteral("canary: static group"));
        QCOMPARE(item(fixture, "cooling-off")->accessibleName(), QStringLiteral("cooling-off: dynamic group"));
        QVERIFY(item(fixture, "cooling-off")->toolTip().contains(QLatin1String("phase:coolingOff")));
        const auto y = [&fixture](const QWidget& widget) { return widget.mapTo(&fixture.window(), QPoint()).y(); };
        QVERIFY(y(*page(fixture, ids::kDevices)) < y(*item(fixture, "canary")));
        QVERIFY(y(*item(fixture, "many-retries")) < y(*page(fixture, ids::kFirmware)));
    }

    static void aGroupBeingFilledSaysSoUntilItIs() {
        WindowFixture fixture;
        QVERIFY(item(fixture, "many-retries")->accessibleName().contains(QLatin1String("being filled")));
        QVERIFY(item(fixture, "many-retries")->toolTip().contains(QLatin1String("Being filled")));
        fixture.client.tell(fleet::ThingGroup{"many-retries", "retries:>=5", 0, false});
        QTRY_COMPARE_WITH_TIMEOUT(item(fixture, "many-retries")->accessibleName(),
                                  QStringLiteral("many-retries: dynamic group"), WindowFixture::kWaitMs);
        QVERIFY(!item(fixture, "many-retries")->toolTip().contains(QLatin1String("Being filled")));
    }

    static void aClickShowsTheMembersAndMarksTheGroupWhileTheyAreShown() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kAlerts));
        QTest::mouseClick(item(fixture, "hamburg-v8"), Qt::LeftButton);
        QCOMPARE(fixture.window().currentPage(), &devicesPage(fixture));
        const int expected = static_cast<int>(std::count_if(
            fixture.client.values.devices.begin(), fixture.client.values.devices.end(), [](const auto& each) {
                const auto& attributes = each.second.thing.attributes;
                return attributes.at("site") == "Hamburg" && attributes.at("model") == "wo:v8";
            }));
        QVERIFY(expected > 0);
        QCOMPARE(rows(fixture), expected);
        QVERIFY(item(fixture, "hamburg-v8")->isChecked());
        QVERIFY(!page(fixture, ids::kDevices)->isChecked());
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);
        QCOMPARE(rows(fixture), membersOf(fixture, "canary"));
        QVERIFY(item(fixture, "canary")->isChecked());
        QVERIFY(!item(fixture, "hamburg-v8")->isChecked());

        QTest::keyClicks(&named<QLineEdit>(fixture, "Filter"), QStringLiteral(" phase:failed"));
        QVERIFY(!item(fixture, "canary")->isChecked());
        QVERIFY(page(fixture, ids::kDevices)->isChecked());
        fixture.window().open(QStringLiteral("phase:coolingOff"));  // however one comes there
        QVERIFY(item(fixture, "cooling-off")->isChecked());
    }

    static void devicesLeadsFromAGroupToAllOfThem() {
        WindowFixture fixture;
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);
        fixture.window().showPage(QLatin1String(ids::kAlerts));
        QTest::mouseClick(page(fixture, ids::kDevices), Qt::LeftButton);
        QCOMPARE(rows(fixture), 300);
        QVERIFY(page(fixture, ids::kDevices)->isChecked());
        // What is nobody's view stays as one left it.
        fixture.window().open(QStringLiteral("phase:failed"));
        fixture.window().showPage(QLatin1String(ids::kAlerts));
        QTest::mouseClick(page(fixture, ids::kDevices), Qt::LeftButton);
        QCOMPARE(rows(fixture), 30);
    }

    static void backAndForwardGoFromViewToView() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kDevices));
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);  // the same place twice is one
        table(fixture).showRow(0);                                   // a row selected there is no way out of the view
        const QString device = table(fixture).model()->index(0, 0).data(models::IdRole).toString();
        QTest::mouseClick(item(fixture, "hamburg-v8"), Qt::LeftButton);
        const auto go = [&fixture](Qt::Key key) { QTest::keyClick(&fixture.window(), key, Qt::AltModifier); };
        go(Qt::Key_Left);
        QVERIFY(item(fixture, "canary")->isChecked());
        QCOMPARE(rows(fixture), membersOf(fixture, "canary"));
        QCOMPARE(devicesPage(fixture).target(), QLatin1Char('=') + device);
        go(Qt::Key_Left);
        QVERIFY(page(fixture, ids::kDevices)->isChecked());
        QCOMPARE(rows(fixture), 300);
        go(Qt::Key_Right);
        go(Qt::Key_Right);
        QVERIFY(item(fixture, "hamburg-v8")->isChecked());
    }

    static void aDeviceThatAnotherViewHidesIsNoLongerActedOn() {
        WindowFixture fixture;
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);
        select(fixture, 1);
        const auto& details = *devicesPage(fixture).findChild<views::DeviceDetails*>();
        QTest::mouseClick(item(fixture, "cooling-off"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(details.devices().isEmpty(), WindowFixture::kWaitMs);
    }

    static void theKeyboardGoesThroughPagesAndGroupsInOrder() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kDevices));
        page(fixture, ids::kDevices)->setFocus();
        const auto down = [] { QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down); };
        down();
        QVERIFY(item(fixture, "canary")->hasFocus());
        QVERIFY(item(fixture, "canary")->isChecked());
        down();
        QVERIFY(item(fixture, "cooling-off")->isChecked());
        QCOMPARE(rows(fixture), 30);
        down();
        down();
        down();
        QVERIFY(page(fixture, ids::kFirmware)->hasFocus());
        QVERIFY(page(fixture, ids::kFirmware)->isChecked());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Up);
        QVERIFY(item(fixture, "many-retries")->isChecked());
        // One of them is reached by Tab: the one where one is.
        QVERIFY((item(fixture, "many-retries")->focusPolicy() & Qt::TabFocus) != 0);
        QVERIFY((item(fixture, "canary")->focusPolicy() & Qt::TabFocus) == 0);
        QVERIFY((page(fixture, ids::kFirmware)->focusPolicy() & Qt::TabFocus) == 0);
        item(fixture, "canary")->setFocus();
        QTest::keyClick(item(fixture, "canary"), Qt::Key_Return);
        QVERIFY(item(fixture, "canary")->isChecked());
    }

    static void groupsMadeElsewhereComeChangeAndGo() {
        WindowFixture fixture;
        item(fixture, "many-retries")->setFocus();
        fixture.client.tell(fleet::ThingGroup{"beta", "phase:failed", 0, false});
        QTRY_COMPARE_WITH_TIMEOUT(titles(fixture).value(0), QStringLiteral("beta"), WindowFixture::kWaitMs);
        QVERIFY(item(fixture, "many-retries")->hasFocus());
        QTest::mouseClick(item(fixture, "beta"), Qt::LeftButton);
        QCOMPARE(rows(fixture), 30);
        fixture.client.tell(fleet::ThingGroup{"beta", "phase:failing", 0, false});
        QTRY_VERIFY_WITH_TIMEOUT(!item(fixture, "beta")->isChecked(),
                                 WindowFixture::kWaitMs);  // no longer what is shown
        fixture.client.tellRemovedGroup("beta");
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "beta") == nullptr, WindowFixture::kWaitMs);
        fixture.client.values.groups.clear();
        fixture.client.tellRemovedGroup("canary");
        QTRY_VERIFY_WITH_TIMEOUT(!bar(fixture).isVisible(), WindowFixture::kWaitMs);
    }

    static void fiftyGroupsScrollAndLeaveThePagesInSight() {
        WindowFixture fixture;
        for (int i = 0; i < 50; ++i)
            fixture.client.values.groups.push_back({"lot-" + std::to_string(i), "phase:failed", 0, false});
        fixture.client.tell(fleet::ThingGroup{"lot-49", "phase:failing", 0, false});
        QTRY_COMPARE_WITH_TIMEOUT(titles(fixture).size(), 54, WindowFixture::kWaitMs);
        fixture.window().resize(1280, 800);
        for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
        QCOMPARE(fixture.window().height(), 800);
        for (const char* id :
             {ids::kOverview, ids::kDevices, ids::kFirmware, ids::kFailed, ids::kAlerts, ids::kActivity}) {
            const NavigationItem& one = *page(fixture, id);
            QVERIFY2(!one.visibleRegion().isEmpty(), id);
            QVERIFY2(one.height() >= one.sizeHint().height(), id);
            QVERIFY2(one.mapTo(&fixture.window(), one.rect().bottomLeft()).y() < 800, id);
        }
        QVERIFY(page(fixture, ids::kFailed)->badge() > 0);
        QVERIFY(bar(fixture).verticalScrollBar()->maximum() > 0);
        QVERIFY(item(fixture, "lot-49")->visibleRegion().isEmpty());
        fixture.window().open(QStringLiteral("phase:failing"));
        QVERIFY(item(fixture, "lot-49")->isChecked());
        QTRY_VERIFY_WITH_TIMEOUT(!item(fixture, "lot-49")->visibleRegion().isEmpty(), WindowFixture::kWaitMs);
    }

    static void aViewOutlivesARestart() {
        WindowFixture fixture;
        QTest::mouseClick(item(fixture, "hamburg-v8"), Qt::LeftButton);
        fixture.openWindow();
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "hamburg-v8") != nullptr, WindowFixture::kWaitMs);
        QVERIFY(item(fixture, "hamburg-v8")->isChecked());
        QVERIFY(rows(fixture) < 300);
    }

    // --- made from a filter
    static void whatAGroupCanNotFollowIsNotOfferedAndSaysWhy() {
        WindowFixture fixture(0);  // no group yet, and the way to make one is there
        QVERIFY(!bar(fixture).isVisible());
        const QAbstractButton& save = saveAsGroup(fixture);
        const auto reason = [&](const char* filter) {
            fixture.window().open(QLatin1String(filter));
            return save.isEnabled() ? QString() : save.toolTip();
        };
        QVERIFY(save.toolTip().contains(QLatin1String("needs a query")));
        QVERIFY(!save.isEnabled());
        QVERIFY(reason("some words").contains(QLatin1String("names the field")));
        QVERIFY(reason("seen:5m").contains(QLatin1String("latest message")));
        QVERIFY(reason("phase:failed status:failed").contains(QLatin1String("latest message")));
        QVERIFY(reason("phase:broken").contains(QLatin1String("expected a phase")));
        QCOMPARE(reason("phase:failed"), QString());
    }

    static void aFilterBecomesAGroupAndIsTakenBack() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:failing"));
        QTest::mouseClick(&saveAsGroup(fixture), Qt::LeftButton);
        auto& name = named<QLineEdit>(fixture, "Name of the group");
        const auto& create = named<QPushButton>(fixture, "Create the group");
        QVERIFY(name.hasFocus());
        QVERIFY(!create.isEnabled());
        QTest::keyClicks(&name, QStringLiteral("two words"));
        QVERIFY(!create.isEnabled());
        QVERIFY(create.toolTip().contains(QLatin1String("letters, digits")));
        name.setText(QStringLiteral("canary"));
        QVERIFY(create.toolTip().contains(QLatin1String("canary already")));
        name.setText(QStringLiteral("failing-now"));
        QVERIFY(create.isEnabled());
        QTest::keyClick(&name, Qt::Key_Return);
        click(fixture, QStringLiteral("Create 1 group"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "failing-now") != nullptr, WindowFixture::kWaitMs);
        QVERIFY(item(fixture, "failing-now")->isChecked());  // it is what is shown
        QVERIFY(!name.isVisible());
        QCOMPARE(fixture.client.values.groups.back().query.value(), std::string("phase:failing"));
        click(fixture, QStringLiteral("Undo"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "failing-now") == nullptr, WindowFixture::kWaitMs);
        QVERIFY(page(fixture, ids::kDevices)->isChecked());
    }

    static void namingIsGivenUpWithEscapeAndByGoingElsewhere() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:failing"));
        QTest::mouseClick(&saveAsGroup(fixture), Qt::LeftButton);
        auto& name = named<QLineEdit>(fixture, "Name of the group");
        QTest::keyClick(&name, Qt::Key_Escape);
        QVERIFY(!name.isVisible());
        QTest::mouseClick(&saveAsGroup(fixture), Qt::LeftButton);
        QVERIFY(name.isVisible());
        QTest::mouseClick(item(fixture, "canary"), Qt::LeftButton);
        QVERIFY(!name.isVisible());
    }

    // --- edited and deleted from the side bar
    static void aQueryIsEditedInTheFilterItself() {
        WindowFixture fixture;
        openMenu(fixture, "cooling-off");
        choose(*barMenu(fixture), QStringLiteral("Edit the query…"));
        QCOMPARE(fixture.window().currentPage(), &devicesPage(fixture));
        auto& filter = named<QLineEdit>(fixture, "Filter");
        const auto& save = named<QPushButton>(fixture, "Save the query");
        QCOMPARE(filter.text(), QStringLiteral("phase:coolingOff"));
        QVERIFY(filter.hasFocus());
        QVERIFY(!save.isEnabled());
        QVERIFY(save.toolTip().contains(QLatin1String("already")));
        filter.setText(QStringLiteral("phase:coolingOff words"));
        QVERIFY(save.toolTip().contains(QLatin1String("names the field")));
        filter.setText(QStringLiteral("phase:coolingOff,failing"));
        QTest::mouseClick(&named<QPushButton>(fixture, "Save the query"), Qt::LeftButton);
        click(fixture, QStringLiteral("Edit 1 group"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "cooling-off")->isChecked(), WindowFixture::kWaitMs);
        QVERIFY(!save.isVisible());
        QCOMPARE(rows(fixture), 60);
        click(fixture, QStringLiteral("Undo"));
        QTRY_VERIFY_WITH_TIMEOUT(!item(fixture, "cooling-off")->isChecked(), WindowFixture::kWaitMs);
        QVERIFY(item(fixture, "cooling-off")->toolTip().endsWith(QLatin1String("phase:coolingOff")));
    }

    static void aGroupThatGoesWhileItIsEditedEndsTheEditing() {
        WindowFixture fixture;
        openMenu(fixture, "cooling-off");
        choose(*barMenu(fixture), QStringLiteral("Edit the query…"));
        const auto& save = named<QPushButton>(fixture, "Save the query");
        QVERIFY(save.isVisible());
        fixture.client.tellRemovedGroup("cooling-off");
        QTRY_VERIFY_WITH_TIMEOUT(!save.isVisible(), WindowFixture::kWaitMs);
    }

    static void aGroupIsDeletedWithItsMembersCountedAndTakenBack() {
        WindowFixture fixture;
        QContextMenuEvent byKey(QContextMenuEvent::Keyboard, QPoint());  // the menu key
        QApplication::sendEvent(item(fixture, "canary"), &byKey);
        QVERIFY(barMenu(fixture) != nullptr);
        const QAction& edit = *entry(*barMenu(fixture), QStringLiteral("Edit the query…"));
        QVERIFY(!edit.isEnabled());
        QVERIFY(edit.toolTip().contains(QLatin1String("no query")));
        const int members = membersOf(fixture, "canary");
        QVERIFY(members > 0);
        choose(*barMenu(fixture), QStringLiteral("Delete…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Delete 1 group")) != nullptr, WindowFixture::kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Delete 1 group"))->isEnabled(), WindowFixture::kWaitMs);
        const auto labels = fixture.find<views::PreviewPanel>()->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [members](const QLabel* label) {
            return label->text() == QStringLiteral("It has %1 members.").arg(members);
        }));
        QVERIFY(hasGroup(fixture, "canary"));  // only looked at so far
        click(fixture, QStringLiteral("Delete 1 group"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "canary") == nullptr, WindowFixture::kWaitMs);
        QCOMPARE(membersOf(fixture, "canary"), 0);
        click(fixture, QStringLiteral("Undo"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "canary") != nullptr, WindowFixture::kWaitMs);
        QCOMPARE(membersOf(fixture, "canary"), members);
    }

    // --- from a selection
    static void selectedDevicesGoIntoAStaticGroupAndOutInOneAction() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("attributes.site:Łódź"));  // none of them is in canary
        select(fixture, 3);
        const int before = membersOf(fixture, "canary");
        QVERIFY(entry(groupMenu(fixture), QStringLiteral("Remove from canary…")) == nullptr);
        choose(groupMenu(fixture), QStringLiteral("Add to canary…"));
        click(fixture, QStringLiteral("Add 3 devices"));
        QTRY_COMPARE_WITH_TIMEOUT(membersOf(fixture, "canary"), before + 3, WindowFixture::kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Undo")) != nullptr, WindowFixture::kWaitMs);
        QCOMPARE(fixture.client.values.audit.back().target, std::string("canary"));
        QCOMPARE(fixture.client.values.audit.back().changes.size(), std::size_t{3});

        QTRY_VERIFY_WITH_TIMEOUT(entry(groupMenu(fixture), QStringLiteral("Remove from canary…")) != nullptr,
                                 WindowFixture::kWaitMs);
        const QAction& add = *entry(groupMenu(fixture), QStringLiteral("Add to canary…"));
        QVERIFY(!add.isEnabled());
        QVERIFY(add.toolTip().contains(QLatin1String("in canary already")));
        choose(groupMenu(fixture), QStringLiteral("Remove from canary…"));
        click(fixture, QStringLiteral("Remove 3 devices"));
        QTRY_COMPARE_WITH_TIMEOUT(membersOf(fixture, "canary"), before, WindowFixture::kWaitMs);
    }

    static void selectedDevicesBecomeANewStaticGroup() {
        WindowFixture fixture;
        select(fixture, 2);
        choose(groupMenu(fixture), QStringLiteral("New static group…"));
        auto& name = named<QLineEdit>(fixture, "Name of the group");
        QVERIFY(name.isVisible());
        QTest::keyClicks(&name, QStringLiteral("lab"));
        QTest::keyClick(&name, Qt::Key_Return);
        click(fixture, QStringLiteral("Create 1 group"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "lab") != nullptr, WindowFixture::kWaitMs);
        QCOMPARE(item(fixture, "lab")->accessibleName(), QStringLiteral("lab: static group"));
        QCOMPARE(membersOf(fixture, "lab"), 2);
        QVERIFY(!name.isVisible());
        QTest::mouseClick(item(fixture, "lab"), Qt::LeftButton);
        QCOMPARE(rows(fixture), 2);
        click(fixture, QStringLiteral("Undo"));
        QTRY_VERIFY_WITH_TIMEOUT(item(fixture, "lab") == nullptr, WindowFixture::kWaitMs);
        QCOMPARE(membersOf(fixture, "lab"), 0);
    }

    static void moreThanAGroupTakesAtOnceIsNotOfferedAndSaysWhy() {
        WindowFixture fixture(static_cast<int>(fleet::kMostMembersAtOnce) + 1);
        fixture.window().showPage(QLatin1String(ids::kDevices));
        const auto& groups = named<QPushButton>(fixture, "Static groups");
        table(fixture).selectAll();
        QTRY_VERIFY_WITH_TIMEOUT(groups.toolTip().contains(QLatin1String("500 devices at once")),
                                 WindowFixture::kWaitMs);
        QVERIFY(!groups.isEnabled());
        QVERIFY(!groupMenu(fixture).menuAction()->isEnabled());
        table(fixture).showRow(0);
        QTRY_VERIFY_WITH_TIMEOUT(groups.isEnabled(), WindowFixture::kWaitMs);
    }

    // --- in a device's details
    static void aDeviceSaysWhichGroupsItIsInAndWhy() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("groups:canary AND retries:>=5"));
        QVERIFY(rows(fixture) > 0);
        select(fixture, 1);
        const auto& memberships = *devicesPage(fixture).findChild<views::GroupMemberships*>();
        const auto links = [&memberships] {
            QStringList names;
            for (const auto* link : memberships.findChildren<QPushButton*>()) names.append(link->accessibleName());
            return names;
        };
        QTRY_VERIFY_WITH_TIMEOUT(links().contains(QStringLiteral("many-retries: dynamic group")),
                                 WindowFixture::kWaitMs);
        QVERIFY(links().contains(QStringLiteral("canary: static group")));
        QStringList said;
        for (const auto* label : memberships.findChildren<QLabel*>()) said.append(label->text());
        QVERIFY(said.contains(QStringLiteral("retries:>=5")));
        QVERIFY(said.contains(QStringLiteral("A person added it.")));
        // A group that is made now has it at once.
        fixture.client.tell(fleet::ThingGroup{"any-site", "attributes.site:*", 0, false});
        QTRY_VERIFY_WITH_TIMEOUT(links().contains(QStringLiteral("any-site: dynamic group")), WindowFixture::kWaitMs);

        for (auto* link : memberships.findChildren<QPushButton*>())
            if (link->text() == QLatin1String("many-retries")) {
                QTest::mouseClick(link, Qt::LeftButton);
                break;
            }
        QVERIFY(item(fixture, "many-retries")->isChecked());
        QCOMPARE(devicesPage(fixture).filterText(), QStringLiteral("retries:>=5"));
    }

    static void failedToUpdateLeadsToItsPage() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:failed"));
        select(fixture, 1);
        const auto& memberships = *devicesPage(fixture).findChild<views::GroupMemberships*>();
        const auto link = [&memberships]() -> QPushButton* {
            for (auto* each : memberships.findChildren<QPushButton*>())
                if (each->text() == QLatin1String("FailedToUpdate")) return each;
            return nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(link() != nullptr, WindowFixture::kWaitMs);
        QTest::mouseClick(link(), Qt::LeftButton);
        QCOMPARE(fixture.window().currentPage()->face().id, QLatin1String(ids::kFailed));
    }

    // --- looking on
    static void aWindowForReadingShowsGroupsAndOffersNothing() {
        views::WindowOptions options;
        options.readOnly = true;
        WindowFixture fixture(300, options);
        QTest::mouseClick(item(fixture, "cooling-off"), Qt::LeftButton);
        QCOMPARE(rows(fixture), 30);
        QVERIFY(!saveAsGroup(fixture).isEnabled());
        QVERIFY(saveAsGroup(fixture).toolTip().contains(QLatin1String("reading")));
        openMenu(fixture, "cooling-off");
        for (const char* text : {"Edit the query…", "Delete…"}) {
            const QAction& one = *entry(*barMenu(fixture), QString::fromUtf8(text));
            QVERIFY(!one.isEnabled());
            QVERIFY(one.toolTip().contains(QLatin1String("reading")));
        }
        QVERIFY(entry(*barMenu(fixture), QStringLiteral("Open"))->isEnabled());
        select(fixture, 1);
        const auto& groups = named<QPushButton>(fixture, "Static groups");
        QVERIFY(!groups.isEnabled());
        QVERIFY(groups.toolTip().contains(QLatin1String("reading")));
    }

    // The store may become another program's while the window is open.
    static void aDeskThatLooksOnFromNowOnOffersNothingAnyMore() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:failing"));
        QVERIFY(saveAsGroup(fixture).isEnabled());
        fleet::DeskStatus status = fixture.client.values.status;
        status.readOnly = true;
        fixture.client.tellStatus(status);
        QVERIFY(!saveAsGroup(fixture).isEnabled());
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::GroupsTest)
#include "groups_test.moc"
