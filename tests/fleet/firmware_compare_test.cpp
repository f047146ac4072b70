#include "models/fleet/firmware_compare.h"

#include <gtest/gtest.h>

namespace drydock::fleet {
namespace {

FirmwareRecord package() {
    FirmwareRecord record;
    record.productId = "p";
    record.application = "main";
    record.version = "2026.03.01";
    record.commit = "abc";
    record.files = {{"b.bin", "22", 2}, {"a.bin", "11", 1}};
    record.partitions = {{"nvs", 0x9000}, {"ota_0", 0x10000}};
    return record;
}

TEST(FirmwareComparisonTest, EqualPackagesDoNotDiffer) {
    const FirmwareComparison same = compareFirmware(package(), package());
    EXPECT_TRUE(same.fields.empty() && same.added.empty() && same.removed.empty() && same.changed.empty() &&
                same.partitions.empty());
}

TEST(FirmwareComparisonTest, FieldsOfTheManifestAreComparedAndTheStoresOwnAreNot) {
    FirmwareRecord other = package();
    other.version = "2026.04.01";
    other.commit.clear();
    other.zipName = "other.zip";
    other.status = ReleaseStatus::released;
    const FirmwareComparison comparison = compareFirmware(package(), other);
    ASSERT_EQ(comparison.fields.size(), 2U);
    EXPECT_EQ(comparison.fields[0].field, "version");
    EXPECT_EQ(comparison.fields[0].before, "2026.03.01");
    EXPECT_EQ(comparison.fields[0].after, "2026.04.01");
    EXPECT_EQ(comparison.fields[1].field, "commit");
    EXPECT_EQ(comparison.fields[1].after, "");
}

TEST(FirmwareComparisonTest, FilesAreAddedRemovedOrChanged) {
    FirmwareRecord other = package();
    other.files = {{"c.bin", "33", 3}, {"b.bin", "2222", 4}};
    const FirmwareComparison comparison = compareFirmware(package(), other);
    ASSERT_EQ(comparison.added.size(), 1U);
    EXPECT_EQ(comparison.added[0].name, "c.bin");
    ASSERT_EQ(comparison.removed.size(), 1U);
    EXPECT_EQ(comparison.removed[0].name, "a.bin");
    ASSERT_EQ(comparison.changed.size(), 1U);
    EXPECT_EQ(comparison.changed[0].before.sha256, "22");
    EXPECT_EQ(comparison.changed[0].after.sizeBytes, 4U);
}

TEST(FirmwareComparisonTest, PartitionsAreComparedByTheirOffsets) {
    FirmwareRecord other = package();
    other.partitions = {{"nvs", 0xA000}, {"ota_1", 0x10000}};
    const FirmwareComparison comparison = compareFirmware(package(), other);
    ASSERT_EQ(comparison.partitions.size(), 3U);
    EXPECT_EQ(comparison.partitions[0].name, "nvs");
    EXPECT_EQ(comparison.partitions[0].before, 0x9000U);
    EXPECT_EQ(comparison.partitions[0].after, 0xA000U);
    EXPECT_EQ(comparison.partitions[1].name, "ota_0");
    EXPECT_FALSE(comparison.partitions[1].after);
    EXPECT_EQ(comparison.partitions[2].name, "ota_1");
    EXPECT_FALSE(comparison.partitions[2].before);
}

}  // namespace
}  // namespace drydock::fleet
