// StoredItem: an item as it was read, which is decoded when somebody asks for its attributes. Reading many of them
// costs little more than reading their rows, and as JSON they need no decoding at all.
//
// A plain value: copied, moved and owned by whoever holds it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "storage/value/attribute_value.h"

namespace drydock::storage {

class StoredItem {
public:
    // A row as encodeItem() makes it; since it comes from a file, it may be damaged.
    explicit StoredItem(std::string_view row) : m_content(std::string(row)) {}
    explicit StoredItem(Item item) : m_content(std::move(item)) {}

    // ErrorCode::corrupt: the row is damaged.
    [[nodiscard]] Result<Item> decode() const&;
    [[nodiscard]] Result<Item> decode() &&;
    // Appends it as DynamoDB JSON, {"a":{"S":"x"}}. After ErrorCode::corrupt `out` ends with a part of it.
    [[nodiscard]] Result<void> appendJson(std::string& out) const;

private:
    std::variant<std::string, Item> m_content;
};

// A row's top-level attribute of this name, where it is a number; the rest is only passed over. ErrorCode::corrupt: the
// row is damaged.
[[nodiscard]] Result<std::optional<Number>> storedNumber(std::string_view row, std::string_view name);

}  // namespace drydock::storage
