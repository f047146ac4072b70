// Items and tables as they were.
#include <map>

#include <gmock/gmock.h>

#include "tests/storage/random_values.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

class RecoveryPast : public StoreTest {
protected:
    RecoveryPast() {
        TableDefinition things = table("Things", {"id", AttributeType::S});
        things.pointInTimeRecovery = true;
        create(things);
    }

    void thing(const std::string& id, int n) { write(put("Things", {{"id", id}, {"n", n}})); }
    std::int64_t tick(std::int64_t ms = 1000) {
        const std::int64_t before = clock.wallMs();
        clock.advance(ms);
        return before;
    }
    std::optional<Item> asOf(const std::string& id, std::int64_t atMs) {
        return take(store->getAsOf("Things", {{"id", id}}, atMs));
    }
    std::vector<Item> tableAsOf(std::int64_t atMs, std::uint32_t limit, TableReader& reader) {
        PastRequest request{"Things", atMs, limit, std::nullopt};
        std::vector<Item> items;
        do {
            Page page = take(reader.scanAsOf(request));
            EXPECT_LE(page.items.size(), limit);
            for (Item& item : page.items) items.push_back(std::move(item));
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        return items;
    }
    std::vector<Item> tableAsOf(std::int64_t atMs) { return tableAsOf(atMs, 2, *store); }
    Result<TableDescription> setRecovery(std::optional<std::uint32_t> days) {
        TableUpdate change;
        change.table = "Things";
        change.recoveryDays = days;
        return store->updateTable(change);
    }
};

TEST_F(RecoveryPast, AnItemIsShownAsItWasAtEachTime) {
    const std::int64_t before = tick();
    thing("a", 1);
    const std::int64_t first = tick();
    thing("a", 2);
    const std::int64_t second = tick();
    write(remove("Things", {{"id", "a"}}));
    const std::int64_t third = tick();
    EXPECT_EQ(asOf("a", before), std::nullopt);
    EXPECT_EQ(asOf("a", first - 1), std::nullopt);
    EXPECT_EQ(asOf("a", first), (Item{{"id", "a"}, {"n", 1}})) << "what is committed at a time belongs to it";
    EXPECT_EQ(asOf("a", second - 1), (Item{{"id", "a"}, {"n", 1}}));
    EXPECT_EQ(asOf("a", second), (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_EQ(asOf("a", third), std::nullopt);
    EXPECT_EQ(asOf("nobody", third), std::nullopt);
}

TEST_F(RecoveryPast, ATableIsShownAsItWasInTheOrderOfItsKeys) {
    thing("b", 1);
    thing("d", 1);
    thing("e", 1);
    const std::int64_t then = tick();
    thing("a", 2);
    thing("b", 2);
    thing("b", 3);
    write(remove("Things", {{"id", "d"}}));
    const std::int64_t later = tick();
    const Item b1{{"id", "b"}, {"n", 1}};
    const Item d1{{"id", "d"}, {"n", 1}};
    const Item e1{{"id", "e"}, {"n", 1}};
    EXPECT_THAT(tableAsOf(then), ElementsAre(b1, d1, e1));
    EXPECT_THAT(tableAsOf(later), ElementsAre(Item{{"id", "a"}, {"n", 2}}, Item{{"id", "b"}, {"n", 3}}, e1));
    const auto reader = take(store->openReader());
    EXPECT_THAT(tableAsOf(then, 1, *reader), ElementsAre(b1, d1, e1));
}

TEST_F(RecoveryPast, APageOfThePastHoldsAtMostAMegabyte) {
    for (const char* id : {"a", "b", "c", "d"}) {
        write(put("Things", {{"id", id}, {"text", std::string(350 * 1024, 'x')}}));
    }
    const Page page = take(store->scanAsOf({"Things", clock.wallMs(), 100, std::nullopt}));
    EXPECT_EQ(page.items.size(), 2U);
    EXPECT_EQ(page.lastEvaluatedKey, (Item{{"id", "b"}}));
    EXPECT_EQ(tableAsOf(clock.wallMs(), 100, *store).size(), 4U);
}

TEST_F(RecoveryPast, OnlyTheTimesKeptCanBeRead) {
    const std::int64_t begun = tick();
    thing("a", 1);
    const std::int64_t now = clock.wallMs();
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"id", "a"}}, begun - 1), ErrorCode::invalidRestoreTime));
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"id", "a"}}, now + 1), ErrorCode::invalidRestoreTime));
    EXPECT_TRUE(succeeded(store->getAsOf("Things", {{"id", "a"}}, begun)));
    take(setRecovery(1));
    clock.advance(kDayMs + 1);
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"id", "a"}}, now), ErrorCode::invalidRestoreTime));
    EXPECT_EQ(asOf("a", now + 1), (Item{{"id", "a"}, {"n", 1}}));
}

