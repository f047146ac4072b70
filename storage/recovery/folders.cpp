#include "storage/recovery/folders.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "storage/value/base64.h"

namespace drydock::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMd5Bytes = 16;

bool isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

tl::unexpected<Error> systemError(const fs::path& path, int code) {
    const ErrorCode kind = code == ENOSPC || code == EDQUOT ? ErrorCode::diskFull : ErrorCode::io;
    return fail(kind, path.string() + ": " + std::generic_category().message(code));
}

// An open file, closed with this object.
class Descriptor {
public:
    explicit Descriptor(int number) : m_number(number) {}
    ~Descriptor() {
        if (m_number >= 0) ::close(m_number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

Result<void> syncPath(const fs::path& path, int flags) {
    const Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
    if (file.number() < 0 || ::fsync(file.number()) != 0) return systemError(path, errno);
    return {};
}

Result<void> writeAll(const Descriptor& file, const fs::path& path, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.number(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return systemError(path, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.number()) != 0) return systemError(path, errno);
    return {};
}

}  // namespace

Result<void> checkBucket(std::string_view bucket) {
    constexpr std::size_t kShortest = 3;
    constexpr std::size_t kLongest = 255;
    const bool valid = bucket.size() >= kShortest && bucket.size() <= kLongest && isAlphanumeric(bucket.front()) &&
                       isAlphanumeric(bucket.back()) && bucket.find("..") == std::string_view::npos &&
                       std::all_of(bucket.begin(), bucket.end(),
                                   [](char c) { return isAlphanumeric(c) || c == '.' || c == '-' || c == '_'; });
    if (valid) return {};
    return fail(ErrorCode::validation,
                "One or more parameter values were invalid: Invalid S3 bucket name: " + std::string(bucket));
}

Result<void> checkPrefix(std::string_view prefix) {
    constexpr std::size_t kLongest = 1024;
    constexpr std::size_t kLongestPart = 255;
    bool valid = prefix.size() <= kLongest;
    std::size_t at = 0;
    while (valid && at <= prefix.size() && !prefix.empty()) {
        const std::size_t end = std::min(prefix.find('/', at), prefix.size());
        const std::string_view part = prefix.substr(at, end - at);
        valid = part != "." && part != ".." && part.size() <= kLongestPart && (!part.empty() || end == prefix.size()) &&
                std::none_of(part.begin(), part.end(),
                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\\'; });
        at = end + 1;
    }
    if (valid) return {};
    return fail(ErrorCode::validation,
                "One or more parameter values were invalid: Invalid S3 prefix: " + std::string(prefix));
}

fs::path bucketFolder(const fs::path& store, std::string_view bucket) {
    return store / "exports" / bucket;
}

Result<std::vector<std::string>> filesIn(const fs::path& bucket, std::string_view prefix) {
    std::vector<std::string> files;
    std::error_code code;
    for (fs::recursive_directory_iterator each(bucket, code), end; !code && each != end; each.increment(code)) {
        std::string name = each->path().lexically_relative(bucket).generic_string();
        std::error_code ignored;
        if (each->symlink_status(ignored).type() == fs::file_type::regular && name.starts_with(prefix)) {
            files.push_back(std::move(name));
        }
    }
    if (code && code != std::errc::no_such_file_or_directory) return systemError(bucket, code.value());
    std::sort(files.begin(), files.end());
    return files;
}

Result<void> syncFile(const fs::path& file) {
    return syncPath(file, O_RDONLY);
}

Result<void> syncFolder(const fs::path& folder) {
    return syncPath(folder, O_RDONLY | O_DIRECTORY);
}

Result<void> writeFile(const fs::path& file, std::string_view text) {
    return extendFile(file, 0, text);
}

Result<void> replaceFile(const fs::path& file, std::string_view text) {
    const fs::path finished = unfinishedName(file);
    if (Result<void> written = writeFile(finished, text); !written) {
        std::error_code ignored;
        fs::remove(finished, ignored);
        return written;
    }
    return putInPlace(finished, file);
}

fs::path unfinishedName(const fs::path& file) {
    return file.string() + ".new";
}

Result<void> putInPlace(const fs::path& finished, const fs::path& file) {
    std::error_code code;
    fs::rename(finished, file, code);
    if (!code) return {};
    std::error_code ignored;
    fs::remove(finished, ignored);
    return fail(ErrorCode::io, file.string() + ": " + code.message());
}

Result<void> extendFile(const fs::path& file, std::uint64_t length, std::string_view text) {
    const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (opened.number() < 0 || ::ftruncate(opened.number(), static_cast<off_t>(length)) != 0 ||
        ::lseek(opened.number(), static_cast<off_t>(length), SEEK_SET) < 0) {
        return systemError(file, errno);
    }
    return writeAll(opened, file, text);
}

Result<Md5> md5Of(std::string_view bytes) {
    std::array<std::uint8_t, kMd5Bytes> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1)
        return fail(ErrorCode::internal,
                    "This machine's OpenSSL makes no MD5 checksums, which an export's layout has.");
    Md5 md5;
    md5.base64 = encodeBase64(digest);
    constexpr std::string_view kHex = "0123456789abcdef";
    for (const std::uint8_t byte : digest) {
        md5.hex += kHex[byte >> 4];
        md5.hex += kHex[byte & 0xf];
    }
    return md5;
}

Result<Md5> md5OfFile(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof()) return systemError(file, EIO);
    return md5Of(bytes);
}

}  // namespace drydock::storage
