#include "models/fleet/firmware_package.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "models/fleet/text.h"
#include "storage/value/json.h"
#include "storage/value/utf8.h"

namespace drydock::fleet {

using nlohmann::json;
using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kPartitionsSuffix = ".partitions.bin";

// ESP-IDF's partition table: entries of 32 bytes in one flash sector. Source: ESP-IDF, "Partition Tables".
constexpr std::size_t kPartitionTableBytes = 4096;
constexpr std::size_t kPartitionBytes = 32;
constexpr std::string_view kPartitionMagic = "\xAA\x50";
constexpr std::size_t kPartitionOffsetAt = 4;
constexpr std::size_t kPartitionNameAt = 12;
constexpr std::size_t kPartitionNameBytes = 16;

constexpr std::size_t kTextBytes = 256;        // of one field of the manifest
constexpr std::size_t kFolderNameBytes = 255;  // Linux's limit of a name
constexpr std::size_t kFileNameBytes = 1024;   // of one name it lists
constexpr std::size_t kManifestKept = 65'536;  // of the manifest in the record of a refused package
constexpr int kManifestDepth = 32;
// DynamoDB's limit on an item is 400 KB; the store's own fields and the history need some of it.
constexpr std::size_t kRecordBytes = 384 * 1024;

// The rule a package breaks, in words; nothing: none.
using Fault = std::optional<std::string>;
using FilesByName = std::unordered_map<std::string_view, const ZipFile*>;

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::uint64_t headBytes(std::string_view name, const PackageLimits& limits) {
    if (name == kManifest) return limits.manifestBytes;
    return endsWith(name, kPartitionsSuffix) ? kPartitionTableBytes : 0;
}

Result<std::vector<ZipFile>> readPackage(const std::filesystem::path& zip, const PackageLimits& limits,
                                         const KeepReading& keepReading, const TakeBlock& takeBlock = {}) {
    return readZip(
        zip, limits, [&limits](std::string_view name) { return headBytes(name, limits); }, keepReading, takeBlock);
}

FilesByName byName(const std::vector<ZipFile>& files) {
    FilesByName map;
    map.reserve(files.size());
    for (const ZipFile& file : files) map.emplace(file.name, &file);
    return map;
}

const ZipFile* findFile(const FilesByName& files, std::string_view name) {
    const auto found = files.find(name);
    return found == files.end() ? nullptr : found->second;
}

// --- the manifest's fields

bool hasControl(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// '#' separates product and application in the record's key, and "ERROR#" marks the records of refused packages.
bool fitsKey(const ManifestText& field, std::string_view text) {
    if (text.size() > kFolderNameBytes) return false;
    if (text == "." || text == ".." || text.find_first_of("/\\") != std::string_view::npos) return false;
    if (field.member == &FirmwareRecord::productId) return text.find('#') == std::string_view::npos;
    return field.member != &FirmwareRecord::version || text.substr(0, 6) != "ERROR#";
}

std::string missingField(std::string_view name) {
    return "Manifest missing required field: " + std::string(name);
}
std::string unusableField(std::string_view name) {
    return "Manifest field can't be used: " + std::string(name);
}

Fault readTextField(const json& manifest, const ManifestText& field, FirmwareRecord& record) {
    const auto found = manifest.find(field.name);
    const auto* text = found == manifest.end() ? nullptr : found->get_ptr<const std::string*>();
    if (found == manifest.end() || found->is_null() || (text != nullptr && text->empty())) {
        return field.required ? Fault(missingField(field.name)) : std::nullopt;
    }
    if (text == nullptr || text->size() > kTextBytes || hasControl(*text)) return unusableField(field.name);
    if (field.inKey && !fitsKey(field, *text)) return unusableField(field.name);
    record.*field.member = *text;
    return std::nullopt;
}

// Reads on after a fault: what else the manifest says helps whoever looks at the record.
Fault readTextFields(const json& manifest, FirmwareRecord& record) {
    Fault first;
    for (const ManifestText& field : kManifestTexts) {
        Fault fault = readTextField(manifest, field, record);
        if (!first) first = std::move(fault);
    }
    return first;
}

// The digest in lower case, or nothing when it is not 64 hex digits.
std::optional<std::string> sha256From(const json& entry) {
    const auto found = entry.find("sha256");
    const auto* text = found == entry.end() ? nullptr : found->get_ptr<const std::string*>();
    if (text == nullptr || text->size() != 64) return std::nullopt;
    std::string lower = *text;
    for (char& c : lower) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
    }
    return lower;
}

Fault readFileList(const json& manifest, const PackageLimits& limits, FirmwareRecord& record) {
    const auto list = manifest.find("files");
    if (list == manifest.end() || list->is_null()) return missingField("files");
    if (!list->is_array() || list->size() > limits.files) return unusableField("files");
    std::unordered_set<std::string_view> seen;
    for (const json& entry : *list) {
        const auto nameMember = entry.is_object() ? entry.find("name") : entry.end();
        const auto* name = nameMember == entry.end() ? nullptr : nameMember->get_ptr<const std::string*>();
        if (name == nullptr || name->empty() || name->size() > kFileNameBytes || hasControl(*name)) {
            return unusableField("files");
        }
        if (!seen.insert(*name).second) return "Manifest lists a file twice: " + *name;
        const auto sha256 = sha256From(entry);
        if (!sha256 && isHashed(*name)) return "Manifest has no SHA256 of 64 hex digits for " + *name;
        record.files.push_back({*name, sha256.value_or(""), 0});
    }
    return std::nullopt;
}

// --- the files against the manifest

Fault checkFiles(const FilesByName& files, FirmwareRecord& record) {
    for (FirmwareFile& listed : record.files) {
        const ZipFile* file = findFile(files, listed.name);
        if (file == nullptr) return "Missing file: " + listed.name;
        if (isHashed(listed.name) && file->sha256 != listed.sha256) return "SHA256 mismatch for " + listed.name;
        listed.sizeBytes = file->sizeBytes;
    }
    return std::nullopt;
}

std::vector<Partition> partitionsIn(std::string_view table) {
    std::vector<Partition> partitions;
    for (; table.size() >= kPartitionBytes; table.remove_prefix(kPartitionBytes)) {
        // What is no entry is the table's checksum or erased flash.
        if (table.substr(0, kPartitionMagic.size()) != kPartitionMagic) continue;
        const std::string_view field = table.substr(kPartitionNameAt, kPartitionNameBytes);
        const std::string_view name = field.substr(0, field.find('\0'));
        if (name.empty() || !storage::isValidUtf8(name)) continue;
        std::uint32_t offset = 0;
        for (std::size_t i = 4; i > 0; --i) {
            offset = (offset << 8U) | static_cast<unsigned char>(table[kPartitionOffsetAt + i - 1]);
        }
        partitions.push_back({std::string(name), offset});
    }
    std::stable_sort(partitions.begin(), partitions.end(),
                     [](const Partition& a, const Partition& b) { return a.offset < b.offset; });
    return partitions;
}

Fault readPartitions(const FilesByName& files, FirmwareRecord& record) {
    const auto listed = std::find_if(record.files.begin(), record.files.end(),
                                     [](const FirmwareFile& file) { return endsWith(file.name, kPartitionsSuffix); });
    if (listed == record.files.end()) return "Manifest must include a partitions.bin file";
    if (const ZipFile* table = findFile(files, listed->name)) record.partitions = partitionsIn(table->head);
    return std::nullopt;
}

Fault checkPackage(const json& manifest, const FilesByName& files, const PackageLimits& limits,
                   FirmwareRecord& record) {
    if (Fault fault = readTextFields(manifest, record)) return fault;
    if (Fault fault = readFileList(manifest, limits, record)) return fault;
    if (Fault fault = checkFiles(files, record)) return fault;
    if (Fault fault = readPartitions(files, record)) return fault;
    if (storage::itemSize(firmwareToItem(record)) > kRecordBytes) return "Manifest lists more than a record can hold";
    return std::nullopt;
}

// --- what comes of it

// The manifest as text an item can hold.
std::string keptManifest(std::string text) {
    if (text.size() > kManifestKept) {
        std::size_t end = kManifestKept;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
        text.resize(end);
    }
    return validText(std::move(text));
}

void markError(FirmwareRecord& record, std::string reason, std::string manifest) {
    record.status = ReleaseStatus::error;
    record.errorReason = std::move(reason);
    record.manifest = keptManifest(std::move(manifest));
    record.files.clear();
    record.partitions.clear();
}

bool looksLikeDate(std::string_view version) {
    constexpr std::string_view kForm = "dddd.dd.dd";
    if (version.size() != kForm.size()) return false;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        const bool isDigit = version[i] >= '0' && version[i] <= '9';
        if (kForm[i] == 'd' ? !isDigit : version[i] != '.') return false;
    }
    return true;
}

