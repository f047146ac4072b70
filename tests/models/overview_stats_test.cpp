#include <QSignalSpy>
#include <QtTest>

#include "models/desk_models.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using models::OverviewStats;
using models::TimeSeries;

class OverviewStatsTest : public QObject {
    Q_OBJECT

    struct Desk {
        Desk() {
            fillSampleFleet(client, 100);
            models.load();
            client.answerAll();
            models.overview.sample();
        }
        FakeDeskClient client;
        models::DeskModels models{client, [this] { return client.values.nowMs; }};
    };

private slots:
    static void tilesCountWhatTheListsShow() {
        Desk desk;
        const OverviewStats::Tiles tiles = desk.models.overview.tiles();
        QCOMPARE(tiles.devices, std::size_t{100});
        QCOMPARE(tiles.retrying, std::size_t{10});
        QCOMPARE(tiles.coolingOff, std::size_t{10});
        QCOMPARE(tiles.failing, std::size_t{10});
        QCOMPARE(tiles.failed, std::size_t{10});
        QCOMPARE(tiles.openAlerts, std::size_t{4});
        QCOMPARE(tiles.seenLately, std::size_t{28});  // one every 11 s for 5 min
    }

    static void tilesFollowChanges() {
        Desk desk;
        QSignalSpy changed(&desk.models.overview, &OverviewStats::tilesChanged);
        fleet::Alert alert = sampleAlert(0, "x", desk.client.values.nowMs);
        alert.id = "new";
        desk.client.tell(alert);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(desk.models.overview.tiles().openAlerts, std::size_t{5});
        desk.client.tellRemoved(desk.client.values.devices.begin()->first);
        desk.models.overview.sample();
        QCOMPARE(desk.models.overview.tiles().devices, std::size_t{99});
    }

    static void failuresBecomeARatePerSecond() {
        Desk desk;
        for (int i = 0; i < 6; ++i) {
            fleet::DeviceDetail device = sampleDevice(6, desk.client.values.nowMs);
            device.status->lastSeenMs = desk.client.values.nowMs + i;
            desk.client.tell(device);
        }
        desk.client.tell(sampleDevice(9, desk.client.values.nowMs));  // known already: no news
        desk.client.tell(sampleDevice(0, desk.client.values.nowMs));  // says it succeeded
        desk.client.values.nowMs += 2000;
        desk.models.overview.sample();
        QCOMPARE(desk.models.overview.failureRate().samples().back().value, 3.0);
        QCOMPARE(desk.models.overview.messageRate().samples().back().value, 1204.0);
        desk.client.values.nowMs += 1000;
        desk.models.overview.sample();
        QCOMPARE(desk.models.overview.failureRate().samples().back().value, 0.0);
    }

    static void versionsAddUpToTheDevicesOfTheirModel() {
        Desk desk;
        const auto models = desk.models.overview.versionsByModel();
        QCOMPARE(models.size(), std::size_t{3});
        std::size_t all = 0;
        for (const auto& model : models) {
            std::size_t sum = 0;
            for (const auto& version : model.versions) sum += version.devices;
            QCOMPARE(sum, model.devices);
            all += sum;
        }
        QCOMPARE(all, std::size_t{100});
        QVERIFY(models[0].devices >= models[2].devices);
    }

    static void theNextRestoresComeSoonestFirst() {
        Desk desk;
        const auto restores = desk.models.overview.nextRestores(5);
        QCOMPARE(restores.size(), std::size_t{5});
        for (std::size_t i = 1; i < restores.size(); ++i) QVERIFY(restores[i - 1].dueMs <= restores[i].dueMs);
        QCOMPARE(desk.models.overview.nextRestores(100).size(), std::size_t{20});
    }

    static void aSeriesKeepsItsNewestSamples() {
        TimeSeries series(3);
        QVERIFY(series.samples().empty());
        for (int i = 1; i <= 5; ++i) series.add({i, i * 10.0});
        const auto samples = series.samples();
        QCOMPARE(samples.size(), std::size_t{3});
        QCOMPARE(samples.front().atMs, std::int64_t{3});
        QCOMPARE(samples.back().value, 50.0);
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::OverviewStatsTest)
#include "overview_stats_test.moc"
