// The lists that fit in memory whole: alerts, firmware, activity, quarantine, attribute difference.
#include <functional>

#include <QSignalSpy>
#include <QtTest>

#include "models/activity_model.h"
#include "models/alert_model.h"
#include "models/attribute_diff_model.h"
#include "models/firmware_model.h"
#include "models/quarantine_model.h"
#include "tests/models/model_checks.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using fleet::AlertState;
using fleet::ReleaseStatus;
using models::FirmwareGroup;

namespace {

template <class Model>
struct Loaded {
    template <class... More>
    explicit Loaded(const More&... more) : model(client, more..., [this] { return client.values.nowMs; }) {
        fillSampleFleet(client, 100);
        model.load();
        client.answerAll();
    }
    [[nodiscard]] std::int64_t ageOf(std::int64_t ms) const { return client.values.nowMs - ms; }
    FakeDeskClient client;
    Model model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

// Without the tester, which fetches more on its own.
struct LoadedActivity {
    LoadedActivity() {
        fillSampleFleet(client, 100);
        model.load();
        client.answerAll();
    }
    [[nodiscard]] std::int64_t ageOf(std::int64_t ms) const { return client.values.nowMs - ms; }
    FakeDeskClient client;
    models::ActivityModel model{client, [this] { return client.values.nowMs; }};
};

struct LoadedFirmware {
    LoadedFirmware() {
        fillSampleFleet(client, 100);
        devices.load();
        model.load();
        client.answerAll();
    }
    [[nodiscard]] std::int64_t ageOf(std::int64_t ms) const { return client.values.nowMs - ms; }
    FakeDeskClient client;
    models::DeviceStore devices{client};
    models::FirmwareModel model{client, devices, [this] { return client.values.nowMs; }};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

constexpr std::int64_t kTwoDaysMs = 48 * kSampleHourMs;

QStringList idsOf(const models::OrderedModel& model) {
    QStringList found;
    for (int row = 0; row < model.rowCount(); ++row) found.append(model.index(row, 0).data(models::IdRole).toString());
    return found;
}

template <class Record>
struct Question {
    std::string text;
    std::function<bool(const Record&)> matches;
};

// Each text finds what its function says, which is some of the list, not all of it.
template <class Record>
void expectFound(models::OrderedModel& model, const std::function<Record(int row)>& recordAt,
                 const std::vector<Question<Record>>& questions) {
    model.setFilterText({});
    std::vector<std::pair<QString, Record>> all;
    const QStringList ids = idsOf(model);
    all.reserve(static_cast<std::size_t>(ids.size()));
    for (int row = 0; row < ids.size(); ++row) all.emplace_back(ids[row], recordAt(row));
    for (const Question<Record>& question : questions) {
        QStringList expected;
        for (const auto& [id, record] : all)
            if (question.matches(record)) expected.append(id);
        model.setFilterText(QString::fromStdString(question.text));
        QVERIFY2(!expected.isEmpty() && expected.size() < ids.size(), question.text.c_str());
        QVERIFY2(idsOf(model) == expected, question.text.c_str());
    }
}

void expectKept(models::OrderedModel& model, const char* good, const char* bad) {
    model.setFilterText(QString::fromUtf8(good));
    const QStringList kept = idsOf(model);
    QVERIFY(!kept.isEmpty());
    QVERIFY(model.filterError(QString::fromUtf8(good)).isEmpty());
    QVERIFY2(model.filterError(QString::fromUtf8(bad)).contains(QStringLiteral("at character")), bad);
    for (const char* text : {bad, "(", "a AND"}) {
        model.setFilterText(QString::fromUtf8(text));
        QCOMPARE(idsOf(model), kept);
        model.refreshOrder();
        QCOMPARE(idsOf(model), kept);
        QCOMPARE(model.filterText(), QString::fromUtf8(good));
    }
}

}  // namespace

class RecordModelsTest : public QObject {
    Q_OBJECT
private slots:
    static void everyListKeepsItsEnds() {
        Loaded<models::AlertModel> alerts;
        QCOMPARE(alerts.model.rowCount(), 10);
        QCOMPARE(wrongAtTheEnds(alerts.model), QString());
        Loaded<models::ActivityModel> activity;
        QCOMPARE(wrongAtTheEnds(activity.model), QString());
        Loaded<models::QuarantineModel> quarantine;
        QCOMPARE(quarantine.model.rowCount(), 5);
        QCOMPARE(wrongAtTheEnds(quarantine.model), QString());
        LoadedFirmware firmware;
        QCOMPARE(wrongAtTheEnds(firmware.model), QString());
        models::AttributeDiffModel attributes;
        QCOMPARE(wrongAtTheEnds(attributes), QString());
        attributes.setAttributes({{"FW", "1"}}, fleet::Attributes{{"model", "a"}});
        QCOMPARE(wrongAtTheEnds(attributes), QString());
    }

