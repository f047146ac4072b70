#include "models/fleet/firmware_zip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zip.h>

#include <random>

#include "models/fleet/firmware_package.h"
#include "tests/fleet/firmware_builder.h"
#include "tests/support/temporary_directory.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using testing::HasSubstr;
using tests::noise;
using tests::PackageBuilder;
using tests::writeZip;
using tests::ZipEntry;

class FirmwareZip : public testing::Test {
protected:
    // The message with which the ZIP is refused.
    std::string refusal(const PackageLimits& limits = {}) {
        const auto inspection = inspectPackage(m_zip, limits);
        if (inspection) return "not refused";
        EXPECT_EQ(inspection.error().code, ErrorCode::refused);
        return inspection.error().message;
    }

    tests::TemporaryDirectory m_directory;
    std::filesystem::path m_zip = m_directory / "package.zip";
};

TEST_F(FirmwareZip, filesAreHashedCountedAndTheirHeadsKept) {
    writeZip(m_zip, {{"folder/", ""}, {"folder/a.bin", "abc"}, {"b.bin", ""}});
    const auto files = readZip(m_zip, {}, [](std::string_view) { return 2; });
    ASSERT_TRUE(files.has_value()) << files.error().message;
    ASSERT_EQ(files->size(), 2U);
    EXPECT_EQ(files->at(0).name, "folder/a.bin");
    EXPECT_EQ(files->at(0).sizeBytes, 3U);
    EXPECT_EQ(files->at(0).head, "ab");
    EXPECT_EQ(files->at(0).sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(files->at(1).sizeBytes, 0U);
}

TEST_F(FirmwareZip, whatIsNoZipIsRefused) {
    for (const std::string& bytes : {std::string(), std::string("hello"), std::string(100'000, 'P'), noise(5000),
                                     std::string("PK\x05\x06", 4), "PK\x05\x06" + std::string(18, '\xFF')}) {
        tests::writeBytes(m_zip, bytes);
        EXPECT_NE(refusal(), "not refused") << bytes.size();
    }
}

TEST_F(FirmwareZip, aMissingFileIsNotFound) {
    const auto inspection = inspectPackage(m_zip);
    ASSERT_FALSE(inspection.has_value());
    EXPECT_EQ(inspection.error().code, ErrorCode::notFound);
}

TEST_F(FirmwareZip, onlyFilesAreRead) {
    std::filesystem::create_directory(m_zip);
    EXPECT_THAT(refusal(), HasSubstr("is not a file"));
    std::filesystem::remove(m_zip);
    ASSERT_EQ(mkfifo(m_zip.c_str(), 0600), 0);
    EXPECT_THAT(refusal(), HasSubstr("is not a file"));
}

TEST_F(FirmwareZip, aTruncatedZipIsRefused) {
    PackageBuilder().write(m_zip);
    const std::string bytes = tests::readBytes(m_zip);
    for (std::size_t size = 0; size < bytes.size(); size += 1 + size / 16) {
        tests::writeBytes(m_zip, std::string_view(bytes).substr(0, size));
        EXPECT_NE(refusal(), "not refused") << size << " of " << bytes.size();
    }
    tests::writeBytes(m_zip, std::string_view(bytes).substr(0, bytes.size() - 1));
    EXPECT_NE(refusal(), "not refused");
}

TEST_F(FirmwareZip, aDamagedFileIsNamed) {
    writeZip(m_zip, {{"a.bin", "the content of the file"}}, {.stored = true});
    ASSERT_EQ(tests::patchBytes(m_zip, "content", "CONTENT"), 1U);
    EXPECT_THAT(refusal(), HasSubstr("damaged: a.bin"));
}

TEST_F(FirmwareZip, anEncryptedZipIsRefused) {
    writeZip(m_zip, {{"a.bin", "secret"}}, {.encrypted = true});
    EXPECT_THAT(refusal(), HasSubstr("encrypted: a.bin"));
}

TEST_F(FirmwareZip, aBombIsRefusedByItsRatio) {
    PackageBuilder package;
    package.add("zeros.bin", std::string(8 << 20, '\0'));
    package.write(m_zip);
    EXPECT_THAT(refusal(), HasSubstr("200 times its size"));
}

TEST_F(FirmwareZip, filesThatShareTheirBytesCountEachTime) {
    // Two directory entries for one local file, the trick by which a small ZIP without a high ratio unpacks to much.
    PackageLimits limits;
    limits.unpackedBytes = 5000;
    writeZip(m_zip, {{"a.bin", noise(3000)}});
    EXPECT_EQ(refusal(limits), "not refused");
    std::string bytes = tests::readBytes(m_zip);
    const std::size_t directory = bytes.find("PK\x01\x02");
    const std::size_t end = bytes.find("PK\x05\x06");
    ASSERT_NE(directory, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    std::string second = bytes.substr(directory, end - directory);
    second.replace(second.find("a.bin"), 1, "b");
    const auto directoryBytes = static_cast<unsigned char>(2 * (end - directory));
    bytes[end + 8] = bytes[end + 10] = 2;
    bytes[end + 12] = static_cast<char>(directoryBytes);
    bytes.insert(end, second);
    tests::writeBytes(m_zip, bytes);
    EXPECT_THAT(refusal(limits), HasSubstr("more than 5000 bytes"));
}

TEST_F(FirmwareZip, unpackedBytesAreLimited) {
    writeZip(m_zip, {{"a.bin", noise(600)}, {"b.bin", noise(600)}});
    PackageLimits limits;
    limits.unpackedBytes = 1200;
    EXPECT_EQ(refusal(limits), "not refused");
    limits.unpackedBytes = 1199;
    EXPECT_THAT(refusal(limits), HasSubstr("more than 1199 bytes"));
}

TEST_F(FirmwareZip, declaredSizesAreNotBelieved) {
    const std::string content = std::string(100'000, 'x');
    writeZip(m_zip, {{"a.bin", content}});
    // The size the directory declares becomes 100.
    ASSERT_GE(tests::patchBytes(m_zip, std::string("\xA0\x86\x01\x00", 4), std::string("\x64\x00\x00\x00", 4)), 1U);
    PackageLimits limits;
    limits.unpackedBytes = 1000;
    EXPECT_NE(refusal(limits), "not refused");
}

TEST_F(FirmwareZip, theNumberOfFilesIsLimited) {
    std::vector<ZipEntry> entries(11);
    for (std::size_t i = 0; i < entries.size(); ++i) entries[i].name = std::to_string(i);
    writeZip(m_zip, entries);
    PackageLimits limits;
    limits.files = 10;
    EXPECT_THAT(refusal(limits), HasSubstr("more than 10 files"));
    limits.files = 11;
    EXPECT_EQ(refusal(limits), "not refused");
}

TEST_F(FirmwareZip, aDirectoryThatClaimsTooMuchIsNotOpened) {
    PackageBuilder().write(m_zip);
    std::string bytes = tests::readBytes(m_zip);
    const std::size_t end = bytes.rfind("PK\x05\x06");
    ASSERT_NE(end, std::string::npos);
    bytes[end + 10] = bytes[end + 11] = '\xFF';
    tests::writeBytes(m_zip, bytes);
    EXPECT_THAT(refusal(), HasSubstr("more than 10000 files"));
    bytes[end + 10] = 3;
    bytes[end + 11] = 0;
    bytes.replace(end + 12, 4, "\xFF\xFF\xFF\x7F");
    tests::writeBytes(m_zip, bytes);
    EXPECT_THAT(refusal(), HasSubstr("more than 10000 files"));
}

TEST_F(FirmwareZip, aZip64DirectoryThatClaimsTooMuchIsNotOpened) {
    std::string end64 = "PK\x06\x06" + std::string(52, '\0');
    end64[32 + 3] = 1;  // 2^24 files
    std::string locator = "PK\x06\x07" + std::string(16, '\0');
    tests::writeBytes(m_zip, end64 + locator + "PK\x05\x06" + std::string(18, '\0'));
    EXPECT_THAT(refusal(), HasSubstr("more than 10000 files"));
}

TEST_F(FirmwareZip, pathsThatLeaveTheFolderAreRefused) {
    for (const char* name : {"../x.bin", "a/../../x.bin", "/etc/x.bin", "a\\x.bin", "C:x.bin", "c:/x.bin", "a/./x.bin",
                             "a//x.bin", "./x.bin", "..", "a/..", "x\ny"}) {
        writeZip(m_zip, {{name, "x"}});
        EXPECT_THAT(refusal(), HasSubstr("leaves its folder")) << name;
    }
    for (const char* name : {"..x.bin", "a/b/..x", "wo:v8.bin", "größe.bin", "a b.bin"}) {
        writeZip(m_zip, {{name, "x"}});
        EXPECT_EQ(refusal(), "not refused") << name;
    }
}

TEST_F(FirmwareZip, namesTwiceAreRefused) {
    writeZip(m_zip, {{"first.bin", "1"}, {"secnd.bin", "2"}});
    ASSERT_EQ(tests::patchBytes(m_zip, "secnd.bin", "first.bin"), 2U);
    EXPECT_THAT(refusal(), HasSubstr("twice: first.bin"));
}

TEST_F(FirmwareZip, aNameThatIsAFileAndAFolderIsRefused) {
    writeZip(m_zip, {{"a/b.bin", "1"}, {"a", "2"}});
    EXPECT_THAT(refusal(), HasSubstr("twice: a"));
    writeZip(m_zip, {{"a", "2"}, {"a/", ""}});
    EXPECT_THAT(refusal(), HasSubstr("twice: a"));
    writeZip(m_zip, {{"a/", ""}, {"a/b.bin", "1"}, {"a/c/", ""}, {"a/c/d", ""}});
    EXPECT_EQ(refusal(), "not refused");
}

TEST_F(FirmwareZip, linksAreRefused) {
    zip_t* zip = zip_open(m_zip.c_str(), ZIP_CREATE, nullptr);
    ASSERT_NE(zip, nullptr);
    const auto index = zip_file_add(zip, "link", zip_source_buffer(zip, "/etc/passwd", 11, 0), 0);
    ASSERT_GE(index, 0);
    ASSERT_EQ(zip_file_set_external_attributes(zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                               static_cast<zip_uint32_t>(S_IFLNK | 0777) << 16U),
              0);
    ASSERT_EQ(zip_close(zip), 0);
    EXPECT_THAT(refusal(), HasSubstr("link: link"));
}

TEST_F(FirmwareZip, aHugeManifestIsRefused) {
    PackageBuilder package;
    package.manifest["note"] = std::string(2 << 20, 'x');
    package.add("noise.bin", noise(100'000));  // keeps the ratio low
    package.write(m_zip);
    EXPECT_THAT(refusal(), HasSubstr("manifest.json is larger than 1048576 bytes"));
}

TEST_F(FirmwareZip, namesFromOutsideAreShownShortAndPlain) {
    EXPECT_EQ(shownName("a\x1B[31m\nb"), "a?[31m?b");
    EXPECT_EQ(shownName(std::string(199, 'a') + "ööö"), std::string(199, 'a') + "…");
    EXPECT_EQ(shownName("größe"), "größe");
}

TEST_F(FirmwareZip, noBytesWhateverBreakTheReader) {
    PackageBuilder().write(m_zip);
    const std::string whole = tests::readBytes(m_zip);
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 1000; ++round) {
        std::string bytes = whole;
        const std::size_t changes = 1 + random() % 8;
        for (std::size_t i = 0; i < changes; ++i) {
            // Half of them in the directory at the end, where they hurt most.
            const std::size_t range = i % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 300);
            bytes[bytes.size() - 1 - random() % range] = static_cast<char>(random() & 0xFFU);
        }
        tests::writeBytes(m_zip, bytes);
        const auto inspection = inspectPackage(m_zip);
        if (inspection) {
            const ReleaseStatus status = inspection->record.status;
            EXPECT_TRUE(status == ReleaseStatus::error || status == ReleaseStatus::readyToTest);
            EXPECT_EQ(inspection->record.errorReason.empty(), status == ReleaseStatus::readyToTest);
        } else {
            EXPECT_EQ(inspection.error().code, ErrorCode::refused) << inspection.error().message;
        }
    }
}

}  // namespace
}  // namespace drydock::fleet
