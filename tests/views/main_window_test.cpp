// What a person does in the window, through what they see: tiles, filters, previews, banners, keys.
#include <algorithm>

#include <QAccessible>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/navigation.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"
#include "views/widgets/stat_tile.h"
#include "views/widgets/table_view.h"

namespace drydock::tests {

namespace ids = views::page_id;

class MainWindowTest : public QObject {
    Q_OBJECT

    static views::TableView& tableOf(WindowFixture& fixture, const char* page) {
        return *WindowFixture::listOf(*fixture.window().page(QLatin1String(page)));
    }

    static QString currentPage(WindowFixture& fixture) { return fixture.window().currentPage()->face().id; }

    static QLineEdit& filterOf(WindowFixture& fixture, const char* page) {
        for (QLineEdit* edit : fixture.window().page(QLatin1String(page))->findChildren<QLineEdit*>()) {
            if (edit->accessibleName() == QLatin1String("Filter")) return *edit;
        }
        qFatal("no filter on the page");
    }

    static QStringList messages(WindowFixture& fixture) { return fixture.find<views::MessageBanner>()->texts(); }

    // Selects the first device of a phase on the Devices page; gives its id.
    static QString selectFirst(WindowFixture& fixture, const char* phase) {
        fixture.window().open(QStringLiteral("phase:") + QLatin1String(phase));
        views::TableView& table = tableOf(fixture, ids::kDevices);
        table.showRow(0);
        return table.model()->index(0, 0).data(models::IdRole).toString();
    }

    static void click(WindowFixture& fixture, const QString& text) {
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text) != nullptr, qPrintable(text), WindowFixture::kWaitMs);
        QTRY_VERIFY2_WITH_TIMEOUT(fixture.button(text)->isEnabled(), qPrintable(text), WindowFixture::kWaitMs);
        QTest::mouseClick(fixture.button(text), Qt::LeftButton);
    }

