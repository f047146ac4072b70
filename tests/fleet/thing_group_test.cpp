// Thing groups over a real store: membership at once, filling, actions and their undo, restarts.
#include <algorithm>
#include <iostream>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "tests/fleet/fleet_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ThingGroupTest : public FleetDesk {
protected:
    ActionOutcome create(const std::string& group, const std::string& query) {
        return perform(ActionKind::createGroup, group, query);
    }
    // Until nothing is left to be done.
    void fill(std::size_t slice = 1000) {
        for (;;) {
            const auto looked = service->tendGroups(slice);
            ASSERT_TRUE(looked) << looked.error().message;
            ASSERT_LE(*looked, slice);
            if (*looked == 0) return;
        }
    }
    std::vector<std::string> members(const std::string& group) { return service->reader().groupMembers(group).value(); }
    ActionRequest membersRequest(ActionKind kind, const std::string& group, std::vector<std::string> things) {
        return {kind, group, {}, "because", std::move(things)};
    }
    ActionOutcome change(ActionKind kind, const std::string& group, std::vector<std::string> things) {
        const auto made = service->preview(membersRequest(kind, group, std::move(things)));
        EXPECT_TRUE(made) << made.error().message;
        if (!made) return {};
        auto done = service->perform(*made, who);
        EXPECT_TRUE(done) << done.error().message;
        return done ? *done : ActionOutcome();
    }
    // Refusals are as good an outcome as any: they must change nothing.
    void performIfAllowed(const ActionRequest& request) {
        if (const auto made = service->preview(request)) {
            EXPECT_TRUE(service->perform(*made, who));
        }
    }
    void expectRefusal(const ActionRequest& request, const std::string& part, ErrorCode code = ErrorCode::refused) {
        const auto before = everything();
        const auto made = service->preview(request);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, code);
        EXPECT_THAT(made.error().message, HasSubstr(part));
        EXPECT_EQ(everything(), before);
    }
    void undo(const ActionOutcome& outcome) {
        const auto undone = service->undo(outcome.auditSequence, who);
        ASSERT_TRUE(undone) << undone.error().message;
    }
    std::vector<nlohmann::json> told(const std::string& group) {
        std::vector<nlohmann::json> messages;
        for (const OutboxMessage& message : outbox())
            if (message.topic == "iot/groups/" + group) messages.push_back(nlohmann::json::parse(message.payload));
        return messages;
    }
    // Who has been told to be a member, by all messages so far; nobody is told so twice.
    std::set<std::string> toldMembers(const std::string& group) {
        std::set<std::string> members;
        for (const nlohmann::json& message : told(group)) {
            for (const std::string id : message.at("removed")) EXPECT_EQ(members.erase(id), 1U) << group << ' ' << id;
            for (const std::string id : message.at("added"))
                EXPECT_TRUE(members.insert(id).second) << group << ' ' << id;
        }
        return members;
    }
    void setAttribute(const std::string& id, const std::string& model, const std::string& fw) {
        send(payload(id, ++deviceTimeMs, "downloading", model, fw));
    }
};

TEST_F(ThingGroupTest, MembersFollowAtOnceWhenAnAttributeChanges) {
    create("v227", R"(attributes.model:wo\:v8 AND attributes.FW:2.27)");
    fill();
    report("d1", "downloading", "2.27");
    EXPECT_THAT(members("v227"), ElementsAre("d1"));
    report("d1", "downloading", "2.28");
    EXPECT_THAT(members("v227"), IsEmpty());
    const auto messages = told("v227");
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0],
              (nlohmann::json{{"group", "v227"}, {"added", {"d1"}}, {"removed", nlohmann::json::array()}}));
    EXPECT_EQ(messages[1].at("removed"), nlohmann::json({"d1"}));
    expectConsistent();
}

