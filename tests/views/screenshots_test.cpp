// Draws every page, light and dark, as a laptop and as a 4K screen show it, into <build>/screenshots/, for a person to
// look at. What a test can say of a picture is that something is on it and that light is light.
#include <cmath>

#include <QContextMenuEvent>
#include <QDir>
#include <QImage>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QSet>

#include "models/desk_models.h"
#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/devices/group_bar.h"
#include "views/devices/group_memberships.h"
#include "views/devices/group_menu.h"
#include "views/navigation_item.h"
#include "views/phase_marks.h"
#include "views/widgets/preview_panel.h"

namespace drydock::tests {

using views::ThemeChoice;

class ScreenshotsTest : public QObject {
    Q_OBJECT

    struct Screen {
        const char* name;
        QSize size;  // logical
        double scale;
    };
    static constexpr Screen kLaptop{"1280x800", {1280, 800}, 1};
    static constexpr Screen kLarge{"3840x2160", {1920, 1080}, 2};

    static QImage drawn(views::MainWindow& window, const Screen& screen) {
        window.resize(screen.size);
        // Each level of nested layouts asks the next one by an event.
        for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
        QImage image(screen.size * screen.scale, QImage::Format_RGB32);
        image.setDevicePixelRatio(screen.scale);
        window.render(&image);
        return image;
    }

    static void check(const QImage& image, bool dark) {
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 3) {
            for (int x = 0; x < image.width(); x += 3) colours.insert(image.pixel(x, y));
        }
        QVERIFY2(colours.size() > 20, "the picture is blank");
        const QColor corner = image.pixelColor(image.width() / 12, image.height() - image.height() / 6);
        QCOMPARE(corner.lightness() < 128, dark);
    }

    static void save(const QImage& image, const QString& name) {
        const QDir directory(QStringLiteral(DRYDOCK_BINARY_DIR "/screenshots"));
        QVERIFY(directory.mkpath(QStringLiteral(".")));
        QVERIFY(image.save(directory.filePath(name + QStringLiteral(".png"))));
    }

    static void selectFirstRow(views::Page& page) {
        views::TableView* table = WindowFixture::listOf(page);
        if (table != nullptr && table->model()->rowCount() > 0) table->showRow(0);
    }

    static void giveRates(WindowFixture& fixture) {
        // Where no chart is drawn anew for each of them.
        fixture.window().showPage(QLatin1String(views::page_id::kDevices));
        for (int second = 0; second < 900; ++second) {
            fixture.advance(1000);
            fixture.client.values.status.messagesPerSecond = 900 + 300 * std::sin(second / 60.0) + second % 7 * 20;
            fixture.window().models().overview.sample();
        }
    }

private slots:
    static void everyPage_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    static void everyPage() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        giveRates(fixture);
        for (const char* id :
             {views::page_id::kOverview, views::page_id::kDevices, views::page_id::kFirmware, views::page_id::kFailed,
              views::page_id::kAlerts, views::page_id::kActivity, views::page_id::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            views::Page* page = fixture.window().currentPage();
            QCOMPARE(page->face().id, QLatin1String(id));
            QTRY_VERIFY_WITH_TIMEOUT(fixture.client.waiting() == 0, WindowFixture::kWaitMs);
            selectFirstRow(*page);
            QCoreApplication::processEvents();
            QTRY_VERIFY_WITH_TIMEOUT(fixture.client.waiting() == 0, WindowFixture::kWaitMs);
            for (const Screen& screen : {kLaptop, kLarge}) {
                const QImage image = drawn(fixture.window(), screen);
                check(image, dark);
                save(image, QStringLiteral("%1-%2-%3")
                                .arg(QLatin1String(id), QLatin1String(screen.name),
                                     dark ? QStringLiteral("dark") : QStringLiteral("light")));
            }
        }
    }

    static void everyPhaseOnTheDevicesPage_data() { everyPage_data(); }

