// Changing live tables: indexes with their backfill, streams, time to live, recovery.
#include <gmock/gmock.h>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

class StoreChangeTable : public StoreTest {
protected:
    StoreChangeTable() { create(table("Things", {"id", AttributeType::S})); }

    TableUpdate change() {
        TableUpdate update;
        update.table = "Things";
        return update;
    }
    Result<TableDescription> addIndex(const IndexDefinition& definition) {
        TableUpdate update = change();
        update.createIndex = definition;
        return store->updateTable(update);
    }
    Result<TableDescription> dropIndex(const std::string& name) {
        TableUpdate update = change();
        update.deleteIndex = name;
        return store->updateTable(update);
    }
    Result<TableDescription> setStream(std::optional<StreamView> view) {
        TableUpdate update = change();
        update.stream = view;
        return store->updateTable(update);
    }
    Result<TableDescription> setTtl(std::optional<std::string> attribute) {
        TableUpdate update = change();
        update.ttlAttribute = std::move(attribute);
        return store->updateTable(update);
    }
    Result<TableDescription> setRecovery(std::optional<std::uint32_t> days) {
        TableUpdate update = change();
        update.recoveryDays = days;
        return store->updateTable(update);
    }
    void thing(const std::string& id, const AttributeValue& group) {
        write(put("Things", {{"id", id}, {"group", group}}));
    }
    TableDescription describe() { return take(store->describeTable("Things")); }
    Result<Page> queryGroup(const std::string& group) {
        return store->query(query("Things", "group-index", "#g = :g", {{{"#g", "group"}}, {{":g", group}}}));
    }
    std::vector<std::string> idsOf(const std::string& group) {
        std::vector<std::string> ids;
        for (const Item& item : take(queryGroup(group)).items) ids.emplace_back(item.string("id"));
        return ids;
    }
    void expectSound() {
        for (const CheckFinding& finding : take(store->check(false))) {
            ADD_FAILURE() << finding.table << ": " << finding.what;
        }
    }
    const IndexDefinition kGroup = index("group-index", {"group", AttributeType::S});
};

TEST_F(StoreChangeTable, ANewIndexIsFilledInSlicesAndRefusesReadersUntilThen) {
    for (int i = 0; i < 7; ++i) thing(std::to_string(i), i % 2 == 0 ? "even" : "odd");
    const TableDescription added = take(addIndex(kGroup));
    EXPECT_FALSE(added.indexes.at(0).active);
    EXPECT_TRUE(failedWith(queryGroup("even"), ErrorCode::validation,
                           "Cannot read from backfilling global secondary index: group-index"));
    EXPECT_EQ(take(store->backfillIndexes(3)), 3U);
    EXPECT_EQ(describe().indexes.at(0).backfilledItems, 3U);
    EXPECT_EQ(take(store->backfillIndexes(3)), 3U);
    EXPECT_FALSE(describe().indexes.at(0).active);
    EXPECT_EQ(take(store->backfillIndexes(3)), 1U);
    EXPECT_TRUE(describe().indexes.at(0).active);
    EXPECT_EQ(describe().indexes.at(0).itemCount, 7U);
    EXPECT_EQ(take(store->backfillIndexes(3)), 0U);
    EXPECT_THAT(idsOf("even"), ElementsAre("0", "2", "4", "6"));
    expectSound();
}

TEST_F(StoreChangeTable, WritesDuringABackfillKeepTheNewIndexRight) {
    for (const char* id : {"a", "b", "c", "d", "e", "f"}) thing(id, "old");
    take(addIndex(kGroup));
    take(store->backfillIndexes(2));
    thing("a", "new");                       // behind the backfill
    thing("e", "new");                       // before it
    write(remove("Things", {{"id", "b"}}));  // behind
    write(remove("Things", {{"id", "f"}}));  // before
    thing("aa", "new");                      // a new one behind
    write(update("Things", {{"id", "d"}}, "REMOVE #g", {{{"#g", "group"}}, {}}));
    EXPECT_EQ(take(store->backfillIndexes(100)), 3U);
    EXPECT_THAT(idsOf("old"), ElementsAre("c"));
    EXPECT_THAT(idsOf("new"), ElementsAre("a", "aa", "e"));
    EXPECT_EQ(describe().indexes.at(0).itemCount, 4U);
    expectSound();
}

