#include "tests/fleet/firmware_builder.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include <zip.h>

#include "models/fleet/digest.h"

namespace drydock::tests {

namespace {

void require(bool ok, const char* what) {
    if (ok) return;
    std::cerr << "The test can't " << what << "\n";
    std::abort();
}

}  // namespace

void writeZip(const std::filesystem::path& path, const std::vector<ZipEntry>& entries, ZipTraits traits) {
    zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    require(zip != nullptr, "create a ZIP");
    for (const ZipEntry& entry : entries) {
        zip_source_t* source = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
        const zip_int64_t added = zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        require(added >= 0, "add to a ZIP");
        const auto index = static_cast<zip_uint64_t>(added);
        if (traits.stored) require(zip_set_file_compression(zip, index, ZIP_CM_STORE, 0) == 0, "store a file");
        if (traits.encrypted) {
            require(zip_file_set_encryption(zip, index, ZIP_EM_AES_256, "secret") == 0, "encrypt a file");
        }
    }
    require(zip_close(zip) == 0, "write a ZIP");
}

std::string readBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    require(file.good(), "open a file");
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeBytes(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    require(file.good(), "write a file");
}

std::size_t patchBytes(const std::filesystem::path& path, std::string_view from, std::string_view to) {
    std::string bytes = readBytes(path);
    std::size_t count = 0;
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size())) {
        bytes.replace(at, from.size(), to);
        ++count;
    }
    writeBytes(path, bytes);
    return count;
}

std::string partitionTable(const std::vector<std::pair<std::string, std::uint32_t>>& partitions) {
    std::string table;
    for (const auto& [name, offset] : partitions) {
        std::string entry(32, '\0');
        entry[0] = '\xAA';
        entry[1] = '\x50';
        for (std::size_t i = 0; i < 4; ++i) entry[4 + i] = static_cast<char>((offset >> (8 * i)) & 0xFFU);
        entry.replace(12, name.size(), name);
        table += entry;
    }
    return table;
}

std::string noise(std::size_t count) {
    std::mt19937 random(4711);  // NOLINT(cert-msc51-cpp): the same bytes every time
    std::string bytes(count, '\0');
    for (char& c : bytes) c = static_cast<char>(random() & 0xFFU);
    return bytes;
}

PackageBuilder::PackageBuilder() {
    manifest = {{"product_id", "wo:v8"},   {"application", "main"},
                {"version", "2026.03.01"}, {"class", "production"},
                {"branch", "release"},     {"commit", "4f2a9c1"},
                {"created", "2026-03-01"}, {"files", nlohmann::json::array()}};
    add("main.bin", noise(2000));
    add("main.partitions.bin", partitionTable({{"nvs", 0x9000}, {"ota_0", 0x10000}}));
}

void PackageBuilder::add(const std::string& name, std::string bytes) {
    manifest["files"].push_back({{"name", name}, {"sha256", fleet::sha256Hex(bytes)}});
    files.push_back({name, std::move(bytes)});
}

void PackageBuilder::write(const std::filesystem::path& path) const {
    std::vector<ZipEntry> entries = files;
    entries.push_back({"manifest.json", manifest.dump()});
    writeZip(path, entries);
}

}  // namespace drydock::tests
