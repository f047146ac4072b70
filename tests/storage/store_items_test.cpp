// Single items: put, get, update, delete, conditions, return values, and the rules on keys and items.
#include <gmock/gmock.h>

#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;

const KeyAttribute kId{"id", AttributeType::S};
const KeyAttribute kAt{"at", AttributeType::N};

class StoreItems : public StoreTest {
protected:
    StoreItems() {
        create(table("Things", kId));
        TableDefinition indexed = table("Indexed", kId, {kAt});
        indexed.indexes = {index("status-index", {"status", AttributeType::S}, {{"rank", AttributeType::N}})};
        create(indexed);
    }

    std::string refusal(WriteRequest request) {
        const auto written = store->write(std::move(request));
        if (written) return "accepted";
        EXPECT_EQ(written.error().code, ErrorCode::validation);
        return written.error().message;
    }
};

TEST_F(StoreItems, APutItemCanBeReadBackAlsoAfterReopening) {
    const Item item{{"id", "a"}, {"n", 12}, {"list", List{1, "x", true}}, {"map", Item{{"k", Null{}}}}};
    write(put("Things", item));
    EXPECT_EQ(get("Things", {{"id", "a"}}), item);
    EXPECT_EQ(get("Things", {{"id", "b"}}), std::nullopt);
    reopen();
    EXPECT_EQ(get("Things", {{"id", "a"}}), item);
}

TEST_F(StoreItems, APutReplacesTheWholeItem) {
    write(put("Things", {{"id", "a"}, {"old", 1}}));
    write(put("Things", {{"id", "a"}, {"new", 2}}));
    EXPECT_EQ(get("Things", {{"id", "a"}}), (Item{{"id", "a"}, {"new", 2}}));
}

TEST_F(StoreItems, TableNamesAreCaseSensitive) {
    create(table("things", kId));
    write(put("Things", {{"id", "a"}, {"table", "upper"}}));
    write(put("things", {{"id", "a"}, {"table", "lower"}}));
    EXPECT_EQ(get("Things", {{"id", "a"}})->string("table"), "upper");
    EXPECT_EQ(get("things", {{"id", "a"}})->string("table"), "lower");
}

TEST_F(StoreItems, GetAppliesAProjection) {
    write(put("Things", {{"id", "a"}, {"x", 1}, {"y", Item{{"z", 2}, {"w", 3}}}}));
    GetRequest request = getItem("Things", {{"id", "a"}});
    request.projection = "#x, y.z";
    request.parameters.names = {{"#x", "x"}};
    EXPECT_EQ(take(store->get(request)), (Item{{"x", 1}, {"y", Item{{"z", 2}}}}));
    request.parameters.names.emplace("#unused", "q");
    EXPECT_TRUE(failedWith(store->get(request), ErrorCode::validation));
}

TEST_F(StoreItems, UpdateChangesOrCreatesAnItem) {
    write(update("Things", {{"id", "a"}}, "SET n = if_not_exists(n, :zero) + :one", {{}, {{":zero", 0}, {":one", 1}}}));
    write(update("Things", {{"id", "a"}}, "ADD n :one SET s = :s", {{}, {{":one", 1}, {":s", "x"}}}));
    EXPECT_EQ(get("Things", {{"id", "a"}}), (Item{{"id", "a"}, {"n", 2}, {"s", "x"}}));
    write(update("Things", {{"id", "b"}}, ""));
    EXPECT_EQ(get("Things", {{"id", "b"}}), (Item{{"id", "b"}}));
}

TEST_F(StoreItems, UpdateReturnsWhatItIsAskedFor) {
    write(put("Things", {{"id", "a"}, {"n", 1}, {"m", Item{{"x", 1}, {"y", 2}}}}));
    const auto run = [&](ReturnValues values) {
        return take(store->write(
                        update("Things", {{"id", "a"}}, "SET n = n + :one, m.x = :one", {{}, {{":one", 1}}}, values)))
            .attributes;
    };
    EXPECT_EQ(run(ReturnValues::none), std::nullopt);
    EXPECT_EQ(run(ReturnValues::allOld), (Item{{"id", "a"}, {"n", 2}, {"m", Item{{"x", 1}, {"y", 2}}}}));
    EXPECT_EQ(run(ReturnValues::allNew), (Item{{"id", "a"}, {"n", 4}, {"m", Item{{"x", 1}, {"y", 2}}}}));
    EXPECT_EQ(run(ReturnValues::updatedOld), (Item{{"n", 4}, {"m", Item{{"x", 1}}}}));
    EXPECT_EQ(run(ReturnValues::updatedNew), (Item{{"n", 6}, {"m", Item{{"x", 1}}}}));
}