TEST_F(StoreChangeTable, ABackfillGoesOnAfterARestart) {
    for (int i = 0; i < 5; ++i) thing(std::to_string(i), "g");
    take(addIndex(kGroup));
    take(store->backfillIndexes(2));
    reopen();
    EXPECT_FALSE(describe().indexes.at(0).active);
    EXPECT_EQ(take(store->backfillIndexes(100)), 3U);
    reopen();
    EXPECT_TRUE(describe().indexes.at(0).active);
    EXPECT_THAT(idsOf("g"), SizeIs(5));
    expectSound();
}

TEST_F(StoreChangeTable, AReaderOfItsOwnSeesTheIndexComeAndBecomeActive) {
    thing("a", "g");
    const auto reader = take(store->openReader());
    const auto ask = [&] {
        return reader->query(query("Things", "group-index", "#g = :g", {{{"#g", "group"}}, {{":g", "g"}}}));
    };
    EXPECT_TRUE(failedWith(ask(), ErrorCode::validation));
    take(addIndex(kGroup));
    EXPECT_TRUE(
        failedWith(ask(), ErrorCode::validation, "Cannot read from backfilling global secondary index: group-index"));
    take(store->backfillIndexes(10));
    EXPECT_EQ(take(ask()).count, 1U);
}

TEST_F(StoreChangeTable, ItemsNoIndexTakesStayOutsideAndCanStillBeUpdated) {
    thing("long", std::string(2049, 'x'));
    thing("empty", "");
    thing("number", 7);
    thing("fits", std::string(2048, 'x'));
    take(addIndex(kGroup));
    take(store->backfillIndexes(10));
    EXPECT_EQ(describe().indexes.at(0).itemCount, 1U);
    write(update("Things", {{"id", "number"}}, "SET n = :n", {{}, {{":n", 1}}}));
    EXPECT_TRUE(
        failedWith(store->write(update("Things", {{"id", "number"}}, "SET #g = :g", {{{"#g", "group"}}, {{":g", 8}}})),
                   ErrorCode::validation));
    EXPECT_TRUE(failedWith(store->write(put("Things", {{"id", "number"}, {"group", 7}})), ErrorCode::validation));
    write(remove("Things", {{"id", "long"}}));
    thing("number", "text");
    EXPECT_THAT(idsOf("text"), ElementsAre("number"));
    EXPECT_EQ(describe().indexes.at(0).itemCount, 2U);
    expectSound();
}

TEST_F(StoreChangeTable, ARemovedIndexIsGoneAndTheOthersStay) {
    take(addIndex(kGroup));
    take(store->backfillIndexes(10));
    take(addIndex(index("rank-index", {"rank", AttributeType::N})));
    take(store->backfillIndexes(10));
    write(put("Things", {{"id", "a"}, {"group", "g"}, {"rank", 1}}));
    EXPECT_THAT(take(dropIndex("group-index")).indexes, SizeIs(1));
    EXPECT_TRUE(failedWith(queryGroup("g"), ErrorCode::validation));
    thing("b", 5);  // no index minds any more
    write(put("Things", {{"id", "c"}, {"rank", 1}}));
    reopen();
    const auto page = take(store->query(query("Things", "rank-index", "#r = :r", {{{"#r", "rank"}}, {{":r", 1}}})));
    EXPECT_EQ(page.count, 2U);
    take(addIndex(kGroup));
    take(store->backfillIndexes(10));
    EXPECT_THAT(idsOf("g"), ElementsAre("a"));
    expectSound();
}

