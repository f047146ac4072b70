// GetItem, PutItem, UpdateItem, DeleteItem through the API, and what all operations have in common.
#include <gmock/gmock.h>

#include "tests/storage/api_fixture.h"

namespace drydock::tests {
namespace {

using ApiCallTest = ApiTest;
using ApiItemTest = ApiTest;

TEST_F(ApiCallTest, AnUnknownOperationIsNamedSo) {
    const Answer answer = call("GetItems", "{}");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, json::parse(R"({"__type":"com.amazon.coral.service#UnknownOperationException"})"));
}

TEST_F(ApiCallTest, TextThatIsNoJsonObjectIsASerializationException) {
    EXPECT_EQ(call("GetItem", "{").type(), "com.amazon.coral.service#SerializationException");
    EXPECT_EQ(call("GetItem", "[]").type(), "com.amazon.coral.service#SerializationException");
}

TEST_F(ApiCallTest, WrongJsonTypesComeBeforeEverythingElse) {
    EXPECT_EQ(refused("GetItem", R"({"TableName":5})"),
              "SerializationException: NUMBER_VALUE cannot be converted to String");
    EXPECT_EQ(refused("GetItem", R"({"Key":[]})"),
              "SerializationException: Unrecognized collection type java.util.Map<java.lang.String, "
              "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    EXPECT_EQ(refused("GetItem", R"({"Key":"x"})"), "SerializationException: Unexpected field type");
    EXPECT_EQ(refused("GetItem", R"({"Key":{"a":"x"}})"), "SerializationException: Unexpected value type in payload");
    EXPECT_EQ(refused("GetItem", R"({"ConsistentRead":"true"})"),
              "SerializationException: Unexpected token received from parser");
    EXPECT_EQ(refused("Scan", R"({"Limit":"1"})"),
              "SerializationException: STRING_VALUE cannot be converted to Integer");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":1}}})"),
              "SerializationException: NUMBER_VALUE cannot be converted to String");
    EXPECT_EQ(refused("GetItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"AttributesToGet":[null]})"),
              "SerializationException: Unexpected value type in payload");
}

TEST_F(ApiCallTest, ConstraintsAreReportedTogetherInTheServicesOrder) {
    EXPECT_EQ(refused("UpdateItem", R"({"TableName":"","ReturnConsumedCapacity":"x","ReturnValues":"y"})"),
              "ValidationException: 4 validation errors detected: Value 'x' at 'returnConsumedCapacity' failed to "
              "satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value '' at 'tableName' "
              "failed to satisfy constraint: Member must have length greater than or equal to 1; Value 'y' at "
              "'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, "
              "ALL_OLD, NONE, UPDATED_NEW]; Value null at 'key' failed to satisfy constraint: Member must not be null");
    EXPECT_EQ(call("UpdateItem", R"({"TableName":""})").type(), "com.amazon.coral.validate#ValidationException");
}

TEST_F(ApiCallTest, AnEmptyTableNameIsToldAlone) {
    EXPECT_EQ(refused("PutItem", R"({"TableName":"","Item":{},"ReturnValues":"x"})"),
              "ValidationException: 1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: "
              "Member must have length greater than or equal to 1");
}

TEST_F(ApiCallTest, WhatAnUpdateCannotReturnIsToldAlone) {
    const std::string said =
        "Value 'X' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value "
        "set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";
    const std::string body = R"({"TableName":"a!","ReturnConsumedCapacity":"Y","ReturnValues":"X")";
    EXPECT_EQ(refused("UpdateItem", body + R"(,"Key":{"pk":{"S":"a"}}})"),
              "ValidationException: 1 validation error detected: " + said);
    EXPECT_THAT(refused("UpdateItem", body + "}"),
                ::testing::StartsWith("ValidationException: 4 validation errors detected: "));
    EXPECT_THAT(refused("DeleteItem", body + R"(,"Key":{"pk":{"S":"a"}}})"),
                ::testing::StartsWith("ValidationException: 3 validation errors detected: "));
}

TEST_F(ApiCallTest, TableNamesHaveTheirCharacters) {
    EXPECT_EQ(refused("GetItem", R"({"TableName":"a b","Key":{"pk":{"S":"x"}}})"),
              "ValidationException: 1 validation error detected: Value 'a b' at 'tableName' failed to satisfy "
              "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
}

TEST_F(ApiCallTest, ATableMayBeNamedByItsArn) {
    ok("PutItem", R"({"TableName":"arn:aws:dynamodb:local:000000000000:table/Plain","Item":{"pk":{"S":"a"}}})");
    EXPECT_FALSE(stored("Plain", R"({"pk":{"S":"a"}})").is_null());
}

TEST_F(ApiCallTest, AMissingTableIsNotFound) {
    const Answer answer = call("GetItem", R"({"TableName":"None","Key":{"pk":{"S":"a"}}})");
    EXPECT_EQ(answer.body, json::parse(R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
                                           "message":"Requested resource not found"})"));
}

TEST_F(ApiItemTest, ItemsOfAllTypesComeBackAsTheyWere) {
    const json item = json::parse(R"({"pk":{"S":"a"},"n":{"N":"-12.5"},"b":{"B":"AAH/"},"t":{"BOOL":true},
        "z":{"NULL":true},"l":{"L":[{"S":"x"},{"N":"1"}]},"m":{"M":{"k":{"S":"\"\\\u0001\n"}}},
        "ss":{"SS":["a","b"]},"ns":{"NS":["1","2"]},"bs":{"BS":["AA==","AQ=="]},"e":{"S":""}})");
    EXPECT_EQ(ok("PutItem", json{{"TableName", "Plain"}, {"Item", item}}.dump()), json::object());
    EXPECT_EQ(stored("Plain", R"({"pk":{"S":"a"}})"), item);
}

TEST_F(ApiItemTest, NumbersComeBackInPlainNotation) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"n":{"N":"1.50E3"},"s":{"N":"001e-3"}}})");
    EXPECT_EQ(stored("Plain", R"({"pk":{"S":"a"}})"),
              json::parse(R"({"pk":{"S":"a"},"n":{"N":"1500"},"s":{"N":"0.001"}})"));
}

