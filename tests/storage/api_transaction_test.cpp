// TransactGetItems and TransactWriteItems through the API.
#include "tests/storage/api_fixture.h"

namespace drydock::tests {
namespace {

class ApiTransactionTest : public ApiTest {
protected:
    // A transaction of these actions, with further members.
    static std::string actions(const std::string& list, const std::string& more = "") {
        return R"({"TransactItems":[)" + list + "]" + more + "}";
    }
    static std::string put(const std::string& key, const std::string& more = "") {
        return R"({"Put":{"TableName":"Plain","Item":{"pk":{"S":")" + key + R"("}})" + more + "}}";
    }
    static std::string mustBeNew() { return R"(,"ConditionExpression":"attribute_not_exists(pk) ")"; }
    bool exists(const std::string& key) { return !stored("Plain", R"({"pk":{"S":")" + key + "\"}}").is_null(); }
};

TEST_F(ApiTransactionTest, AllActionsHappenTogether) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"old"}}})");
    const json answer = ok("TransactWriteItems", actions(put("new") + R"(,
        {"Delete":{"TableName":"Plain","Key":{"pk":{"S":"old"}}}},
        {"Update":{"TableName":"Rich","Key":{"pk":{"S":"a"},"sk":{"S":"b"}},"UpdateExpression":"SET g = :v",
                   "ExpressionAttributeValues":{":v":{"S":"x"}}}},
        {"ConditionCheck":{"TableName":"Plain","Key":{"pk":{"S":"none"}},
                           "ConditionExpression":"attribute_not_exists(pk) "}})",
                                                         R"(,"ReturnConsumedCapacity":"INDEXES")"));
    EXPECT_EQ(answer, json::parse(R"({"ConsumedCapacity":[
        {"TableName":"Plain","CapacityUnits":6.0,"WriteCapacityUnits":6.0,
         "Table":{"CapacityUnits":6.0,"WriteCapacityUnits":6.0}},
        {"TableName":"Rich","CapacityUnits":6.0,"WriteCapacityUnits":6.0,
         "Table":{"CapacityUnits":2.0,"WriteCapacityUnits":2.0},
         "GlobalSecondaryIndexes":{"all":{"CapacityUnits":2.0,"WriteCapacityUnits":2.0},
                                   "some":{"CapacityUnits":2.0,"WriteCapacityUnits":2.0}}}]})"));
    EXPECT_TRUE(exists("new"));
    EXPECT_FALSE(exists("old"));
}

TEST_F(ApiTransactionTest, ARefusedActionCancelsAllAndSaysWhy) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
    const Answer answer =
        call("TransactWriteItems",
             actions(put("b") + "," + put("a", mustBeNew() + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD")")));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, json::parse(R"({"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message":"Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed",
            "Message":"The conditional request failed","Item":{"pk":{"S":"a"},"x":{"N":"1"}}}]})"));
    EXPECT_FALSE(exists("b"));
}

TEST_F(ApiTransactionTest, ATransactionOfOneActionIsCancelledToo) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"}}})");
    EXPECT_EQ(refused("TransactWriteItems", actions(put("a", mustBeNew()))),
              "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
              "reasons [ConditionalCheckFailed]");
}

TEST_F(ApiTransactionTest, KeysThatDoNotFitTheTableCancelAndEmptyOnesAreRefused) {
    const Answer answer =
        call("TransactWriteItems", actions(R"({"Put":{"TableName":"Plain","Item":{"pk":{"N":"1"}}}})"));
    EXPECT_EQ(answer.body["CancellationReasons"],
              json::parse(R"([{"Code":"ValidationError","Message":"One or more parameter values were invalid: Type )"
                          R"(mismatch for key pk expected: S actual: N"}])"));
    EXPECT_EQ(refused("TransactWriteItems", actions(R"({"Delete":{"TableName":"Plain","Key":{"pk":{"S":""}}}})")),
              "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute "
              "cannot contain an empty string value. Key: pk");
}

TEST_F(ApiTransactionTest, IndexKeysCancelWhenMistypedAndAreRefusedWhenEmpty) {
    const std::string begin = R"({"Put":{"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"b"},"g":)";
    EXPECT_EQ(refused("TransactWriteItems", actions(begin + R"({"N":"5"}}}})")),
              "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
              "reasons [ValidationError]");
    EXPECT_EQ(
        refused("TransactWriteItems", actions(begin + R"({"S":""}}}})")),
        "ValidationException: One or more parameter values are not valid. A value specified for a secondary index "
        "key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. "
        "IndexName: all, IndexKey: g");
}

TEST_F(ApiTransactionTest, FourMegabytesAreTheMost) {
    std::string list;
    for (int i = 0; i < 12; ++i) {
        if (i > 0) list += ',';
        list += R"({"Put":{"TableName":"Plain","Item":{"pk":{"S":")" + std::to_string(i) + R"("},"x":{"S":")" +
                std::string(350'000, 'x') + "\"}}}}";
    }
    EXPECT_EQ(refused("TransactWriteItems", actions(list)),
              "ValidationException: The aggregate size of the items in the transaction exceeds 4 MB");
}

TEST_F(ApiTransactionTest, AHundredActionsAreTheMost) {
    const auto list = [](const std::string& begin, const std::string& member, int count) {
        std::string all;
        for (int i = 0; i < count; ++i) {
            all += (i > 0 ? "," : "") + begin + R"({"TableName":"Plain",")" + member + R"(":{"pk":{"S":")" +
                   std::to_string(i) + "\"}}}}";
        }
        return all;
    };
    const std::string said =
        "' at 'transactItems' failed to satisfy constraint: Member must have length less than or "
        "equal to 100";
    ok("TransactWriteItems", actions(list(R"({"Put":)", "Item", 100)));
    EXPECT_TRUE(refused("TransactWriteItems", actions(list(R"({"Put":)", "Item", 101))).ends_with(said));
    EXPECT_EQ(ok("TransactGetItems", actions(list(R"({"Get":)", "Key", 100)))["Responses"].size(), 100U);
    EXPECT_TRUE(refused("TransactGetItems", actions(list(R"({"Get":)", "Key", 101))).ends_with(said));
}

