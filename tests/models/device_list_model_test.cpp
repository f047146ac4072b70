#include <algorithm>
#include <optional>
#include <random>

#include <QSignalSpy>
#include <QtTest>

#include "models/device_list_model.h"
#include "models/failed_group_model.h"
#include "tests/models/model_checks.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using models::DeviceListModel;
using Column = DeviceListModel::Column;

namespace {

// A loaded list over a sample fleet.
struct Desk {
    // The tester walks through all cells at every change: not over many.
    explicit Desk(int devices = 300) {
        if (devices <= 300) tester.emplace(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        client.values.pieceSize = 10'000;
        fillSampleFleet(client, devices);
        store.load();
        client.answerAll();
    }
    FakeDeskClient client;
    models::DeviceStore store{client};
    DeviceListModel list{store, [this] { return client.values.nowMs; }};
    std::optional<QAbstractItemModelTester> tester;
};

QStringList ids(const DeviceListModel& list) {
    return columnTexts(list, 0, models::DeviceIdRole);
}

// What a filter must let through, the slow and plain way.
bool naivelyMatches(const fleet::DeviceDetail& device, const QString& filter) {
    QStringList texts = {QString::fromStdString(device.thing.name), QString::fromStdString(device.thing.assignee)};
    for (const std::string& group : device.thing.groups) texts.push_back(QString::fromStdString(group));
    texts.push_back(QString::fromStdString(device.status->lastStatus));
    texts.push_back(QString::fromStdString(device.status->reportedModel));
    texts.push_back(QString::fromStdString(device.status->reportedFw));
    texts.push_back(QString::fromLatin1(fleet::phaseName(device.thing.phase)));
    texts.push_back(models::Format::phase(device.thing.phase));
    for (const QString& term : filter.simplified().split(' ', Qt::SkipEmptyParts)) {
        if (std::none_of(texts.begin(), texts.end(),
                         [&](const QString& text) { return text.contains(term, Qt::CaseInsensitive); }))
            return false;
    }
    return true;
}

}  // namespace

class DeviceListModelTest : public QObject {
    Q_OBJECT
private slots:
    static void itKeepsItsEnds() {
        Desk desk;
        QCOMPARE(desk.list.rowCount(), 300);
        QCOMPARE(wrongAtTheEnds(desk.list), QString());
        FakeDeskClient nobody;
        models::DeviceStore store(nobody);
        const DeviceListModel empty(store, models::systemWallClock());
        QCOMPARE(wrongAtTheEnds(empty), QString());
        QCOMPARE(empty.rowCount(), 0);
    }

    static void rowsAppearWhileTheDevicesStillLoad() {
        FakeDeskClient client;
        fillSampleFleet(client, 250);
        client.hold(true);
        models::DeviceStore store(client);
        DeviceListModel list(store, models::systemWallClock());
        const QAbstractItemModelTester tester(&list, QAbstractItemModelTester::FailureReportingMode::QtTest);
        store.load();
        QVERIFY(store.isLoading());
        client.answerNext();
        QCOMPARE(list.rowCount(), 100);
        client.answerAll();
        QVERIFY(!store.isLoading());
        QCOMPARE(list.rowCount(), 250);
        QVERIFY(!list.orderIsStale());
    }

    static void changesDuringTheLoadWinOverItsPieces() {
        FakeDeskClient client;
        fillSampleFleet(client, 150);
        client.hold(true);
        models::DeviceStore store(client);
        store.load();
        fleet::DeviceDetail device = client.values.devices.begin()->second;
        device.thing.note = "newer";
        client.tell(device);
        client.answerAll();
        const auto row = store.columns().find(device.thing.name);
        QCOMPARE(std::string(store.columns().text(row, models::DeviceColumns::Text::note)), std::string("newer"));
    }

    static void aFailedLoadSaysSo() {
        FakeDeskClient client;
        client.failWith = storage::Error{storage::ErrorCode::io, "disk", 0};
        models::DeviceStore store(client);
        int failures = 0;
        QObject::connect(&store, &models::DeviceStore::failed, [&failures] { ++failures; });
        store.load();
        client.answerAll();
        QCOMPARE(failures, 1);
        QVERIFY(!store.isLoading());
    }

