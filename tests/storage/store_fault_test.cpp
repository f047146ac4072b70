// A disk that fills up, breaks or loses power: nothing acknowledged is lost, nothing is half-applied, and the store
// works again when the disk does.
#include <random>

#include "storage/api/api_call.h"
#include "tests/storage/store_fixture.h"
#include "tests/support/fault_vfs.h"

namespace drydock::tests {
namespace {

constexpr int kItemsPerUnit = 3;

class StoreFault : public ::testing::Test {
protected:
    StoreFault() {
        open();
        TableDefinition things = table("Things", {"id", AttributeType::S}, {{"part", AttributeType::N}});
        things.indexes = {index("round-index", {"round", AttributeType::N})};
        things.stream = StreamView::newAndOldImages;
        things.ttlAttribute = "expires";
        take(store->createTable(things));
    }

    void open(bool durable = true) {
        store.reset();
        StoreOptions options;
        options.vfs = vfs.name();
        options.durable = durable;
        options.clock = &clock;
        store = take(SqliteStore::open(directory / "store", options));
    }

    // One unit of several items that belong together: `round` is the same in all of them.
    static WriteUnit roundOf(const std::string& id, int round) {
        WriteUnit unit;
        for (int part = 0; part < kItemsPerUnit; ++part) {
            unit.writes.emplace_back(put("Things", {{"id", id},
                                                    {"part", part},
                                                    {"round", round},
                                                    {"expires", round},
                                                    {"data", std::string(2000, static_cast<char>('a' + round % 26))}}));
        }
        return unit;
    }
    static std::vector<WriteUnit> rounds(int round, int units = 10) {
        std::vector<WriteUnit> all;
        all.reserve(static_cast<std::size_t>(units));
        for (int i = 0; i < units; ++i) all.push_back(roundOf("thing" + std::to_string(i), round));
        return all;
    }

    // The round every item is of, -1 when there are no items; fails when they are not all of one.
    int roundInStore() {
        std::optional<std::int64_t> round;
        std::size_t items = 0;
        ScanRequest request = scan("Things");
        do {
            const Page page = take(store->scan(request));
            for (const Item& item : page.items) {
                ++items;
                if (round && *round != item.integer("round")) ADD_FAILURE() << "a commit was applied in part";
                round = item.integer("round");
            }
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        EXPECT_EQ(items, round ? 10U * kItemsPerUnit : 0U);
        return static_cast<int>(round.value_or(-1));
    }

    void expectSound() {
        for (const CheckFinding& finding : take(store->check(false))) {
            ADD_FAILURE() << finding.table << ": " << finding.what;
        }
    }

    ManualClock clock;
    TemporaryDirectory directory;
    FaultVfs vfs;  // before the store: outlives it
    std::unique_ptr<SqliteStore> store;
};

TEST_F(StoreFault, ADiskFullAtAnyWriteUndoesTheWholeCommit) {
    take(store->commit(rounds(0)));
    int round = 0;
    int refused = 0;
    for (std::size_t writes = 0;; ++writes) {
        vfs.failWritesAfter(writes, SQLITE_FULL);
        const auto result = store->commit(rounds(round + 1));
        vfs.clearFaults();
        if (result) break;
        ++refused;
        EXPECT_EQ(result.error().code, ErrorCode::diskFull);
        EXPECT_EQ(result.error().sqliteCode, SQLITE_FULL);
        EXPECT_EQ(roundInStore(), round) << "after " << writes << " writes";
        // The store goes on as soon as there is room.
        if (writes % 7 == 0) {
            take(store->commit(rounds(++round)));
            EXPECT_EQ(roundInStore(), round);
        }
    }
    EXPECT_GT(refused, 5);
    expectSound();
    open();
    EXPECT_EQ(roundInStore(), round + 1);
    expectSound();
}

TEST_F(StoreFault, TheApiCallsItAnErrorOfOurs) {
    const auto answer = [&] {
        auto call = api::ApiCall::parse("DynamoDB_20120810.PutItem",
                                        R"({"TableName":"Things","Item":{"id":{"S":"a"},"part":{"N":"1"}}})");
        return call ? call->answer(*store) : call.error();
    };
    vfs.failWritesAfter(0, SQLITE_FULL);
    const api::Response full = answer();
    vfs.clearFaults();
    EXPECT_EQ(full.status, 500);
    EXPECT_NE(full.body.find("com.amazonaws.dynamodb.v20120810#InternalServerError"), std::string::npos) << full.body;
    EXPECT_EQ(answer().status, 200);
}

TEST_F(StoreFault, AFailedSyncIsNoSuccess) {
    take(store->commit(rounds(1)));
    vfs.failSyncsAfter(0, SQLITE_IOERR_FSYNC);
    const auto result = store->commit(rounds(2));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::io);
    EXPECT_EQ(result.error().sqliteCode, SQLITE_IOERR_FSYNC);
    EXPECT_EQ(roundInStore(), 1);
    vfs.clearFaults();
    take(store->commit(rounds(3)));
    EXPECT_EQ(roundInStore(), 3);
    open();
    EXPECT_EQ(roundInStore(), 3);
    expectSound();
}

TEST_F(StoreFault, ADurableCommitIsSyncedBeforeItReturns) {
    vfs.resetCounters();
    take(store->commit(rounds(1)));
    EXPECT_GE(vfs.syncs(), 1U);
}

TEST_F(StoreFault, ARelaxedCommitIsNotSynced) {
    open(false);
    take(store->commit(rounds(0)));  // the write-ahead log's beginning is
    vfs.resetCounters();
    take(store->commit(rounds(1)));
    EXPECT_EQ(vfs.syncs(), 0U);
}

TEST_F(StoreFault, ABatchIsSyncedOnce) {
    take(store->commit(rounds(0, 1)));
    vfs.resetCounters();
    take(store->commit(rounds(1, 1)));
    const std::size_t one = vfs.syncs();
    vfs.resetCounters();
    take(store->commit(rounds(2, 10)));
    EXPECT_EQ(vfs.syncs(), one) << "a batch is one commit";
}

TEST_F(StoreFault, SequencesAndTheListenerKnowNothingOfAFailedCommit) {
    std::size_t heard = 0;
    store->setChangeListener({"Things"},
                             [&](const std::shared_ptr<const ChangeBatch>& batch) { heard += batch->size(); });
    vfs.failWritesAfter(0, SQLITE_FULL);
    EXPECT_FALSE(store->commit(rounds(1)));
    vfs.clearFaults();
    EXPECT_EQ(heard, 0U);
    take(store->commit(rounds(2)));
    EXPECT_EQ(heard, 10U * kItemsPerUnit);
    EXPECT_EQ(take(store->readStream("Things", 0, 1000)).records.size(), 10U * kItemsPerUnit);
}

TEST_F(StoreFault, APowerCutLosesNothingAcknowledged) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        int acknowledged = roundInStore();
        const int commits = static_cast<int>(random() % 4);
        for (int i = 0; i < commits; ++i) take(store->commit(rounds(++acknowledged)));
        // The power fails in the middle of one more commit.
        vfs.failWritesAfter(random() % 60, SQLITE_IOERR_WRITE);
        const bool wentThrough = store->commit(rounds(acknowledged + 1)).has_value();
        vfs.cutPower(seed);
        store.reset();
        vfs.clearFaults();
        vfs.restorePower();
        open();
        const int found = roundInStore();
        if (wentThrough) {
            EXPECT_EQ(found, acknowledged + 1);
        } else {
            // Not acknowledged: there in full or not at all.
            EXPECT_TRUE(found == acknowledged || found == acknowledged + 1) << found << " after " << acknowledged;
        }
        expectSound();
    }
}

