// The parameters that are older than expressions.
#include "tests/storage/api_fixture.h"

namespace drydock::tests {
namespace {

class ApiLegacyTest : public ApiTest {
protected:
    std::string putExpecting(const std::string& expected, const std::string& more = "") {
        const Answer answer =
            call("PutItem",
                 R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"x":{"N":"1"}},"Expected":)" + expected + more + "}");
        return answer.status == 200 ? "done" : answer.error();
    }
    json update(const std::string& updates) {
        return ok("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_NEW",
                                    "AttributeUpdates":)" +
                                    updates + "}")["Attributes"];
    }

    const std::string envelope = "ValidationException: 1 validation error detected: ";
    const std::string invalidParameter = envelope + "One or more parameter values were invalid: ";
    const std::string failed = "ConditionalCheckFailedException: The conditional request failed";
};

TEST_F(ApiLegacyTest, ExpectedComparesWithWhatIsThere) {
    EXPECT_EQ(putExpecting(R"({"pk":{"Exists":false}})"), "done");
    EXPECT_EQ(putExpecting(R"({"pk":{"Exists":false}})"), failed);
    EXPECT_EQ(putExpecting(R"({"x":{"Value":{"N":"1.0"}}})"), "done");
    EXPECT_EQ(putExpecting(R"({"x":{"Exists":true,"Value":{"N":"2"}}})"), failed);
    EXPECT_EQ(putExpecting(R"({"x":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"1"}]}})"), "done");
    EXPECT_EQ(putExpecting(R"({"x":{"ComparisonOperator":"LT","Value":{"N":"1"}}})"), failed);
    EXPECT_EQ(putExpecting(R"({"x":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"0"},{"N":"1"}]}})"),
              "done");
    EXPECT_EQ(putExpecting(R"({"x":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"3"},{"N":"1"}]}})"), "done");
    EXPECT_EQ(putExpecting(R"({"y":{"ComparisonOperator":"NULL"},"x":{"ComparisonOperator":"NOT_NULL"}})"), "done");
    EXPECT_EQ(putExpecting(R"({"y":{"ComparisonOperator":"NE","AttributeValueList":[{"N":"1"}]}})"), "done");
    EXPECT_EQ(putExpecting(R"({"pk":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"b"}]}})"), "done");
    EXPECT_EQ(putExpecting(R"({"pk":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"a"}]}})"), failed);
    EXPECT_EQ(putExpecting(R"({"pk":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"a"}]}})"), "done");
    EXPECT_EQ(putExpecting(R"({"pk":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"b"}]}})"), failed);
}

TEST_F(ApiLegacyTest, AnAttributeThatIsAbsentNeitherContainsNorDoesNot) {
    EXPECT_EQ(putExpecting(R"({"y":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"1"}]}})"), failed);
    EXPECT_EQ(putExpecting(R"({"y":{"ComparisonOperator":"NOT_CONTAINS","AttributeValueList":[{"S":"1"}]}})"), failed);
}

TEST_F(ApiLegacyTest, ConditionsAreJoinedByTheConditionalOperator) {
    EXPECT_EQ(putExpecting(R"({"pk":{"Exists":false}})"), "done");
    const std::string mixed = R"({"pk":{"Exists":false},"x":{"Value":{"N":"1"}}})";
    EXPECT_EQ(putExpecting(mixed), failed);
    EXPECT_EQ(putExpecting(mixed, R"(,"ConditionalOperator":"AND")"), failed);
    EXPECT_EQ(putExpecting(mixed, R"(,"ConditionalOperator":"OR")"), "done");
    EXPECT_EQ(putExpecting(R"({"pk":{"Exists":false}})", R"(,"ConditionalOperator":"OR")"),
              envelope + "ConditionalOperator can only be used when Filter or Expected has two or more elements");
    EXPECT_EQ(refused("Scan", R"({"TableName":"Plain","ConditionalOperator":"OR"})"),
              "ValidationException: ConditionalOperator cannot be used without Filter or Expected");
}