// Names of files in the ZIP that the manifest doesn't list, in the ZIP's order.
std::vector<std::string> unlistedFiles(const std::vector<ZipFile>& files, const FirmwareRecord& record) {
    std::unordered_set<std::string_view> listed;
    for (const FirmwareFile& file : record.files) listed.insert(file.name);
    std::vector<std::string> unlisted;
    for (const ZipFile& file : files) {
        if (isHashed(file.name) && listed.count(file.name) == 0) unlisted.push_back(file.name);
    }
    return unlisted;
}

std::vector<std::string> warningsFor(const std::vector<ZipFile>& files, const FirmwareRecord& record) {
    std::vector<std::string> warnings;
    if (!looksLikeDate(record.version)) {
        warnings.push_back("The version " + record.version +
                           " is not like YYYY.MM.DD; devices are offered versions in the order of their text.");
    }
    if (record.partitions.empty()) warnings.emplace_back("The partition table has no entries.");
    if (const auto unlisted = unlistedFiles(files, record); !unlisted.empty()) {
        std::string warning = "The manifest does not list " + shownName(unlisted.front());
        if (unlisted.size() > 1) warning += " and " + std::to_string(unlisted.size() - 1) + " more";
        warnings.push_back(warning + "; the package can't be released so.");
    }
    return warnings;
}

}  // namespace

