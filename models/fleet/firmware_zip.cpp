#include "models/fleet/firmware_zip.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <unordered_set>

#include <zip.h>

#include "models/fleet/digest.h"

namespace drydock::fleet {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

// Source: the ZIP file format specification, "End of central directory record" and its ZIP64 forms.
constexpr std::string_view kEndMagic("PK\x05\x06", 4);
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEndCommentBytes = 65'535;
constexpr std::string_view kLocator64Magic("PK\x06\x07", 4);
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::string_view kEnd64Magic("PK\x06\x06", 4);
constexpr std::size_t kEnd64Bytes = 56;
// Of the central directory: 46 fixed bytes, the name, extra fields and a comment.
constexpr std::uint64_t kDirectoryBytesPerFile = 4096;

constexpr std::size_t kNameBytes = 1024;
constexpr std::size_t kShownNameBytes = 200;
constexpr std::size_t kReadBytes = 64 * 1024;

struct CloseZip {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseZipFile {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipHandle = std::unique_ptr<zip_t, CloseZip>;
using ZipFileHandle = std::unique_ptr<zip_file_t, CloseZipFile>;

tl::unexpected<storage::Error> refuse(std::string message) {
    return fail(ErrorCode::refused, std::move(message));
}

tl::unexpected<storage::Error> notZip() {
    return refuse("The file is not a ZIP, or it is cut off.");
}

tl::unexpected<storage::Error> tooManyFiles(const PackageLimits& limits) {
    return refuse("The ZIP holds more than " + std::to_string(limits.files) + " files.");
}

std::uint64_t littleEndian(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i > 0; --i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i - 1]);
    return value;
}

// Up to `count` bytes from `offset`; fewer at the end of the file.
std::string readAt(std::ifstream& file, std::uint64_t offset, std::size_t count) {
    std::string bytes(count, '\0');
    file.clear();
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
    return bytes;
}

struct DirectoryClaim {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

// What the end record at `at` of the file's tail says, or its ZIP64 form where there is one.
DirectoryClaim directoryClaim(std::ifstream& file, std::string_view tail, std::size_t at, std::uint64_t fileBytes) {
    if (at >= kLocator64Bytes && tail.substr(at - kLocator64Bytes, 4) == kLocator64Magic) {
        const std::uint64_t offset = littleEndian(tail, at - kLocator64Bytes + 8, 8);
        if (offset < fileBytes) {
            const std::string end64 = readAt(file, offset, kEnd64Bytes);
            if (end64.size() == kEnd64Bytes && end64.compare(0, 4, kEnd64Magic) == 0) {
                return {littleEndian(end64, 32, 8), littleEndian(end64, 40, 8)};
            }
        }
    }
    return {littleEndian(tail, at + 10, 2), littleEndian(tail, at + 12, 4)};
}

// libzip reads the whole directory of a ZIP into memory when it opens it, so its size is looked at before. Of several
// end records libzip may take any: all must be acceptable.
Result<void> checkDirectory(const std::filesystem::path& path, std::uint64_t fileBytes, const PackageLimits& limits) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorCode::io, "The file " + path.string() + " can't be opened.");
    const std::uint64_t tailBytes = std::min<std::uint64_t>(fileBytes, kEndCommentBytes + kEndBytes + kLocator64Bytes);
    const std::string tail = readAt(file, fileBytes - tailBytes, static_cast<std::size_t>(tailBytes));
    bool found = false;
    for (std::size_t at = tail.find(kEndMagic); at != std::string::npos; at = tail.find(kEndMagic, at + 1)) {
        if (tail.size() - at < kEndBytes) break;
        found = true;
        const DirectoryClaim claim = directoryClaim(file, tail, at, fileBytes);
        if (claim.files > limits.files || claim.bytes > limits.files * kDirectoryBytesPerFile) {
            return tooManyFiles(limits);
        }
    }
    if (!found) return notZip();
    return {};
}

Result<std::uint64_t> checkFile(const std::filesystem::path& path, const PackageLimits& limits) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return fail(ErrorCode::notFound, "There is no file " + path.string() + ".");
    if (!std::filesystem::is_regular_file(status)) return refuse(path.string() + " is not a file.");
    const std::uint64_t bytes = std::filesystem::file_size(path, error);
    if (error) return fail(ErrorCode::io, "The file " + path.string() + " can't be read: " + error.message() + ".");
    if (bytes > limits.unpackedBytes + kZipOverheadBytes) {
        return refuse("The ZIP is larger than " + std::to_string(limits.unpackedBytes) + " bytes.");
    }
    return bytes;
}

Result<ZipHandle> openZip(const std::filesystem::path& path) {
    int code = 0;
    ZipHandle zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (zip != nullptr) return zip;
    if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK || code == ZIP_ER_MEMORY) {
        return fail(ErrorCode::io, "The file " + path.string() + " can't be read.");
    }
    return notZip();
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether the path stays in the folder it is unpacked to, on any system, and is spelt in the one plain way.
bool isPlainPath(std::string_view name) {
    if (name.empty() || name.size() > kNameBytes) return false;
    if (name.find('\\') != std::string_view::npos || std::any_of(name.begin(), name.end(), isControl)) return false;
    if (name.size() >= 2 && isLetter(name[0]) && name[1] == ':') return false;
    if (name.back() == '/') name.remove_suffix(1);
    while (true) {
        const std::size_t slash = name.find('/');
        const std::string_view component = name.substr(0, slash);
        if (component.empty() || component == "." || component == "..") return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

bool isFolder(std::string_view name) {
    return name.back() == '/';
}

bool isSymbolicLink(zip_t* zip, zip_uint64_t index) {
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    if (zip_file_get_external_attributes(zip, index, 0, &system, &attributes) != 0) return false;
    return system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16U);
}

// Checks entry `index` by what the directory says, and returns its name.
Result<std::string> checkEntry(zip_t* zip, zip_uint64_t index) {
    const char* text = zip_get_name(zip, index, ZIP_FL_ENC_GUESS);
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (text == nullptr || zip_stat_index(zip, index, 0, &stat) != 0) return notZip();
    std::string name(text);
    if (!isPlainPath(name)) return refuse("The ZIP holds a path that leaves its folder: " + shownName(name));
    if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
        return refuse("The ZIP is encrypted: " + shownName(name));
    }
    if (isSymbolicLink(zip, index)) return refuse("The ZIP holds a link: " + shownName(name));
    return name;
}