    static void aFailedLoadSaysSoAndEndsTheLoading() {
        FakeDeskClient client;
        client.failWith = storage::Error{storage::ErrorCode::io, "disk", 0};
        models::AlertModel alerts(client, models::systemWallClock());
        models::Notice notice;
        QObject::connect(&alerts, &models::AlertModel::failed,
                         [&notice](const models::Notice& said) { notice = said; });
        alerts.load();
        QVERIFY(alerts.isLoading());
        client.answerAll();
        QVERIFY(!alerts.isLoading());
        QCOMPARE(notice.severity, models::Severity::error);
        QCOMPARE(notice.detail, QStringLiteral("disk"));
    }

    // --- the filter
    static void theAlertsAreFilteredByTheirFields() {
        Loaded<models::AlertModel> alerts;
        const std::string device = alerts.client.values.alerts[3].deviceId;
        expectFound<fleet::Alert>(
            alerts.model, [&](int row) { return alerts.model.alert(row); },
            {{"state:open", [](const fleet::Alert& a) { return a.state == AlertState::open; }},
             {"state:acknowledged,resolved", [](const fleet::Alert& a) { return a.state != AlertState::open; }},
             {"deviceId:" + device, [&](const fleet::Alert& a) { return a.deviceId == device; }},
             {"message:*" + device + "*", [&](const fleet::Alert& a) { return a.deviceId == device; }},
             {"acknowledgedBy:mara", [](const fleet::Alert& a) { return a.acknowledgedBy == "mara"; }},
             {"resolvedBy:*", [](const fleet::Alert& a) { return !a.resolvedBy.empty(); }},
             {"raised:<30m", [&](const fleet::Alert& a) { return alerts.ageOf(a.raisedMs) < 30 * kSampleMinuteMs; }},
             {"MARA", [](const fleet::Alert& a) { return a.acknowledgedBy == "mara"; }},
             {"NOT (state:open OR mara) raised:1h", [&](const fleet::Alert& a) {
                  return a.state == AlertState::resolved && alerts.ageOf(a.raisedMs) <= kSampleHourMs;
              }}});
    }

    static void theFirmwareIsFilteredByItsFields() {
        using fleet::FirmwareRecord;
        LoadedFirmware firmware;
        firmware.model.setFilter({true, true, true});
        expectFound<FirmwareRecord>(
            firmware.model, [&](int row) { return firmware.model.firmware(row); },
            {{"product_id:wo:v9", [](const FirmwareRecord& r) { return r.productId == "wo:v9"; }},
             {"application:main version:>=2026.03", [](const FirmwareRecord& r) { return r.version >= "2026.03"; }},
             {"release_status:TESTING", [](const FirmwareRecord& r) { return r.status == ReleaseStatus::testing; }},
             {"commit:*7f83", [](const FirmwareRecord& r) { return r.commit.back() == '3'; }},
             {"class:device branch:main firmware_type:app size:<1430000",
              [](const FirmwareRecord& r) { return r.zipSizeBytes < 1'430'000; }},
             {"uploaded:2d",
              [&](const FirmwareRecord& r) { return firmware.ageOf(r.uploadedAtS * 1000) <= kTwoDaysMs; }},
             {"expires:*", [](const FirmwareRecord& r) { return r.expiresAtS.has_value(); }},
             {"devices:>0", [&](const FirmwareRecord& r) { return firmware.model.devicesOn(r) > 0; }},
             {"original_name:wo:v9-* zip_name:*b.zip",
              [](const FirmwareRecord& r) { return r.zipName.find('b') != std::string::npos; }},
             {"wo:v9 main", [](const FirmwareRecord& r) { return r.productId == "wo:v9"; }},
             {"\"sha256 mismatch\"", [](const FirmwareRecord& r) { return r.status == ReleaseStatus::error; }}});
    }