TEST_F(RecoveryPast, WhatWasTrimmedStaysUnreadableWhateverTheClockSays) {
    take(setRecovery(1));
    const std::int64_t begun = tick();
    thing("a", 1);
    const std::int64_t changed = clock.wallMs();
    clock.advance(2 * kDayMs);
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 100)), 1U);
    clock.setWall(changed + 1000);
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"id", "a"}}, begun), ErrorCode::invalidRestoreTime));
    EXPECT_EQ(asOf("a", changed), (Item{{"id", "a"}, {"n", 1}}));
}

TEST_F(RecoveryPast, OnlyTablesWithRecoveryPayForItAndCanBeAsked) {
    TableDefinition plain = table("Plain", {"id", AttributeType::S});
    plain.stream = StreamView::newAndOldImages;
    create(plain);
    EXPECT_TRUE(failedWith(store->getAsOf("Plain", {{"id", "a"}}, clock.wallMs()),
                           ErrorCode::pointInTimeRecoveryUnavailable,
                           "Point in time recovery is not enabled for table 'Plain'"));
    EXPECT_TRUE(failedWith(store->scanAsOf({"Plain", clock.wallMs(), 10, std::nullopt}),
                           ErrorCode::pointInTimeRecoveryUnavailable));
    EXPECT_TRUE(failedWith(store->getAsOf("Nothing", {{"id", "a"}}, clock.wallMs()), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"n", 1}}, clock.wallMs()), ErrorCode::validation));
    const char* logKeys = "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'log_%'";
    EXPECT_EQ(rawSql(logKeys), "1");
    take(setRecovery(std::nullopt));
    EXPECT_EQ(rawSql(logKeys), "0");
    take(setRecovery(35));
    EXPECT_EQ(rawSql(logKeys), "1");
}

TEST_F(RecoveryPast, TimesBeforeRecoveryWasTurnedOnAgainAreGone) {
    thing("a", 1);
    const std::int64_t before = tick();
    take(setRecovery(std::nullopt));
    thing("a", 2);
    tick();
    take(setRecovery(35));
    EXPECT_TRUE(failedWith(store->getAsOf("Things", {{"id", "a"}}, before), ErrorCode::invalidRestoreTime));
    EXPECT_EQ(asOf("a", clock.wallMs()), (Item{{"id", "a"}, {"n", 2}}));
}

TEST_F(RecoveryPast, EveryPastStateOfARandomHistoryIsTold) {
    const std::uint32_t seed = freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomValues random(seed);
    std::map<std::string, Item> model;
    std::map<std::int64_t, std::map<std::string, Item>> history;
    for (int step = 0; step < 150; ++step) {
        std::vector<WriteUnit> units;
        const int writes = random.between(1, 4);
        for (int i = 0; i < writes; ++i) {
            const std::string id = "id" + std::to_string(random.between(0, 12));
            if (random.between(0, 2) == 0) {
                units.push_back(unit(remove("Things", {{"id", id}})));
                model.erase(id);
            } else {
                Item item{{"id", id}, {"n", random.between(0, 3)}};
                units.push_back(unit(put("Things", item)));
                model[id] = std::move(item);
            }
        }
        take(store->commit(std::move(units)));
        history[clock.wallMs()] = model;
        clock.advance(random.between(0, 2) * 500);
        if (random.between(0, 30) == 0) reopen();
    }
    for (const auto& [at, state] : history) {
        std::vector<Item> expected;
        for (const auto& [id, item] : state) expected.push_back(item);
        std::sort(expected.begin(), expected.end(),
                  [](const Item& a, const Item& b) { return a.string("id") < b.string("id"); });
        EXPECT_EQ(tableAsOf(at, static_cast<std::uint32_t>(random.between(1, 20)), *store), expected);
        const std::string id = "id" + std::to_string(random.between(0, 12));
        const auto found = state.find(id);
        EXPECT_EQ(asOf(id, at), found == state.end() ? std::nullopt : std::optional(found->second));
    }
}

}  // namespace
}  // namespace drydock::tests
