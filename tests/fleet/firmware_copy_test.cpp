// Copies of stored ZIPs, handed out to a place somebody chose: whole or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "models/fleet/digest.h"
#include "models/fleet/firmware_store.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kZipBytes = 5'000'000;  // several blocks of a copy

class FirmwareCopyTest : public testing::Test {
protected:
    void SetUp() override {
        // Fails the one step of that number, as a full disk would.
        FileSteps steps([this](std::string_view) -> storage::Result<void> {
            if (++m_step == m_failing) return storage::fail(ErrorCode::diskFull, "No space left on device.");
            return {};
        });
        auto store = FirmwareStore::open(m_directory / "firmware", {}, std::move(steps));
        ASSERT_TRUE(store.has_value()) << store.error().message;
        m_store.emplace(std::move(*store));
        m_record.zipName = "0b9a7e3c-3f5d-4c1e-9a65-0e4d3b2a1f00.zip";
        m_record.status = ReleaseStatus::released;
        m_record.zipSha256 = sha256Hex(m_bytes);
        m_record.zipSizeBytes = m_bytes.size();
        tests::writeBytes(m_store->pathOf(m_record), m_bytes);
        std::filesystem::create_directory(m_chosen);
    }

    [[nodiscard]] std::vector<std::string> chosenFolder() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(m_chosen))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    [[nodiscard]] ErrorCode refusal(const std::filesystem::path& target) const {
        const auto copied = m_store->copyTo(m_record, target);
        EXPECT_FALSE(copied.has_value());
        return copied ? ErrorCode::internal : copied.error().code;
    }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_chosen = m_directory / "chosen";
    std::filesystem::path m_target = m_chosen / "copy.zip";
    std::string m_bytes = tests::noise(kZipBytes);
    FirmwareRecord m_record;
    std::optional<FirmwareStore> m_store;
    int m_step = 0;
    int m_failing = 0;
};

TEST_F(FirmwareCopyTest, aZipIsCopiedWithNothingBesideIt) {
    const auto copied = m_store->copyTo(m_record, m_target);
    ASSERT_TRUE(copied.has_value()) << copied.error().message;
    EXPECT_EQ(*copied, m_bytes.size());
    EXPECT_EQ(tests::readBytes(m_target), m_bytes);
    EXPECT_THAT(chosenFolder(), ElementsAre("copy.zip"));
}

TEST_F(FirmwareCopyTest, aFullDiskAtAnyStepLeavesTheFileThatWasThereAndNothingElse) {
    tests::writeBytes(m_target, "what was there");
    int failures = 0;
    for (m_failing = 1;; ++m_failing) {
        m_step = 0;
        const auto copied = m_store->copyTo(m_record, m_target);
        if (copied) break;
        EXPECT_EQ(copied.error().code, ErrorCode::diskFull);
        EXPECT_EQ(tests::readBytes(m_target), "what was there");
        EXPECT_THAT(chosenFolder(), ElementsAre("copy.zip"));
        ++failures;
    }
    EXPECT_GE(failures, 7);  // the file made, five blocks, the sync, the move
    EXPECT_EQ(tests::readBytes(m_target), m_bytes);
    EXPECT_THAT(chosenFolder(), ElementsAre("copy.zip"));
}

TEST_F(FirmwareCopyTest, aFolderThatCanNotBeWrittenToIsSaid) {
    EXPECT_EQ(refusal(m_directory / "no such folder" / "copy.zip"), ErrorCode::io);
    tests::writeBytes(m_directory / "a file", "");
    EXPECT_EQ(refusal(m_directory / "a file" / "copy.zip"), ErrorCode::io);
}

TEST_F(FirmwareCopyTest, whatIsNoFileIsNotReplaced) {
    EXPECT_EQ(refusal(m_chosen), ErrorCode::refused);
    EXPECT_EQ(refusal("/dev/null"), ErrorCode::refused);
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(FirmwareCopyTest, aZipThatIsGoneIsSaid) {
    ASSERT_TRUE(m_store->remove(m_record.zipName));
    EXPECT_EQ(refusal(m_target), ErrorCode::notFound);
    EXPECT_THAT(chosenFolder(), IsEmpty());
}

TEST_F(FirmwareCopyTest, aZipThatChangedOnDiskIsNotHandedOut) {
    m_bytes.back() = static_cast<char>(m_bytes.back() ^ 1);
    tests::writeBytes(m_store->pathOf(m_record), m_bytes);
    EXPECT_EQ(refusal(m_target), ErrorCode::corrupt);
    EXPECT_THAT(chosenFolder(), IsEmpty());
}

TEST_F(FirmwareCopyTest, aCopyThatMayNotGoOnLeavesNothing) {
    int blocks = 0;
    const auto copied = m_store->copyTo(m_record, m_target, [&blocks] { return ++blocks < 3; });
    ASSERT_FALSE(copied.has_value());
    EXPECT_EQ(copied.error().code, ErrorCode::busy);
    EXPECT_THAT(chosenFolder(), IsEmpty());
}

}  // namespace
}  // namespace drydock::fleet
