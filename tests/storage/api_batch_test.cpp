// BatchGetItem and BatchWriteItem through the API.
#include "tests/storage/api_fixture.h"

namespace drydock::tests {
namespace {

class ApiBatchTest : public ApiTest {
protected:
    void put(const std::string& key, std::size_t bytes = 0) {
        ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":")" + key + R"("},"x":{"S":")" +
                          std::string(bytes, 'x') + "\"}}}");
    }
    static json keys(int count) {
        json list = json::array();
        for (int i = 0; i < count; ++i) list.push_back({{"pk", {{"S", std::to_string(i)}}}});
        return list;
    }
};

TEST_F(ApiBatchTest, GetsItemsOfSeveralTables) {
    put("a");
    ok("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"x":{"N":"1"}}})");
    const json answer = ok("BatchGetItem", R"({"ReturnConsumedCapacity":"TOTAL","RequestItems":{
        "Plain":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"none"}}],"ConsistentRead":true},
        "Rich":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"b"}}],"ProjectionExpression":"x"}}})");
    EXPECT_EQ(answer, json::parse(R"({"Responses":{"Plain":[{"pk":{"S":"a"},"x":{"S":""}}],"Rich":[{"x":{"N":"1"}}]},
        "UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"Plain","CapacityUnits":2.0},
                                                 {"TableName":"Rich","CapacityUnits":0.5}]})"));
}

TEST_F(ApiBatchTest, WhatExceedsSixteenMegabytesIsLeftForAnotherCall) {
    constexpr int kItems = 50;
    for (int i = 0; i < kItems; ++i) put(std::to_string(i), 390UL * 1024);
    const json wanted = {{"RequestItems", {{"Plain", {{"Keys", keys(kItems)}, {"ConsistentRead", true}}}}}};
    const json first = ok("BatchGetItem", wanted.dump());
    const json left = first["UnprocessedKeys"]["Plain"];
    EXPECT_EQ(first["Responses"]["Plain"].size(), 42U);
    EXPECT_EQ(left["Keys"].size(), 8U);
    EXPECT_EQ(left["ConsistentRead"], true);
    const json second = ok("BatchGetItem", json{{"RequestItems", first["UnprocessedKeys"]}}.dump());
    EXPECT_EQ(second["Responses"]["Plain"].size(), 8U);
    EXPECT_EQ(second["UnprocessedKeys"], json::object());
}

TEST_F(ApiBatchTest, GetsThatAskTooMuchOrTwiceAreRefused) {
    const auto refusal = [&](const json& keyList) {
        return refused("BatchGetItem", json{{"RequestItems", {{"Plain", {{"Keys", keyList}}}}}}.dump());
    };
    EXPECT_EQ(refusal(keys(101)),
              "ValidationException: 1 validation error detected: Value at 'RequestItems.Plain.member.Keys' failed to "
              "satisfy constraint: Member must have length less than or equal to 100");
    json repeated = keys(2);
    repeated.push_back(repeated[0]);
    EXPECT_EQ(refusal(repeated), "ValidationException: Provided list of item keys contains duplicates");
    EXPECT_EQ(refused("BatchGetItem", R"({"RequestItems":{}})"),
              "ValidationException: 1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: "
              "Member must have length greater than or equal to 1");
    EXPECT_EQ(
        refused("BatchGetItem",
                R"({"ReturnConsumedCapacity":"x","RequestItems":{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}})"),
        "ValidationException: 2 validation errors detected: Value "
        "'{\"bad!name\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}' at 'requestItems' failed to satisfy constraint: Map "
        "keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length "
        "greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]; Value 'x' "
        "at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, "
        "TOTAL, NONE]");
    EXPECT_EQ(refused("BatchGetItem", R"({"RequestItems":{"Plain":{"Keys":[{"pk":{"S":"a"}}],"AttributesToGet":["x"]},
        "Rich":{"Keys":[{"pk":{"S":"a"},"sk":{"S":"b"}}],"ProjectionExpression":"x"}}})"),
              "ValidationException: Can not use both expression and non-expression parameters in the same request: "
              "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
}

