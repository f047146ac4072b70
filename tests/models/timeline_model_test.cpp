#include <QtTest>

#include "models/timeline_model.h"
#include "tests/models/model_checks.h"
#include "tests/models/sample_fleet.h"

namespace drydock::tests {

using models::TimelineModel;

namespace {

constexpr const char* kDevice = "dev";

struct Timeline {
    explicit Timeline(int entries = 50) {
        for (int i = 0; i < entries; ++i) add(kDevice, i);
    }
    void add(const std::string& device, int i) {
        client.tellHistory(
            device,
            {0, fleet::HistoryKind::message, client.values.nowMs + i, "failed", "Failure " + std::to_string(i), {}});
    }
    [[nodiscard]] bool isInOrder() const {
        for (int row = 1; row < model.rowCount(); ++row)
            if (model.entry(row - 1).sequence <= model.entry(row).sequence) return false;
        return true;
    }
    FakeDeskClient client;
    TimelineModel model{client, [this] { return client.values.nowMs; }};
};

}  // namespace

class TimelineModelTest : public QObject {
    Q_OBJECT
private slots:
    static void itKeepsItsEnds() {
        Timeline timeline;
        const QAbstractItemModelTester tester(&timeline.model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(wrongAtTheEnds(timeline.model), QString());
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        QCOMPARE(wrongAtTheEnds(timeline.model), QString());
    }

    static void itLoadsPageByPageToItsEnd() {
        Timeline timeline;
        timeline.model.setDevice(QLatin1String(kDevice));
        QVERIFY(timeline.model.isLoading());
        timeline.client.answerAll();
        QVERIFY(!timeline.model.isLoading());
        QCOMPARE(timeline.model.rowCount(), 20);
        for (int guard = 0; timeline.model.canFetchMore({}) && guard < 10; ++guard) {
            timeline.model.fetchMore({});
            timeline.client.answerAll();
        }
        QCOMPARE(timeline.model.rowCount(), 50);
        QVERIFY(timeline.isInOrder());
        QCOMPARE(timeline.model.index(49, TimelineModel::DetailColumn).data().toString(), QStringLiteral("Failure 0"));
    }

    static void newsOfTheDeviceComeAtItsHeadAndNoOthers() {
        Timeline timeline(5);
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        timeline.add("another", 1);
        QCOMPARE(timeline.client.waiting(), std::size_t{0});
        timeline.client.hold(true);
        timeline.add(kDevice, 5);
        timeline.add(kDevice, 6);
        QCOMPARE(timeline.client.waiting(), std::size_t{1});
        timeline.client.answerAll();
        QCOMPARE(timeline.model.rowCount(), 7);
        QVERIFY(timeline.isInOrder());
        QCOMPARE(timeline.model.index(0, TimelineModel::DetailColumn).data().toString(), QStringLiteral("Failure 6"));
    }

    static void newsBeyondAPageLeaveNoGap() {
        Timeline timeline(30);
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        timeline.client.hold(true);
        for (int i = 30; i < 80; ++i) timeline.add(kDevice, i);
        timeline.client.answerAll();
        for (int guard = 0; timeline.model.canFetchMore({}) && guard < 10; ++guard) {
            timeline.model.fetchMore({});
            timeline.client.answerAll();
        }
        QCOMPARE(timeline.model.rowCount(), 80);
        QVERIFY(timeline.isInOrder());
    }

    static void anAnswerForADeviceNoLongerShownIsDropped() {
        Timeline timeline(5);
        timeline.add("other", 1);
        timeline.client.hold(true);
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.model.setDevice(QStringLiteral("other"));
        QCOMPARE(timeline.client.waiting(), std::size_t{2});
        timeline.client.answerNext();
        QCOMPARE(timeline.model.rowCount(), 0);
        QVERIFY(timeline.model.isLoading());
        timeline.client.answerNext();
        QCOMPARE(timeline.model.rowCount(), 1);
    }

    static void aPageWhoseHeadWasReplacedMeanwhileIsDropped() {
        Timeline timeline(60);
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        timeline.client.hold(true);
        for (int i = 60; i < 100; ++i) timeline.add(kDevice, i);  // asks for the head
        timeline.model.fetchMore({});
        timeline.client.answerAll();
        QVERIFY(timeline.isInOrder());
        for (int guard = 0; timeline.model.canFetchMore({}) && guard < 10; ++guard) {
            timeline.model.fetchMore({});
            timeline.client.answerAll();
        }
        QCOMPARE(timeline.model.rowCount(), 100);
        QVERIFY(timeline.isInOrder());
    }

    static void aFailureIsSaidAndDoesNotRepeatItself() {
        Timeline timeline(50);
        timeline.model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        int failures = 0;
        QObject::connect(&timeline.model, &TimelineModel::failed, [&failures] { ++failures; });
        timeline.client.failWith = storage::Error{};
        timeline.model.fetchMore({});
        timeline.client.answerAll();
        QCOMPARE(failures, 1);
        QVERIFY(!timeline.model.canFetchMore({}));
        QVERIFY(!timeline.model.isLoading());
        QCOMPARE(timeline.model.rowCount(), 20);
    }

    static void itHoldsNoMoreThanItSays() {
        Timeline timeline(0);
        timeline.client.values.pageSize = TimelineModel::kMaxEntries;
        auto& history = timeline.client.values.histories[kDevice];
        for (std::uint64_t i = 1; i <= TimelineModel::kMaxEntries; ++i)
            history.push_back({i, fleet::HistoryKind::message, 1, "failed", {}, {}});
        TimelineModel model(timeline.client, models::systemWallClock());
        model.setDevice(QLatin1String(kDevice));
        timeline.client.answerAll();
        timeline.add(kDevice, 1);
        timeline.client.answerAll();
        QCOMPARE(model.rowCount(), static_cast<int>(TimelineModel::kMaxEntries));
        QVERIFY(!model.canFetchMore({}));
    }
};

}  // namespace drydock::tests

QTEST_GUILESS_MAIN(drydock::tests::TimelineModelTest)
#include "timeline_model_test.moc"
