#include <gtest/gtest.h>

#include "storage/value/json.h"
#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::applyError;
using tests::updated;
using tests::Values;

constexpr const char* kMissing = "The provided expression refers to an attribute that does not exist in the item";
constexpr const char* kWrongType = "An operand in the update expression has an incorrect data type";
constexpr const char* kWrongPath = "The document path provided in the update expression is invalid for update";

List numbers(std::initializer_list<int> values) {
    List list;
    for (const int value : values) list.emplace_back(value);
    return list;
}

TEST(UpdateTest, SetWritesValuesAndCopies) {
    EXPECT_EQ(updated("SET a = :v", {}, {{":v", 1}}), (Item{{"a", 1}}));
    EXPECT_EQ(updated("SET a = :v, b = c", Item{{"a", "old"}, {"c", 3}}, {{":v", 1}}),
              (Item{{"a", 1}, {"b", 3}, {"c", 3}}));
    EXPECT_EQ(updated("set #s = :v", {}, {{":v", 1}}, {{"#s", "status"}}), (Item{{"status", 1}}));
}

TEST(UpdateTest, OperandsReadTheItemAsItWas) {
    EXPECT_EQ(updated("SET a = b, b = a", Item{{"a", 1}, {"b", 2}}), (Item{{"a", 2}, {"b", 1}}));
    EXPECT_EQ(updated("REMOVE a SET b = a", Item{{"a", 1}}), (Item{{"b", 1}}));
}

TEST(UpdateTest, SetCountsExactly) {
    const Item item{{"n", Number::parse("0.1").value()}};
    EXPECT_EQ(updated("SET n = n + :v", item, {{":v", Number::parse("0.2").value()}}),
              (Item{{"n", Number::parse("0.3").value()}}));
    EXPECT_EQ(updated("SET n = n - :v", Item{{"n", 5}}, {{":v", 7}}), (Item{{"n", -2}}));
    EXPECT_EQ(updated("SET n = :v + :v", {}, {{":v", 2}}), (Item{{"n", 4}}));
    EXPECT_EQ(updated("SET n = (n) + (:v)", Item{{"n", 5}}, {{":v", 1}}), (Item{{"n", 6}}));
    EXPECT_EQ(updated("SET n = (n + :v)", Item{{"n", 5}}, {{":v", 1}}), (Item{{"n", 6}}));
    EXPECT_EQ(updated("SET n = if_not_exists(n, :zero) + :v", {}, {{":zero", 0}, {":v", 1}}), (Item{{"n", 1}}));
}

TEST(UpdateTest, IfNotExistsTakesTheFirstThatIsThere) {
    EXPECT_EQ(updated("SET a = if_not_exists(a, :v)", {}, {{":v", 1}}), (Item{{"a", 1}}));
    EXPECT_EQ(updated("SET a = if_not_exists(a, :v)", Item{{"a", 5}}, {{":v", 1}}), (Item{{"a", 5}}));
    EXPECT_EQ(updated("SET a = if_not_exists(b, if_not_exists(c, :v))", Item{{"c", 3}}, {{":v", 1}}),
              (Item{{"a", 3}, {"c", 3}}));
}

TEST(UpdateTest, ListAppendJoinsInOrder) {
    const Item item{{"l", numbers({1, 2})}};
    EXPECT_EQ(updated("SET l = list_append(l, :v)", item, {{":v", numbers({3})}}), (Item{{"l", numbers({1, 2, 3})}}));
    EXPECT_EQ(updated("SET l = list_append(:v, l)", item, {{":v", numbers({0})}}), (Item{{"l", numbers({0, 1, 2})}}));
    EXPECT_EQ(
        updated("SET l = list_append(if_not_exists(x, :none), :v)", {}, {{":none", List{}}, {":v", numbers({1})}}),
        (Item{{"l", numbers({1})}}));
}

