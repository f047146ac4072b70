#include "models/fleet/firmware_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "models/fleet/digest.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Result;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::UnorderedElementsAre;
using tests::PackageBuilder;

constexpr std::int64_t kNowMs = 1'772'352'000'123;
constexpr const char* kUuid = "0b9a7e3c-3f5d-4c1e-9a65-0e4d3b2a1f00";

class FirmwareStoreTest : public testing::Test {
protected:
    void SetUp() override {
        auto store = FirmwareStore::open(m_files);
        ASSERT_TRUE(store.has_value()) << store.error().message;
        m_store.emplace(std::move(*store));
    }

    // All files of the store, relative to it.
    [[nodiscard]] std::vector<std::string> stored() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(m_files)) {
            if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(m_files).string());
        }
        return names;
    }

    [[nodiscard]] Result<StagedImport> stage(const PackageBuilder& package) {
        package.write(m_source);
        return m_store->stage(m_source, kNowMs);
    }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_files = m_directory / "firmware";
    std::filesystem::path m_source = m_directory / "upload.zip";
    std::optional<FirmwareStore> m_store;
};

TEST_F(FirmwareStoreTest, aGoodPackageIsCopiedAndItsRecordComplete) {
    auto staged = stage(PackageBuilder());
    ASSERT_TRUE(staged.has_value()) << staged.error().message;
    const FirmwareRecord record = staged->record();
    staged->keep();
    EXPECT_EQ(record.status, ReleaseStatus::readyToTest);
    EXPECT_EQ(record.version, "2026.03.01");
    EXPECT_THAT(record.zipName,
                MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}.zip"));
    EXPECT_EQ(record.originalName, "upload.zip");
    const std::string bytes = tests::readBytes(m_source);
    EXPECT_EQ(record.zipSha256, sha256Hex(bytes));
    EXPECT_EQ(record.zipSizeBytes, bytes.size());
    EXPECT_EQ(record.uploadedAtS, 1'772'352'000);
    ASSERT_EQ(record.statusHistory.size(), 1U);
    EXPECT_EQ(record.statusHistory[0].status, ReleaseStatus::readyToTest);
    EXPECT_EQ(record.statusHistory[0].atMs, kNowMs);
    EXPECT_THAT(stored(), ElementsAre(record.zipName));
    EXPECT_EQ(tests::readBytes(m_store->pathOf(record)), bytes);
}

TEST_F(FirmwareStoreTest, aStagedZipGoesUnlessItIsKept) {
    {
        auto staged = stage(PackageBuilder());
        ASSERT_TRUE(staged.has_value());
        const StagedImport moved = std::move(*staged);
        EXPECT_EQ(stored().size(), 1U);
    }
    EXPECT_THAT(stored(), IsEmpty());
    EXPECT_TRUE(std::filesystem::exists(m_source));
}

TEST_F(FirmwareStoreTest, twoImportsOfOneFileHaveTwoNames) {
    auto first = stage(PackageBuilder());
    auto second = stage(PackageBuilder());
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_NE(first->record().zipName, second->record().zipName);
}

TEST_F(FirmwareStoreTest, aBadPackageMovesToErrors) {
    PackageBuilder package;
    package.manifest.erase("branch");
    auto staged = stage(package);
    ASSERT_TRUE(staged.has_value()) << staged.error().message;
    const FirmwareRecord record = staged->record();
    staged->keep();
    EXPECT_EQ(record.status, ReleaseStatus::error);
    EXPECT_EQ(record.errorReason, "Manifest missing required field: branch");
    EXPECT_EQ(record.version, "ERROR#2026.03.01#" + record.zipName);
    EXPECT_THAT(stored(), ElementsAre("errors/" + record.zipName));
    EXPECT_TRUE(std::filesystem::exists(m_store->pathOf(record)));
}

TEST_F(FirmwareStoreTest, whatABadPackageDoesNotSayIsUnknown) {
    tests::writeZip(m_source, {{"readme.txt", "hello"}});
    auto staged = m_store->stage(m_source, kNowMs);
    ASSERT_TRUE(staged.has_value());
    EXPECT_EQ(staged->record().version, "ERROR#UNKNOWN#" + staged->record().zipName);
    EXPECT_EQ(staged->record().productId, "UNKNOWN");
    EXPECT_EQ(staged->record().application, "UNKNOWN");
}

TEST_F(FirmwareStoreTest, whatIsRefusedLeavesNothing) {
    tests::writeBytes(m_source, "no ZIP");
    const auto staged = m_store->stage(m_source, kNowMs);
    ASSERT_FALSE(staged.has_value());
    EXPECT_EQ(staged.error().code, ErrorCode::refused);
    EXPECT_THAT(stored(), IsEmpty());
    EXPECT_TRUE(std::filesystem::exists(m_source));
}

TEST_F(FirmwareStoreTest, stagingStopsBetweenAnyTwoBlocksAndLeavesNothing) {
    PackageBuilder().write(m_source);
    int blocks = 0;
    const auto count = [&blocks] { return ++blocks, true; };
    ASSERT_TRUE(m_store->stage(m_source, kNowMs, count).has_value());
    ASSERT_GT(blocks, 3);  // of the copy and of the files within
    for (int stopAt = 1; stopAt <= blocks; ++stopAt) {
        int asked = 0;
        const auto staged = m_store->stage(m_source, kNowMs, [&] { return ++asked < stopAt; });
        ASSERT_FALSE(staged.has_value()) << stopAt;
        EXPECT_EQ(staged.error().code, ErrorCode::busy);
        EXPECT_EQ(asked, stopAt);
        EXPECT_THAT(stored(), IsEmpty());
    }
}

TEST_F(FirmwareStoreTest, onlyFilesCanBeStaged) {
    const auto missing = m_store->stage(m_directory / "none.zip", kNowMs);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::notFound);
    const auto folder = m_store->stage(m_directory.path(), kNowMs);
    ASSERT_FALSE(folder.has_value());
    EXPECT_EQ(folder.error().code, ErrorCode::refused);
    EXPECT_THAT(stored(), IsEmpty());
}

