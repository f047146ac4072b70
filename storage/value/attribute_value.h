// AttributeValue: one value of DynamoDB's ten types. Item: a map of attribute names to values.
//
// Plain values: copied, moved and compared member by member, owned by whoever holds them.
// Invariants: Item entries are sorted by name (byte order) without repeats; sets are sorted without repeats (a set
// has no order of its own, so equality needs none). Empty sets are refused by validation, not by these types.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "storage/value/number.h"

namespace drydock::storage {

class AttributeValue;

using Binary = std::vector<std::uint8_t>;
using List = std::vector<AttributeValue>;

// A sorted flat map: items are small, and are read far more often than changed.
class Item {
public:
    using Entry = std::pair<std::string, AttributeValue>;

    Item();
    Item(std::initializer_list<Entry> entries);
    Item(const Item&);
    Item(Item&&) noexcept;
    Item& operator=(const Item&);
    Item& operator=(Item&&) noexcept;
    ~Item();

    [[nodiscard]] const AttributeValue* find(std::string_view name) const;  // nullptr when absent
    [[nodiscard]] AttributeValue* find(std::string_view name);
    [[nodiscard]] bool contains(std::string_view name) const { return find(name) != nullptr; }
    void set(std::string name, AttributeValue value);  // inserts or replaces
    // An entry behind all others, whose value is to be filled in. Precondition: its name sorts behind theirs.
    AttributeValue& append(std::string_view name);
    bool erase(std::string_view name);  // true when it was there
    void reserve(std::size_t count);

    [[nodiscard]] bool empty() const;
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::vector<Entry>::const_iterator begin() const;
    [[nodiscard]] std::vector<Entry>::const_iterator end() const;

    // Shortcuts for readers of known schemas: the value when present and of that type, else the fallback.
    [[nodiscard]] std::string_view string(std::string_view name, std::string_view fallback = {}) const;
    [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback = 0) const;
    [[nodiscard]] bool boolean(std::string_view name, bool fallback = false) const;
    [[nodiscard]] const Item* map(std::string_view name) const;  // nullptr when absent or no map

    friend bool operator==(const Item& a, const Item& b);

private:
    std::vector<Entry> m_entries;
};

struct Null {
    friend bool operator==(Null, Null) = default;
};
struct StringSet {
    std::vector<std::string> values;
    friend bool operator==(const StringSet&, const StringSet&) = default;
};
struct NumberSet {
    std::vector<Number> values;
    friend bool operator==(const NumberSet&, const NumberSet&) = default;
};
struct BinarySet {
    std::vector<Binary> values;
    friend bool operator==(const BinarySet&, const BinarySet&) = default;
};

// The order is the order of the alternatives in AttributeValue::Variant.
enum class AttributeType : std::uint8_t { S, N, B, BOOL, NULL_, L, M, SS, NS, BS };

class AttributeValue {
public:
    using Variant = std::variant<std::string, Number, Binary, bool, Null, List, Item, StringSet, NumberSet, BinarySet>;

    AttributeValue() : m_value(Null{}) {}
    AttributeValue(std::string value) : m_value(std::move(value)) {}         // NOLINT(google-explicit-constructor)
    AttributeValue(std::string_view value) : m_value(std::string(value)) {}  // NOLINT(google-explicit-constructor)
    AttributeValue(const char* value) : m_value(std::string(value)) {}       // NOLINT(google-explicit-constructor)
    AttributeValue(Number value) : m_value(value) {}                         // NOLINT(google-explicit-constructor)
    AttributeValue(std::int64_t value) : m_value(Number(value)) {}           // NOLINT(google-explicit-constructor)
    AttributeValue(int value) : m_value(Number(value)) {}                    // NOLINT(google-explicit-constructor)
    AttributeValue(bool value) : m_value(value) {}                           // NOLINT(google-explicit-constructor)
    AttributeValue(Null value) : m_value(value) {}                           // NOLINT(google-explicit-constructor)
    AttributeValue(Binary value) : m_value(std::move(value)) {}              // NOLINT(google-explicit-constructor)
    AttributeValue(List value) : m_value(std::move(value)) {}                // NOLINT(google-explicit-constructor)
    AttributeValue(Item value) : m_value(std::move(value)) {}                // NOLINT(google-explicit-constructor)
    AttributeValue(StringSet value);  // NOLINT(google-explicit-constructor): sorts and drops repeats
    AttributeValue(NumberSet value);  // NOLINT(google-explicit-constructor)
    AttributeValue(BinarySet value);  // NOLINT(google-explicit-constructor)

    [[nodiscard]] AttributeType type() const { return static_cast<AttributeType>(m_value.index()); }
    [[nodiscard]] const Variant& variant() const { return m_value; }
    [[nodiscard]] Variant& variant() { return m_value; }

    template <class T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&m_value);
    }
    template <class T>
    [[nodiscard]] T* as() {
        return std::get_if<T>(&m_value);
    }

    friend bool operator==(const AttributeValue& a, const AttributeValue& b) = default;

private:
    Variant m_value;
};

inline AttributeValue& Item::append(std::string_view name) {
    return m_entries.emplace_back(std::piecewise_construct, std::forward_as_tuple(name), std::forward_as_tuple())
        .second;
}
inline bool Item::empty() const {
    return m_entries.empty();
}
inline std::size_t Item::size() const {
    return m_entries.size();
}
inline std::vector<Item::Entry>::const_iterator Item::begin() const {
    return m_entries.begin();
}
inline std::vector<Item::Entry>::const_iterator Item::end() const {
    return m_entries.end();
}

// "S", "N", … as in DynamoDB JSON.
[[nodiscard]] const char* typeName(AttributeType type);

// Size as DynamoDB counts it towards the 400 KB item limit: names and values in bytes.
// Source: developer guide, "Item sizes and formats".
[[nodiscard]] std::size_t itemSize(const Item& item);
[[nodiscard]] std::size_t valueSize(const AttributeValue& value);

}  // namespace drydock::storage
