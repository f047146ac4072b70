#include <map>
#include <random>

#include <QtTest>

#include "models/device_columns.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using models::DeviceColumns;
using Text = DeviceColumns::Text;

class DeviceColumnsTest : public QObject {
    Q_OBJECT

    static fleet::DevicePatch patch(int i) { return FakeDeskClient::patchOf(sampleDevice(i, 1'711'320'000'000)); }

    static fleet::DevicePatch thing(const std::string& id, fleet::Attributes attributes = {}) {
        fleet::DevicePatch patch;
        patch.id = id;
        patch.thing.emplace();
        patch.thing->name = id;
        patch.thing->attributes = std::move(attributes);
        return patch;
    }

private slots:
    static void aDeviceIsFoundByItsIdAndKeepsItsRow() {
        DeviceColumns columns;
        for (int i = 0; i < 5000; ++i) {
            const DeviceColumns::Applied applied = columns.apply(patch(i));
            QVERIFY(applied.added);
            QCOMPARE(applied.row, static_cast<std::uint32_t>(i));
        }
        for (int i = 0; i < 5000; ++i) {
            QCOMPARE(columns.find(patch(i).id), static_cast<std::uint32_t>(i));
            QCOMPARE(std::string(columns.id(static_cast<std::uint32_t>(i))), patch(i).id);
            QVERIFY(!columns.apply(patch(i)).added);
        }
        QCOMPARE(columns.live(), std::size_t{5000});
        QCOMPARE(columns.find("nobody"), DeviceColumns::kNone);
    }

    static void marksOfAMoveOutNeverShowAsModelOrFw() {
        DeviceColumns columns;
        columns.apply(thing("a", {{"model", "wo:v8"}, {"FW", "2.27"}}));
        columns.apply(thing("a", {{"model", "moveOut"}, {"FW", "moveOut"}}));
        QCOMPARE(std::string(columns.text(0, Text::model)), std::string("wo:v8"));
        columns.apply(thing("a", {{"model", "failedtoupdate"}, {"FW", "failedtoupdate"}}));
        QCOMPARE(std::string(columns.text(0, Text::fw)), std::string("2.27"));
        QCOMPARE(columns.count("wo:v8", "2.27"), std::size_t{1});
    }

    static void whatADeviceReportsReplacesModelAndFwAndSilenceKeepsThem() {
        DeviceColumns columns;
        fleet::DevicePatch news = thing("a", {{"model", "wo:v8"}, {"FW", "2.27"}});
        news.status.emplace();
        news.status->reportedFw = "2.28";
        columns.apply(news);
        QCOMPARE(std::string(columns.text(0, Text::fw)), std::string("2.28"));
        QCOMPARE(std::string(columns.text(0, Text::model)), std::string("wo:v8"));
        QCOMPARE(columns.count("wo:v8", "2.27"), std::size_t{0});
        QCOMPARE(columns.count("wo:v8", "2.28"), std::size_t{1});
    }

    static void aRemovedDeviceCountsNoMoreAndReturnsToItsRow() {
        DeviceColumns columns;
        columns.apply(patch(7));
        columns.apply(patch(8));
        QCOMPARE(columns.nextDue(10).size(), std::size_t{2});
        const fleet::DevicePatch gone{patch(7).id, {}, {}, {}, true};
        QCOMPARE(columns.apply(gone).row, 0U);
        QVERIFY(columns.removed(0));
        QCOMPARE(columns.live(), std::size_t{1});
        QCOMPARE(columns.count(fleet::Phase::coolingOff), std::size_t{0});
        QCOMPARE(columns.nextDue(10).size(), std::size_t{1});
        QCOMPARE(columns.apply(gone).row, DeviceColumns::kNone);

        const DeviceColumns::Applied back = columns.apply(patch(7));
        QVERIFY(back.added);
        QCOMPARE(back.row, 0U);
        QCOMPARE(columns.live(), std::size_t{2});
    }

    static void partsOfAnUnknownDeviceAreIgnored() {
        DeviceColumns columns;
        fleet::DevicePatch status;
        status.id = "stranger";
        status.status.emplace();
        QCOMPARE(columns.apply(status).row, DeviceColumns::kNone);
        QCOMPARE(columns.apply({"stranger", {}, {}, {}, true}).row, DeviceColumns::kNone);
        QCOMPARE(columns.size(), std::size_t{0});
    }

    static void theNextDueTimersComeSoonestFirst() {
        DeviceColumns columns;
        for (const std::int64_t due : {30, 10, 20}) {
            fleet::DevicePatch news = thing("d" + std::to_string(due));
            news.retries.emplace();
            news.retries->cycle.phase = fleet::Phase::coolingOff;
            news.retries->cycle.dueMs = due;
            columns.apply(news);
        }
        const auto next = columns.nextDue(2);
        QCOMPARE(next.size(), std::size_t{2});
        QCOMPARE(std::string(columns.id(next[0])), std::string("d10"));
        QCOMPARE(std::string(columns.id(next[1])), std::string("d20"));
        fleet::DevicePatch ended = thing("d10");
        ended.retries.emplace();
        columns.apply(ended);
        QCOMPARE(std::string(columns.id(columns.nextDue(1)[0])), std::string("d20"));
    }

    static void countersEqualAScanWhateverHappens() {
        const unsigned seed = 20'260'301;
        qInfo("seed %u", seed);
        std::mt19937 random(seed);
        DeviceColumns columns;
        for (int step = 0; step < 4000; ++step) {
            const int which = static_cast<int>(random() % 200);
            fleet::DevicePatch news = patch(static_cast<int>(random() % 1000));
            news.id = "device" + std::to_string(which);
            news.removed = random() % 10 == 0;
            columns.apply(news);
        }
        std::map<std::string, std::size_t> versions;
        std::array<std::size_t, DeviceColumns::kPhases> phases{};
        std::size_t live = 0;
        std::size_t due = 0;
        for (std::uint32_t row = 0; row < columns.size(); ++row) {
            if (columns.removed(row)) continue;
            ++live;
            ++phases[static_cast<std::size_t>(columns.phase(row))];
            due += static_cast<std::size_t>(columns.dueMs(row) != 0);
            ++versions[std::string(columns.text(row, Text::model)) + "#" + std::string(columns.text(row, Text::fw))];
        }
        QCOMPARE(columns.live(), live);
        QCOMPARE(columns.nextDue(1000).size(), due);
        for (std::size_t i = 0; i < phases.size(); ++i)
            QCOMPARE(columns.count(static_cast<fleet::Phase>(i)), phases[i]);
        QCOMPARE(columns.versions().size(), versions.size());
        for (const auto& version : columns.versions())
            QCOMPARE(version.devices, versions[std::string(version.model) + "#" + std::string(version.fw)]);
    }

    static void aTextNobodyUsesIsForgotten() {
        DeviceColumns columns;
        for (int i = 0; i < 10'000; ++i) {
            fleet::DevicePatch news = thing("a");
            news.thing->note = "note " + std::to_string(i);
            columns.apply(news);
        }
        QVERIFY(columns.pool(Text::note).size() <= 3);
    }

    static void aHundredThousandDevicesTakeFarBelow300BytesEach() {
        DeviceColumns columns;
        const int devices = 100'000;
        columns.reserve(devices);
        for (int i = 0; i < devices; ++i) columns.apply(patch(i));
        QVERIFY2(columns.bytes() / devices < 150, qPrintable(QString::number(columns.bytes() / devices)));
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::DeviceColumnsTest)
#include "device_columns_test.moc"
