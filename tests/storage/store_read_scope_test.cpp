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
    ASSERT_TRUE(succeeded(store->setDeletionProtection("More", true)));
    EXPECT_FALSE(get("More", {{"id", "a"}}));
    ASSERT_TRUE(succeeded(store->setDeletionProtection("More", false)));
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

TEST_F(StoreReadScope, AReadOnlyStoreFollowsItsOwnerWithinIt) {
    StoreOptions options;
    options.clock = &clock;
    options.readOnly = true;
    const auto follower = take(SqliteStore::open(path(), options));
    const TableStore::ReadScope scope(*follower);
    EXPECT_FALSE(take(follower->get(getItem("Things", {{"id", "a"}}))));
    setRank("a", 1);
    EXPECT_TRUE(take(follower->get(getItem("Things", {{"id", "a"}}))));
}

}  // namespace
}  // namespace drydock::tests
