// ExecuteStatement: SELECT.
#include <algorithm>

#include "tests/storage/statement_fixture.h"

namespace drydock::tests {
namespace {

class SelectStatementTest : public StatementTest {
protected:
    SelectStatementTest() {
        for (const char* sk : {"1", "2", "3"}) putT("p", sk, {{"flag", sk == std::string("1") ? "one" : "other"}});
        putT("q", "1",
             {{"n", 30},
              {"yes", true},
              {"name", "alpha"},
              {"nul", Null{}},
              {"s", "str"},
              {"m", Item{{"k", List{"c", "d"}}}},
              {"ss", StringSet{{"a", "b"}}}});
    }

    // Whether the item q/1 is found with this condition.
    bool holds(const std::string& condition, const json& parameters = {}) {
        return items("SELECT sk FROM ttt WHERE pk = 'q' AND " + condition, parameters).size() == 1;
    }
};

const std::string kOverlapping = invalid("Overlapping conditions with range keys are not supported in where clause");
const std::string kWrongKeyType =
    invalid("Key attribute's data type should match its data type in table's schema: Key ");

TEST_F(SelectStatementTest, ReadsOneItemByItsKey) {
    EXPECT_EQ(items("SELECT * FROM ttt WHERE pk = 'p' AND sk = '1'"),
              json::parse(R"([{"pk":{"S":"p"},"sk":{"S":"1"},"flag":{"S":"one"}}])"));
    EXPECT_EQ(items("SELECT * FROM ttt WHERE pk = ? AND sk = ?", json::parse(R"([{"S":"p"},{"S":"9"}])")),
              json::array());
}

TEST_F(SelectStatementTest, NamesColumnsByTheirLastName) {
    EXPECT_EQ(items("SELECT m.k[1], m.k, n, nope FROM ttt WHERE pk = 'q' AND sk = '1'"),
              json::parse(R"([{"k[1]":{"S":"d"},"k":{"L":[{"S":"c"},{"S":"d"}]},"n":{"N":"30"}}])"));
    EXPECT_EQ(items("SELECT m.k[-0] FROM ttt WHERE pk = 'q'"), json::parse(R"([{"k[0]":{"S":"c"}}])"));
}

TEST_F(SelectStatementTest, ReadsAPartitionInItsOrder) {
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p'"), "123");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' ORDER BY sk ASC"), "123");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' ORDER BY sk DESC"), "321");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND sk > '1'"), "23");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND '2' >= sk"), "12");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND sk BETWEEN '2' AND '3'"), "23");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE begins_with(sk, '3') AND pk = 'p'"), "3");
}

TEST_F(SelectStatementTest, FiltersByWhatTheKeyDoesNotSay) {
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND flag = 'other'"), "23");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND (flag = 'one' OR flag = 'x') AND sk < '3'"), "1");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE flag = 'one'"), "1");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' AND sk = '1' AND flag = 'other'"), "");
}

TEST_F(SelectStatementTest, ReadsSortKeyConditionsNoQueryTakes) {
    const std::string select = "SELECT * FROM ttt WHERE pk = 'p' AND ";
    EXPECT_EQ(texts(select + "(sk = '1' OR sk = '2')"), "12");
    EXPECT_EQ(texts(select + "sk IN ['3', '1']"), "31");
    EXPECT_EQ(texts(select + "(sk < '2' OR sk > '2' OR sk = '2')"), "132");
    EXPECT_EQ(texts(select + "(sk < '2' OR sk > '2' OR sk = '2') ORDER BY sk DESC"), "321");
    EXPECT_EQ(texts(select + "attribute_exists(pk)"), "123");
    EXPECT_EQ(texts(select + "NOT sk = '1'"), "23");
    EXPECT_EQ(texts(select + "sk <> '1'"), "23");
    EXPECT_EQ(texts(select + "sk > '0' AND sk <> '1'"), "23");
    EXPECT_EQ(texts(select + "sk > '0' AND sk = '1'"), "1");
    EXPECT_EQ(texts(select + "sk = '2' AND sk = '1'"), "");
}