TEST_F(ApiTransactionTest, MistakesOfTheRequestComeBeforeTheTransaction) {
    EXPECT_EQ(refused("TransactWriteItems", actions(put("a") + "," + put("a"))),
              "ValidationException: Transaction request cannot include multiple operations on one item");
    EXPECT_EQ(refused("TransactWriteItems", actions("{}")),
              "ValidationException: The action or operation requested is invalid. Verify that the action is typed "
              "correctly.");
    EXPECT_EQ(refused("TransactWriteItems", actions("")),
              "ValidationException: 1 validation error detected: Value '[]' at 'transactItems' failed to satisfy "
              "constraint: Member must have length greater than or equal to 1");
    EXPECT_EQ(refused("TransactWriteItems", actions(R"({"Put":{"TableName":"None","Item":{"pk":{"S":"a"}}}},)" +
                                                    put("a", R"(,"ConditionExpression":"attribute_not_exists(")"))),
              "ValidationException: Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"(\"");
    EXPECT_EQ(refused("TransactWriteItems", actions(R"({"Delete":{"TableName":"None","Key":{"pk":{"N":"x"}},
                                                        "ConditionExpression":"attribute_not_exists("}})")),
              "ValidationException: Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"(\"")
        << "although the key is no good either";
    EXPECT_EQ(refused("TransactWriteItems", actions(R"({"Put":{"TableName":"None","Item":{"pk":{"S":"a"}}}})")),
              "ResourceNotFoundException: Requested resource not found");
    EXPECT_EQ(refused("TransactWriteItems", actions(R"({"Update":{"TableName":"Plain","Key":{"pk":{"S":"a"}}}})")),
              "ValidationException: 1 validation error detected: Value null at "
              "'transactItems.1.member.update.updateExpression' failed to satisfy constraint: Member must not be null");
}

TEST_F(ApiTransactionTest, ATokenKeepsARequestFromHappeningTwice) {
    const std::string token = R"(,"ClientRequestToken":"once")";
    const std::string add = R"({"Update":{"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD x :v",
                                "ExpressionAttributeValues":{":v":{"N":"1"}}}})";
    const auto count = [&] { return stored("Plain", R"({"pk":{"S":"a"}})")["x"]["N"]; };
    EXPECT_EQ(ok("TransactWriteItems", actions(add, token)), json::object());
    EXPECT_EQ(ok("TransactWriteItems", actions(add, token)), json::object());
    EXPECT_EQ(count(), "1");
    const Answer other = call("TransactWriteItems", actions(put("b"), token));
    EXPECT_EQ(other.type(), "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException");
    reopen();
    ok("TransactWriteItems", actions(add, token));
    EXPECT_EQ(count(), "1");
    clock.advance(10 * 60 * 1000);
    ok("TransactWriteItems", actions(add, token));
    EXPECT_EQ(count(), "2");
}

TEST_F(ApiTransactionTest, ACancelledTransactionDoesNotUseUpItsToken) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"}}})");
    const std::string request = actions(put("a", mustBeNew()), R"(,"ClientRequestToken":"once")");
    EXPECT_EQ(call("TransactWriteItems", request).status, 400);
    ok("DeleteItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}}})");
    ok("TransactWriteItems", request);
    EXPECT_TRUE(exists("a"));
}

TEST_F(ApiTransactionTest, TokensHaveALength) {
    const std::string token(37, 'x');
    EXPECT_EQ(refused("TransactWriteItems", actions(put("a"), R"(,"ClientRequestToken":")" + token + "\"")),
              "ValidationException: 1 validation error detected: Value '" + token +
                  "' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal "
                  "to 36");
}

TEST_F(ApiTransactionTest, GetsAnswerInTheirOrder) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"}}})");
    const json answer = ok("TransactGetItems", actions(R"({"Get":{"TableName":"Plain","Key":{"pk":{"S":"none"}}}},
        {"Get":{"TableName":"Plain","Key":{"pk":{"S":"a"}},"ProjectionExpression":"x"}})",
                                                       R"(,"ReturnConsumedCapacity":"INDEXES")"));
    EXPECT_EQ(answer, json::parse(R"({"Responses":[{},{"Item":{"x":{"N":"1"}}}],"ConsumedCapacity":[
        {"TableName":"Plain","CapacityUnits":4.0,"ReadCapacityUnits":4.0,
         "Table":{"CapacityUnits":4.0,"ReadCapacityUnits":4.0}}]})"));
}

TEST_F(ApiTransactionTest, GetsThatCannotBeAreRefused) {
    const std::string get = R"({"Get":{"TableName":"Plain","Key":{"pk":{"S":"a"}}}})";
    EXPECT_EQ(refused("TransactGetItems", actions(get + "," + get)),
              "ValidationException: Transaction request cannot include multiple operations on one item");
    const Answer answer = call("TransactGetItems", actions(get + R"(,{"Get":{"TableName":"Plain","Key":{}}})"));
    EXPECT_EQ(answer.error(),
              "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
              "reasons [None, ValidationError]");
    EXPECT_EQ(answer.body["CancellationReasons"][1]["Message"], "The provided key element does not match the schema");
}

}  // namespace
}  // namespace drydock::tests