    static void everyPhaseOnTheDevicesPage() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        fixture.window().showPage(QLatin1String(views::page_id::kDevices));
        for (const char* phase : {"well", "retrying", "coolingOff", "failing", "failed"}) {
            fixture.window().open(QStringLiteral("phase:") + QLatin1String(phase));
            selectFirstRow(*fixture.window().currentPage());
            QCoreApplication::processEvents();
            QTRY_VERIFY_WITH_TIMEOUT(fixture.client.waiting() == 0, WindowFixture::kWaitMs);
            const QImage image = drawn(fixture.window(), kLaptop);
            check(image, dark);
            save(image, QStringLiteral("device-%1-%2")
                            .arg(QLatin1String(phase), dark ? QStringLiteral("dark") : QStringLiteral("light")));
        }
    }

    static void filters_data() { everyPage_data(); }

    // One that can't be read, and one that finds nothing.
    static void filters() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        for (const char* id : {views::page_id::kDevices, views::page_id::kFirmware, views::page_id::kAlerts,
                               views::page_id::kActivity, views::page_id::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            for (const char* text : {"NOT (3hw OR", "nowhere"}) {
                fixture.window().currentPage()->open(QString::fromLatin1(text));
                QTRY_VERIFY_WITH_TIMEOUT(fixture.client.waiting() == 0, WindowFixture::kWaitMs);
                const QImage image = drawn(fixture.window(), kLaptop);
                check(image, dark);
                save(image, QStringLiteral("filter-%1-%2-%3")
                                .arg(QLatin1String(id), QLatin1String(text[0] == 'N' ? "unreadable" : "finds-nothing"),
                                     dark ? QStringLiteral("dark") : QStringLiteral("light")));
            }
        }
    }

    static void previewAndMessages_data() { everyPage_data(); }

    static void previewAndMessages() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        fleet::DeskStatus status = fixture.client.values.status;
        status.troubles = {"The disk with the store is full. Messages wait in the journal; free some space."};
        status.connection = fleet::ConnectionState::waitingToReconnect;
        fixture.client.tellStatus(status);
        fixture.window().open(QStringLiteral("phase:coolingOff"));
        views::Page* page = fixture.window().currentPage();
        WindowFixture::listOf(*page)->selectAll();
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Restore…")) != nullptr, WindowFixture::kWaitMs);
        QTest::mouseClick(fixture.button(QStringLiteral("Restore…")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Restore 30 devices")) != nullptr,
                                 WindowFixture::kWaitMs);
        const QImage image = drawn(fixture.window(), kLaptop);
        check(image, dark);
        save(image, dark ? QStringLiteral("preview-dark") : QStringLiteral("preview-light"));
    }

    static void groups_data() { everyPage_data(); }

    static void groups() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        const auto keep = [&](const char* name, const Screen& screen = kLaptop) {
            QTRY_VERIFY_WITH_TIMEOUT(fixture.client.waiting() == 0, WindowFixture::kWaitMs);
            const QImage image = drawn(fixture.window(), screen);
            check(image, dark);
            save(image, QStringLiteral("groups-%1-%2")
                            .arg(QLatin1String(name), dark ? QStringLiteral("dark") : QStringLiteral("light")));
        };
        fixture.window().open(QStringLiteral("groups:canary"));
        selectFirstRow(*fixture.window().currentPage());
        auto* memberships = fixture.window().currentPage()->findChild<views::GroupMemberships*>();
        QTRY_VERIFY_WITH_TIMEOUT(!memberships->findChildren<QPushButton*>().isEmpty(), WindowFixture::kWaitMs);
        keep("view");
        keep("view-4k", kLarge);
        for (QWidget* up = memberships; up != nullptr; up = up->parentWidget()) {
            if (auto* scroll = qobject_cast<QScrollArea*>(up)) scroll->ensureWidgetVisible(memberships, 0, 200);
        }
        keep("details");
        fixture.window().open(QStringLiteral("phase:failing AND attributes.site:Hamburg"));
        QTest::mouseClick(fixture.button(QStringLiteral("Save as group…")), Qt::LeftButton);
        keep("new");
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("failing in Hamburg"));
        keep("new-refused");
        qobject_cast<QLineEdit*>(QApplication::focusWidget())->setText(QStringLiteral("failing-in-Hamburg"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Create 1 group")) != nullptr, WindowFixture::kWaitMs);
        keep("preview");
        QTest::keyClick(fixture.window().findChild<views::PreviewPanel*>(), Qt::Key_Escape);
        auto* bar = fixture.window().findChild<views::GroupBar*>();
        emit bar->editRequested(QStringLiteral("hamburg-v8"));
        keep("edit");
        for (int i = 0; i < 50; ++i)
            fixture.client.values.groups.push_back({"lot-" + std::to_string(i), "phase:failed", 0, i % 7 == 0});
        fixture.client.tell(fleet::ThingGroup{"a-group-with-a-name-that-is-far-too-long-for-it", {}, 0, true});
        QTRY_VERIFY_WITH_TIMEOUT(bar->items().size() > 50, WindowFixture::kWaitMs);
        keep("many");
        auto* menu = fixture.window().currentPage()->findChild<views::GroupMenu*>();
        selectFirstRow(*fixture.window().currentPage());
        menu->popup(fixture.window().mapToGlobal(QPoint(600, 100)));
        QTRY_VERIFY_WITH_TIMEOUT(menu->isVisible(), WindowFixture::kWaitMs);
        save(menu->grab().toImage(), dark ? QStringLiteral("groups-menu-dark") : QStringLiteral("groups-menu-light"));
        menu->close();
        QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint());
        QApplication::sendEvent(bar->items().front(), &asked);
        auto* barMenu = bar->findChild<QMenu*>();
        QVERIFY(barMenu != nullptr);
        save(barMenu->grab().toImage(),
             dark ? QStringLiteral("groups-bar-menu-dark") : QStringLiteral("groups-bar-menu-light"));
        barMenu->close();
    }

    static void firmware_data() { everyPage_data(); }

    // One with its OTA preview, one that was refused, two compared, several with what may be done to them.
    static void firmware() {
        QFETCH(bool, dark);
        views::WindowOptions options;
        options.theme = dark ? ThemeChoice::dark : ThemeChoice::light;
        WindowFixture fixture(300, options);
        fleet::FirmwareRecord newer = sampleFirmware(1, fixture.client.values.nowMs);
        newer.branch = "release/2026.02";
        newer.commit = "04ab77e19c2d5f60718293a4b5c6d7e8f9012345";
        newer.created = "2026-02-14T08:30:00Z";
        newer.files.push_back({"assets.bin", std::string(64, 'e'), 262'144});
        newer.files.erase(newer.files.begin() + 1);
        newer.partitions = {
            {"nvs", 0x9000}, {"otadata", 0xD000}, {"app0", 0x20000}, {"app1", 0x1B0000}, {"spiffs", 0x340000}};
        fixture.client.tell(newer);
        fixture.window().showPage(QLatin1String(views::page_id::kFirmware));
        models::FirmwareModel& model = fixture.window().models().firmware;
        fixture.window().currentPage()->open(QLatin1String(views::kEverything));
        // Devices are counted a while after they came.
        QTRY_VERIFY_WITH_TIMEOUT(model.index(model.rowOf(QString::fromStdString(sampleFirmware(0, 0).zipName)), 0)
                                         .data(models::DevicesRole)
                                         .toInt() > 0,
                                 WindowFixture::kWaitMs);
        views::TableView& table = *WindowFixture::listOf(*fixture.window().currentPage());
        const std::vector<std::pair<const char*, std::vector<int>>> shown = {
            {"one", {1}}, {"refused", {6}}, {"compared", {0, 1}}, {"many", {0, 1, 2, 3, 6, 8}}};
        for (const auto& [name, samples] : shown) {
            table.clearSelection();
            for (const int sample : samples) {
                const int row = model.rowOf(QString::fromStdString(sampleFirmware(sample, 0).zipName));
                table.selectionModel()->select(table.model()->index(row, 0),
                                               QItemSelectionModel::Select | QItemSelectionModel::Rows);
            }
            QCoreApplication::processEvents();
            for (const Screen& screen : {kLaptop, kLarge}) {
                const QImage image = drawn(fixture.window(), screen);
                check(image, dark);
                save(image, QStringLiteral("firmware-%1-%2-%3")
                                .arg(QLatin1String(name), QLatin1String(screen.name),
                                     dark ? QStringLiteral("dark") : QStringLiteral("light")));
            }
        }
    }

    static void emptyStates() {
        views::WindowOptions options;
        options.theme = ThemeChoice::light;
        WindowFixture fixture(0, options);
        for (const char* id :
             {views::page_id::kOverview, views::page_id::kDevices, views::page_id::kFirmware, views::page_id::kFailed,
              views::page_id::kAlerts, views::page_id::kActivity, views::page_id::kQuarantine}) {
            fixture.window().showPage(QLatin1String(id));
            const QImage image = drawn(fixture.window(), kLaptop);
            check(image, false);
            save(image, QStringLiteral("empty-%1").arg(QLatin1String(id)));
        }
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::ScreenshotsTest)
#include "screenshots_test.moc"