TEST_F(SelectStatementTest, ReadsSeveralPartitions) {
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk IN ['q', 'p']"), "1123");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' OR pk = 'q'"), "1231");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE (pk = 'p' AND flag = 'one') OR (pk = 'q' AND sk = '1')"), "11");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk IN ['p', 'q'] AND sk IN ['1', '2'] AND NOT begins_with(flag, 'o')"),
              "1");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk IN ['q', 'p'] ORDER BY pk DESC, sk ASC"), "1123");
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk IN ['q', 'p'] ORDER BY pk"), "3211")
        << "sort keys descend of themselves";
    EXPECT_EQ(texts("SELECT * FROM ttt WHERE pk = 'p' OR sk = '1'").size(), 4U) << "one alternative has no partition";
}

TEST_F(SelectStatementTest, RefusesAlternativesWithItemsInCommon) {
    for (const char* where :
         {"pk IN ['p', 'p']", "pk = 'p' OR pk = 'p'", "pk = 'p' AND (sk > '0' OR sk < '5')",
          "pk = 'p' AND (sk = '1' OR flag = 'two')", "(pk = 'p' AND flag = 'one') OR (pk = 'p' AND flag = 'two')",
          "pk = 'p' AND x <> '1' OR pk = 'p' AND sk = '2'"}) {
        EXPECT_EQ(refused(std::string("SELECT sk FROM ttt WHERE ") + where), kOverlapping) << where;
    }
}

TEST_F(SelectStatementTest, ReadsAlternativesThatSayWhatTheSortKeyIsNotAtOnce) {
    const auto sorted = [&](const std::string& where) {
        std::string found = texts("SELECT * FROM ttt WHERE " + where);
        std::sort(found.begin(), found.end());
        return found;
    };
    EXPECT_EQ(sorted("pk = 'p' AND NOT sk = '1' OR pk = 'p' AND sk = '2'"), "23");
    EXPECT_EQ(sorted("pk = 'p' AND sk <> '1' OR pk = 'p' AND sk = '2'"), "23");
    EXPECT_EQ(sorted("pk = 'p' AND NOT begins_with(sk, 'x') OR pk = 'p' AND sk = '2'"), "123");
    EXPECT_EQ(sorted("pk = 'p' AND NOT sk IN ['1', '3'] OR pk = 'p' AND sk = '2'"), "2");
    EXPECT_EQ(sorted("pk = 'p' OR pk = 'p' AND NOT sk = '1'"), "123");
}

TEST_F(SelectStatementTest, RefusesKeyValuesOfAnotherType) {
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 1 OR pk = 'p'"), kWrongKeyType + "pk");
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'p' AND sk IN ['1', 2]"), kWrongKeyType + "sk");
    EXPECT_EQ(items("SELECT sk FROM ttt WHERE pk > 1"), json::array());
}

TEST_F(SelectStatementTest, ReadsAtMostFiftyRanges) {
    const auto values = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i) list += (i > 0 ? ",'v" : "'v") + std::to_string(i) + "'";
        return list;
    };
    const std::string tooMany = invalid("Too many decomposed read operations for a given query.");
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk IN [" + values(51) + "]"), tooMany);
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'p' AND sk IN [" + values(51) + "]"), tooMany);
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk IN [" + values(26) + "] AND sk IN ['1', '2']"), tooMany);
    EXPECT_EQ(items("SELECT sk FROM ttt WHERE pk IN [" + values(50) + "] AND flag IN [" + values(100) + "]"),
              json::array());
    EXPECT_EQ(items("SELECT sk FROM ttt WHERE pk IN [" + values(51) + "] OR flag = 'one'").size(), 1U);
    const std::string operands = invalid("The IN operator is provided with too many operands; number of operands: 101");
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'p' AND flag IN [" + values(101) + "]"), operands);
}

