// How two firmware packages differ: their manifests' fields, their files, and where their partitions lie.
// Thread: any; pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fleet/firmware.h"

namespace drydock::fleet {

struct ManifestDifference {
    std::string field;  // as the manifest calls it
    std::string before;
    std::string after;  // empty: the manifest doesn't say
};
struct FileDifference {
    FirmwareFile before;
    FirmwareFile after;
};
struct PartitionDifference {
    std::string name;
    std::optional<std::uint32_t> before;  // its offset; none: there is no such partition
    std::optional<std::uint32_t> after;
};

// Only what differs.
struct FirmwareComparison {
    std::vector<ManifestDifference> fields;
    std::vector<FirmwareFile> added;
    std::vector<FirmwareFile> removed;
    std::vector<FileDifference> changed;  // of the same name, with other bytes
    std::vector<PartitionDifference> partitions;
};

// From one package to another, everything in order of name but the fields, which come in the manifest's.
[[nodiscard]] FirmwareComparison compareFirmware(const FirmwareRecord& from, const FirmwareRecord& to);

}  // namespace drydock::fleet
