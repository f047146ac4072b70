// The pages over plain lists: Firmware, Alerts, Activity; and the filter of every list.
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QtTest>

#include "models/desk_models.h"
#include "tests/models/sample_fleet.h"
#include "tests/views/window_fixture.h"
#include "views/activity/activity_page.h"
#include "views/alerts/alerts_page.h"
#include "views/devices/devices_page.h"
#include "views/firmware/firmware_page.h"
#include "views/quarantine/quarantine_page.h"
#include "views/theme.h"
#include "views/view_settings.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/filter_field.h"
#include "views/widgets/table_view.h"

namespace drydock::tests {

using fleet::ActionKind;
using views::TableView;

namespace {

struct Asked {
    ActionKind kind = ActionKind::setNote;
    QStringList targets;
    QString text;
    fleet::ActionRequest action;
};

template <class PageType>
struct Shown {
    explicit Shown(bool filled = true) {
        if (filled) fillSampleFleet(client, 100);
        models.load();
        client.answerAll();
        page.resize(1200, 720);
        page.show();
        QObject::connect(&page, &views::Page::actionRequested,
                         [this](const fleet::ActionRequest& action, const QStringList& targets) {
                             asked.push_back({action.kind, targets, QString::fromStdString(action.text), action});
                         });
        QObject::connect(&page, &views::Page::goTo, [this](const views::Destination& to) { went.push_back(to); });
        QObject::connect(&page, &views::Page::noticeRaised,
                         [this](const models::Notice& notice) { notices.push_back(notice); });
    }
    [[nodiscard]] TableView* table() const { return WindowFixture::listOf(page); }
    [[nodiscard]] QPushButton* button(const QString& text) const {
        for (auto* each : page.template findChildren<QPushButton*>())
            if (each->text().startsWith(text)) return each;
        return nullptr;
    }
    void select(int row) {
        table()->showRow(row);
        QCoreApplication::processEvents();
    }
    QTemporaryDir folder;
    views::ViewSettings settings{folder.filePath(QStringLiteral("settings.ini"))};
    FakeDeskClient client;
    models::DeskModels models{client, [this] { return client.values.nowMs; }};
    PageType page{views::PageContext{models, settings}};
    std::vector<Asked> asked;
    std::vector<views::Destination> went;
    std::vector<models::Notice> notices;
};

// `good` is some of the list; `bad` leaves it as it is and says `why`.
template <class PageType>
void expectFilter(const char* good, const char* bad, const char* why) {
    Shown<PageType> shown;
    // The quarantine is loaded anew when there is more of it.
    fleet::QuarantinedMessage message = shown.client.values.quarantine.front();
    message.sequence = 6;
    shown.client.tell(message);
    shown.client.answerAll();
    auto* field = shown.page.template findChild<views::FilterField*>();
    auto* edit = field->template findChild<QLineEdit*>();
    const auto error = [field] {
        for (const auto* label : field->template findChildren<QLabel*>())
            if (label->isVisible()) return label->text();
        return QString();
    };
    const auto count = [&shown] { return shown.table()->model()->rowCount(); };
    for (const fleet::FieldDefinition& each :
         static_cast<const models::OrderedModel*>(shown.table()->model())->vocabulary().fields())
        QVERIFY(edit->toolTip().contains(QString::fromStdString(std::string(each.name))));
    edit->setText(QString::fromUtf8(good));
    const int found = count();
    QVERIFY2(found > 0, good);
    QCOMPARE(error(), QString());
    edit->setText(QString::fromUtf8(bad));
    QVERIFY2(error().contains(QString::fromUtf8(why)), qPrintable(error()));
    QCOMPARE(count(), found);
    // Still being typed: what stands there so far is asked for.
    for (const char* openEnd : {"nothing-has-this AND", "nothing-has-this AND (NOT (", "nothing-has-this OR "}) {
        edit->setText(QString::fromUtf8(good));
        edit->setText(QString::fromUtf8(openEnd));
        QVERIFY2(error().contains(QStringLiteral("expected a word")), openEnd);
        QCOMPARE(count(), 0);
    }
    edit->setText(QStringLiteral("x BAND"));
    QCOMPARE(error(), QString());
}

void keepPicture(QWidget& page, const char* name) {
    // Each level of nested layouts asks the next one by an event.
    for (int level = 0; level < 8; ++level) QCoreApplication::processEvents();
    const QDir folder(QStringLiteral(DRYDOCK_BINARY_DIR "/screenshots"));
    QVERIFY(folder.mkpath(QStringLiteral(".")));
    QVERIFY(page.grab().save(folder.filePath(QLatin1String(name))));
}

}  // namespace

class ListPagesTest : public QObject {
    Q_OBJECT
private slots:
    static void initTestCase() {
        static views::Theme theme(views::ThemeChoice::light);
        QVERIFY(!theme.isDark());
    }