TEST_F(ThingGroupTest, AMovedOutThingLeavesItsDynamicGroupAndARestoreBringsItBack) {
    create("job", R"(attributes.model:wo\:v8 AND attributes.FW:2.27)");
    create("cooling", "phase:coolingOff");
    create("many", "retries:>=5");
    fill();
    failTimes("d1", 4);
    EXPECT_THAT(members("many"), IsEmpty());
    failTimes("d1", 1);
    EXPECT_THAT(members("many"), ElementsAre("d1"));
    EXPECT_THAT(members("job"), ElementsAre("d1"));
    failTimes("d1", 5);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "moveOut");
    EXPECT_THAT(members("job"), IsEmpty());
    EXPECT_THAT(members("many"), IsEmpty());
    EXPECT_THAT(members("cooling"), ElementsAre("d1"));
    clock.advance(24 * kHourMs);
    runTimers();
    EXPECT_THAT(members("job"), ElementsAre("d1"));
    EXPECT_THAT(members("cooling"), IsEmpty());
    failTimes("d1", 10);
    EXPECT_THAT(members("job"), IsEmpty());
    perform(ActionKind::restoreAttributes, "d1");
    EXPECT_THAT(members("job"), ElementsAre("d1"));
    expectConsistent();
}

TEST_F(ThingGroupTest, AnUndoTakesTheMembershipsBackToo) {
    create("failed", "phase:failed AND groups:FailedToUpdate");
    create("noted", "note:*");
    fill();
    report("d1", "downloading");
    const ActionOutcome moved = perform(ActionKind::moveToFailed, "d1");
    const ActionOutcome noted = perform(ActionKind::setNote, "d1", "look");
    EXPECT_THAT(members("failed"), ElementsAre("d1"));
    EXPECT_THAT(members("noted"), ElementsAre("d1"));
    undo(moved);
    undo(noted);
    EXPECT_THAT(members("failed"), IsEmpty());
    EXPECT_THAT(members("noted"), IsEmpty());
    expectConsistent();
}

TEST_F(ThingGroupTest, WhatAThingLacksCanBeAskedForToo) {
    create("elsewhere", "NOT attributes.site:Hamburg");
    create("none", "NOT retries:>0");
    fill();
    report("d1", "downloading");
    EXPECT_THAT(members("elsewhere"), ElementsAre("d1"));
    EXPECT_THAT(members("none"), ElementsAre("d1"));
    failTimes("d1", 1);
    EXPECT_THAT(members("none"), IsEmpty());
    expectConsistent();
}

TEST_F(ThingGroupTest, ADeviceTellsItsGroupsAndWhy) {
    create("hw", "thingName:3hw* AND (retries:>=2 OR phase:failed)");
    perform(ActionKind::createGroup, "bench");
    fill();
    failTimes("3hwC2y7", 2);
    change(ActionKind::addToGroup, "bench", {"3hwC2y7"});
    const auto memberships = device("3hwC2y7").memberships;
    ASSERT_EQ(memberships.size(), 2U);
    EXPECT_EQ(memberships[0].group, "bench");
    EXPECT_FALSE(memberships[0].dynamic);
    EXPECT_EQ(memberships[1].group, "hw");
    EXPECT_THAT(memberships[1].reasons, ElementsAre("thingName:3hw*", "retries:>=2"));
}

TEST_F(ThingGroupTest, MembersAreThereAtOnceAndToldOfInSlices) {
    for (int i = 0; i < 50; ++i) setAttribute("d" + std::to_string(i), "wo:v8", "1");
    create("g", "attributes.FW:1");
    EXPECT_TRUE(service->reader().group("g").value().filling);
    EXPECT_EQ(members("g").size(), 50U);
    EXPECT_THAT(told("g"), IsEmpty());
    const auto looked = service->tendGroups(20);
    ASSERT_TRUE(looked);
    EXPECT_EQ(*looked, 20U);
    EXPECT_EQ(toldMembers("g").size(), 20U);
    // Told of already, and still to be told of.
    const std::string done = *toldMembers("g").begin();
    setAttribute(done, "wo:v8", "2");
    EXPECT_FALSE(toldMembers("g").contains(done));
    setAttribute("d9", "wo:v8", "2");
    setAttribute("d5", "wo:v8", "2");
    setAttribute("d5", "wo:v8", "1");
    setAttribute("new", "wo:v8", "1");
    reopen();  // interrupted, it goes on
    EXPECT_TRUE(service->reader().group("g").value().filling);
    fill(7);
    EXPECT_FALSE(service->reader().group("g").value().filling);
    EXPECT_EQ(members("g").size(), 49U);
    const std::vector<std::string> all = members("g");
    EXPECT_EQ(toldMembers("g"), std::set(all.begin(), all.end()));
    expectConsistent();
}

