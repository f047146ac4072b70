#include "models/fleet/device_desk.h"

#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

ActionRequest coolOff(const std::string& id, std::optional<std::int64_t> untilMs) {
    ActionRequest request{ActionKind::setCoolOff, id, {}, "because"};
    request.untilMs = untilMs;
    return request;
}
ActionRequest edit(const std::string& id, std::vector<AttributeEdit> edits) {
    ActionRequest request{ActionKind::editAttributes, id, {}, "because"};
    request.edits = std::move(edits);
    return request;
}
ActionRequest deletion(const std::string& id) {
    return {ActionKind::deleteDevice, id, {}, "because"};
}

class DeviceDeskTest : public OperatorDesk {
protected:
    [[nodiscard]] std::int64_t in(std::int64_t ms) const { return clock.wallMs() + ms; }
    [[nodiscard]] OutboxMessage lastPublished(const std::string& topic) {
        OutboxMessage last;
        for (OutboxMessage& message : outbox())
            if (message.topic == topic) last = std::move(message);
        return last;
    }
    void createGroup(const std::string& name, const std::string& query) {
        perform(ActionKind::createGroup, name, query);
        while (service->tendGroups(100).value() > 0) {
        }
    }
    void addTo(const std::string& group, const std::string& id) {
        ActionRequest request{ActionKind::addToGroup, group, {}, {}};
        request.things = {id};
        perform(request);
    }
};

// --- cool-offs

TEST_F(DeviceDeskTest, ACoolOffIsExtendedByMovingItsTimer) {
    failTimes("d1", 10);
    const ActionPreview made = preview(coolOff("d1", in(48 * kHourMs)));
    ASSERT_EQ(made.changes.size(), 1U);
    EXPECT_EQ(made.changes.at(0).field, "restoreAt");
    EXPECT_NE(made.changes.at(0).before, made.changes.at(0).after);
    ASSERT_TRUE(service->perform(made, who));
    EXPECT_EQ(cycle("d1").dueMs, in(48 * kHourMs));
    expectConsistent();
    clock.advance(48 * kHourMs - 1);
    EXPECT_EQ(runTimers(), 0U);
    clock.advance(1);
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.27");
    expectConsistent();
}

TEST_F(DeviceDeskTest, ACoolOffIsCutToATimeToCome) {
    failTimes("d1", 10);
    const ActionOutcome cut = perform(coolOff("d1", in(kHourMs)));
    EXPECT_THAT(cut.summary, HasSubstr("instead of"));
    clock.advance(kHourMs);
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    expectConsistent();
}

TEST_F(DeviceDeskTest, ACoolOffThatIsEndedRestoresAtOnceAsThePreviewShowed) {
    failTimes("d1", 10);
    const ActionPreview made = preview(coolOff("d1", {}));
    ASSERT_NE(changeOf(made, "attributes.FW"), nullptr);
    EXPECT_EQ(changeOf(made, "attributes.FW")->after, "2.27");
    EXPECT_EQ(changeOf(made, "phase")->after, "retrying");
    ASSERT_TRUE(service->perform(made, who));
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.27");
    EXPECT_EQ(rowCount(tables::kTimers), 0U);
    expectConsistent();
}

TEST_F(DeviceDeskTest, ACoolOffIsSetOnlyWhereThereIsOneAndToATimeThatMakesSense) {
    report("well", "downloading");
    failTimes("retrying", 2);
    failForGood("failed");
    failTimes("cooling", 10);
    const std::int64_t due = *cycle("cooling").dueMs;
    expectRefusal(coolOff("nobody", in(kHourMs)), "no device", ErrorCode::notFound);
    for (const char* id : {"well", "retrying"}) {
        expectRefusal(coolOff(id, in(kHourMs)), "not cooling off");
        expectRefusal(coolOff(id, {}), "not cooling off");
    }
    expectRefusal(coolOff("failed", in(kHourMs)), "release it instead");
    expectRefusal(coolOff("cooling", clock.wallMs()), "has passed");
    expectRefusal(coolOff("cooling", due), "ends then already");
    expectRefusal(coolOff("cooling", in(kLongestCoolOffMs + 1)), "more than a year");
}

