// Random operations against a model in memory, with the store closed and opened again in between.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using Key = std::pair<std::string, std::int64_t>;  // partition and sort key

class StoreModel : public StoreTest, public ::testing::WithParamInterface<std::uint64_t> {
protected:
    StoreModel() : random(GetParam()) {
        TableDefinition things = table("Things", {"id", AttributeType::S}, {{"at", AttributeType::N}});
        things.indexes = {index("group-index", {"group", AttributeType::S}, {{"rank", AttributeType::N}})};
        things.ttlAttribute = "expires";
        things.stream = StreamView::newAndOldImages;
        create(things);
        create(table("Plain", {"id", AttributeType::S}, {{"at", AttributeType::N}}));
    }

    std::int64_t below(std::int64_t limit) { return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random); }
    Key randomKey() { return {"id" + std::to_string(below(6)), below(9) - 4}; }
    static Item keyItem(const Key& key) { return {{"id", key.first}, {"at", key.second}}; }
    Item randomItem(const Key& key) {
        Item item = keyItem(key);
        if (below(2) == 0) item.set("group", "g" + std::to_string(below(3)));
        if (below(3) != 0) item.set("rank", below(5) - 2);
        if (below(3) == 0) item.set("expires", clock.wallMs() / 1000 + below(20) - 10);
        if (below(2) == 0) item.set("text", std::string(static_cast<std::size_t>(below(300)), 'x'));
        return item;
    }

    struct Written {
        WriteRequest request;
        std::optional<std::map<Key, Item>> after;  // of its table; none: the condition fails
    };
    Written randomWrite(const std::string& tableName, const std::map<Key, Item>& model, const Key& key) {
        const bool exists = model.contains(key);
        std::map<Key, Item> after = model;
        switch (below(5)) {
            case 0:
                after.erase(key);
                return {remove(tableName, keyItem(key)), after};
            case 1: {
                Item changed = exists ? after.at(key) : keyItem(key);
                const std::int64_t rank = below(5);
                changed.set("rank", rank);
                after[key] = changed;
                return {update(tableName, keyItem(key), "SET #r = :r", {{{"#r", "rank"}}, {{":r", rank}}}), after};
            }
            case 2: {
                after[key] = randomItem(key);
                WriteRequest request = put(tableName, after.at(key), "attribute_not_exists(id)");
                if (exists) return {request, std::nullopt};
                return {request, after};
            }
            default:
                after[key] = randomItem(key);
                return {put(tableName, after.at(key)), after};
        }
    }

    void commitSomething() {
        std::vector<WriteUnit> units;
        std::vector<bool> expected;
        const std::int64_t count = 1 + below(5);
        for (std::int64_t i = 0; i < count; ++i) {
            WriteUnit group;
            auto next = models;
            bool passes = true;
            std::set<std::pair<std::string, Key>> touched;
            const std::int64_t writes = 1 + below(3);
            for (std::int64_t w = 0; w < writes; ++w) {
                const std::string tableName = below(2) == 0 ? "Things" : "Plain";
                const Key key = randomKey();
                if (!touched.emplace(tableName, key).second) continue;
                Written written = randomWrite(tableName, next[tableName], key);
                if (written.after) {
                    next[tableName] = std::move(*written.after);
                } else {
                    passes = false;
                }
                group.writes.push_back(std::move(written.request));
            }
            if (passes) models = std::move(next);
            units.push_back(std::move(group));
            expected.push_back(passes);
        }
        const auto results = take(store->commit(std::move(units)));
        ASSERT_EQ(results.size(), expected.size());
        for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].has_value(), expected[i]);
    }

    void sweep() {
        const std::int64_t now = clock.wallMs();
        std::size_t gone = 0;
        auto& model = models["Things"];
        for (auto each = model.begin(); each != model.end();) {
            const bool expired = each->second.contains("expires") && each->second.integer("expires") * 1000 < now;
            gone += expired ? 1 : 0;
            each = expired ? model.erase(each) : std::next(each);
        }
        EXPECT_EQ(take(store->sweepExpired(now, 1000)), gone);
    }

    void compare() {
        for (const char* name : {"Things", "Plain"}) {
            std::uint64_t bytes = 0;
            ScanRequest request = scan(name);
            request.limit = static_cast<std::uint32_t>(1 + below(20));
            std::map<Key, Item> found;
            do {
                const Page page = take(store->scan(request));
                for (const Item& item : page.items) {
                    EXPECT_TRUE(found.emplace(Key{item.string("id"), item.integer("at")}, item).second);
                    bytes += itemSize(item);
                }
                request.exclusiveStartKey = page.lastEvaluatedKey;
            } while (request.exclusiveStartKey);
            EXPECT_EQ(found, models[name]);
            const TableDescription description = take(store->describeTable(name));
            EXPECT_EQ(description.itemCount, found.size());
            EXPECT_EQ(description.sizeBytes, bytes);
        }
        compareQueries();
    }

    void compareQueries() {
        const std::map<Key, Item>& model = models["Things"];
        const std::string id = "id" + std::to_string(below(6));
        const std::int64_t low = below(9) - 4;
        QueryRequest request =
            query("Things", "", "id = :id AND #at >= :low", {{{"#at", "at"}}, {{":id", id}, {":low", low}}});
        request.forward = below(2) == 0;
        std::vector<Item> expected;
        for (const auto& [key, item] : model) {
            if (key.first == id && key.second >= low) expected.push_back(item);
        }
        if (!request.forward) std::reverse(expected.begin(), expected.end());
        EXPECT_EQ(take(store->query(request)).items, expected);

        const std::string group = "g" + std::to_string(below(3));
        request = query("Things", "group-index", "#g = :g AND #r < :high",
                        {{{"#g", "group"}, {"#r", "rank"}}, {{":g", group}, {":high", low}}});
        request.limit = static_cast<std::uint32_t>(1 + below(4));
        std::vector<std::pair<std::int64_t, Key>> ranked;
        for (const auto& [key, item] : model) {
            if (item.string("group") == group && item.contains("rank") && item.integer("rank") < low) {
                ranked.emplace_back(item.integer("rank"), key);
            }
        }
        std::sort(ranked.begin(), ranked.end());
        std::vector<std::pair<std::int64_t, Key>> found;
        do {
            const Page page = take(store->query(request));
            for (const Item& item : page.items) {
                found.emplace_back(item.integer("rank"), Key{item.string("id"), item.integer("at")});
            }
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        EXPECT_EQ(found, ranked);
    }

    // An index comes and goes while items are written, and is filled a few items at a time.
    void changeIndex() {
        TableUpdate change;
        change.table = "Things";
        const auto indexes = take(store->describeTable("Things")).indexes;
        if (indexes.size() == 1) {
            change.createIndex = index("rank-index", {"rank", AttributeType::N});
        } else if (indexes.back().active) {
            change.deleteIndex = "rank-index";
        } else {
            return;
        }
        take(store->updateTable(change));
    }

    void compareIndex() {
        const auto indexes = take(store->describeTable("Things")).indexes;
        if (indexes.size() == 1 || !indexes.back().active) return;
        ScanRequest request = scan("Things");
        request.index = "rank-index";
        const Page page = take(store->scan(request));
        const auto ranked = std::count_if(models["Things"].begin(), models["Things"].end(),
                                          [](const auto& entry) { return entry.second.contains("rank"); });
        EXPECT_EQ(page.count, static_cast<std::uint64_t>(ranked));
        EXPECT_EQ(indexes.back().itemCount, static_cast<std::uint64_t>(ranked));
    }

    // The stream, replayed from the beginning, leads to the state of the table.
    void replayStream() {
        std::map<Key, Item> replayed;
        std::uint64_t after = 0;
        for (;;) {
            const StreamPage page = take(store->readStream("Things", after, 50));
            if (page.records.empty()) break;
            for (const Change& change : page.records) {
                const Key key{change.key.string("id"), change.key.integer("at")};
                const auto known = replayed.find(key);
                EXPECT_EQ(change.oldItem, known == replayed.end() ? std::nullopt : std::optional(known->second));
                EXPECT_NE(change.oldItem, change.newItem);
                if (change.newItem) {
                    replayed[key] = *change.newItem;
                } else {
                    replayed.erase(key);
                }
            }
            after = page.nextSequence;
        }
        EXPECT_EQ(replayed, models["Things"]);
    }

    std::mt19937_64 random;
    std::map<std::string, std::map<Key, Item>> models;
};

TEST_P(StoreModel, BehavesAsAMapInMemory) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()));
    for (int step = 0; step < 400 && !HasFailure(); ++step) {
        switch (below(20)) {
            case 0:
                reopen();
                break;
            case 1:
                clock.advance(below(8000));
                sweep();
                break;
            case 2:
            case 3:
                compare();
                compareIndex();
                break;
            case 4:
                changeIndex();
                break;
            case 5:
            case 6:
                take(store->backfillIndexes(static_cast<std::size_t>(1 + below(10))));
                break;
            default:
                commitSomething();
        }
    }
    compare();
    compareIndex();
    replayStream();
    for (const CheckFinding& finding : take(store->check(false)))
        ADD_FAILURE() << finding.table << ": " << finding.what;
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreModel, ::testing::Range<std::uint64_t>(1, 9));

}  // namespace
}  // namespace drydock::tests
