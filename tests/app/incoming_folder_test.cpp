// The folder where packages are dropped: what is told of, and what the desk core makes of it.
#include "app/services/incoming_folder.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/firmware_package.h"
#include "tests/app/desk_core_fixture.h"

namespace drydock::app {
namespace {

using fleet::FirmwareRecord;
using fleet::FleetService;
using storage::SqliteStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::eventually;

class IncomingFolderTest : public ::testing::Test {
protected:
    void open() {
        auto folder = IncomingFolder::open(m_path);
        ASSERT_TRUE(folder) << folder.error().message;
        m_folder.emplace(std::move(*folder));
    }
    std::vector<std::string> take() {
        const auto files = m_folder->take();
        EXPECT_TRUE(files) << files.error().message;
        std::vector<std::string> names;
        for (const auto& file : files.value_or(std::vector<std::filesystem::path>())) names.push_back(file.filename());
        return names;
    }
    void write(const std::string& name) { std::ofstream(m_path / name) << "x"; }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_path = m_directory / "incoming";
    std::optional<IncomingFolder> m_folder;
};

TEST_F(IncomingFolderTest, AFileIsTakenOnceItIsClosedAfterWriting) {
    open();
    EXPECT_THAT(take(), IsEmpty());
    std::ofstream file(m_path / "a.zip");
    file << "half" << std::flush;
    EXPECT_THAT(take(), IsEmpty());
    file.close();
    EXPECT_THAT(take(), ElementsAre("a.zip"));
    EXPECT_THAT(take(), IsEmpty());
}

TEST_F(IncomingFolderTest, AFileIsTakenOnceItIsMovedIn) {
    open();
    EXPECT_THAT(take(), IsEmpty());
    std::ofstream(m_directory / "elsewhere") << "x";
    std::filesystem::rename(m_directory / "elsewhere", m_path / "a.zip");
    EXPECT_THAT(take(), ElementsAre("a.zip"));
    write("b.part");
    EXPECT_THAT(take(), IsEmpty());
    std::filesystem::rename(m_path / "b.part", m_path / "b.ZIP");
    EXPECT_THAT(take(), ElementsAre("b.ZIP"));
}

TEST_F(IncomingFolderTest, WhatLiesThereAtTheStartIsTakenUnlessSomebodyWritesIt) {
    std::filesystem::create_directories(m_path);
    write("a.zip");
    write("note.txt");
    write(".hidden.zip");
    std::filesystem::create_directory(m_path / "folder.zip");
    std::ofstream half(m_path / "b.zip");
    open();
    EXPECT_THAT(take(), ElementsAre("a.zip"));
    half.close();
    EXPECT_THAT(take(), ElementsAre("b.zip"));
    m_folder->lookAgain();
    EXPECT_THAT(take(), ElementsAre("a.zip", "b.zip"));
}

TEST_F(IncomingFolderTest, AFolderThatWasRemovedIsMadeAnew) {
    open();
    EXPECT_THAT(take(), IsEmpty());
    std::filesystem::remove_all(m_path);
    EXPECT_THAT(take(), IsEmpty());
    write("a.zip");
    EXPECT_THAT(take(), ElementsAre("a.zip"));
}

class IncomingPackagesTest : public DeskCoreTest {
protected:
    // As a program would: written elsewhere, moved in.
    void drop(const std::filesystem::path& from, const std::string& name) {
        std::filesystem::create_directories(m_incoming);
        std::filesystem::copy_file(from, m_elsewhere / "moving");
        std::filesystem::rename(m_elsewhere / "moving", m_incoming / name);
        wake();
    }
    std::filesystem::path sample(const std::string& version) {
        const auto zip = m_elsewhere / (version + ".zip");
        EXPECT_TRUE(fleet::writeSamplePackage(zip, "p", "main", version));
        return zip;
    }
    std::vector<FirmwareRecord> records() {
        return onCore<std::vector<FirmwareRecord>>(
            [](FleetService& service, SqliteStore&) { return service.reader().firmware().value(); });
    }
    std::vector<fleet::AuditEntry> audit() {
        return onCore<std::vector<fleet::AuditEntry>>(
            [](FleetService& service, SqliteStore&) { return service.reader().audit({}, 10).value(); });
    }
    static std::vector<std::string> namesIn(const std::filesystem::path& folder) {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
        return names;
    }
    [[nodiscard]] bool isEmptied() {
        return eventually([this] { return namesIn(m_incoming).empty(); });
    }

