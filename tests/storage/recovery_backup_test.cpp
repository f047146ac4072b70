// Backups on demand and restoring tables from them and to points in time.
#include <fstream>
#include <map>

#include <gmock/gmock.h>

#include "storage/recovery/table_recovery.h"
#include "tests/storage/random_values.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::IsEmpty;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

class RecoveryBackup : public StoreTest {
protected:
    RecoveryBackup() {
        TableDefinition things = table("Things", {"id", AttributeType::S});
        things.indexes = {index("group-index", {"group", AttributeType::S}),
                          index("rank-index", {"rank", AttributeType::N})};
        things.pointInTimeRecovery = true;
        things.stream = StreamView::newAndOldImages;
        things.ttlAttribute = "expires";
        things.deletionProtection = true;
        things.tags = {{"team", "fleet"}};
        create(things);
    }

    TableRecovery& recovery() { return store->recovery(); }
    void thing(const std::string& id, const std::string& group, int rank = 0) {
        write(put("Things", {{"id", id}, {"group", group}, {"rank", rank}}));
    }
    void things(int count) {
        for (int i = 0; i < count; ++i) thing("id" + std::to_string(i), i % 2 == 0 ? "even" : "odd", i);
    }
    // All that is under way, to its end.
    void finish(std::size_t limit = 100) {
        while (take(recovery().step(limit)) > 0) {
        }
    }
    std::string backUp(const std::string& name = "nightly") {
        std::string arn = backupArn(take(recovery().createBackup("Things", name)));
        finish();
        return arn;
    }
    static RestoreRequest to(const std::string& target) {
        RestoreRequest request;
        request.target = target;
        return request;
    }
    std::map<std::string, Item> itemsOf(const std::string& name) {
        std::map<std::string, Item> items;
        ScanRequest request = scan(name);
        do {
            const Page page = take(store->scan(request));
            for (const Item& item : page.items) items.emplace(item.string("id"), item);
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        return items;
    }
    std::uint64_t inGroup(const std::string& name, const std::string& group) {
        return take(store->query(query(name, "group-index", "#g = :g", {{{"#g", "group"}}, {{":g", group}}}))).count;
    }
    void expectSound() {
        for (const CheckFinding& finding : take(store->check(false))) {
            ADD_FAILURE() << finding.table << ": " << finding.what;
        }
    }
};

TEST_F(RecoveryBackup, ABackupHoldsTheStateOfItsBeginning) {
    things(10);
    const std::map<std::string, Item> before = itemsOf("Things");
    const BackupDescription backup = take(recovery().createBackup("Things", "nightly"));
    EXPECT_EQ(backup.status, BackupStatus::creating);
    EXPECT_EQ(backup.itemCount, 10U);
    EXPECT_GT(take(recovery().step(3)), 0U);
    things(20);
    write(remove("Things", {{"id", "id9"}}));
    finish(3);
    const BackupDescription complete = take(recovery().describeBackup(backupArn(backup)));
    EXPECT_EQ(complete.status, BackupStatus::available);
    EXPECT_EQ(complete.name, "nightly");
    EXPECT_EQ(complete.itemCount, 10U);
    EXPECT_EQ(complete.sizeBytes, backup.sizeBytes);
    EXPECT_EQ(complete.definition, take(store->describeTable("Things")).definition);
    take(recovery().restoreBackup(backupArn(backup), to("Copy")));
    finish(3);
    EXPECT_EQ(itemsOf("Copy"), before);
    expectSound();
}

TEST_F(RecoveryBackup, ABackupOutlivesItsTable) {
    things(10);
    const std::map<std::string, Item> before = itemsOf("Things");
    const std::string arn = backupArn(take(recovery().createBackup("Things", "last")));
    take(recovery().step(3));
    take(setDeletionProtection("Things", false));
    ASSERT_TRUE(succeeded(store->deleteTable("Things")));
    finish(3);
    take(recovery().restoreBackup(arn, to("Things")));
    finish(3);
    EXPECT_EQ(itemsOf("Things"), before);
}

TEST_F(RecoveryBackup, ArnsNameTableAndBackup) {
    const BackupDescription backup = take(recovery().createBackup("Things", "nightly"));
    EXPECT_EQ(backupArn(backup), "arn:aws:dynamodb:local:000000000000:table/Things/backup/" + backup.id);
    EXPECT_THAT(backup.id, ::testing::StartsWith("01711320000000-"));
}

TEST_F(RecoveryBackup, BackupsAreListedInOrderAlsoAfterReopening) {
    const std::string first = backUp("first");
    clock.advance(1000);
    const std::string second = backUp("second");
    reopen();
    const auto listed = take(recovery().listBackups());
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(backupArn(listed[0]), first);
    EXPECT_EQ(backupArn(listed[1]), second);
    EXPECT_EQ(listed[1].status, BackupStatus::available);
}

TEST_F(RecoveryBackup, AnInterruptedBackupLeavesNothing) {
    things(5);
    const std::string arn = backupArn(take(recovery().createBackup("Things", "nightly")));
    take(recovery().step(2));
    reopen();
    EXPECT_THAT(take(recovery().listBackups()), IsEmpty());
    EXPECT_TRUE(failedWith(recovery().describeBackup(arn), ErrorCode::backupNotFound, "Backup not found: " + arn));
    EXPECT_TRUE(std::filesystem::is_empty(path() / "backups"));
}

TEST_F(RecoveryBackup, ADeletedBackupIsGoneAndOneInUseStays) {
    things(5);
    const std::string arn = backupArn(take(recovery().createBackup("Things", "nightly")));
    EXPECT_TRUE(failedWith(recovery().deleteBackup(arn), ErrorCode::backupInUse));
    EXPECT_TRUE(failedWith(recovery().restoreBackup(arn, to("Copy")), ErrorCode::backupInUse));
    finish();
    take(recovery().restoreBackup(arn, to("Copy")));
    take(recovery().step(2));
    EXPECT_TRUE(failedWith(recovery().deleteBackup(arn), ErrorCode::backupInUse));
    finish();
    EXPECT_EQ(take(recovery().deleteBackup(arn)).status, BackupStatus::deleted);
    EXPECT_TRUE(failedWith(recovery().deleteBackup(arn), ErrorCode::backupNotFound));
    EXPECT_THAT(take(recovery().listBackups()), IsEmpty());
}

TEST_F(RecoveryBackup, MisnamedBackupsAreNotFound) {
    for (const char* arn : {"", "x", "arn:aws:dynamodb:local:000000000000:table/Things/backup/",
                            "arn:aws:dynamodb:local:000000000000:table/Things/backup/../../store"}) {
        EXPECT_TRUE(failedWith(recovery().describeBackup(arn), ErrorCode::backupNotFound)) << arn;
    }
    EXPECT_TRUE(failedWith(recovery().createBackup("Nothing", "nightly"), ErrorCode::tableNotFound,
                           "Table not found: Nothing"));
}

TEST_F(RecoveryBackup, ATableIsClosedUntilItIsRestored) {
    things(10);
    const std::string arn = backUp();
    const TableDescription begun = take(recovery().restoreBackup(arn, to("Copy")));
    EXPECT_TRUE(begun.loading);
    ASSERT_TRUE(begun.restore);
    EXPECT_EQ(begun.restore->backupArn, arn);
    EXPECT_TRUE(begun.restore->inProgress);
    EXPECT_TRUE(failedWith(store->get(getItem("Copy", {{"id", "id0"}})), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(store->write(put("Copy", {{"id", "x"}})), ErrorCode::resourceNotFound));
    EXPECT_TRUE(failedWith(store->deleteTable("Copy"), ErrorCode::resourceInUse));
    EXPECT_TRUE(failedWith(store->createTable(table("Copy", {"id", AttributeType::S})), ErrorCode::resourceInUse));
    EXPECT_TRUE(failedWith(recovery().restoreBackup(arn, to("Copy")), ErrorCode::tableInUse));
    EXPECT_TRUE(failedWith(recovery().createBackup("Copy", "nightly"), ErrorCode::tableInUse));
    finish(4);
    EXPECT_FALSE(take(store->describeTable("Copy")).loading);
    EXPECT_FALSE(take(store->describeTable("Copy")).restore->inProgress);
    EXPECT_TRUE(get("Copy", {{"id", "id0"}}));
    EXPECT_TRUE(failedWith(recovery().restoreBackup(arn, to("Copy")), ErrorCode::tableAlreadyExists,
                           "Table already exists: Copy"));
    ASSERT_TRUE(succeeded(store->deleteTable("Copy")));
    take(recovery().restoreBackup(arn, to("Copy")));
}

TEST_F(RecoveryBackup, ARestoredTableHasKeysAndIndexesButNothingThatActsByItself) {
    things(10);
    take(recovery().restoreBackup(backUp(), to("Copy")));
    finish(3);
    const TableDescription copy = take(store->describeTable("Copy"));
    const TableDescription source = take(store->describeTable("Things"));
    EXPECT_EQ(copy.definition.key, source.definition.key);
    EXPECT_EQ(copy.definition.indexes, source.definition.indexes);
    EXPECT_FALSE(copy.definition.stream);
    EXPECT_FALSE(copy.definition.ttlAttribute);
    EXPECT_FALSE(copy.definition.pointInTimeRecovery);
    EXPECT_FALSE(copy.definition.deletionProtection);
    EXPECT_THAT(copy.definition.tags, IsEmpty());
    EXPECT_NE(copy.id, source.id);
    EXPECT_EQ(copy.itemCount, 10U);
    EXPECT_EQ(copy.sizeBytes, source.sizeBytes);
    EXPECT_EQ(inGroup("Copy", "even"), 5U);
}

TEST_F(RecoveryBackup, IndexesCanBeLeftOutButNotInvented) {
    things(4);
    const std::string arn = backUp();
    RestoreRequest request = to("Copy");
    request.globalIndexes = {index("group-index", {"group", AttributeType::S})};
    take(recovery().restoreBackup(arn, request));
    finish();
    EXPECT_EQ(take(store->describeTable("Copy")).definition.indexes.size(), 1U);
    EXPECT_EQ(inGroup("Copy", "odd"), 2U);
    request.target = "Other";
    request.globalIndexes = {index("new-index", {"group", AttributeType::S})};
    EXPECT_TRUE(failedWith(recovery().restoreBackup(arn, request), ErrorCode::validation));
    request.globalIndexes = std::vector<IndexDefinition>();
    request.throughput = Throughput{5, 6};
    take(recovery().restoreBackup(arn, request));
    EXPECT_THAT(take(store->describeTable("Other")).definition.indexes, IsEmpty());
    EXPECT_EQ(take(store->describeTable("Other")).definition.throughput, (Throughput{5, 6}));
}

TEST_F(RecoveryBackup, ARestoreGoesOnAfterReopening) {
    things(20);
    const std::map<std::string, Item> before = itemsOf("Things");
    const std::string arn = backUp();
    take(recovery().restoreBackup(arn, to("FromBackup")));
    take(recovery().restoreToTime("Things", clock.wallMs(), to("FromLog")));
    clock.advance(1);
    things(30);
    for (int i = 0; i < 40; ++i) {
        reopen();
        take(recovery().step(3));
        if (i % 5 == 0) thing("new" + std::to_string(i), "odd");
    }
    EXPECT_EQ(take(recovery().step(3)), 0U);
    EXPECT_EQ(itemsOf("FromBackup"), before);
    EXPECT_EQ(itemsOf("FromLog"), before);
    expectSound();
}

TEST_F(RecoveryBackup, ARestoreWhoseBackupIsLostIsRemoved) {
    things(20);
    const std::string arn = backUp();
    take(recovery().restoreBackup(arn, to("Copy")));
    take(recovery().step(3));
    reopen();
    std::filesystem::remove_all(path() / "backups");
    EXPECT_TRUE(failedWith(recovery().step(3), ErrorCode::backupNotFound));
    EXPECT_TRUE(failedWith(store->describeTable("Copy"), ErrorCode::resourceNotFound));
    EXPECT_EQ(take(recovery().step(3)), 0U);
    expectSound();
}

TEST_F(RecoveryBackup, ADamagedBackupIsNamedAndNotListed) {
    const std::string arn = backUp();
    for (const auto& entry : std::filesystem::directory_iterator(path() / "backups")) {
        std::ofstream(entry.path())
            << "no backup at all, but long enough to be looked at as a file of SQLite's, is it?";
    }
    EXPECT_TRUE(failedWith(recovery().describeBackup(arn), ErrorCode::corrupt));
    EXPECT_THAT(take(recovery().listBackups()), IsEmpty());
}

TEST_F(RecoveryBackup, ARestoreToNowLeavesOutWhatFollowsInTheSameMillisecond) {
    things(3);
    const std::map<std::string, Item> before = itemsOf("Things");
    take(recovery().restoreToTime("Things", std::nullopt, to("Copy")));
    things(6);
    finish(1);
    EXPECT_EQ(itemsOf("Copy"), before);
}

TEST_F(RecoveryBackup, RestoringToATimeNeedsRecoveryAndATimeItCovers) {
    create(table("Plain", {"id", AttributeType::S}));
    EXPECT_TRUE(failedWith(recovery().restoreToTime("Plain", std::nullopt, to("Copy")),
                           ErrorCode::pointInTimeRecoveryUnavailable));
    EXPECT_TRUE(failedWith(recovery().restoreToTime("Nothing", std::nullopt, to("Copy")), ErrorCode::tableNotFound));
    EXPECT_TRUE(
        failedWith(recovery().restoreToTime("Things", clock.wallMs() + 1, to("Copy")), ErrorCode::invalidRestoreTime));
    EXPECT_TRUE(
        failedWith(recovery().restoreToTime("Things", clock.wallMs() - 1, to("Copy")), ErrorCode::invalidRestoreTime));
    EXPECT_TRUE(failedWith(recovery().restoreToTime("Things", std::nullopt, to("x")), ErrorCode::validation));
}

TEST_F(RecoveryBackup, WhatARestoreReadsIsKeptUntilItIsDone) {
    things(10);
    const std::map<std::string, Item> before = itemsOf("Things");
    const std::int64_t then = clock.wallMs();
    clock.advance(1000);
    for (int i = 0; i < 10; ++i) thing("id" + std::to_string(i), "changed");
    take(recovery().restoreToTime("Things", then, to("Copy")));
    take(recovery().step(4));
    clock.advance(40 * kDayMs);
    while (take(store->trimStreams(clock.wallMs(), 100)) > 0) {
    }
    take(setDeletionProtection("Things", false));
    TableUpdate off;
    off.table = "Things";
    off.recoveryDays.emplace(std::nullopt);
    EXPECT_TRUE(failedWith(store->updateTable(off), ErrorCode::resourceInUse));
    EXPECT_TRUE(failedWith(store->deleteTable("Things"), ErrorCode::resourceInUse));
    finish(4);
    EXPECT_EQ(itemsOf("Copy"), before);
    EXPECT_GT(take(store->trimStreams(clock.wallMs(), 100)), 0U);
    EXPECT_TRUE(succeeded(store->updateTable(off)));
    EXPECT_TRUE(succeeded(store->deleteTable("Things")));
}

TEST_F(RecoveryBackup, ARestoredTableTellsWhereItCameFrom) {
    const std::int64_t then = clock.wallMs();
    clock.advance(1000);
    take(recovery().restoreToTime("Things", then, to("Copy")));
    finish();
    const auto summary = take(store->describeTable("Copy")).restore;
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->backupArn, "");
    EXPECT_EQ(summary->tableArn, "arn:aws:dynamodb:local:000000000000:table/Things");
    EXPECT_EQ(summary->atMs, then);
    EXPECT_FALSE(take(store->describeTable("Things")).restore);
}

TEST_F(RecoveryBackup, AReadOnlyStoreListsBackupsAndMakesNone) {
    const std::string arn = backUp();
    StoreOptions options;
    options.clock = &clock;
    options.readOnly = true;
    const auto other = take(SqliteStore::open(path(), options));
    EXPECT_EQ(take(other->recovery().listBackups()).size(), 1U);
    EXPECT_TRUE(failedWith(other->recovery().createBackup("Things", "nightly"), ErrorCode::readOnly));
    EXPECT_TRUE(failedWith(other->recovery().restoreBackup(arn, to("Copy")), ErrorCode::readOnly));
    EXPECT_TRUE(failedWith(other->recovery().deleteBackup(arn), ErrorCode::readOnly));
}

TEST_F(RecoveryBackup, RestoresEqualThePastOfARandomHistory) {
    const std::uint32_t seed = freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomValues random(seed);
    std::map<std::string, Item> model;
    std::map<std::string, std::map<std::string, Item>> expected;  // by restored table
    std::map<std::int64_t, std::map<std::string, Item>> history;
    std::map<std::string, std::map<std::string, Item>> backups;  // by ARN
    for (int step = 0; step < 120; ++step) {
        const std::string id = "id" + std::to_string(random.between(0, 15));
        if (random.between(0, 2) == 0) {
            write(remove("Things", {{"id", id}}));
            model.erase(id);
        } else {
            Item item{{"id", id}, {"group", "g" + std::to_string(random.between(0, 2))}, {"rank", step}};
            write(put("Things", item));
            model[id] = std::move(item);
        }
        history[clock.wallMs()] = model;
        if (random.between(0, 2) == 0) clock.advance(1);
        const std::string target = "Copy" + std::to_string(step);
        switch (random.between(0, 11)) {
            case 0: {
                auto at = history.begin();
                std::advance(at, random.between(0, static_cast<int>(history.size()) - 1));
                // What else happens in this millisecond would belong to it, too.
                if (at->first == clock.wallMs()) break;
                take(recovery().restoreToTime("Things", at->first, to(target)));
                expected[target] = at->second;
                break;
            }
            case 1:
                if (backups.size() < 3) backups[backupArn(take(recovery().createBackup("Things", "some")))] = model;
                break;
            case 2:
                for (const auto& [arn, state] : backups) {
                    if (!recovery().restoreBackup(arn, to(target))) continue;
                    expected[target] = state;
                    break;
                }
                break;
            case 3:
                finish();
                reopen();
                break;
            default:
                take(recovery().step(static_cast<std::size_t>(random.between(1, 6))));
        }
    }
    finish(3);
    for (const auto& [name, state] : expected) {
        EXPECT_EQ(itemsOf(name), state) << name;
        EXPECT_EQ(take(store->describeTable(name)).itemCount, state.size());
    }
    expectSound();
}

}  // namespace
}  // namespace drydock::tests