TEST_F(StoreChangeTable, IndexesAreRefusedInTheServicesWords) {
    take(addIndex(kGroup));
    EXPECT_TRUE(failedWith(addIndex(index("rank-index", {"rank", AttributeType::N})), ErrorCode::limitExceeded,
                           "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously "
                           "per table"));
    take(store->backfillIndexes(10));
    EXPECT_TRUE(
        failedWith(addIndex(kGroup), ErrorCode::validation, "Attempting to create an index which already exists"));
    EXPECT_TRUE(failedWith(
        addIndex(index("other-index", {"group", AttributeType::N})), ErrorCode::validation,
        "One or more parameter values were invalid: Attributes cannot be redefined. Please check that your attribute "
        "has the same type as previously defined. Existing schema: Schema:[SchemaElement: key{group:S:HASH}] New "
        "schema: Schema:[SchemaElement: key{group:N:HASH}]"));
    EXPECT_TRUE(failedWith(dropIndex("none"), ErrorCode::resourceNotFound,
                           "Requested resource not found: Index none for table Things"));
    TableUpdate nowhere = change();
    nowhere.table = "Nothing";
    EXPECT_TRUE(failedWith(store->updateTable(nowhere), ErrorCode::resourceNotFound,
                           "Requested resource not found: Table: Nothing not found"));
}

TEST_F(StoreChangeTable, ALocalIndexCannotBeRemoved) {
    TableDefinition ranked = table("Ranked", {"id", AttributeType::S}, {{"at", AttributeType::N}});
    ranked.indexes = {index("local", {"id", AttributeType::S}, {{"rank", AttributeType::N}})};
    ranked.indexes[0].local = true;
    create(ranked);
    TableUpdate update;
    update.table = "Ranked";
    update.deleteIndex = "local";
    EXPECT_TRUE(failedWith(store->updateTable(update), ErrorCode::validation,
                           "Cannot delete an index that is not a GlobalSecondaryIndex: local"));
}

TEST_F(StoreChangeTable, ARefusedUpdateChangesNothing) {
    TableUpdate update = change();
    update.setTags = {{"team", "desk"}};
    update.deletionProtection = true;
    update.deleteIndex = "none";
    EXPECT_FALSE(store->updateTable(update));
    EXPECT_EQ(describe().definition, table("Things", {"id", AttributeType::S}));
}

TEST_F(StoreChangeTable, AnIndexOfSeveralAttributesTakesItemsThatHaveThemAll) {
    IndexDefinition wide =
        index("wide", {"p1", AttributeType::S}, {{"s1", AttributeType::N}, {"s2", AttributeType::S}});
    wide.key.partition.push_back({"p2", AttributeType::S});
    write(put("Things", {{"id", "a"}, {"p1", "x"}, {"p2", "y"}, {"s1", 1}, {"s2", "m"}}));
    write(put("Things", {{"id", "b"}, {"p1", "x"}, {"p2", "y"}, {"s1", 1}, {"s2", "n"}}));
    write(put("Things", {{"id", "c"}, {"p1", "x"}, {"p2", "y"}, {"s1", 2}}));
    take(addIndex(wide));
    take(store->backfillIndexes(10));
    const auto found = take(store->query(query("Things", "wide", "p1 = :x AND p2 = :y AND s1 = :one AND s2 > :m",
                                               {{}, {{":x", "x"}, {":y", "y"}, {":one", 1}, {":m", "m"}}})));
    ASSERT_EQ(found.count, 1U);
    EXPECT_EQ(found.items[0].string("id"), "b");
    EXPECT_EQ(describe().indexes.at(0).itemCount, 2U);
}

TEST_F(StoreChangeTable, StreamsBeginAndEndEachWithALabelOfItsOwn) {
    thing("before", "g");
    const std::string first = take(setStream(StreamView::keysOnly)).streamLabel.value();
    EXPECT_EQ(first, "2024-03-24T22:40:00.000");
    thing("a", "g");
    take(setStream(std::nullopt));
    thing("between", "g");
    const std::string second = take(setStream(StreamView::newImage)).streamLabel.value();
    EXPECT_NE(first, second) << "although the clock stands still";
    thing("b", "g");

    const auto streams = take(store->listStreams("Things"));
    ASSERT_THAT(streams, SizeIs(2));
    EXPECT_EQ(streams[0].label, first);
    EXPECT_EQ(streams[0].view, StreamView::keysOnly);
    EXPECT_TRUE(streams[0].endSequence);
    EXPECT_FALSE(streams[1].endSequence);
    const StreamPage old = take(store->readRecords({"Things", first, 0, 100}));
    ASSERT_THAT(old.records, SizeIs(1));
    EXPECT_EQ(old.records[0].key, (Item{{"id", "a"}}));
    EXPECT_TRUE(old.ended);
    const StreamPage live = take(store->readRecords({"Things", second, 0, 100}));
    ASSERT_THAT(live.records, SizeIs(1));
    EXPECT_EQ(live.records[0].key, (Item{{"id", "b"}}));
    EXPECT_FALSE(live.ended);
    EXPECT_TRUE(failedWith(store->readRecords({"Things", "never", 0, 100}), ErrorCode::resourceNotFound));
}

