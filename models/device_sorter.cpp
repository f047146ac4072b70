#include "models/device_sorter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "models/text.h"

namespace drydock::models {
namespace {

constexpr std::uint64_t kLast = std::numeric_limits<std::uint64_t>::max();

struct Keyed {
    std::uint64_t key = 0;
    std::uint32_t row = 0;
};

// By key; equal keys keep their order. A pass for every byte in which keys differ: for a million keys far below what
// comparing them costs.
void sortByKey(std::vector<Keyed>& keyed) {
    constexpr std::size_t kBuckets = 256;
    std::vector<Keyed> sorted(keyed.size());
    for (unsigned shift = 0; shift < 64; shift += 8) {
        const auto byteOf = [shift](const Keyed& k) { return static_cast<std::size_t>(k.key >> shift & 0xFF); };
        std::array<std::size_t, kBuckets> starts{};
        for (const Keyed& k : keyed) ++starts[byteOf(k)];
        if (keyed.empty() || starts[byteOf(keyed.front())] == keyed.size()) continue;
        std::size_t start = 0;
        for (std::size_t& bucket : starts) start += std::exchange(bucket, start);
        for (const Keyed& k : keyed) sorted[starts[byteOf(k)]++] = k;
        keyed.swap(sorted);
    }
}

template <class KeyOf>
std::vector<Keyed> keyedBy(const std::vector<std::uint32_t>& rows, const KeyOf& keyOf) {
    std::vector<Keyed> keyed;
    keyed.reserve(rows.size());
    for (const std::uint32_t row : rows) keyed.push_back({keyOf(row), row});
    sortByKey(keyed);
    return keyed;
}

void takeRows(const std::vector<Keyed>& keyed, std::vector<std::uint32_t>& rows) {
    std::transform(keyed.begin(), keyed.end(), rows.begin(), [](const Keyed& k) { return k.row; });
}

// The place of each of a pool's texts among them, equal texts sharing one.
std::vector<std::uint32_t> ranks(const StringPool& pool, DeviceColumns::Text column) {
    std::vector<StringPool::Id> ids;
    for (StringPool::Id id = 1; id < pool.size(); ++id) {
        if (pool.inUse(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end(),
              [&](StringPool::Id a, StringPool::Id b) { return compareTexts(column, pool.text(a), pool.text(b)) < 0; });
    std::vector<std::uint32_t> rankOf(pool.size(), 0);
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0 && compareTexts(column, pool.text(ids[i - 1]), pool.text(ids[i])) != 0) ++rank;
        rankOf[ids[i]] = rank;
    }
    return rankOf;
}

std::size_t commonPrefix(const DeviceColumns& columns, const std::vector<std::uint32_t>& rows) {
    if (rows.empty()) return 0;
    const std::string_view first = columns.foldedId(rows.front());
    std::size_t length = first.size();
    for (const std::uint32_t row : rows) {
        const std::string_view id = columns.foldedId(row);
        const auto end = first.begin() + static_cast<std::ptrdiff_t>(std::min(length, id.size()));
        length = static_cast<std::size_t>(std::mismatch(first.begin(), end, id.begin()).first - first.begin());
    }
    return length;
}

// Eight bytes from `from` on, as a number that compares as they do.
std::uint64_t eightBytes(std::string_view text, std::size_t from) {
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < sizeof key; ++i) {
        const std::size_t at = from + i;
        key = key << 8 | (at < text.size() ? static_cast<unsigned char>(text[at]) : 0U);
    }
    return key;
}

}  // namespace

int compareTexts(DeviceColumns::Text column, std::string_view a, std::string_view b) {
    if (column == DeviceColumns::Text::fw) return a.compare(b);
    return collate(toText(a), toText(b));
}

void sortByNumber(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, const DeviceNumber& number,
                  bool descending) {
    const auto keyOf = [&](std::uint32_t row) -> std::uint64_t {
        const std::optional<std::int64_t> value = number(columns, row);
        if (!value) return kLast;
        const std::uint64_t key = static_cast<std::uint64_t>(*value) ^ 1ULL << 63;  // unsigned, in the same order
        return descending ? ~key : key;
    };
    takeRows(keyedBy(rows, keyOf), rows);
}

void sortByText(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, DeviceColumns::Text column,
                bool descending) {
    const std::vector<std::uint32_t> rankOf = ranks(columns.pool(column), column);
    const auto keyOf = [&](std::uint32_t row) -> std::uint64_t {
        const std::uint32_t id = columns.textId(row, column);
        if (id == StringPool::kEmpty) return kLast;
        return descending ? rankOf.size() - rankOf[id] : rankOf[id];
    };
    takeRows(keyedBy(rows, keyOf), rows);
}

void sortById(const DeviceColumns& columns, std::vector<std::uint32_t>& rows, bool descending) {
    // What all ids begin with says nothing; the eight bytes after it nearly always decide.
    const std::size_t prefix = commonPrefix(columns, rows);
    std::vector<Keyed> keyed =
        keyedBy(rows, [&](std::uint32_t row) { return eightBytes(columns.foldedId(row), prefix); });
    for (auto first = keyed.begin(); first != keyed.end();) {
        const auto last = std::find_if(first, keyed.end(), [&](const Keyed& k) { return k.key != first->key; });
        std::sort(first, last, [&](const Keyed& a, const Keyed& b) {
            const int difference = columns.foldedId(a.row).compare(columns.foldedId(b.row));
            return difference != 0 ? difference < 0 : columns.id(a.row) < columns.id(b.row);
        });
        first = last;
    }
    takeRows(keyed, rows);
    if (descending) std::reverse(rows.begin(), rows.end());
}

}  // namespace drydock::models
