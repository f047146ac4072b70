// What the desk core does while packages are read.
#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "models/fleet/firmware_package.h"
#include "tests/app/desk_core_fixture.h"

namespace drydock::app {
namespace {

using fleet::FleetService;
using fleet::Phase;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;
using tests::eventually;

// With the reading of packages held up between two blocks until the test lets go.
class DeskCoreFirmwareTest : public DeskCoreTest {
protected:
    void SetUp() override {
        DeskCoreTest::SetUp();
        m_options.betweenPackageBlocks = [this] {
            std::unique_lock lock(m_mutex);
            // Not before the first block: the copy has begun, and not ended.
            if (++m_blocks != 2) return;
            m_changed.notify_all();
            m_changed.wait(lock, [this] { return !m_held; });
        };
        ASSERT_TRUE(fleet::writeSamplePackage(m_zip, "wo:v8", "main", "2026.03.01"));
    }
    void TearDown() override { release(); }

    void waitUntilHeld() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_blocks >= 2; });
    }
    // Holds the next package up anew.
    void holdAgain() {
        const std::lock_guard lock(m_mutex);
        m_blocks = 0;
        m_held = true;
    }
    void release() {
        const std::lock_guard lock(m_mutex);
        m_held = false;
        m_changed.notify_all();
    }

    std::future<Result<fleet::FirmwareRecord>> import() {
        auto promise = std::make_shared<std::promise<Result<fleet::FirmwareRecord>>>();
        m_core->importFirmware(m_zip, {"anna", "test"}, [promise](Result<fleet::FirmwareRecord> record) {
            promise->set_value(std::move(record));
        });
        return promise->get_future();
    }
    std::future<Result<fleet::ActionOutcome>> setStatus(const std::string& zipName, const std::string& status) {
        auto promise = std::make_shared<std::promise<Result<fleet::ActionOutcome>>>();
        m_core->act({fleet::ActionKind::setReleaseStatus, zipName, status, {}}, {"anna", "test"},
                    [promise](Result<fleet::ActionOutcome> outcome) { promise->set_value(std::move(outcome)); });
        return promise->get_future();
    }
    std::future<Result<std::uint64_t>> save(const std::string& zipName, const std::filesystem::path& target) {
        auto promise = std::make_shared<std::promise<Result<std::uint64_t>>>();
        m_core->saveFirmware(zipName, target,
                             [promise](Result<std::uint64_t> saved) { promise->set_value(std::move(saved)); });
        return promise->get_future();
    }
    // A package in the store, with nothing held up.
    std::string importedZip() {
        release();
        const auto record = import().get();
        EXPECT_TRUE(record) << record.error().message;
        return record ? record->zipName : std::string();
    }
    [[nodiscard]] static std::string contentOf(const std::filesystem::path& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] static std::size_t entriesIn(const std::filesystem::path& folder) {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
    }
    // ZIPs and parts of them in a store.
    [[nodiscard]] static std::size_t filesIn(const std::filesystem::path& store) {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(store / "firmware"))
            count += entry.is_regular_file() ? 1U : 0U;
        return count;
    }
    [[nodiscard]] std::size_t records() {
        return onCore<std::size_t>(
            [](FleetService& service, SqliteStore&) { return service.reader().firmware().value().size(); });
    }

    tests::TemporaryDirectory m_elsewhere;
    std::filesystem::path m_zip = m_elsewhere / "sample.zip";

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_blocks = 0;
    bool m_held = true;
};

TEST_F(DeskCoreFirmwareTest, TelemetryIsAppliedWhileAPackageIsImported) {
    start();
    auto imported = import();
    waitUntilHeld();
    deliverFailures("a", 10);
    EXPECT_TRUE(nothingWaits(10));
    advance(kDayMs);
    EXPECT_TRUE(reaches("a", Phase::retrying));
    EXPECT_EQ(records(), 0U);
    release();
    const auto record = imported.get();
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->status, fleet::ReleaseStatus::readyToTest);
    EXPECT_EQ(records(), 1U);
    EXPECT_EQ(filesIn(m_directory.path()), 1U);
}

TEST_F(DeskCoreFirmwareTest, TelemetryIsAppliedWhileAPackageIsVerifiedForItsRelease) {
    start();
    release();
    const auto record = import().get();
    ASSERT_TRUE(record) << record.error().message;
    ASSERT_TRUE(setStatus(record->zipName, "TESTING").get());
    holdAgain();
    auto released = setStatus(record->zipName, "RELEASED");
    waitUntilHeld();
    deliverFailures("a", 3);
    EXPECT_TRUE(nothingWaits(3));
    // Meanwhile somebody else had another idea.
    ASSERT_TRUE(setStatus(record->zipName, "READY_TO_TEST").get());
    release();
    const auto conflict = released.get();
    ASSERT_FALSE(conflict);
    EXPECT_EQ(conflict.error().code, ErrorCode::conflict);
    ASSERT_TRUE(setStatus(record->zipName, "TESTING").get());
    EXPECT_TRUE(setStatus(record->zipName, "RELEASED").get());
}