TEST_F(StoreItems, PutAndDeleteReturnTheOldItemOnly) {
    write(put("Things", {{"id", "a"}, {"n", 1}}));
    PutRequest again = put("Things", {{"id", "a"}, {"n", 2}});
    again.returnValues = ReturnValues::allOld;
    EXPECT_EQ(take(store->write(again)).attributes, (Item{{"id", "a"}, {"n", 1}}));
    again.returnValues = ReturnValues::allNew;
    EXPECT_EQ(refusal(again), "ReturnValues can only be ALL_OLD or NONE");
    DeleteRequest gone = remove("Things", {{"id", "a"}});
    gone.returnValues = ReturnValues::allOld;
    EXPECT_EQ(take(store->write(gone)).attributes, (Item{{"id", "a"}, {"n", 2}}));
    EXPECT_EQ(take(store->write(gone)).attributes, std::nullopt);
}

TEST_F(StoreItems, ADeletedItemIsGoneAndDeletingAgainIsFine) {
    write(put("Things", {{"id", "a"}}));
    write(remove("Things", {{"id", "a"}}));
    EXPECT_EQ(get("Things", {{"id", "a"}}), std::nullopt);
    write(remove("Things", {{"id", "a"}}));
}

TEST_F(StoreItems, AFailedConditionChangesNothing) {
    write(put("Things", {{"id", "a"}, {"n", 1}}));
    const auto failsWithCondition = [&](WriteRequest request) {
        return failedWith(store->write(std::move(request)), ErrorCode::conditionalCheckFailed,
                          "The conditional request failed");
    };
    EXPECT_TRUE(failsWithCondition(put("Things", {{"id", "a"}, {"n", 2}}, "attribute_not_exists(id)")));
    EXPECT_TRUE(failsWithCondition(remove("Things", {{"id", "a"}}, "attribute_not_exists(id)")));
    EXPECT_TRUE(failsWithCondition(remove("Things", {{"id", "b"}}, "attribute_exists(id)")));
    UpdateRequest request = update("Things", {{"id", "a"}}, "SET n = :n", {{}, {{":n", 3}, {":old", 7}}});
    request.condition = "n = :old";
    EXPECT_TRUE(failsWithCondition(request));
    EXPECT_EQ(get("Things", {{"id", "a"}})->integer("n"), 1);
    request.parameters.values[":old"] = 1;
    write(request);
    EXPECT_EQ(get("Things", {{"id", "a"}})->integer("n"), 3);
    write(put("Things", {{"id", "b"}}, "attribute_not_exists(id)"));
}

TEST_F(StoreItems, UnknownTablesAreNotFound) {
    constexpr const char* kMessage = "Requested resource not found";
    EXPECT_TRUE(failedWith(store->get(getItem("Nothing", {{"id", "a"}})), ErrorCode::resourceNotFound, kMessage));
    EXPECT_TRUE(failedWith(store->write(put("Nothing", {{"id", "a"}})), ErrorCode::resourceNotFound, kMessage));
    EXPECT_TRUE(failedWith(store->scan(scan("Nothing")), ErrorCode::resourceNotFound, kMessage));
    EXPECT_TRUE(failedWith(store->describeTable("Nothing"), ErrorCode::resourceNotFound,
                           "Requested resource not found: Table: Nothing not found"));
}

TEST_F(StoreItems, KeysOfPutItemsAreChecked) {
    EXPECT_EQ(refusal(put("Things", {{"x", 1}})),
              "One or more parameter values were invalid: Missing the key id in the item");
    EXPECT_EQ(refusal(put("Things", {{"id", 1}})),
              "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N");
    EXPECT_EQ(refusal(put("Things", {{"id", ""}})),
              "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
              "empty string value. Key: id");
    write(put("Things", {{"id", std::string(2048, 'k')}}));
    EXPECT_EQ(refusal(put("Things", {{"id", std::string(2049, 'k')}})),
              "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 "
              "bytes");
    TableDefinition sorted = table("Sorted", kId, {{"sort", AttributeType::B}});
    create(sorted);
    write(put("Sorted", {{"id", "a"}, {"sort", Binary(1024, 7)}}));
    EXPECT_EQ(refusal(put("Sorted", {{"id", "a"}, {"sort", Binary(1025, 7)}})),
              "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size "
              "limit of 1024 bytes");
    EXPECT_EQ(refusal(put("Sorted", {{"id", "a"}, {"sort", Binary{}}})),
              "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
              "empty binary value. Key: sort");
}

TEST_F(StoreItems, KeysOfRequestsMustMatchTheSchema) {
    constexpr const char* kMessage = "The provided key element does not match the schema";
    for (const Item& key : {Item{}, Item{{"id", 1}}, Item{{"other", "a"}}, Item{{"id", "a"}, {"more", 1}}}) {
        EXPECT_TRUE(failedWith(store->get(getItem("Things", key)), ErrorCode::validation, kMessage));
        EXPECT_EQ(refusal(remove("Things", key)), kMessage);
        EXPECT_EQ(refusal(update("Things", key, "SET a = :a", {{}, {{":a", 1}}})), kMessage);
    }
}

