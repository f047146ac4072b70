#include "storage/store/page_walk.h"

#include <algorithm>

#include "storage/store/keys.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

// Source: Amazon DynamoDB API reference, Query and Scan: a page is at most 1 MB before filtering.
constexpr std::uint64_t kPageBytes = 1024ULL * 1024;
constexpr std::uint32_t kUsualPage = 128;  // items room is made for beforehand

// Where a walk begins: a key in the walked rows' order (for the table itself, itemKey only).
struct Position {
    std::string key;
    std::string itemKey;
};

// FNV-1a: spreads the keys over a parallel scan's segments the same way each time.
std::uint32_t segmentOf(std::string_view key, std::uint32_t totalSegments) {
    std::uint32_t hash = 2166136261U;
    for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash % totalSegments;
}

Result<Position> startPosition(const PageWalk& walk) {
    const Item& start = *walk.exclusiveStartKey;
    const KeySchema& tableKey = walk.table->definition.key;
    const IndexDefinition* index = walk.indexDefinition();
    Item expected = keyAttributes(tableKey, start);
    if (index != nullptr) {
        for (const auto& [name, value] : keyAttributes(index->key, start)) expected.set(name, value);
    }
    if (expected.size() != start.size()) return invalid("The provided starting key is invalid");
    Position position;
    if (Result<void> itemKey = encodeRequestKey(tableKey, keyAttributes(tableKey, start), position.itemKey); !itemKey) {
        return invalid("The provided starting key is invalid: " + itemKey.error().message);
    }
    if (index != nullptr) {
        Result<void> key = encodeRequestKey(index->key, keyAttributes(index->key, start), position.key);
        if (!key) return invalid("The provided starting key is invalid: " + key.error().message);
    }
    if (walk.totalSegments > 1 && segmentOf(position.itemKey, walk.totalSegments) != walk.segment) {
        return invalid(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with "
            "correct Segment. TotalSegments: " +
            std::to_string(walk.totalSegments) + " Segment: " + std::to_string(walk.segment));
    }
    const std::string& at = index != nullptr ? position.key : position.itemKey;
    if (at < walk.bounds.lower || at >= walk.bounds.upper) {
        return invalid("The provided starting key is outside query boundaries based on provided conditions");
    }
    return position;
}

// Each column costs every row of a page, and only a parallel scan asks for its key.
constexpr int kSizeColumn = 0;
constexpr int kItemColumn = 1;
constexpr int kKeyColumn = 2;
std::string columns(const PageWalk& walk) {
    return walk.totalSegments > 1 ? "d.size, d.item, d.key" : "d.size, d.item";
}

// Keys end themselves, so no key is another's prefix, and a zero byte added to one makes the least bound above it.
Result<sqlite::Statement*> openTable(sqlite::Connection& connection, const PageWalk& walk, KeyBounds& bounds) {
    bounds = walk.bounds;
    if (walk.exclusiveStartKey) {
        DRYDOCK_ASSIGN(Position start, startPosition(walk));
        if (walk.forward) {
            bounds.lower = std::move(start.itemKey);
            bounds.lower.push_back('\0');
        } else {
            bounds.upper = std::move(start.itemKey);
        }
    }
    DRYDOCK_ASSIGN(
        sqlite::Statement * rows,
        connection.cached("SELECT " + columns(walk) + " FROM " + walk.table->dataName +
                          " d WHERE d.key >= ?1 AND d.key < ?2 ORDER BY d.key" + (walk.forward ? "" : " DESC")));
    rows->bindBlob(1, bounds.lower).bindBlob(2, bounds.upper);
    return rows;
}

// Conditions and order of an index's rows from ?1, ?2 on; ?3 is the other end.
struct IndexOrder {
    const char* forward;
    const char* backward;
};
constexpr IndexOrder kRange = {
    "(i.key, i.item_key) > (?1, ?2) AND i.key < ?3 ORDER BY i.key, i.item_key",
    "(i.key, i.item_key) < (?1, ?2) AND i.key >= ?3 ORDER BY i.key DESC, i.item_key DESC",
};
// SQLite compares row values row by row, so where one key is all that is asked for, this is much faster.
constexpr IndexOrder kOneKey = {
    "i.key = ?1 AND i.item_key > ?2 ORDER BY i.item_key",
    "i.key = ?1 AND i.item_key < ?2 ORDER BY i.item_key DESC",
};

