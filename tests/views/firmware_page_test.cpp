// What a person does on the Firmware page: with one record, two in comparison, and several at once.
#include <algorithm>
#include <utility>

#include <QClipboard>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>

#include "models/desk_models.h"
#include "models/roles.h"
#include "tests/views/window_fixture.h"
#include "views/widgets/details_pane.h"
#include "views/widgets/fitted_table.h"
#include "views/widgets/link_rows.h"
#include "views/widgets/message_banner.h"
#include "views/widgets/preview_panel.h"
#include "views/widgets/preview_target.h"

namespace drydock::tests {

namespace ids = views::page_id;
using fleet::ReleaseStatus;

namespace {

// The sample's records of wo:v8, by their place in it.
enum Sample : int { released1, released2, readyToTest, testing, revoked, deleted, refused, processing };

QString zipOf(int sample) {
    return QString::fromStdString(sampleFirmware(sample, 0).zipName);
}

class FirmwareFixture : public WindowFixture {
public:
    explicit FirmwareFixture(views::WindowOptions options = {}) : WindowFixture(100, std::move(options)) {
        window().showPage(QLatin1String(ids::kFirmware));
        page().open(QLatin1String(views::kEverything));
    }

    [[nodiscard]] views::Page& page() { return *window().page(QLatin1String(ids::kFirmware)); }
    [[nodiscard]] views::DetailsPane& details() { return *page().findChild<views::DetailsPane*>(); }

    void select(const std::vector<int>& samples) {
        views::TableView& table = *listOf(page());
        table.clearSelection();
        for (const int sample : samples) {
            const QModelIndex row = table.model()->index(window().models().firmware.rowOf(zipOf(sample)), 0);
            QVERIFY(row.isValid());
            table.selectionModel()->select(row, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        }
        // The page looks once at several changes of a selection.
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    }
    void change(int sample, const std::function<void(fleet::FirmwareRecord&)>& edit) {
        fleet::FirmwareRecord record = recordOf(sample);
        edit(record);
        client.tell(record);
    }
    [[nodiscard]] fleet::FirmwareRecord recordOf(int sample) const {
        const auto& all = client.values.firmware;
        return *std::find_if(all.begin(), all.end(), [sample](const fleet::FirmwareRecord& record) {
            return record.zipName == sampleFirmware(sample, 0).zipName;
        });
    }
    [[nodiscard]] ReleaseStatus statusOf(int sample) const { return recordOf(sample).status; }

    // The text of a visible label of the details that contains this.
    [[nodiscard]] QString said(const QString& part) {
        for (const QLabel* label : details().findChildren<QLabel*>())
            if (label->isVisible() && label->text().contains(part)) return label->text();
        return {};
    }
    [[nodiscard]] QStringList actionsOffered() {
        QStringList texts;
        for (const auto* button :
             details().findChild<QWidget*>(QStringLiteral("actionBar"))->findChildren<QPushButton*>())
            if (button->isVisible()) texts.append(button->text());
        return texts;
    }
    // A visible table of the details by its accessible name.
    [[nodiscard]] const QAbstractItemModel* tableNamed(const QString& name) {
        for (const auto* table : details().findChildren<views::FittedTable*>())
            if (table->isVisible() && table->accessibleName() == name) return table->model();
        return nullptr;
    }
    [[nodiscard]] QPushButton* linkStarting(const QString& text) {
        for (auto* link : details().findChildren<QPushButton*>(QStringLiteral("link")))
            if (link->isVisible() && link->text().startsWith(text)) return link;
        return nullptr;
    }
    void click(const QString& text) {
        QTRY_VERIFY2_WITH_TIMEOUT(button(text) != nullptr, qPrintable(text), kWaitMs);
        QTRY_VERIFY2_WITH_TIMEOUT(button(text)->isEnabled(), qPrintable(text), kWaitMs);
        QTest::mouseClick(button(text), Qt::LeftButton);
    }
    [[nodiscard]] QStringList messages() { return find<views::MessageBanner>()->texts(); }
};

QStringList column(const QAbstractItemModel& model, int at, int role = Qt::DisplayRole) {
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row) texts.append(model.index(row, at).data(role).toString());
    return texts;
}

}  // namespace

class FirmwarePageTest : public QObject {
    Q_OBJECT

private slots:
    // --- several
    static void severalAreSummedUpAndOfferWhatIsAllowedForOneOfThem() {
        FirmwareFixture fixture;
        fixture.select({readyToTest, testing, refused});
        QVERIFY(!fixture.said(QStringLiteral("3 firmware records")).isEmpty());
        QCOMPARE(fixture.said(QStringLiteral("1 testing")), QStringLiteral("1 ready to test · 1 testing · 1 error"));
        QCOMPARE(fixture.actionsOffered(), (QStringList{QStringLiteral("Back to ready…"), QStringLiteral("To testing…"),
                                                        QStringLiteral("Release…"), QStringLiteral("Delete…")}));
        // Not for all of them: the tooltip says for whom not.
        const QString release = fixture.button(QStringLiteral("Release…"))->toolTip();
        QVERIFY2(release.contains(QStringLiteral("1 of 3")), qPrintable(release));
        QVERIFY2(release.contains(QStringLiteral("1 ready to test · 1 error")), qPrintable(release));
        QVERIFY(!fixture.button(QStringLiteral("Delete…"))->toolTip().contains(QStringLiteral("of 3")));

        fixture.select({revoked, deleted});
        QCOMPARE(fixture.actionsOffered(), QStringList());
    }

