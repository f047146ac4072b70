// Deleting what is large: gone at once for everyone, its pages given back in slices.
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

class StoreDroppedRows : public StoreTest {
protected:
    static constexpr std::size_t kItems = 2'500;
    static constexpr std::size_t kSlice = 400;

    StoreDroppedRows() {
        TableDefinition definition = table("Things", {"id", AttributeType::S});
        definition.indexes = {index("group-index", {"group", AttributeType::S})};
        definition.ttlAttribute = "expires";
        definition.stream = StreamView::newAndOldImages;
        create(definition);
        std::vector<WriteUnit> units;
        for (std::size_t i = 0; i < kItems; ++i) {
            units.push_back(
                unit(put("Things",
                         {{"id", "t" + std::to_string(i)}, {"group", "g"}, {"expires", std::int64_t{2'000'000'000}}})));
        }
        take(store->commit(std::move(units)));
    }

    [[nodiscard]] std::string droppedTables() {
        return rawSql("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name GLOB 'dropped_*'");
    }
    std::size_t clearAll() {
        std::size_t cleared = 0;
        while (const std::size_t slice = take(store->clearDropped(kSlice))) {
            EXPECT_LE(slice, kSlice);
            cleared += slice;
        }
        return cleared;
    }
};

TEST_F(StoreDroppedRows, ALargeTableIsGoneAtOnceAndItsRowsGoInSlices) {
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    EXPECT_TRUE(take(store->listTables()).empty());
    EXPECT_EQ(droppedTables(), "3") << "items, index, times to live";
    constexpr std::size_t kTables = 3;
    EXPECT_EQ(clearAll(), kTables * (kItems + 1));
    EXPECT_EQ(droppedTables(), "0");
    EXPECT_TRUE(take(store->check(false)).empty());
    // The log goes when the stream has had its day.
    constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
    clock.advance(kDayMs + 1);
    take(store->trimStreams(clock.wallMs(), kSlice));
    EXPECT_EQ(droppedTables(), "1");
    clearAll();
    EXPECT_EQ(droppedTables(), "0");
}

TEST_F(StoreDroppedRows, ANewTableOfTheSameNameHasNothingOfTheOld) {
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    create(table("Things", {"id", AttributeType::S}));
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, 0U);
    write(put("Things", {{"id", "t1"}}));
    clearAll();
    EXPECT_TRUE(get("Things", {{"id", "t1"}}).has_value());
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, 1U);
}

TEST_F(StoreDroppedRows, AnIndexCanBeMadeAnewWhileTheOldOneIsBeingCleared) {
    TableUpdate drop;
    drop.table = "Things";
    drop.deleteIndex = "group-index";
    ASSERT_TRUE(succeeded(store->updateTable(drop)));
    TableUpdate add;
    add.table = "Things";
    add.createIndex = index("group-index", {"group", AttributeType::S});
    ASSERT_TRUE(succeeded(store->updateTable(add)));
    while (take(store->backfillIndexes(kSlice)) > 0) {
    }
    EXPECT_EQ(clearAll(), kItems + 1);
    QueryRequest request = query("Things", "group-index", "#g = :g", {{{"#g", "group"}}, {{":g", "g"}}});
    EXPECT_EQ(take(store->query(request)).count, kItems);
    EXPECT_TRUE(take(store->check(false)).empty());
}

TEST_F(StoreDroppedRows, ClearingGoesOnAfterReopening) {
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    EXPECT_EQ(take(store->clearDropped(kSlice)), kSlice);
    reopen();
    clearAll();
    EXPECT_EQ(droppedTables(), "0");
}

TEST_F(StoreDroppedRows, ASmallTableLeavesNothingToClear) {
    create(table("Few", {"id", AttributeType::S}));
    write(put("Few", {{"id", "one"}}));
    ASSERT_TRUE(succeeded(store->deleteTable("Few")));
    EXPECT_EQ(take(store->clearDropped(kSlice)), 0U);
}

}  // namespace
}  // namespace drydock::tests