TEST_F(ApiItemTest, AMissingItemIsAnEmptyAnswer) {
    EXPECT_EQ(ok("GetItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}}})"), json::object());
}

TEST_F(ApiItemTest, GetProjectsByExpressionOrByList) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"},"y":{"M":{"k":{"N":"2"}}}}})");
    const std::string begin = R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},)";
    EXPECT_EQ(ok("GetItem", begin + R"("ProjectionExpression":"x,#y.k","ExpressionAttributeNames":{"#y":"y"}})"),
              json::parse(R"({"Item":{"x":{"N":"1"},"y":{"M":{"k":{"N":"2"}}}}})"));
    EXPECT_EQ(ok("GetItem", begin + R"("AttributesToGet":["x","none"]})"), json::parse(R"({"Item":{"x":{"N":"1"}}})"));
    EXPECT_EQ(refused("GetItem", begin + R"("AttributesToGet":["x","x"]})"),
              "ValidationException: One or more parameter values were invalid: Duplicate value in attribute name: x");
    EXPECT_EQ(refused("GetItem", begin + R"("AttributesToGet":["x"],"ProjectionExpression":"x"})"),
              "ValidationException: Can not use both expression and non-expression parameters in the same request: "
              "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}");
}

TEST_F(ApiItemTest, MembersTheOperationDoesNotKnowAreIgnored) {
    EXPECT_EQ(ok("GetItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"KeyConditions":{"a":5},"X":1})"),
              json::object());
}