    // --- firmware
    static void onlyWhatIsAllowedNextHasAButton() {
        Shown<views::FirmwarePage> shown;
        shown.page.open(QStringLiteral("=") + QString::fromStdString(sampleFirmware(3, 0).zipName));  // testing
        QVERIFY(shown.button(QStringLiteral("Release"))->isVisible() ||
                shown.button(QStringLiteral("Release…"))->isVisible());
        QVERIFY(shown.button(QStringLiteral("Back to ready"))->isVisible());
        QVERIFY(!shown.button(QStringLiteral("Revoke…"))->isVisible());
        shown.button(QStringLiteral("Back to ready"))->click();
        QCOMPARE(shown.asked.size(), std::size_t{1});
        QCOMPARE(shown.asked[0].kind, ActionKind::setReleaseStatus);
        QCOMPARE(shown.asked[0].text, QStringLiteral("READY_TO_TEST"));
        keepPicture(shown.page, "firmware-light.png");
    }

    static void aHiddenRecordIsShownWhenItIsAskedFor() {
        Shown<views::FirmwarePage> shown;
        const QString zip = QString::fromStdString(sampleFirmware(0, 0).zipName);  // released: switched off
        QCOMPARE(shown.models.firmware.rowOf(zip), -1);
        shown.page.open(QStringLiteral("=") + zip);
        QCOMPARE(shown.page.target(), QStringLiteral("=") + zip);
        QVERIFY(shown.button(QStringLiteral("Revoke…"))->isVisible());
        QVERIFY(!shown.button(QStringLiteral("Delete…"))->isVisible());
    }

    static void importedFilesAreToldOfOneByOneAndTheLastIsOpened() {
        Shown<views::FirmwarePage> shown;
        shown.page.importFiles({QStringLiteral("/a/one.zip"), QStringLiteral("/a/two.zip")});
        QVERIFY(!shown.button(QStringLiteral("Importing"))->isEnabled());
        shown.client.answerAll();
        QCOMPARE(shown.client.imported.size(), std::size_t{2});
        QCOMPARE(shown.notices.size(), std::size_t{2});
        QCOMPARE(shown.notices[0].severity, models::Severity::success);
        QTRY_VERIFY(shown.page.target().startsWith(QStringLiteral("=imported")));
        QVERIFY(shown.button(QStringLiteral("Import ZIP"))->isEnabled());
    }

    static void aRefusedImportSaysSo() {
        Shown<views::FirmwarePage> shown;
        shown.client.failWith = storage::Error{storage::ErrorCode::refused, "not a ZIP", 0};
        shown.page.importFiles({QStringLiteral("/a/one.zip")});
        shown.client.answerAll();
        QCOMPARE(shown.notices.size(), std::size_t{1});
        QCOMPARE(shown.notices[0].detail, QStringLiteral("not a ZIP"));
    }

    static void theSwitchesAreRemembered() {
        Shown<views::FirmwarePage> shown;
        QPushButton* released = shown.button(QStringLiteral("Released"));
        QVERIFY(!released->isChecked());
        released->click();
        QVERIFY(shown.models.firmware.filter().released);
        shown.models.firmware.setFilter({});
        const views::FirmwarePage again(views::PageContext{shown.models, shown.settings});
        QVERIFY(shown.models.firmware.filter().released);
    }

    // --- alerts
    static void openAlertsComeFirstAndAreActedOnTogether() {
        Shown<views::AlertsPage> shown;
        QCOMPARE(shown.table()->model()->rowCount(), 4);
        shown.table()->selectAll();
        QCoreApplication::processEvents();
        shown.button(QStringLiteral("Acknowledge"))->click();
        QCOMPARE(shown.asked.size(), std::size_t{1});
        QCOMPARE(shown.asked[0].kind, ActionKind::acknowledgeAlert);
        QCOMPARE(shown.asked[0].targets.size(), 4);
        QVERIFY(!shown.button(QStringLiteral("Open device"))->isEnabled());
    }