TEST_F(SelectStatementTest, EvaluatesConditionsAsExpressionsDo) {
    EXPECT_TRUE(holds("n > 20 AND n <= 3e1 AND n IN [1, 30]"));
    EXPECT_TRUE(holds("n BETWEEN - 2 AND +50 AND n NOT BETWEEN 1 AND 2"));
    EXPECT_TRUE(holds("contains(ss, 'a') AND contains(name, 'lph') AND NOT contains(name, 'z')"));
    EXPECT_TRUE(holds("size(s) = 3 AND attribute_type(ss, 'SS')"));
    EXPECT_FALSE(holds("attribute_type(ss, 'S')"));
    EXPECT_TRUE(holds("nope IS MISSING AND name IS NOT MISSING"));
    EXPECT_TRUE(holds("nul IS NULL AND s IS NOT NULL"));
    EXPECT_FALSE(holds("s IS NULL"));
    EXPECT_TRUE(holds("yes IS BOOL AND s IS STRING AND ss IS BAG AND NOT s IS BOOL"));
    EXPECT_TRUE(holds("m.k[0] = 'c' AND attribute_exists(m.k[1]) AND ATTRIBUTE_NOT_EXISTS (m.k[2])"));
    EXPECT_TRUE(holds("ss = <<'b', 'a'>>"));
    EXPECT_TRUE(holds("m = ?", json::parse(R"([{"M":{"k":{"L":[{"S":"c"},{"S":"d"}]}}}])")));
    EXPECT_TRUE(holds("(attribute_exists(nope) OR NOT attribute_exists(nope))"));
    EXPECT_TRUE(holds("n IN [?, 2]", json::parse(R"([{"N":"30"}])")));
}

TEST_F(SelectStatementTest, ComparesConditionsWithBooleans) {
    for (const char* condition :
         {"attribute_exists(nope) = false", "true = attribute_exists(n)", "attribute_exists(n) <> 1",
          "contains(nope, 'z') = false", "(n BETWEEN 0 AND 50) = true", "(n = 5 OR name = 'x') = false",
          "attribute_exists(nope) IN [true, false]", "attribute_exists(n) = attribute_exists(name)",
          "attribute_exists(n) = yes"}) {
        EXPECT_TRUE(holds(condition)) << condition;
    }
    for (const char* condition : {"attribute_exists(n) = 1", "NOT attribute_exists(n) = true",
                                  "(attribute_exists(n) = true) = false", "attribute_exists(n) = name"}) {
        EXPECT_FALSE(holds(condition)) << condition;
    }
    EXPECT_EQ(refused("SELECT sk FROM ttt WHERE pk = 'q' AND attribute_exists(n) > false"),
              invalid("Incorrect operand type for operator or function; operator or function: >, operand type: BOOL"));
}

TEST_F(SelectStatementTest, OrdersByTheKeyOnly) {
    EXPECT_EQ(refused("SELECT * FROM ttt ORDER BY sk"),
              invalid("Must have WHERE clause in the statement when using ORDER BY clause."));
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE pk = 'p' ORDER BY flag"),
              invalid("Attribute flag in ORDER BY clause must be part of the primary key"));
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE flag = 'p' ORDER BY sk"),
              invalid("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY "
                      "clause."));
    EXPECT_EQ(refused("SELECT * FROM ttt WHERE pk IN ['p', 'q'] ORDER BY sk"),
              invalid("Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE "
                      "clause."));
}

TEST_F(SelectStatementTest, GoesOnWithNextToken) {
    for (const std::string statement :
         {"SELECT * FROM ttt", "SELECT * FROM ttt WHERE pk = 'p'", "SELECT * FROM ttt WHERE pk IN ['p', 'q']",
          "SELECT * FROM ttt WHERE pk = 'p' AND sk IN ['3', '1'] AND flag <> 'x'",
          "SELECT * FROM ttt WHERE pk = 'p' AND (sk = '1' OR sk = '2') ORDER BY sk DESC"}) {
        const std::string all = texts(statement);
        json body = request(statement);
        body["Limit"] = 1;
        std::string found;
        for (int pages = 0; pages < 10; ++pages) {
            const Answer answer = call("ExecuteStatement", body);
            ASSERT_EQ(answer.status, 200) << answer.body.dump();
            EXPECT_LE(answer.body["Items"].size(), 1U);
            for (const json& item : answer.body["Items"]) found += item["sk"]["S"].get<std::string>();
            if (!answer.body.contains("NextToken")) break;
            body["NextToken"] = answer.body["NextToken"];
        }
        EXPECT_EQ(found, all) << statement;
        EXPECT_FALSE(all.empty());
    }
}