TEST_F(ApiItemTest, ReturnValuesSayWhatWasAndWhatIs) {
    const std::string put = R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"},"y":{"N":"1"}})";
    EXPECT_EQ(ok("PutItem", put + R"(,"ReturnValues":"ALL_OLD"})"), json::object());
    EXPECT_EQ(ok("PutItem", put + R"(,"ReturnValues":"ALL_OLD"})"),
              json::parse(R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"1"},"y":{"N":"1"}}})"));
    const auto update = [&](const std::string& values) {
        return ok("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET x = x + :v",
            "ExpressionAttributeValues":{":v":{"N":"1"}},"ReturnValues":")" +
                                    values + "\"}");
    };
    EXPECT_EQ(update("NONE"), json::object());
    EXPECT_EQ(update("UPDATED_OLD"), json::parse(R"({"Attributes":{"x":{"N":"2"}}})"));
    EXPECT_EQ(update("UPDATED_NEW"), json::parse(R"({"Attributes":{"x":{"N":"4"}}})"));
    EXPECT_EQ(update("ALL_OLD"), json::parse(R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"4"},"y":{"N":"1"}}})"));
    EXPECT_EQ(update("ALL_NEW"), json::parse(R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"6"},"y":{"N":"1"}}})"));
    EXPECT_EQ(refused("PutItem", put + R"(,"ReturnValues":"ALL_NEW"})"),
              "ValidationException: 1 validation error detected: ReturnValues can only be ALL_OLD or NONE");
    EXPECT_EQ(ok("DeleteItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"})"),
              json::parse(R"({"Attributes":{"pk":{"S":"a"},"x":{"N":"6"},"y":{"N":"1"}}})"));
    EXPECT_TRUE(stored("Plain", R"({"pk":{"S":"a"}})").is_null());
}

TEST_F(ApiItemTest, AFailedConditionBringsTheItemWhenAskedTo) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
    const std::string put =
        R"({"TableName":"Plain","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk) ")";
    const Answer bare = call("PutItem", put + "}");
    EXPECT_EQ(bare.status, 400);
    EXPECT_EQ(bare.body, json::parse(R"({"message":"The conditional request failed",
        "__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"})"));
    const Answer full = call("PutItem", put + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})");
    EXPECT_EQ(full.body.value("Item", json()), json::parse(R"({"pk":{"S":"a"},"x":{"N":"1"}})"));
    const Answer none = call("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"b"}},"UpdateExpression":"REMOVE x",
        "ConditionExpression":"attribute_exists(x) ","ReturnValuesOnConditionCheckFailure":"ALL_OLD"
})");
    EXPECT_FALSE(none.body.contains("Item"));
}

TEST_F(ApiItemTest, MistakesInExpressionsComeBeforeTheTableIsLookedUp) {
    const std::string begin = R"({"TableName":"None","Key":{"pk":{"S":"a"}},)";
    const std::string envelope = "ValidationException: 1 validation error detected: ";
    EXPECT_EQ(refused("DeleteItem", begin + R"("ConditionExpression":""})"),
              envelope + "Invalid ConditionExpression: The expression can not be empty;");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ExpressionAttributeValues":{":v":{"S":"x"}}})"),
              envelope + "ExpressionAttributeValues can only be specified when using expressions");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ExpressionAttributeNames":{"#a":"x"}})"),
              envelope + "ExpressionAttributeNames can only be specified when using expressions");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ConditionExpression":"attribute_exists(a) ",
                                               "ExpressionAttributeNames":{}
})"),
              envelope + "ExpressionAttributeNames must not be empty");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ConditionExpression":"a = :v",
                                               "ExpressionAttributeValues":{"v":{"S":"x"}}})"),
              envelope + "ExpressionAttributeValues contains invalid key: Syntax error; key: \"v\"");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ConditionExpression":"a = :v",
                                               "ExpressionAttributeValues":{":v":{"N":"x"}}})"),
              envelope + "The parameter cannot be converted to a numeric value: x");
    EXPECT_EQ(refused("DeleteItem", begin + R"("ConditionExpression":"a = :v",
                                               "ExpressionAttributeValues":{":v":{"N":"1"},":w":{"N":"1"}}})"),
              envelope + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}");
}