    static void theFilterEqualsANaiveOneOverAHundredThousand() {
        Desk desk(100'000);
        for (const char* filter : {"3hw", "7", "HY:V2", "wo:v8 failed", "cooling", "cooling off 2026.02", "mara",
                                   "canary łÓDŹ", "canary 42 well", "nothing like it", "failedtoupdate updated", ""}) {
            desk.list.setFilterText(QString::fromUtf8(filter));
            QStringList expected;
            for (const auto& [id, device] : desk.client.values.devices) {
                if (naivelyMatches(device, QString::fromUtf8(filter))) expected.push_back(QString::fromStdString(id));
            }
            QStringList shown = ids(desk.list);
            std::sort(shown.begin(), shown.end());
            std::sort(expected.begin(), expected.end());
            QVERIFY2(shown == expected, filter);
        }
    }

    static void theFilterTakesTheFleetsQueryLanguage() {
        Desk desk(2000);
        const auto expected = [&desk](auto matches) {
            QStringList found;
            for (const auto& [id, device] : desk.client.values.devices)
                if (matches(device)) found.push_back(QString::fromStdString(id));
            std::sort(found.begin(), found.end());
            return found;
        };
        const auto filtered = [&desk](const char* text) {
            desk.list.setFilterText(QString::fromUtf8(text));
            QStringList shown = ids(desk.list);
            std::sort(shown.begin(), shown.end());
            return shown;
        };
        using fleet::DeviceDetail;
        const auto attribute = [](const DeviceDetail& device, const char* name) {
            const auto found = device.thing.attributes.find(name);
            return found == device.thing.attributes.end() ? std::string() : found->second;
        };
        const auto retries = [](const DeviceDetail& device) {
            return device.retries ? device.retries->cycle.retryCounter : 0;
        };
        QCOMPARE(filtered("attributes.model:wo\\:v8 AND attributes.FW:2026.02.14"),
                 expected([&](const DeviceDetail& d) {
                     return attribute(d, "model") == "wo:v8" && attribute(d, "FW") == "2026.02.14";
                 }));
        QCOMPARE(filtered("attributes.FW:moveOut"),
                 expected([&](const DeviceDetail& d) { return attribute(d, "FW") == "moveOut"; }));
        QCOMPARE(filtered("retries:>=5 OR phase:failed"), expected([&](const DeviceDetail& d) {
                     return retries(d) >= 5 || d.thing.phase == fleet::Phase::failed;
                 }));
        QCOMPARE(filtered("NOT attributes.site:Hamburg groups:canary"), expected([&](const DeviceDetail& d) {
                     return attribute(d, "site") != "Hamburg" &&
                            std::count(d.thing.groups.begin(), d.thing.groups.end(), "canary") > 0;
                 }));
        QCOMPARE(filtered("thingName:3hw* retries:[1 TO 3]"),
                 expected([&](const DeviceDetail& d) { return retries(d) >= 1 && retries(d) <= 3; }));
        QCOMPARE(filtered("mara assignee:*"),
                 expected([](const DeviceDetail& d) { return d.thing.assignee == "mara"; }));
        QVERIFY(!filtered("retries:>=1").isEmpty());
    }

    static void aFilterThatCannotBeReadLeavesTheListAsItWas() {
        Desk desk;
        desk.list.setFilterText(QStringLiteral("phase:failed"));
        const QStringList before = ids(desk.list);
        QVERIFY(!before.isEmpty());
        for (const char* typed : {"phase:failed AND", "phase:failed AND (", "phase:failed AND (retries:"}) {
            desk.list.setFilterText(QString::fromUtf8(typed));
            QVERIFY(desk.list.filterError(QString::fromUtf8(typed)).contains(QStringLiteral("expected")));
            QCOMPARE(ids(desk.list), before);
            desk.list.refreshOrder();
            QCOMPARE(ids(desk.list), before);
        }
        desk.list.setFilterText({});
        QCOMPARE(desk.list.rowCount(), 300);
    }

    static void aQueryFollowsChangesAsWordsDo() {
        Desk desk;
        desk.list.setFilterText(QStringLiteral("note:seen"));
        QCOMPARE(desk.list.rowCount(), 0);
        fleet::DeviceDetail device = desk.client.values.devices.begin()->second;
        device.thing.note = "seen";
        desk.client.tell(device);
        desk.list.flush();
        QCOMPARE(desk.list.rowCount(), 1);
    }

    static void narrowingAndWideningLetterByLetterEqualsFilteringAtOnce() {
        Desk desk(2000);
        Desk other(2000);
        const QString typed = QStringLiteral("wo:v8 ret 3h");
        QStringList steps;
        for (int length = 1; length <= typed.size(); ++length) steps.push_back(typed.left(length));
        for (int length = typed.size(); length >= 0; --length) steps.push_back(typed.left(length));
        for (const QString& step : steps) {
            desk.list.setFilterText(step);
            other.list.setFilterText({});
            other.list.setFilterText(step);
            other.list.refreshOrder();
            QCOMPARE(ids(desk.list), ids(other.list));
        }
        QCOMPARE(desk.list.rowCount(), 2000);
    }

    static void everyColumnSortsBothWaysWithNothingLast() {
        Desk desk(500);
        for (int column = 0; column < desk.list.columnCount(); ++column) {
            for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
                desk.list.sort(column, order);
                QCOMPARE(desk.list.rowCount(), 500);
                QVERIFY(!desk.list.orderIsStale());
                bool nothing = false;
                for (int row = 1; row < 500; ++row) {
                    const QVariant a = desk.list.index(row - 1, column).data(models::SortRole);
                    const QVariant b = desk.list.index(row, column).data(models::SortRole);
                    const auto isNothing = [](const QVariant& v) {
                        return !v.isValid() || (v.type() == QVariant::String && v.toString().isEmpty());
                    };
                    nothing = nothing || isNothing(a);
                    if (nothing) QVERIFY(isNothing(b));
                    if (isNothing(a) || isNothing(b) || a.type() == QVariant::String) continue;
                    QVERIFY(order == Qt::AscendingOrder ? a.toLongLong() <= b.toLongLong()
                                                        : a.toLongLong() >= b.toLongLong());
                }
            }
        }
    }