TEST_F(DeskCoreFirmwareTest, ASavedZipIsTheOneImportedAndReplacesAFile) {
    start();
    const std::string zip = importedZip();
    const tests::TemporaryDirectory chosen;
    std::ofstream(chosen / "copy.zip") << "what was there";
    const auto saved = save(zip, chosen / "copy.zip").get();
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(*saved, std::filesystem::file_size(m_zip));
    EXPECT_EQ(contentOf(chosen / "copy.zip"), contentOf(m_zip));
    EXPECT_EQ(entriesIn(chosen.path()), 1U);
    EXPECT_EQ(save("none.zip", chosen / "copy.zip").get().error().code, ErrorCode::notFound);
}

TEST_F(DeskCoreFirmwareTest, AZipIsNotSavedWhereNothingCanBeWritten) {
    start();
    const std::string zip = importedZip();
    const tests::TemporaryDirectory chosen;
    std::ofstream(chosen / "file") << "no folder";
    EXPECT_EQ(save(zip, chosen / "file" / "copy.zip").get().error().code, ErrorCode::io);
    EXPECT_EQ(save(zip, chosen / "missing" / "copy.zip").get().error().code, ErrorCode::io);
    EXPECT_EQ(entriesIn(chosen.path()), 1U);
}

TEST_F(DeskCoreFirmwareTest, TelemetryIsAppliedWhileAZipIsSavedAndTheEndLeavesTheFileThatWasThere) {
    start();
    const std::string zip = importedZip();
    const tests::TemporaryDirectory chosen;
    std::ofstream(chosen / "copy.zip") << "what was there";
    holdAgain();
    auto saved = save(zip, chosen / "copy.zip");
    waitUntilHeld();
    deliverFailures("a", 3);
    EXPECT_TRUE(nothingWaits(3));
    EXPECT_EQ(entriesIn(chosen.path()), 2U);  // the part beside it
    std::thread closer([this] { m_core->stopFirmwareJobs(); });
    // Once this is refused the end has begun, and the copy may go no further.
    EXPECT_TRUE(eventually([&] {
        auto other = save(zip, chosen / "other.zip");
        onCore<bool>([](FleetService&, SqliteStore&) { return true; });
        return other.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }));
    release();
    closer.join();
    EXPECT_EQ(saved.get().error().code, ErrorCode::busy);
    EXPECT_EQ(contentOf(chosen / "copy.zip"), "what was there");
    EXPECT_EQ(entriesIn(chosen.path()), 1U);
}

TEST_F(DeskCoreFirmwareTest, TheEndStopsAnImportAndLeavesNothingHalfDone) {
    start();
    auto imported = import();
    waitUntilHeld();
    EXPECT_EQ(filesIn(m_directory.path()), 1U);  // a part
    std::thread closer([this] { m_core->stopFirmwareJobs(); });
    // What is asked for once the end has begun is answered at once, while the first is held up still.
    std::vector<std::future<Result<fleet::FirmwareRecord>>> others;
    EXPECT_TRUE(eventually([&] {
        others.push_back(import());
        onCore<bool>([](FleetService&, SqliteStore&) { return true; });
        return others.back().wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }));
    release();
    closer.join();
    for (auto& other : others) EXPECT_EQ(other.get().error().code, ErrorCode::busy);
    EXPECT_EQ(imported.get().error().code, ErrorCode::busy);
    EXPECT_EQ(records(), 0U);
    m_core.reset();
    EXPECT_EQ(filesIn(m_directory.path()), 0U);
}

TEST_F(DeskCoreFirmwareTest, WhatAKilledImportLeftGoesAtTheNextStart) {
    start();
    auto imported = import();
    waitUntilHeld();
    // The store as a kill at this moment would leave it.
    tests::TemporaryDirectory killed;
    std::filesystem::copy(m_directory.path(), killed.path(), std::filesystem::copy_options::recursive);
    EXPECT_EQ(filesIn(killed.path()), 1U);
    release();
    ASSERT_TRUE(imported.get());
    m_core.reset();

    m_options.storeDirectory = killed.path();
    start();
    EXPECT_EQ(filesIn(killed.path()), 0U);
    EXPECT_EQ(records(), 0U);
    ASSERT_TRUE(import().get());
    m_core.reset();
    start();
    EXPECT_EQ(filesIn(killed.path()), 1U);
    EXPECT_EQ(records(), 1U);
}

}  // namespace
}  // namespace drydock::app