TEST_F(ApiItemTest, KeysThatDoNotFitAreRefused) {
    EXPECT_EQ(refused("GetItem", R"({"TableName":"Plain","Key":{"pk":{"N":"1"}}})"),
              "ValidationException: The provided key element does not match the schema");
    EXPECT_EQ(refused("GetItem", R"({"TableName":"Plain","Key":{"pk":{"S":""}}})"),
              "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty string value. Key: pk");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Plain","Item":{"x":{"N":"1"}}})"),
              "ValidationException: One or more parameter values were invalid: Missing the key pk in the item");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"g":{"N":"1"}}})"),
              "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: "
              "S Actual: N IndexName: all");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"g":{"NULL":true}}})"),
              "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key g Expected: "
              "S Actual: NULL IndexName: all");
    EXPECT_EQ(refused("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET pk = :v",
                                        "ExpressionAttributeValues":{":v":{"S":"b"}}})"),
              "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This "
              "attribute is part of the key");
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"":{"N":"1"}}})"),
              "ValidationException: 1 validation error detected: Empty attribute name");
}

TEST_F(ApiItemTest, OfSeveralIndexesTheFirstByNameRefusesAKey) {
    TableDefinition two = table("Two", {"pk", AttributeType::S});
    two.indexes = {index("zeta", {"a", AttributeType::S}), index("alpha", {"b", AttributeType::S})};
    create(two);
    const std::string item = R"({"pk":{"S":"a"},"a":{"N":"1"},"b":{"N":"1"}})";
    const std::string said =
        "ValidationException: One or more parameter values were invalid: Type mismatch for Index "
        "Key b Expected: S Actual: N IndexName: alpha";
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Two","Item":)" + item + "}"), said);
    EXPECT_EQ(refused("BatchWriteItem", R"({"RequestItems":{"Two":[{"PutRequest":{"Item":)" + item + "}}]}}"), said);
    EXPECT_EQ(
        refused("UpdateItem", R"({"TableName":"Two","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET a = :v, b = :v",
                                        "ExpressionAttributeValues":{":v":{"N":"1"}}})"),
        said);
}

TEST_F(ApiItemTest, AnUpdateToAnEmptyIndexKeyIsRefusedInItsOwnWords) {
    const auto update = [](const std::string& value) {
        return R"({"TableName":"Rich","Key":{"pk":{"S":"a"},"sk":{"S":"b"}},"UpdateExpression":"SET g = :v",
                   "ExpressionAttributeValues":{":v":)" +
               value + "}}";
    };
    const std::string said =
        "ValidationException: One or more parameter values are not valid. The update expression "
        "attempted to update a secondary index key to a value that is not supported. The "
        "AttributeValue for a key attribute cannot contain an empty string value.";
    EXPECT_EQ(refused("UpdateItem", update(R"({"S":""})")), said);
    std::string action = update(R"({"S":""})");
    EXPECT_EQ(refused("TransactWriteItems", R"({"TransactItems":[{"Update":)" + action + "}]}"), said);
    EXPECT_EQ(refused("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"g":{"S":""}}})"),
              "ValidationException: One or more parameter values are not valid. A value specified for a secondary "
              "index key is not supported. The AttributeValue for a key attribute cannot contain an empty string "
              "value. IndexName: all, IndexKey: g");
}

