// Group commits: units, their atomicity, and the change listener.
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

class StoreCommit : public StoreTest {
protected:
    StoreCommit() {
        create(table("Things", {"id", AttributeType::S}));
        TableDefinition streamed = table("Streamed", {"id", AttributeType::S});
        streamed.stream = StreamView::newAndOldImages;
        create(streamed);
    }

    std::vector<UnitResult> commit(std::vector<WriteUnit> units) { return take(store->commit(std::move(units))); }
};

TEST_F(StoreCommit, AFailingUnitIsUndoneAlone) {
    write(put("Things", {{"id", "there"}}));
    const auto results =
        commit({unit(put("Things", {{"id", "a"}})),
                unit(put("Things", {{"id", "b"}}), put("Things", {{"id", "there"}}, "attribute_not_exists(id)")),
                unit(put("Things", {{"id", "c"}})), unit(put("Things", {{"wrong", 1}}))});
    ASSERT_EQ(results.size(), 4U);
    EXPECT_TRUE(succeeded(results[0]));
    EXPECT_TRUE(failedWith(results[1], ErrorCode::transactionCanceled,
                           "Transaction cancelled, please refer cancellation reasons for specific reasons [None, "
                           "ConditionalCheckFailed]"));
    EXPECT_TRUE(succeeded(results[2]));
    EXPECT_TRUE(failedWith(results[3], ErrorCode::validation));
    EXPECT_TRUE(get("Things", {{"id", "a"}}));
    EXPECT_FALSE(get("Things", {{"id", "b"}}));
    EXPECT_TRUE(get("Things", {{"id", "c"}}));
    EXPECT_EQ(take(store->describeTable("Things")).itemCount, 3U);
}

TEST_F(StoreCommit, LaterUnitsSeeEarlierOnes) {
    const auto results =
        commit({unit(put("Things", {{"id", "a"}, {"n", 1}})),
                unit(update("Things", {{"id", "a"}}, "SET n = n + :one", {{}, {{":one", 1}}})),
                unit(put("Things", {{"id", "a"}}, "attribute_not_exists(id)")),
                unit(update("Things", {{"id", "a"}}, "SET n = n + :one", {{}, {{":one", 1}}}, ReturnValues::allNew))});
    EXPECT_TRUE(failedWith(results[2], ErrorCode::conditionalCheckFailed));
    EXPECT_EQ(results[3].value().at(0).attributes->integer("n"), 3);
}

TEST_F(StoreCommit, AUnitMayNotTouchOneItemTwice) {
    const auto results =
        commit({unit(put("Things", {{"id", "a"}}), put("Things", {{"id", "b"}}), remove("Things", {{"id", "a"}})),
                unit(put("Things", {{"id", "a"}}), put("Streamed", {{"id", "a"}}))});
    EXPECT_TRUE(failedWith(results[0], ErrorCode::validation,
                           "Transaction request cannot include multiple operations on one item"));
    EXPECT_FALSE(get("Things", {{"id", "b"}}));
    EXPECT_TRUE(succeeded(results[1])) << "the same key in another table is another item";
}

TEST_F(StoreCommit, TransactChecksConditionsOfItemsItDoesNotWrite) {
    write(put("Things", {{"id", "lock"}, {"owner", "me"}}));
    const ConditionCheck check{"Things", {{"id", "lock"}}, "#o = :me", {{{"#o", "owner"}}, {{":me", "you"}}}};
    const auto cancelled = store->transact({put("Things", {{"id", "a"}}), check});
    EXPECT_TRUE(failedWith(cancelled, ErrorCode::transactionCanceled));
    ConditionCheck passing = check;
    passing.parameters.values[":me"] = "me";
    EXPECT_TRUE(succeeded(store->transact({put("Things", {{"id", "a"}}), passing})));
    EXPECT_TRUE(get("Things", {{"id", "a"}}));
}

TEST_F(StoreCommit, ReasonsNameValidationErrorsOfItems) {
    EXPECT_TRUE(failedWith(store->transact({put("Things", {{"id", 5}}), put("Things", {{"id", "b"}})}),
                           ErrorCode::transactionCanceled,
                           "Transaction cancelled, please refer cancellation reasons for specific reasons "
                           "[ValidationError, None]"));
    EXPECT_TRUE(failedWith(store->transact({}), ErrorCode::validation));
}

TEST_F(StoreCommit, AnEmptyCommitIsNothing) {
    EXPECT_TRUE(commit({}).empty());
}

