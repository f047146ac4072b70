// Firmware packages: ZIPs with a manifest.json at their root that lists every file with its SHA-256.
//
// A package is met with suspicion: sizes are counted while unpacking rather than believed, nothing is unpacked to
// disk, and memory stays bounded whatever the file claims.
// Thread: any; the functions share nothing. They read the whole package, so a large one takes seconds.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/firmware.h"
#include "models/fleet/firmware_zip.h"
#include "storage/base/result.h"

namespace drydock::fleet {

struct PackageInspection {
    // What the package says of itself: the manifest's fields, `files`, `partitions`, and `status`:
    //   readyToTest  it keeps every rule;
    //   error        it breaks one: `errorReason` says which, in the words operators know from the cloud stack, and
    //                `manifest` is the manifest as read. Fields that couldn't be read are empty, `files` and
    //                `partitions` too.
    // The store's own fields (names, hash and size of the ZIP, times, history) are left as they are by default.
    FirmwareRecord record;
    std::vector<std::string> warnings;  // English sentences: accepted, but a person should know
};

// ErrorCode::refused: no ZIP, truncated or damaged, encrypted, over a limit, a name twice, a path that leaves the
// folder. ErrorCode::notFound: no such file. ErrorCode::io: the file can't be read. ErrorCode::busy: see KeepReading.
[[nodiscard]] storage::Result<PackageInspection> inspectPackage(const std::filesystem::path& zip,
                                                                const PackageLimits& limits = {},
                                                                const KeepReading& keepReading = {});

// Whether `zip` still holds exactly the files of `record`, hashed anew. Before a release.
// ErrorCode::refused names the file that is missing, unlisted or changed; further errors as for inspectPackage().
// Those that are not isHashed() (firmware.h) are not compared.
// `takeBlock` gets the files' bytes before it is known whether they are right.
[[nodiscard]] storage::Result<void> verifyPackage(const std::filesystem::path& zip, const FirmwareRecord& record,
                                                  const PackageLimits& limits = {}, const KeepReading& keepReading = {},
                                                  const TakeBlock& takeBlock = {});

// Writes a small package that keeps every rule. An existing file is replaced.
// ErrorCode::io or diskFull when it can't be written; nothing is left behind then.
[[nodiscard]] storage::Result<void> writeSamplePackage(const std::filesystem::path& zip, std::string_view productId,
                                                       std::string_view application, std::string_view version);

}  // namespace drydock::fleet
