// Time to live, streams and their trimming.
#include <gmock/gmock.h>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kYearSeconds = 365LL * 24 * 60 * 60;

class StoreRetention : public StoreTest {
protected:
    StoreRetention() {
        TableDefinition sessions = table("Sessions", {"id", AttributeType::S});
        sessions.ttlAttribute = "expires";
        sessions.stream = StreamView::newAndOldImages;
        sessions.indexes = {index("owner-index", {"owner", AttributeType::S})};
        create(sessions);
    }

    [[nodiscard]] std::int64_t nowSeconds() const { return clock.wallMs() / 1000; }
    void session(const std::string& id, AttributeValue expires) {
        write(put("Sessions", {{"id", id}, {"owner", "me"}, {"expires", std::move(expires)}}));
    }
    std::size_t sweep(std::size_t limit = 100) { return take(store->sweepExpired(clock.wallMs(), limit)); }
    std::vector<Change> stream(std::uint64_t after = 0) {
        return take(store->readStream("Sessions", after, 1000)).records;
    }
};

TEST_F(StoreRetention, ExpiredItemsAreReadableUntilSwept) {
    session("old", nowSeconds() - 1);
    session("young", nowSeconds() + 1);
    EXPECT_TRUE(get("Sessions", {{"id", "old"}}));
    EXPECT_EQ(sweep(), 1U);
    EXPECT_FALSE(get("Sessions", {{"id", "old"}}));
    EXPECT_TRUE(get("Sessions", {{"id", "young"}}));
    EXPECT_EQ(take(store->describeTable("Sessions")).itemCount, 1U);
    EXPECT_EQ(take(store->describeTable("Sessions")).indexes.at(0).itemCount, 1U);
    clock.advance(1000);
    EXPECT_EQ(sweep(), 0U) << "not yet past";
    clock.advance(1);
    EXPECT_EQ(sweep(), 1U);
}

TEST_F(StoreRetention, OnlyNumbersWithinTheLastFiveYearsExpire) {
    session("text", "1");
    session("ancient", nowSeconds() - 5 * kYearSeconds - 1);
    session("negative", -5);
    session("fraction", take(Number::parse(std::to_string(nowSeconds() - 10) + ".5")));
    session("beyond", take(Number::parse("1E+60")));
    session("barely", nowSeconds() - 5 * kYearSeconds);
    EXPECT_EQ(sweep(), 2U);
    EXPECT_FALSE(get("Sessions", {{"id", "fraction"}}));
    EXPECT_FALSE(get("Sessions", {{"id", "barely"}}));
    EXPECT_EQ(take(store->describeTable("Sessions")).itemCount, 4U);
}

TEST_F(StoreRetention, ItemsAreListedInTheOrderInWhichTheyExpire) {
    session("third", nowSeconds() + 30);
    session("first", nowSeconds() - 10 * kYearSeconds);
    session("never", "no time");
    session("second", nowSeconds());
    const auto expiring = [this](std::size_t limit) {
        std::vector<std::string> ids;
        for (const ExpiringItem& item : take(store->firstToExpire("Sessions", limit)))
            ids.emplace_back(item.key.string("id"));
        return ids;
    };
    EXPECT_THAT(expiring(10), testing::ElementsAre("first", "second", "third"));
    EXPECT_THAT(expiring(2), testing::ElementsAre("first", "second"));
    EXPECT_EQ(take(store->firstToExpire("Sessions", 2)).at(1).expiresS, nowSeconds());
    EXPECT_EQ(store->firstToExpire("Unknown", 2).error().code, ErrorCode::resourceNotFound);
    create(table("Plain", {"id", AttributeType::S}));
    EXPECT_THAT(take(store->firstToExpire("Plain", 2)), testing::IsEmpty());
}

