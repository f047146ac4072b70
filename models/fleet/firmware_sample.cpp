// The sample package: a ZIP that keeps every rule, to try an import with.
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <zip.h>
#include <nlohmann/json.hpp>

#include "models/fleet/digest.h"
#include "models/fleet/firmware_package.h"
#include "models/fleet/text.h"
#include "storage/base/clock.h"

namespace drydock::fleet {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

constexpr std::size_t kImageBytes = 16 * 1024;
constexpr std::size_t kTableBytes = 0xC00;  // the size ESP-IDF gives a partition table
constexpr std::size_t kEntryBytes = 32;
constexpr char kErased = '\xFF';

struct DiscardZip {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};

struct SamplePartition {
    const char* name;
    std::uint8_t type;
    std::uint8_t subtype;
    std::uint32_t offset;
    std::uint32_t sizeBytes;
};
// ESP-IDF's layout for two over-the-air slots.
constexpr std::array<SamplePartition, 5> kPartitions = {{
    {"nvs", 1, 2, 0x9000, 0x4000},
    {"otadata", 1, 0, 0xD000, 0x2000},
    {"phy_init", 1, 1, 0xF000, 0x1000},
    {"ota_0", 0, 0x10, 0x10000, 0x180000},
    {"ota_1", 0, 0x11, 0x190000, 0x180000},
}};

void putLittleEndian(std::string& bytes, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
}

std::string partitionTable() {
    std::string table;
    for (const SamplePartition& partition : kPartitions) {
        std::string entry(kEntryBytes, '\0');
        entry[0] = '\xAA';
        entry[1] = '\x50';
        entry[2] = static_cast<char>(partition.type);
        entry[3] = static_cast<char>(partition.subtype);
        putLittleEndian(entry, 4, partition.offset);
        putLittleEndian(entry, 8, partition.sizeBytes);
        const std::string_view name = partition.name;
        entry.replace(12, name.size(), name);
        table += entry;
    }
    table.resize(kTableBytes, kErased);
    return table;
}

// Bytes that differ between versions and don't compress away.
std::string image(std::string_view seed) {
    std::string bytes;
    std::string block(seed);
    while (bytes.size() < kImageBytes) {
        block = sha256Hex(block);
        bytes += block;
    }
    return bytes;
}

using NamedBytes = std::pair<std::string, std::string>;

std::string manifestFor(const std::vector<NamedBytes>& files, std::string_view productId, std::string_view application,
                        std::string_view version) {
    nlohmann::ordered_json manifest;
    manifest["product_id"] = productId;
    manifest["application"] = application;
    manifest["version"] = version;
    manifest["class"] = "sample";
    manifest["firmware_type"] = "application";
    manifest["branch"] = "main";
    manifest["commit"] = sha256Hex(files.front().second).substr(0, 40);
    manifest["created"] = isoTime(storage::SystemClock().wallMs());
    for (const auto& [name, bytes] : files) {
        manifest["files"].push_back({{"name", name}, {"sha256", sha256Hex(bytes)}});
    }
    return manifest.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

tl::unexpected<storage::Error> writeFailure(const std::filesystem::path& path, zip_error_t* error) {
    const bool isFull = zip_error_system_type(error) == ZIP_ET_SYS &&
                        (zip_error_code_system(error) == ENOSPC || zip_error_code_system(error) == EDQUOT);
    return fail(isFull ? ErrorCode::diskFull : ErrorCode::io,
                "The file " + path.string() + " can't be written: " + zip_error_strerror(error) + ".");
}

}  // namespace

Result<void> writeSamplePackage(const std::filesystem::path& path, std::string_view productId,
                                std::string_view application, std::string_view version) {
    const std::string seed = std::string(productId).append("#").append(application).append("#").append(version);
    std::vector<NamedBytes> files = {{"firmware.bin", image(seed)}, {"firmware.partitions.bin", partitionTable()}};
    files.emplace_back("manifest.json", manifestFor(files, productId, application, version));

    int code = 0;
    std::unique_ptr<zip_t, DiscardZip> zip(zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
    if (zip == nullptr) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        auto failure = writeFailure(path, &error);
        zip_error_fini(&error);
        return failure;
    }
    for (const auto& [name, bytes] : files) {
        zip_source_t* source = zip_source_buffer(zip.get(), bytes.data(), bytes.size(), 0);
        if (source == nullptr || zip_file_add(zip.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8) < 0) {
            zip_source_free(source);
            return writeFailure(path, zip_get_error(zip.get()));
        }
    }
    // libzip writes a temporary file beside it and renames it, so a failure leaves nothing behind.
    if (zip_close(zip.get()) != 0) return writeFailure(path, zip_get_error(zip.get()));
    (void)zip.release();  // closed, and freed with that
    return {};
}

}  // namespace drydock::fleet
