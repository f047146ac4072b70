#include "models/fleet/firmware_compare.h"

#include <map>
#include <utility>

namespace drydock::fleet {

namespace {

// The two sides of one name.
template <class T>
struct Pair {
    const T* before = nullptr;
    const T* after = nullptr;
};

template <class T>
std::map<std::string, Pair<T>> byName(const std::vector<T>& before, const std::vector<T>& after) {
    std::map<std::string, Pair<T>> pairs;
    for (const T& each : before) pairs[each.name].before = &each;
    for (const T& each : after) pairs[each.name].after = &each;
    return pairs;
}

std::optional<std::uint32_t> offsetOf(const Partition* partition) {
    return partition == nullptr ? std::nullopt : std::optional(partition->offset);
}

}  // namespace

FirmwareComparison compareFirmware(const FirmwareRecord& from, const FirmwareRecord& to) {
    FirmwareComparison comparison;
    for (const ManifestText& text : kManifestTexts) {
        const std::string& before = from.*text.member;
        const std::string& after = to.*text.member;
        if (before != after) comparison.fields.push_back({text.name, before, after});
    }
    for (const auto& [name, pair] : byName(from.files, to.files)) {
        if (pair.before == nullptr) {
            comparison.added.push_back(*pair.after);
        } else if (pair.after == nullptr) {
            comparison.removed.push_back(*pair.before);
        } else if (*pair.before != *pair.after) {
            comparison.changed.push_back({*pair.before, *pair.after});
        }
    }
    for (const auto& [name, pair] : byName(from.partitions, to.partitions)) {
        const auto before = offsetOf(pair.before);
        const auto after = offsetOf(pair.after);
        if (before != after) comparison.partitions.push_back({name, before, after});
    }
    return comparison;
}

}  // namespace drydock::fleet
