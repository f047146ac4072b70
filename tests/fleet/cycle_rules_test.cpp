// Rules of the retry cycle that show only in the tables: attributes, their backup, one transaction a step.
#include <algorithm>

#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

class CycleRulesTest : public OperatorDesk {
protected:
    void set(const std::string& id, const std::string& name, const std::string& value) {
        ActionRequest request{ActionKind::editAttributes, id, {}, {}};
        request.edits = {{name, value}};
        perform(request);
    }
    std::size_t steps(const std::string& id, Phase phase) {
        const auto entries = history(id);
        return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [phase](const HistoryEntry& e) {
            return e.kind == HistoryKind::step && e.what == phaseName(phase);
        }));
    }
};

TEST_F(CycleRulesTest, ARestoreBringsBackAllBackedUpAttributesByMerge) {
    report("d1", "downloading");
    for (const char* name : {"site", "rack", "owner"}) set("d1", name, "x");
    failTimes("d1", 10);
    set("d1", "later", "y");
    // Written past the rules, so that the backup knows nothing of it, and what it knows is gone.
    storage::Item row = this->row(tables::kThings, "d1");
    storage::Item attributes = *row.map("attributes");
    attributes.erase("rack");
    attributes.set("owner", "z");
    attributes.set("foreign", "kept");
    row.set("attributes", std::move(attributes));
    put(tables::kThings, std::move(row));
    clock.advance(24 * kHourMs);
    runTimers();
    EXPECT_THAT(device("d1").thing.attributes,
                UnorderedElementsAre(Pair("FW", "2.27"), Pair("model", "wo:v8"), Pair("site", "x"), Pair("rack", "x"),
                                     Pair("owner", "x"), Pair("later", "y"), Pair("foreign", "kept")));
    expectConsistent();
}

TEST_F(CycleRulesTest, TheBackupIsRefreshedWhenANewFirmwareIsReportedAndAccepted) {
    failTimes("d1", 3);
    EXPECT_EQ(device("d1").backup->at("FW"), "2.27");
    report("d1", "downloading", "2.28");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.28");
    EXPECT_EQ(device("d1").backup->at("FW"), "2.28");
    failTimes("d1", 7);
    report("d1", "downloading", "2.29");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "moveOut");
    EXPECT_EQ(device("d1").backup->at("FW"), "2.28");
}

TEST_F(CycleRulesTest, TheBackupNeverHoldsAMarkWhateverADeviceReports) {
    for (const char* mark : {"moveOut", "failedtoupdate"}) {
        const std::string id = std::string("says-") + mark;
        report(id, "downloading", mark);
        report(id, "failed", mark);
        for (int i = 0; i < 9; ++i) report(id, "failed", mark);
        ASSERT_EQ(cycle(id).phase, Phase::coolingOff);
        EXPECT_FALSE(device(id).backup->contains("FW"));
        EXPECT_EQ(device(id).backup->at("model"), "wo:v8");
        perform(ActionKind::restoreAttributes, id);
        EXPECT_FALSE(device(id).thing.attributes.contains("FW"));
    }
    expectConsistent();
}

TEST_F(CycleRulesTest, AMovedOutDeviceKeepsTheBackupOfBeforeItsFirstMoveOut) {
    failTimes("d1", 10);
    perform(ActionKind::moveToFailed, "d1");
    EXPECT_EQ(device("d1").backup->at("FW"), "2.27");
    perform(ActionKind::release, "d1");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.27");
}

TEST_F(CycleRulesTest, OfManyFailuresAtOnceExactlyOneIsTheTenth) {
    failTimes("d1", 25);
    EXPECT_EQ(steps("d1", Phase::coolingOff), 1U);
    EXPECT_EQ(cycle("d1").resetRetryCount, 1);
    EXPECT_EQ(cycle("d1").retryCounter, 0);
    EXPECT_EQ(rowCount(tables::kTimers), 1U);
    clock.advance(24 * kHourMs);
    runTimers();
    failTimes("d1", 25);
    EXPECT_EQ(steps("d1", Phase::failing), 1U);
    EXPECT_EQ(rowCount(tables::kTimers), 1U);
    clock.advance(15 * kMinuteMs);
    runTimers();
    failTimes("d1", 25);
    EXPECT_EQ(steps("d1", Phase::failed), 1U);
    EXPECT_EQ(alerts().size(), 1U);
    expectConsistent();
}

TEST_F(CycleRulesTest, AFailureAfterTheCoolOffGoesOnWithTheSecondCycle) {
    failTimes("d1", 10);
    failTimes("d1", 3);
    EXPECT_EQ(cycle("d1").retryCounter, 0) << "recorded, not counted";
    clock.advance(24 * kHourMs);
    runTimers();
    failTimes("d1", 1);
    EXPECT_EQ(cycle("d1").retryCounter, 1);
    EXPECT_EQ(cycle("d1").resetRetryCount, 1);
    expectConsistent();
}

}  // namespace
}  // namespace drydock::fleet
