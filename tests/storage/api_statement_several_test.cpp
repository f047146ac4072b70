// BatchExecuteStatement and ExecuteTransaction.
#include "tests/storage/statement_fixture.h"

namespace drydock::tests {
namespace {

class StatementsTest : public StatementTest {
protected:
    static json error(const std::string& code, const std::string& message) {
        return {{"Code", code}, {"Message", message}};
    }
    static std::vector<std::string> codes(const Answer& answer) {
        std::vector<std::string> all;
        for (const json& reason : answer.body.value("CancellationReasons", json::array()))
            all.push_back(reason["Code"].get<std::string>());
        return all;
    }
    static std::string inFirst(const std::string& message) {
        return invalid("Validation failed in TransactStatements[0]: " + message);
    }
};

using Codes = std::vector<std::string>;
const std::string kMalformed = "Statement wasn't well formed, can't be processed: ";
const std::string kNeedsKey = " must specify the primary key in the where clause.";

// ---- BatchExecuteStatement ------------------------------------------------------------------------------------------

TEST_F(StatementsTest, BatchReadsItemsByTheirKeys) {
    putT("a", "1", {{"m", Item{{"x", 1}}}});
    const Answer answer =
        batch({request("SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'"),
               request("SELECT m.x FROM ttt WHERE pk IN ['a'] AND sk = ?", json::parse(R"([{"S":"1"}])")),
               request("SELECT * FROM ttt WHERE pk = 'b' AND sk = '1'"), request("SELECT * FROM absent WHERE pk = 'x'"),
               request("SLECT * FROM ttt")});
    ASSERT_EQ(answer.status, 200) << answer.body.dump();
    const json& responses = answer.body["Responses"];
    EXPECT_EQ(responses[0]["Item"]["pk"]["S"], "a");
    EXPECT_EQ(responses[0]["TableName"], "ttt");
    EXPECT_EQ(responses[1]["Item"], json::parse(R"({"x":{"N":"1"}})"));
    EXPECT_EQ(responses[2], json::parse(R"({"TableName":"ttt"})"));
    EXPECT_EQ(responses[3]["Error"], error("ResourceNotFound", "Requested resource not found"));
    EXPECT_EQ(responses[4]["Error"], error("ValidationError", kMalformed + "Expected data manipulation"));
}

TEST_F(StatementsTest, BatchRefusesReadsThatNameNoSingleItem) {
    const std::string refusal = "Select statements within BatchExecuteStatement" + kNeedsKey;
    const Answer answer = batch({request("SELECT * FROM ttt WHERE pk = 'a'"), request("SELECT * FROM ttt"),
                                 request("SELECT * FROM ttt WHERE pk = 'a' AND sk = '1' AND flag = 'x'"),
                                 request("SELECT * FROM ttt WHERE pk = 'a' AND sk = '1' AND pk = 'b'"),
                                 request("SELECT * FROM iii.\"all\" WHERE g = 'x'")});
    for (const json& each : answer.body["Responses"]) EXPECT_EQ(each["Error"], error("ValidationError", refusal));
    EXPECT_EQ(batch({request("SELECT * FROM iii.\"multi\" WHERE g = 'x'")}).body["Responses"][0]["Error"]["Message"],
              "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE "
              "keys.");
}

TEST_F(StatementsTest, BatchWritesEachStatementForItself) {
    putT("a", "1", {{"n", 1}});
    json failing = request("UPDATE ttt SET n = 5 WHERE pk = 'a' AND sk = '1' AND n = 9");
    failing["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
    const Answer answer = batch({request("INSERT INTO ttt VALUE {'pk': 'b', 'sk': '1'}"),
                                 request("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1'}"), failing,
                                 request("UPDATE ttt SET n = 2 WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *"),
                                 request("UPDATE ttt SET n = 2 WHERE pk = 'a'"),
                                 request("DELETE FROM ttt WHERE pk = 'c' AND sk = '1' RETURNING MODIFIED OLD *")});
    ASSERT_EQ(answer.status, 200) << answer.body.dump();
    const json& responses = answer.body["Responses"];
    EXPECT_EQ(responses[0], json::parse(R"({"TableName":"ttt"})"));
    EXPECT_EQ(responses[1]["Error"], error("DuplicateItem", "Duplicate primary key exists in table"));
    EXPECT_EQ(responses[1]["TableName"], "ttt");
    EXPECT_EQ(responses[2]["Error"]["Code"], "ConditionalCheckFailed");
    EXPECT_EQ(responses[2]["Error"]["Item"]["n"]["N"], "1");
    EXPECT_EQ(responses[3]["Item"], json::parse(R"({"n":{"N":"2"}})"));
    EXPECT_EQ(responses[4]["Error"],
              error("ValidationError", "Where clause does not contain a mandatory equality on all key attributes"));
    EXPECT_EQ(responses[5]["Error"],
              error("ValidationError",
                    "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE "
                    "statements."));
    EXPECT_TRUE(inT("b"));
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(2));
}

TEST_F(StatementsTest, BatchLeavesOutEmptyItems) {
    putT("a", "1", {{"n", 1}});
    const Answer answer = batch({request("UPDATE ttt REMOVE n WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *")});
    EXPECT_EQ(answer.body["Responses"][0], json::parse(R"({"TableName":"ttt"})"));
}

TEST_F(StatementsTest, BatchIsReadsOrWritesAndOf25AtMost) {
    EXPECT_EQ(batch({request("SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'"),
                     request("DELETE FROM ttt WHERE pk = 'a' AND sk = '1'")})
                  .status,
              400);
    EXPECT_EQ(batch({}).status, 400);
    EXPECT_EQ(batch(std::vector<json>(26, request("SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'"))).status, 400);
}

TEST_F(StatementsTest, BatchRefusesParametersOneByOne) {
    const Answer answer =
        batch({request("SELECT * FROM ttt WHERE pk = ? AND sk = '1'", json::parse(R"([{"SS":[]}])"))});
    EXPECT_EQ(answer.body["Responses"][0]["Error"],
              error("ValidationError", "One or more parameter values were invalid: An string set  may not be empty"));
}

// ---- ExecuteTransaction ---------------------------------------------------------------------------------------------

TEST_F(StatementsTest, TransactionWritesAllOrNothing) {
    putT("a", "1", {{"n", 1}});
    const Answer done = transaction({"INSERT INTO ttt VALUE {'pk': 'b', 'sk': '1'}",
                                     "UPDATE ttt SET n = n + 1 WHERE pk = 'a' AND sk = '1'",
                                     "DELETE FROM ttt WHERE pk = 'c' AND sk = '1'"});
    ASSERT_EQ(done.status, 200) << done.body.dump();
    EXPECT_EQ(done.body, json::parse(R"({"Responses":[]})"));
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(2));