TEST_F(DeviceDeskTest, ACoolOffsEndIsSetBackAlsoAfterARestart) {
    failTimes("d1", 10);
    expectUndoRestores(coolOff("d1", in(48 * kHourMs)));
    expectUndoRestores(coolOff("d1", in(kHourMs)));
    expectUndoRestores(coolOff("d1", {}));
}

TEST_F(DeviceDeskTest, ACoolOffThatRanOutMeanwhileIsNotSetBack) {
    failTimes("d1", 10);
    const ActionOutcome cut = perform(coolOff("d1", in(kHourMs)));
    clock.advance(kHourMs);
    runTimers();
    const auto undone = service->undo(cut.auditSequence, who);
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code, ErrorCode::refused);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
}

TEST_F(DeviceDeskTest, AnotherEndOfACoolOffCuresOneThatHadNone) {
    failTimes("d1", 10);
    storage::Item row = this->row(tables::kRetries, "d1");
    row.erase("restoreAt");
    put(tables::kRetries, std::move(row));
    perform(coolOff("d1", in(kHourMs)));
    clock.advance(kHourMs);
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
}

// --- attributes

TEST_F(DeviceDeskTest, AnEditSetsAndRemovesAttributesAndIsPublishedRetained) {
    report("d1", "downloading");
    perform(edit("d1", {{"site", "north"}, {"old", "x"}}));
    const ActionPreview made = preview(edit("d1", {{"site", "south"}, {"old", {}}, {"FW", "2.28"}}));
    EXPECT_EQ(changeOf(made, "attributes.site")->before, "north");
    EXPECT_EQ(changeOf(made, "attributes.site")->after, "south");
    EXPECT_EQ(changeOf(made, "attributes.old")->after, "");
    EXPECT_THAT(made.warnings, Contains(HasSubstr("reports next")));
    const auto done = service->perform(made, who);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->summary, "Set site, FW of d1, removed old.");
    EXPECT_THAT(device("d1").thing.attributes,
                UnorderedElementsAre(Pair("FW", "2.28"), Pair("model", "wo:v8"), Pair("site", "south")));
    const OutboxMessage told = lastPublished("iot/device/d1/attributes");
    EXPECT_EQ(told.payload, R"({"FW":"2.28","model":"wo:v8","site":"south"})");
    EXPECT_TRUE(told.retain);
    EXPECT_EQ(service->reader().audit({}, 1).value().at(0).action, "editAttributes");
    expectConsistent();
}

TEST_F(DeviceDeskTest, AnEditRefreshesTheBackupSoThatARestoreKeepsIt) {
    report("d1", "downloading");
    perform(edit("d1", {{"site", "north"}, {"old", "x"}}));
    EXPECT_FALSE(device("d1").backup.has_value());
    failTimes("d1", 1);
    perform(edit("d1", {{"site", "south"}}));
    EXPECT_EQ(device("d1").backup->at("site"), "south");
    failTimes("d1", 9);
    ASSERT_EQ(cycle("d1").phase, Phase::coolingOff);
    perform(edit("d1", {{"site", "east"}, {"old", {}}, {"rack", "7"}}));
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "moveOut");
    clock.advance(24 * kHourMs);
    runTimers();
    EXPECT_THAT(device("d1").thing.attributes, UnorderedElementsAre(Pair("FW", "2.27"), Pair("model", "wo:v8"),
                                                                    Pair("site", "east"), Pair("rack", "7")));
    expectConsistent();
}

TEST_F(DeviceDeskTest, WhatTheCycleHasMarkedIsNotEdited) {
    failTimes("cooling", 10);
    for (const AttributeEdit& each : {AttributeEdit{"FW", "2.28"}, AttributeEdit{"model", {}}})
        expectRefusal(edit("cooling", {each}), "End the cool-off first");
    failForGood("failed");
    expectRefusal(edit("failed", {{"FW", "2.28"}}), "Release the device first");
    EXPECT_EQ(device("failed").backup->at("FW"), "2.27");
    expectConsistent();
}