TEST_F(ThingGroupTest, AFillingIsToldInListsOfBoundedLength) {
    std::vector<RawMessage> messages;
    for (int i = 0; i < 1100; ++i)
        messages.push_back(raw(payload("d" + std::to_string(i), ++deviceTimeMs, "downloading", "wo:v8", "1")));
    apply(messages);
    create("g", "attributes.FW:1");
    fill(10'000);
    std::set<std::string> names;
    const auto all = told("g");
    EXPECT_EQ(all.size(), 3U);
    for (const auto& message : all) {
        EXPECT_LE(message.at("added").size(), kMostMembersTold);
        for (const auto& name : message.at("added")) EXPECT_TRUE(names.insert(name).second);
    }
    EXPECT_EQ(names.size(), 1100U);
}

TEST_F(ThingGroupTest, AnEditedQueryIsToldAnewAndCanBeUndone) {
    setAttribute("d1", "wo:v8", "1");
    setAttribute("d2", "wo:v8", "2");
    create("g", "attributes.FW:1");
    fill();
    const ActionOutcome edited = perform(ActionKind::editGroup, "g", "attributes.FW:2");
    EXPECT_THAT(members("g"), ElementsAre("d2"));
    EXPECT_THAT(toldMembers("g"), ElementsAre("d1"));
    fill();
    EXPECT_THAT(toldMembers("g"), ElementsAre("d2"));
    expectConsistent();
    reopen();
    undo(edited);
    fill();
    EXPECT_THAT(members("g"), ElementsAre("d1"));
    EXPECT_THAT(toldMembers("g"), ElementsAre("d1"));
    expectConsistent();
}

TEST_F(ThingGroupTest, EditsAmidAFillingAreToldByWhatEachThingWasLastToldOf) {
    for (char c = 'a'; c <= 'f'; ++c) setAttribute(std::string(1, c), "wo:v8", "1");
    create("g", "attributes.FW:1");
    fill();
    perform(ActionKind::editGroup, "g", "attributes.FW:2");
    ASSERT_EQ(service->tendGroups(2).value(), 2U);
    EXPECT_THAT(toldMembers("g"), ElementsAre("c", "d", "e", "f"));
    const ActionOutcome edited = perform(ActionKind::editGroup, "g", "thingName:a OR thingName:f");
    ASSERT_EQ(service->tendGroups(1).value(), 1U);
    EXPECT_THAT(toldMembers("g"), ElementsAre("a", "c", "d", "e", "f"));
    // Of each part something moves, back and forth.
    setAttribute("b", "wo:v8", "2");
    EXPECT_TRUE(toldMembers("g").contains("b"));
    setAttribute("e", "wo:v8", "2");
    EXPECT_FALSE(toldMembers("g").contains("e"));
    reopen();
    fill(1);
    EXPECT_THAT(toldMembers("g"), ElementsAre("a", "f"));
    undo(edited);
    fill(4);
    EXPECT_THAT(toldMembers("g"), ElementsAre("b", "e"));
    EXPECT_THAT(members("g"), ElementsAre("b", "e"));
}

TEST_F(ThingGroupTest, WhatIsUndoneBeforeItWasToldIsNotTold) {
    setAttribute("d1", "wo:v8", "1");
    const ActionOutcome created = create("g", "attributes.FW:1");
    undo(created);
    fill();
    EXPECT_THAT(told("g"), IsEmpty());
    EXPECT_EQ(rowCount(tables::kThingGroups), 1U);
}

TEST_F(ThingGroupTest, ADeletedDynamicGroupsMembersAreToldInSlicesAndItCanBeUndone) {
    for (int i = 0; i < 30; ++i) setAttribute("d" + std::to_string(i), "wo:v8", "1");
    const ActionOutcome created = create("g", "attributes.FW:1");
    fill();
    const ActionOutcome deleted = perform(ActionKind::deleteGroup, "g");
    EXPECT_EQ(service->reader().group("g").error().code, ErrorCode::notFound);
    EXPECT_THAT(device("d1").memberships, IsEmpty());
    ASSERT_EQ(service->tendGroups(10).value(), 10U);
    EXPECT_EQ(toldMembers("g").size(), 20U);
    expectRefusal({ActionKind::createGroup, "g", "", ""}, "still being told");
    reopen();
    fill(10);
    EXPECT_THAT(toldMembers("g"), IsEmpty());
    undo(deleted);
    EXPECT_EQ(members("g").size(), 30U);
    fill();
    EXPECT_EQ(toldMembers("g").size(), 30U);
    undo(created);
    fill();
    EXPECT_THAT(toldMembers("g"), IsEmpty());
    EXPECT_EQ(rowCount(tables::kThingGroups), 1U);
    expectConsistent();
}

TEST_F(ThingGroupTest, ADeviceThatIsDeletedAmidAFillingLeavesWhereItWasToldToBe) {
    for (const char* id : {"a", "b"}) setAttribute(id, "wo:v8", "1");
    create("g", "NOT attributes.FW:2");
    ASSERT_EQ(service->tendGroups(1).value(), 1U);
    for (const char* id : {"a", "b"}) perform(ActionKind::deleteDevice, id);
    EXPECT_THAT(toldMembers("g"), IsEmpty());
    EXPECT_EQ(told("g").size(), 2U);
    fill();
    EXPECT_THAT(members("g"), IsEmpty());
}

TEST_F(ThingGroupTest, MembersOfDynamicGroupsThatEarlierVersionsListedGo) {
    setAttribute("in", "wo:v8", "1");
    create("g", "attributes.FW:1");
    fill();
    for (int i = 0; i < 700; ++i)
        put(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, "g", "d" + std::to_string(i)));
    // Of a group that was being emptied when the version changed.
    put(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, "gone", "in"));
    storage::Item task = groupTaskKey("gone");
    task.set("task", "empty");
    put(tables::kDeskState, task);
    reopen();
    EXPECT_EQ(rowCount(tables::kThingGroupMembers), 0U);
    EXPECT_THAT(members("g"), ElementsAre("in"));
    fill();
    create("gone", "");
    change(ActionKind::addToGroup, "gone", {"in"});
    reopen();
    EXPECT_THAT(members("gone"), ElementsAre("in"));
    expectConsistent();
}

