// What a preview says of the dynamic groups that things would leave and join, and what the action then does.
#include <set>

#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ActionRequest edit(const std::string& id, const std::string& name, const std::optional<std::string>& value) {
    ActionRequest request{ActionKind::editAttributes, id, {}, "because"};
    request.edits = {{name, value}};
    return request;
}

class PreviewGroupsTest : public OperatorDesk {
protected:
    void create(const std::string& group, const std::string& query) {
        perform(ActionKind::createGroup, group, query);
        fill();
    }
    void fill() {
        while (service->tendGroups(100).value() > 0) continue;
    }
    std::vector<std::string> members(const std::string& group) { return service->reader().groupMembers(group).value(); }
    // The lines about dynamic groups, as "v227 joined" and "v227 left".
    static std::vector<std::string> moves(const std::vector<FieldChange>& changes) {
        constexpr std::string_view field = "dynamicGroups.";
        std::vector<std::string> found;
        for (const FieldChange& change : changes) {
            const std::size_t at = change.field.find(field);
            if (at == std::string::npos) continue;
            EXPECT_NE(change.before, change.after) << change.field;
            const std::string whose = change.field.substr(0, at);
            found.push_back(whose + change.field.substr(at + field.size()) +
                            (change.after == "member" ? " joined" : " left"));
        }
        return found;
    }
    std::vector<std::string> movesOfLastActivity() {
        return moves(service->reader().audit({}, 1).value().at(0).changes);
    }
};

TEST_F(PreviewGroupsTest, APreviewNamesTheGroupsADeviceWouldLeaveAndJoin) {
    create("cooling", "phase:coolingOff");
    create("job", R"(attributes.model:wo\:v8 AND attributes.FW:2.27)");
    create("all", "thingName:*");
    failTimes("d1", 10);
    const auto before = everything();
    const ActionPreview made = preview(ActionKind::restoreAttributes, "d1");
    EXPECT_EQ(everything(), before);
    EXPECT_THAT(moves(made.changes), ElementsAre("cooling left", "job joined"));
    const auto done = service->perform(made, who);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(done->summary, Not(HasSubstr("dynamic")));
    EXPECT_THAT(members("cooling"), IsEmpty());
    EXPECT_THAT(members("job"), ElementsAre("d1"));
    EXPECT_THAT(members("all"), ElementsAre("d1"));
    EXPECT_THAT(movesOfLastActivity(), ElementsAre("cooling left", "job joined"));
    expectConsistent();
}

TEST_F(PreviewGroupsTest, ThePreviewOfAnUndoNamesThemToo) {
    create("north", "attributes.site:north");
    report("d1", "downloading");
    const ActionOutcome done = perform(edit("d1", "site", "north"));
    EXPECT_THAT(moves(service->previewUndo(done.auditSequence).value().changes), ElementsAre("north left"));
    ASSERT_TRUE(service->undo(done.auditSequence, who));
    EXPECT_THAT(members("north"), IsEmpty());
    EXPECT_THAT(movesOfLastActivity(), ElementsAre("north left"));
}

TEST_F(PreviewGroupsTest, CountersMoveADeviceAsAttributesDo) {
    create("many", "retries:>=5");
    failTimes("d1", 5);
    EXPECT_THAT(moves(preview(ActionKind::resetCounters, "d1").changes), ElementsAre("many left"));
}

TEST_F(PreviewGroupsTest, ADeletedDeviceLeavesAllOfItsGroups) {
    create("all", "thingName:*");
    create("cooling", "phase:coolingOff");
    create("others", "NOT thingName:d1");
    failTimes("d1", 10);
    EXPECT_THAT(moves(preview(ActionKind::deleteDevice, "d1").changes), ElementsAre("all left", "cooling left"));
}

TEST_F(PreviewGroupsTest, OfSeveralThingsEachLineSaysWhoseItIs) {
    for (const char* id : {"d1", "d2"}) report(id, "downloading");
    perform(ActionKind::createGroup, "bench");
    create("benched", "groups:bench");
    ActionRequest add{ActionKind::addToGroup, "bench", {}, {}};
    add.things = {"d1", "d2"};
    EXPECT_THAT(moves(preview(add).changes), ElementsAre("d1: benched joined", "d2: benched joined"));
}