TEST_F(DeviceDeskTest, AnEditIsRefusedForNamesAndValuesThatAreNotValid) {
    report("d1", "downloading");
    const auto invalid = [this](std::vector<AttributeEdit> edits, const std::string& part) {
        expectRefusal(edit("d1", std::move(edits)), part, ErrorCode::validation);
    };
    invalid({}, "Name the attributes");
    invalid({{"site", "moveOut"}}, "mark of the retry cycle");
    invalid({{"FW", "failedtoupdate"}}, "mark of the retry cycle");
    invalid({{"", "x"}}, "no attribute's name");
    invalid({{"a b", "x"}}, "no attribute's name");
    invalid({{"a=b", "x"}}, "no attribute's name");
    invalid({{"a\xff", "x"}}, "no attribute's name");
    invalid({{std::string(kMaxAttributeNameBytes + 1, 'a'), "x"}}, "no attribute's name");
    invalid({{"site", ""}}, "remove it");
    invalid({{"site", "two words"}}, "not valid");
    invalid({{"site", std::string(kMaxAttributeValueBytes + 1, 'a')}}, "not valid");
    invalid({{"site", "north"}, {"site", {}}}, "named twice");
    expectRefusal(edit("d1", {{"FW", "2.27"}, {"gone", {}}}), "so already");
    expectRefusal(edit("nobody", {{"site", "north"}}), "no device", ErrorCode::notFound);

    std::vector<AttributeEdit> many;
    for (std::size_t i = 0; i + 2 < kMaxAttributes; ++i) many.push_back({"n" + std::to_string(i), "v"});
    perform(edit("d1", many));
    expectRefusal(edit("d1", {{"one-more", "v"}}), "at most 50 attributes");
}

TEST_F(DeviceDeskTest, AnEditMovesTheDeviceBetweenDynamicGroupsAtOnce) {
    report("d1", "downloading");
    createGroup("north", "attributes.site:north");
    perform(edit("d1", {{"site", "north"}}));
    EXPECT_THAT(service->reader().groupMembers("north").value(), ElementsAre("d1"));
    perform(edit("d1", {{"site", "south"}}));
    EXPECT_THAT(service->reader().groupMembers("north").value(), IsEmpty());
}

TEST_F(DeviceDeskTest, AnEditIsUndoneWithItsBackupAlsoAfterARestart) {
    report("well", "downloading");
    failTimes("retrying", 3);
    failTimes("cooling", 10);
    for (const char* id : {"well", "retrying", "cooling"}) {
        perform(edit(id, {{"old", "x"}}));
        expectUndoRestores(edit(id, {{"site", "north"}, {"old", {}}}));
    }
    expectUndoRestores(edit("retrying", {{"FW", "2.28"}}));
}

TEST_F(DeviceDeskTest, AnEditThatWasEditedSinceIsNotUndoneAndOthersAre) {
    report("d1", "downloading");
    const ActionOutcome first = perform(edit("d1", {{"site", "north"}}));
    const ActionOutcome other = perform(edit("d1", {{"rack", "7"}}));
    perform(edit("d1", {{"site", "south"}}));
    const auto refused = service->undo(first.auditSequence, who);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("it was \"north\" and is now \"south\""));
    ASSERT_TRUE(service->undo(other.auditSequence, who));
    EXPECT_FALSE(device("d1").thing.attributes.contains("rack"));
}

// --- deletion

