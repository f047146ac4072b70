#include "models/fleet/firmware_package.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/digest.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::noise;
using tests::PackageBuilder;

class FirmwarePackage : public testing::Test {
protected:
    // The inspection of what the builder writes. Fails the test when the package is refused.
    PackageInspection inspect(const PackageBuilder& package, const PackageLimits& limits = {}) {
        package.write(m_zip);
        auto inspection = inspectPackage(m_zip, limits);
        EXPECT_TRUE(inspection.has_value()) << inspection.error().message;
        return inspection.value_or(PackageInspection{});
    }

    std::string reason(const PackageBuilder& package) {
        const FirmwareRecord record = inspect(package).record;
        EXPECT_EQ(record.status, ReleaseStatus::error);
        return record.errorReason;
    }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_zip = m_directory / "package.zip";
    PackageBuilder m_package;
};

TEST_F(FirmwarePackage, keepingEveryRuleIsReadyToTest) {
    m_package.manifest["firmware_type"] = "application";
    m_package.manifest["product_hex"] = "0x2A";
    const PackageInspection inspection = inspect(m_package);
    const FirmwareRecord& record = inspection.record;
    EXPECT_EQ(record.status, ReleaseStatus::readyToTest);
    EXPECT_EQ(record.errorReason, "");
    EXPECT_EQ(record.manifest, "");
    EXPECT_EQ(record.productId, "wo:v8");
    EXPECT_EQ(record.application, "main");
    EXPECT_EQ(record.version, "2026.03.01");
    EXPECT_EQ(record.firmwareClass, "production");
    EXPECT_EQ(record.firmwareType, "application");
    EXPECT_EQ(record.branch, "release");
    EXPECT_EQ(record.commit, "4f2a9c1");
    EXPECT_EQ(record.created, "2026-03-01");
    ASSERT_EQ(record.files.size(), 2U);
    EXPECT_EQ(record.files[0].name, "main.bin");
    EXPECT_EQ(record.files[0].sizeBytes, 2000U);
    EXPECT_EQ(record.files[0].sha256, sha256Hex(noise(2000)));
    EXPECT_THAT(inspection.warnings, IsEmpty());
}

TEST_F(FirmwarePackage, partitionTableIsReadByItsOffsets) {
    std::string table = tests::partitionTable({{"ota_0", 0x10000}, {"nvs", 0x9000}, {"sixteen_letters_", 0xFEDCBA98}});
    // After the entries: the table's checksum, erased flash, and the beginning of an entry that isn't all there.
    table += "\xEB\xEB" + std::string(30, '\0') + std::string(64, '\xFF') + "\xAA\x50";
    m_package.manifest["files"].erase(1);
    m_package.files.pop_back();
    m_package.add("boot/other.partitions.bin", table);
    const std::vector<Partition> partitions = inspect(m_package).record.partitions;
    ASSERT_EQ(partitions.size(), 3U);
    EXPECT_EQ(partitions[0].name, "nvs");
    EXPECT_EQ(partitions[0].offset, 0x9000U);
    EXPECT_EQ(partitions[1].name, "ota_0");
    EXPECT_EQ(partitions[1].offset, 0x10000U);
    EXPECT_EQ(partitions[2].name, "sixteen_letters_");
    EXPECT_EQ(partitions[2].offset, 0xFEDCBA98U);
}

TEST_F(FirmwarePackage, configAndManifestAreNotHashed) {
    m_package.add("config.bin", "one");
    m_package.files.back().bytes = "another";
    m_package.manifest["files"].push_back({{"name", "manifest.json"}, {"sha256", std::string(64, '0')}});
    EXPECT_EQ(inspect(m_package).record.status, ReleaseStatus::readyToTest);
}

TEST_F(FirmwarePackage, hashesMayBeInCapitals) {
    for (auto& file : m_package.manifest["files"]) {
        auto hash = file["sha256"].get<std::string>();
        for (char& c : hash) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        file["sha256"] = hash;
    }
    const FirmwareRecord record = inspect(m_package).record;
    EXPECT_EQ(record.status, ReleaseStatus::readyToTest);
    EXPECT_EQ(record.files[0].sha256, sha256Hex(noise(2000)));
}

// --- rules of the manifest

TEST_F(FirmwarePackage, manifestMissing) {
    tests::writeZip(m_zip, m_package.files);
    const auto inspection = inspectPackage(m_zip);
    ASSERT_TRUE(inspection.has_value());
    EXPECT_EQ(inspection->record.status, ReleaseStatus::error);
    EXPECT_EQ(inspection->record.errorReason, "manifest.json missing");
}

TEST_F(FirmwarePackage, manifestInAFolderIsNoManifest) {
    m_package.files.push_back({"package/manifest.json", m_package.manifest.dump()});
    tests::writeZip(m_zip, m_package.files);
    EXPECT_EQ(inspectPackage(m_zip).value().record.errorReason, "manifest.json missing");
}