    tests::TemporaryDirectory m_elsewhere;
    std::filesystem::path m_incoming = m_directory / "firmware/incoming";
    std::filesystem::path m_errors = m_directory / "firmware/errors";
};

TEST_F(IncomingPackagesTest, AGoodOneIsImportedAndLeavesTheFolder) {
    start();
    drop(sample("2026.01.01"), "new.zip");
    ASSERT_TRUE(isEmptied());
    ASSERT_EQ(records().size(), 1U);
    EXPECT_EQ(records()[0].status, fleet::ReleaseStatus::readyToTest);
    EXPECT_EQ(records()[0].originalName, "new.zip");
    EXPECT_EQ(audit().at(0).who, "incoming");
    EXPECT_THAT(namesIn(m_errors), IsEmpty());
}

TEST_F(IncomingPackagesTest, OneDroppedWhileTheDeskWasOffIsImportedAtTheStart) {
    drop(sample("2026.01.01"), "new.zip");
    start();
    ASSERT_TRUE(isEmptied());
    EXPECT_EQ(records().size(), 1U);
}

TEST_F(IncomingPackagesTest, OneThatBreaksARuleMovesToErrorsWithItsRecord) {
    const auto zip = sample("2026.01.01");
    start();
    {
        // A ZIP of nothing: the end record alone.
        std::ofstream file(zip, std::ios::binary | std::ios::trunc);
        file << "PK\x05\x06" << std::string(18, '\0');
    }
    drop(zip, "bad.zip");
    ASSERT_TRUE(isEmptied());
    ASSERT_EQ(records().size(), 1U);
    EXPECT_EQ(records()[0].status, fleet::ReleaseStatus::error);
    EXPECT_EQ(records()[0].errorReason, "manifest.json missing");
    EXPECT_THAT(namesIn(m_errors), ElementsAre(records()[0].zipName));
}

TEST_F(IncomingPackagesTest, OneThatIsRefusedOutrightMovesToErrorsWithANote) {
    start();
    std::ofstream(m_elsewhere / "text") << "no ZIP";
    drop(m_elsewhere / "text", "text.zip");
    ASSERT_TRUE(isEmptied());
    EXPECT_THAT(records(), IsEmpty());
    EXPECT_THAT(audit().at(0).summary, HasSubstr("Refused text.zip: The file is not a ZIP"));
    EXPECT_THAT(namesIn(m_errors), ElementsAre(HasSubstr("text.zip")));
}

TEST_F(IncomingPackagesTest, OneThatIsThereAlreadyIsNotImportedTwice) {
    start();
    drop(sample("2026.01.01"), "new.zip");
    ASSERT_TRUE(isEmptied());
    // As after a kill between the import and the removal.
    drop(m_elsewhere / "2026.01.01.zip", "new.zip");
    ASSERT_TRUE(isEmptied());
    EXPECT_EQ(records().size(), 1U);
    EXPECT_EQ(audit().size(), 1U);
    EXPECT_THAT(namesIn(m_errors), IsEmpty());
}

TEST_F(IncomingPackagesTest, AnotherPackageOfAVersionInUseIsRefused) {
    start();
    drop(sample("2026.01.01"), "new.zip");
    ASSERT_TRUE(isEmptied());
    std::ofstream(m_elsewhere / "2026.01.01.zip", std::ios::binary | std::ios::app) << std::string(1, '\0');
    drop(m_elsewhere / "2026.01.01.zip", "again.zip");
    ASSERT_TRUE(isEmptied());
    EXPECT_EQ(records().size(), 1U);
    EXPECT_THAT(namesIn(m_errors), ElementsAre(HasSubstr("again.zip")));
}

// Releases of before there were published files.
TEST_F(IncomingPackagesTest, AReleaseWithoutPublishedFilesIsPublishedAtTheStart) {
    start();
    drop(sample("2026.01.01"), "new.zip");
    ASSERT_TRUE(isEmptied());
    const std::string zip = records().at(0).zipName;
    for (const char* status : {"TESTING", "RELEASED"}) {
        std::promise<bool> done;
        m_core->act({fleet::ActionKind::setReleaseStatus, zip, status, {}}, {"anna", "test"},
                    [&done](const auto& outcome) { done.set_value(outcome.has_value()); });
        ASSERT_TRUE(done.get_future().get());
    }
    m_core.reset();
    const auto published = m_directory / "firmware/published/p/main/2026.01.01/firmware.bin";
    ASSERT_TRUE(std::filesystem::exists(published));
    std::filesystem::remove_all(m_directory / "firmware/published");
    start();
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(published); }));
}

}  // namespace
}  // namespace drydock::app