TEST_F(DeviceDeskTest, ADeletionTakesWhatIsKeptOfADeviceButHistoryAndActivity) {
    failForGood("d1");
    failTimes("other", 10);
    report("d1", "downloading");
    perform(ActionKind::createGroup, "bench");
    addTo("bench", "d1");
    createGroup("all", "thingName:d*");
    const std::size_t historyBefore = history("d1").size();
    const std::size_t auditBefore = rowCount(tables::kAudit);
    const ActionPreview made = preview(deletion("d1"));
    EXPECT_TRUE(made.canUndo);
    EXPECT_THAT(made.warnings, Contains(HasSubstr("history and activity stay")));
    EXPECT_THAT(made.warnings, Contains(HasSubstr("amid a retry cycle")));
    ASSERT_NE(changeOf(made, "attributes"), nullptr);
    EXPECT_EQ(changeOf(made, "attributes")->after, "");
    ASSERT_TRUE(service->perform(made, who));

    EXPECT_EQ(service->reader().device("d1").error().code, ErrorCode::notFound);
    for (const char* table : {tables::kThings, tables::kRetries, tables::kAttributeBackup, tables::kDeviceStatus})
        EXPECT_TRUE(row(table, "d1").empty()) << table;
    for (const char* group : {"FailedToUpdate", "bench", "all"})
        EXPECT_THAT(service->reader().groupMembers(group).value(), IsEmpty()) << group;
    EXPECT_EQ(history("d1").size(), historyBefore + 2);  // the deletion, and that its alert is resolved
    EXPECT_EQ(rowCount(tables::kAudit), auditBefore + 1);
    EXPECT_EQ(rowCount(tables::kTelemetry), 1U);
    ASSERT_EQ(alerts(AlertState::resolved).size(), 1U);
    EXPECT_EQ(alerts().at(0).resolvedBy, "ada");
    const OutboxMessage told = lastPublished("iot/device/d1/attributes");
    EXPECT_EQ(told.payload, "");
    EXPECT_TRUE(told.retain);
    EXPECT_EQ(cycle("other").phase, Phase::coolingOff);
    expectConsistent();
    expectRefusal(deletion("d1"), "no device", ErrorCode::notFound);
    expectRefusal(deletion(""), "no device", ErrorCode::notFound);
}

TEST_F(DeviceDeskTest, ADeletedDevicesTimersRunNoMore) {
    failTimes("failing", 10);
    clock.advance(24 * kHourMs);
    runTimers();
    failTimes("failing", 10);
    failTimes("cooling", 10);
    ASSERT_EQ(rowCount(tables::kTimers), 2U);
    for (const char* id : {"cooling", "failing"}) perform(deletion(id));
    EXPECT_EQ(rowCount(tables::kTimers), 0U);
    clock.advance(48 * kHourMs);
    EXPECT_EQ(runTimers(), 0U);
    EXPECT_TRUE(alerts().empty());
    expectConsistent();
}

TEST_F(DeviceDeskTest, ADeletedDeviceLeavesAGroupThatIsStillBeingFilled) {
    report("d1", "downloading");
    createGroup("current", "attributes.FW:2.27");
    ASSERT_THAT(service->reader().groupMembers("current").value(), ElementsAre("d1"));
    perform(ActionKind::editGroup, "current", "attributes.FW:9");
    perform(deletion("d1"));
    while (service->tendGroups(100).value() > 0) {
    }
    EXPECT_THAT(service->reader().groupMembers("current").value(), IsEmpty());
    expectConsistent();
}

TEST_F(DeviceDeskTest, ANewMessageFromADeletedDeviceRegistersItAnew) {
    failTimes("d1", 4);
    const std::string redelivered = payload("d1", deviceTimeMs, "failed");
    perform(ActionKind::setNote, "d1", "old");
    perform(deletion("d1"));
    send(redelivered);
    EXPECT_EQ(service->counters().duplicate, 1U);
    EXPECT_EQ(service->reader().device("d1").error().code, ErrorCode::notFound);
    report("d1", "failed", "2.28");
    EXPECT_EQ(cycle("d1").retryCounter, 1);
    EXPECT_EQ(device("d1").thing.note, "");
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.28");
    EXPECT_EQ(device("d1").backup->at("FW"), "2.28");
    EXPECT_EQ(device("d1").thing.registeredMs, clock.wallMs());
    expectConsistent();
}

TEST_F(DeviceDeskTest, ADeletionIsUndoneWholeInEveryPhaseAlsoAfterARestart) {
    report("well", "downloading");
    failTimes("retrying", 3);
    failTimes("cooling", 10);
    failForGood("failed");
    failTimes("cooling2", 10);
    perform(ActionKind::createGroup, "bench");
    createGroup("all", "thingName:*");
    for (const char* id : {"well", "retrying", "cooling", "cooling2", "failed"}) {
        addTo("bench", id);
        perform(ActionKind::setNote, id, "on the bench");
        expectUndoRestores(deletion(id));
    }
    EXPECT_EQ(alerts(AlertState::open).size(), 1U);
}

