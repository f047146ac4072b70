#include "models/fleet/operator_action.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "models/fleet/firmware_package.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::HasSubstr;

class OperatorActionTest : public OperatorDesk {
protected:
    ReleaseStatus statusOf(const std::string& zipName) {
        return service->reader().firmwareByZip(zipName).value().status;
    }
};

TEST_F(OperatorActionTest, EveryActionHasANameBothWays) {
    for (int i = 0; i <= static_cast<int>(ActionKind::removeFromGroup); ++i) {
        const auto kind = static_cast<ActionKind>(i);
        EXPECT_EQ(actionFromName(actionName(kind)), kind);
    }
    EXPECT_EQ(actionFromName("undo"), std::nullopt);
}

TEST_F(OperatorActionTest, APreviewShowsTheDifferenceAndChangesNothing) {
    failTimes("d1", 10);
    const auto before = everything();
    const ActionPreview made = preview(ActionKind::restoreAttributes, "d1");
    EXPECT_EQ(everything(), before);
    const FieldChange* fw = changeOf(made, "attributes.FW");
    ASSERT_NE(fw, nullptr);
    EXPECT_EQ(fw->before, "moveOut");
    EXPECT_EQ(fw->after, "2.27");
    const FieldChange* phase = changeOf(made, "phase");
    ASSERT_NE(phase, nullptr);
    EXPECT_EQ(phase->after, "retrying");
    EXPECT_NE(changeOf(made, "restoreAt"), nullptr);
    EXPECT_TRUE(made.canUndo);
    EXPECT_TRUE(made.warnings.empty());
    clock.advance(3 * 24 * kHourMs);
    EXPECT_THAT(preview(ActionKind::restoreAttributes, "d1").warnings,
                testing::ElementsAre("The device has not reported for 3 days."));
}

TEST_F(OperatorActionTest, EveryDeviceActionCanBeUndoneAfterARestart) {
    failTimes("cooling", 10);
    failTimes("retrying", 4);
    report("well", "downloading");
    expectUndoRestores(ActionKind::restoreAttributes, "cooling");
    expectUndoRestores(ActionKind::moveToFailed, "cooling");
    expectUndoRestores(ActionKind::moveToFailed, "retrying");
    expectUndoRestores(ActionKind::moveToFailed, "well");
    expectUndoRestores(ActionKind::resetCounters, "retrying");
    expectUndoRestores(ActionKind::setNote, "well", "ring the shop");
    expectUndoRestores(ActionKind::assign, "well", "grace");
    failForGood("failed");
    expectUndoRestores(ActionKind::release, "failed");
    const std::string alert = alerts(AlertState::open).at(0).id;
    expectUndoRestores(ActionKind::acknowledgeAlert, alert);
    expectUndoRestores(ActionKind::resolveAlert, alert);
}

TEST_F(OperatorActionTest, ReleaseRestoresLeavesTheGroupAndResolvesTheAlert) {
    failForGood("d1");
    report("d1", "succeeded");
    const ActionOutcome outcome = perform(ActionKind::release, "d1");
    EXPECT_THAT(outcome.summary, HasSubstr("restored 2 attributes"));
    EXPECT_EQ(cycle("d1").phase, Phase::well);
    EXPECT_FALSE(cycle("d1").reportsSuccess);
    EXPECT_TRUE(device("d1").thing.groups.empty());
    EXPECT_TRUE(service->reader().groupMembers("FailedToUpdate").value().empty());
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "2.27");
    ASSERT_EQ(alerts(AlertState::resolved).size(), 1U);
    EXPECT_EQ(alerts()[0].resolvedBy, "ada");
    const auto audit = service->reader().audit({}, 1).value().at(0);
    EXPECT_EQ(audit.who, "ada");
    EXPECT_EQ(audit.screen, "tests");
    EXPECT_EQ(audit.action, "release");
    EXPECT_EQ(audit.target, "d1");
    EXPECT_EQ(audit.why, "because");
    EXPECT_FALSE(audit.changes.empty());
    clock.advance(366 * 24 * kHourMs);
    while (service->sweep(1000).value() > 0) continue;
    EXPECT_TRUE(alerts().empty());
    EXPECT_EQ(rowCount(tables::kAudit), 1U);
}

