#include "storage/recovery/exports.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <system_error>

#include <nlohmann/json.hpp>

#include "storage/recovery/folders.h"
#include "storage/recovery/item_files.h"
#include "storage/recovery/past_reads.h"
#include "storage/table/resource_names.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kSliceBytes = 1024UL * 1024;
// A data file is closed when it is as large as this: its checksum takes a few milliseconds then.
constexpr std::uint64_t kFileBytes = 4ULL * 1024 * 1024;

struct DataFile {
    std::string name;
    std::uint64_t items = 0;
    std::uint64_t bytes = 0;
    std::string md5;  // base64; empty while it is written
    std::string etag;
};

struct Position {
    std::string key;  // bytes of the last one looked at
    std::uint64_t items = 0;
    std::uint64_t sizeBytes = 0;
    std::vector<DataFile> files;  // the last one may still be written
};

std::string hexOf(std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex += kHex[static_cast<unsigned char>(c) >> 4];
        hex += kHex[static_cast<unsigned char>(c) & 0xf];
    }
    return hex;
}

std::string bytesOf(std::string_view hex) {
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return bytes;
}

std::string positionText(const Position& position) {
    json files = json::array();
    for (const DataFile& file : position.files) {
        files.push_back({file.name, file.items, file.bytes, file.md5, file.etag});
    }
    return json{{"key", hexOf(position.key)},
                {"items", position.items},
                {"bytes", position.sizeBytes},
                {"files", std::move(files)}}
        .dump();
}

Result<Position> positionFromText(std::string_view text) {
    Position position;
    if (text.empty()) return position;
    try {
        const json object = json::parse(text);
        position.key = bytesOf(object.at("key").get<std::string>());
        position.items = object.at("items").get<std::uint64_t>();
        position.sizeBytes = object.at("bytes").get<std::uint64_t>();
        for (const json& file : object.at("files")) {
            position.files.push_back({file.at(0).get<std::string>(), file.at(1).get<std::uint64_t>(),
                                      file.at(2).get<std::uint64_t>(), file.at(3).get<std::string>(),
                                      file.at(4).get<std::string>()});
        }
        return position;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::corrupt, std::string("The note of an export is damaged: ") + exception.what());
    }
}

// "2020-11-04T07:28:34.028Z"
std::string timeText(std::int64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text.data() + length, text.size() - length, ".%03dZ", static_cast<int>(ms % 1000));
    return text.data();
}

std::string keyPrefix(const ExportDescription& description) {
    std::string prefix = description.request.prefix;
    if (!prefix.empty() && prefix.back() != '/') prefix += '/';
    return prefix + "AWSDynamoDB/" + description.id + "/";
}

fs::path folderOf(const RecoveryHost& host, const ExportDescription& description) {
    return bucketFolder(host.directory(), description.request.bucket) / keyPrefix(description);
}

Result<void> makeFolders(const fs::path& folder) {
    std::error_code code;
    fs::create_directories(folder / "data", code);
    if (code) return fail(ErrorCode::io, folder.string() + ": " + code.message());
    return writeFile(folder / "_started", "");
}

Result<void> closeFile(const fs::path& folder, DataFile& file) {
    DRYDOCK_ASSIGN(Md5 md5, md5OfFile(folder / "data" / file.name));
    file.md5 = std::move(md5.base64);
    file.etag = md5.hex + "-1";
    return {};
}

// Appends the slice's lines to the data file under way, or to a new one.
Result<void> appendLines(const fs::path& folder, const std::string& lines, std::uint64_t items, Position& position) {
    if (position.files.empty() || !position.files.back().md5.empty()) {
        std::array<char, 40> name{};
        std::snprintf(name.data(), name.size(), "%08zu.json.gz", position.files.size());
        position.files.push_back({name.data(), 0, 0, "", ""});
    }
    DataFile& file = position.files.back();
    if (items > 0 || file.bytes == 0) {
        DRYDOCK_ASSIGN(const std::string member, gzipped(lines));
        // What a slice wrote that was not noted any more is cut off.
        DRYDOCK_TRY(extendFile(folder / "data" / file.name, file.bytes, member));
        file.bytes += member.size();
        file.items += items;
    }
    if (file.bytes >= kFileBytes) return closeFile(folder, file);
    return {};
}

Result<void> writeWithChecksum(const fs::path& folder, const std::string& name, const std::string& text) {
    DRYDOCK_TRY(writeFile(folder / (name + ".json"), text));
    DRYDOCK_ASSIGN(const Md5 md5, md5Of(text));
    return writeFile(folder / (name + ".md5"), md5.base64);
}

Result<void> writeManifests(const fs::path& folder, const ExportDescription& description, Position& position) {
    if (position.files.back().md5.empty()) DRYDOCK_TRY(closeFile(folder, position.files.back()));
    const std::string prefix = keyPrefix(description);
    std::string files;
    for (const DataFile& file : position.files) {
        files += nlohmann::ordered_json{{"itemCount", file.items},
                                        {"md5Checksum", file.md5},
                                        {"etag", file.etag},
                                        {"dataFileS3Key", prefix + "data/" + file.name}}
                     .dump() +
                 "\n";
    }
    DRYDOCK_TRY(writeWithChecksum(folder, "manifest-files", files));
    const ExportRequest& request = description.request;
    const nlohmann::ordered_json summary = {
        {"version", "2020-06-30"},
        {"exportArn", exportArn(description)},
        {"startTime", timeText(description.startedMs)},
        {"endTime", timeText(description.endedMs)},
        {"tableArn", tableArn(request.table)},
        {"tableId", description.tableId},
        {"exportTime", timeText(request.atMs.value_or(0))},
        {"s3Bucket", request.bucket},
        {"s3Prefix", request.prefix.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(request.prefix)},
        {"s3SseAlgorithm", nullptr},
        {"s3SseKmsKeyId", nullptr},
        {"manifestFilesS3Key", prefix + "manifest-files.json"},
        {"billedSizeBytes", description.sizeBytes},
        {"itemCount", description.itemCount},
        {"outputFormat", "DYNAMODB_JSON"},
        {"exportType", "FULL_EXPORT"}};
    DRYDOCK_TRY(syncFolder(folder / "data"));
    DRYDOCK_TRY(writeWithChecksum(folder, "manifest-summary", summary.dump()));
    return syncFolder(folder);
}