TEST_F(DeviceDeskTest, TheUndoOfADeletionPublishesTheAttributesAgain) {
    report("d1", "downloading");
    const ActionOutcome deleted = perform(deletion("d1"));
    EXPECT_EQ(lastPublished("iot/device/d1/attributes").payload, "");
    ASSERT_TRUE(service->undo(deleted.auditSequence, who));
    EXPECT_EQ(lastPublished("iot/device/d1/attributes").payload, R"({"FW":"2.27","model":"wo:v8"})");
}

TEST_F(DeviceDeskTest, ADeletionIsNotUndoneOnceTheDeviceIsRegisteredAnew) {
    report("d1", "downloading");
    const ActionOutcome deleted = perform(deletion("d1"));
    report("d1", "downloading");
    const auto undone = service->undo(deleted.auditSequence, who);
    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code, ErrorCode::refused);
    EXPECT_THAT(undone.error().message, HasSubstr("d1"));
    expectConsistent();
}

TEST_F(DeviceDeskTest, ATimerThatFellDueWhileItsDeviceWasDeletedRunsAfterTheUndo) {
    failTimes("d1", 10);
    const ActionOutcome deleted = perform(deletion("d1"));
    clock.advance(25 * kHourMs);
    EXPECT_EQ(runTimers(), 0U);
    ASSERT_TRUE(service->undo(deleted.auditSequence, who));
    EXPECT_EQ(runTimers(), 1U);
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    expectConsistent();
}

TEST_F(DeviceDeskTest, AMessageBetweenPreviewAndDeletionIsNoConflict) {
    report("d1", "downloading");
    const ActionPreview made = preview(deletion("d1"));
    clock.advance(kMinuteMs);
    report("d1", "downloading");
    const auto done = service->perform(made, who);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_TRUE(service->undo(done->auditSequence, who));
    EXPECT_EQ(device("d1").status->lastSeenMs, clock.wallMs());
}

TEST_F(DeviceDeskTest, AFailureBetweenPreviewAndDeletionIsAConflict) {
    failTimes("d1", 3);
    const ActionPreview made = preview(deletion("d1"));
    failTimes("d1", 1);
    const auto done = service->perform(made, who);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::conflict);
    EXPECT_EQ(cycle("d1").retryCounter, 4);
}

// --- notes and people

TEST_F(DeviceDeskTest, ANoteAndAPersonsNameAreTextOfABoundedLength) {
    report("d1", "downloading");
    const auto invalid = [this](ActionKind kind, const std::string& text, const std::string& part) {
        expectRefusal(kind, "d1", part, text, ErrorCode::validation);
    };
    invalid(ActionKind::setNote, std::string(kMaxNoteBytes + 1, 'x'), "at most 4096 bytes");
    invalid(ActionKind::setNote, "bell\a", "control character");
    invalid(ActionKind::setNote, "\xff", "UTF-8");
    invalid(ActionKind::assign, std::string(kMaxAssigneeBytes + 1, 'x'), "at most 256 bytes");
    invalid(ActionKind::assign, "two\nlines", "control character");
    perform(ActionKind::setNote, "d1", "two\nlines");
    perform(ActionKind::assign, "d1", "Grace Hopper");
    EXPECT_EQ(device("d1").thing.note, "two\nlines");
    EXPECT_EQ(device("d1").thing.assignee, "Grace Hopper");
}

// --- many at once

TEST_F(DeviceDeskTest, ABulkIsKnownByItsFirstAction) {
    for (const char* id : {"d1", "d2", "d3"}) report(id, "downloading");
    std::uint64_t first = 0;
    for (const char* id : {"d1", "d2"}) {
        ActionRequest request{ActionKind::setNote, id, "seen", {}};
        request.bulk = first;
        const ActionOutcome done = perform(request);
        if (first == 0) first = done.auditSequence;
    }
    const ActionOutcome alone = perform(ActionKind::setNote, "d3", "seen");
    const auto bulk = service->reader().bulk(first).value();
    ASSERT_EQ(bulk.size(), 2U);
    EXPECT_EQ(bulk.at(0).target, "d1");
    EXPECT_EQ(bulk.at(1).target, "d2");
    EXPECT_EQ(bulk.at(1).bulk, first);
    EXPECT_THAT(service->reader().bulk(alone.auditSequence).value(), IsEmpty());
}

}  // namespace
}  // namespace drydock::fleet