    static void theActivityIsFilteredByItsFields() {
        using fleet::AuditEntry;
        LoadedActivity activity;
        expectFound<AuditEntry>(
            activity.model, [&](int row) { return activity.model.entry(row); },
            {{"who:mara", [](const AuditEntry& e) { return e.who == "mara"; }},
             {"screen:devices", [](const AuditEntry& e) { return e.screen == "devices"; }},
             {"action:restore*", [](const AuditEntry& e) { return e.sequence % 2 == 1; }},
             {"target:3hw5?", [](const AuditEntry& e) { return e.target.substr(0, 4) == "3hw5"; }},
             {"summary:assigned*", [](const AuditEntry& e) { return e.sequence % 2 == 0; }},
             {"why:*", [](const AuditEntry& e) { return !e.why.empty(); }},
             {"at:<=5h", [&](const AuditEntry& e) { return activity.ageOf(e.atMs) <= 5 * kSampleHourMs; }},
             {"undoable:true", [](const AuditEntry& e) { return e.undoable; }},
             {"id:[50 TO 55] NOT jonas",
              [](const AuditEntry& e) { return e.sequence >= 50 && e.sequence <= 55 && e.who != "jonas"; }},
             {"jonas to", [](const AuditEntry& e) { return e.who == "jonas"; }}});
    }

    static void theQuarantineIsFilteredByItsFields() {
        using fleet::QuarantinedMessage;
        Loaded<models::QuarantineModel> quarantine;
        expectFound<QuarantinedMessage>(
            quarantine.model, [&](int row) { return quarantine.model.message(row); },
            {{"payload:*3hw2*", [](const QuarantinedMessage& m) { return m.sequence == 3; }},
             {"arrived:2m",
              [&](const QuarantinedMessage& m) { return quarantine.ageOf(m.arrivedMs) <= 2 * kSampleMinuteMs; }},
             {"sequence:>=4 topic:iot/device/* size:>5", [](const QuarantinedMessage& m) { return m.sequence >= 4; }},
             {"reason:\"status: not a string\" AND 3HW1",
              [](const QuarantinedMessage& m) { return m.sequence == 4; }}});
        // As the list shows bytes that are no text.
        fleet::QuarantinedMessage message = quarantine.client.values.quarantine.front();
        message.sequence = 9;
        message.raw = {0xFF, 'z'};
        quarantine.client.tell(message);
        quarantine.client.answerAll();
        quarantine.model.setFilterText(QStringLiteral("\\\\xffz"));
        QCOMPARE(quarantine.model.rowCount(), 1);
    }

    static void aWordIsFoundInAnyCaseOfAnyScriptAndInTheWordsOnScreen() {
        Loaded<models::AlertModel> alerts;
        fleet::Alert alert = alerts.client.values.alerts.front();
        alert.acknowledgedBy = "Łucja";
        alerts.client.tell(alert);
        for (const char* word : {"łucja", "ŁUCJA", "łuc*", "NOT (NOT łucja)"}) {
            alerts.model.setFilterText(QString::fromUtf8(word));
            QCOMPARE(alerts.model.rowCount(), 1);
        }
        LoadedFirmware firmware;
        firmware.model.setFilter({true, true, true});
        const QString shown = models::Format::releaseStatus(ReleaseStatus::readyToTest);
        firmware.model.setFilterText(QLatin1Char('"') + shown + QLatin1Char('"'));
        QCOMPARE(firmware.model.rowCount(), firmware.model.count(ReleaseStatus::readyToTest));
    }

    static void aFilterThatCannotBeReadLeavesEveryListAsItWas() {
        Loaded<models::AlertModel> alerts;
        expectKept(alerts.model, "state:open", "state:opened");
        LoadedFirmware firmware;
        expectKept(firmware.model, "release_status:TESTING", "devices:many");
        LoadedActivity activity;
        expectKept(activity.model, "who:mara", "at:yesterday");
        Loaded<models::QuarantineModel> quarantine;
        expectKept(quarantine.model, "3hw1", "size:>big");
    }