TEST_F(FirmwarePackage, everyRequiredFieldIsNamedWhenMissing) {
    for (const char* field :
         {"product_id", "application", "version", "class", "branch", "commit", "created", "files"}) {
        PackageBuilder package;
        package.manifest.erase(field);
        EXPECT_EQ(reason(package), std::string("Manifest missing required field: ") + field);
        if (std::string_view(field) != "files") {
            package.manifest[field] = "";
            EXPECT_EQ(reason(package), std::string("Manifest missing required field: ") + field);
        }
        package.manifest[field] = nullptr;
        EXPECT_EQ(reason(package), std::string("Manifest missing required field: ") + field);
    }
}

TEST_F(FirmwarePackage, errorKeepsWhatCouldBeReadAndTheManifest) {
    m_package.manifest.erase("class");
    const FirmwareRecord record = inspect(m_package).record;
    EXPECT_EQ(record.productId, "wo:v8");
    EXPECT_EQ(record.version, "2026.03.01");
    EXPECT_EQ(record.commit, "4f2a9c1");
    EXPECT_THAT(record.files, IsEmpty());
    EXPECT_EQ(nlohmann::json::parse(record.manifest), m_package.manifest);
}

TEST_F(FirmwarePackage, fieldsOfAnotherTypeOrFormAreNamed) {
    const std::vector<std::pair<std::string, nlohmann::json>> unusable = {
        {"product_id", 8},
        {"product_id", "a#b"},
        {"product_id", ".."},
        {"application", "../up"},
        {"application", "a\\b"},
        {"version", nlohmann::json::array()},
        {"version", "ERROR#1"},
        {"version", std::string(256, '1')},  // more than a folder's name may have
        {"product_id", std::string(256, 'p')},
        {"class", std::string(257, 'c')},
        {"branch", "line\nbreak"},
        {"firmware_type", 1},
        {"files", "main.bin"},
        {"files", {"main.bin"}},
        {"files", {{{"sha256", std::string(64, 'a')}}}},
    };
    for (const auto& [field, value] : unusable) {
        PackageBuilder package;
        package.manifest[field] = value;
        EXPECT_EQ(reason(package), "Manifest field can't be used: " + field) << value;
    }
}

TEST_F(FirmwarePackage, missingFileIsNamed) {
    m_package.files.erase(m_package.files.begin());
    EXPECT_EQ(reason(m_package), "Missing file: main.bin");
}

TEST_F(FirmwarePackage, changedFileIsNamed) {
    m_package.files[0].bytes += "x";
    EXPECT_EQ(reason(m_package), "SHA256 mismatch for main.bin");
}

TEST_F(FirmwarePackage, partitionsAreRequired) {
    m_package.manifest["files"].erase(1);
    EXPECT_EQ(reason(m_package), "Manifest must include a partitions.bin file");
}

TEST_F(FirmwarePackage, fileListedTwiceIsNamed) {
    m_package.manifest["files"].push_back(m_package.manifest["files"][0]);
    EXPECT_EQ(reason(m_package), "Manifest lists a file twice: main.bin");
}

TEST_F(FirmwarePackage, hashMustBe64HexDigits) {
    for (const nlohmann::json& hash :
         {nlohmann::json("abc"), nlohmann::json(std::string(64, 'g')), nlohmann::json(1)}) {
        m_package.manifest["files"][0]["sha256"] = hash;
        EXPECT_EQ(reason(m_package), "Manifest has no SHA256 of 64 hex digits for main.bin") << hash;
    }
}

TEST_F(FirmwarePackage, manifestThatIsNoObjectIsKeptAsRead) {
    for (const std::string& text : {std::string("[1, 2]"), std::string("{\"a\":"), std::string("\xFF\xFE{}")}) {
        auto files = m_package.files;
        files.push_back({"manifest.json", text});
        tests::writeZip(m_zip, files);
        const FirmwareRecord record = inspectPackage(m_zip).value().record;
        EXPECT_EQ(record.errorReason, "manifest.json is not a JSON object");
        EXPECT_EQ(record.manifest, text[0] == '\xFF' ? "??{}" : text);
    }
}

TEST_F(FirmwarePackage, deepManifestIsNoJson) {
    auto files = m_package.files;
    files.push_back({"manifest.json", std::string(5000, '[') + noise(100)});
    tests::writeZip(m_zip, files);
    EXPECT_EQ(inspectPackage(m_zip).value().record.errorReason, "manifest.json is not a JSON object");
}

