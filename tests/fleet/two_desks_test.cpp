// Two people look at the same preview and both confirm: one does it, the other is told what changed. For every kind of
// action.
#include <set>

#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::HasSubstr;

struct Case {
    ActionRequest request;
    std::string told;  // part of what the second is told
};

class TwoDesksTest : public OperatorDesk {
protected:
    // A fleet in which every kind of action has something to do.
    std::vector<Case> prepare() {
        report("well", "downloading");
        failTimes("retrying", 4);
        failForGood("failed");
        for (const char* id : {"cooling", "ending"}) failTimes(id, 10);
        perform(ActionKind::createGroup, "bench");
        perform(ActionKind::createGroup, "doomed");
        perform(ActionKind::createGroup, "dynamic", "phase:failed");
        while (service->tendGroups(100).value() > 0) {
        }
        ActionRequest member{ActionKind::addToGroup, "bench", {}, {}};
        member.things = {"retrying"};
        perform(member);
        const std::string toTest = import("2026.03.01").zipName;
        const std::string toDelete = import("2026.03.02").zipName;
        const std::string alert = alerts(AlertState::open).at(0).id;

        std::vector<Case> cases = {
            {{ActionKind::acknowledgeAlert, alert, {}, {}}, "changed meanwhile"},
            {{ActionKind::resolveAlert, alert, {}, {}}, "changed meanwhile"},
            {{ActionKind::setNote, "well", "seen", {}}, "note changed meanwhile"},
            {{ActionKind::assign, "well", "grace", {}}, "assignee changed meanwhile"},
            {{ActionKind::editAttributes, "well", {}, {}}, "attributes.site changed meanwhile"},
            {{ActionKind::setCoolOff, "cooling", {}, {}}, "restoreAt changed meanwhile"},
            {{ActionKind::setCoolOff, "ending", {}, {}}, "changed meanwhile"},
            {{ActionKind::restoreAttributes, "cooling", {}, {}}, "changed meanwhile"},
            {{ActionKind::resetCounters, "retrying", {}, {}}, "changed meanwhile"},
            {{ActionKind::release, "failed", {}, {}}, "changed meanwhile"},
            {{ActionKind::moveToFailed, "retrying", {}, {}}, "changed meanwhile"},
            {{ActionKind::deleteDevice, "retrying", {}, {}}, "Things no longer has retrying"},
            {{ActionKind::setReleaseStatus, toTest, "TESTING", {}}, "release_status changed meanwhile"},
            {{ActionKind::deleteFirmware, toDelete, {}, {}}, "release_status changed meanwhile"},
            {{ActionKind::createGroup, "fresh", {}, {}}, "ThingGroups has fresh by now"},
            {{ActionKind::editGroup, "dynamic", "phase:well", {}}, "query changed meanwhile"},
            {{ActionKind::deleteGroup, "doomed", {}, {}}, "ThingGroups no longer has doomed"},
            {{ActionKind::addToGroup, "bench", {}, {}}, "groups changed meanwhile"},
            {{ActionKind::removeFromGroup, "bench", {}, {}}, "groups changed meanwhile"},
        };
        for (Case& each : cases) {
            ActionRequest& request = each.request;
            if (request.kind == ActionKind::editAttributes) request.edits = {{"site", "north"}};
            if (request.target == "cooling" && request.kind == ActionKind::setCoolOff)
                request.untilMs = clock.wallMs() + kHourMs;
            if (request.kind == ActionKind::addToGroup || request.kind == ActionKind::removeFromGroup)
                request.things = {"well"};
        }
        return cases;
    }
};

TEST_F(TwoDesksTest, OfTwoWhoConfirmTheSameOneWinsAndTheOtherIsToldWhatChanged) {
    std::set<ActionKind> tried;
    for (const Case& each : prepare()) {
        const ActionRequest& request = each.request;
        SCOPED_TRACE(std::string(actionName(request.kind)) + " of " + request.target);
        tried.insert(request.kind);
        const ActionPreview atOneDesk = preview(request);
        const ActionPreview atTheOther = preview(request);
        clock.advance(kMinuteMs);
        const auto won = tryPerform(atOneDesk);
        ASSERT_TRUE(won) << won.error().message;
        const auto afterwards = everything();
        const auto lost = service->perform(atTheOther, {"grace", "tests"});
        ASSERT_FALSE(lost);
        EXPECT_EQ(lost.error().code, ErrorCode::conflict);
        EXPECT_THAT(lost.error().message, HasSubstr(each.told));
        EXPECT_EQ(everything(), afterwards);
        EXPECT_EQ(service->reader().audit({}, 1).value().at(0).who, "ada");
        expectConsistent();
    }
    EXPECT_EQ(tried.size(), static_cast<std::size_t>(ActionKind::removeFromGroup) + 1) << "a kind is missing here";
}

TEST_F(TwoDesksTest, AnActionThatNeedsWhatAnotherDeskDeletedIsToldSo) {
    report("d1", "downloading");
    const ActionPreview note = preview(ActionKind::setNote, "d1", "seen");
    perform({ActionKind::deleteDevice, "d1", {}, {}});
    const auto lost = service->perform(note, who);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::conflict);
    EXPECT_THAT(lost.error().message, HasSubstr("Things no longer has d1"));
}

TEST_F(TwoDesksTest, ActionsOnOtherFieldsOfOneDeviceAreNoConflict) {
    report("d1", "downloading");
    const ActionPreview note = preview(ActionKind::setNote, "d1", "seen");
    ActionRequest edit{ActionKind::editAttributes, "d1", {}, {}};
    edit.edits = {{"site", "north"}};
    const ActionPreview site = preview(edit);
    ASSERT_TRUE(service->perform(note, {"grace", "tests"}));
    ASSERT_TRUE(service->perform(site, who));
    EXPECT_EQ(device("d1").thing.note, "seen");
    EXPECT_EQ(device("d1").thing.attributes.at("site"), "north");
}

TEST_F(TwoDesksTest, OfTwoWhoUndoTheSameOneWins) {
    report("d1", "downloading");
    const ActionOutcome done = perform(ActionKind::setNote, "d1", "seen");
    ASSERT_TRUE(service->previewUndo(done.auditSequence));
    ASSERT_TRUE(service->undo(done.auditSequence, who));
    const auto afterwards = everything();
    const auto lost = service->undo(done.auditSequence, {"grace", "tests"});
    ASSERT_FALSE(lost);
    EXPECT_THAT(lost.error().message, HasSubstr("undone already"));
    EXPECT_EQ(everything(), afterwards);
}

}  // namespace
}  // namespace drydock::fleet