TEST_F(StoreChangeTable, SwitchingAStreamTwiceIsRefused) {
    EXPECT_TRUE(failedWith(setStream(std::nullopt), ErrorCode::validation,
                           "Table has no stream to disable: TableName: Things"));
    take(setStream(StreamView::keysOnly));
    EXPECT_TRUE(failedWith(setStream(StreamView::oldImage), ErrorCode::validation,
                           "Table already has an enabled stream: TableName: Things"));
}

TEST_F(StoreChangeTable, AnEndedStreamIsForgottenAfterADay) {
    take(setStream(StreamView::keysOnly));
    thing("a", "g");
    take(setStream(std::nullopt));
    clock.advance(kDayMs);
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_THAT(take(store->listStreams("")), SizeIs(1));
    clock.advance(1);
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_THAT(take(store->listStreams("")), IsEmpty());
    EXPECT_FALSE(describe().streamLabel);
    take(setStream(StreamView::keysOnly));
    thing("b", "g");
    EXPECT_THAT(take(store->readStream("Things", 0, 100)).records, SizeIs(1));
}

TEST_F(StoreChangeTable, PagesOfRecordsAreBoundedInBytes) {
    take(setStream(StreamView::newImage));
    for (int i = 0; i < 4; ++i) thing(std::to_string(i), std::string(1000, 'x'));
    StreamRequest request{"Things", "", 0, 100, 2500};
    StreamPage page = take(store->readRecords(request));
    EXPECT_THAT(page.records, SizeIs(2));
    request.after = page.nextSequence;
    request.maxBytes = 1;
    page = take(store->readRecords(request));
    EXPECT_THAT(page.records, SizeIs(1)) << "one record, whatever its size";
}

TEST_F(StoreChangeTable, RecoveryKeepsTheLogForItsDaysAndStreamsShowOneDayOfIt) {
    take(setRecovery(3));
    EXPECT_EQ(describe().recoverableFromMs, clock.wallMs());
    thing("a", "g");
    EXPECT_EQ(rawSql("SELECT count(*) FROM log_1"), "1") << "logged without a stream";
    EXPECT_TRUE(failedWith(store->readStream("Things", 0, 10), ErrorCode::resourceNotFound));
    take(setStream(StreamView::newImage));
    thing("b", "g");
    const auto records = take(store->readStream("Things", 0, 10)).records;
    ASSERT_THAT(records, SizeIs(1)) << "the stream begins with itself";
    clock.advance(kDayMs + 1);
    thing("c", "g");
    EXPECT_EQ(take(store->trimStreams(clock.wallMs(), 100)), 2U);
    EXPECT_EQ(rawSql("SELECT count(*) FROM log_1"), "3");
    EXPECT_THAT(take(store->readStream("Things", 0, 10)).records, SizeIs(1));
    EXPECT_TRUE(failedWith(store->readStream("Things", records[0].sequence - 1, 10), ErrorCode::trimmedDataAccess));
    clock.advance(2 * kDayMs);
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_EQ(rawSql("SELECT count(*) FROM log_1"), "1");
    take(setRecovery(std::nullopt));
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_EQ(rawSql("SELECT count(*) FROM log_1"), "0");
}

