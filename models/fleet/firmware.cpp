#include "models/fleet/firmware.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace drydock::fleet {

using storage::AttributeValue;
using storage::Item;
using storage::List;

namespace {

constexpr std::array<std::pair<ReleaseStatus, const char*>, 8> kStatusNames = {{
    {ReleaseStatus::processing, "PROCESSING"},
    {ReleaseStatus::readyToTest, "READY_TO_TEST"},
    {ReleaseStatus::testing, "TESTING"},
    {ReleaseStatus::released, "RELEASED"},
    {ReleaseStatus::revoked, "REVOKED"},
    {ReleaseStatus::deleting, "DELETING"},
    {ReleaseStatus::deleted, "DELETED"},
    {ReleaseStatus::error, "ERROR"},
}};

// The record's other texts and their attribute names.
constexpr std::array<std::pair<const char*, std::string FirmwareRecord::*>, 5> kTexts = {{
    {"zip_name", &FirmwareRecord::zipName},
    {"original_name", &FirmwareRecord::originalName},
    {"zip_sha256", &FirmwareRecord::zipSha256},
    {"error_reason", &FirmwareRecord::errorReason},
    {"manifest", &FirmwareRecord::manifest},
}};

AttributeValue sizeValue(std::uint64_t bytes) {
    return static_cast<std::int64_t>(bytes);
}

std::uint64_t sizeFrom(const Item& item, std::string_view name) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, item.integer(name)));
}

List historyToList(const std::vector<StatusChange>& history) {
    List list;
    list.reserve(history.size());
    for (const StatusChange& change : history) {
        list.emplace_back(Item{{"status", releaseStatusName(change.status)}, {"timestamp", change.atMs}});
    }
    return list;
}

List filesToList(const std::vector<FirmwareFile>& files) {
    List list;
    list.reserve(files.size());
    for (const FirmwareFile& file : files) {
        list.emplace_back(Item{{"name", file.name}, {"sha256", file.sha256}, {"size", sizeValue(file.sizeBytes)}});
    }
    return list;
}

Item partitionsToMap(const std::vector<Partition>& partitions) {
    Item map;
    map.reserve(partitions.size());
    for (const Partition& partition : partitions) {
        map.set(partition.name, static_cast<std::int64_t>(partition.offset));
    }
    return map;
}

// Calls `take` with every map in the list attribute `name`; entries of other types are not ours and are left out.
template <class Take>
void forEachMap(const Item& item, std::string_view name, Take take) {
    const AttributeValue* value = item.find(name);
    const List* list = value == nullptr ? nullptr : value->as<List>();
    if (list == nullptr) return;
    for (const AttributeValue& entry : *list) {
        if (const Item* map = entry.as<Item>()) take(*map);
    }
}

std::vector<Partition> partitionsFromMap(const Item& map) {
    std::vector<Partition> partitions;
    partitions.reserve(map.size());
    for (const auto& [name, value] : map) {
        const auto offset = static_cast<std::uint32_t>(map.integer(name));
        partitions.push_back({name, offset});
    }
    // A map has no order of its own; people read partition tables by offset.
    std::sort(partitions.begin(), partitions.end(), [](const Partition& a, const Partition& b) {
        return std::tie(a.offset, a.name) < std::tie(b.offset, b.name);
    });
    return partitions;
}

}  // namespace

const char* releaseStatusName(ReleaseStatus status) {
    return kStatusNames.at(static_cast<std::size_t>(status)).second;
}

std::optional<ReleaseStatus> releaseStatusFromName(std::string_view name) {
    for (const auto& [status, statusName] : kStatusNames) {
        if (name == statusName) return status;
    }
    return std::nullopt;
}

std::vector<ReleaseStatus> allowedTransitions(ReleaseStatus status) {
    switch (status) {
        case ReleaseStatus::readyToTest:
            return {ReleaseStatus::testing};
        case ReleaseStatus::testing:
            return {ReleaseStatus::readyToTest, ReleaseStatus::released};
        case ReleaseStatus::released:
            return {ReleaseStatus::revoked};
        case ReleaseStatus::processing:
        case ReleaseStatus::revoked:
        case ReleaseStatus::deleting:
        case ReleaseStatus::deleted:
        case ReleaseStatus::error:
            return {};
    }
    return {};
}

std::optional<std::string> deletionRefusal(ReleaseStatus status) {
    switch (status) {
        case ReleaseStatus::readyToTest:
        case ReleaseStatus::testing:
        case ReleaseStatus::error:
            return std::nullopt;
        case ReleaseStatus::processing:
            return "The firmware is PROCESSING: wait until its import has ended.";
        case ReleaseStatus::released:
            return "The firmware is RELEASED: devices may be offered it. Revoke it instead of deleting it.";
        case ReleaseStatus::revoked:
            return "The firmware is REVOKED: it goes by itself when its time is up.";
        case ReleaseStatus::deleting:
            return "The firmware is DELETING: its deletion is under way.";
        case ReleaseStatus::deleted:
            return "The firmware is DELETED already.";
    }
    return std::nullopt;
}

bool isHashed(std::string_view fileName) {
    return fileName != "config.bin" && fileName != "manifest.json";
}

Item firmwareKey(std::string_view productId, std::string_view application, std::string_view version) {
    std::string partitionKey(productId);
    partitionKey += '#';
    partitionKey += application;
    return Item{{"pk", std::move(partitionKey)}, {"version", version}};
}

Item firmwareToItem(const FirmwareRecord& record) {
    Item item = firmwareKey(record.productId, record.application, record.version);
    // An empty text is an absent attribute: index keys can't be empty.
    const auto set = [&](const char* name, const std::string& text) {
        if (!text.empty()) item.set(name, text);
    };
    for (const ManifestText& text : kManifestTexts) set(text.name, record.*text.member);
    for (const auto& [name, member] : kTexts) set(name, record.*member);
    item.set("zip_size", sizeValue(record.zipSizeBytes));
    item.set("uploaded_at", record.uploadedAtS);
    item.set("release_status", releaseStatusName(record.status));
    item.set("status_history", historyToList(record.statusHistory));
    item.set("files", filesToList(record.files));
    item.set("partition_offsets", partitionsToMap(record.partitions));
    if (record.expiresAtS) item.set("ttl", *record.expiresAtS);
    return item;
}

FirmwareRecord firmwareFromItem(const Item& item) {
    FirmwareRecord record;
    for (const ManifestText& text : kManifestTexts) record.*text.member = item.string(text.name);
    for (const auto& [name, member] : kTexts) record.*member = item.string(name);
    record.zipSizeBytes = sizeFrom(item, "zip_size");
    record.uploadedAtS = item.integer("uploaded_at");
    // A status nobody knows becomes PROCESSING, from which nothing can be done.
    record.status = releaseStatusFromName(item.string("release_status")).value_or(ReleaseStatus::processing);
    forEachMap(item, "status_history", [&record](const Item& change) {
        if (const auto status = releaseStatusFromName(change.string("status"))) {
            record.statusHistory.push_back({*status, change.integer("timestamp")});
        }
    });
    forEachMap(item, "files", [&record](const Item& file) {
        record.files.push_back(
            {std::string(file.string("name")), std::string(file.string("sha256")), sizeFrom(file, "size")});
    });
    if (const Item* partitions = item.map("partition_offsets")) record.partitions = partitionsFromMap(*partitions);
    if (item.contains("ttl")) record.expiresAtS = item.integer("ttl");
    return record;
}

}  // namespace drydock::fleet
