#include <gtest/gtest.h>

#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::Names;
using tests::repeated;
using tests::updateError;
using tests::Values;

const std::string kInvalid = "Invalid UpdateExpression: ";

TEST(UpdateErrorTest, WhatIsNoUpdateIsASyntaxError) {
    for (const char* text : {"whatever",
                             "set a",
                             "add a",
                             "delete a",
                             "set a=set",
                             "remove a = b",
                             "add a = b",
                             "delete a = b",
                             "delete a b",
                             "delete a if_not_exist(b)",
                             "add abort b",
                             "add a if_not_exist(b)",
                             "remove a b",
                             "set a b",
                             "set :a = b",
                             "add :a b",
                             "delete :a b",
                             "remove :a",
                             "set a = b / c",
                             "set a = b * c",
                             "set a[1] = \"eight\"",
                             "set a[1] = 1",
                             "SET a = if_not_exist(a, 100)",
                             "SET if_not_exist(a, b) = a",
                             "set (a = (b + c))",
                             "set a = (b.c).d + e",
                             "set a = (b.c)[0] + e",
                             "set a = b + c + d",
                             "set a = (b + c) + d",
                             "set a = b + (c + d)",
                             "set a = b,",
                             "set",
                             " ",
                             "set a = b AND c = d",
                             "remove a,"}) {
        EXPECT_EQ(updateError(text).rfind(kInvalid + "Syntax error; ", 0), 0U) << text << ": " << updateError(text);
    }
    EXPECT_EQ(updateError("SET a = :v,"), kInvalid + R"(Syntax error; token: "<EOF>", near: ",")");
    EXPECT_EQ(updateError("SET x = 5"), kInvalid + R"(Syntax error; token: "5", near: "= 5")");
    EXPECT_EQ(updateError(""), kInvalid + "The expression can not be empty;");
}

TEST(UpdateErrorTest, ParenthesesMayStandAroundOperandsAndSums) {
    for (const char* text :
         {"set a = (b + c)", "set a = ((b.c.d)+(e))", "set a = (b)", "set a = list_append((b), (c))"})
        EXPECT_EQ(updateError(text), "accepted") << text;
    for (const char* text : {"set a = ((b))", "set a = ((b + c))", "set a = list_append(((b)), c)"})
        EXPECT_EQ(updateError(text), kInvalid + "The expression has redundant parentheses;") << text;
}

TEST(UpdateErrorTest, ReservedWordsAreRefused) {
    EXPECT_EQ(updateError(" set #c = :c set abOrt = true "),
              kInvalid + "Attribute name is a reserved keyword; reserved keyword: abOrt");
    EXPECT_EQ(updateError(" remove Absolute "),
              kInvalid + "Attribute name is a reserved keyword; reserved keyword: Absolute");
    EXPECT_EQ(updateError("SET a.between = :v"),
              kInvalid + "Attribute name is a reserved keyword; reserved keyword: between");
}

TEST(UpdateErrorTest, OnlyUpdateFunctionsAreTaken) {
    EXPECT_EQ(updateError("set #c = if_not_exist(:c) set c = d"),
              kInvalid + "Invalid function name; function: if_not_exist");
    EXPECT_EQ(updateError("SET a = size(b)"),
              kInvalid + "The function is not allowed in an update expression; function: size");
}

TEST(UpdateErrorTest, ListsAreAppendedOneAtATime) {
    const std::string refused =
        kInvalid + "The function is not allowed to be used this way in an expression; function: list_append";
    EXPECT_EQ(updateError("SET a = list_append(list_append(b, c), d)"), refused);
    EXPECT_EQ(updateError("SET a = list_append(b, list_append(c, d))"), refused);
    EXPECT_EQ(updateError("SET a = list_append(if_not_exists(a, b), c)"), "accepted");
    EXPECT_EQ(updateError("SET a = if_not_exists(a, list_append(b, c))"), "accepted");
}

TEST(UpdateErrorTest, ASectionMayStandOnce) {
    const std::pair<const char*, const char*> cases[] = {{"set a = #c set c = :d", "SET"},
                                                         {"remove #d set a = b remove e", "REMOVE"},
                                                         {"add #d :e set a = b add e :f", "ADD"},
                                                         {"delete #d :e set a = b delete #e :f", "DELETE"}};
    for (const auto& [text, section] : cases) {
        EXPECT_EQ(updateError(text),
                  kInvalid + "The \"" + section + "\" section can only be used once in an update expression;");
    }
}

TEST(UpdateErrorTest, UndefinedNamesAndValuesAreRefused) {
    EXPECT_EQ(updateError("SET #c = if_not_exists(:c)"),
              kInvalid + "An expression attribute name used in the document path is not defined; attribute name: #c");
    EXPECT_EQ(updateError("SET #a = if_not_exists(:c)", {}, {{"#a", "a"}}),
              kInvalid + "An expression attribute value used in expression is not defined; attribute value: :c");
}

TEST(UpdateErrorTest, OverlappingPathsAreRefusedBeforeConflictingOnes) {
    const Names names{{"#c", "c"}, {"#d", "[3]"}};
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "[c, [1], a]", "[c]"},
        {"set #c[3].#d = a, #c[3] = a", "[c, [3], [3]]", "[c, [3]]"},
        {"set a = b remove a", "[a]", "[a]"},
        {"remove a.b.c, a.b", "[a, b, c]", "[a, b]"}};
    for (const auto& [text, one, two] : cases) {
        EXPECT_EQ(updateError(text, {}, names), kInvalid +
                                                    "Two document paths overlap with each other; must remove or "
                                                    "rewrite one of these paths; path one: " +
                                                    one + ", path two: " + two);
    }
    EXPECT_EQ(updateError("set a.b = x, a.c = x, a2 = x, l[1] = x, l[2] = x"), "accepted");
}

