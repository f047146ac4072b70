// ExecuteStatement.
#include <gmock/gmock.h>

#include "tests/storage/statement_fixture.h"

namespace drydock::tests {
namespace {

class ExecuteStatementTest : public StatementTest {};

const std::string kConditionFailed = "ConditionalCheckFailedException: The conditional request failed";
const std::string kNoKey = invalid("Where clause does not contain a mandatory equality on all key attributes");

TEST_F(ExecuteStatementTest, InsertsAndAnswersWithNoItems) {
    EXPECT_EQ(
        items("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'n': -1.5e1, 'b': true, 'z': null, 'l': [1, {'x': 'y'}],"
              " 's': <<'x', 'y'>>, 'q': <<1, 10>>}"),
        json::array());
    const auto item = inT("a");
    ASSERT_TRUE(item);
    EXPECT_EQ(*item->find("n"), AttributeValue(-15));
    EXPECT_EQ(*item->find("s"), AttributeValue(StringSet{{"x", "y"}}));
    EXPECT_EQ(*item->find("q"), AttributeValue(NumberSet{{Number(1), Number(10)}}));
    EXPECT_EQ(*item->find("z"), AttributeValue(Null{}));
    EXPECT_EQ(*item->find("l"), AttributeValue(List{1, Item{{"x", "y"}}}));
}

TEST_F(ExecuteStatementTest, RefusesToInsertWhatIsThere) {
    items("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'v': 1}");
    EXPECT_EQ(refused("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'v': 2}"),
              "DuplicateItemException: Duplicate primary key exists in table");
    EXPECT_EQ(*inT("a")->find("v"), AttributeValue(1));
    items("DELETE FROM ttt WHERE pk = 'a' AND sk = '1'");
    items("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'v': 2}");
    EXPECT_EQ(*inT("a")->find("v"), AttributeValue(2));
}

TEST_F(ExecuteStatementTest, InsertsParameters) {
    items("INSERT INTO ttt VALUE {'pk': ?, 'sk': ?, 'm': ?}",
          json::parse(R"([{"S":"a"},{"S":"1"},{"M":{"x":{"B":"AQI="}}}])"));
    EXPECT_EQ(*inT("a")->find("m"), AttributeValue(Item{{"x", Binary{1, 2}}}));
}

TEST_F(ExecuteStatementTest, KeepsNumbersExact) {
    items("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'n': 1234567890123456789012345678901234567.8}");
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(take(Number::parse("1234567890123456789012345678901234567.8"))));
}

TEST_F(ExecuteStatementTest, RefusesValuesThatNoAttributeCanHave) {
    const std::string insert = "INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', ";
    const std::string overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range under ";
    EXPECT_EQ(refused(insert + "'n': 1e126}"), invalid(overflow + "root"));
    EXPECT_EQ(refused(insert + "'n': {'x': 1e126}}"), invalid(overflow + "root.x"));
    EXPECT_EQ(refused(insert + "'n': [1, 1e126]}"), invalid(overflow + "root[1]"));
    EXPECT_EQ(
        refused("SELECT * FROM ttt WHERE pk = 1e-131"),
        invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range under "
                "root"));
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE pk = 123456789012345678901234567890123456789"),
              invalid("Attempting to store more than 38 significant digits in a Number under root"));
    EXPECT_EQ(refused(insert + "'s': <<>>}"), invalid("Empty bags are not supported"));
    EXPECT_EQ(refused(insert + "'s': [<<'a', 'a'>>]}"),
              invalid("One or more parameter values were invalid: Input collection [a, a] contains duplicates."));
    EXPECT_EQ(refused(insert + "'s': <<2, 2.0>>}"),
              invalid("One or more parameter values were invalid: Input collection [2, 2.0] contains duplicates! under "
                      "root"));
    const std::string set = insert + "'s': set_add(<<'a'>>, <<'b'>>)}";
    EXPECT_EQ(refused(set), invalid("Unsupported data type: set_add under key root at 1:" +
                                    std::to_string(set.find("set_add") + 1) + ":7"));
    const std::string nested = insert + "'m': {'k': ?}}";
    EXPECT_EQ(refused(nested, json::parse(R"([{"S":"v"}])")),
              invalid("Unsupported data type: Parameter under key root.k at 1:" + std::to_string(nested.find('?') + 1) +
                      ":1"));
    EXPECT_FALSE(inT("a"));
}