TEST_F(FirmwarePackage, longManifestOfAnErrorIsCutBetweenCharacters) {
    std::string note;
    while (note.size() < 80'000) note += "€";
    m_package.manifest["note"] = note;
    m_package.manifest.erase("branch");
    const FirmwareRecord record = inspect(m_package, {.ratio = 10'000}).record;
    EXPECT_EQ(record.errorReason, "Manifest missing required field: branch");
    EXPECT_LE(record.manifest.size(), 65'536U);
    EXPECT_GE(record.manifest.size(), 65'533U);
    // Cut text that ends in the middle of a character would not be JSON text again when quoted.
    EXPECT_NO_THROW(nlohmann::json(record.manifest).dump());
}

TEST_F(FirmwarePackage, moreFilesThanARecordHoldsIsAnError) {
    for (int i = 0; i < 5000; ++i) m_package.add("file" + std::to_string(i), std::to_string(i));
    EXPECT_EQ(reason(m_package), "Manifest lists more than a record can hold");
}

// --- warnings

TEST_F(FirmwarePackage, versionOfAnotherFormIsWarnedOf) {
    m_package.manifest["version"] = "2.27";
    EXPECT_THAT(inspect(m_package).warnings, ElementsAre(HasSubstr("2.27 is not like YYYY.MM.DD")));
    m_package.manifest["version"] = "2026-03-01";
    EXPECT_THAT(inspect(m_package).warnings, ElementsAre(HasSubstr("YYYY.MM.DD")));
}

TEST_F(FirmwarePackage, unlistedFilesAreWarnedOf) {
    m_package.files.push_back({"readme.txt", "hello"});
    m_package.files.push_back({"notes.txt", "hello"});
    m_package.files.push_back({"config.bin", "hello"});
    EXPECT_THAT(inspect(m_package).warnings, ElementsAre(HasSubstr("readme.txt and 1 more")));
}

TEST_F(FirmwarePackage, emptyPartitionTableIsWarnedOf) {
    m_package.manifest["files"].erase(1);
    m_package.files.pop_back();
    m_package.add("main.partitions.bin", "");
    EXPECT_THAT(inspect(m_package).warnings, ElementsAre(HasSubstr("partition table")));
}

// --- before a release

TEST_F(FirmwarePackage, unchangedPackageIsVerified) {
    const FirmwareRecord record = inspect(m_package).record;
    EXPECT_TRUE(verifyPackage(m_zip, record).has_value());
}

TEST_F(FirmwarePackage, verifyNamesTheFileThatIsNotAsRecorded) {
    m_package.add("config.bin", "default");
    const FirmwareRecord record = inspect(m_package).record;
    const auto failure = [&](const PackageBuilder& package) {
        package.write(m_zip);
        const auto verified = verifyPackage(m_zip, record);
        if (verified) return std::string("verified");
        EXPECT_EQ(verified.error().code, ErrorCode::refused);
        return verified.error().message;
    };
    PackageBuilder changed = m_package;
    changed.files[0].bytes[7] ^= 1;
    EXPECT_EQ(failure(changed), "SHA256 mismatch for main.bin");
    PackageBuilder missing = m_package;
    missing.files.erase(missing.files.begin() + 1);
    EXPECT_EQ(failure(missing), "Missing file: main.partitions.bin");
    PackageBuilder unlisted = m_package;
    unlisted.add("extra.bin", "x");
    EXPECT_EQ(failure(unlisted), "Unlisted file: extra.bin");
    PackageBuilder reconfigured = m_package;
    reconfigured.files[2].bytes = "for one device";
    reconfigured.manifest["note"] = "edited";
    EXPECT_EQ(failure(reconfigured), "verified");
}

TEST_F(FirmwarePackage, verifyOfAMissingZipIsNotFound) {
    const auto verified = verifyPackage(m_directory / "gone.zip", {});
    ASSERT_FALSE(verified.has_value());
    EXPECT_EQ(verified.error().code, ErrorCode::notFound);
}

// --- the sample

TEST_F(FirmwarePackage, sampleKeepsEveryRule) {
    ASSERT_TRUE(writeSamplePackage(m_zip, "wo:v8", "main", "2026.04.01").has_value());
    const auto inspection = inspectPackage(m_zip);
    ASSERT_TRUE(inspection.has_value()) << inspection.error().message;
    EXPECT_EQ(inspection->record.status, ReleaseStatus::readyToTest) << inspection->record.errorReason;
    EXPECT_EQ(inspection->record.productId, "wo:v8");
    EXPECT_EQ(inspection->record.version, "2026.04.01");
    EXPECT_EQ(inspection->record.partitions.size(), 5U);
    EXPECT_THAT(inspection->warnings, IsEmpty());
}

TEST_F(FirmwarePackage, samplesOfTwoVersionsDiffer) {
    ASSERT_TRUE(writeSamplePackage(m_zip, "p", "a", "2026.04.01").has_value());
    const FirmwareRecord first = inspectPackage(m_zip).value().record;
    ASSERT_TRUE(writeSamplePackage(m_zip, "p", "a", "2026.04.02").has_value());
    const FirmwareRecord second = inspectPackage(m_zip).value().record;
    EXPECT_NE(first.files[0].sha256, second.files[0].sha256);
}

TEST_F(FirmwarePackage, sampleThatCannotBeWrittenIsAnError) {
    const auto written = writeSamplePackage(m_directory / "none" / "sample.zip", "p", "a", "1");
    ASSERT_FALSE(written.has_value());
    EXPECT_EQ(written.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace drydock::fleet
