#include <gtest/gtest.h>

#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::matches;
using tests::Names;
using tests::Values;

Item sample() {
    return {{"s", "hello"},
            {"n", 10},
            {"b", Binary{1, 2, 3}},
            {"t", true},
            {"nil", Null{}},
            {"l", List{AttributeValue(1), AttributeValue("x"), AttributeValue(Item{{"deep", 7}})}},
            {"m", Item{{"k", "v"}, {"child", Item{{"x", 1}}}}},
            {"ss", StringSet{{"a", "b"}}},
            {"ns", NumberSet{{Number(1), Number(2)}}},
            {"bs", BinarySet{{Binary{1}, Binary{2}}}}};
}

struct Case {
    const char* condition;
    AttributeValue value;
    bool expected;
};

void expectAll(const std::vector<Case>& cases) {
    for (const Case& one : cases)
        EXPECT_EQ(matches(one.condition, sample(), {{":v", one.value}}), one.expected) << one.condition;
}

TEST(ConditionTest, ComparatorsCompareValuesOfOneType) {
    expectAll({
        {"n = :v", 10, true},
        {"n = :v", Number::parse("10.0").value(), true},
        {"n = :v", "10", false},
        {"n <> :v", "10", true},
        {"n <> :v", 10, false},
        {"n < :v", 11, true},
        {"n < :v", 10, false},
        {"n <= :v", 10, true},
        {"n > :v", 9, true},
        {"n >= :v", 10, true},
        {"n >= :v", 11, false},
        {"n < :v", "zzz", false},
        {"n > :v", "", false},
        {"n <= :v", "10", false},
        {":v < n", 9, true},
        {"s < :v", "hellp", true},
        {"s > :v", "Hello", true},
        {"b < :v", Binary{1, 2, 4}, true},
        {"b >= :v", Binary{1, 2, 3}, true},
        {"t = :v", true, true},
        {"nil = :v", Null{}, true},
    });
}

TEST(ConditionTest, EqualityIsDeepAndSetsHaveNoOrder) {
    expectAll({
        {"ss = :v", StringSet{{"b", "a"}}, true},
        {"ss = :v", StringSet{{"a"}}, false},
        {"l = :v", List{AttributeValue(1), AttributeValue("x"), AttributeValue(Item{{"deep", 7}})}, true},
        {"l = :v", List{AttributeValue("x"), AttributeValue(1), AttributeValue(Item{{"deep", 7}})}, false},
        {"m = :v", Item{{"child", Item{{"x", 1}}}, {"k", "v"}}, true},
    });
}

TEST(ConditionTest, AnAbsentAttributeIsDifferentFromEverythingAndOrderedWithNothing) {
    expectAll({
        {"absent = :v", 1, false},
        {"absent <> :v", 1, true},
        {"absent < :v", 1, false},
        {"absent >= :v", 1, false},
        {"NOT absent = :v", 1, true},
    });
    EXPECT_TRUE(matches("attribute_not_exists(s)", Item{}));
}

TEST(ConditionTest, BetweenIncludesItsBounds) {
    const Item item = sample();
    const auto between = [&](const AttributeValue& low, const AttributeValue& high) {
        return matches("n BETWEEN :lo AND :hi", item, {{":lo", low}, {":hi", high}});
    };
    EXPECT_TRUE(between(10, 20));
    EXPECT_TRUE(between(0, 10));
    EXPECT_FALSE(between(11, 20));
    EXPECT_FALSE(between("0", "9"));
    EXPECT_TRUE(matches(":v between n and s and t = :t or t = :t", item, {{":v", 10}, {":t", true}}));
    EXPECT_TRUE(matches("(n)between(:lo)and(:hi)", item, {{":lo", 1}, {":hi", 20}}));
}

TEST(ConditionTest, InTakesAnyOfItsOperands) {
    EXPECT_TRUE(matches("n IN (:a, :b)", sample(), {{":a", 1}, {":b", 10}}));
    EXPECT_FALSE(matches("n in (:a, :b)", sample(), {{":a", 1}, {":b", "10"}}));
    EXPECT_TRUE(matches(":a IN (s, n)", sample(), {{":a", 10}}));
}

TEST(ConditionTest, LogicBindsNotThenAndThenOr) {
    const Item item{{"a", 1}, {"b", 2}};
    const Values values{{":one", 1}, {":two", 2}};
    EXPECT_TRUE(matches("a = :one OR a = :two AND b = :one", item, values));
    EXPECT_FALSE(matches("(a = :one OR a = :two) AND b = :one", item, values));
    EXPECT_TRUE(matches("NOT a = :two AND b = :two", item, values));
    EXPECT_FALSE(matches("NOT (a = :one AND b = :two)", item, values));
    EXPECT_TRUE(matches("not not a = :one", item, {{":one", 1}}));
    EXPECT_TRUE(matches("a = :one aNd b = :two Or a = :two", item, values));
}

