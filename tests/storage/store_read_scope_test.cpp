// Read scopes: many reads in one transaction, which must never be in a write's way.
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

class StoreReadScope : public StoreTest {
protected:
    StoreReadScope() { create(table("Things", {"id", AttributeType::S})); }

    [[nodiscard]] std::int64_t rank(const std::string& id) {
        const auto item = get("Things", {{"id", id}});
        return item ? item->integer("rank") : -1;
    }
    void setRank(const std::string& id, std::int64_t value) { write(put("Things", {{"id", id}, {"rank", value}})); }
};

TEST_F(StoreReadScope, WritesWithinItAreMadeAndSeen) {
    const TableStore::ReadScope scope(*store);
    EXPECT_EQ(rank("a"), -1);
    setRank("a", 1);
    EXPECT_EQ(rank("a"), 1);
    setRank("a", 2);
    EXPECT_EQ(rank("a"), 2);
}

TEST_F(StoreReadScope, ScopesMayOverlap) {
    auto first = std::make_unique<TableStore::ReadScope>(*store);
    EXPECT_EQ(rank("a"), -1);
    const auto second = std::make_unique<TableStore::ReadScope>(*store);
    first.reset();
    EXPECT_EQ(rank("a"), -1);
    setRank("a", 1);
    EXPECT_EQ(rank("a"), 1);
}

TEST_F(StoreReadScope, EveryOtherCallWorksWithinIt) {
    const TableStore::ReadScope scope(*store);
    EXPECT_EQ(rank("a"), -1);
    create(table("More", {"id", AttributeType::S}));
    EXPECT_EQ(take(store->listTables()).size(), 2U);
    EXPECT_FALSE(get("More", {{"id", "a"}}));
    ASSERT_TRUE(succeeded(setDeletionProtection("More", true)));
    EXPECT_FALSE(get("More", {{"id", "a"}}));
    ASSERT_TRUE(succeeded(setDeletionProtection("More", false)));
    EXPECT_FALSE(get("More", {{"id", "a"}}));
    ASSERT_TRUE(succeeded(store->deleteTable("More")));
    EXPECT_EQ(rank("a"), -1);
    EXPECT_EQ(take(store->sweepExpired(clock.wallMs(), 10)), 0U);
    EXPECT_EQ(rank("a"), -1);
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 10)), 0U);
    EXPECT_EQ(rank("a"), -1);
    EXPECT_TRUE(take(store->check(true)).empty());
    EXPECT_EQ(rank("a"), -1);
    EXPECT_EQ(take(take(store->openReader())->scan(scan("Things"))).count, 0U);
}

TEST_F(StoreReadScope, ARefusedWriteEndsNothing) {
    const TableStore::ReadScope scope(*store);
    setRank("a", 1);
    EXPECT_TRUE(failedWith(store->write(put("Things", {{"id", "a"}}, "attribute_not_exists(id)")),
                           ErrorCode::conditionalCheckFailed));
    EXPECT_EQ(rank("a"), 1);
    setRank("a", 2);
    EXPECT_EQ(rank("a"), 2);
}

TEST_F(StoreReadScope, AnOnlookerSeesOneStateWhateverIsCommitted) {
    setRank("a", 1);
    StoreOptions options;
    options.readOnly = true;
    const auto onlooker = take(SqliteStore::open(path(), options));
    const auto seen = [&] { return take(onlooker->get(getItem("Things", {{"id", "a"}})))->integer("rank"); };
    auto scope = std::make_unique<TableStore::ReadScope>(*onlooker);
    EXPECT_EQ(seen(), 1);
    setRank("a", 2);
    setRank("b", 3);
    create(table("More", {"id", AttributeType::S}));
    EXPECT_EQ(seen(), 1);
    EXPECT_EQ(take(onlooker->scan(scan("Things"))).count, 1U);
    EXPECT_EQ(take(onlooker->describeTable("Things")).itemCount, 1U);
    EXPECT_EQ(take(onlooker->listTables()).size(), 1U);
    EXPECT_TRUE(take(onlooker->check(false)).empty());
    EXPECT_EQ(seen(), 1);
    scope.reset();
    EXPECT_EQ(seen(), 2);
    EXPECT_EQ(take(onlooker->listTables()).size(), 2U);
}

TEST_F(StoreReadScope, ItsStateIsThatOfTheFirstLookEvenIfThatIsACheck) {
    setRank("a", 1);
    StoreOptions options;
    options.readOnly = true;
    const auto onlooker = take(SqliteStore::open(path(), options));
    const TableStore::ReadScope scope(*onlooker);
    EXPECT_TRUE(take(onlooker->check(false)).empty());
    setRank("a", 2);
    EXPECT_EQ(take(onlooker->get(getItem("Things", {{"id", "a"}})))->integer("rank"), 1);
}

}  // namespace
}  // namespace drydock::tests