    static void idsSortWithoutRegardToCaseAndSharedBeginnings() {
        FakeDeskClient client;
        for (const char* id : {"device-B-2", "device-a-1", "device-A-100000000", "device-a-100000001", "device-"}) {
            fleet::DeviceDetail device = sampleDevice(1, client.values.nowMs);
            device.thing.name = id;
            client.values.devices[id] = device;
        }
        models::DeviceStore store(client);
        DeviceListModel list(store, models::systemWallClock());
        store.load();
        client.answerAll();
        list.sort(0, Qt::AscendingOrder);
        QCOMPARE(ids(list),
                 (QStringList{"device-", "device-a-1", "device-A-100000000", "device-a-100000001", "device-B-2"}));
        list.sort(0, Qt::DescendingOrder);
        QCOMPARE(ids(list).first(), QStringLiteral("device-B-2"));
    }

    static void valuesChangeInPlaceAndRowsStayWhileHandsAreOn() {
        Desk desk;
        desk.list.sort(desk.list.columnOf(Column::retries), Qt::DescendingOrder);
        desk.list.setHandsOff(false);
        const QStringList before = ids(desk.list);
        const int row = 299;
        fleet::DeviceDetail device = desk.client.values.devices.at(before[row].toStdString());
        device.retries = fleet::RetryRecord{};
        device.retries->cycle.phase = fleet::Phase::retrying;
        device.retries->cycle.retryCounter = 9;
        QSignalSpy changed(&desk.list, &QAbstractItemModel::dataChanged);
        desk.client.tell(device);
        desk.list.flush();
        QCOMPARE(ids(desk.list), before);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), row);
        QVERIFY(changed[0][2].value<QVector<int>>().contains(models::RetryCounterRole));
        QCOMPARE(desk.list.index(row, 0).data(models::RetryCounterRole).toInt(), 9);
        QVERIFY(desk.list.orderIsStale());
        desk.list.refreshOrder();
        QVERIFY(!desk.list.orderIsStale());
        QVERIFY(desk.list.rowOf(before[row]) < 10);
    }

    static void aChangeThatMovesNothingLeavesTheOrderFresh() {
        Desk desk;
        desk.list.setHandsOff(false);
        fleet::DeviceDetail device = desk.client.values.devices.begin()->second;
        device.thing.note = "new";
        device.status->lastSeenMs += 1000;
        desk.client.tell(device);
        QVERIFY(!desk.list.orderIsStale());
    }

    static void manyChangesBecomeFewRanges() {
        Desk desk(2000);
        desk.list.setHandsOff(false);
        fleet::FleetChanges changes;
        for (int i = 0; i < 2000; i += 3) {
            const auto& device = desk.client.values.devices.at(desk.list.deviceId(i).toStdString());
            changes.devices.push_back(FakeDeskClient::patchOf(device));
        }
        QSignalSpy changed(&desk.list, &QAbstractItemModel::dataChanged);
        desk.client.tellChanges(changes);
        QCOMPARE(changed.count(), 0);
        desk.list.flush();
        QVERIFY(changed.count() >= 1);
        QVERIFY(changed.count() <= 64);
        int last = -1;
        for (const auto& signal : changed) {
            QVERIFY(signal[0].toModelIndex().row() > last);
            last = signal[1].toModelIndex().row();
        }
        QCOMPARE(last, 1998);
    }

    static void newcomersWaitUntilTheyAreAskedFor() {
        Desk desk;
        desk.list.setHandsOff(false);
        desk.list.setFilterText(QStringLiteral("wo:v8"));
        const int shown = desk.list.rowCount();
        QSignalSpy stale(&desk.list, &models::OrderedModel::orderIsStaleChanged);
        fleet::DeviceDetail device = sampleDevice(3000, desk.client.values.nowMs);
        QCOMPARE(device.status->reportedModel, std::string("wo:v8"));
        desk.client.tell(device);
        desk.client.tell(device);
        fleet::DeviceDetail other = sampleDevice(3001, desk.client.values.nowMs);
        QCOMPARE(other.status->reportedModel, std::string("wo:v9"));
        desk.client.tell(other);
        desk.list.flush();
        QCOMPARE(desk.list.rowCount(), shown);
        QCOMPARE(desk.list.pendingNewcomers(), 1);
        QCOMPARE(stale.count(), 1);
        desk.list.refreshOrder();
        QCOMPARE(desk.list.rowCount(), shown + 1);
        QCOMPARE(desk.list.pendingNewcomers(), 0);
        QVERIFY(desk.list.rowOf(QString::fromStdString(device.thing.name)) >= 0);
    }

    static void aNewFilterTextShowsNewcomersAndWhoChangedIntoIt() {
        Desk desk;
        desk.list.setHandsOff(false);
        desk.list.setFilterText(QStringLiteral("zebra"));
        QCOMPARE(desk.list.rowCount(), 0);
        fleet::DeviceDetail changedDevice = desk.client.values.devices.begin()->second;
        changedDevice.thing.assignee = "zebra-person";
        desk.client.tell(changedDevice);
        fleet::DeviceDetail newcomer = sampleDevice(3000, desk.client.values.nowMs);
        newcomer.thing.assignee = "zebra-person";
        desk.client.tell(newcomer);
        QCOMPARE(desk.list.pendingNewcomers(), 2);
        desk.list.setFilterText(QStringLiteral("zebra-"));
        QCOMPARE(desk.list.rowCount(), 2);
        QCOMPARE(desk.list.pendingNewcomers(), 0);
    }

    static void withHandsOffTheOrderFollowsByItself() {
        Desk desk;
        QVERIFY(desk.list.handsOff());
        desk.client.tell(sampleDevice(3000, desk.client.values.nowMs));
        QTRY_COMPARE(desk.list.rowCount(), 301);
        QVERIFY(!desk.list.orderIsStale());
    }

    static void aRemovedDeviceIsMarkedAndGoesWithTheNextRefresh() {
        Desk desk;
        desk.list.setHandsOff(false);
        const QString id = desk.list.deviceId(5);
        desk.client.tellRemoved(id.toStdString());
        desk.list.flush();
        QCOMPARE(desk.list.rowCount(), 300);
        QCOMPARE(desk.list.index(5, 0).data(models::RemovedRole).toBool(), true);
        QVERIFY(desk.list.orderIsStale());
        desk.list.refreshOrder();
        QCOMPARE(desk.list.rowCount(), 299);
        QCOMPARE(desk.list.rowOf(id), -1);
    }

    static void aDeviceThatComesBackStandsInTheListOnce() {
        Desk desk;
        const QString id = desk.list.deviceId(5);
        const fleet::DeviceDetail device = desk.client.values.devices.at(id.toStdString());
        desk.client.tellRemoved(id.toStdString());
        desk.list.flush();
        desk.client.tell(device);
        for (const char* filter : {"3hw", "", "3"}) {
            desk.list.setFilterText(QString::fromLatin1(filter));
            QCOMPARE(ids(desk.list).count(id), 1);
        }
    }

    static void selectionIsCarriedOverEveryChangeOfTheOrder() {
        Desk desk;
        desk.list.setHandsOff(false);
        const QPersistentModelIndex kept(desk.list.index(7, 2));
        const QString keptId = desk.list.deviceId(7);
        const QString lostId = desk.list.deviceId(8);
        const QPersistentModelIndex lost(desk.list.index(8, 0));
        QSignalSpy about(&desk.list, &models::OrderedModel::orderAboutToChange);
        QSignalSpy done(&desk.list, &models::OrderedModel::orderChanged);
        desk.list.sort(desk.list.columnOf(Column::lastSeen), Qt::AscendingOrder);
        QCOMPARE(kept.data(models::DeviceIdRole).toString(), keptId);
        QCOMPARE(kept.column(), 2);
        desk.list.setFilterText(keptId);
        QCOMPARE(desk.list.rowOf(lostId), -1);
        QCOMPARE(kept.row(), desk.list.rowOf(keptId));
        QVERIFY(!lost.isValid());
        QCOMPARE(about.count(), 2);
        QCOMPARE(done.count(), 2);
    }

    static void tilesFilterByPhaseAndByLastSeen() {
        Desk desk;
        desk.list.setFilter({{fleet::Phase::coolingOff, fleet::Phase::failed}, 0});
        QCOMPARE(desk.list.rowCount(), 60);
        desk.list.setFilterText(QStringLiteral("cooling"));
        QCOMPARE(desk.list.rowCount(), 30);
        desk.list.setFilterText({});
        desk.list.setFilter({{}, desk.client.values.nowMs - 110'000});
        QCOMPARE(desk.list.rowCount(), 11);
        QCOMPARE(desk.list.total(), std::size_t{300});
    }

    static void whoChangesIntoAPhaseFilterIsFoundByTheNextText() {
        Desk desk;
        desk.list.setHandsOff(false);
        desk.list.setFilterText(QStringLiteral("nobody"));
        desk.list.setFilter({{fleet::Phase::failed}, 0});
        fleet::DeviceDetail device = sampleDevice(1, desk.client.values.nowMs);
        device.retries = fleet::RetryRecord{};
        device.retries->cycle.phase = device.thing.phase = fleet::Phase::failed;
        desk.client.tell(device);
        desk.list.setFilterText(QString::fromStdString(device.thing.name));
        QCOMPARE(desk.list.rowCount(), 1);
    }

    static void theFailedGroupShowsTheFailedLongestFirst() {
        Desk desk;
        models::FailedGroupModel failed(desk.store, [&desk] { return desk.client.values.nowMs; });
        const QAbstractItemModelTester tester(&failed, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(wrongAtTheEnds(failed), QString());
        QCOMPARE(failed.rowCount(), 30);
        QVERIFY(failed.index(0, 0).data(models::PhaseSinceRole).toLongLong() <
                failed.index(29, 0).data(models::PhaseSinceRole).toLongLong());
        failed.setHandsOff(false);
        fleet::DeviceDetail device = desk.client.values.devices.at(failed.deviceId(0).toStdString());
        device.retries = fleet::RetryRecord{};
        device.thing.phase = fleet::Phase::well;
        desk.client.tell(device);
        QVERIFY(failed.orderIsStale());
        QCOMPARE(failed.rowCount(), 30);
        failed.refreshOrder();
        QCOMPARE(failed.rowCount(), 29);
    }

    static void randomNewsNeverBreakTheList() {
        const unsigned seed = 77;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        Desk desk(60);
        for (int step = 0; step < 600; ++step) {
            const int which = static_cast<int>(random() % 80);
            fleet::DeviceDetail device = sampleDevice(which, desk.client.values.nowMs);
            switch (random() % 6) {
                case 0:
                    desk.client.tellRemoved(device.thing.name);
                    break;
                case 1:
                    desk.list.setFilterText(QString::number(random() % 20));
                    break;
                case 2:
                    desk.list.sort(static_cast<int>(random() % 11),
                                   random() % 2 == 0 ? Qt::AscendingOrder : Qt::DescendingOrder);
                    break;
                case 3:
                    desk.list.setHandsOff(random() % 2 == 0);
                    desk.list.flush();
                    break;
                default:
                    device.status->lastSeenMs += static_cast<std::int64_t>(random() % 1000);
                    desk.client.tell(device);
            }
            QStringList shown = ids(desk.list);
            QCOMPARE(shown.removeDuplicates(), 0);
        }
        desk.list.setFilterText({});
        desk.list.refreshOrder();
        QCOMPARE(desk.list.rowCount(), static_cast<int>(desk.client.values.devices.size()));
        QCOMPARE(wrongAtTheEnds(desk.list), QString());
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::DeviceListModelTest)
#include "device_list_model_test.moc"