TEST_F(ThingGroupTest, AStaticGroupHasWhoWasAddedByHand) {
    for (const char* id : {"d1", "d2", "d3"}) report(id, "downloading");
    const ActionOutcome created = perform(ActionKind::createGroup, "bench");
    const ActionOutcome added = change(ActionKind::addToGroup, "bench", {"d2", "d1", "d2"});
    EXPECT_EQ(added.summary, "Added 2 things to bench.");
    EXPECT_THAT(members("bench"), ElementsAre("d1", "d2"));
    EXPECT_THAT(device("d1").thing.groups, ElementsAre("bench"));
    const auto cannot = service->undo(created.auditSequence, who);
    ASSERT_FALSE(cannot);
    EXPECT_THAT(cannot.error().message, HasSubstr("has members now"));
    undo(added);
    EXPECT_THAT(members("bench"), IsEmpty());
    change(ActionKind::addToGroup, "bench", {"d1", "d3"});
    const ActionOutcome removed = change(ActionKind::removeFromGroup, "bench", {"d1"});
    EXPECT_THAT(members("bench"), ElementsAre("d3"));
    const ActionOutcome deleted = perform(ActionKind::deleteGroup, "bench");
    EXPECT_THAT(device("d3").thing.groups, IsEmpty());
    const auto gone = service->undo(removed.auditSequence, who);
    ASSERT_FALSE(gone);
    EXPECT_THAT(gone.error().message, HasSubstr("no thing group bench any more"));
    reopen();
    undo(deleted);
    EXPECT_THAT(members("bench"), ElementsAre("d3"));
    expectConsistent();
}

