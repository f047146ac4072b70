// Draws every page, light and dark, as a laptop and as a 4K screen show it, into <build>/screenshots/, for a person to
// look at. What a test can say of a picture is that something is on it and that light is light.
#include <cmath>

#include <QDir>
#include <QImage>
#include <QSet>

#include "models/desk_models.h"
#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/phase_marks.h"

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
