#include "storage/store/item_rules.h"

#include "storage/value/json.h"
#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kMaxItemBytes = 400UL * 1024;  // Amazon DynamoDB developer guide, "Quotas"
constexpr const char* kTooLarge = "Item size has exceeded the maximum allowed size";
constexpr const char* kUpdatedTooLarge = "Item size to update has exceeded the maximum allowed size";

// Rows are refused when they are read back with such text in them.
Result<void> checkText(std::string_view text) {
    if (isValidUtf8(text)) return {};
    return invalid("One or more parameter values were invalid: The text is not valid UTF-8");
}

Result<void> checkMembers(const Item& item, int depth);

// `depth` levels of lists and maps may still follow.
Result<void> checkValue(const AttributeValue& value, int depth) {
    switch (value.type()) {
        case AttributeType::S:
            return checkText(*value.as<std::string>());
        case AttributeType::SS:
            for (const std::string& text : value.as<StringSet>()->values) DRYDOCK_TRY(checkText(text));
            if (!value.as<StringSet>()->values.empty()) return {};
            return invalid("One or more parameter values were invalid: An string set  may not be empty");
        case AttributeType::NS:
            if (!value.as<NumberSet>()->values.empty()) return {};
            return invalid("One or more parameter values were invalid: An number set  may not be empty");
        case AttributeType::BS:
            if (!value.as<BinarySet>()->values.empty()) return {};
            return invalid("One or more parameter values were invalid: Binary sets should not be empty");
        case AttributeType::L:
        case AttributeType::M:
            break;
        default:
            return {};
    }
    if (depth == 0) return invalid(kTooDeep);
    if (const List* list = value.as<List>()) {
        for (const AttributeValue& element : *list) DRYDOCK_TRY(checkValue(element, depth - 1));
        return {};
    }
    return checkMembers(*value.as<Item>(), depth - 1);
}

Result<void> checkMembers(const Item& item, int depth) {
    for (const auto& [name, value] : item) {
        DRYDOCK_TRY(checkText(name));
        DRYDOCK_TRY(checkValue(value, depth));
    }
    return {};
}

}  // namespace

Result<std::int64_t> checkItem(const Item& item, bool updated) {
    DRYDOCK_TRY(checkMembers(item, kMaxDepth - 1));
    const std::size_t size = itemSize(item);
    if (size > kMaxItemBytes) return invalid(updated ? kUpdatedTooLarge : kTooLarge);
    return static_cast<std::int64_t>(size);
}

Result<void> checkWritten(const Update& update, const Item& after, std::int64_t size) {
    // What is counted beside the attributes is far from half of the limit.
    if (static_cast<std::size_t>(size) < kMaxItemBytes / 2) return {};
    if (update.writtenBytes(after) > kMaxItemBytes) return invalid(kUpdatedTooLarge);
    return {};
}

}  // namespace drydock::storage