// What the groups ask for is no field of the device: it is edited by the edit that was previewed, and its memberships
// follow from the queries as they are by then.
TEST_F(PreviewGroupsTest, AGroupThatChangedMeanwhileIsNoConflictAndIsTold) {
    create("edited", "attributes.site:north");
    create("deleted", "attributes.site:north");
    report("d1", "downloading");
    const ActionPreview made = preview(edit("d1", "site", "north"));
    EXPECT_THAT(moves(made.changes), ElementsAre("deleted joined", "edited joined"));
    perform(ActionKind::editGroup, "edited", "attributes.site:south");
    perform(ActionKind::deleteGroup, "deleted");
    create("made", "attributes.site:north");
    const auto done = service->perform(made, who);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(done->summary, HasSubstr("other dynamic groups than the preview showed"));
    EXPECT_EQ(device("d1").thing.attributes.at("site"), "north");
    EXPECT_THAT(members("edited"), IsEmpty());
    EXPECT_THAT(members("made"), ElementsAre("d1"));
    EXPECT_THAT(movesOfLastActivity(), ElementsAre("made joined"));
    expectConsistent();
}

TEST_F(PreviewGroupsTest, MembersLeaveAGroupWhetherTheyHaveBeenToldOfOrNot) {
    for (const char* id : {"d1", "d2"}) report(id, "downloading");
    perform(ActionKind::createGroup, "current", "attributes.FW:2.27");
    ASSERT_TRUE(service->tendGroups(1));
    for (const char* id : {"d1", "d2"})
        EXPECT_THAT(moves(preview(edit(id, "FW", "2.28")).changes), ElementsAre("current left"));
    perform(edit("d2", "FW", "2.28"));
    EXPECT_THAT(movesOfLastActivity(), ElementsAre("current left"));
    fill();
    EXPECT_THAT(members("current"), ElementsAre("d1"));
    expectConsistent();
}

TEST_F(PreviewGroupsTest, EachActionDoesToGroupsWhatItsPreviewShowed) {
    const std::vector<std::string> groups = {"cooling", "counted", "job", "noted", "site", "static", "unassigned"};
    const std::vector<std::string> queries = {"phase:coolingOff",   "retries:>=3 OR cycles:2",
                                              "attributes.FW:2.27", "note:*",
                                              "attributes.site:*",  "groups:FailedToUpdate OR groups:bench",
                                              "NOT assignee:*"};
    for (std::size_t i = 0; i < groups.size(); ++i) create(groups[i], queries[i]);
    perform(ActionKind::createGroup, "bench");
    failForGood("failed");
    for (const char* id : {"retrying", "moved"}) failTimes(id, 4);
    for (const char* id : {"cooling", "ended"}) failTimes(id, 10);
    report("well", "downloading");
    ActionRequest add{ActionKind::addToGroup, "bench", {}, {}};
    add.things = {"well", "cooling"};
    const std::vector<ActionRequest> requests = {{ActionKind::setNote, "well", "seen", {}},
                                                 {ActionKind::assign, "well", "grace", {}},
                                                 edit("well", "site", "north"),
                                                 edit("well", "FW", "2.28"),
                                                 add,
                                                 {ActionKind::restoreAttributes, "cooling", {}, {}},
                                                 {ActionKind::setCoolOff, "ended", {}, {}},
                                                 {ActionKind::resetCounters, "retrying", {}, {}},
                                                 {ActionKind::moveToFailed, "moved", {}, {}},
                                                 {ActionKind::release, "failed", {}, {}},
                                                 {ActionKind::deleteDevice, "cooling", {}, {}}};
    const auto memberships = [&] {
        std::set<std::pair<std::string, std::string>> all;
        for (const std::string& group : groups)
            for (const std::string& id : members(group)) all.emplace(id, group);
        return all;
    };
    std::size_t told = 0;
    for (const ActionRequest& request : requests) {
        SCOPED_TRACE(std::string(actionName(request.kind)) + " of " + request.target);
        const ActionPreview made = preview(request);
        auto expected = memberships();
        for (const GroupMove& move : made.groupMoves) {
            const std::pair membership(move.thing, move.group);
            EXPECT_TRUE(move.joins ? expected.insert(membership).second : expected.erase(membership) > 0)
                << move.thing << ' ' << move.group;
        }
        EXPECT_EQ(moves(made.changes).size(), made.groupMoves.size());
        told += made.groupMoves.size();
        ASSERT_TRUE(service->perform(made, who));
        EXPECT_EQ(memberships(), expected);
    }
    EXPECT_GT(told, requests.size());
    expectConsistent();
}

}  // namespace
}  // namespace drydock::fleet