TEST_F(StoreRetention, WhatIsRemovedIsNoLongerInUse) {
    const std::uint64_t empty = take(store->usedBytes());
    for (int i = 0; i < 200; ++i) session(std::to_string(i) + std::string(1'000, 'x'), nowSeconds() - 1);
    const std::uint64_t full = take(store->usedBytes());
    EXPECT_GT(full, empty + 200'000);
    while (sweep() > 0) continue;
    EXPECT_LT(take(store->usedBytes()), full);
}

TEST_F(StoreRetention, AMovedExpiryIsFollowed) {
    session("a", nowSeconds() - 1);
    session("a", nowSeconds() + 60);
    EXPECT_EQ(sweep(), 0U);
    write(update("Sessions", {{"id", "a"}}, "REMOVE expires"));
    clock.advance(120'000);
    EXPECT_EQ(sweep(), 0U);
    session("a", nowSeconds() - 1);
    write(remove("Sessions", {{"id", "a"}}));
    EXPECT_EQ(sweep(), 0U);
}

TEST_F(StoreRetention, ASweepTakesAtMostItsLimit) {
    for (int i = 0; i < 5; ++i) session(std::to_string(i), nowSeconds() - 10 + i);
    EXPECT_EQ(sweep(2), 2U);
    EXPECT_FALSE(get("Sessions", {{"id", "1"}})) << "the longest expired go first";
    EXPECT_TRUE(get("Sessions", {{"id", "2"}}));
    EXPECT_EQ(sweep(2), 2U);
    EXPECT_EQ(sweep(2), 1U);
    EXPECT_EQ(sweep(2), 0U);
}

TEST_F(StoreRetention, SweptItemsSayTheyWereInStreamAndListener) {
    session("a", nowSeconds() - 1);
    std::vector<Change> heard;
    store->setChangeListener({"Sessions"}, [&](const auto& batch) { heard = *batch; });
    sweep();
    const std::vector<Change> records = stream();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_FALSE(records[0].byTtl);
    EXPECT_TRUE(records[1].byTtl);
    EXPECT_EQ(records[1].key, (Item{{"id", "a"}}));
    ASSERT_TRUE(records[1].oldItem);
    EXPECT_EQ(records[1].oldItem->string("owner"), "me");
    EXPECT_FALSE(records[1].newItem);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_TRUE(heard[0].byTtl);
    EXPECT_EQ(heard[0].key, (Item{{"id", "a"}}));
}

TEST_F(StoreRetention, StreamRecordsHoldBothImagesInOrder) {
    write(put("Sessions", {{"id", "a"}, {"n", 1}}));
    clock.advance(5);
    write(put("Sessions", {{"id", "a"}, {"n", 2}}));
    write(remove("Sessions", {{"id", "a"}}));
    const std::vector<Change> records = stream();
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].oldItem, std::nullopt);
    EXPECT_EQ(records[0].newItem, (Item{{"id", "a"}, {"n", 1}}));
    EXPECT_EQ(records[1].oldItem, (Item{{"id", "a"}, {"n", 1}}));
    EXPECT_EQ(records[1].newItem, (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_EQ(records[1].committedMs, records[0].committedMs + 5);
    EXPECT_EQ(records[2].oldItem, (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_EQ(records[2].newItem, std::nullopt);
    EXPECT_LT(records[0].sequence, records[1].sequence);
    EXPECT_LT(records[1].sequence, records[2].sequence);
}

TEST_F(StoreRetention, AWriteThatChangesNothingEmitsNothing) {
    write(put("Sessions", {{"id", "a"}, {"n", 1}}));
    write(put("Sessions", {{"id", "a"}, {"n", 1}}));
    write(update("Sessions", {{"id", "a"}}, "SET n = :one", {{}, {{":one", 1}}}));
    write(remove("Sessions", {{"id", "nobody"}}));
    EXPECT_EQ(stream().size(), 1U);
}

TEST_F(StoreRetention, StreamsAreReadInPages) {
    for (int i = 0; i < 5; ++i) write(put("Sessions", {{"id", std::to_string(i)}}));
    StreamPage page = take(store->readStream("Sessions", 0, 2));
    ASSERT_EQ(page.records.size(), 2U);
    EXPECT_EQ(page.nextSequence, page.records[1].sequence);
    page = take(store->readStream("Sessions", page.nextSequence, 10));
    ASSERT_EQ(page.records.size(), 3U);
    EXPECT_EQ(page.records[0].key, (Item{{"id", "2"}}));
    const std::uint64_t end = page.nextSequence;
    page = take(store->readStream("Sessions", end, 10));
    EXPECT_TRUE(page.records.empty());
    EXPECT_EQ(page.nextSequence, end);
}

TEST_F(StoreRetention, SequencesGrowOverTheStoresLife) {
    write(put("Sessions", {{"id", "a"}}));
    const std::uint64_t first = stream().back().sequence;
    take(store->trimStreams(clock.wallMs() + 2 * kDayMs, 100));
    reopen();
    write(put("Sessions", {{"id", "b"}}));
    EXPECT_GT(stream().back().sequence, first);
    TableDefinition other = table("Other", {"id", AttributeType::S});
    other.stream = StreamView::keysOnly;
    create(other);
    write(put("Other", {{"id", "x"}}));
    EXPECT_GT(take(store->readStream("Other", 0, 10)).records.at(0).sequence, stream().back().sequence);
}

TEST_F(StoreRetention, RecordsOlderThanADayAreTrimmedAndReadersBehindAreTold) {
    write(put("Sessions", {{"id", "a"}}));
    const std::uint64_t first = stream().back().sequence;
    write(put("Sessions", {{"id", "b"}}));
    const std::uint64_t second = stream().back().sequence;
    clock.advance(kDayMs);
    write(put("Sessions", {{"id", "c"}}));
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 100)), 0U) << "a day old to the millisecond is kept";
    clock.advance(1);
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 1)), 1U);
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 100)), 1U);
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 100)), 0U);
    EXPECT_TRUE(failedWith(store->readStream("Sessions", first, 10), ErrorCode::trimmedDataAccess));
    EXPECT_EQ(stream(second).size(), 1U) << "a reader that had read all that was trimmed lost nothing";
    EXPECT_EQ(stream(0).size(), 1U) << "zero means the oldest record kept";
}

TEST_F(StoreRetention, ATableWithoutAStreamHasNone) {
    create(table("Plain", {"id", AttributeType::S}));
    EXPECT_TRUE(failedWith(store->readStream("Plain", 0, 10), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(store->readStream("Nothing", 0, 10), ErrorCode::resourceNotFound));
}

}  // namespace
}  // namespace drydock::tests