TEST_F(ExecuteStatementTest, RefusesLiteralsOver31Levels) {
    const auto nested = [](int depth) {
        std::string text;
        for (int i = 0; i < depth; ++i) text += "[";
        text += "1";
        for (int i = 0; i < depth; ++i) text += "]";
        return text;
    };
    const std::string insert = "INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1', 'd': ";
    std::string path;
    for (int i = 0; i < 32; ++i) path += "[0]";
    EXPECT_EQ(refused(insert + nested(32) + "}"),
              invalid("Nesting Levels have exceeded supported limits under root" + path));
    items(insert + nested(31) + "}");
}

TEST_F(ExecuteStatementTest, ChecksParametersBeforeTheStatement) {
    EXPECT_EQ(refused("UPDATE ttt SET WHERE", json::parse(R"([{"NULL":false}])")),
              invalid("One or more parameter values were invalid: Null attribute value types must have the value of "
                      "true"));
    EXPECT_EQ(refused("UPDATE ttt SET WHERE", json::parse(R"([{"SS":["b","a","b"]}])")),
              invalid("One or more parameter values were invalid: Input collection [b, a, b] contains duplicates."))
        << "in the words of the older layer";
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE pk = ?"),
              invalid("Number of parameters in request and statement don't match."));
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE pk = 'a'", json::parse(R"([{"S":"x"}])")),
              invalid("Number of parameters in request and statement don't match."));
}

TEST_F(ExecuteStatementTest, SaysThatATableIsMissing) {
    EXPECT_EQ(refused("SELECT * FROM absent WHERE pk = 'x'"),
              "ResourceNotFoundException: Requested resource not found");
    EXPECT_EQ(refused("FROM absent WHERE pk = 'x' SET c = 1"),
              "ResourceNotFoundException: Requested resource not found");
}

TEST_F(ExecuteStatementTest, SaysThatAnOperandHasTheWrongTypeBeforeTheTableIsLookedUp) {
    const std::string operand =
        "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL";
    const std::string where = " WHERE pk = 'x' AND val < TRUE";
    EXPECT_EQ(refused("SELECT * FROM absent" + where), invalid(operand));
    EXPECT_EQ(refused("UPDATE absent SET c = 1" + where), invalid(operand));
    EXPECT_EQ(refused("DELETE FROM absent" + where), invalid(operand));
    EXPECT_THAT(transaction({"DELETE FROM absent" + where}).error(), ::testing::EndsWith(operand));
    EXPECT_EQ(batch({request("SELECT * FROM absent" + where)}).body["Responses"][0]["Error"]["Message"], operand);
    EXPECT_EQ(refused("SELECT * FROM absent WHERE pk = 'x' AND attribute_exists('ss')"),
              "ResourceNotFoundException: Requested resource not found")
        << "other mistakes wait for the table";
}

TEST_F(ExecuteStatementTest, UpdatesAnItemByItsKey) {
    putT("a", "1", {{"n", 5}, {"m", Item{{"x", 1}, {"y", 2}}}, {"l", List{1, 2, 3}}});
    items(
        "UPDATE ttt SET n = n + 1, m.x = 'new', \"key\" = n - - 2 SET k = [1, 'b'] REMOVE m.y, l[1] WHERE pk = 'a' AND"
        " sk = '1'");
    const auto item = inT("a");
    EXPECT_EQ(*item->find("n"), AttributeValue(6));
    EXPECT_EQ(*item->find("m"), AttributeValue(Item{{"x", "new"}}));
    EXPECT_EQ(*item->find("key"), AttributeValue(7));
    EXPECT_EQ(*item->find("k"), AttributeValue(List{1, "b"}));
    EXPECT_EQ(*item->find("l"), AttributeValue(List{1, 3}));
    items("UPDATE ttt SET l = list_append(l, [4]) WHERE pk = 'a' AND sk = '1'");
    EXPECT_EQ(*inT("a")->find("l"), AttributeValue(List{1, 3, 4}));
}