TEST(UpdateTest, PathsReachIntoMapsAndLists) {
    const Item item{{"m", Item{{"k", 1}, {"l", numbers({1, 2, 3})}}}};
    EXPECT_EQ(updated("SET m.k = :v, m.fresh = :v, m.l[1] = :v REMOVE m.l[0]", item, {{":v", 9}}),
              (Item{{"m", Item{{"k", 9}, {"fresh", 9}, {"l", numbers({9, 3})}}}}));
    EXPECT_EQ(updated("REMOVE m.k", item), (Item{{"m", Item{{"l", numbers({1, 2, 3})}}}}));
}

TEST(UpdateTest, AnIndexBehindTheEndAppendsInTheOrderOfTheIndexes) {
    const Item item{{"l", numbers({0, 1})}};
    EXPECT_EQ(updated("SET l[9] = :b, l[5] = :a", item, {{":a", 5}, {":b", 9}}), (Item{{"l", numbers({0, 1, 5, 9})}}));
    EXPECT_EQ(updated("SET l[10] = :b, l[9] = :a", item, {{":a", 9}, {":b", 10}}),
              (Item{{"l", numbers({0, 1, 9, 10})}}));
}

TEST(UpdateTest, IndexesMeanTheListAsItWas) {
    const Item item{{"l", numbers({0, 1, 2, 3})}};
    EXPECT_EQ(updated("REMOVE l[0], l[2]", item), (Item{{"l", numbers({1, 3})}}));
    EXPECT_EQ(updated("REMOVE l[0] SET l[1] = :v", item, {{":v", 9}}), (Item{{"l", numbers({9, 2, 3})}}));
    EXPECT_EQ(updated("REMOVE l[0], l[5] SET l[9] = :v", item, {{":v", 9}}), (Item{{"l", numbers({1, 2, 3, 9})}}));
    EXPECT_EQ(updated("REMOVE l[4] SET l[9] = :v", item, {{":v", 9}}), (Item{{"l", numbers({0, 1, 2, 3, 9})}}));
}

TEST(UpdateTest, RemovingWhatIsNotThereChangesNothing) {
    const Item item{{"a", 1}, {"m", Item{{"k", 1}}}, {"l", numbers({1})}};
    EXPECT_EQ(updated("REMOVE x, m.x, l[7]", item), item);
}

TEST(UpdateTest, AddCountsAndUnites) {
    EXPECT_EQ(updated("ADD n :v", Item{{"n", 5}}, {{":v", -7}}), (Item{{"n", -2}}));
    EXPECT_EQ(updated("ADD n :v", {}, {{":v", 3}}), (Item{{"n", 3}}));
    EXPECT_EQ(updated("ADD s :v", Item{{"s", StringSet{{"a"}}}}, {{":v", StringSet{{"b", "a"}}}}),
              (Item{{"s", StringSet{{"a", "b"}}}}));
    EXPECT_EQ(updated("ADD s :v", {}, {{":v", NumberSet{{Number(1)}}}}), (Item{{"s", NumberSet{{Number(1)}}}}));
    EXPECT_EQ(updated("ADD m.n :v, b :b", Item{{"m", Item{{"n", 1}}}, {"b", BinarySet{{Binary{2}}}}},
                      {{":v", 1}, {":b", BinarySet{{Binary{1}}}}}),
              (Item{{"m", Item{{"n", 2}}}, {"b", BinarySet{{Binary{1}, Binary{2}}}}}));
}

TEST(UpdateTest, DeleteTakesOutOfSetsAndAnEmptySetGoes) {
    const Item item{{"s", StringSet{{"a", "b"}}}, {"k", 1}};
    EXPECT_EQ(updated("DELETE s :v", item, {{":v", StringSet{{"a", "z"}}}}), (Item{{"s", StringSet{{"b"}}}, {"k", 1}}));
    EXPECT_EQ(updated("DELETE s :v", item, {{":v", StringSet{{"a", "b"}}}}), (Item{{"k", 1}}));
    EXPECT_EQ(updated("DELETE x :v", item, {{":v", StringSet{{"a"}}}}), item);
}