TEST_F(StoreFault, APowerCutDuringACheckpointLosesNothing) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const int round = static_cast<int>(seed);
        take(store->commit(rounds(round)));
        // Closing checkpoints the log into the file; the disk breaks after a few of its writes.
        vfs.failWritesAfter(seed, SQLITE_IOERR_WRITE);
        store.reset();
        vfs.cutPower(seed);
        vfs.clearFaults();
        vfs.restorePower();
        open();
        EXPECT_EQ(roundInStore(), round);
        expectSound();
    }
}

TEST_F(StoreFault, CreatingAndDeletingTablesIsAllOrNothing) {
    const TableDefinition another = table("Another", {"id", AttributeType::S});
    for (std::size_t writes = 0; writes < 3; ++writes) {
        vfs.failWritesAfter(writes, SQLITE_FULL);
        EXPECT_TRUE(failedWith(store->createTable(another), ErrorCode::diskFull));
        vfs.clearFaults();
        EXPECT_EQ(take(store->listTables()), std::vector<std::string>{"Things"});
    }
    take(store->createTable(another));
    vfs.failWritesAfter(0, SQLITE_FULL);
    EXPECT_TRUE(failedWith(store->deleteTable("Another"), ErrorCode::diskFull));
    vfs.clearFaults();
    EXPECT_TRUE(succeeded(store->write(put("Another", {{"id", "a"}}))));
    EXPECT_TRUE(succeeded(store->deleteTable("Another")));
    expectSound();
}

TEST_F(StoreFault, SeveralTablesAreCreatedTogetherOrNotAtAll) {
    const std::vector<TableDefinition> several = {table("Another", {"id", AttributeType::S}),
                                                  table("Third", {"id", AttributeType::S})};
    std::size_t failed = 0;
    for (bool created = false; !created; ++failed) {
        ASSERT_LT(failed, 1000U);
        vfs.failWritesAfter(failed, SQLITE_FULL);
        created = store->createTables(several).has_value();
        vfs.clearFaults();
        EXPECT_EQ(take(store->listTables()).size(), created ? 3U : 1U);
    }
    EXPECT_GT(failed, 3U);
    expectSound();
}

}  // namespace
}  // namespace drydock::tests