TEST_F(OperatorActionTest, RefusalsSayWhatToDoInstead) {
    report("well", "downloading");
    failTimes("retrying", 2);
    failTimes("cooling", 10);
    expectRefusal(ActionKind::resetCounters, "nobody", "no device", {}, ErrorCode::notFound);
    expectRefusal(ActionKind::resetCounters, "well", "0/0 already");
    expectRefusal(ActionKind::resetCounters, "cooling", "restore its attributes first");
    expectRefusal(ActionKind::release, "retrying", "reset its counters instead");
    expectRefusal(ActionKind::restoreAttributes, "well", "no backup");
    expectRefusal(ActionKind::restoreAttributes, "retrying", "nothing to restore");
    expectRefusal(ActionKind::setNote, "well", "already");
    expectRefusal(ActionKind::acknowledgeAlert, "alert-0", "no alert", {}, ErrorCode::notFound);
    expectRefusal(ActionKind::setReleaseStatus, "x.zip", "no firmware", "TESTING", ErrorCode::notFound);
    EXPECT_EQ(service->undo(999, who).error().code, ErrorCode::notFound);
    EXPECT_EQ(rowCount(tables::kAudit), 0U);
}

TEST_F(OperatorActionTest, AnActOnWhatChangedMeanwhileIsAConflictThatNamesIt) {
    failTimes("d1", 4);
    const ActionPreview stale = preview(ActionKind::resetCounters, "d1");
    failTimes("d1", 1);
    const auto before = everything();
    const auto done = service->perform(stale, who);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::conflict);
    EXPECT_THAT(done.error().message, HasSubstr("RetryCounter changed meanwhile: it was \"4\" and is now \"5\""));
    EXPECT_EQ(everything(), before);
}

TEST_F(OperatorActionTest, AnActBesideOtherChangesIsNone) {
    failTimes("d1", 4);
    const ActionPreview note = preview(ActionKind::setNote, "d1", "seen");
    failTimes("d1", 6);
    ASSERT_TRUE(service->perform(note, who));
    EXPECT_EQ(device("d1").thing.note, "seen");
    EXPECT_EQ(device("d1").thing.phase, Phase::coolingOff);
    EXPECT_EQ(device("d1").thing.attributes.at("FW"), "moveOut");
}

TEST_F(OperatorActionTest, UndoIsRefusedOnceTheFieldsMovedOn) {
    failTimes("d1", 4);
    const ActionOutcome reset = perform(ActionKind::resetCounters, "d1");
    const ActionOutcome note = perform(ActionKind::setNote, "d1", "first");
    failTimes("d1", 1);
    const auto refused = service->previewUndo(reset.auditSequence);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::refused);
    EXPECT_THAT(refused.error().message, HasSubstr("phase changed meanwhile: it was \"well\""));
    EXPECT_TRUE(service->undo(note.auditSequence, who));
    EXPECT_EQ(device("d1").thing.note, "");
    expectConsistent();
}

TEST_F(OperatorActionTest, ARetryRecordIsSetBackWholeOrNotAtAll) {
    failTimes("d1", 10);
    const ActionOutcome restored = perform(ActionKind::restoreAttributes, "d1");
    failTimes("d1", 3);
    const auto refused = service->undo(restored.auditSequence, who);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("RetryCounter changed meanwhile: it was \"0\" and is now \"3\""));
    EXPECT_EQ(cycle("d1").phase, Phase::retrying);
    expectConsistent();
}

TEST_F(OperatorActionTest, MovingByHandRaisesAnAlertThatSaysSoAndBacksUp) {
    report("d1", "downloading", "1.0");
    const std::uint64_t backlog = service->outboxBacklog();
    EXPECT_THAT(preview(ActionKind::moveToFailed, "d1").warnings, testing::ElementsAre(HasSubstr("An alert goes out")));
    perform(ActionKind::moveToFailed, "d1");
    EXPECT_EQ(cycle("d1").phase, Phase::failed);
    ASSERT_EQ(alerts(AlertState::open).size(), 1U);
    EXPECT_EQ(alerts().at(0).message, "Device d1 was moved to FailedToUpdate by ada. Manual intervention required.");
    EXPECT_EQ(service->outboxBacklog(), backlog + 3);  // attributes, group, alert
    EXPECT_EQ(device("d1").backup->at("FW"), "1.0");
    send(R"({"_id_":"d2","timestamp":1,"status":"downloading"})");
    perform(ActionKind::moveToFailed, "d2");
    perform(ActionKind::release, "d2");
    EXPECT_TRUE(device("d2").thing.attributes.empty());
    expectConsistent();
}