TEST_F(StoreItems, KeyAttributesCannotBeUpdated) {
    EXPECT_EQ(refusal(update("Things", {{"id", "a"}}, "SET id = :v", {{}, {{":v", "b"}}})),
              "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the "
              "key");
}

TEST_F(StoreItems, IndexKeysAreChecked) {
    EXPECT_EQ(refusal(put("Indexed", {{"id", "a"}, {"at", 1}, {"status", 5}})),
              "One or more parameter values were invalid: Type mismatch for Index Key status Expected: S Actual: N "
              "IndexName: status-index");
    EXPECT_THAT(refusal(put("Indexed", {{"id", "a"}, {"at", 1}, {"status", ""}})),
                HasSubstr("IndexName: status-index, IndexKey: status"));
    write(put("Indexed", {{"id", "a"}, {"at", 1}, {"status", "ok"}}));
    EXPECT_THAT(refusal(update("Indexed", {{"id", "a"}, {"at", 1}}, "SET #r = :r", {{{"#r", "rank"}}, {{":r", "x"}}})),
                HasSubstr("Type mismatch for Index Key rank"));
}

TEST_F(StoreItems, ItemsOver400KBAreRefused) {
    // "id" + "a" + "data" + value = 400 KiB exactly.
    const std::size_t most = 400 * 1024 - 7;
    write(put("Things", {{"id", "a"}, {"data", std::string(most, 'x')}}));
    EXPECT_EQ(get("Things", {{"id", "a"}})->string("data").size(), most);
    EXPECT_EQ(refusal(put("Things", {{"id", "a"}, {"data", std::string(most + 1, 'x')}})),
              "Item size has exceeded the maximum allowed size");
    EXPECT_EQ(refusal(update("Things", {{"id", "a"}}, "SET more = :m", {{}, {{":m", "x"}}})),
              "Item size to update has exceeded the maximum allowed size");
}

TEST_F(StoreItems, EmptySetsAndDeepNestingAreRefused) {
    EXPECT_THAT(refusal(put("Things", {{"id", "a"}, {"s", StringSet{}}})), HasSubstr("string set  may not be empty"));
    EXPECT_THAT(refusal(put("Things", {{"id", "a"}, {"l", List{NumberSet{}}}})),
                HasSubstr("number set  may not be empty"));
    EXPECT_THAT(refusal(put("Things", {{"id", "a"}, {"m", Item{{"b", BinarySet{}}}}})), HasSubstr("Binary sets"));
    const auto nested = [](int depth) {
        AttributeValue value = 1;
        for (int i = 0; i < depth; ++i) value = List{value};
        return value;
    };
    write(put("Things", {{"id", "a"}, {"deep", nested(31)}}));
    EXPECT_THAT(refusal(put("Things", {{"id", "a"}, {"deep", nested(32)}})), HasSubstr("Nesting Levels"));
}

TEST_F(StoreItems, CountsAndSizesAreExact) {
    const auto sizes = [&] {
        const TableDescription description = take(store->describeTable("Indexed"));
        return std::tuple(description.itemCount, description.sizeBytes, description.indexes.at(0).itemCount);
    };
    EXPECT_EQ(sizes(), std::tuple(0U, 0U, 0U));
    const Item plain{{"id", "a"}, {"at", 1}};
    const Item rich{{"id", "b"}, {"at", 1}, {"status", "ok"}, {"rank", 3}, {"text", "some more"}};
    write(put("Indexed", plain));
    write(put("Indexed", rich));
    EXPECT_EQ(sizes(), std::tuple(2U, itemSize(plain) + itemSize(rich), 1U));
    Item grown = plain;
    grown.set("status", "x");
    grown.set("rank", 1);
    write(put("Indexed", grown));
    EXPECT_EQ(sizes(), std::tuple(2U, itemSize(grown) + itemSize(rich), 2U));
    reopen();
    EXPECT_EQ(sizes(), std::tuple(2U, itemSize(grown) + itemSize(rich), 2U));
    write(remove("Indexed", {{"id", "a"}, {"at", 1}}));
    write(remove("Indexed", {{"id", "b"}, {"at", 1}}));
    EXPECT_EQ(sizes(), std::tuple(0U, 0U, 0U));
}

TEST_F(StoreItems, APlainTablesCountsAreExactToo) {
    write(put("Things", {{"id", "a"}, {"x", 1}}));
    write(put("Things", {{"id", "a"}, {"x", "longer than before"}}));
    write(put("Things", {{"id", "b"}}));
    write(remove("Things", {{"id", "nobody"}}));
    const TableDescription description = take(store->describeTable("Things"));
    EXPECT_EQ(description.itemCount, 2U);
    EXPECT_EQ(description.sizeBytes, itemSize({{"id", "a"}, {"x", "longer than before"}}) + itemSize({{"id", "b"}}));
}

}  // namespace
}  // namespace drydock::tests