TEST_F(ApiLegacyTest, MalformedExpectationsAreNamed) {
    EXPECT_EQ(putExpecting(R"({"a":{"Exists":true}})"),
              invalidParameter + "Value must be provided when Exists is true for Attribute: a");
    EXPECT_EQ(putExpecting(R"({"a":{}})"),
              invalidParameter + "Value must be provided when Exists is null for Attribute: a");
    EXPECT_EQ(putExpecting(R"({"a":{"Exists":false,"Value":{"S":"x"}}})"),
              invalidParameter + "Value cannot be used when Exists is false for Attribute: a");
    EXPECT_EQ(putExpecting(R"({"a":{"Value":{"S":"x"},"AttributeValueList":[]}})"),
              invalidParameter + "Value and AttributeValueList cannot be used together for Attribute: a");
    EXPECT_EQ(
        putExpecting(R"({"a":{"ComparisonOperator":"EQ"}})"),
        invalidParameter + "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a");
    EXPECT_EQ(putExpecting(R"({"a":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"S":"x"}]}})"),
              invalidParameter + "Invalid number of argument(s) for the BETWEEN ComparisonOperator");
    EXPECT_EQ(putExpecting(R"({"a":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]}})"),
              invalidParameter + "ComparisonOperator LT is not valid for BOOL AttributeValue type");
    EXPECT_EQ(putExpecting(R"({"a":{"ComparisonOperator":"IN","AttributeValueList":[{"S":"x"},{"N":"1"}]}})"),
              invalidParameter + "AttributeValues inside AttributeValueList must be of same type");
    EXPECT_EQ(putExpecting(R"({"a":{"Exists":false}})", R"(,"ConditionExpression":"a = a")"),
              envelope +
                  "Can not use both expression and non-expression parameters in the same request: Non-expression "
                  "parameters: {Expected} Expression parameters: {ConditionExpression}");
}

TEST_F(ApiLegacyTest, AttributeUpdatesPutAddAndDelete) {
    EXPECT_EQ(update(R"({"x":{"Value":{"N":"1"}},"s":{"Action":"PUT","Value":{"SS":["a","b"]}}})"),
              json::parse(R"({"pk":{"S":"a"},"x":{"N":"1"},"s":{"SS":["a","b"]}})"));
    EXPECT_EQ(update(R"({"x":{"Action":"ADD","Value":{"N":"2"}},"s":{"Action":"ADD","Value":{"SS":["c"]}}})"),
              json::parse(R"({"pk":{"S":"a"},"x":{"N":"3"},"s":{"SS":["a","b","c"]}})"));
    EXPECT_EQ(update(R"({"x":{"Action":"DELETE"},"s":{"Action":"DELETE","Value":{"SS":["a","c"]}}})"),
              json::parse(R"({"pk":{"S":"a"},"s":{"SS":["b"]}})"));
    EXPECT_EQ(update(R"({"l":{"Action":"ADD","Value":{"L":[{"N":"1"}]}},"s":{"Action":"DELETE"}})"),
              json::parse(R"({"pk":{"S":"a"},"l":{"L":[{"N":"1"}]}})"));
    EXPECT_EQ(update(R"({"l":{"Action":"ADD","Value":{"L":[{"N":"2"}]}}})"),
              json::parse(R"({"pk":{"S":"a"},"l":{"L":[{"N":"1"},{"N":"2"}]}})"));
}

TEST_F(ApiLegacyTest, AttributeUpdatesThatMakeNoSenseAreNamed) {
    const auto refusal = [&](const std::string& updates) {
        return refused("UpdateItem",
                       R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"AttributeUpdates":)" + updates + "}");
    };
    EXPECT_EQ(refusal(R"({"x":{"Action":"PUT"}})"),
              invalidParameter + "Only DELETE action is allowed when no attribute value is specified");
    EXPECT_EQ(refusal(R"({"x":{"Action":"DELETE","Value":{"S":"a"}}})"),
              invalidParameter + "DELETE action with value is not supported for the type S");
    EXPECT_EQ(refusal(R"({"x":{"Action":"ADD","Value":{"S":"a"}}})"),
              invalidParameter + "ADD action is not supported for the type S");
    EXPECT_EQ(refusal(R"({"pk":{"Value":{"S":"b"}}})"),
              "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This "
              "attribute is part of the key");
}

