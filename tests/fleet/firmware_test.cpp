#include "models/fleet/firmware.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace drydock::fleet {
namespace {

using storage::Item;
using storage::List;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::array<ReleaseStatus, 8> kAllStatuses = {
    ReleaseStatus::processing, ReleaseStatus::readyToTest, ReleaseStatus::testing, ReleaseStatus::released,
    ReleaseStatus::revoked,    ReleaseStatus::deleting,    ReleaseStatus::deleted, ReleaseStatus::error,
};

FirmwareRecord exampleRecord() {
    FirmwareRecord record;
    record.productId = "wo:v8";
    record.application = "Main";
    record.version = "2026.03.01";
    record.firmwareClass = "production";
    record.firmwareType = "application";
    record.branch = "release";
    record.commit = "4f2a9c1";
    record.created = "2026-03-01T08:00:00Z";
    record.zipName = "0b9a7e3c-3f5d-4c1e-9a65-0e4d3b2a1f00.zip";
    record.originalName = "main.zip";
    record.zipSha256 = std::string(64, 'a');
    record.zipSizeBytes = 5'000'000'000;
    record.uploadedAtS = 1'772'352'000;
    record.status = ReleaseStatus::revoked;
    record.statusHistory = {{ReleaseStatus::readyToTest, 1'772'352'000'123},
                            {ReleaseStatus::revoked, 1'772'352'999'000}};
    record.files = {{"main.bin", std::string(64, 'b'), 42}, {"a.partitions.bin", std::string(64, 'c'), 3072}};
    record.partitions = {{"nvs", 0x9000}, {"ota_0", 0x10000}, {"app", 0xFFFFFFFF}};
    record.expiresAtS = 1'773'216'000;
    return record;
}

void expectEqual(const FirmwareRecord& a, const FirmwareRecord& b) {
    // The item holds every field, and firmwareToItem() is checked by itself below.
    EXPECT_EQ(firmwareToItem(a), firmwareToItem(b));
    ASSERT_EQ(a.files.size(), b.files.size());
    for (std::size_t i = 0; i < a.files.size(); ++i) EXPECT_EQ(a.files[i].name, b.files[i].name);
    ASSERT_EQ(a.partitions.size(), b.partitions.size());
    for (std::size_t i = 0; i < a.partitions.size(); ++i) EXPECT_EQ(a.partitions[i].name, b.partitions[i].name);
}

TEST(Firmware, statusNamesLeadBackToTheirStatus) {
    for (const ReleaseStatus status : kAllStatuses) {
        EXPECT_EQ(releaseStatusFromName(releaseStatusName(status)), status);
    }
    constexpr std::array<const char*, 8> names = {"PROCESSING", "READY_TO_TEST", "TESTING", "RELEASED",
                                                  "REVOKED",    "DELETING",      "DELETED", "ERROR"};
    for (std::size_t i = 0; i < names.size(); ++i) EXPECT_STREQ(releaseStatusName(kAllStatuses.at(i)), names.at(i));
    EXPECT_EQ(releaseStatusFromName("released"), std::nullopt);
    EXPECT_EQ(releaseStatusFromName(""), std::nullopt);
}

TEST(Firmware, operatorsMayMakeFourChangesOfStatus) {
    EXPECT_THAT(allowedTransitions(ReleaseStatus::readyToTest), ElementsAre(ReleaseStatus::testing));
    EXPECT_THAT(allowedTransitions(ReleaseStatus::testing),
                ElementsAre(ReleaseStatus::readyToTest, ReleaseStatus::released));
    EXPECT_THAT(allowedTransitions(ReleaseStatus::released), ElementsAre(ReleaseStatus::revoked));
    for (const ReleaseStatus status : {ReleaseStatus::processing, ReleaseStatus::revoked, ReleaseStatus::deleting,
                                       ReleaseStatus::deleted, ReleaseStatus::error}) {
        EXPECT_THAT(allowedTransitions(status), IsEmpty()) << releaseStatusName(status);
    }
}

TEST(Firmware, onlyWhatIsNotInUseMayBeDeleted) {
    for (const ReleaseStatus status : {ReleaseStatus::readyToTest, ReleaseStatus::testing, ReleaseStatus::error}) {
        EXPECT_EQ(deletionRefusal(status), std::nullopt) << releaseStatusName(status);
    }
    for (const ReleaseStatus status : {ReleaseStatus::processing, ReleaseStatus::released, ReleaseStatus::revoked,
                                       ReleaseStatus::deleting, ReleaseStatus::deleted}) {
        EXPECT_THAT(deletionRefusal(status).value_or(""), HasSubstr(releaseStatusName(status)));
    }
    EXPECT_THAT(deletionRefusal(ReleaseStatus::released).value_or(""), HasSubstr("Revoke"));
}

TEST(Firmware, keyKeepsTheCase) {
    const Item key = firmwareKey("wo:v8", "Main", "2026.03.01");
    EXPECT_EQ(key, (Item{{"pk", "wo:v8#Main"}, {"version", "2026.03.01"}}));
}

TEST(Firmware, itemHasTheAttributesOfTheTable) {
    const Item item = firmwareToItem(exampleRecord());
    EXPECT_EQ(item.string("pk"), "wo:v8#Main");
    EXPECT_EQ(item.string("version"), "2026.03.01");
    EXPECT_EQ(item.string("product_id"), "wo:v8");
    EXPECT_EQ(item.string("application"), "Main");
    EXPECT_EQ(item.string("class"), "production");
    EXPECT_EQ(item.string("firmware_type"), "application");
    EXPECT_EQ(item.string("branch"), "release");
    EXPECT_EQ(item.string("commit"), "4f2a9c1");
    EXPECT_EQ(item.string("created"), "2026-03-01T08:00:00Z");
    EXPECT_EQ(item.string("zip_name"), "0b9a7e3c-3f5d-4c1e-9a65-0e4d3b2a1f00.zip");
    EXPECT_EQ(item.string("original_name"), "main.zip");
    EXPECT_EQ(item.string("zip_sha256"), std::string(64, 'a'));
    EXPECT_EQ(item.integer("zip_size"), 5'000'000'000);
    EXPECT_EQ(item.integer("uploaded_at"), 1'772'352'000);
    EXPECT_EQ(item.string("release_status"), "REVOKED");
    EXPECT_EQ(item.integer("ttl"), 1'773'216'000);

    const auto* history = item.find("status_history")->as<List>();
    ASSERT_NE(history, nullptr);
    EXPECT_EQ(*history->at(0).as<Item>(),
              (Item{{"status", "READY_TO_TEST"}, {"timestamp", std::int64_t{1'772'352'000'123}}}));
    const auto* files = item.find("files")->as<List>();
    ASSERT_NE(files, nullptr);
    EXPECT_EQ(*files->at(0).as<Item>(), (Item{{"name", "main.bin"}, {"sha256", std::string(64, 'b')}, {"size", 42}}));
    const Item* partitions = item.map("partition_offsets");
    ASSERT_NE(partitions, nullptr);
    EXPECT_EQ(*partitions, (Item{{"nvs", 0x9000}, {"ota_0", 0x10000}, {"app", std::int64_t{0xFFFFFFFF}}}));
    EXPECT_EQ(item.size(), 19U);
}

TEST(Firmware, whatARecordDoesNotHaveIsAbsent) {
    FirmwareRecord record = exampleRecord();
    record.firmwareType.clear();
    record.expiresAtS.reset();
    const Item item = firmwareToItem(record);
    EXPECT_FALSE(item.contains("firmware_type"));
    EXPECT_FALSE(item.contains("ttl"));
    EXPECT_FALSE(item.contains("error_reason"));
    EXPECT_FALSE(item.contains("manifest"));
}

TEST(Firmware, recordReturnsFromItsItem) {
    expectEqual(firmwareFromItem(firmwareToItem(exampleRecord())), exampleRecord());
}

TEST(Firmware, errorRecordReturnsWithItsReasonAndManifest) {
    FirmwareRecord record = exampleRecord();
    record.status = ReleaseStatus::error;
    record.errorReason = "Missing file: main.bin";
    record.manifest = R"({"product_id":"wo:v8"})";
    const FirmwareRecord read = firmwareFromItem(firmwareToItem(record));
    expectEqual(read, record);
    EXPECT_EQ(read.errorReason, "Missing file: main.bin");
    EXPECT_EQ(read.manifest, R"({"product_id":"wo:v8"})");
    EXPECT_EQ(firmwareToItem(record).string("error_reason"), "Missing file: main.bin");
}

TEST(Firmware, nothingCanBeDoneFromAStatusNobodyKnows) {
    Item item = firmwareToItem(exampleRecord());
    item.set("release_status", "SHIPPED");
    const FirmwareRecord record = firmwareFromItem(item);
    EXPECT_THAT(allowedTransitions(record.status), IsEmpty());
    EXPECT_TRUE(deletionRefusal(record.status).has_value());
}

TEST(Firmware, attributesOfOtherTypesAreReadAsAbsent) {
    const FirmwareRecord record = firmwareFromItem(Item{{"pk", "a#b"},
                                                        {"version", 7},
                                                        {"zip_size", -1},
                                                        {"files", List{"main.bin", Item{{"name", 3}}}},
                                                        {"status_history", "none"},
                                                        {"partition_offsets", List{}}});
    EXPECT_EQ(record.version, "");
    EXPECT_EQ(record.zipSizeBytes, 0U);
    ASSERT_EQ(record.files.size(), 1U);
    EXPECT_EQ(record.files[0].name, "");
    EXPECT_THAT(record.statusHistory, IsEmpty());
    EXPECT_THAT(record.partitions, IsEmpty());
}

}  // namespace
}  // namespace drydock::fleet