    static void theSumFollowsWhatIsSelected() {
        FirmwareFixture fixture;
        fixture.select({readyToTest, testing, refused});
        fixture.change(readyToTest, [](fleet::FirmwareRecord& record) { record.status = ReleaseStatus::testing; });
        QTRY_COMPARE_WITH_TIMEOUT(fixture.said(QStringLiteral("testing")), QStringLiteral("2 testing · 1 error"),
                                  WindowFixture::kWaitMs);
        QVERIFY(!fixture.actionsOffered().contains(QStringLiteral("To testing…")));
    }

    static void aWindowThatOnlyShowsSaysSoOnEachButton() {
        views::WindowOptions options;
        options.readOnly = true;
        FirmwareFixture fixture(options);
        fixture.select({readyToTest, testing});
        for (const QString& text : fixture.actionsOffered()) {
            QVERIFY(!fixture.button(text)->isEnabled());
            QVERIFY(fixture.button(text)->toolTip().contains(QStringLiteral("only shows")));
        }
    }

    static void severalAreActedOnByOnePreviewAndTakenBackTogether() {
        FirmwareFixture fixture;
        fixture.change(processing, [](fleet::FirmwareRecord& record) { record.status = ReleaseStatus::readyToTest; });
        fixture.select({readyToTest, processing, refused});
        fixture.click(QStringLiteral("To testing…"));
        // One that can't be done doesn't stop the rest, and says why; each says which firmware it is.
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Change 2 firmwares")) != nullptr,
                                 WindowFixture::kWaitMs);
        const auto* panel = fixture.find<views::PreviewPanel>();
        QStringList shown;
        for (const auto* label : panel->findChildren<QLabel*>()) shown.append(label->text());
        QVERIFY(shown.contains(QStringLiteral("wo:v8 main 2026.03.01")));
        QVERIFY(std::any_of(shown.begin(), shown.end(),
                            [](const QString& text) { return text.startsWith(QStringLiteral("Not possible.")); }));
        fixture.click(QStringLiteral("Change 2 firmwares"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.statusOf(processing), ReleaseStatus::testing, WindowFixture::kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.statusOf(readyToTest), ReleaseStatus::testing, WindowFixture::kWaitMs);
        QCOMPARE(fixture.statusOf(refused), ReleaseStatus::error);
        // A result a row stays in the panel, as not all went.
        QTRY_COMPARE_WITH_TIMEOUT(panel->findChildren<views::PreviewTarget*>().size(), 3, WindowFixture::kWaitMs);
        fixture.click(QStringLiteral("Undo"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.statusOf(readyToTest), ReleaseStatus::readyToTest, WindowFixture::kWaitMs);
        QTRY_COMPARE_WITH_TIMEOUT(fixture.statusOf(processing), ReleaseStatus::readyToTest, WindowFixture::kWaitMs);
    }

    static void anActionOnSeveralIsCancelledBetweenTwo() {
        FirmwareFixture fixture;
        fixture.select({released1, released2});
        fixture.click(QStringLiteral("Revoke…"));
        QTRY_VERIFY_WITH_TIMEOUT(fixture.button(QStringLiteral("Change 2 firmwares")) != nullptr,
                                 WindowFixture::kWaitMs);
        fixture.client.hold(true);
        fixture.click(QStringLiteral("Change 2 firmwares"));
        QTRY_COMPARE_WITH_TIMEOUT(fixture.client.waiting(), std::size_t{1}, WindowFixture::kWaitMs);
        QVERIFY(fixture.find<QProgressBar>("Progress")->isVisible());
        fixture.click(QStringLiteral("Cancel"));
        fixture.client.hold(false);
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.messages().filter(QStringLiteral("1 of 2")).isEmpty(),
                                 WindowFixture::kWaitMs);
        QCOMPARE((fixture.statusOf(released1) == ReleaseStatus::revoked) +
                     (fixture.statusOf(released2) == ReleaseStatus::revoked),
                 1);
    }