TEST_F(ExecuteStatementTest, UpdatesNothingThatIsNotThere) {
    EXPECT_EQ(refused("UPDATE ttt SET a = 1 WHERE pk = 'a' AND sk = '1'"), kConditionFailed);
    EXPECT_EQ(refused("UPDATE ttt SET a = 1 WHERE pk = 'a' AND sk = '1' AND attribute_not_exists(pk)"),
              kConditionFailed);
    EXPECT_EQ(refused("UPDATE ttt SET a = set_add(a, <<'x'>>) WHERE pk = 'a' AND sk = '1'"), kConditionFailed);
    EXPECT_FALSE(inT("a"));
}

TEST_F(ExecuteStatementTest, TakesWhatWhereSaysBesideTheKeyAsCondition) {
    putT("a", "1", {{"name", "alpha"}});
    EXPECT_EQ(refused("UPDATE ttt SET n = 9 WHERE pk = 'a' AND sk = '1' AND name = 'beta'"), kConditionFailed);
    EXPECT_EQ(refused("DELETE FROM ttt WHERE pk = 'a' AND sk = '1' AND NOT begins_with(name, 'al')"), kConditionFailed);
    EXPECT_EQ(refused("DELETE FROM ttt WHERE pk = 'a' AND sk = '1' AND (name = 'x' OR name = 'y')"), kConditionFailed);
    EXPECT_FALSE(inT("a")->contains("n"));
    items("UPDATE ttt SET n = 9 WHERE (pk = 'a' AND '1' = sk) AND (name = 'alpha' OR name = 'x')");
    EXPECT_EQ(*inT("a")->find("n"), AttributeValue(9));
    items("DELETE FROM ttt WHERE pk = 'a' AND sk = '1' AND n = 9");
    EXPECT_FALSE(inT("a"));
}

TEST_F(ExecuteStatementTest, DeletesNothingWhereNothingIs) {
    EXPECT_EQ(items("DELETE FROM ttt WHERE pk = 'a' AND sk = '1'"), json::array());
    EXPECT_EQ(items("DELETE FROM ttt WHERE pk = 'a' AND sk = '1' AND name = 'x'"), json::array());
    EXPECT_EQ(items("DELETE FROM ttt WHERE pk = 'a' AND sk = '1' RETURNING ALL OLD *"), json::array());
}

TEST_F(ExecuteStatementTest, NeedsTheWholeKeyToWrite) {
    EXPECT_EQ(refused("DELETE FROM ttt WHERE pk = 'a'"), kNoKey);
    EXPECT_EQ(refused("DELETE FROM ttt WHERE name = 'a'"), kNoKey);
    EXPECT_EQ(refused("UPDATE ttt SET a = 1"), kNoKey);
    EXPECT_EQ(refused("FROM ttt SET c = 1"), kNoKey);
    EXPECT_EQ(refused("FROM ttt REMOVE a"), kNoKey);
    EXPECT_EQ(refused("UPDATE ttt SET a = 1 WHERE pk IN ['a'] AND sk = '1'"), kNoKey);
    EXPECT_EQ(refused("UPDATE ttt SET a = 1 WHERE pk = 'a' OR sk = '1'"), kNoKey);
    EXPECT_EQ(refused("UPDATE ttt SET a = 1 WHERE pk = 'a' AND sk = '1' AND pk = 'b'"),
              invalid("Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported"));
    EXPECT_EQ(refused("UPDATE iii.\"all\" SET a = 1 WHERE pk = 'a' AND sk = '1'"),
              invalid("This operation is not supported on an index"));
    EXPECT_EQ(refused("DELETE FROM iii.\"all\" WHERE pk = 'a' AND sk = '1'"),
              invalid("This operation is not supported on an index"));
    EXPECT_EQ(
        refused("UPDATE ttt SET sk = 'x' WHERE pk = 'a' AND sk = '1'"),
        invalid("One or more parameter values were invalid: Cannot update attribute sk. This attribute is part of "
                "the key"));
}

