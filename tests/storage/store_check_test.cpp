// check(): finds planted damage and repairs what the items allow.
#include <gmock/gmock.h>

#include "storage/store/file_check.h"
#include "tests/storage/store_fixture.h"
#include "tests/support/damage.h"

namespace drydock::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoreCheck : public StoreTest {
protected:
    StoreCheck() {
        TableDefinition things = table("Things", {"id", AttributeType::S});
        things.indexes = {index("status-index", {"status", AttributeType::S})};
        things.ttlAttribute = "expires";
        create(things);
        for (int i = 0; i < 10; ++i) {
            write(put("Things", {{"id", std::to_string(i)}, {"status", "ok"}, {"expires", 1000 + i}}));
        }
    }

    // Damages the closed store.
    void plant(const std::string& sql) {
        store.reset();
        rawSql(sql);
        reopen();
    }
    std::vector<std::string> findings(bool repair = false) {
        std::vector<std::string> texts;
        for (const CheckFinding& finding : take(store->check(repair))) {
            texts.push_back(finding.table + ": " + finding.what + (finding.repairable ? "" : " (for good)"));
        }
        return texts;
    }
    void damage(const std::string& name) {
        store.reset();
        damageTable(path() / "store.db", name);
        reopen();
    }
    void expectRepaired() {
        findings(true);
        EXPECT_THAT(findings(), IsEmpty());
        const auto page =
            take(store->query(query("Things", "status-index", "#s = :ok", {{{"#s", "status"}}, {{":ok", "ok"}}})));
        EXPECT_EQ(page.count, take(store->describeTable("Things")).itemCount);
    }
};

TEST_F(StoreCheck, AnIntactStoreHasNoFindings) {
    EXPECT_THAT(findings(), IsEmpty());
    EXPECT_THAT(findings(true), IsEmpty());
}

TEST_F(StoreCheck, MissingIndexRowsAreFoundAndRebuilt) {
    plant("DELETE FROM index_1_0 WHERE item_key IN (SELECT item_key FROM index_1_0 LIMIT 3)");
    EXPECT_THAT(findings(), ElementsAre("Things: index status-index: 3 rows missing, 0 rows stray"));
    expectRepaired();
}

TEST_F(StoreCheck, StrayIndexRowsAreFoundAndRemoved) {
    plant("INSERT INTO index_1_0 VALUES(x'200001', x'20390001'), (x'20780001', x'20390001')");
    EXPECT_THAT(findings(), ElementsAre("Things: index status-index: 0 rows missing, 2 rows stray"));
    expectRepaired();
}

TEST_F(StoreCheck, WrongTtlRowsAreFoundAndRebuilt) {
    plant("UPDATE ttl_1 SET expires = 5 WHERE expires = 1003");
    EXPECT_THAT(findings(), ElementsAre("Things: time-to-live index: 1 rows missing, 1 rows stray"));
    expectRepaired();
    EXPECT_EQ(take(store->sweepExpired(1'002'001, 100)), 3U);
}

TEST_F(StoreCheck, WrongCountsAreFoundAndCorrected) {
    const auto before = take(store->describeTable("Things"));
    plant("UPDATE tables SET item_count = 7, size_bytes = 1; UPDATE indexes SET item_count = 99");
    EXPECT_THAT(findings(),
                ElementsAre("Things: index status-index: counted 99 items, has 10", "Things: counted 7 items, has 10",
                            "Things: counted 1 bytes, has " + std::to_string(before.sizeBytes)));
    expectRepaired();
    EXPECT_EQ(take(store->describeTable("Things")).sizeBytes, before.sizeBytes);
}

TEST_F(StoreCheck, WrongSizesAreFoundAndCorrected) {
    plant("UPDATE data_1 SET size = size + 1 WHERE key = x'20330001'");
    EXPECT_THAT(findings(), ElementsAre("Things: 1 items have a wrong size"));
    expectRepaired();
}