Result<sqlite::Statement*> openIndex(sqlite::Connection& connection, const PageWalk& walk, KeyBounds& bounds,
                                     Position& start) {
    bounds = walk.bounds;
    start.key = walk.forward || bounds.oneKey ? bounds.lower : bounds.upper;
    if (bounds.oneKey && !walk.forward) start.itemKey = kAfterAllKeys;
    if (walk.exclusiveStartKey) {
        DRYDOCK_ASSIGN(start, startPosition(walk));
    }
    const IndexOrder& order = bounds.oneKey ? kOneKey : kRange;
    DRYDOCK_ASSIGN(sqlite::Statement * rows,
                   connection.cached("SELECT " + columns(walk) + " FROM " + walk.table->indexes[*walk.index].name +
                                     " i CROSS JOIN " + walk.table->dataName + " d ON d.key = i.item_key WHERE " +
                                     (walk.forward ? order.forward : order.backward)));
    rows->bindBlob(1, start.key).bindBlob(2, start.itemKey);
    if (!bounds.oneKey) rows->bindBlob(3, walk.forward ? bounds.upper : bounds.lower);
    return rows;
}

// Read from the item, so that the rows needn't say it each: a key's attributes are part of the item.
Result<Item> keyOfRow(const PageWalk& walk, std::string_view row) {
    DRYDOCK_ASSIGN(const Item item, decodeItem(row));
    Item key = keyAttributes(walk.table->definition.key, item);
    if (const IndexDefinition* index = walk.indexDefinition()) {
        for (const auto& [name, value] : keyAttributes(index->key, item)) key.set(name, value);
    }
    return key;
}

// Source: Amazon DynamoDB developer guide, "Capacity unit consumption for reads": 4 KB a unit.
std::uint64_t readUnits(std::uint64_t bytes) {
    constexpr std::uint64_t kUnitBytes = 4096;
    return std::max<std::uint64_t>(1, (bytes + kUnitBytes - 1) / kUnitBytes);
}

// Adds the row to the page, if the filter lets it pass; false: the page has no room for it.
Result<bool> addRow(const PageWalk& walk, const sqlite::Statement& row, StoredPage& page) {
    auto bytes = static_cast<std::uint64_t>(row.integer(kSizeColumn));
    const IndexDefinition* index = walk.indexDefinition();
    const bool partial = index != nullptr && index->projection != ProjectionType::all;
    std::optional<Item> item;  // where the row as it is won't do
    if (partial || walk.filter || (walk.projection && !walk.countOnly)) {
        DRYDOCK_ASSIGN(item, decodeItem(row.blob(kItemColumn)));
    }
    std::uint64_t fetchedUnits = 0;
    if (partial) {
        Item projected = projectedItem(walk.table->definition.key, *index, *item);
        if (walk.fetches) fetchedUnits = readUnits(bytes);
        bytes = itemSize(projected);
        if (!walk.fetches) item = std::move(projected);
    }
    if (page.scannedCount > 0 && page.scannedBytes + bytes > kPageBytes) return false;
    ++page.scannedCount;
    page.scannedBytes += bytes;
    page.fetchedUnits += fetchedUnits;
    if (walk.filter && !walk.filter->matches(*item)) return true;
    ++page.count;
    if (walk.countOnly) return true;
    if (walk.projection) {
        page.items.emplace_back(walk.projection->apply(*item));
    } else if (partial) {
        page.items.emplace_back(*std::move(item));
    } else {
        page.items.emplace_back(row.blob(kItemColumn));
    }
    return true;
}

}  // namespace

Result<StoredPage> readPage(sqlite::Connection& connection, const PageWalk& walk) {
    if (walk.limit && *walk.limit == 0) {
        return invalid(
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1");
    }
    StoredPage page;
    page.items.reserve(std::min(walk.limit.value_or(kUsualPage), kUsualPage));
    if (walk.bounds.lower >= walk.bounds.upper) return page;
    KeyBounds bounds;
    Position start;
    DRYDOCK_ASSIGN(sqlite::Statement * rows,
                   walk.index ? openIndex(connection, walk, bounds, start) : openTable(connection, walk, bounds));
    const sqlite::ResetGuard guard(*rows);
    page.ofLocalIndex = walk.index && walk.indexDefinition()->local;
    std::string last;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, rows->step());
        if (!row) return page;
        const bool parallel = walk.totalSegments > 1;
        if (parallel && segmentOf(rows->blob(kKeyColumn), walk.totalSegments) != walk.segment) continue;
        DRYDOCK_ASSIGN(const bool added, addRow(walk, *rows, page));
        if (!added) break;
        last = rows->blob(kItemColumn);
        if (walk.limit && page.scannedCount >= *walk.limit) break;
    }
    DRYDOCK_ASSIGN(page.lastEvaluatedKey, keyOfRow(walk, last));
    return page;
}

}  // namespace drydock::storage