    const Answer duplicate =
        transaction({"INSERT INTO ttt VALUE {'pk': 'b', 'sk': '1'}", "INSERT INTO ttt VALUE {'pk': 'd', 'sk': '1'}",
                     "UPDATE ttt SET n = 9 WHERE pk = 'a' AND sk = '1' AND n = 7"});
    EXPECT_EQ(duplicate.error(),
              "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific "
              "reasons [DuplicateItem, None, ConditionalCheckFailed]");
    EXPECT_EQ(codes(duplicate), (Codes{"DuplicateItem", "None", "ConditionalCheckFailed"}));
    EXPECT_EQ(duplicate.body["CancellationReasons"][0]["Message"], "Duplicate primary key exists in table");
    EXPECT_FALSE(inT("d"));
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(2));
}

TEST_F(StatementsTest, TransactionReadsItemsOfOneState) {
    putT("a", "1", {{"m", Item{{"x", 1}}}});
    const Answer answer = transaction({"SELECT m.x FROM ttt WHERE pk = 'a' AND sk = '1'",
                                       "SELECT * FROM ttt WHERE (sk = '1') AND pk = 'b' AND pk = 'b'"},
                                      {{"ReturnConsumedCapacity", "TOTAL"}});
    ASSERT_EQ(answer.status, 200) << answer.body.dump();
    EXPECT_EQ(answer.body["Responses"], json::parse(R"([{"Item":{"x":{"N":"1"}}},{}])"));
    EXPECT_EQ(answer.body["ConsumedCapacity"],
              json::parse(R"([{"TableName":"ttt","CapacityUnits":4.0,"ReadCapacityUnits":4.0}])"));
}

TEST_F(StatementsTest, TransactionChecksWhatExists) {
    putT("a", "1", {{"flag", "right"}});
    putT("b", "1");
    const std::string update = "UPDATE ttt SET n = 1 WHERE pk = 'b' AND sk = '1'";
    EXPECT_EQ(
        transaction({"EXISTS(SELECT * FROM ttt WHERE (pk = 'a' AND sk = '1') AND nope IS MISSING)", update}).status,
        200);
    EXPECT_TRUE(inT("b")->contains("n"));
    EXPECT_EQ(codes(transaction({"EXISTS(SELECT * FROM ttt WHERE pk = 'a' AND sk = '1' AND flag = 'wrong')", update})),
              (Codes{"ConditionalCheckFailed", "None"}));
    EXPECT_EQ(codes(transaction(
                  {"EXISTS(SELECT * FROM ttt WHERE pk = 'a' AND sk = '1' AND pk = 'b' AND flag = 'right')", update})),
              (Codes{"ConditionalCheckFailed", "None"}));
    const std::string refusal = inFirst("EXISTS() must contain a single item read with additional condition");
    EXPECT_EQ(transaction({"EXISTS(SELECT * FROM ttt WHERE pk = 'a' AND sk = '1')", update}).error(), refusal);
    EXPECT_EQ(transaction({"EXISTS(SELECT * FROM ttt WHERE pk IN ['a'] AND sk = '1' AND flag = 'x')", update}).error(),
              refusal);
    EXPECT_EQ(execute("EXISTS(SELECT * FROM ttt WHERE pk = 'a' AND sk = '1' AND flag = 'x')").status, 400);
}

