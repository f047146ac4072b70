#include "storage/store/capacity.h"

#include <algorithm>
#include <optional>

#include "storage/store/keys.h"

namespace drydock::storage {
namespace {

std::uint64_t unitsOf(std::int64_t bytes) {
    constexpr std::int64_t kUnitBytes = 1024;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(1, (bytes + kUnitBytes - 1) / kUnitBytes));
}

// An item as an index has it: nothing when it is not in the index.
struct Entry {
    std::string key;
    Item item;
    std::int64_t sizeBytes = 0;
};

std::optional<Entry> entryOf(const TableDefinition& definition, const IndexDefinition& index, const Item* item) {
    if (item == nullptr) return std::nullopt;
    Entry entry;
    const Result<bool> present = encodeIndexKey(index, *item, entry.key);
    if (!present || !*present) return std::nullopt;
    entry.item = projectedItem(definition.key, index, *item);
    entry.sizeBytes = static_cast<std::int64_t>(itemSize(entry.item));
    return entry;
}

std::uint64_t indexUnits(const std::optional<Entry>& before, const std::optional<Entry>& after) {
    if (!before && !after) return 0;
    if (!before) return unitsOf(after->sizeBytes);
    if (!after) return unitsOf(before->sizeBytes);
    if (before->key != after->key) return unitsOf(before->sizeBytes) + unitsOf(after->sizeBytes);
    return before->item == after->item ? 0 : unitsOf(std::max(before->sizeBytes, after->sizeBytes));
}

}  // namespace

CapacityUnits writeUnits(const TableDefinition& definition, const MeasuredItem& before, const MeasuredItem& after) {
    CapacityUnits units;
    units.table = unitsOf(std::max(before.sizeBytes, after.sizeBytes));
    for (const IndexDefinition& index : definition.indexes) {
        const std::uint64_t written =
            indexUnits(entryOf(definition, index, before.item), entryOf(definition, index, after.item));
        if (written != 0) units.indexes.push_back({index.name, index.local, written});
    }
    return units;
}

}  // namespace drydock::storage
