#include "models/fleet/ota.h"

#include <algorithm>

namespace drydock::fleet {

using storage::ErrorCode;
using storage::fail;
using storage::Result;

namespace {

std::vector<std::string> releasedOf(const std::vector<FirmwareVersion>& versions) {
    std::vector<std::string> released;
    for (const FirmwareVersion& each : versions) {
        if (each.status == ReleaseStatus::released) released.push_back(each.version);
    }
    std::sort(released.begin(), released.end());
    return released;
}

const FirmwareVersion* find(const std::vector<FirmwareVersion>& versions, std::string_view version) {
    const auto found = std::find_if(versions.begin(), versions.end(),
                                    [version](const FirmwareVersion& each) { return each.version == version; });
    return found == versions.end() ? nullptr : &*found;
}

// Whether a version greater than `version` is on record, whatever became of it.
bool isOvertaken(const std::vector<FirmwareVersion>& versions, std::string_view version) {
    return std::any_of(versions.begin(), versions.end(), [version](const FirmwareVersion& each) {
        return each.status != ReleaseStatus::error && each.version > version;
    });
}

std::string revoked(std::string_view version) {
    return "The version " + std::string(version) + " was revoked, and nothing newer is released.";
}

}  // namespace

Result<std::vector<std::string>> otaOffers(const std::vector<FirmwareVersion>& versions,
                                           std::optional<std::string_view> current) {
    const std::vector<std::string> released = releasedOf(versions);
    const FirmwareVersion* record = current ? find(versions, *current) : nullptr;
    if (released.empty()) {
        if (record != nullptr && record->status == ReleaseStatus::revoked) {
            return fail(ErrorCode::conflict, revoked(*current));
        }
        return fail(ErrorCode::notFound, "Nothing is released.");
    }
    if (!current) return released;
    const auto next = std::upper_bound(released.begin(), released.end(), *current);
    if (next != released.end()) return std::vector<std::string>{*next};
    if (released.back() == *current) return std::vector<std::string>{released.back()};

    if (record != nullptr && record->status == ReleaseStatus::revoked) {
        return fail(ErrorCode::conflict, revoked(*current));
    }
    const std::string version(*current);
    if (record == nullptr && isOvertaken(versions, *current)) {
        return fail(ErrorCode::conflict, "The version " + version + " is unknown, and nothing newer is released.");
    }
    return fail(ErrorCode::conflict,
                "The version " + version + " is ahead of all that is released; the newest is " + released.back() + ".");
}

}  // namespace drydock::fleet
