// The lists that fit in memory whole: alerts, firmware, activity, quarantine, attribute difference.
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
    FakeDeskClient client;
    models::DeviceStore devices{client};
    models::FirmwareModel model{client, devices, [this] { return client.values.nowMs; }};
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

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