TEST_F(ExecuteStatementTest, UpdatesThatBeginWithFrom) {
    putT("a", "1", {{"b", "bee"}});
    EXPECT_EQ(items("FROM ttt WHERE pk = ? AND sk = '1' SET c = ? REMOVE b RETURNING ALL NEW *",
                    json::parse(R"([{"S":"a"},{"N":"7"}])")),
              json::parse(R"([{"pk":{"S":"a"},"sk":{"S":"1"},"c":{"N":"7"}}])"));
}

TEST_F(ExecuteStatementTest, ReturnsWhatReturningAsksFor) {
    putT("a", "1", {{"data", "old"}, {"m", Item{{"x", 1}, {"y", 2}}}, {"l", List{"a", "b", "c"}}});
    const std::string where = " WHERE pk = 'a' AND sk = '1' RETURNING ";
    EXPECT_EQ(items("UPDATE ttt SET m.x = 5" + where + "MODIFIED OLD *"),
              json::parse(R"([{"m":{"M":{"x":{"N":"1"}}}}])"));
    EXPECT_EQ(items("UPDATE ttt SET m.x = 6" + where + "MODIFIED NEW *"),
              json::parse(R"([{"m":{"M":{"x":{"N":"6"}}}}])"));
    EXPECT_EQ(items("UPDATE ttt SET l[2] = 'y', l[0] = 'x'" + where + "MODIFIED NEW *"),
              json::parse(R"([{"l":{"L":[{"S":"x"},{"S":"y"}]}}])"));
    EXPECT_EQ(items("UPDATE ttt SET l[5] = 'z'" + where + "MODIFIED NEW *"), json::array());
    EXPECT_EQ(items("UPDATE ttt SET fresh = 1" + where + "MODIFIED OLD *"), json::array());
    EXPECT_EQ(items("UPDATE ttt REMOVE fresh" + where + "MODIFIED NEW *"), json::array());
    EXPECT_EQ(items("UPDATE ttt REMOVE m, l" + where + "ALL NEW *"),
              json::parse(R"([{"pk":{"S":"a"},"sk":{"S":"1"},"data":{"S":"old"}}])"));
    EXPECT_EQ(items("UPDATE ttt SET data = 'new'" + where + "ALL OLD *"),
              json::parse(R"([{"pk":{"S":"a"},"sk":{"S":"1"},"data":{"S":"old"}}])"));
    EXPECT_EQ(items("DELETE FROM ttt" + where + "ALL OLD *"),
              json::parse(R"([{"pk":{"S":"a"},"sk":{"S":"1"},"data":{"S":"new"}}])"));
    EXPECT_FALSE(inT("a"));
}

TEST_F(ExecuteStatementTest, ChangesSetsByFunctions) {
    putT("a", "1", {{"ss", StringSet{{"a", "b"}}}, {"ns", NumberSet{{Number(1)}}}});
    const std::string where = " WHERE pk = 'a' AND sk = '1'";
    items(
        "UPDATE ttt SET ss = SET_ADD(ss, <<'c', 'a'>>) SET ns = set_delete(ns, <<1>>), made = set_add(made, <<'x'>>)" +
        where);
    EXPECT_EQ(*inT("a")->find("ss"), AttributeValue(StringSet{{"a", "b", "c"}}));
    EXPECT_FALSE(inT("a")->contains("ns"));
    EXPECT_EQ(*inT("a")->find("made"), AttributeValue(StringSet{{"x"}}));
    items("UPDATE ttt SET ss = set_add(ss, ?)" + where, json::parse(R"([{"SS":["d"]}])"));
    EXPECT_EQ(inT("a")->find("ss")->as<StringSet>()->values.size(), 4U);
    EXPECT_EQ(refused("UPDATE ttt SET t = set_add(ss, <<'x'>>)" + where),
              invalid("The first argument to SET_ADD must equal the assignment value at 1:20:7"));
    EXPECT_EQ(refused("UPDATE ttt SET ss = set_delete(ss, 'x')" + where),
              invalid("The second argument to SET_DELETE must be a value with type SET at 1:32:2"));
    EXPECT_EQ(refused("UPDATE ttt SET ss = set_add(ss)" + where),
              invalid("SET_ADD must have exactly two arguments at 1:21:7"));
    EXPECT_EQ(refused("UPDATE ttt SET ss = set_add(ss, <<1>>)" + where),
              invalid("An operand in the update expression has an incorrect data type"));
}

