// An import as an action like any other: previewed, told in the audit with what it changed, and taken back.
#include "models/fleet/operator_action.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/fleet/operator_desk_fixture.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ImportActionTest : public OperatorDesk {
protected:
    // ZIPs and parts of them.
    std::size_t files() {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(options.firmwareDirectory))
            count += entry.is_regular_file() ? 1U : 0U;
        return count;
    }
    AuditEntry lastActivity() { return service->reader().audit({}, 1).value().at(0); }
    Result<ActionPreview> previewOf(const std::filesystem::path& zip) {
        DRYDOCK_ASSIGN(const FirmwareStore* packages, service->firmwareFiles());
        DRYDOCK_ASSIGN(const StagedImport staged, packages->stage(zip, clock.wallMs()));
        return service->previewImport(staged);
    }
    static std::string after(const ActionPreview& made, const std::string& field) {
        const FieldChange* change = changeOf(made, field);
        return change != nullptr ? change->after : std::string();
    }
    void undo(const AuditEntry& activity) {
        const auto undone = service->undo(activity.sequence, who);
        ASSERT_TRUE(undone) << undone.error().message;
    }
};

TEST_F(ImportActionTest, APreviewShowsTheRecordAndLeavesNothing) {
    const auto zip = directory / "sample.zip";
    ASSERT_TRUE(writeSamplePackage(zip, "p", "app", "2.27"));
    const auto before = everything();
    const ActionPreview made = previewOf(zip).value();
    EXPECT_EQ(made.action, "importFirmware");
    EXPECT_EQ(made.request.target, "sample.zip");
    EXPECT_EQ(after(made, "product_id"), "p");
    EXPECT_EQ(after(made, "version"), "2.27");
    EXPECT_EQ(after(made, "release_status"), "READY_TO_TEST");
    for (const char* untold : {"zip_name", "files", "partition_offsets", "pk"})
        EXPECT_EQ(changeOf(made, untold), nullptr);
    EXPECT_THAT(made.warnings, ElementsAre(HasSubstr("not like YYYY.MM.DD")));
    EXPECT_TRUE(made.canUndo);
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(files(), 0U);

    tests::writeZip(zip, {{"readme.txt", "no manifest"}});
    const ActionPreview refused = previewOf(zip).value();
    EXPECT_EQ(after(refused, "release_status"), "ERROR");
    EXPECT_EQ(after(refused, "error_reason"), "manifest.json missing");
    EXPECT_EQ(files(), 0U);
}

TEST_F(ImportActionTest, APreviewOfAVersionInUseIsRefusedAsItsImportWouldBe) {
    import();
    const auto made = previewOf(directory / "2026.03.01.zip");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::refused);
    EXPECT_THAT(made.error().message, HasSubstr("READY_TO_TEST"));
    EXPECT_EQ(files(), 1U);
}

TEST_F(ImportActionTest, AnImportIsTakenBackWithItsZipAlsoAfterARestart) {
    const FirmwareRecord record = import();
    const AuditEntry imported = lastActivity();
    EXPECT_EQ(imported.action, "importFirmware");
    EXPECT_TRUE(imported.undoable);
    EXPECT_THAT(imported.changes, testing::Contains(testing::Field(&FieldChange::after, record.zipName)));
    reopen();
    const ActionPreview made = service->previewUndo(imported.sequence).value();
    EXPECT_EQ(made.action, "importFirmware");
    ASSERT_NE(changeOf(made, "version"), nullptr);
    EXPECT_EQ(changeOf(made, "version")->before, record.version);
    EXPECT_EQ(files(), 1U);
    undo(imported);
    EXPECT_THAT(service->reader().firmware().value(), IsEmpty());
    EXPECT_EQ(files(), 0U);
    EXPECT_EQ(lastActivity().summary, "Undid: " + imported.summary);
    EXPECT_FALSE(service->undo(imported.sequence, who));
    import();
}

TEST_F(ImportActionTest, AnImportIsTakenBackOnlyWhileNothingHasBecomeOfIt) {
    const FirmwareRecord record = import();
    const AuditEntry imported = lastActivity();
    const ActionOutcome tested = perform(ActionKind::setReleaseStatus, record.zipName, "TESTING");
    const auto refused = service->undo(imported.sequence, who);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::refused);
    EXPECT_THAT(refused.error().message, HasSubstr("changed meanwhile"));
    EXPECT_EQ(files(), 1U);
    ASSERT_TRUE(service->undo(tested.auditSequence, who));
    undo(imported);
    EXPECT_EQ(files(), 0U);
}

// The ZIP of what it took the place of is gone.
TEST_F(ImportActionTest, AnImportInThePlaceOfAnotherIsNotTakenBack) {
    perform(ActionKind::deleteFirmware, import().zipName);
    import();
    EXPECT_FALSE(lastActivity().undoable);
    EXPECT_FALSE(service->undo(lastActivity().sequence, who));
}

TEST_F(ImportActionTest, ARefusedPackageIsTakenBackToo) {
    const auto zip = directory / "bad.zip";
    tests::writeZip(zip, {{"readme.txt", "no manifest"}});
    ASSERT_TRUE(tryImport(zip));
    EXPECT_EQ(files(), 1U);
    undo(lastActivity());
    EXPECT_THAT(service->reader().firmware().value(), IsEmpty());
    EXPECT_EQ(files(), 0U);
}

// A record may be as large as a row of a table; its activities are rows, too, and stay small.
TEST_F(ImportActionTest, ThePackageWithTheMostFilesIsImportedAndTakenBack) {
    tests::PackageBuilder package;
    for (int i = 0; i < 3500; ++i) package.add("file" + std::to_string(i), std::to_string(i));
    const auto zip = directory / "many.zip";
    package.write(zip);
    const auto record = tryImport(zip);
    ASSERT_TRUE(record) << record.error().message;
    ASSERT_EQ(record->status, ReleaseStatus::readyToTest) << record->errorReason;
    ASSERT_GT(storage::itemSize(firmwareToItem(*record)), 300'000U);
    undo(lastActivity());
    EXPECT_THAT(service->reader().firmware().value(), IsEmpty());
    const auto all = everything();
    EXPECT_THAT(all.at(tables::kAudit), testing::SizeIs(2));
    for (const storage::Item& activity : all.at(tables::kAudit)) EXPECT_LT(storage::itemSize(activity), 10'000U);
}

TEST_F(ImportActionTest, ThePreviewOfAnUndoNamesWhatItTakesBack) {
    report("d1", "downloading");
    const ActionOutcome noted = perform(ActionKind::setNote, "d1", "seen");
    EXPECT_EQ(service->previewUndo(noted.auditSequence).value().action, "setNote");
}

}  // namespace
}  // namespace drydock::fleet