    static void aFilterNarrowsAndWidensAsOneTypes() {
        Loaded<models::AlertModel> alerts;
        int narrower = 10;
        for (const char* text : {"", "state:open", "state:open raised:1h", "state:open raised:<30m"}) {
            alerts.model.setFilterText(QString::fromUtf8(text));
            QVERIFY(alerts.model.rowCount() <= narrower);
            narrower = alerts.model.rowCount();
        }
        QVERIFY(narrower > 0 && narrower < 4);
        alerts.model.setFilterText({});
        QCOMPARE(alerts.model.rowCount(), 10);
    }

    static void aRecordThatComesToMatchIsANewcomer() {
        Loaded<models::AlertModel> alerts;
        alerts.model.setHandsOff(false);
        alerts.model.setFilterText(QStringLiteral("resolvedBy:jonas"));
        QCOMPARE(alerts.model.rowCount(), 0);
        fleet::Alert alert = alerts.client.values.alerts.front();
        alert.resolvedBy = "jonas";
        alerts.client.tell(alert);
        QCOMPARE(alerts.model.pendingNewcomers(), 1);
    }

    // --- alerts
    static void alertsComeNewestFirstAndAreCountedByState() {
        Loaded<models::AlertModel> alerts;
        for (int row = 1; row < alerts.model.rowCount(); ++row)
            QVERIFY(alerts.model.alert(row - 1).raisedMs > alerts.model.alert(row).raisedMs);
        QCOMPARE(alerts.model.count(AlertState::open), 4);
        QCOMPARE(alerts.model.count(AlertState::acknowledged), 3);
        QCOMPARE(alerts.model.newest(3).size(), std::size_t{3});
        QCOMPARE(alerts.model.newest(3)[0].id, alerts.model.alert(0).id);
        QCOMPARE(alerts.model.newest(100).size(), std::size_t{10});
    }

    static void aNewAlertIsAnnouncedOnceAndWaitsWhileHandsAreOn() {
        Loaded<models::AlertModel> alerts;
        alerts.model.setHandsOff(false);
        int announced = 0;
        QObject::connect(
            &alerts.model, &models::AlertModel::raised,
            [&announced](const std::vector<fleet::Alert>& fresh) { announced += static_cast<int>(fresh.size()); });
        fleet::Alert alert = sampleAlert(0, "newdevice", alerts.client.values.nowMs + 1'000'000);
        alert.id = "fresh";
        alerts.client.tell(alert);
        alerts.client.tell(alert);
        QCOMPARE(announced, 1);
        QCOMPARE(alerts.model.rowCount(), 10);
        QCOMPARE(alerts.model.pendingNewcomers(), 1);
        QCOMPARE(alerts.model.count(AlertState::open), 5);
        alerts.model.refreshOrder();
        QCOMPARE(alerts.model.rowOf(QStringLiteral("fresh")), 0);
    }

    static void anAlertThatChangesStateLeavesTheListOfItsStateAtTheNextRefresh() {
        Loaded<models::AlertModel> alerts;
        alerts.model.setHandsOff(false);
        alerts.model.setStateFilter(AlertState::open);
        QCOMPARE(alerts.model.rowCount(), 4);
        fleet::Alert alert = alerts.model.alert(1);
        alert.state = AlertState::resolved;
        alerts.client.tell(alert);
        QCOMPARE(alerts.model.rowCount(), 4);
        QCOMPARE(alerts.model.index(1, 0).data(models::AlertStateRole).toInt(), static_cast<int>(AlertState::resolved));
        alerts.model.refreshOrder();
        QCOMPARE(alerts.model.rowCount(), 3);
        alerts.model.setFilterText(QString::fromStdString(alert.deviceId));
        QCOMPARE(alerts.model.rowCount(), 0);
        alerts.model.setStateFilter({});
        QCOMPARE(alerts.model.rowCount(), 1);
    }

    // --- firmware
    static void everyRecordIsInOneGroupAndTheSwitchesShowThem() {
        LoadedFirmware firmware;
        models::FirmwareModel& model = firmware.model;
        QCOMPARE(model.count(FirmwareGroup::actionRequired) + model.count(FirmwareGroup::released) +
                     model.count(FirmwareGroup::deleted),
                 model.total());
        QCOMPARE(model.total(), 12);
        QCOMPARE(model.rowCount(), model.count(FirmwareGroup::actionRequired));
        QCOMPARE(model.hiddenByFilter(), 12 - model.rowCount());
        for (int row = 0; row < model.rowCount(); ++row)
            QVERIFY(models::firmwareGroup(model.firmware(row).status) == FirmwareGroup::actionRequired);
        model.setFilter({true, true, true});
        QCOMPARE(model.rowCount(), 12);
        QCOMPARE(model.hiddenByFilter(), 0);
        model.setFilter({false, true, false});
        QCOMPARE(model.rowCount(), model.count(ReleaseStatus::released));
        model.setFilterText(QStringLiteral("wo:v9"));
        QCOMPARE(model.rowCount(), 2);
    }