TEST_F(SelectStatementTest, RefusesTokensOfOtherRequests) {
    json body = request("SELECT * FROM ttt WHERE pk = ?", json::parse(R"([{"S":"p"}])"));
    body["Limit"] = 1;
    const json token = call("ExecuteStatement", body).body["NextToken"];
    body["NextToken"] = token;
    body["Limit"] = 2;
    EXPECT_EQ(call("ExecuteStatement", body).status, 200);
    body["Parameters"][0]["S"] = "q";
    EXPECT_EQ(call("ExecuteStatement", body).error(), invalid("NextToken does not match request"));
    for (const char* bad : {"x", "AAAA", "e30=", "bnVsbA=="}) {
        body["NextToken"] = bad;
        EXPECT_EQ(call("ExecuteStatement", body).error(), invalid("Invalid NextToken")) << bad;
    }
}

TEST_F(SelectStatementTest, ReadsIndexes) {
    write(put("iii", {{"pk", "a"}, {"sk", "1"}, {"g", "x"}, {"l", "k1"}, {"shown", "s"}, {"hidden", "h"}}));
    write(put("iii", {{"pk", "a"}, {"sk", "2"}, {"hidden", "h"}}));
    EXPECT_EQ(texts("SELECT * FROM iii.\"all\" WHERE g = 'x'"), "1");
    EXPECT_EQ(texts("SELECT * FROM \"iii\".\"all\" WHERE pk = 'a'"), "1") << "a scan of the index";
    EXPECT_EQ(items("SELECT * FROM iii.\"some\" WHERE g = 'x'")[0].size(), 4U) << "keys and what is included";
    EXPECT_EQ(items("SELECT * FROM iii.\"local\" WHERE pk = 'a'")[0].size(), 3U);
    EXPECT_EQ(items("SELECT hidden FROM iii.\"local\" WHERE pk = 'a' AND l = 'k1'"),
              json::parse(R"([{"hidden":{"S":"h"}}])"));
    EXPECT_EQ(items("SELECT sk FROM iii.\"some\" WHERE hidden = 'h'"), json::array());
    EXPECT_EQ(items("SELECT sk FROM iii.\"some\" WHERE NOT hidden = 'h'").size(), 1U);
}

TEST_F(SelectStatementTest, AlternativesMayNameWhatAnIndexDoesNotHave) {
    write(put("iii", {{"pk", "a"}, {"sk", "1"}, {"g", "x"}, {"hidden", "h"}}));
    EXPECT_EQ(texts("SELECT * FROM iii.\"some\" WHERE (g = 'x' AND hidden IS MISSING) OR g = 'y'"), "1");
}

TEST_F(SelectStatementTest, RefusesWhatAnIndexDoesNotHave) {
    const std::string unprojected = invalid("One or more parameter values were invalid: Secondary index ");
    EXPECT_EQ(refused("SELECT pk FROM iii.\"some\" WHERE g = 'x' AND hidden = 'h'"),
              unprojected + "some does not project one or more filter attributes: [hidden]");
    EXPECT_EQ(refused("SELECT pk FROM iii.\"local\" WHERE pk = 'a' AND hidden IS MISSING"),
              unprojected + "local does not project one or more filter attributes: [hidden]");
    EXPECT_EQ(
        refused("SELECT hidden, pk, other FROM iii.\"some\""),
        invalid("One or more parameter values were invalid: Global secondary index some does not project [hidden, "
                "other]"));
    EXPECT_EQ(refused("SELECT * FROM iii.\"none\" WHERE pk = 'a'"),
              invalid("The table does not have the specified index"));
    EXPECT_EQ(refused("SELECT * FROM iii.\"multi\" WHERE g = 5"),
              invalid("PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
                      "multi-attribute RANGE keys."));
    json body = request("SELECT * FROM iii.\"all\" WHERE g = 'x'");
    body["ConsistentRead"] = true;
    EXPECT_EQ(call("ExecuteStatement", body).error(),
              invalid("Strongly consistent read is not supported on Global Secondary Indexes"));
}

}  // namespace
}  // namespace drydock::tests