TEST(UpdateErrorTest, ConflictingPathsAreRefused) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "[c, [3], [3]]", "[c, [3], [3]]"},
        {"remove a.#c set a[1] = #d", "[a, c]", "[a, [1]]"}};
    for (const auto& [text, one, two] : cases) {
        EXPECT_EQ(updateError(text, {}, {{"#c", "c"}, {"#d", "[3]"}}),
                  kInvalid +
                      "Two document paths conflict with each other; must remove or rewrite one of these paths; path "
                      "one: " +
                      one + ", path two: " + two);
    }
}

TEST(UpdateErrorTest, AddAndDeleteTakeNumbersAndSetsOnly) {
    const std::tuple<const char*, AttributeValue, const char*, const char*> cases[] = {
        {"set b = list_append(:a, a), c = if_not_exists(a) add a.b :a", "a", "ADD", "STRING"},
        {"delete a.b :a", "a", "DELETE", "STRING"},
        {"add a.b :a", Null{}, "ADD", "NULL"},
        {"add a.b :a", true, "ADD", "BOOLEAN"},
        {"delete a.b :a", Binary{1}, "DELETE", "BINARY"},
        {"add a.b :a", Item{}, "ADD", "MAP"},
        {"delete a.b :a", List{}, "DELETE", "LIST"},
        {"delete a.b :a", 1, "DELETE", "NUMBER"}};
    for (const auto& [text, value, section, type] : cases) {
        EXPECT_EQ(updateError(text, {{":a", value}}),
                  kInvalid + "Incorrect operand type for operator or function; operator: " + section +
                      ", operand type: " + type + ", typeSet: ALLOWED_FOR_" + section + "_OPERAND");
    }
}

TEST(UpdateErrorTest, FunctionsCheckTheirOperands) {
    EXPECT_EQ(updateError("set a = if_not_exists(c)"),
              kInvalid +
                  "Incorrect number of operands for operator or function; operator or function: if_not_exists, "
                  "number of operands: 1");
    EXPECT_EQ(updateError("set a = list_append(b, c, d)"),
              kInvalid +
                  "Incorrect number of operands for operator or function; operator or function: list_append, "
                  "number of operands: 3");
    for (const char* text : {"set a = if_not_exists(:a, c)", "set a = if_not_exists(if_not_exists(a, b), c)"}) {
        EXPECT_EQ(updateError(text, {{":a", "a"}}),
                  kInvalid + "Operator or function requires a document path; operator or function: if_not_exists");
    }
    const std::tuple<const char*, AttributeValue, const char*, const char*> cases[] = {
        {"set a = list_append(:a, a)", "a", "list_append", "S"},
        {"set a = list_append(a, :a)", 1, "list_append", "N"},
        {"set a = list_append(a, :a)", Item{}, "list_append", "M"},
        {"set a = a + :a", "a", "+", "S"},
        {"set a = :a + b", Binary{}, "+", "B"},
        {"set a = a - :a", List{}, "-", "L"},
        {"set a = a - :a", NumberSet{}, "-", "NS"}};
    for (const auto& [text, value, operation, type] : cases) {
        EXPECT_EQ(updateError(text, {{":a", value}}),
                  kInvalid + "Incorrect operand type for operator or function; operator or function: " + operation +
                      ", operand type: " + type);
    }
}

TEST(UpdateErrorTest, LimitsHold) {
    EXPECT_EQ(updateError("SET a = " + std::string(5'000, 'b')),
              kInvalid + "Expression size has exceeded the maximum allowed size;");
    std::string many = "REMOVE a0";
    for (int i = 1; i <= 300; ++i) many += ",a" + std::to_string(i);
    EXPECT_EQ(updateError(many), kInvalid + "The expression contains too many operators; operator count: 301");
    const std::string tooMany = kInvalid + "The expression contains too many operators; operator count: 301";
    const std::string redundant = kInvalid + "The expression has redundant parentheses;";
    EXPECT_EQ(updateError("SET a = " + repeated("list_append(", 330)), tooMany);
    EXPECT_EQ(updateError("SET a = " + repeated("(", 1'000) + "b" + repeated(")", 1'000)), redundant);
    EXPECT_EQ(updateError("SET a = list_append(b, " + repeated("(", 1'000) + "b" + repeated(")", 1'001)), redundant);
}

TEST(UpdateErrorTest, DamagedTextIsSafe) {
    const std::string text =
        "SET a.#b[1] = if_not_exists(a.c, :v) + :v, l = list_append(l, :l) REMOVE x ADD n :v DELETE s :s";
    const Values values{{":v", 1}, {":l", List{}}, {":s", StringSet{{"a"}}}};
    const Names names{{"#b", "b"}};
    ASSERT_EQ(updateError(text, values, names), "accepted");
    int refused = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (updateError(text.substr(0, at), values, names) != "accepted") ++refused;
        for (int byte = 0; byte < 256; ++byte) {
            std::string damaged = text;
            damaged[at] = static_cast<char>(byte);
            if (updateError(damaged, values, names) != "accepted") ++refused;
        }
    }
    EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace drydock::storage