private slots:
    static void aTileShowsTheDevicesItCounts() {
        WindowFixture fixture;
        views::StatTile* tile = nullptr;
        for (auto* one : fixture.window().findChildren<views::StatTile*>()) {
            if (one->accessibleName().startsWith(QLatin1String("Cooling off"))) tile = one;
        }
        QVERIFY(tile != nullptr);
        QCOMPARE(tile->figure(), 30);
        QTest::mouseClick(tile, Qt::LeftButton);
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kDevices));
        const QAbstractItemModel* model = tableOf(fixture, ids::kDevices).model();
        QCOMPARE(model->rowCount(), 30);
        for (int row = 0; row < model->rowCount(); ++row) {
            QCOMPARE(model->index(row, 0).data(models::PhaseRole).toInt(), static_cast<int>(fleet::Phase::coolingOff));
        }
    }

    static void theListFollowsEachKeyInTheFilter() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kDevices));
        const QAbstractItemModel* model = tableOf(fixture, ids::kDevices).model();
        QCOMPARE(model->rowCount(), 300);
        QLineEdit& filter = filterOf(fixture, ids::kDevices);
        QTest::keyClicks(&filter, QStringLiteral("wo:v9"));
        QCOMPARE(model->rowCount(), 100);
        QTest::keyClicks(&filter, QStringLiteral(" phase:failed"));
        QCOMPARE(model->rowCount(), 10);
        QTest::keyClicks(&filter, QStringLiteral(" AND ("));  // can't be read yet: the list stays
        QCOMPARE(model->rowCount(), 10);
        QTest::keyClicks(&filter, QStringLiteral("retries:0 OR NOT attributes.FW:failedtoupdate)"));
        QCOMPARE(model->rowCount(), 10);
        QTest::keyClicks(&filter, QStringLiteral(" AND phase:well"));
        QCOMPARE(model->rowCount(), 0);
        QTest::keyClick(&filter, Qt::Key_Escape);
        QCOMPARE(model->rowCount(), 300);
    }

    static void anUnreadableFilterSaysWhy() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:broken"));
        bool said = false;
        for (const QLabel* label : fixture.window().currentPage()->findChildren<QLabel*>()) {
            said = said || (label->isVisible() &&
                            label->text().contains(QStringLiteral("expected a phase instead of \"broken\"")));
        }
        QVERIFY(said);
    }

    static void anActionIsPreviewedConfirmedAndUndone() {
        WindowFixture fixture;
        const QString id = selectFirst(fixture, "coolingOff");
        const std::string key = id.toStdString();
        click(fixture, QStringLiteral("Restore…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Restore 1 device")) != nullptr, WindowFixture::kWaitMs);
        QCOMPARE(fixture.client.values.devices[key].thing.phase, fleet::Phase::coolingOff);  // only looked at so far

        click(fixture, QStringLiteral("Restore 1 device"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.values.devices[key].thing.phase, fleet::Phase::retrying,
                                  WindowFixture::kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(messages(fixture).size(), 1, WindowFixture::kWaitMs);
        QVERIFY(!fixture.find<views::PreviewPanel>()->isVisible());

        click(fixture, QStringLiteral("Undo"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.values.devices[key].thing.phase, fleet::Phase::coolingOff,
                                  WindowFixture::kWaitMs);
    }

    static void escapeLeavesAPreviewWithoutDoingAnything() {
        WindowFixture fixture;
        const QString id = selectFirst(fixture, "failed");
        click(fixture, QStringLiteral("Release…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Release 1 device")) != nullptr, WindowFixture::kWaitMs);
        QTest::keyClick(fixture.find<views::PreviewPanel>(), Qt::Key_Escape);
        QVERIFY(!fixture.find<views::PreviewPanel>()->isVisible());
        QCOMPARE(fixture.client.values.devices[id.toStdString()].thing.phase, fleet::Phase::failed);
    }

    static void aDeviceThatChangedSinceThePreviewIsLeftAloneAndPreviewedAnew() {
        WindowFixture fixture;
        const QString id = selectFirst(fixture, "failed");
        click(fixture, QStringLiteral("Release…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Release 1 device")) != nullptr, WindowFixture::kWaitMs);
        fleet::DeviceDetail changed = fixture.client.values.devices[id.toStdString()];
        changed.thing.note = "somebody was here";
        fixture.client.tell(changed);
        click(fixture, QStringLiteral("Release 1 device"));
        click(fixture, QStringLiteral("Preview again"));
        QCOMPARE(fixture.client.values.devices[id.toStdString()].thing.phase, fleet::Phase::failed);
        click(fixture, QStringLiteral("Release 1 device"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.values.devices[id.toStdString()].thing.phase, fleet::Phase::well,
                                  WindowFixture::kWaitMs);
    }

    static void manySelectedAreActedOnTogether() {
        WindowFixture fixture;
        selectFirst(fixture, "failed");
        tableOf(fixture, ids::kDevices).selectAll();
        click(fixture, QStringLiteral("Release…"));
        click(fixture, QStringLiteral("Release 30 devices"));
        const auto failedLeft = [&fixture] {
            return std::count_if(fixture.client.values.devices.begin(), fixture.client.values.devices.end(),
                                 [](const auto& one) { return one.second.thing.phase == fleet::Phase::failed; });
        };
        QTRY_COMPARE_WITH_TIMEOUT(failedLeft(), 0, WindowFixture::kWaitMs);
    }

    static void aButtonThatCanNotBeUsedSaysWhy() {
        WindowFixture fixture;
        selectFirst(fixture, "well");
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Release…")) != nullptr, WindowFixture::kWaitMs);
        const QAbstractButton* release = fixture.button(QStringLiteral("Release…"));
        QVERIFY(!release->isEnabled());
        QVERIFY(!release->toolTip().isEmpty());
    }

    static void aWindowForReadingOffersNothingToDo() {
        views::WindowOptions options;
        options.readOnly = true;
        WindowFixture fixture(300, options);
        selectFirst(fixture, "failed");
        for (const char* text : {"Restore…", "Reset…", "Release…"}) {
            const QString label = QString::fromUtf8(text);
            QTRY_VERIFY_WITH_TIMEOUT(fixture.button(label) != nullptr, WindowFixture::kWaitMs);
            QVERIFY(!fixture.button(label)->isEnabled());
            QVERIFY(fixture.button(label)->toolTip().contains(QLatin1String("reading")));
        }
    }

    static void aDeviceWithoutABackupOffersNoRestoring() {
        WindowFixture fixture;
        selectFirst(fixture, "well");
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Restore…")) != nullptr, WindowFixture::kWaitMs);
        const QAbstractButton& restore = *fixture.button(QStringLiteral("Restore…"));
        QTRY_VERIFY_WITH_TIMEOUT(!restore.isEnabled(), WindowFixture::kWaitMs);
        QVERIFY(restore.toolTip().contains(QLatin1String("no backup")));
    }

    static void aStoreOfAnotherProgramIsSaidToBeSo() {
        WindowFixture fixture(0);
        fleet::DeskStatus status;
        status.readOnly = true;
        status.holder = "drydockctl (process 4711)";
        fixture.client.tellStatus(status);
        const auto shown = [&fixture](const QString& text) {
            const auto labels = fixture.window().findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(),
                               [&](const QLabel* label) { return label->text() == text; });
        };
        QVERIFY(shown(QStringLiteral("read only: drydockctl (process 4711) holds this store")));
        fixture.window().showPage(QLatin1String(ids::kDevices));
        QVERIFY(
            tableOf(fixture, ids::kDevices).emptyState()->accessibleName().contains(QLatin1String("only looks on")));
        status.holder.clear();
        fixture.client.tellStatus(status);
        QVERIFY(shown(QStringLiteral("read only: no program holds this store")));
    }

    static void aFailedDeviceShowsItsLastFailures() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kFailed));
        tableOf(fixture, ids::kFailed).showRow(0);
        const auto failures = [&fixture] {
            QStringList shown;
            for (const auto* label : fixture.window().currentPage()->findChildren<QLabel*>())
                if (label->isVisible() && label->text().startsWith(QLatin1String("Failure ")))
                    shown.append(label->text());
            return shown;
        };
        const QStringList expected = {QStringLiteral("Failure 10 of 10, second cycle."),
                                      QStringLiteral("Failure 9 of 10, second cycle."),
                                      QStringLiteral("Failure 8 of 10, second cycle.")};
        QTRY_COMPARE_WITH_TIMEOUT(failures(), expected, WindowFixture::kWaitMs);
    }

    static void nothingReachesBeyondASmallWindow() {
        WindowFixture fixture;
        fixture.window().resize(1280, 800);
        for (const char* id : {ids::kOverview, ids::kDevices, ids::kFirmware, ids::kFailed, ids::kAlerts,
                               ids::kActivity, ids::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            QTRY_COMPARE_WITH_TIMEOUT(fixture.client.waiting(), 0, WindowFixture::kWaitMs);
            views::Page& page = *fixture.window().currentPage();
            views::TableView* list = WindowFixture::listOf(page);
            if (list != nullptr) list->showRow(0);
            for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
            QTRY_COMPARE_WITH_TIMEOUT(fixture.client.waiting(), 0, WindowFixture::kWaitMs);
            for (const QWidget* widget : page.findChildren<QWidget*>()) {
                if (!widget->isVisible()) continue;
                const int right = widget->mapTo(&fixture.window(), QPoint(widget->width(), 0)).x();
                QVERIFY2(right <= fixture.window().width(),
                         qPrintable(QStringLiteral("%1 \"%2\" on %3 ends at %4")
                                        .arg(QLatin1String(widget->metaObject()->className()), widget->accessibleName(),
                                             QLatin1String(id))
                                        .arg(right)));
            }
        }
    }

    static void everyTitleFitsItsColumn() {
        WindowFixture fixture;
        fixture.window().resize(1280, 800);
        for (const char* id :
             {ids::kDevices, ids::kFirmware, ids::kFailed, ids::kAlerts, ids::kActivity, ids::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
            const QHeaderView& header = *tableOf(fixture, id).horizontalHeader();
            for (int column = 0; column < header.count(); ++column) {
                if (header.isSectionHidden(column)) continue;
                const QString title = header.model()->headerData(column, Qt::Horizontal).toString();
                QVERIFY2(header.sectionSize(column) >= header.fontMetrics().horizontalAdvance(title) + 16,
                         qPrintable(QStringLiteral("%1 on %2").arg(title, QLatin1String(id))));
            }
        }
    }

    static void whatDecidesIsInSightInASmallWindow() {
        WindowFixture fixture;
        fixture.window().resize(1280, 800);
        const auto inSight = [&fixture](const char* page, const char* title) {
            fixture.window().showPage(QLatin1String(page));
            for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
            const views::TableView& table = tableOf(fixture, page);
            const QHeaderView& header = *table.horizontalHeader();
            for (int column = 0; column < header.count(); ++column) {
                if (header.model()->headerData(column, Qt::Horizontal).toString() != QLatin1String(title)) continue;
                return header.sectionViewportPosition(column) + header.sectionSize(column) <= table.viewport()->width();
            }
            return false;
        };
        QVERIFY(inSight(ids::kAlerts, "Raised"));
        QVERIFY(inSight(ids::kFailed, "Reports success"));
        QVERIFY(inSight(ids::kFailed, "Cycles"));
        QVERIFY(inSight(ids::kFirmware, "Uploaded"));
        QVERIFY(inSight(ids::kDevices, "Last seen"));
    }

    static void titlesOfTimesStandOverTheTimes() {
        WindowFixture fixture;
        const auto alignment = [&fixture](const char* page, const char* title) {
            const QAbstractItemModel& model = *tableOf(fixture, page).model();
            for (int column = 0; column < model.columnCount(); ++column)
                if (model.headerData(column, Qt::Horizontal).toString() == QLatin1String(title))
                    return model.headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight;
            return 0;
        };
        QVERIFY(alignment(ids::kActivity, "When") != 0);
        QVERIFY(alignment(ids::kAlerts, "Raised") != 0);
        QVERIFY(alignment(ids::kQuarantine, "Arrived") != 0);
    }

    static void searchGoesToADeviceAnAlertOrAFirmware() {
        WindowFixture fixture;
        const QString id = QString::fromStdString(fixture.client.values.devices.begin()->first);
        const QString alertText = QString::fromStdString(fleet::alertMessage(id.toStdString()));
        for (const QString& text : {id, QStringLiteral("drydock://device/") + id, alertText,
                                    QStringLiteral("{\"Message\":\"%1\"}").arg(alertText)}) {
            fixture.window().showPage(QLatin1String(ids::kOverview));
            fixture.window().open(text);
            QCOMPARE(currentPage(fixture), QLatin1String(ids::kDevices));
            QCOMPARE(fixture.window().currentPage()->target(), QLatin1Char('=') + id);
        }
        QTRY_VERIFY_WITH_TIMEOUT(fixture.window().models().firmware.total() > 0, WindowFixture::kWaitMs);
        fixture.window().open(QString::fromStdString(fixture.client.values.firmware.front().zipName));
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kFirmware));
    }

    static void whatNamesAFailedDeviceMakesItsReleaseReady() {
        WindowFixture fixture;
        const QString id = selectFirst(fixture, "failed");
        const QString alertText = QString::fromStdString(fleet::alertMessage(id.toStdString()));
        for (const QString& text : {id, QStringLiteral("drydock://device/") + id, alertText}) {
            fixture.window().showPage(QLatin1String(ids::kOverview));
            fixture.window().open(text);
            QVERIFY(fixture.find<views::PreviewPanel>()->isVisible());
            QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Release 1 device")) != nullptr,
                                     WindowFixture::kWaitMs);
            QTest::keyClick(fixture.find<views::PreviewPanel>(), Qt::Key_Escape);
            QCOMPARE(fixture.client.values.devices[id.toStdString()].thing.phase, fleet::Phase::failed);
        }
        fixture.window().open(selectFirst(fixture, "well"));
        QVERIFY(!fixture.find<views::PreviewPanel>()->isVisible());
    }

    static void whatNamesADeviceThatIsNotThereSaysSoAndGoesNowhere() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kOverview));
        fixture.window().open(QStringLiteral("drydock://device/not-there"));
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kOverview));
        QVERIFY2(messages(fixture).join(QLatin1Char(' ')).contains(QStringLiteral("no device not-there")),
                 qPrintable(messages(fixture).join(QLatin1Char(' '))));
        fixture.window().open(QStringLiteral("drydock://firmware/x"));
        QVERIFY(messages(fixture).join(QLatin1Char(' ')).contains(QStringLiteral("leads nowhere")));
    }

    static void aLookingOnWindowOpensADeviceWithoutAnAction() {
        views::WindowOptions options;
        options.readOnly = true;
        WindowFixture fixture(300, options);
        const QString id = selectFirst(fixture, "failed");
        fixture.window().open(QStringLiteral("drydock://device/") + id);
        QCOMPARE(fixture.window().currentPage()->target(), QLatin1Char('=') + id);
        QVERIFY(!fixture.find<views::PreviewPanel>()->isVisible());
    }

    // As from the command line: the window opens while the devices are still to come.
    static void aLinkOpenedBeforeTheDevicesAreLoadedFindsItsDevice() {
        FakeDeskClient client;
        fillSampleFleet(client, 300);
        const auto failed =
            std::find_if(client.values.devices.begin(), client.values.devices.end(),
                         [](const auto& each) { return each.second.thing.phase == fleet::Phase::failed; });
        QVERIFY(failed != client.values.devices.end());
        QTemporaryDir directory;
        views::WindowOptions options;
        options.settingsFile = directory.filePath(QStringLiteral("settings.ini"));
        views::MainWindow window(client, options);
        QVERIFY(window.models().devices.isLoading());
        window.open(QStringLiteral("drydock://device/") + QString::fromStdString(failed->first));
        window.show();
        QTRY_VERIFY_WITH_TIMEOUT(window.findChild<views::PreviewPanel*>()->isVisible(), WindowFixture::kWaitMs);
        QCOMPARE(window.currentPage()->target(), QLatin1Char('=') + QString::fromStdString(failed->first));
    }

    static void backAndForwardGoWhereOneWas() {
        WindowFixture fixture;
        fixture.window().showPage(QLatin1String(ids::kOverview));
        fixture.window().open(QStringLiteral("phase:failed"));
        fixture.window().showPage(QLatin1String(ids::kFailed));
        QTest::keyClick(&fixture.window(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kDevices));
        QTest::keyClick(&fixture.window(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kOverview));
        QTest::keyClick(&fixture.window(), Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kDevices));
        QCOMPARE(filterOf(fixture, ids::kDevices).text(), QStringLiteral("phase:failed"));
    }

    static void filterAndSortOutliveARestart() {
        WindowFixture fixture;
        fixture.window().open(QStringLiteral("phase:failed"));
        tableOf(fixture, ids::kDevices).sortByColumn(1, Qt::DescendingOrder);
        fixture.openWindow();
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kDevices));
        QCOMPARE(filterOf(fixture, ids::kDevices).text(), QStringLiteral("phase:failed"));
        const auto* model = qobject_cast<models::OrderedModel*>(tableOf(fixture, ids::kDevices).model());
        QCOMPARE(model->rowCount(), 30);
        QCOMPARE(model->sortColumn(), 1);
        QCOMPARE(model->sortOrder(), Qt::DescendingOrder);
    }

    static void theSelectionIsCopiedAsText() {
        WindowFixture fixture;
        const QString id = selectFirst(fixture, "failing");
        QTest::keyClick(&fixture.window(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().startsWith(id + QLatin1Char('\t')));
        QVERIFY(!QApplication::clipboard()->text().contains(QLatin1Char('\n')));
    }

    static void aTroubleStaysUntilItIsGone() {
        WindowFixture fixture;
        fleet::DeskStatus status = fixture.client.values.status;
        status.troubles = {"The disk with the store is full."};
        fixture.client.tellStatus(status);
        QCOMPARE(messages(fixture), QStringList{QStringLiteral("The disk with the store is full.")});
        status.troubles.clear();
        fixture.client.tellStatus(status);
        QVERIFY(messages(fixture).isEmpty());
    }

    static void theAccountingLeadsToTheQuarantine() {
        WindowFixture fixture;
        auto* accounting = fixture.window().findChild<QPushButton*>(QStringLiteral("accounting"));
        QVERIFY(accounting->text().contains(QLatin1String("waiting")));
        QTest::mouseClick(accounting, Qt::LeftButton);
        QCOMPARE(currentPage(fixture), QLatin1String(ids::kQuarantine));
        QTRY_COMPARE_WITH_TIMEOUT(tableOf(fixture, ids::kQuarantine).model()->rowCount(), 5, WindowFixture::kWaitMs);
    }

    static void anEmptyListSaysWhatWouldBeThereAndHowItComes() {
        WindowFixture fixture(0);
        fleet::DeskStatus status;
        status.broker = "127.0.0.1:1883";
        status.topics = {"iot/device/data"};
        fixture.client.tellStatus(status);
        fixture.window().showPage(QLatin1String(ids::kDevices));
        const views::EmptyState* empty = tableOf(fixture, ids::kDevices).emptyState();
        QVERIFY(empty->isVisible());
        QVERIFY(empty->accessibleName().contains(QLatin1String("No device yet")));
        QVERIFY(empty->accessibleName().contains(QLatin1String("iot/device/data at 127.0.0.1:1883")));
    }

    static void badgesCountWhatWaitsForAPerson() {
        WindowFixture fixture;
        QCOMPARE(fixture.find<views::Navigation>()->item(QLatin1String(ids::kFailed))->badge(), 30);
    }

    static void everythingThatTakesTheFocusHasAName() {
        WindowFixture fixture;
        for (const char* id : {ids::kOverview, ids::kDevices, ids::kFirmware, ids::kFailed, ids::kAlerts,
                               ids::kActivity, ids::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            for (QWidget* widget : fixture.window().findChildren<QWidget*>()) {
                const bool interactive = widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus) != 0;
                if (!interactive || widget->focusProxy() != nullptr) continue;
                const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                const QString where =
                    QStringLiteral("%1 on %2 (%3)")
                        .arg(QLatin1String(widget->metaObject()->className()), QLatin1String(id), widget->objectName());
                QVERIFY2(face != nullptr && !face->text(QAccessible::Name).isEmpty(), qPrintable(where));
            }
        }
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::MainWindowTest)
#include "main_window_test.moc"
