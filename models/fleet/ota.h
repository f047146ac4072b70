// What a device is offered over the air: one version after the other, never straight to the newest.
// Thread: any; pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/firmware.h"
#include "storage/base/result.h"

namespace drydock::fleet {

// A version of one product and application, as its record has it.
struct FirmwareVersion {
    std::string version;
    ReleaseStatus status = ReleaseStatus::processing;
};

// The versions to offer, from all that are on record, in any order; those of packages that were refused don't count.
//   A device at `current`: the smallest RELEASED version greater than it; with nothing newer, the same version again if
//     it is still RELEASED. Versions are compared byte by byte.
//   No `current`: all that are RELEASED, in ascending order.
// ErrorCode::conflict says why there is nothing for this device: its version was revoked, is unknown, or is ahead of
// all. ErrorCode::notFound: nothing is RELEASED at all.
[[nodiscard]] storage::Result<std::vector<std::string>> otaOffers(const std::vector<FirmwareVersion>& versions,
                                                                  std::optional<std::string_view> current);

}  // namespace drydock::fleet