TEST_F(StoreCheck, LostItemsLeaveStrayRows) {
    plant("DELETE FROM data_1 WHERE key = x'20330001'");
    EXPECT_THAT(findings(), ::testing::Contains("Things: index status-index: 0 rows missing, 1 rows stray"));
    EXPECT_THAT(findings(), ::testing::Contains("Things: time-to-live index: 0 rows missing, 1 rows stray"));
    expectRepaired();
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, 9U);
}

TEST_F(StoreCheck, AnUnreadableItemIsReportedAndLeavesTheOthersReadable) {
    plant("UPDATE data_1 SET item = x'ff00ff' WHERE key = x'20330001'");
    EXPECT_THAT(findings(), ::testing::Contains("Things: 1 items cannot be read (for good)"));
    EXPECT_TRUE(failedWith(store->get(getItem("Things", {{"id", "3"}})), ErrorCode::corrupt));
    EXPECT_TRUE(get("Things", {{"id", "4"}}));
    const auto results = take(store->commit({unit(update("Things", {{"id", "3"}}, "SET n = :n", {{}, {{":n", 1}}})),
                                             unit(put("Things", {{"id", "new"}, {"status", "ok"}}))}));
    EXPECT_TRUE(failedWith(results[0], ErrorCode::corrupt));
    EXPECT_TRUE(succeeded(results[1])) << "one damaged row does not hold up the others";
}

TEST_F(StoreCheck, ADamagedItemInTheWayOfAPutRefusesThatPutOnly) {
    plant("UPDATE data_1 SET item = x'ff00ff' WHERE key = x'20330001'");
    write(put("Things", {{"id", "newer"}, {"status", "ok"}}));  // the next puts are taken for new items, too
    const auto results = take(store->commit({unit(put("Things", {{"id", "3"}, {"status", "ok"}})),
                                             unit(put("Things", {{"id", "newest"}, {"status", "ok"}}))}));
    EXPECT_TRUE(failedWith(results[0], ErrorCode::corrupt));
    EXPECT_TRUE(succeeded(results[1]));
    EXPECT_TRUE(get("Things", {{"id", "newest"}}));
}

// Sweeping would otherwise never come to an end, or remove what has not expired.
TEST_F(StoreCheck, StrayTtlRowsAreSweptWithoutTheirItems) {
    plant(
        "INSERT INTO ttl_1 VALUES(5, x'20787878780001'), (6, x'20340001');"
        "UPDATE data_1 SET item = x'ff00ff' WHERE key = x'20330001'");
    while (take(store->sweepExpired(1'000'000, 1)) > 0) {
    }
    EXPECT_TRUE(get("Things", {{"id", "4"}}));
    EXPECT_EQ(take(store->sweepExpired(2'000'000, 100)), 10U);
    EXPECT_EQ(take(store->sweepExpired(2'000'000, 100)), 0U);
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, 1U) << "the one that can't be read";
}

TEST_F(StoreCheck, DamagedPagesAreFound) {
    damage("ttl_1");
    const auto found = take(store->check(false));
    ASSERT_FALSE(found.empty());
    EXPECT_FALSE(found.front().repairable);
    EXPECT_TRUE(get("Things", {{"id", "4"}})) << "what is intact stays readable";
}

TEST_F(StoreCheck, TheCheckOfTheFileNamesWhatIsDamaged) {
    EXPECT_THAT(take(FileCheck(path(), {}).run()), IsEmpty());
    damage("ttl_1");
    const auto found = take(FileCheck(path(), {}).run());
    ASSERT_FALSE(found.empty());
    EXPECT_THAT(found.front(), ::testing::StartsWith("ttl_1: "));
}

TEST_F(StoreCheck, ACheckOfTheFileCanBeStopped) {
    FileCheck check(path(), {});
    check.stop();
    EXPECT_TRUE(failedWith(check.run(), ErrorCode::busy));
}

}  // namespace
}  // namespace drydock::tests