TEST(ConditionTest, AttributeExistsFollowsPaths) {
    const Item item = sample();
    EXPECT_TRUE(matches("attribute_exists(s)", item));
    EXPECT_TRUE(matches("attribute_exists(m.child.x)", item));
    EXPECT_TRUE(matches("attribute_exists(l[2].deep)", item));
    EXPECT_TRUE(matches("attribute_exists ( l [ 2 ] . deep )", item));
    EXPECT_TRUE(matches("attribute_exists((m.child).x)", item));
    EXPECT_FALSE(matches("attribute_exists(l[3])", item));
    EXPECT_FALSE(matches("attribute_exists(l.deep)", item));
    EXPECT_FALSE(matches("attribute_exists(m[0])", item));
    EXPECT_FALSE(matches("attribute_exists(s.x)", item));
    EXPECT_TRUE(matches("attribute_not_exists(m.absent.x)", item));
}

TEST(ConditionTest, NamesStandForWholeElements) {
    const Item item{{"a.b", 1}, {"status", Item{{"in", "x"}}}};
    EXPECT_TRUE(matches("#dotted = :v", item, {{":v", 1}}, {{"#dotted", "a.b"}}));
    EXPECT_TRUE(matches("#s.#i = :v", item, {{":v", "x"}}, {{"#s", "status"}, {"#i", "in"}}));
}

TEST(ConditionTest, AttributeTypeTakesDynamoDbsTypeNames) {
    expectAll({{"attribute_type(s, :v)", "S", true},
               {"attribute_type(n, :v)", "N", true},
               {"attribute_type(b, :v)", "B", true},
               {"attribute_type(t, :v)", "BOOL", true},
               {"attribute_type(nil, :v)", "NULL", true},
               {"attribute_type(l, :v)", "L", true},
               {"attribute_type(m, :v)", "M", true},
               {"attribute_type(ss, :v)", "SS", true},
               {"attribute_type(ns, :v)", "NS", true},
               {"attribute_type(bs, :v)", "BS", true},
               {"attribute_type(s, :v)", "N", false},
               {"attribute_type(absent, :v)", "S", false}});
}

TEST(ConditionTest, BeginsWithTakesTextAndBinary) {
    expectAll({{"begins_with(s, :v)", "he", true},
               {"begins_with(s, :v)", "", true},
               {"begins_with(s, :v)", "hello!", false},
               {"begins_with(b, :v)", Binary{1, 2}, true},
               {"begins_with(b, :v)", Binary{2}, false},
               {"begins_with(s, :v)", Binary{1}, false},
               {"begins_with(n, :v)", "1", false},
               {"begins_with(absent, :v)", "", false}});
}

TEST(ConditionTest, ContainsLooksIntoTextBinarySetsAndLists) {
    expectAll({{"contains(s, :v)", "ell", true},
               {"contains(s, :v)", "elk", false},
               {"contains(b, :v)", Binary{2, 3}, true},
               {"contains(b, :v)", Binary{3, 2}, false},
               {"contains(ss, :v)", "a", true},
               {"contains(ss, :v)", "c", false},
               {"contains(ns, :v)", 2, true},
               {"contains(ns, :v)", "2", false},
               {"contains(bs, :v)", Binary{1}, true},
               {"contains(l, :v)", "x", true},
               {"contains(l, :v)", Item{{"deep", 7}}, true},
               {"contains(l, :v)", 2, false},
               {"contains(n, :v)", 1, false},
               {"contains(absent, :v)", 1, false}});
}

TEST(ConditionTest, SizeCountsBytesAndElements) {
    expectAll({{"size(s) = :v", 5, true},
               {"size(b) = :v", 3, true},
               {"size(l) = :v", 3, true},
               {"size(m) = :v", 2, true},
               {"size(ss) = :v", 2, true},
               {"size(ns) = :v", 2, true},
               {"size(bs) = :v", 2, true},
               {"size(n) = :v", 1, false},
               {"size(absent) = :v", 0, false},
               {"size(n) <> :v", 1, true},
               {":v < size(s)", 4, true},
               {"size(:v) < n", "abc", true}});
    EXPECT_TRUE(matches("size(u) = :v", Item{{"u", "é日"}}, {{":v", 5}}));
    EXPECT_TRUE(matches("size(s) BETWEEN :a AND :b", sample(), {{":a", 1}, {":b", 5}}));
}

TEST(ConditionTest, ACompiledConditionKnowsItsPaths) {
    const ExpressionParameters parameters{{{"#b", "b"}}, {{":v", 1}}};
    ParameterUse use(parameters);
    const Condition condition = Condition::compile("a.#b[3] = :v AND attribute_exists(c)", use).value();
    const DocumentPath first{{"a", std::nullopt}, {"b", std::nullopt}, {"", 3}};
    EXPECT_EQ(condition.paths(), (std::vector<DocumentPath>{first, {{"c", std::nullopt}}}));
}

TEST(ParameterUseTest, UnusedParametersAreNamedOnceEverythingIsCompiled) {
    const ExpressionParameters parameters{{{"#a", "a"}, {"#b", "b"}}, {{":v", 1}, {":w", 2}}};
    ParameterUse use(parameters);
    ASSERT_TRUE(Condition::compile("#a = :v", use));
    EXPECT_EQ(use.checkAllUsed().error().message,
              "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}");
    ASSERT_TRUE(Projection::compile("#b", use));
    EXPECT_EQ(use.checkAllUsed().error().message,
              "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}");
    ASSERT_TRUE(Condition::compile("a = :w", use, "FilterExpression"));
    EXPECT_TRUE(use.checkAllUsed());
}

}  // namespace
}  // namespace drydock::storage