TEST_F(FirmwareStoreTest, aFileTooLargeForAPackageIsNotCopied) {
    PackageLimits limits;
    limits.unpackedBytes = 1000;
    auto store = FirmwareStore::open(m_files, limits);
    ASSERT_TRUE(store.has_value());
    tests::writeBytes(m_source, "");
    std::filesystem::resize_file(m_source, limits.unpackedBytes + kZipOverheadBytes + 1);  // a hole, not a disk full
    const auto staged = store->stage(m_source, kNowMs);
    ASSERT_FALSE(staged.has_value());
    EXPECT_EQ(staged.error().code, ErrorCode::refused);
    EXPECT_THAT(staged.error().message, HasSubstr("larger than 1000 bytes"));
    EXPECT_THAT(stored(), IsEmpty());
}

TEST_F(FirmwareStoreTest, originalNameIsText) {
    PackageBuilder().write(m_source);
    const std::filesystem::path odd = m_directory / "caf\xE9.zip";
    std::filesystem::rename(m_source, odd);
    const auto staged = m_store->stage(odd, kNowMs);
    ASSERT_TRUE(staged.has_value());
    EXPECT_EQ(staged->record().originalName, "caf?.zip");
}

TEST_F(FirmwareStoreTest, removeTakesAZipFromWhereverItLies) {
    auto good = stage(PackageBuilder());
    ASSERT_TRUE(good.has_value());
    good->keep();
    PackageBuilder bad;
    bad.manifest.erase("branch");
    auto error = stage(bad);
    ASSERT_TRUE(error.has_value());
    error->keep();
    EXPECT_TRUE(m_store->remove(good->record().zipName).has_value());
    EXPECT_TRUE(m_store->remove(error->record().zipName).has_value());
    EXPECT_THAT(stored(), IsEmpty());
    EXPECT_TRUE(m_store->remove(good->record().zipName).has_value()) << "gone already is no error";
}

TEST_F(FirmwareStoreTest, removeTouchesOnlyStoredNames) {
    tests::writeBytes(m_files / "mine.zip", "x");
    for (const std::string& name : {std::string("mine.zip"), std::string("../upload.zip"), std::string(),
                                    std::string("errors"), std::string(kUuid), std::string(36, '/') + ".zip"}) {
        const auto removed = m_store->remove(name);
        ASSERT_FALSE(removed.has_value()) << name;
        EXPECT_EQ(removed.error().code, ErrorCode::validation);
    }
    EXPECT_THAT(stored(), ElementsAre("mine.zip"));
}