const char* wordOf(TransferStatus status) {
    return status == TransferStatus::inProgress  ? "inProgress"
           : status == TransferStatus::completed ? "completed"
                                                 : "failed";
}

}  // namespace

std::string exportArn(const ExportDescription& description) {
    return tableArn(description.request.table).append("/export/").append(description.id);
}

std::string manifestKey(const ExportDescription& description) {
    return keyPrefix(description) + "manifest-summary.json";
}

std::string transferIdOf(std::string_view arn, std::string_view kind) {
    const std::string part = "/" + std::string(kind) + "/";
    const std::size_t at = arn.starts_with(tableArn("")) ? arn.rfind(part) : std::string_view::npos;
    return at == std::string_view::npos ? std::string() : std::string(arn.substr(at + part.size()));
}

std::string exportText(const ExportDescription& description) {
    const ExportRequest& request = description.request;
    return json{{"id", description.id},
                {"table", request.table},
                {"bucket", request.bucket},
                {"prefix", request.prefix},
                {"atMs", request.atMs.value_or(0)},
                {"token", request.clientToken},
                {"status", wordOf(description.status)},
                {"tableId", description.tableId},
                {"startedMs", description.startedMs},
                {"endedMs", description.endedMs},
                {"items", description.itemCount},
                {"bytes", description.sizeBytes},
                {"failure", description.failure}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ExportDescription> exportFromText(std::string_view text) {
    try {
        const json object = json::parse(text);
        ExportDescription description;
        description.id = object.at("id").get<std::string>();
        description.request.table = object.at("table").get<std::string>();
        description.request.bucket = object.at("bucket").get<std::string>();
        description.request.prefix = object.at("prefix").get<std::string>();
        description.request.atMs = object.at("atMs").get<std::int64_t>();
        description.request.clientToken = object.at("token").get<std::string>();
        const std::string status = object.at("status").get<std::string>();
        for (const auto each : {TransferStatus::inProgress, TransferStatus::completed, TransferStatus::failed}) {
            if (status == wordOf(each)) description.status = each;
        }
        description.tableId = object.at("tableId").get<std::string>();
        description.startedMs = object.at("startedMs").get<std::int64_t>();
        description.endedMs = object.at("endedMs").get<std::int64_t>();
        description.itemCount = object.at("items").get<std::uint64_t>();
        description.sizeBytes = object.at("bytes").get<std::uint64_t>();
        description.failure = object.at("failure").get<std::string>();
        return description;
    } catch (const json::exception& exception) {
        return fail(ErrorCode::corrupt, std::string("The note of an export is damaged: ") + exception.what());
    }
}

Result<std::size_t> stepExport(RecoveryHost& host, const Table& table, const Job& job, std::size_t limit) {
    DRYDOCK_ASSIGN(ExportDescription description, exportFromText(job.description));
    DRYDOCK_ASSIGN(Position position, positionFromText(job.position));
    const fs::path folder = folderOf(host, description);
    if (job.position.empty()) DRYDOCK_TRY(makeFolders(folder));
    std::string lines;
    std::uint64_t items = 0;
    const auto add = [&](std::string_view /*key*/, std::string_view row) -> Result<bool> {
        if (lines.size() >= kSliceBytes) return false;
        // A damaged item can't be told.
        const Result<Item> item = decodeItem(row);
        if (!item) return true;
        appendItemLine(*item, lines);
        position.sizeBytes += itemSize(*item);
        ++items;
        return true;
    };
    DRYDOCK_ASSIGN(PastWalkEnd end,
                   walkPast(host.connection(), table, {job.cut.value_or(0), position.key, limit}, add));
    position.key = std::move(end.last);
    position.items += items;
    DRYDOCK_TRY(appendLines(folder, lines, items, position));
    if (end.ended) {
        description.status = TransferStatus::completed;
        description.endedMs = host.nowMs();
        description.itemCount = position.items;
        description.sizeBytes = position.sizeBytes;
        DRYDOCK_TRY(writeManifests(folder, description, position));
    }
    const auto note = [&](Writer&) -> Result<void> {
        if (!end.ended) return moveJob(host.connection(), job.id, positionText(position));
        DRYDOCK_TRY(describeJob(host.connection(), job.id, exportText(description)));
        return endJob(host.connection(), job.id);
    };
    DRYDOCK_TRY(host.change(note));
    return std::max<std::size_t>(end.looked, 1);
}

Result<void> failExport(RecoveryHost& host, const Job& job, const std::string& why) {
    DRYDOCK_ASSIGN(ExportDescription description, exportFromText(job.description));
    description.status = TransferStatus::failed;
    description.endedMs = host.nowMs();
    description.failure = why;
    return host.change([&](Writer&) -> Result<void> {
        DRYDOCK_TRY(describeJob(host.connection(), job.id, exportText(description)));
        return endJob(host.connection(), job.id);
    });
}

}  // namespace drydock::storage