TEST_F(OperatorActionTest, TheUndoOfAMoveByHandResolvesItsAlert) {
    report("d1", "downloading");
    const ActionOutcome moved = perform(ActionKind::moveToFailed, "d1");
    perform(ActionKind::acknowledgeAlert, alerts().at(0).id);
    const auto undo = service->previewUndo(moved.auditSequence);
    ASSERT_TRUE(undo) << undo.error().message;
    const FieldChange* state = changeOf(*undo, "state");
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->after, "resolved");
    ASSERT_TRUE(service->undo(moved.auditSequence, who));
    EXPECT_EQ(cycle("d1").phase, Phase::well);
    ASSERT_EQ(alerts().size(), 1U);
    EXPECT_EQ(alerts().at(0).state, AlertState::resolved);
    EXPECT_EQ(alerts().at(0).resolvedBy, "ada");
    expectConsistent();
}

TEST_F(OperatorActionTest, AnAlertThatIsOutKeepsAnotherFromFollowing) {
    failForGood("d1");
    const ActionOutcome resolved = perform(ActionKind::resolveAlert, alerts().at(0).id);
    perform(ActionKind::release, "d1");
    ASSERT_TRUE(service->undo(resolved.auditSequence, who));
    ASSERT_EQ(alerts(AlertState::open).size(), 1U);
    EXPECT_TRUE(preview(ActionKind::moveToFailed, "d1").warnings.empty());
    clock.advance(kMinuteMs);
    const ActionOutcome moved = perform(ActionKind::moveToFailed, "d1");
    EXPECT_EQ(alerts().size(), 1U);
    ASSERT_TRUE(service->undo(moved.auditSequence, who));
    EXPECT_EQ(alerts(AlertState::open).size(), 1U) << "it was there before the move";
}

TEST_F(OperatorActionTest, FirmwareGoesThroughItsStatesAndEachIsUndoable) {
    const FirmwareRecord record = import();
    ASSERT_EQ(record.status, ReleaseStatus::readyToTest);
    expectRefusal(ActionKind::setReleaseStatus, record.zipName, "allowed from there: TESTING", "RELEASED");
    expectRefusal(ActionKind::setReleaseStatus, record.zipName, "no release status", "LOST", ErrorCode::validation);
    // A ZIP's name says nothing to a person.
    EXPECT_EQ(preview(ActionKind::setReleaseStatus, record.zipName, "TESTING").subject,
              record.productId + ' ' + record.application + ' ' + record.version);
    const ActionOutcome testing = perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    ASSERT_TRUE(service->undo(testing.auditSequence, who));
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::readyToTest);
    perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    const ActionPreview stale = preview(ActionKind::setReleaseStatus, record.zipName, "RELEASED");
    perform(ActionKind::setReleaseStatus, record.zipName, "RELEASED");
    const auto conflict = service->perform(stale, who);
    ASSERT_FALSE(conflict);
    EXPECT_EQ(conflict.error().code, ErrorCode::conflict);
    EXPECT_THAT(conflict.error().message,
                HasSubstr("release_status changed meanwhile: it was \"TESTING\" and is now \"RELEASED\""));
    expectRefusal(ActionKind::deleteFirmware, record.zipName, "RELEASED");
    send(payload("d1", 1, "succeeded", "wo:v8", record.version));
    EXPECT_THAT(preview(ActionKind::setReleaseStatus, record.zipName, "REVOKED").warnings,
                testing::ElementsAre("1 device is on this version."));
    perform(ActionKind::setReleaseStatus, record.zipName, "REVOKED");
    const FirmwareRecord revoked = service->reader().firmwareByZip(record.zipName).value();
    EXPECT_EQ(revoked.expiresAtS, clock.wallMs() / 1000 + 10 * 24 * 60 * 60);
    EXPECT_EQ(revoked.statusHistory.back().status, ReleaseStatus::revoked);
}