// The first name that occurs twice, also as a folder and a file, or as a file with files beneath it.
std::optional<std::string> repeatedName(const std::vector<std::string>& names) {
    std::unordered_set<std::string_view> seen;
    std::unordered_set<std::string_view> files;
    for (const std::string& name : names) {
        const std::string_view path = isFolder(name) ? std::string_view(name).substr(0, name.size() - 1) : name;
        if (!seen.insert(path).second) return name;
        if (!isFolder(name)) files.insert(path);
    }
    for (const std::string& name : names) {
        const std::string_view path = name;
        for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
            if (slash + 1 < path.size() && files.count(path.substr(0, slash)) != 0) {
                return std::string(path.substr(0, slash));
            }
        }
    }
    return std::nullopt;
}

Result<std::vector<std::string>> checkEntries(zip_t* zip, const PackageLimits& limits) {
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    if (count < 0) return notZip();
    if (static_cast<std::uint64_t>(count) > limits.files) return tooManyFiles(limits);
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(count));
    for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
        DRYDOCK_ASSIGN(auto name, checkEntry(zip, index));
        names.push_back(std::move(name));
    }
    if (const auto name = repeatedName(names)) return refuse("The ZIP holds a name twice: " + shownName(*name));
    return names;
}

// Counts what really comes out, over all files.
struct Unpacked {
    const PackageLimits& limits;
    std::uint64_t zipBytes = 0;
    std::uint64_t bytes = 0;

    [[nodiscard]] Result<void> add(std::uint64_t count) {
        bytes += count;
        if (bytes > limits.unpackedBytes) {
            return refuse("The ZIP unpacks to more than " + std::to_string(limits.unpackedBytes) + " bytes.");
        }
        if (bytes > limits.ratio * zipBytes) {
            return refuse("The ZIP unpacks to more than " + std::to_string(limits.ratio) +
                          " times its size: it looks like a bomb.");
        }
        return {};
    }
};

Result<ZipFile> readFile(zip_t* zip, zip_uint64_t index, std::string name, std::uint64_t headBytes,
                         const KeepReading& keepReading, const TakeBlock& takeBlock, Unpacked& unpacked) {
    const auto damaged = [&name] { return refuse("The ZIP is damaged: " + shownName(name) + " can't be unpacked."); };
    const ZipFileHandle file(zip_fopen_index(zip, index, 0));
    if (file == nullptr) return damaged();
    ZipFile read;
    Digest digest(DigestKind::sha256);
    std::vector<char> buffer(kReadBytes);
    while (true) {
        DRYDOCK_TRY(mayReadOn(keepReading));
        const zip_int64_t count = zip_fread(file.get(), buffer.data(), buffer.size());
        if (count < 0) return damaged();
        const std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
        if (takeBlock && (count > 0 || read.sizeBytes == 0)) DRYDOCK_TRY(takeBlock(name, bytes));
        if (count == 0) break;
        DRYDOCK_TRY(unpacked.add(bytes.size()));
        digest.update(bytes);
        read.sizeBytes += bytes.size();
        if (read.head.size() < headBytes) read.head += bytes.substr(0, headBytes - read.head.size());
    }
    read.sha256 = digest.finishHex();
    read.name = std::move(name);
    return read;
}

}  // namespace

Result<void> mayReadOn(const KeepReading& keepReading) {
    if (!keepReading || keepReading()) return {};
    return fail(ErrorCode::busy, "The package was not read to its end, for the program is ending.");
}

std::string shownName(std::string_view name) {
    std::string shown(name.substr(0, kShownNameBytes));
    if (shown.size() < name.size()) {
        // Not in the middle of a character.
        while (!shown.empty() && (static_cast<unsigned char>(name[shown.size()]) & 0xC0U) == 0x80U) shown.pop_back();
        shown += "…";
    }
    std::replace_if(shown.begin(), shown.end(), isControl, '?');
    return shown;
}

Result<std::vector<ZipFile>> readZip(const std::filesystem::path& path, const PackageLimits& limits,
                                     const std::function<std::uint64_t(std::string_view name)>& headBytes,
                                     const KeepReading& keepReading, const TakeBlock& takeBlock) {
    DRYDOCK_ASSIGN(const std::uint64_t zipBytes, checkFile(path, limits));
    DRYDOCK_TRY(checkDirectory(path, zipBytes, limits));
    DRYDOCK_ASSIGN(const ZipHandle zip, openZip(path));
    DRYDOCK_ASSIGN(auto names, checkEntries(zip.get(), limits));
    Unpacked unpacked{limits, zipBytes};
    std::vector<ZipFile> files;
    files.reserve(names.size());
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (isFolder(names[index])) continue;
        const std::uint64_t keep = headBytes(names[index]);
        DRYDOCK_ASSIGN(auto file,
                       readFile(zip.get(), index, std::move(names[index]), keep, keepReading, takeBlock, unpacked));
        files.push_back(std::move(file));
    }
    return files;
}

}  // namespace drydock::fleet