TEST_F(ThingGroupTest, AStaticGroupIsMadeWithItsFirstMembersInOneActionAndUndone) {
    for (const char* id : {"d1", "d2", "d3"}) report(id, "downloading");
    const ActionOutcome made = change(ActionKind::createGroup, "beta", {"d2", "d1", "d2"});
    EXPECT_EQ(made.summary, "Created the static group beta with 2 things.");
    EXPECT_THAT(members("beta"), ElementsAre("d1", "d2"));
    EXPECT_THAT(device("d1").thing.groups, ElementsAre("beta"));
    expectConsistent();
    undo(made);
    EXPECT_FALSE(service->reader().group("beta"));
    EXPECT_THAT(device("d1").thing.groups, IsEmpty());
    expectConsistent();
    expectRefusal(membersRequest(ActionKind::createGroup, "beta", {"d1", "nobody"}), "no device nobody",
                  ErrorCode::notFound);
    expectRefusal({ActionKind::createGroup, "beta", "phase:well", {}, {"d1"}}, "the members its query finds",
                  ErrorCode::validation);
}

TEST_F(ThingGroupTest, ANewGroupThatGotAnotherMemberIsNotUndoneFromUnderIt) {
    for (const char* id : {"d1", "d2"}) report(id, "downloading");
    const ActionOutcome made = change(ActionKind::createGroup, "beta", {"d1"});
    change(ActionKind::addToGroup, "beta", {"d2"});
    const auto undone = service->undo(made.auditSequence, who);
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code, ErrorCode::refused);
    EXPECT_THAT(members("beta"), ElementsAre("d1", "d2"));
}

TEST_F(ThingGroupTest, ADeletionSaysHowManyMembersEitherKindHas) {
    for (const char* id : {"d1", "d2"}) report(id, "downloading");
    create("well", "phase:well");
    fill();
    change(ActionKind::createGroup, "beta", {"d1"});
    create("none", "phase:failed");
    fill();
    const auto warnings = [this](const std::string& group) {
        return service->preview({ActionKind::deleteGroup, group, {}, {}}).value().warnings;
    };
    EXPECT_THAT(warnings("well"), ElementsAre("It has 2 members."));
    EXPECT_THAT(warnings("beta"), ElementsAre("It has 1 member."));
    EXPECT_THAT(warnings("none"), IsEmpty());
    for (std::size_t i = 0; i <= kMostMembersAtOnce; ++i) report("e" + std::to_string(i), "downloading");
    EXPECT_THAT(warnings("well"), ElementsAre("It has more than 500 members."));
}

TEST_F(ThingGroupTest, APreviewOfSeveralThingsSaysWhoseEachFieldIs) {
    for (const char* id : {"d1", "d2"}) report(id, "downloading");
    perform(ActionKind::createGroup, "bench");
    const auto made = service->preview(membersRequest(ActionKind::addToGroup, "bench", {"d1", "d2"})).value();
    ASSERT_EQ(made.changes.size(), 2U);
    EXPECT_EQ(made.changes[0].field, "d1: groups");
    EXPECT_EQ(made.changes[1].after, "bench");
    const auto query = preview(ActionKind::createGroup, "g", "phase:failed");
    ASSERT_EQ(query.changes.size(), 2U);
    EXPECT_EQ(query.changes[1].field, "query");
}