TEST_F(StatementsTest, TransactionSaysWhichStatementIsWrong) {
    EXPECT_EQ(transaction({"SELECT * FROM ttt WHERE"}).error(), inFirst(kMalformed + "Unexpected term"));
    EXPECT_EQ(transaction({"UPDATE ttt SET a = 1 WHERE pk = 'a' AND sk = '1' RETURNING ALL NEW *"}).error(),
              inFirst("RETURNING clause is not supported in ExecuteTransaction."));
    EXPECT_EQ(transaction({"SELECT * FROM iii.\"all\" WHERE g = 'x'"}).error(),
              inFirst("Reads on indices are not supported within transactions."));
    EXPECT_EQ(transaction({"INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'x': [<<'a', 'a'>>]}"}).error(),
              inFirst("One or more parameter values were invalid: Input collection [a, a] contains duplicates."));
    EXPECT_EQ(transaction({"SELECT * FROM ttt WHERE pk IN ['a', 'a'] AND sk = '1'"}).error(),
              inFirst("Overlapping conditions with range keys are not supported in where clause"));
    for (const char* where : {"pk = 'a'", "pk = 'a' AND sk = '1' AND flag = 'x'", "pk = 'a' AND sk = '1' AND pk = 'b'",
                              "pk IN ['b'] AND pk = 'a' AND sk = '1'"}) {
        EXPECT_EQ(transaction({std::string("SELECT * FROM ttt WHERE ") + where}).error(),
                  inFirst("Select statements within ExecuteTransaction" + kNeedsKey))
            << where;
    }
}

TEST_F(StatementsTest, TransactionIsCancelledForTablesAndKeys) {
    putT("a", "1");
    const std::string mismatch = "The provided key element does not match the schema";
    const std::string update = "UPDATE ttt SET n = 1 WHERE ";
    const Answer missing =
        transaction({"UPDATE absent SET a = 1 WHERE pk = 'x' RETURNING ALL NEW *", update + "pk = 'a' AND sk = '1'"});
    EXPECT_EQ(codes(missing), (Codes{"ResourceNotFound", "None"}));
    EXPECT_EQ(missing.body["CancellationReasons"][0]["Message"], "Requested resource not found");
    const Answer keys = transaction(
        {update + "pk = 'a'", update + "pk IN ['a'] AND sk = '1'", update + "pk = 'a' AND sk = '1' AND pk = 'b'"});
    EXPECT_EQ(codes(keys), (Codes{"ValidationError", "ValidationError", "ValidationError"}));
    EXPECT_EQ(keys.body["CancellationReasons"][0]["Message"], mismatch);
    const Answer wrongType = transaction({update + "pk = 'a' AND sk = 1", update + "pk = 'b' AND sk = '1'"});
    EXPECT_EQ(codes(wrongType)[0], "ValidationError");
    const Answer read =
        transaction({"SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'", "SELECT * FROM ttt WHERE pk = 'a' AND sk = 1"});
    EXPECT_EQ(codes(read), (Codes{"None", "ValidationError"}));
    EXPECT_EQ(read.body["CancellationReasons"][1]["Message"], mismatch);
    EXPECT_FALSE(inT("a")->contains("n"));
}

TEST_F(StatementsTest, TransactionTouchesAnItemOnce) {
    putT("a", "1");
    const std::string refusal = invalid("Transaction request cannot include multiple operations on one item");
    EXPECT_EQ(
        transaction({"SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'", "SELECT sk FROM ttt WHERE sk = '1' AND pk = 'a'"})
            .error(),
        refusal);
    EXPECT_EQ(
        transaction({"UPDATE ttt SET a = 1 WHERE pk = 'a' AND sk = '1'", "DELETE FROM ttt WHERE pk = 'a' AND sk = '1'"})
            .error(),
        refusal);
}

TEST_F(StatementsTest, TransactionIsReadsOrWrites) {
    EXPECT_EQ(
        transaction({"SELECT * FROM ttt WHERE pk = 'a' AND sk = '1'", "DELETE FROM ttt WHERE pk = 'b' AND sk = '1'"})
            .error(),
        invalid("ExecuteTransaction API does not support both read and write operations in the same request."));
}

TEST_F(StatementsTest, TransactionWithATokenIsDoneOnce) {
    putT("a", "1", {{"n", 0}});
    const std::vector<std::string> statements = {"UPDATE ttt SET n = n + 1 WHERE pk = 'a' AND sk = '1'"};
    const json token = {{"ClientRequestToken", "once"}, {"ReturnConsumedCapacity", "TOTAL"}};
    EXPECT_EQ(transaction(statements, token).body["ConsumedCapacity"],
              json::parse(R"([{"TableName":"ttt","CapacityUnits":2.0,"WriteCapacityUnits":2.0}])"));
    EXPECT_EQ(transaction(statements, token).body["ConsumedCapacity"],
              json::parse(R"([{"TableName":"ttt","CapacityUnits":2.0,"ReadCapacityUnits":2.0}])"));
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(1));
    EXPECT_EQ(transaction({"UPDATE ttt SET n = n + 5 WHERE pk = 'a' AND sk = '1'"}, token).error().substr(0, 35),
              "IdempotentParameterMismatchExceptio");
}

}  // namespace
}  // namespace drydock::tests