TEST_F(StoreCommit, TheListenerHearsOfSubscribedTablesAfterTheCommit) {
    std::vector<ChangeBatch> batches;
    store->setChangeListener({"Streamed"}, [&](const auto& batch) { batches.push_back(*batch); });
    commit({unit(put("Things", {{"id", "a"}})), unit(put("Streamed", {{"id", "a"}, {"n", 1}})),
            unit(put("Streamed", {{"id", "a"}, {"n", 2}})), unit(remove("Streamed", {{"id", "a"}})),
            unit(put("Streamed", {{"id", "b"}}, "attribute_exists(id)"))});
    ASSERT_EQ(batches.size(), 1U);
    ASSERT_EQ(batches[0].size(), 3U);
    const Change& inserted = batches[0][0];
    EXPECT_EQ(inserted.table, "Streamed");
    EXPECT_EQ(inserted.key, (Item{{"id", "a"}}));
    EXPECT_EQ(inserted.committedMs, clock.wallMs());
    EXPECT_EQ(inserted.oldItem, std::nullopt);
    EXPECT_EQ(inserted.newItem, (Item{{"id", "a"}, {"n", 1}}));
    const Change& modified = batches[0][1];
    EXPECT_EQ(modified.oldItem, (Item{{"id", "a"}, {"n", 1}}));
    EXPECT_EQ(modified.newItem, (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_GT(modified.sequence, inserted.sequence);
    const Change& removed = batches[0][2];
    EXPECT_EQ(removed.key, (Item{{"id", "a"}}));
    EXPECT_EQ(removed.oldItem, (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_EQ(removed.newItem, std::nullopt);

    commit({unit(put("Things", {{"id", "b"}}))});
    EXPECT_EQ(batches.size(), 1U) << "a commit without its tables is not reported";
    store->setChangeListener({}, {});
    commit({unit(put("Streamed", {{"id", "c"}}))});
    EXPECT_EQ(batches.size(), 1U);
}

TEST_F(StoreCommit, ChangesOfTablesWithoutAStreamHaveNoSequenceAndNoOldItem) {
    std::vector<ChangeBatch> batches;
    write(put("Things", {{"id", "a"}, {"n", 1}}));
    store->setChangeListener({"Things", "Later"}, [&](const auto& batch) { batches.push_back(*batch); });
    write(put("Things", {{"id", "a"}, {"n", 2}}));
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0][0].sequence, 0U);
    EXPECT_EQ(batches[0][0].oldItem, std::nullopt);
    EXPECT_EQ(batches[0][0].newItem, (Item{{"id", "a"}, {"n", 2}}));
    create(table("Later", {"id", AttributeType::S}));
    write(put("Later", {{"id", "a"}}));
    EXPECT_EQ(batches.size(), 2U) << "a table made after subscribing is heard too";
}

TEST_F(StoreCommit, TheItemGivenBackIsWholeAlsoWithAListener) {
    store->setChangeListener({"Things"}, [](const std::shared_ptr<const ChangeBatch>&) {});
    const auto results =
        commit({unit(update("Things", {{"id", "a"}}, "SET n = :n", {{}, {{":n", 5}}}, ReturnValues::allNew))});
    EXPECT_EQ(results[0].value().at(0).attributes, (Item{{"id", "a"}, {"n", 5}}));
}

TEST_F(StoreCommit, PutsOfNewAndOfKnownItemsTakeTurns) {
    TableDefinition definition = table("Ranked", {"id", AttributeType::S});
    definition.indexes = {index("rank-index", {"rank", AttributeType::N})};
    definition.ttlAttribute = "expires";
    definition.stream = StreamView::newAndOldImages;
    create(definition);
    const auto putRank = [&](const std::string& id, int rank) {
        write(put("Ranked", {{"id", id}, {"rank", rank}, {"expires", 1'000 + rank}}));
    };
    for (const int rank : {1, 2}) {
        for (const char* id : {"a", "b", "c"}) putRank(id, rank);
    }
    putRank("d", 2);
    putRank("d", 3);
    putRank("d", 3);
    EXPECT_TRUE(take(store->check(false)).empty());
    EXPECT_EQ(take(store->describeTable("Ranked")).itemCount, 4U);
    const auto records = take(store->readStream("Ranked", 0, 100)).records;
    ASSERT_EQ(records.size(), 8U);  // the last put changed nothing
    EXPECT_FALSE(records[6].oldItem);
    ASSERT_TRUE(records[7].oldItem);
    EXPECT_EQ(records[7].oldItem->integer("rank"), 2);
}

TEST_F(StoreCommit, ResultsComeInTheOrderOfTheRequests) {
    write(put("Things", {{"id", "a"}, {"rank", 1}}));
    write(put("Things", {{"id", "b"}, {"rank", 2}}));
    PutRequest first = put("Things", {{"id", "b"}, {"rank", 3}});
    PutRequest second = put("Things", {{"id", "a"}, {"rank", 4}});
    first.returnValues = second.returnValues = ReturnValues::allOld;
    const auto results = take(take(store->commit({unit(first, second)})).front());
    EXPECT_EQ(results[0].attributes->integer("rank"), 2);
    EXPECT_EQ(results[1].attributes->integer("rank"), 1);
}

}  // namespace
}  // namespace drydock::tests