    static void aRecordThatChangesGroupIsStaleUntilRefreshed() {
        LoadedFirmware firmware;
        firmware.model.setHandsOff(false);
        const int shown = firmware.model.rowCount();
        fleet::FirmwareRecord record = firmware.model.firmware(0);
        record.status = ReleaseStatus::released;
        firmware.client.tell(record);
        QVERIFY(firmware.model.orderIsStale());
        QCOMPARE(firmware.model.rowCount(), shown);
        firmware.model.refreshOrder();
        QCOMPARE(firmware.model.rowCount(), shown - 1);
    }

    static void aSweptRecordIsGone() {
        LoadedFirmware firmware;
        const std::string zip = firmware.model.firmware(0).zipName;
        const int total = firmware.model.total();
        firmware.client.tellRemovedFirmware(zip);
        QCOMPARE(firmware.model.total(), total - 1);
        QVERIFY(firmware.model.find(QString::fromStdString(zip)) == nullptr);
        firmware.model.refreshOrder();
        QCOMPARE(firmware.model.rowOf(QString::fromStdString(zip)), -1);
        firmware.client.tell(sampleFirmware(2, firmware.client.values.nowMs));
        QVERIFY(firmware.model.find(QString::fromStdString(sampleFirmware(2, 0).zipName)) != nullptr);
    }

    static void devicesOnAVersionAreCountedAndFollow() {
        LoadedFirmware firmware;
        firmware.model.setFilter({true, true, true});
        const fleet::FirmwareRecord* record = firmware.model.find(QString::fromStdString(sampleFirmware(0, 0).zipName));
        QVERIFY(record != nullptr);
        const int row = firmware.model.rowOf(QString::fromStdString(record->zipName));
        std::size_t expected = 0;
        for (const auto& [id, device] : firmware.client.values.devices)
            expected += static_cast<std::size_t>(device.status->reportedModel == record->productId &&
                                                 device.status->reportedFw == record->version);
        QVERIFY(expected > 0);
        QCOMPARE(firmware.model.index(row, 0).data(models::DevicesRole).toULongLong(), qulonglong{expected});
        for (const auto& entry : std::map(firmware.client.values.devices)) {
            fleet::DeviceDetail device = entry.second;
            device.status->reportedModel = record->productId;
            device.status->reportedFw = record->version;
            firmware.client.tell(device);
        }
        QTRY_COMPARE(firmware.model.index(row, 0).data(models::DevicesRole).toULongLong(), 100ULL);
    }

    static void aVersionReadsWithEightOfItsCommitAndWithoutTheKeyOfAnError() {
        fleet::FirmwareRecord record = sampleFirmware(0, 0);
        QCOMPARE(models::FirmwareModel::versionText(record), QStringLiteral("2026.01.10 · 9f3c51d2"));
        record = sampleFirmware(6, 0);
        record.commit.clear();
        QCOMPARE(models::FirmwareModel::versionText(record), QStringLiteral("2026.02.30"));
    }

    static void sortingPutsWhatNeverExpiresLastBothWays() {
        LoadedFirmware firmware;
        firmware.model.setFilter({true, true, true});
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            firmware.model.sort(models::FirmwareModel::ExpiresColumn, order);
            QVERIFY(firmware.model.index(0, 0).data(models::ExpiresRole).isValid());
            QVERIFY(!firmware.model.index(11, 0).data(models::ExpiresRole).isValid());
        }
    }

    // --- activity
    static void theActivityLoadsPageByPageToItsEnd() {
        LoadedActivity activity;
        models::ActivityModel& model = activity.model;
        QCOMPARE(model.rowCount(), 20);
        for (int guard = 0; model.canFetchMore({}) && guard < 10; ++guard) {
            model.fetchMore({});
            QVERIFY(!model.canFetchMore({}));
            activity.client.answerAll();
        }
        QCOMPARE(model.rowCount(), 60);
        QVERIFY(!model.canFetchMore({}));
        for (int row = 0; row < 60; ++row) QCOMPARE(model.entry(row).sequence, static_cast<std::uint64_t>(60 - row));
    }

