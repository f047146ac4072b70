#include "storage/value/attribute_value.h"

#include <algorithm>

namespace drydock::storage {
namespace {

template <class T>
void sortUnique(std::vector<T>& values) {
    // Decoded sets are in order already.
    if (std::adjacent_find(values.begin(), values.end(), [](const T& a, const T& b) { return !(a < b); }) ==
        values.end())
        return;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

template <class Entries>
auto lowerBound(Entries& entries, std::string_view name) {
    return std::lower_bound(entries.begin(), entries.end(), name, [](const Item::Entry& entry, std::string_view key) {
        return entry.first.compare(key) < 0;
    });
}

// Two digits to a byte on either side of the point, which the service was measured to count apart (its guide does not
// say so): 15 has two bytes, 1.5 three.
std::size_t numberSize(const Number& number) {
    if (number.isZero()) return 1;
    const int digits = number.digits();
    const int fraction = std::min(std::max(-number.exponent(), 0), digits);
    const int bytes = 1 + (digits - fraction + 1) / 2 + (fraction + 1) / 2 + (number.negative() ? 1 : 0);
    return static_cast<std::size_t>(bytes);
}

template <class Values, class Size>
std::size_t sum(const Values& values, Size size) {
    std::size_t total = 0;
    for (const auto& value : values) total += size(value);
    return total;
}

constexpr std::size_t kContainerOverhead = 3;
constexpr std::size_t kElementOverhead = 1;

struct Sizer {
    std::size_t operator()(const std::string& value) const { return value.size(); }
    std::size_t operator()(const Number& value) const { return numberSize(value); }
    std::size_t operator()(const Binary& value) const { return value.size(); }
    std::size_t operator()(bool) const { return 1; }
    std::size_t operator()(Null) const { return 1; }
    std::size_t operator()(const List& list) const {
        return kContainerOverhead +
               sum(list, [](const AttributeValue& value) { return kElementOverhead + valueSize(value); });
    }
    std::size_t operator()(const Item& map) const {
        return kContainerOverhead + map.size() * kElementOverhead + itemSize(map);
    }
    std::size_t operator()(const StringSet& set) const {
        return sum(set.values, [](const std::string& value) { return value.size(); });
    }
    std::size_t operator()(const NumberSet& set) const { return sum(set.values, numberSize); }
    std::size_t operator()(const BinarySet& set) const {
        return sum(set.values, [](const Binary& value) { return value.size(); });
    }
};

}  // namespace

Item::Item() = default;
Item::Item(const Item&) = default;
Item::Item(Item&&) noexcept = default;
Item& Item::operator=(const Item&) = default;
Item& Item::operator=(Item&&) noexcept = default;
Item::~Item() = default;

Item::Item(std::initializer_list<Entry> entries) {
    m_entries.reserve(entries.size());
    for (const Entry& entry : entries) set(entry.first, entry.second);
}

const AttributeValue* Item::find(std::string_view name) const {
    const auto at = lowerBound(m_entries, name);
    return at != m_entries.end() && at->first == name ? &at->second : nullptr;
}

AttributeValue* Item::find(std::string_view name) {
    const auto at = lowerBound(m_entries, name);
    return at != m_entries.end() && at->first == name ? &at->second : nullptr;
}

void Item::set(std::string name, AttributeValue value) {
    // Entries mostly come in order (decoding, copying).
    if (m_entries.empty() || m_entries.back().first < name) {
        m_entries.emplace_back(std::move(name), std::move(value));
        return;
    }
    const auto at = lowerBound(m_entries, name);
    if (at != m_entries.end() && at->first == name) {
        at->second = std::move(value);
    } else {
        m_entries.emplace(at, std::move(name), std::move(value));
    }
}

bool Item::erase(std::string_view name) {
    const auto at = lowerBound(m_entries, name);
    if (at == m_entries.end() || at->first != name) return false;
    m_entries.erase(at);
    return true;
}

void Item::reserve(std::size_t count) {
    m_entries.reserve(count);
}

std::string_view Item::string(std::string_view name, std::string_view fallback) const {
    const AttributeValue* value = find(name);
    const auto* text = value != nullptr ? value->as<std::string>() : nullptr;
    return text != nullptr ? std::string_view(*text) : fallback;
}

std::int64_t Item::integer(std::string_view name, std::int64_t fallback) const {
    const AttributeValue* value = find(name);
    const auto* number = value != nullptr ? value->as<Number>() : nullptr;
    return number != nullptr ? number->toInt64().value_or(fallback) : fallback;
}

bool Item::boolean(std::string_view name, bool fallback) const {
    const AttributeValue* value = find(name);
    const auto* boolean = value != nullptr ? value->as<bool>() : nullptr;
    return boolean != nullptr ? *boolean : fallback;
}

const Item* Item::map(std::string_view name) const {
    const AttributeValue* value = find(name);
    return value != nullptr ? value->as<Item>() : nullptr;
}

bool operator==(const Item& a, const Item& b) {
    return a.m_entries == b.m_entries;
}

AttributeValue::AttributeValue(StringSet value) {
    sortUnique(value.values);
    m_value = std::move(value);
}

AttributeValue::AttributeValue(NumberSet value) {
    sortUnique(value.values);
    m_value = std::move(value);
}

AttributeValue::AttributeValue(BinarySet value) {
    sortUnique(value.values);
    m_value = std::move(value);
}

const char* typeName(AttributeType type) {
    switch (type) {
        case AttributeType::S:
            return "S";
        case AttributeType::N:
            return "N";
        case AttributeType::B:
            return "B";
        case AttributeType::BOOL:
            return "BOOL";
        case AttributeType::NULL_:
            return "NULL";
        case AttributeType::L:
            return "L";
        case AttributeType::M:
            return "M";
        case AttributeType::SS:
            return "SS";
        case AttributeType::NS:
            return "NS";
        case AttributeType::BS:
            break;
    }
    return "BS";
}

std::size_t itemSize(const Item& item) {
    return sum(item, [](const Item::Entry& entry) { return entry.first.size() + valueSize(entry.second); });
}

std::size_t valueSize(const AttributeValue& value) {
    return std::visit(Sizer{}, value.variant());
}

}  // namespace drydock::storage