TEST_F(FirmwareStoreTest, leftoversGoAndAllElseStays) {
    auto staged = stage(PackageBuilder());
    ASSERT_TRUE(staged.has_value());
    staged->keep();
    const std::string needed = staged->record().zipName;
    const std::string orphan = std::string(kUuid) + ".zip";
    tests::writeBytes(m_files / orphan, "of an import that was never committed");
    tests::writeBytes(m_files / "errors" / orphan, "likewise");
    tests::writeBytes(m_files / (needed + ".part"), "half a copy");
    tests::writeBytes(m_files / "mine.zip", "somebody's");
    tests::writeBytes(m_files / "errors" / "notes.txt", "somebody's");

    auto store = FirmwareStore::open(m_files);
    ASSERT_TRUE(store.has_value());
    const auto removed =
        store->removeLeftovers([&needed](const std::string& name) -> Result<bool> { return name == needed; });
    ASSERT_TRUE(removed.has_value()) << removed.error().message;
    EXPECT_EQ(*removed, 3U);
    EXPECT_THAT(stored(), UnorderedElementsAre(needed, "mine.zip", "errors/notes.txt"));
}

TEST_F(FirmwareStoreTest, nothingIsRemovedOnAGuess) {
    tests::writeBytes(m_files / (std::string(kUuid) + ".zip"), "whose record can't be read just now");
    const auto removed = m_store->removeLeftovers(
        [](const std::string&) -> Result<bool> { return storage::fail(ErrorCode::busy, "The table is busy."); });
    ASSERT_FALSE(removed.has_value());
    EXPECT_EQ(removed.error().code, ErrorCode::busy);
    EXPECT_EQ(stored().size(), 1U);
}

TEST_F(FirmwareStoreTest, whatAnImportUnderWayHasStagedIsNoLeftover) {
    std::optional<StagedImport> staged(std::move(stage(PackageBuilder()).value()));
    const auto none = [](const std::string&) -> Result<bool> { return false; };
    EXPECT_EQ(m_store->removeLeftovers(none).value(), 0U);
    staged->keep();
    staged.reset();
    EXPECT_EQ(m_store->removeLeftovers(none).value(), 1U);
}

TEST_F(FirmwareStoreTest, aPackageRejectedFromTheIncomingFolderLiesInErrors) {
    const auto dropped = m_store->incoming() / "dropped.zip";
    tests::writeBytes(dropped, "no ZIP");
    EXPECT_EQ(m_store->rejectIncoming(dropped, kNowMs).value(), "refused-1772352000123-dropped.zip");
    EXPECT_THAT(stored(), ElementsAre("errors/refused-1772352000123-dropped.zip"));
    // And stays there, even when it bears a stored name.
    const auto stored = m_store->incoming() / (std::string(kUuid) + ".zip");
    tests::writeBytes(stored, "no ZIP");
    ASSERT_TRUE(m_store->rejectIncoming(stored, kNowMs));
    const auto removed = m_store->removeLeftovers([](const std::string&) -> Result<bool> { return false; });
    EXPECT_EQ(removed.value(), 0U);
}

TEST_F(FirmwareStoreTest, aDirectoryThatCannotBeMadeIsAnError) {
    tests::writeBytes(m_source, "a file");
    const auto store = FirmwareStore::open(m_source / "below");
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().code, ErrorCode::io);
}

TEST(FirmwareReplacement, onlyWhatIsOutOfUseMayBeReplaced) {
    for (const ReleaseStatus status : {ReleaseStatus::deleted, ReleaseStatus::revoked, ReleaseStatus::error}) {
        EXPECT_TRUE(mayBeReplaced(status)) << releaseStatusName(status);
    }
    for (const ReleaseStatus status : {ReleaseStatus::processing, ReleaseStatus::readyToTest, ReleaseStatus::testing,
                                       ReleaseStatus::released, ReleaseStatus::deleting}) {
        EXPECT_FALSE(mayBeReplaced(status)) << releaseStatusName(status);
    }
}

}  // namespace
}  // namespace drydock::fleet