TEST_F(OperatorActionTest, ReleaseIsRefusedWhenTheZipChanged) {
    const FirmwareRecord record = import();
    perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    ASSERT_TRUE(writeSamplePackage(options.firmwareDirectory / record.zipName, "wo:v8", "app", "another"));
    EXPECT_FALSE(tryPerform(preview(ActionKind::setReleaseStatus, record.zipName, "RELEASED")));
    std::filesystem::remove(options.firmwareDirectory / record.zipName);
    EXPECT_FALSE(tryPerform(preview(ActionKind::setReleaseStatus, record.zipName, "RELEASED")));
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::testing);
}

TEST_F(OperatorActionTest, NothingIsReleasedWithoutItsPackageBeingVerified) {
    const FirmwareRecord record = import();
    perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    const auto unverified = service->perform(preview(ActionKind::setReleaseStatus, record.zipName, "RELEASED"), who);
    ASSERT_FALSE(unverified);
    EXPECT_EQ(unverified.error().code, ErrorCode::refused);

    // Verified, but its record lists other files by now.
    const ActionPreview made = preview(ActionKind::setReleaseStatus, record.zipName, "RELEASED");
    const auto verified = service->firmwareFiles().value()->verify(releasesIn(made.rows));
    ASSERT_TRUE(verified) << verified.error().message;
    storage::UpdateRequest edited;
    edited.table = tables::kFirmware;
    edited.key = firmwareKey(record.productId, record.application, record.version);
    edited.update = "REMOVE #f[0]";
    edited.parameters.names.emplace("#f", "files");
    ASSERT_TRUE(store->write(std::move(edited)));
    EXPECT_FALSE(service->perform(made, who, *verified));
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::testing);
}

TEST_F(OperatorActionTest, ARevocationIsUndoneOnlyWithThePackageVerified) {
    const FirmwareRecord record = import();
    perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    perform(ActionKind::setReleaseStatus, record.zipName, "RELEASED");
    const ActionOutcome revoked = perform(ActionKind::setReleaseStatus, record.zipName, "REVOKED");
    EXPECT_FALSE(service->undo(revoked.auditSequence, who));
    const auto rows = service->previewUndo(revoked.auditSequence).value().rows;
    const auto verified = service->firmwareFiles().value()->verify(releasesIn(rows));
    ASSERT_TRUE(verified) << verified.error().message;
    const auto undone = service->undo(revoked.auditSequence, who, *verified);
    ASSERT_TRUE(undone) << undone.error().message;
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::released);
}

TEST_F(OperatorActionTest, ADevelopmentBuildIsReleasedOnlyWhereAllowed) {
    const FirmwareRecord record = import(std::string(kDevelopmentVersion));
    perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    expectRefusal(ActionKind::setReleaseStatus, record.zipName, "development build", "RELEASED");
    options.allowDevelopmentRelease = true;
    reopen();
    perform(ActionKind::setReleaseStatus, record.zipName, "RELEASED");
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::released);
}

TEST_F(OperatorActionTest, ADeletionRemovesTheZipAndCannotBeUndone) {
    const FirmwareRecord record = import();
    const ActionPreview made = preview(ActionKind::deleteFirmware, record.zipName);
    EXPECT_FALSE(made.canUndo);
    const auto done = service->perform(made, who);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_FALSE(std::filesystem::exists(options.firmwareDirectory / record.zipName));
    const FirmwareRecord deleted = service->reader().firmwareByZip(record.zipName).value();
    EXPECT_EQ(deleted.status, ReleaseStatus::deleted);
    EXPECT_EQ(deleted.expiresAtS, clock.wallMs() / 1000 + 10 * 24 * 60 * 60);
    EXPECT_FALSE(service->undo(done->auditSequence, who));
    clock.advance(11 * 24 * kHourMs);
    ASSERT_TRUE(service->sweep(100));
    EXPECT_TRUE(service->reader().firmware().value().empty());
}