TEST_F(ThingGroupTest, AnActOnAGroupThatChangedMeanwhileIsAConflict) {
    create("g", "phase:failed");
    const ActionPreview stale = preview(ActionKind::editGroup, "g", "phase:failing");
    perform(ActionKind::editGroup, "g", "phase:retrying");
    const auto done = service->perform(stale, who);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::conflict);
    EXPECT_EQ(service->reader().group("g").value().query, "phase:retrying");
}

TEST_F(ThingGroupTest, RefusalsSayWhatToDoInstead) {
    report("d1", "downloading");
    create("dynamic", "phase:failed");
    perform(ActionKind::createGroup, "static");
    expectRefusal({ActionKind::deleteGroup, "FailedToUpdate", "", ""}, "always exists");
    expectRefusal(membersRequest(ActionKind::addToGroup, "FailedToUpdate", {"d1"}), "move devices there");
    expectRefusal(membersRequest(ActionKind::removeFromGroup, "FailedToUpdate", {"d1"}), "release them");
    expectRefusal({ActionKind::editGroup, "FailedToUpdate", "phase:failed", ""}, "static group");
    expectRefusal({ActionKind::createGroup, "FailedToUpdate", "", ""}, "already");
    expectRefusal({ActionKind::createGroup, "a b", "", ""}, "letters, digits", ErrorCode::validation);
    expectRefusal({ActionKind::createGroup, "", "", ""}, "letters, digits", ErrorCode::validation);
    expectRefusal({ActionKind::createGroup, "g", "phase:", ""}, "expected a value", ErrorCode::validation);
    expectRefusal({ActionKind::createGroup, "g", "some words", ""}, "names the field", ErrorCode::validation);
    expectRefusal({ActionKind::createGroup, "g", "status:failed", ""}, "latest message", ErrorCode::validation);
    expectRefusal({ActionKind::createGroup, "g", "seen:5m", ""}, "latest message", ErrorCode::validation);
    expectRefusal({ActionKind::editGroup, "dynamic", "", ""}, "needs a query", ErrorCode::validation);
    expectRefusal({ActionKind::editGroup, "dynamic", "phase:failed", ""}, "already");
    expectRefusal({ActionKind::editGroup, "nothing", "phase:failed", ""}, "no thing group", ErrorCode::notFound);
    expectRefusal(membersRequest(ActionKind::addToGroup, "dynamic", {"d1"}), "Edit the query");
    expectRefusal(membersRequest(ActionKind::addToGroup, "static", {"d1", "nobody"}), "no device nobody",
                  ErrorCode::notFound);
    expectRefusal(membersRequest(ActionKind::addToGroup, "static", {}), "Name the things", ErrorCode::validation);
    expectRefusal(membersRequest(ActionKind::removeFromGroup, "static", {"d1"}), "is not in static");
    expectRefusal(membersRequest(ActionKind::addToGroup, "static",
                                 [] {
                                     std::vector<std::string> many;
                                     for (std::size_t i = 0; i <= kMostMembersAtOnce; ++i)
                                         many.push_back("d" + std::to_string(i));
                                     return many;
                                 }()),
                  "in parts");
}

TEST_F(ThingGroupTest, TheCheckNamesWrongMemberships) {
    create("g", "attributes.FW:1");
    perform(ActionKind::createGroup, "bench");
    report("in", "downloading");
    report("out", "downloading");
    change(ActionKind::addToGroup, "bench", {"in"});
    expectConsistent();
    storage::DeleteRequest remove;
    remove.table = tables::kThingGroupMembers;
    remove.key = rows::key(tables::kThingGroupMembers, "bench", "in");
    ASSERT_TRUE(store->write(std::move(remove)));
    for (const char* group : {"bench", "g", "nowhere"})
        put(tables::kThingGroupMembers, rows::key(tables::kThingGroupMembers, group, "out"));
    const auto findings = checkAgainstHistory(*store, options.limits).value();
    EXPECT_THAT(findings, testing::UnorderedElementsAre(
                              "in: the registry says it is in bench, but it is no member there",
                              "out: it is a member of bench, but the registry does not say so",
                              "out: it is listed as a member of g, which has the members its query finds",
                              "out: it is a member of nowhere, but there is no such group"));
}