// An update by UpdateItem is limited in what it writes, too: the attributes it sets and what is counted for its
// actions; what it leaves alone does not count.
TEST_F(ApiItemTest, AnUpdateItselfHas400KBAtMost) {
    constexpr std::size_t kMost = 400 * 1024;
    const auto update = [](const std::string& members, const std::string& text) {
        return R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":")" + members +
               R"(","ExpressionAttributeValues":{":v":{"S":")" + text + R"("}}})";
    };
    const std::string said = "ValidationException: Item size to update has exceeded the maximum allowed size";
    // "pk" + "a" + "v" + text is within the limit by far; 22 bytes of the update's own are not.
    const std::string most(kMost - 22 - 1, 'x');
    ok("UpdateItem", update("SET v = :v", most));
    EXPECT_EQ(refused("UpdateItem", update("SET v = :v", most + 'x')), said);
    EXPECT_EQ(refused("UpdateItem", update("SET v = :v REMOVE w", most)), said);
    ok("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET w = :v",
                         "ExpressionAttributeValues":{":v":{"N":"1"}}})");
    // Other updates have the limit of the item only.
    const std::string whole(kMost - 4, 'x');
    ok("DeleteItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}}})");
    ok("TransactWriteItems", R"({"TransactItems":[{"Update":)" + update("SET v = :v", whole) + "}]}");
}

TEST_F(ApiItemTest, AnUpdateThatOnlyTakesAwayCreatesNoItem) {
    const std::string update = R"({"TableName":"Plain","Key":{"pk":{"S":"none"}},"ReturnValues":"ALL_NEW",
                                   "ReturnConsumedCapacity":"TOTAL")";
    for (const char* change : {R"(,"UpdateExpression":"REMOVE x, y.z, l[0]")",
                               R"(,"UpdateExpression":"DELETE s :s","ExpressionAttributeValues":{":s":{"SS":["a"]}})",
                               R"(,"AttributeUpdates":{"x":{"Action":"DELETE"}})"}) {
        EXPECT_EQ(ok("UpdateItem", update + change + "}"),
                  json::parse(R"({"ConsumedCapacity":{"TableName":"Plain","CapacityUnits":1.0}})"))
            << change;
        EXPECT_EQ(stored("Plain", R"({"pk":{"S":"none"}})"), json());
    }
    // One that sets something, or says nothing at all, does.
    ok("UpdateItem",
       update + R"(,"UpdateExpression":"REMOVE x SET y = :v","ExpressionAttributeValues":{":v":{"N":"1"}}})");
    EXPECT_EQ(stored("Plain", R"({"pk":{"S":"none"}})"), json::parse(R"({"pk":{"S":"none"},"y":{"N":"1"}})"));
    ok("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"bare"}}})");
    EXPECT_EQ(stored("Plain", R"({"pk":{"S":"bare"}})"), json::parse(R"({"pk":{"S":"bare"}})"));
    // An item that is there must have what holds the path.
    EXPECT_EQ(
        refused("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"bare"}},"UpdateExpression":"REMOVE y.z"})"),
        "ValidationException: The document path provided in the update expression is invalid for update");
}

TEST_F(ApiItemTest, AttributeNamesHaveFewerThan65536Bytes) {
    const std::string longest(65'535, 'x');
    const std::string tooLong = longest + 'x';
    const std::string said = "Attribute name is too large, must be less than 65536 bytes";
    const auto put = [](const std::string& name) {
        return R"({"TableName":"Plain","Item":{"pk":{"S":"a"},")" + name + R"(":{"N":"1"}}})";
    };
    ok("PutItem", put(longest));
    EXPECT_EQ(refused("PutItem", put(tooLong)), "ValidationException: 1 validation error detected: " + said);
    EXPECT_EQ(refused("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"AttributeUpdates":{")" + tooLong +
                                        R"(":{"Value":{"N":"1"}}}})"),
              "ValidationException: 1 validation error detected: " + said);
    const std::string get = R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},)";
    EXPECT_EQ(refused("GetItem", get + R"("AttributesToGet":[")" + tooLong + R"("]})"), "ValidationException: " + said);
    const auto byName = [&](const std::string& name) {
        return get + R"("ProjectionExpression":"#n","ExpressionAttributeNames":{"#n":")" + name + R"("}})";
    };
    EXPECT_EQ(ok("GetItem", byName(longest))["Item"].size(), 1U);
    EXPECT_EQ(refused("GetItem", byName(tooLong)),
              "ValidationException: ExpressionAttributeNames contains invalid value: " + said + " for key #n");
}