TEST_F(OperatorActionTest, ARefusedPackageIsDeletedAtOnce) {
    const auto zip = directory / "bad.zip";
    tests::writeZip(zip, {{"readme.txt", "no manifest"}});
    const auto refused = tryImport(zip);
    ASSERT_TRUE(refused) << refused.error().message;
    ASSERT_EQ(refused->status, ReleaseStatus::error);
    perform(ActionKind::deleteFirmware, refused->zipName);
    const FirmwareRecord deleted = service->reader().firmwareByZip(refused->zipName).value();
    std::vector<ReleaseStatus> statuses;
    for (const StatusChange& change : deleted.statusHistory) statuses.push_back(change.status);
    EXPECT_THAT(statuses, testing::ElementsAre(ReleaseStatus::error, ReleaseStatus::deleted));
    EXPECT_EQ(deleted.expiresAtS, clock.wallMs() / 1000 + 10 * 24 * 60 * 60);
    EXPECT_FALSE(std::filesystem::exists(options.firmwareDirectory / "errors" / refused->zipName));
}

TEST_F(OperatorActionTest, AnAlertSaysWhoAcknowledgedItAndWhatResolvedIt) {
    for (const char* id : {"d1", "d2"}) failForGood(id);
    const auto alertOf = [this](const std::string& id) {
        for (const Alert& alert : alerts())
            if (alert.deviceId == id) return alert;
        return Alert();
    };
    EXPECT_EQ(alertOf("d1").state, AlertState::open);
    clock.advance(kMinuteMs);
    perform(ActionKind::acknowledgeAlert, alertOf("d1").id);
    EXPECT_EQ(alertOf("d1").state, AlertState::acknowledged);
    EXPECT_EQ(alertOf("d1").acknowledgedBy, "ada");
    EXPECT_EQ(alertOf("d1").acknowledgedMs, clock.wallMs());
    expectRefusal(ActionKind::acknowledgeAlert, alertOf("d1").id, "acknowledged by ada already");
    clock.advance(kMinuteMs);
    perform(ActionKind::resolveAlert, alertOf("d1").id);
    EXPECT_EQ(alertOf("d1").state, AlertState::resolved);
    EXPECT_EQ(alertOf("d1").acknowledgedBy, "ada");
    EXPECT_EQ(alertOf("d1").resolvedBy, "ada");
    EXPECT_EQ(alertOf("d1").resolvedMs, clock.wallMs());
    for (const ActionKind kind : {ActionKind::acknowledgeAlert, ActionKind::resolveAlert})
        expectRefusal(kind, alertOf("d1").id, "resolved by ada already");
    EXPECT_EQ(alertOf("d2").state, AlertState::open);
    perform(ActionKind::release, "d2");
    EXPECT_EQ(alertOf("d2").resolvedBy, "ada");
    std::vector<std::string> told;
    for (const HistoryEntry& entry : history("d1"))
        if (entry.kind == HistoryKind::alert) told.push_back(entry.what);
    EXPECT_THAT(told, testing::ElementsAre("open", "acknowledged", "resolved"));
}

TEST_F(OperatorActionTest, AnInterruptedDeletionIsFinishedAtTheNextStart) {
    const FirmwareRecord record = import();
    storage::UpdateRequest interrupted;
    interrupted.table = tables::kFirmware;
    interrupted.key = firmwareKey(record.productId, record.application, record.version);
    interrupted.update = "SET release_status = :s";
    interrupted.parameters.values.emplace(":s", "DELETING");
    ASSERT_TRUE(store->write(std::move(interrupted)));
    reopen();
    EXPECT_EQ(statusOf(record.zipName), ReleaseStatus::deleted);
    EXPECT_FALSE(std::filesystem::exists(options.firmwareDirectory / record.zipName));
}

TEST_F(OperatorActionTest, TheSameVersionAgainIsRefusedUnlessItsRecordIsDone) {
    const FirmwareRecord first = import();
    const auto again = tryImport(directory / "2026.03.01.zip");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::refused);
    EXPECT_EQ(service->reader().firmware().value().size(), 1U);
    perform(ActionKind::deleteFirmware, first.zipName);
    const FirmwareRecord second = import();
    EXPECT_NE(second.zipName, first.zipName);
    EXPECT_EQ(service->reader().firmware().value().size(), 1U);
    EXPECT_EQ(service->reader().audit({}, 1).value().at(0).action, "importFirmware");
    reopen();
    EXPECT_TRUE(std::filesystem::exists(options.firmwareDirectory / second.zipName));
}

}  // namespace
}  // namespace drydock::fleet
