// Firmware packages for tests: a valid one to start from, and ZIPs of any content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace drydock::tests {

struct ZipEntry {
    std::string name;
    std::string bytes;
};

struct ZipTraits {
    bool encrypted = false;
    bool stored = false;  // not compressed
};

// Aborts the test program when it can't write.
void writeZip(const std::filesystem::path& path, const std::vector<ZipEntry>& entries, ZipTraits traits = {});

[[nodiscard]] std::string readBytes(const std::filesystem::path& path);
void writeBytes(const std::filesystem::path& path, std::string_view bytes);
// Replaces all occurrences of `from` in a file by `to` of the same length; returns how many there were.
std::size_t patchBytes(const std::filesystem::path& path, std::string_view from, std::string_view to);

// A partition table of one entry a pair.
[[nodiscard]] std::string partitionTable(const std::vector<std::pair<std::string, std::uint32_t>>& partitions);

// Bytes that don't compress.
[[nodiscard]] std::string noise(std::size_t count);

// A package that keeps every rule, until the test changes it.
class PackageBuilder {
public:
    PackageBuilder();

    nlohmann::json manifest;
    std::vector<ZipEntry> files;  // without manifest.json

    void add(const std::string& name, std::string bytes);  // to the files and, with its hash, to the manifest
    void write(const std::filesystem::path& path) const;
};

}  // namespace drydock::tests