    static void anAlertLeadsToItsDeviceAndToTheClipboard() {
        Shown<views::AlertsPage> shown;
        shown.select(1);
        const fleet::Alert alert = shown.models.alerts.alert(1);
        shown.button(QStringLiteral("Open device"))->click();
        QCOMPARE(shown.went.size(), std::size_t{1});
        QCOMPARE(shown.went[0].target, QStringLiteral("=") + QString::fromStdString(alert.deviceId));
        shown.button(QStringLiteral("Copy as SNS JSON"))->click();
        QCOMPARE(QApplication::clipboard()->text(), QString::fromStdString(fleet::alertToSnsJson(alert)));
        QCOMPARE(shown.notices.size(), std::size_t{1});
        keepPicture(shown.page, "alerts-light.png");
    }

    static void whatIsDoneAlreadyCanNotBeDoneAgainAndSaysWhy() {
        Shown<views::AlertsPage> shown;
        shown.page.open(QStringLiteral("=alert-2"));  // resolved
        for (const char* name : {"Acknowledge", "Resolve"}) {
            const QPushButton* button = shown.button(QLatin1String(name));
            QVERIFY(!button->isEnabled());
            QVERIFY(!button->toolTip().isEmpty());
        }
    }

    // --- activity
    static void undoIsOfferedWhereItStillGoes() {
        Shown<views::ActivityPage> shown;
        shown.page.open(QStringLiteral("=60"));
        const QSignalSpy undo(&shown.page, &views::Page::undoRequested);
        QVERIFY(shown.button(QStringLiteral("Undo"))->isEnabled());
        shown.button(QStringLiteral("Undo"))->click();
        QCOMPARE(undo.count(), 1);
        QCOMPARE(undo[0][0].toULongLong(), 60ULL);
        keepPicture(shown.page, "activity-light.png");
        shown.page.open(QStringLiteral("=45"));
        QVERIFY(!shown.button(QStringLiteral("Undo"))->isEnabled());
    }

    static void anActionOnAGroupLeadsToItsMembersWhileItIsThere() {
        Shown<views::ActivityPage> shown;
        fleet::AuditEntry entry = sampleAudit(60, shown.client.values.nowMs);
        entry.action = actionName(ActionKind::addToGroup);
        entry.target = "canary";
        shown.client.tell(entry);
        ++entry.sequence;
        entry.target = "gone";
        shown.client.tell(entry);
        shown.page.open(QStringLiteral("=61"));
        shown.button(QStringLiteral("Open"))->click();
        QCOMPARE(shown.went.size(), std::size_t{1});
        QCOMPARE(shown.went[0].page, QLatin1String(views::page_id::kDevices));
        QCOMPARE(shown.went[0].target, QStringLiteral("groups:canary"));
        shown.page.open(QStringLiteral("=62"));
        QVERIFY(!shown.button(QStringLiteral("Open"))->isEnabled());
    }

    static void aFilterSearchesOlderPagesToo() {
        Shown<views::ActivityPage> shown;
        shown.page.open(QStringLiteral("Reported by"));
        for (int guard = 0; shown.client.waiting() > 0 && guard < 20; ++guard) shown.client.answerAll();
        QCOMPARE(shown.table()->model()->rowCount(), 12);
    }

    // --- the filter of all lists
    static void aFilterThatCannotBeReadSaysWhereAndKeepsTheList() {
        expectFilter<views::FirmwarePage>("version:2026*", "devices:many", "at character 9: expected a number");
        expectFilter<views::AlertsPage>("state:open", "state:opened", "at character 7: expected a state");
        expectFilter<views::ActivityPage>("who:mara", "at:soon", "at character 4: expected a number and a unit");
        expectFilter<views::QuarantinePage>("payload:*3hw1*", "size:", "at character 6: expected a value");
        expectFilter<views::DevicesPage>("retries:>=5", "phase:broken", "at character 7: expected a phase");
    }

    // --- all
    static void emptyPagesSayWhatWouldBeThere() {
        Shown<views::FirmwarePage> firmware(false);
        QVERIFY(firmware.table()->emptyState()->isVisible());
        Shown<views::AlertsPage> alerts(false);
        QVERIFY(alerts.table()->emptyState()->isVisible());
        Shown<views::ActivityPage> activity(false);
        QVERIFY(activity.table()->emptyState()->isVisible());
    }
};

}  // namespace drydock::tests

QTEST_MAIN(drydock::tests::ListPagesTest)
#include "list_pages_test.moc"
