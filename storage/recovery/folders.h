// Files of exports and imports. Buckets are folders of `exports` in the store's directory; what is named by bucket and
// prefix never lies outside.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"

namespace drydock::storage {

// Refuse (validation) what is no name of a bucket, and prefixes that would lead elsewhere.
[[nodiscard]] Result<void> checkBucket(std::string_view bucket);
[[nodiscard]] Result<void> checkPrefix(std::string_view prefix);

[[nodiscard]] std::filesystem::path bucketFolder(const std::filesystem::path& store, std::string_view bucket);
// Regular files below the bucket whose paths begin with the prefix, sorted; symbolic links are not followed.
[[nodiscard]] Result<std::vector<std::string>> filesIn(const std::filesystem::path& bucket, std::string_view prefix);

[[nodiscard]] Result<void> syncFile(const std::filesystem::path& file);
[[nodiscard]] Result<void> syncFolder(const std::filesystem::path& folder);
// Writes the file and sees it safe on the disk.
[[nodiscard]] Result<void> writeFile(const std::filesystem::path& file, std::string_view text);
// What a file is called until it is whole.
[[nodiscard]] std::filesystem::path unfinishedName(const std::filesystem::path& file);
// Puts the text in the place of the file: whoever opens it finds the old text or the new one, whole.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path& file, std::string_view text);
// Puts a finished file in the place of another; one that can't be put there is removed.
[[nodiscard]] Result<void> putInPlace(const std::filesystem::path& finished, const std::filesystem::path& file);
// Cuts the file to `length` and appends `text`, likewise.
[[nodiscard]] Result<void> extendFile(const std::filesystem::path& file, std::uint64_t length, std::string_view text);

struct Md5 {
    std::string base64;
    std::string hex;
};
[[nodiscard]] Result<Md5> md5Of(std::string_view bytes);
[[nodiscard]] Result<Md5> md5OfFile(const std::filesystem::path& file);

}  // namespace drydock::storage