    // --- two
    static void twoAreComparedFromTheOlderToTheNewer() {
        FirmwareFixture fixture;
        fixture.change(released2, [](fleet::FirmwareRecord& record) {
            record.branch = "hotfix";
            record.files.push_back({"extra.bin", std::string(64, 'e'), 512});
            record.partitions.push_back({"coredump", 0x3F0000});
        });
        fixture.select({released2, released1});
        QVERIFY(
            !fixture.said(QStringLiteral("From wo:v8 main 2026.01.10 · 9f3c51d2 to wo:v8 main 2026.02.14")).isEmpty());
        const auto* fields = fixture.tableNamed(QStringLiteral("Differences: Manifest"));
        const auto* files = fixture.tableNamed(QStringLiteral("Differences: Files"));
        const auto* partitions = fixture.tableNamed(QStringLiteral("Differences: Partitions"));
        QVERIFY(fields != nullptr && files != nullptr && partitions != nullptr);
        QCOMPARE(fields->headerData(1, Qt::Horizontal).toString(), QStringLiteral("2026.01.10"));
        QVERIFY(column(*fields, 0).contains(QStringLiteral("branch")));
        QCOMPARE(column(*files, 0), (QStringList{QStringLiteral("app.bin"), QStringLiteral("extra.bin")}));
        QVERIFY(column(*files, 2, Qt::ToolTipRole).last().contains(QString(64, QLatin1Char('e'))));
        QCOMPARE(column(*partitions, 0), QStringList{QStringLiteral("coredump")});

        fixture.linkStarting(QStringLiteral("Copy the comparison"))->click();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.contains(QStringLiteral("branch\tmain\thotfix\n")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("extra.bin\t\t512 bytes, SHA-256 ") + QString(64, QLatin1Char('e'))),
                 qPrintable(text));

        // One more, and it is a sum again; one, and it is shown whole.
        fixture.select({released1, released2, testing});
        QVERIFY(fixture.tableNamed(QStringLiteral("Differences: Files")) == nullptr);
        fixture.select({released1});
        QVERIFY(fixture.tableNamed(QStringLiteral("Files")) != nullptr);
        QVERIFY(fixture.linkStarting(QStringLiteral("Copy the comparison")) == nullptr);
    }