TEST_F(ApiItemTest, WritesCostAKilobyteAUnitAndEveryIndexEntryItsOwn) {
    const auto units = [&](const std::string& item) {
        return ok("PutItem",
                  R"({"TableName":"Rich","ReturnConsumedCapacity":"INDEXES","Item":)" + item + "}")["ConsumedCapacity"];
    };
    EXPECT_EQ(units(R"({"pk":{"S":"a"},"sk":{"S":"b"}})"),
              json::parse(R"({"TableName":"Rich","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}})"));
    EXPECT_EQ(units(R"({"pk":{"S":"a"},"sk":{"S":"b"},"g":{"S":"x"},"l":{"N":"1"}})"),
              json::parse(R"({"TableName":"Rich","CapacityUnits":4.0,"Table":{"CapacityUnits":1.0},
                              "GlobalSecondaryIndexes":{"all":{"CapacityUnits":1.0},"some":{"CapacityUnits":1.0}},
                              "LocalSecondaryIndexes":{"local":{"CapacityUnits":1.0}}})"));
    // Not part of two of them.
    EXPECT_EQ(units(R"({"pk":{"S":"a"},"sk":{"S":"b"},"g":{"S":"x"},"l":{"N":"1"},"more":{"S":"x"}})")
                  ["GlobalSecondaryIndexes"],
              json::parse(R"({"all":{"CapacityUnits":1.0}})"));
    // Another key: one entry goes, one comes.
    EXPECT_EQ(units(R"({"pk":{"S":"a"},"sk":{"S":"b"},"g":{"S":"y"},"l":{"N":"1"},"more":{"S":"x"}})"),
              json::parse(R"({"TableName":"Rich","CapacityUnits":5.0,"Table":{"CapacityUnits":1.0},
                              "GlobalSecondaryIndexes":{"all":{"CapacityUnits":2.0},"some":{"CapacityUnits":2.0}}})"));
    // The larger of before and after counts.
    const std::string large(3000, 'x');
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"S":")" + large + "\"}}}");
    EXPECT_EQ(ok("DeleteItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"})"),
              json::parse(R"({"ConsumedCapacity":{"TableName":"Plain","CapacityUnits":3.0}})"));
}

TEST_F(ApiItemTest, ReadsCostFourKilobytesAUnitAndHalfWhenEventuallyConsistent) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"S":")" + std::string(5000, 'x') + "\"}}}");
    const auto units = [&](const std::string& key, const std::string& consistent) {
        return ok("GetItem", R"({"TableName":"Plain","Key":{"pk":{"S":")" + key + R"("}},"ConsistentRead":)" +
                                 consistent +
                                 R"(,"ReturnConsumedCapacity":"TOTAL"})")["ConsumedCapacity"]["CapacityUnits"];
    };
    EXPECT_EQ(units("a", "false"), 1.0);
    EXPECT_EQ(units("a", "true"), 2.0);
    EXPECT_EQ(units("none", "false"), 0.5);
}

TEST_F(ApiItemTest, ItemCollectionsAreMeasuredWhereThereIsALocalIndex) {
    EXPECT_EQ(ok("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"}},
                                "ReturnItemCollectionMetrics":"SIZE"})")["ItemCollectionMetrics"],
              json::parse(R"({"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":[0.0,1.0]})"));
    EXPECT_EQ(ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"}},"ReturnItemCollectionMetrics":"SIZE"})"),
              json::object());
}

}  // namespace
}  // namespace drydock::tests