TEST_F(StoreChangeTable, ATableWithoutStreamAndRecoveryLogsNothing) {
    take(setStream(StreamView::newImage));
    take(setStream(std::nullopt));
    thing("a", "g");
    EXPECT_EQ(rawSql("SELECT count(*) FROM log_1"), "0");
    TableUpdate wrong = change();
    wrong.recoveryDays = 36;
    EXPECT_TRUE(failedWith(store->updateTable(wrong), ErrorCode::validation));
}

TEST_F(StoreChangeTable, TtlSwitchedOnFindsTheItemsThatAreThere) {
    for (int i = 0; i < 5; ++i) write(put("Things", {{"id", std::to_string(i)}, {"expires", 1000 + i}}));
    write(put("Things", {{"id", "never"}}));
    clock.setWall(1'003'001);
    take(setTtl("expires"));
    EXPECT_EQ(take(store->backfillIndexes(2)), 2U);
    EXPECT_EQ(take(store->sweepExpired(clock.wallMs(), 100)), 2U);
    reopen();
    EXPECT_EQ(take(store->backfillIndexes(100)), 4U);
    EXPECT_EQ(take(store->sweepExpired(clock.wallMs(), 100)), 2U);
    EXPECT_EQ(describe().itemCount, 2U);
    expectSound();

    EXPECT_TRUE(failedWith(setTtl("expires"), ErrorCode::validation, "TimeToLive is already enabled"));
    EXPECT_TRUE(failedWith(setTtl("other"), ErrorCode::validation,
                           "TimeToLive is active on a different AttributeName: current AttributeName is expires"));
    take(setTtl(std::nullopt));
    clock.setWall(2'000'000);
    EXPECT_EQ(take(store->sweepExpired(clock.wallMs(), 100)), 0U);
    EXPECT_TRUE(failedWith(setTtl(std::nullopt), ErrorCode::validation, "TimeToLive is already disabled"));
    take(setTtl("expires"));
    take(store->backfillIndexes(100));
    EXPECT_EQ(take(store->sweepExpired(clock.wallMs(), 100)), 1U);
    expectSound();
}

TEST_F(StoreChangeTable, TagsThroughputAndClassAreKept) {
    TableUpdate update = change();
    update.setTags = {{"a", "1"}, {"b", "2"}};
    update.throughput = Throughput{5, 6};
    update.tableClass = TableClass::standardInfrequentAccess;
    clock.advance(10);
    take(store->updateTable(update));
    update = change();
    update.setTags = {{"b", "3"}, {"c", ""}};
    update.removeTags = {"a", "none"};
    take(store->updateTable(update));
    reopen();
    const TableDescription after = describe();
    EXPECT_EQ(after.definition.tags, (Tags{{"b", "3"}, {"c", ""}}));
    EXPECT_EQ(after.definition.throughput, (Throughput{5, 6}));
    EXPECT_EQ(after.definition.tableClass, TableClass::standardInfrequentAccess);
    EXPECT_EQ(after.billingChangedMs, after.createdMs + 10);
    TableUpdate tooMany = change();
    for (int i = 0; i < 49; ++i) tooMany.setTags.emplace_back(std::to_string(i), "x");
    EXPECT_TRUE(failedWith(store->updateTable(tooMany), ErrorCode::validation,
                           "Number of Tags exceed the current limit for the provided ResourceArn"));
}

TEST_F(StoreChangeTable, ConsumersContinueWhereTheyLeftOff) {
    take(setStream(StreamView::newImage));
    thing("a", "g");
    thing("b", "g");
    EXPECT_EQ(take(store->readCheckpoint("Things", "printer")), 0U);
    StreamPage page = take(store->readStream("Things", 0, 1));
    ASSERT_TRUE(succeeded(store->writeCheckpoint("Things", "printer", page.nextSequence)));
    reopen();
    page = take(store->readStream("Things", take(store->readCheckpoint("Things", "printer")), 10));
    ASSERT_THAT(page.records, SizeIs(1));
    EXPECT_EQ(page.records[0].key, (Item{{"id", "b"}}));
    EXPECT_EQ(take(store->readCheckpoint("Things", "other")), 0U);
    EXPECT_TRUE(failedWith(store->writeCheckpoint("Nothing", "printer", 1), ErrorCode::resourceNotFound));
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    create(table("Things", {"id", AttributeType::S}));
    EXPECT_EQ(take(store->readCheckpoint("Things", "printer")), 0U) << "another table, although of that name";
}

