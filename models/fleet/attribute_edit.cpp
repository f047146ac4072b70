#include "models/fleet/attribute_edit.h"

#include <algorithm>

#include "models/fleet/retry_cycle.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

using storage::Result;

bool isPlain(char c, std::string_view others) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

}  // namespace

Result<void> checkAttributeEdit(const AttributeEdit& edit) {
    constexpr std::string_view inNames = "_.,@/:#-";
    constexpr std::string_view inValues = "_.,@/:#=[]-";
    const auto consistsOf = [](const std::string& text, std::string_view others) {
        return std::all_of(text.begin(), text.end(), [others](char c) { return isPlain(c, others); });
    };
    if (edit.name.empty() || edit.name.size() > kMaxAttributeNameBytes || !consistsOf(edit.name, inNames))
        return storage::invalid("\"" + validText(edit.name) + "\" is no attribute's name: that has 1 to " +
                                std::to_string(kMaxAttributeNameBytes) + " letters, digits and any of " +
                                std::string(inNames));
    if (!edit.value) return {};
    if (edit.value->empty())
        return storage::invalid("The attribute " + edit.name + " needs a value. To be rid of it, remove it.");
    if (isMark(*edit.value))
        return storage::invalid(*edit.value +
                                " is a mark of the retry cycle's, which no person sets. To take a device "
                                "out by hand, move it to FailedToUpdate.");
    if (edit.value->size() > kMaxAttributeValueBytes || !consistsOf(*edit.value, inValues))
        return storage::invalid("The value of " + edit.name + " is not valid: it has at most " +
                                std::to_string(kMaxAttributeValueBytes) + " letters, digits and any of " +
                                std::string(inValues));
    return {};
}

Result<void> checkAttributeEdits(const std::vector<AttributeEdit>& edits) {
    if (edits.empty()) return storage::invalid("Name the attributes to set or to remove.");
    std::vector<std::string_view> names;
    for (const AttributeEdit& edit : edits) {
        DRYDOCK_TRY(checkAttributeEdit(edit));
        names.emplace_back(edit.name);
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) return storage::invalid("The attribute " + std::string(*twice) + " is named twice.");
    return {};
}

}  // namespace drydock::fleet