TEST_F(ApiBatchTest, WritesPutAndDeleteAcrossTables) {
    put("old");
    const json answer = ok("BatchWriteItem", R"({"ReturnConsumedCapacity":"INDEXES","RequestItems":{
        "Plain":[{"DeleteRequest":{"Key":{"pk":{"S":"old"}}}},{"PutRequest":{"Item":{"pk":{"S":"new"}}}}],
        "Rich":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"b"},"g":{"S":"x"}}}}]},
        "ReturnItemCollectionMetrics":"SIZE"})");
    EXPECT_EQ(answer, json::parse(R"({"UnprocessedItems":{},
        "ItemCollectionMetrics":{"Rich":[{"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":[0.0,1.0]}]},
        "ConsumedCapacity":[{"TableName":"Plain","CapacityUnits":2.0,"Table":{"CapacityUnits":2.0}},
            {"TableName":"Rich","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},
             "GlobalSecondaryIndexes":{"all":{"CapacityUnits":1.0},"some":{"CapacityUnits":1.0}}}]})"));
    EXPECT_TRUE(stored("Plain", R"({"pk":{"S":"old"}})").is_null());
    EXPECT_FALSE(stored("Plain", R"({"pk":{"S":"new"}})").is_null());
}

TEST_F(ApiBatchTest, OneWrongWriteKeepsAllFromHappening) {
    const auto refusal = [&](const std::string& second) {
        return refused("BatchWriteItem",
                       R"({"RequestItems":{"Plain":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},)" + second + "]}}");
    };
    EXPECT_EQ(refusal(R"({"PutRequest":{"Item":{"pk":{"N":"1"}}}})"),
              "ValidationException: The provided key element does not match the schema");
    EXPECT_EQ(refusal(R"({"PutRequest":{"Item":{"other":{"N":"1"}}}})"),
              "ValidationException: The provided key element does not match the schema");
    EXPECT_EQ(refusal(R"({"DeleteRequest":{"Key":{"pk":{"S":""}}}})"),
              "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty string value. Key: pk");
    EXPECT_EQ(refusal(R"({"DeleteRequest":{"Key":{"pk":{"S":"a"}}}})"),
              "ValidationException: Provided list of item keys contains duplicates");
    EXPECT_EQ(
        refusal("{}"),
        "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
        "the supported datatypes");
    EXPECT_EQ(
        refusal(R"({"PutRequest":{"Item":{"pk":{"S":"b"},"x":{"S":")" + std::string(400UL * 1024, 'x') + "\"}}}}"),
        "ValidationException: Item size has exceeded the maximum allowed size");
    EXPECT_TRUE(stored("Plain", R"({"pk":{"S":"a"}})").is_null());
}

// Their values are checked in the service's older layer.
TEST_F(ApiBatchTest, WritesNameMistakesInValuesTheOlderWay) {
    const auto refusal = [&](const std::string& write) {
        return refused("BatchWriteItem", R"({"RequestItems":{"Plain":[)" + write + "]}}");
    };
    EXPECT_EQ(refusal(R"({"PutRequest":{"Item":{"pk":{"S":"a"},"x":{"SS":["b","a","b"]}}}})"),
              "ValidationException: One or more parameter values were invalid: Input collection [b, a, b] contains "
              "duplicates.");
    EXPECT_EQ(refusal(R"({"DeleteRequest":{"Key":{"pk":{"NS":["1","1"]}}}})"),
              "ValidationException: Input collection contains duplicates");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"SS":["b","a","b"]}}})"),
              "ValidationException: 1 validation error detected: One or more parameter values were invalid: Input "
              "collection [\"a\", \"b\", \"b\"] contains duplicates.");
}

TEST_F(ApiBatchTest, WritesHaveTheirLimits) {
    json writes = json::array();
    for (const json& key : keys(26)) writes.push_back({{"PutRequest", {{"Item", key}}}});
    EXPECT_TRUE(
        refused("BatchWriteItem", json{{"RequestItems", {{"Plain", writes}}}}.dump())
            .ends_with("' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                       "[Member must have length less than or equal to 25, Member must have length greater than "
                       "or equal to 1]"));
    EXPECT_EQ(
        refused("BatchWriteItem", R"({"RequestItems":{"Plain":[]}})"),
        "ValidationException: 1 validation error detected: Value '{Plain=[]}' at 'requestItems' failed to satisfy "
        "constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member "
        "must have length greater than or equal to 1]");
    EXPECT_EQ(refused("BatchWriteItem", R"({"RequestItems":{}})"),
              "ValidationException: The requestItems parameter is required for BatchWriteItem");
    EXPECT_EQ(refused("BatchWriteItem", R"({"RequestItems":{"None":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}})"),
              "ResourceNotFoundException: Requested resource not found");
}

}  // namespace
}  // namespace drydock::tests