TEST_F(StoreChangeTable, ADeletedTableTakesAllButItsStreamWithIt) {
    const auto tablesLeft = [&] {
        return rawSql("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name GLOB '*_1*'");
    };
    thing("a", "g");
    take(addIndex(kGroup));
    take(setRecovery(35));
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    EXPECT_EQ(take(store->backfillIndexes(10)), 0U);
    EXPECT_THAT(take(store->listStreams("")), IsEmpty());
    EXPECT_EQ(tablesLeft(), "0") << "a log that no stream shows goes, too";
}

TEST_F(StoreChangeTable, ADeletedTablesStreamsAreReadableForADay) {
    take(setStream(StreamView::keysOnly));
    thing("a", "g");
    take(setStream(std::nullopt));
    const std::string first = take(store->listStreams("Things")).at(0).label;
    thing("between", "g");
    const std::string second = take(setStream(StreamView::newImage)).streamLabel.value();
    thing("b", "g");
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    const auto reader = take(store->openReader());
    for (TableReader* each : {static_cast<TableReader*>(store.get()), static_cast<TableReader*>(reader.get())}) {
        const auto streams = take(each->listStreams("Things"));
        ASSERT_THAT(streams, SizeIs(2));
        EXPECT_EQ(streams[0].label, first);
        EXPECT_EQ(streams[1].label, second);
        EXPECT_EQ(streams[1].view, StreamView::newImage);
        EXPECT_EQ(streams[1].key, table("Things", {"id", AttributeType::S}).key);
        EXPECT_TRUE(streams[1].endSequence);
        const StreamPage page = take(each->readRecords({"Things", second, 0, 100}));
        ASSERT_THAT(page.records, SizeIs(1));
        EXPECT_EQ(page.records[0].newItem, (Item{{"id", "b"}, {"group", "g"}}));
        EXPECT_TRUE(page.ended);
        EXPECT_TRUE(failedWith(each->readRecords({"Things", "never", 0, 100}), ErrorCode::resourceNotFound));
        EXPECT_TRUE(failedWith(each->readStream("Things", 0, 100), ErrorCode::resourceNotFound));
        EXPECT_THAT(take(each->listStreams("")), SizeIs(2));
    }
    clock.advance(kDayMs);
    take(store->trimStreams(clock.wallMs(), 100));
    reopen();
    EXPECT_THAT(take(store->listStreams("Things")), SizeIs(2));
    EXPECT_THAT(take(store->readRecords({"Things", first, 0, 100})).records, SizeIs(1));
    expectSound();
    clock.advance(1);
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_THAT(take(store->listStreams("")), IsEmpty());
    EXPECT_EQ(rawSql("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name GLOB '*_1*'"), "0");
    EXPECT_EQ(rawSql("SELECT count(*) FROM deleted_tables"), "0");
    expectSound();
}

TEST_F(StoreChangeTable, ATableOfADeletedOnesNameHasStreamsOfItsOwn) {
    const std::string old = take(setStream(StreamView::keysOnly)).streamLabel.value();
    thing("a", "g");
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    create(table("Things", {"id", AttributeType::S}));
    EXPECT_FALSE(describe().streamLabel);
    const std::string label = take(setStream(StreamView::newImage)).streamLabel.value();
    EXPECT_NE(label, old) << "although the clock stands still";
    thing("b", "g");
    EXPECT_THAT(take(store->listStreams("Things")), SizeIs(2));
    EXPECT_EQ(take(store->readRecords({"Things", old, 0, 100})).records.at(0).key, (Item{{"id", "a"}}));
    const StreamPage live = take(store->readRecords({"Things", label, 0, 100}));
    ASSERT_THAT(live.records, SizeIs(1));
    EXPECT_EQ(live.records[0].key, (Item{{"id", "b"}}));
    EXPECT_FALSE(live.ended);
}

}  // namespace
}  // namespace drydock::tests