std::string randomClause(std::mt19937& random) {
    const auto number = [&random](unsigned below) { return std::to_string(random() % below); };
    switch (random() % 10) {
        case 0:
            return "attributes.FW:" + number(4);
        case 1:
            return "attributes.FW:[1 TO " + number(4) + "]";
        case 2:
            return "attributes.model:m" + number(3);
        case 3:
            return std::string("phase:") + phaseName(static_cast<Phase>(random() % 5));
        case 4:
            return "retries:>=" + number(10);
        case 5:
            return "cycles:" + number(3);
        case 6:
            return "thingName:d*" + number(10);
        case 7:
            return "groups:FailedToUpdate";
        case 8:
            return "note:*";
        default:
            return "retries:" + number(10);
    }
}

std::string randomQuery(std::mt19937& random, int depth = 0) {
    if (depth > 2 || random() % 3 == 0) return randomClause(random);
    switch (random() % 3) {
        case 0:
            return "NOT (" + randomQuery(random, depth + 1) + ")";
        case 1:
            return "(" + randomQuery(random, depth + 1) + " OR " + randomQuery(random, depth + 1) + ")";
        default:
            return randomQuery(random, depth + 1) + " AND " + randomQuery(random, depth + 1);
    }
}

// Who follows the messages has the members that the queries find, evaluated over every thing.
TEST_F(ThingGroupTest, WhateverChangesWhatIsToldIsWhatAFullEvaluationFinds) {
    const auto expectToldIsSo = [this] {
        fill();
        const auto all = service->reader().groups().value();
        for (int i = 0; i < 8; ++i) {
            const std::string group = "g" + std::to_string(i);
            const bool exists =
                std::any_of(all.begin(), all.end(), [&](const ThingGroup& each) { return each.name == group; });
            const std::vector<std::string> now = exists ? members(group) : std::vector<std::string>();
            EXPECT_EQ(toldMembers(group), std::set(now.begin(), now.end())) << group;
        }
    };
    const unsigned seed = std::random_device()();
    std::cout << "seed " << seed << '\n';
    std::mt19937 random(seed);
    for (int round = 0; round < 300; ++round) {
        const std::string id = "d" + std::to_string(random() % 12);
        const std::string group = "g" + std::to_string(random() % 8);
        switch (random() % 10) {
            case 0:
                performIfAllowed({ActionKind::createGroup, group, randomQuery(random), ""});
                break;
            case 1:
                performIfAllowed({random() % 3 == 0 ? ActionKind::deleteGroup : ActionKind::editGroup, group,
                                  randomQuery(random), ""});
                break;
            case 2:
                EXPECT_TRUE(service->tendGroups(1 + random() % 6));
                break;
            case 3:
                clock.advance(static_cast<std::int64_t>(random() % 30) * kHourMs);
                runTimers();
                break;
            case 4:
                performIfAllowed({static_cast<ActionKind>(random() % 6), id, "text", ""});
                break;
            case 5:
                if (const auto last = service->reader().audit({}, 1).value(); !last.empty()) {
                    static_cast<void>(service->undo(last[0].sequence, who).has_value());
                }
                break;
            default: {
                std::vector<RawMessage> messages;
                for (unsigned i = 0; i <= random() % 9; ++i)
                    messages.push_back(raw(payload(id, ++deviceTimeMs, random() % 3 == 0 ? "downloading" : "failed",
                                                   "m" + std::to_string(random() % 3), std::to_string(random() % 4))));
                apply(messages);
            }
        }
        if (round % 60 == 59) {
            expectConsistent();
            reopen();
        }
        if (round % 90 == 89) expectToldIsSo();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
    expectToldIsSo();
    expectConsistent();
}

}  // namespace
}  // namespace drydock::fleet