    static void whatIsIdenticalIsSaidToBe() {
        FirmwareFixture fixture;
        fixture.change(released2,
                       [&fixture](fleet::FirmwareRecord& record) { record.files = fixture.recordOf(released1).files; });
        fixture.select({released1, released2});
        QVERIFY(!fixture.said(QStringLiteral("Their files and partitions are identical.")).isEmpty());
        QVERIFY(fixture.tableNamed(QStringLiteral("Differences: Files")) == nullptr);
        fixture.change(released2, [&fixture](fleet::FirmwareRecord& record) {
            const std::string zipName = record.zipName;
            record = fixture.recordOf(released1);
            record.zipName = zipName;
        });
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.said(QStringLiteral("They are identical.")).isEmpty(),
                                 WindowFixture::kWaitMs);
        fixture.select({released1, refused});
        QVERIFY(!fixture.said(QStringLiteral("no files on record")).isEmpty());
    }

    // --- over the air
    static void theOtaPreviewSaysWhatADeviceIsOfferedAndFollowsTheList() {
        FirmwareFixture fixture;
        fixture.select({released1});
        QVERIFY(!fixture.said(QStringLiteral("A device on 2026.01.10 is offered 2026.02.14.")).isEmpty());
        fixture.change(released2, [](fleet::FirmwareRecord& record) { record.status = ReleaseStatus::revoked; });
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.said(QStringLiteral("2026.01.10 is offered the same again")).isEmpty(),
                                 WindowFixture::kWaitMs);
        fixture.change(released1, [](fleet::FirmwareRecord& record) { record.status = ReleaseStatus::revoked; });
        QTRY_VERIFY_WITH_TIMEOUT(
            !fixture.said(QStringLiteral("offered nothing. The version 2026.01.10 was revoked")).isEmpty(),
            WindowFixture::kWaitMs);
    }

    static void anyOtherVersionCanBeAskedFor() {
        FirmwareFixture fixture;
        fixture.select({testing});
        auto* field = fixture.find<QLineEdit>("Ask for another version");
        QVERIFY(field->isVisible());
        QTest::keyClicks(field, QStringLiteral("2025.12.31"));
        QVERIFY(!fixture.said(QStringLiteral("A device on 2025.12.31 is offered 2026.01.10.")).isEmpty());
        field->clear();
        QTest::keyClicks(field, QStringLiteral("2026.03.02"));
        QVERIFY(!fixture.said(QStringLiteral("The version 2026.03.02 is unknown")).isEmpty());
        // What is typed stays while the list changes, and goes with another firmware.
        fixture.change(testing, [](fleet::FirmwareRecord& record) { record.branch = "other"; });
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.said(QStringLiteral("other")).isEmpty(), WindowFixture::kWaitMs);
        QCOMPARE(field->text(), QStringLiteral("2026.03.02"));
        fixture.select({released1});
        QCOMPARE(field->text(), QString());
    }

    static void whoWouldBeOfferedItLeadsToThem() {
        FirmwareFixture fixture;
        fixture.select({released2});
        auto* takers = fixture.find<views::LinkRows>("Devices that would be offered this version");
        QVERIFY(takers->isVisible());
        const auto devices = fixture.window().models().firmware.devicesOn(sampleFirmware(released1, 0));
        QVERIFY(takers->accessibleDescription().contains(
            QStringLiteral("2026.01.10: %1").arg(static_cast<qulonglong>(devices))));
        QTest::mouseClick(takers, Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(fixture.window().currentPage()->face().id, QLatin1String(ids::kDevices));
        QCOMPARE(static_cast<std::size_t>(WindowFixture::listOf(*fixture.window().currentPage())->model()->rowCount()),
                 devices);
        fixture.window().showPage(QLatin1String(ids::kFirmware));
        fixture.select({testing});
        QVERIFY(!takers->isVisible());
        QVERIFY(!fixture.said(QStringLiteral("No device is offered it: it is testing.")).isEmpty());
    }

    // --- one
    static void theDevicesOnItAreOnTheDevicesPage() {
        FirmwareFixture fixture;
        fixture.select({released1});
        const auto devices = fixture.window().models().firmware.devicesOn(sampleFirmware(released1, 0));
        QVERIFY(devices > 0);
        fixture.linkStarting(QStringLiteral("Show the devices on it"))->click();
        views::Page* page = fixture.window().currentPage();
        QCOMPARE(page->face().id, QLatin1String(ids::kDevices));
        QCOMPARE(static_cast<std::size_t>(WindowFixture::listOf(*page)->model()->rowCount()), devices);
        QCOMPARE(page->target(), QStringLiteral("model:\"wo:v8\" AND FW:\"2026.01.10\""));
    }

    static void eachFileSaysItsCheck() {
        FirmwareFixture fixture;
        fixture.select({released1});
        const auto* files = fixture.tableNamed(QStringLiteral("Files"));
        QCOMPARE(column(*files, 3).first(), QStringLiteral("✓ at release"));
        fixture.select({readyToTest});
        QCOMPARE(column(*fixture.tableNamed(QStringLiteral("Files")), 3).first(), QStringLiteral("✓ at import"));
    }

    static void aRefusedPackageShowsItsReasonAndTheManifestAsRead() {
        FirmwareFixture fixture;
        fixture.select({refused});
        QCOMPARE(fixture.said(QStringLiteral("mismatch")), QStringLiteral("SHA256 mismatch for app.bin"));
        const auto* manifest = fixture.find<QPlainTextEdit>("Manifest as read");
        QVERIFY(manifest->isVisible());
        QVERIFY(manifest->toPlainText().contains(QStringLiteral("2026.02.30")));
        QVERIFY(fixture.said(QStringLiteral("OTA preview")).isEmpty());
        QCOMPARE(fixture.actionsOffered(), QStringList{QStringLiteral("Delete…")});
    }

    // --- the ZIP
    static void aZipIsSavedWhereThePersonSaysAndTheWindowGoesOn() {
        FirmwareFixture fixture;
        fixture.select({released1});
        fixture.linkStarting(QStringLiteral("Save ZIP as"))->click();
        auto* dialog = fixture.window().findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->acceptMode(), QFileDialog::AcceptSave);
        fixture.client.hold(true);
        emit dialog->fileSelected(QStringLiteral("/tmp/chosen.zip"));
        dialog->close();
        QCOMPARE(fixture.client.saved.size(), std::size_t{1});
        QCOMPARE(fixture.client.saved[0].zipName, zipOf(released1));
        QCOMPARE(fixture.client.saved[0].path, QStringLiteral("/tmp/chosen.zip"));
        const auto* link = fixture.linkStarting(QStringLiteral("Saving"));
        QVERIFY(link != nullptr && !link->isEnabled() && !link->toolTip().isEmpty());
        fixture.client.hold(false);
        QTRY_VERIFY_WITH_TIMEOUT(!fixture.messages().filter(QStringLiteral("chosen.zip is saved in /tmp")).isEmpty(),
                                 WindowFixture::kWaitMs);
        QVERIFY(fixture.linkStarting(QStringLiteral("Save ZIP as"))->isEnabled());
    }

    static void whatWentWrongWithACopyIsSaidInline() {
        FirmwareFixture fixture;
        fixture.select({released1});
        const auto fails = [&fixture](const storage::Error& error, const char* words) {
            fixture.client.failWith = error;
            fixture.linkStarting(QStringLiteral("Save ZIP as"))->click();
            auto* dialog = fixture.window().findChild<QFileDialog*>();
            QVERIFY(dialog != nullptr);
            emit dialog->fileSelected(QStringLiteral("/tmp/chosen.zip"));
            delete dialog;
            QTRY_VERIFY_WITH_TIMEOUT(!fixture.messages().filter(QLatin1String(words)).isEmpty(),
                                     WindowFixture::kWaitMs);
            QVERIFY(fixture.linkStarting(QStringLiteral("Save ZIP as"))->isEnabled());
        };
        fails({storage::ErrorCode::diskFull, "no space", 0}, "was not saved: the disk there is full.");
        fails({storage::ErrorCode::io, "The folder can't be written.", 0}, "The folder can't be written.");
        fails({storage::ErrorCode::notFound, "gone", 0}, "not in the store any more");
    }

    static void aZipThatIsGoneCanNotBeSavedAndSaysWhy() {
        FirmwareFixture fixture;
        for (const int sample : {deleted, refused, processing}) {
            fixture.select({sample});
            const auto* link = fixture.linkStarting(QStringLiteral("Save ZIP as"));
            QVERIFY(link != nullptr);
            QVERIFY(!link->isEnabled());
            QVERIFY(!link->toolTip().isEmpty());
        }
        fixture.select({revoked});
        QVERIFY(fixture.linkStarting(QStringLiteral("Save ZIP as"))->isEnabled());
        fleet::DeskStatus status = fixture.client.values.status;
        status.readOnly = true;
        fixture.client.tellStatus(status);
        fixture.select({released1});
        QVERIFY(!fixture.linkStarting(QStringLiteral("Save ZIP as"))->isEnabled());
    }
};

}  // namespace drydock::tests

DRYDOCK_VIEW_TEST_MAIN(drydock::tests::FirmwarePageTest)
#include "firmware_page_test.moc"
