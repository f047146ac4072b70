// Firmware records and their release states.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

enum class ReleaseStatus : std::uint8_t {
    processing,
    readyToTest,
    testing,
    released,
    revoked,
    deleting,
    deleted,
    error,
};

[[nodiscard]] const char* releaseStatusName(ReleaseStatus status);  // "READY_TO_TEST", …
[[nodiscard]] std::optional<ReleaseStatus> releaseStatusFromName(std::string_view name);

// The changes an operator may make from `status` (deletion is not one of them).
[[nodiscard]] std::vector<ReleaseStatus> allowedTransitions(ReleaseStatus status);
// Why a record in `status` can't be deleted, in words for a person; nothing when it can.
[[nodiscard]] std::optional<std::string> deletionRefusal(ReleaseStatus status);

inline constexpr std::string_view kDevelopmentVersion = "9999.99.99";

struct FirmwareFile {
    std::string name;
    std::string sha256;
    std::uint64_t sizeBytes = 0;
    friend bool operator==(const FirmwareFile&, const FirmwareFile&) = default;
};
struct StatusChange {
    ReleaseStatus status = ReleaseStatus::processing;
    std::int64_t atMs = 0;
};
struct Partition {
    std::string name;
    std::uint32_t offset = 0;
};

struct FirmwareRecord {
    std::string productId;
    std::string application;
    std::string version;  // the sort key; "ERROR#…" for a refused import
    std::string firmwareClass;
    std::string firmwareType;
    std::string branch;
    std::string commit;
    std::string created;
    std::string zipName;  // stored name, <uuid4>.zip
    std::string originalName;
    std::string zipSha256;
    std::uint64_t zipSizeBytes = 0;
    std::int64_t uploadedAtS = 0;
    ReleaseStatus status = ReleaseStatus::processing;
    std::vector<StatusChange> statusHistory;
    std::vector<FirmwareFile> files;
    std::vector<Partition> partitions;
    std::optional<std::int64_t> expiresAtS;  // the TTL, when deleted or revoked
    std::string errorReason;                 // status error only
    std::string manifest;                    // status error only: manifest.json as read, cut to what a record holds
};

// A text of the manifest, which the record keeps as an attribute of the same name.
struct ManifestText {
    const char* name;
    std::string FirmwareRecord::*member;
    bool required = true;
    bool inKey = false;  // part of the record's key and of the folder the files are published to
};
// In the order in which an import asks for them.
inline constexpr std::array<ManifestText, 8> kManifestTexts = {{
    {"product_id", &FirmwareRecord::productId, true, true},
    {"application", &FirmwareRecord::application, true, true},
    {"version", &FirmwareRecord::version, true, true},
    {"class", &FirmwareRecord::firmwareClass},
    {"branch", &FirmwareRecord::branch},
    {"commit", &FirmwareRecord::commit},
    {"created", &FirmwareRecord::created},
    {"firmware_type", &FirmwareRecord::firmwareType, false},
}};

// Whether a package's file of this name is compared by its hash: all but config.bin, which is written per device, and
// manifest.json, which holds the hashes.
[[nodiscard]] bool isHashed(std::string_view fileName);

// The key of its table: partition key product_id#application, sort key version.
[[nodiscard]] storage::Item firmwareKey(std::string_view productId, std::string_view application,
                                        std::string_view version);
[[nodiscard]] storage::Item firmwareToItem(const FirmwareRecord& record);
[[nodiscard]] FirmwareRecord firmwareFromItem(const storage::Item& item);

}  // namespace drydock::fleet