Result<PackageInspection> inspectPackage(const std::filesystem::path& zip, const PackageLimits& limits,
                                         const KeepReading& keepReading) {
    DRYDOCK_ASSIGN(const auto files, readPackage(zip, limits, keepReading));
    const FilesByName named = byName(files);
    PackageInspection inspection;
    FirmwareRecord& record = inspection.record;
    const ZipFile* manifestFile = findFile(named, kManifest);
    if (manifestFile == nullptr) {
        markError(record, "manifest.json missing", {});
        return inspection;
    }
    if (manifestFile->sizeBytes > limits.manifestBytes) {
        return fail(ErrorCode::refused,
                    "manifest.json is larger than " + std::to_string(limits.manifestBytes) + " bytes.");
    }
    const auto manifest = storage::parseJson(manifestFile->head, kManifestDepth);
    if (!manifest || !manifest->is_object()) {
        markError(record, "manifest.json is not a JSON object", manifestFile->head);
        return inspection;
    }
    if (Fault fault = checkPackage(*manifest, named, limits, record)) {
        markError(record, std::move(*fault), manifestFile->head);
        return inspection;
    }
    record.status = ReleaseStatus::readyToTest;
    inspection.warnings = warningsFor(files, record);
    return inspection;
}

Result<void> verifyPackage(const std::filesystem::path& zip, const FirmwareRecord& record, const PackageLimits& limits,
                           const KeepReading& keepReading, const TakeBlock& takeBlock) {
    DRYDOCK_ASSIGN(const auto files, readPackage(zip, limits, keepReading, takeBlock));
    const FilesByName named = byName(files);
    for (const FirmwareFile& listed : record.files) {
        const ZipFile* file = findFile(named, listed.name);
        if (file == nullptr) return fail(ErrorCode::refused, "Missing file: " + listed.name);
        if (isHashed(listed.name) && file->sha256 != listed.sha256) {
            return fail(ErrorCode::refused, "SHA256 mismatch for " + listed.name);
        }
    }
    if (const auto unlisted = unlistedFiles(files, record); !unlisted.empty()) {
        return fail(ErrorCode::refused, "Unlisted file: " + shownName(unlisted.front()));
    }
    return {};
}

}  // namespace drydock::fleet