TEST_F(ExecuteStatementTest, NamesTheOperatorThatDoesNotFitItsOperand) {
    putT("a", "1", {{"n", 1}});
    EXPECT_EQ(refused("UPDATE ttt SET n = 'a' + 1 WHERE pk = 'a' AND sk = '1' AND nope = 'x'"),
              invalid("Incorrect operand type for operator or function; operator or function: +, operand type: S"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND val < ?", json::parse(R"([{"BOOL":true}])")),
              invalid("Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND attribute_exists('ss')"),
              invalid("Operator or function requires a document path; operator or function: attribute_exists"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND attribute_exists()"),
              invalid("Incorrect number of operands for operator or function; operator or function: attribute_exists, "
                      "number of operands: 0"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND attribute_exists(a, b)"),
              invalid("Incorrect number of operands for operator or function; operator or function: attribute_exists, "
                      "number of operands: 2"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND EXISTS(ss)"),
              invalid("Unrecognized function: exists at 1:39:6"));
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'a' AND set_add(ss, <<'x'>>) = ss"),
              invalid("Unrecognized function: set_add at 1:39:7"));
    EXPECT_EQ(refused("UPDATE ttt SET x[0] = 'x' WHERE pk = 'a' AND sk = '1'"),
              invalid("The document path provided in the update expression is invalid for update"));
}

TEST_F(ExecuteStatementTest, BringsTheItemThatFailsACondition) {
    putT("a", "1", {{"n", 1}});
    json body = request("UPDATE ttt SET n = 2 WHERE pk = 'a' AND sk = '1' AND n = 5");
    body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
    const Answer answer = call("ExecuteStatement", body);
    EXPECT_EQ(answer.error(), kConditionFailed);
    EXPECT_EQ(answer.body["Item"]["n"], json::parse(R"({"N":"1"})"));
}

TEST_F(ExecuteStatementTest, SaysWhatItCost) {
    json body = request("INSERT INTO ttt VALUE {'pk': 'a', 'sk': '1'}");
    body["ReturnConsumedCapacity"] = "TOTAL";
    EXPECT_EQ(call("ExecuteStatement", body).body["ConsumedCapacity"],
              json::parse(R"({"TableName":"ttt","CapacityUnits":1.0})"));
    body["Statement"] = "SELECT * FROM ttt WHERE pk = 'a'";
    EXPECT_EQ(call("ExecuteStatement", body).body["ConsumedCapacity"],
              json::parse(R"({"TableName":"ttt","CapacityUnits":0.5})"));
    body["ConsistentRead"] = true;
    EXPECT_EQ(call("ExecuteStatement", body).body["ConsumedCapacity"],
              json::parse(R"({"TableName":"ttt","CapacityUnits":1.0})"));
}

TEST_F(ExecuteStatementTest, RefusesStatementsOfNoOrTooGreatLength) {
    EXPECT_EQ(refused(""), invalid("1 validation error detected: Value '' at 'statement' failed to satisfy constraint: "
                                   "Member must have length greater than or equal to 1"));
    EXPECT_NE(
        refused("SELECT * FROM ttt WHERE pk = '" + std::string(8192, 'x') + "'").find("less than or equal to 8192"),
        std::string::npos);
}

}  // namespace
}  // namespace drydock::tests