TEST(UpdateTest, AllSectionsWorkTogether) {
    EXPECT_EQ(updated("SET a = :v REMOVE b ADD c :v DELETE d :s", Item{{"b", 1}, {"d", StringSet{{"x", "y"}}}},
                      {{":v", 1}, {":s", StringSet{{"x"}}}}),
              (Item{{"a", 1}, {"c", 1}, {"d", StringSet{{"y"}}}}));
}

TEST(UpdateTest, AnAbsentOperandIsRefused) {
    EXPECT_EQ(applyError("SET a = b", {}), kMissing);
    EXPECT_EQ(applyError("SET n = n + :v", {}, {{":v", 1}}), kMissing);
    EXPECT_EQ(applyError("SET a = list_append(l, :v)", {}, {{":v", List{}}}), kMissing);
    EXPECT_EQ(applyError("SET a = m.x[1]", Item{{"m", Item{}}}), kMissing);
}

TEST(UpdateTest, AnOperandOfTheWrongTypeIsRefused) {
    EXPECT_EQ(applyError("SET n = n + :v", Item{{"n", "1"}}, {{":v", 1}}), kWrongType);
    EXPECT_EQ(applyError("SET n = :v - n", Item{{"n", true}}, {{":v", 1}}), kWrongType);
    EXPECT_EQ(applyError("SET n = list_append(n, :v)", Item{{"n", 1}}, {{":v", List{}}}), kWrongType);
    EXPECT_EQ(applyError("ADD n :v", Item{{"n", "1"}}, {{":v", 1}}), kWrongType);
    EXPECT_EQ(applyError("ADD s :v", Item{{"s", StringSet{{"a"}}}}, {{":v", NumberSet{{Number(1)}}}}), kWrongType);
    EXPECT_EQ(applyError("DELETE s :v", Item{{"s", "a"}}, {{":v", StringSet{{"a"}}}}), kWrongType);
}

TEST(UpdateTest, APathThatDoesNotFitIsRefused) {
    const Item item{{"s", "x"}, {"m", Item{}}, {"l", List{}}};
    for (const char* update : {"SET x.y = :v", "SET s.y = :v", "SET s[0] = :v", "SET m[0] = :v", "SET l.x = :v",
                               "SET m.x.y = :v", "SET l[0].x = :v", "ADD x.y :v"}) {
        EXPECT_EQ(applyError(update, item, {{":v", 1}}), kWrongPath) << update;
    }
    for (const char* update : {"REMOVE x.y", "REMOVE s.y", "REMOVE m[0]", "REMOVE l.x", "REMOVE l[0].x"})
        EXPECT_EQ(applyError(update, item), kWrongPath) << update;
}

TEST(UpdateTest, SumsOutOfRangeAreRefused) {
    EXPECT_EQ(
        applyError("ADD n :v", Item{{"n", Number::parse("9e125").value()}}, {{":v", Number::parse("9e125").value()}}),
        "Number overflow. Attempting to store a number with magnitude larger than supported range");
}

TEST(UpdateTest, TheResultMayNotNestTooDeep) {
    AttributeValue deep = 1;
    for (int i = 0; i < 30; ++i) deep = List{deep};
    const Item item{{"m", Item{{"k", Item{}}}}};
    EXPECT_EQ(applyError("SET m.x = :v", item, {{":v", deep}}), "applied");
    EXPECT_EQ(applyError("SET m.k.x = :v", item, {{":v", deep}}), kTooDeep);
}

TEST(UpdateTest, TargetsAreInTheOrderWritten) {
    const ExpressionParameters parameters{{}, {{":v", 1}}};
    ParameterUse use(parameters);
    const Update update = Update::compile("SET b.c = :v REMOVE a[1] ADD n :v", use).value();
    EXPECT_EQ(update.targets(),
              (std::vector<DocumentPath>{
                  {{"b", std::nullopt}, {"c", std::nullopt}}, {{"a", std::nullopt}, {"", 1}}, {{"n", std::nullopt}}}));
}

}  // namespace
}  // namespace drydock::storage