TEST_F(ApiLegacyTest, AttributeUpdatesThatDoNotFitTheItemAreAMismatch) {
    ok("PutItem", R"({"TableName":"Plain","Item":{"pk":{"S":"a"},"n":{"N":"1"},"s":{"SS":["a"]},"l":{"L":[]}}})");
    for (const char* updates :
         {R"({"n":{"Action":"ADD","Value":{"SS":["a"]}}})", R"({"s":{"Action":"ADD","Value":{"N":"1"}}})",
          R"({"s":{"Action":"ADD","Value":{"NS":["1"]}}})", R"({"s":{"Action":"ADD","Value":{"L":[]}}})",
          R"({"l":{"Action":"ADD","Value":{"N":"1"}}})", R"({"n":{"Action":"DELETE","Value":{"SS":["a"]}}})"}) {
        EXPECT_EQ(
            refused("UpdateItem",
                    std::string(R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"AttributeUpdates":)") + updates + "}"),
            "ValidationException: Type mismatch for attribute to update")
            << updates;
    }
    EXPECT_EQ(refused("UpdateItem", R"({"TableName":"Plain","Key":{"pk":{"S":"a"}},"UpdateExpression":"ADD n :v",
                                        "ExpressionAttributeValues":{":v":{"SS":["a"]}}})"),
              "ValidationException: An operand in the update expression has an incorrect data type");
}

TEST_F(ApiLegacyTest, KeyConditionsAndFiltersFindWhatTheyDescribe) {
    for (const char* sk : {"alpha", "beta", "gamma"}) {
        ok("PutItem",
           json{{"TableName", "Rich"}, {"Item", {{"pk", {{"S", "a"}}}, {"sk", {{"S", sk}}}, {"x", {{"S", sk}}}}}}
               .dump());
    }
    const auto count = [&](const std::string& more) {
        return ok("Query", R"({"TableName":"Rich","Select":"COUNT","KeyConditions":{"pk":{"ComparisonOperator":"EQ",
            "AttributeValueList":[{"S":"a"}]})" +
                               more + "}")["Count"];
    };
    EXPECT_EQ(count("}"), 3);
    EXPECT_EQ(count(R"(,"sk":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"al"}]}})"), 1);
    EXPECT_EQ(count(R"(,"sk":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"S":"alpha"},{"S":"beta"}]}})"), 2);
    EXPECT_EQ(count(R"(,"sk":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"alpha"}]}})"), 2);
    EXPECT_EQ(count(R"(},"QueryFilter":{"x":{"ComparisonOperator":"CONTAINS","AttributeValueList":[{"S":"mm"}]}})"), 1);
    EXPECT_EQ(ok("Scan", R"({"TableName":"Rich","Select":"COUNT","ScanFilter":{"sk":{"ComparisonOperator":"NE",
                             "AttributeValueList":[{"S":"beta"}]}}})")["Count"],
              2);
}

TEST_F(ApiLegacyTest, KeyConditionsMayNameAllAttributesOfAnIndexKey) {
    TableDefinition wide = table("Wide", {"pk", AttributeType::S});
    wide.indexes = {index("wide", {"a", AttributeType::S}, {{"b", AttributeType::S}, {"c", AttributeType::N}})};
    create(wide);
    for (int c = 1; c <= 3; ++c) write(put("Wide", {{"pk", std::to_string(c)}, {"a", "x"}, {"b", "y"}, {"c", c}}));
    const auto body = [](const std::string& more, const std::string& last) {
        return R"({"TableName":"Wide","Select":"COUNT")" + more +
               R"(,"KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"x"}]},
                   "b":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"y"}]},
                   "c":{"ComparisonOperator":")" +
               last + R"(","AttributeValueList":[{"N":"1"}]}}})";
    };
    EXPECT_EQ(ok("Query", body(R"(,"IndexName":"wide")", "GT"))["Count"], 2);
    EXPECT_EQ(refused("Query", body("", "GT")), "ValidationException: Conditions can be of length 1 or 2 only");
}

TEST_F(ApiLegacyTest, QueriesThatNoKeyAnswersAreRefused) {
    const auto refusal = [&](const std::string& conditions) {
        return refused("Query", R"({"TableName":"Rich","KeyConditions":)" + conditions + "}");
    };
    const std::string pk = R"("pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]})";
    EXPECT_EQ(refusal("{}"), "ValidationException: Conditions can be of length 1 or 2 only");
    EXPECT_EQ(refusal("{" + pk + R"(,"sk":{"ComparisonOperator":"NE","AttributeValueList":[{"S":"a"}]}})"),
              "ValidationException: Attempted conditional constraint is not an indexable operation");
    EXPECT_EQ(refusal("{" + pk + R"(,"x":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}})"),
              "ValidationException: Query condition missed key schema element: sk");
    EXPECT_EQ(
        refusal("{" + pk + R"(},"QueryFilter":{"sk":{"ComparisonOperator":"NULL"}})"),
        "ValidationException: QueryFilter can only contain non-primary key attributes: Primary key attribute: sk");
}

}  // namespace
}  // namespace drydock::tests
