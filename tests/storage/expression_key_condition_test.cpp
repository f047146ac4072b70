#include <gtest/gtest.h>

#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::keyConditionError;
using tests::Values;

KeyRange compiled(std::string_view text, const Values& values, const tests::Names& names = {}) {
    const ExpressionParameters parameters{names, values};
    ParameterUse use(parameters);
    Result<KeyRange> range = compileKeyCondition(text, use);
    EXPECT_TRUE(range) << text << ": " << (range ? "" : range.error().message);
    return range.value_or(KeyRange{});
}

TEST(KeyConditionTest, PartsAreInTheOrderWritten) {
    const KeyRange range =
        compiled("#p = :a AND (s BETWEEN :b AND :c)", {{":a", "x"}, {":b", 1}, {":c", 2}}, {{"#p", "pk"}});
    ASSERT_EQ(range.parts.size(), 2U);
    EXPECT_EQ(range.parts[0].name, "pk");
    EXPECT_EQ(range.parts[0].op, KeyRange::Operator::equal);
    EXPECT_EQ(range.parts[0].first, AttributeValue("x"));
    EXPECT_EQ(range.parts[1].name, "s");
    EXPECT_EQ(range.parts[1].op, KeyRange::Operator::between);
    EXPECT_EQ(range.parts[1].first, AttributeValue(1));
    EXPECT_EQ(range.parts[1].second, AttributeValue(2));
}

TEST(KeyConditionTest, EveryRangeOperatorIsTakenEitherWayRound) {
    using Operator = KeyRange::Operator;
    const std::tuple<const char*, Operator> cases[] = {{"s = :v", Operator::equal},
                                                       {":v = s", Operator::equal},
                                                       {"s < :v", Operator::less},
                                                       {":v < s", Operator::greater},
                                                       {"s <= :v", Operator::lessOrEqual},
                                                       {":v <= s", Operator::greaterOrEqual},
                                                       {"s > :v", Operator::greater},
                                                       {":v > s", Operator::less},
                                                       {"s >= :v", Operator::greaterOrEqual},
                                                       {":v >= s", Operator::lessOrEqual},
                                                       {"begins_with(s, :v)", Operator::beginsWith}};
    for (const auto& [text, op] : cases) {
        const KeyRange range = compiled(text, {{":v", "x"}});
        ASSERT_EQ(range.parts.size(), 1U) << text;
        EXPECT_EQ(range.parts[0].name, "s");
        EXPECT_EQ(range.parts[0].op, op) << text;
        EXPECT_EQ(range.parts[0].first, AttributeValue("x"));
    }
}

TEST(KeyConditionTest, SeveralAttributesMayStandInOneKey) {
    EXPECT_EQ(compiled("a = :v AND b = :v AND c = :v AND d < :v", {{":v", 1}}).parts.size(), 4U);
}

TEST(KeyConditionTest, OtherOperatorsAreRefused) {
    const std::pair<const char*, const char*> cases[] = {{"a > :v and b > :v or a > :v", "OR"},
                                                         {"NOT a = :v", "NOT"},
                                                         {"a in (:v, :v)", "IN"},
                                                         {"a <> :v", "<>"},
                                                         {"attribute_exists(a)", "attribute_exists"},
                                                         {"attribute_not_exists(a)", "attribute_not_exists"},
                                                         {"attribute_type(a, :v)", "attribute_type"},
                                                         {"contains(a, :v)", "contains"}};
    for (const auto& [text, name] : cases) {
        EXPECT_EQ(keyConditionError(text, {{":v", "S"}}),
                  std::string("Invalid operator used in KeyConditionExpression: ") + name);
    }
}

TEST(KeyConditionTest, ConditionsThatAreNoKeyRangeAreRefused) {
    const Values values{{":v", "S"}};
    const std::string invalid = "Invalid condition in KeyConditionExpression: ";
    EXPECT_EQ(keyConditionError("size(a) = :n", {{":n", 1}}),
              "KeyConditionExpressions cannot contain nested operations");
    EXPECT_EQ(keyConditionError("a.b = :v", values),
              "KeyConditionExpressions cannot have conditions on nested attributes");
    EXPECT_EQ(keyConditionError("a = b", values), invalid + "Multiple attribute names used in one condition");
    EXPECT_EQ(keyConditionError(":v = :v", values), invalid + "No key attribute specified");
    EXPECT_EQ(keyConditionError(":v between a and b", values),
              invalid + "BETWEEN operator must have the key attribute as its first operand");
    EXPECT_EQ(keyConditionError("begins_with(:v, a)", values),
              invalid + "begins_with operator must have the key attribute as its first operand");
    EXPECT_EQ(keyConditionError("a > :v AND b = :v AND a < :v", values),
              "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
}

TEST(KeyConditionTest, ExpressionErrorsNameTheKind) {
    EXPECT_EQ(keyConditionError(""), "Invalid KeyConditionExpression: The expression can not be empty;");
    EXPECT_EQ(keyConditionError("((pk = :v))", {{":v", 1}}),
              "Invalid KeyConditionExpression: The expression has redundant parentheses;");
    EXPECT_EQ(keyConditionError("ARRAY = :v", {{":v", 1}}),
              "Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: ARRAY");
    EXPECT_EQ(keyConditionError("a > 4"), R"(Invalid KeyConditionExpression: Syntax error; token: "4", near: "> 4")");
}

}  // namespace
}  // namespace drydock::storage