    static void aPageThatFailsEndsTheScrollingAndALoadStartsItAnew() {
        LoadedActivity activity;
        activity.client.failWith = storage::Error{};
        activity.model.fetchMore({});
        activity.client.answerAll();
        QVERIFY(!activity.model.canFetchMore({}));
        activity.client.failWith.reset();
        activity.model.load();
        activity.client.answerAll();
        QVERIFY(activity.model.canFetchMore({}));
        QCOMPARE(activity.model.rowCount(), 20);
    }

    static void newsOfTheAuditAppearOnceAndAnUndoMarksItsRow() {
        LoadedActivity activity;
        fleet::AuditEntry entry = sampleAudit(60, activity.client.values.nowMs);
        activity.client.tell(entry);
        activity.model.refreshOrder();
        QCOMPARE(activity.model.rowOf(61), 0);
        QVERIFY(activity.model.index(0, 0).data(models::UndoableRole).toBool());
        entry.undoable = false;
        entry.undoneBy = 62;
        activity.client.tell(entry);
        QCOMPARE(activity.model.rowCount(), 21);
        QCOMPARE(activity.model.index(0, 0).data(models::UndoneByRole).toULongLong(), 62ULL);
        // Of a page not loaded yet: it comes with its page.
        activity.client.tell(sampleAudit(3, activity.client.values.nowMs));
        QCOMPARE(activity.model.pendingNewcomers(), 0);
    }

    // --- quarantine
    static void theQuarantineFollowsOneFetchAtATime() {
        Loaded<models::QuarantineModel> quarantine;
        quarantine.client.hold(true);
        fleet::QuarantinedMessage message = quarantine.client.values.quarantine.front();
        for (std::uint64_t i = 6; i < 9; ++i) {
            message.sequence = i;
            quarantine.client.tell(message);
        }
        QCOMPARE(quarantine.client.waiting(), std::size_t{1});
        quarantine.client.answerAll();
        quarantine.model.refreshOrder();
        QCOMPARE(quarantine.model.rowCount(), 8);
        QCOMPARE(quarantine.model.message(0).sequence, std::uint64_t{8});
    }

    static void bytesThatAreNoTextAreShownAsSuch() {
        const auto readable = [](std::string_view raw) {
            return models::QuarantineModel::readable({raw.begin(), raw.end()});
        };
        QCOMPARE(readable("{\"a\":1}"), QStringLiteral("{\"a\":1}"));
        QCOMPARE(readable("Łódź"), QString::fromUtf8("Łódź"));
        QCOMPARE(readable(std::string_view("a\0b", 3)), QStringLiteral("a\\x00b"));
        QCOMPARE(readable("\xFFz"), QStringLiteral("\\xffz"));
        QCOMPARE(readable(""), QString());
    }

    // --- attribute difference
    static void everyNameIsOneRowWithItsState() {
        using Diff = models::AttributeDiffModel;
        Diff diff;
        const QAbstractItemModelTester tester(&diff, QAbstractItemModelTester::FailureReportingMode::QtTest);
        diff.setAttributes({{"FW", "moveOut"}, {"site", "A"}, {"extra", "1"}},
                           fleet::Attributes{{"FW", "2.27"}, {"site", "A"}, {"lost", "x"}});
        QCOMPARE(columnTexts(diff, Diff::NameColumn), (QStringList{"FW", "extra", "lost", "site"}));
        const auto state = [&](int row) { return diff.index(row, 0).data(models::DifferenceRole).toInt(); };
        QCOMPARE(state(0), static_cast<int>(models::Difference::changed));
        QCOMPARE(state(1), static_cast<int>(models::Difference::added));
        QCOMPARE(state(2), static_cast<int>(models::Difference::removed));
        QCOMPARE(state(3), static_cast<int>(models::Difference::same));
        QCOMPARE(diff.differences(), 3);
        diff.setAttributes({{"FW", "2.27"}}, std::nullopt);
        QCOMPARE(diff.differences(), 0);
        QVERIFY(!diff.hasBackup());
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::RecordModelsTest)
#include "record_models_test.moc"
