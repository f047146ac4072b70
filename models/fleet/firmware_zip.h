// Reading a ZIP nobody vouches for: every file is streamed and hashed, nothing is unpacked to disk, and neither memory
// nor time depends on what the ZIP claims about itself.
// Thread: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"

namespace drydock::fleet {

// What a package may be at most. Source: the fleet's firmware rules.
struct PackageLimits {
    std::uint64_t unpackedBytes = 1ULL << 30;
    std::uint64_t files = 10'000;  // entries of the ZIP, folders among them
    std::uint64_t ratio = 200;     // unpacked bytes of all files to the bytes of the ZIP
    std::uint64_t manifestBytes = 1ULL << 20;
};

// Room a ZIP's own structures may take beside its files.
inline constexpr std::uint64_t kZipOverheadBytes = 64ULL << 20;

struct ZipFile {
    std::string name;             // UTF-8, a relative path with slashes that stays in its folder
    std::uint64_t sizeBytes = 0;  // as counted, not as declared
    std::string sha256;
    std::string head;  // its first bytes, as many as were asked for
};

// Asked between two blocks of a file, on the thread that reads it; false ends the reading with ErrorCode::busy. Empty:
// the file is read to its end.
using KeepReading = std::function<bool()>;
[[nodiscard]] storage::Result<void> mayReadOn(const KeepReading& keepReading);

// Takes the bytes of the files, file after file, block after block; of an empty file one empty block. Its error ends
// the reading.
using TakeBlock = std::function<storage::Result<void>(const std::string& name, std::string_view block)>;

// All files of the ZIP (no folders), in its order. `headBytes` says how many first bytes of a file to keep.
// ErrorCode::notFound: no such file. ErrorCode::io: it can't be read. ErrorCode::refused, in words for a person: not a
// ZIP, truncated or damaged, encrypted, over a limit, a link, a name twice, a path that leaves the folder.
[[nodiscard]] storage::Result<std::vector<ZipFile>> readZip(
    const std::filesystem::path& zip, const PackageLimits& limits,
    const std::function<std::uint64_t(std::string_view name)>& headBytes, const KeepReading& keepReading = {},
    const TakeBlock& takeBlock = {});

// A name from outside, fit to be shown: shortened, without control characters.
[[nodiscard]] std::string shownName(std::string_view name);

}  // namespace drydock::fleet
