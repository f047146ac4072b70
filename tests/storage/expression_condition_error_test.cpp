#include <gtest/gtest.h>

#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::conditionError;
using tests::Names;
using tests::repeated;
using tests::Values;

const std::string kInvalid = "Invalid ConditionExpression: ";

TEST(ConditionErrorTest, SyntaxErrorsNameTheTokenAndWhatIsAroundIt) {
    const std::pair<const char*, const char*> cases[] = {
        {"a x b", R"(token: "x", near: "a x b")"},
        {"foo", R"(token: "<EOF>", near: "foo")"},
        {"attribute_not_exists(", R"(token: "<EOF>", near: "(")"},
        {"contains (themes, :theme", R"(token: "<EOF>", near: ":theme")"},
        {"attribute_exists(Pictures-RearView)", R"(token: "-", near: "Pictures-RearView")"},
        {"a > 4", R"(token: "4", near: "> 4")"},
        {"a = b = c", R"(token: "=", near: "b = c")"},
        {"= a", R"(token: "=", near: "= a")"},
        {"\xC3\xBC > a", "token: \"\xC3\xBC\", near: \"\xC3\xBC >\""},
        {"a AND b = c", R"(token: "AND", near: "a AND b")"},
        {"   ", R"(token: "<EOF>", near: "")"},
    };
    for (const auto& [text, where] : cases)
        EXPECT_EQ(conditionError(text), kInvalid + "Syntax error; " + where) << text;
}

TEST(ConditionErrorTest, WhatIsNoConditionIsASyntaxError) {
    for (const char* text : {"things are not gonna be ok",
                             "attribute_exists(\"Pictures.RearView\")",
                             "attribute_exists(Pictures..RearView)",
                             "attribute_exists(Pi#ctures.RearView)",
                             "attribute_exists(asdf[a])",
                             "a in b, c",
                             "a > between",
                             "a in b",
                             "a in (b,c,)",
                             "(a)between(b.(c.d))and(c)",
                             "(a)between(b.c.d)and((c)",
                             "#$.b > a",
                             "a > :things.stuff",
                             "b[:a] > a",
                             "b[#_] > a",
                             "(a)between(b.c[4.5].#d)and(:a)",
                             "size(a).b > a",
                             "(size(a)).b > a",
                             "size(a)[0] > a",
                             "(size(a))[0] > a",
                             "(a = b) = c",
                             "(a = b",
                             "a = b)",
                             "NOT a",
                             "a.b.",
                             "a[",
                             "a[0",
                             "a[-1] = b",
                             "a BETWEEN b",
                             "a BETWEEN b OR c",
                             "a = b AND",
                             "OR a = b",
                             "()",
                             "#",
                             ":",
                             "a == b",
                             "a != b",
                             "_a = b"}) {
        EXPECT_EQ(conditionError(text).rfind(kInvalid + "Syntax error; ", 0), 0U)
            << text << ": " << conditionError(text);
    }
}

TEST(ConditionErrorTest, TheKindOfExpressionIsNamed) {
    const ExpressionParameters none;
    ParameterUse use(none);
    EXPECT_EQ(Condition::compile("", use, "FilterExpression").error().message,
              "Invalid FilterExpression: The expression can not be empty;");
    EXPECT_EQ(conditionError(""), kInvalid + "The expression can not be empty;");
}

TEST(ConditionErrorTest, RedundantParenthesesAreRefused) {
    for (const char* text : {"a=a and a > ((views))", "(a)between(((b.c)).d)and(c)", "a > whatever((:things), ((a)))",
                             "a=a AND ((a=a AND a=a)) AND a=a", "a=a OR ((a=a OR a=a)) OR a=a",
                             "a=a AND ((a=a AND (a=a AND a=a)))", "a=a OR ((a=a OR (a=a OR a=a)))", "((a = b))"}) {
        EXPECT_EQ(conditionError(text), kInvalid + "The expression has redundant parentheses;") << text;
    }
    EXPECT_EQ(conditionError("((a = b) AND (a = c)) OR (a = d)"), "accepted");
    EXPECT_EQ(conditionError("((a) = (b))"), "accepted");
    EXPECT_EQ(conditionError("((a).b = c)"), "accepted");
}

TEST(ConditionErrorTest, UnknownFunctionsAreRefused) {
    EXPECT_EQ(conditionError("a=a and whatever((:things)) > a"),
              kInvalid + "Invalid function name; function: whatever");
    EXPECT_EQ(conditionError("attRIbute_exIsts((views), #a)"),
              kInvalid + "Invalid function name; function: attRIbute_exIsts");
    EXPECT_EQ(conditionError("a = if_not_exists(a, b)"),
              kInvalid + "The function is not allowed in a condition expression; function: if_not_exists");
}

TEST(ConditionErrorTest, FunctionsInTheWrongPlaceAreRefused) {
    const std::pair<const char*, const char*> cases[] = {
        {"a=a and attribute_exists((views), (#a)) > b", "attribute_exists"},
        {"attribute_not_exists(things) > b", "attribute_not_exists"},
        {"attribute_type(things, :a) > b", "attribute_type"},
        {"begins_with(things, a) > b", "begins_with"},
        {"contains(:things, c) > b", "contains"},
        {"size(contains(a, b)) > a", "contains"},
        {"size(things)", "size"},
        {"NOT size(things)", "size"},
        {"a between b and attribute_exists(things)", "attribute_exists"},
        {"a in (b, attribute_exists(things))", "attribute_exists"},
    };
    for (const auto& [text, function] : cases) {
        EXPECT_EQ(conditionError(text),
                  kInvalid + "The function is not allowed to be used this way in an expression; function: " + function);
    }
}

TEST(ConditionErrorTest, ReservedWordsAreRefusedWhateverTheirCase) {
    const std::pair<const char*, const char*> cases[] = {{"attribute_exists(views, #a)", "views"},
                                                         {":a < abOrT", "abOrT"},
                                                         {"x.status = :a", "status"},
                                                         {"ZONE = x", "ZONE"}};
    for (const auto& [text, word] : cases) {
        EXPECT_EQ(conditionError(text), kInvalid + "Attribute name is a reserved keyword; reserved keyword: " + word);
    }
    EXPECT_EQ(conditionError("#s = :v", {{":v", 1}}, {{"#s", "status"}}), "accepted");
}

TEST(ConditionErrorTest, UndefinedNamesAndValuesAreRefused) {
    const std::pair<const char*, const char*> names[] = {
        {"attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"},
        {"begins_with(Pictures.#RearView)", "#RearView"},
        {"(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"},
        {"#4g > a", "#4g"},
        {"#_ > a", "#_"},
        {"(a)between(b.c[45].#d)and(:a)", "#d"}};
    for (const auto& [text, name] : names) {
        EXPECT_EQ(conditionError(text), kInvalid +
                                            "An expression attribute name used in the document path is not "
                                            "defined; attribute name: " +
                                            name);
    }
    const std::pair<const char*, const char*> values[] = {
        {"begins_with(:hello, #a, #b)", ":hello"}, {":a < :b", ":a"}, {":_ > a", ":_"}};
    for (const auto& [text, value] : values) {
        EXPECT_EQ(conditionError(text), kInvalid +
                                            "An expression attribute value used in expression is not defined; "
                                            "attribute value: " +
                                            value);
    }
}

TEST(ConditionErrorTest, OperandsAreCounted) {
    const std::tuple<const char*, const char*, int> cases[] = {
        {"attribute_exists(things, a) and a=a", "attribute_exists", 2},
        {"attribute_type(things)", "attribute_type", 1},
        {"begins_with(things)", "begins_with", 1},
        {"begins_with(things, size(a), b)", "begins_with", 3},
        {"contains(things)", "contains", 1},
        {"size(things, a) > b", "size", 2}};
    for (const auto& [text, function, count] : cases) {
        EXPECT_EQ(conditionError(text), kInvalid +
                                            "Incorrect number of operands for operator or function; operator or "
                                            "function: " +
                                            function + ", number of operands: " + std::to_string(count));
    }
}

TEST(ConditionErrorTest, OperandTypesAreChecked) {
    const std::tuple<const char*, AttributeValue, const char*, const char*> cases[] = {
        {"attribute_type(a, size(a)) and a=b and a=:a", 1, "attribute_type", "N"},
        {"attribute_type(a, :a)", 1, "attribute_type", "N"},
        {"attribute_type(a, :a)", StringSet{{"1"}}, "attribute_type", "SS"},
        {"attribute_type(a, b)", 1, "attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
        {"begins_with(a, size(a)) and a=:a", 1, "begins_with", "N"},
        {"begins_with(a, :a)", true, "begins_with", "BOOL"},
        {"begins_with(:a, a)", List{}, "begins_with", "L"},
        {"size(size(a)) > :a", 1, "size", "N"},
        {"attribute_not_exists(size(:a))", 1, "size", "N"},
        {"size(:a) > a", true, "size", "BOOL"},
        {"size(:a) > a", Null{}, "size", "NULL"},
        {"a < :a", true, "<", "BOOL"},
        {"a >= :a", Item{}, ">=", "M"},
        {"a BETWEEN :a AND b", List{}, "BETWEEN", "L"},
    };
    for (const auto& [text, value, operation, type] : cases) {
        EXPECT_EQ(conditionError(text, {{":a", value}}),
                  kInvalid + "Incorrect operand type for operator or function; operator or function: " + operation +
                      ", operand type: " + type)
            << text;
    }
    EXPECT_EQ(conditionError("attribute_type(a, :a)", {{":a", "1"}}),
              kInvalid + "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

TEST(ConditionErrorTest, SomeFunctionsNeedAPath) {
    for (const auto& [text, function] : std::initializer_list<std::pair<const char*, const char*>>{
             {"attribute_exists(:a) and a=b", "attribute_exists"},
             {"attribute_not_exists(size(:a))", "attribute_not_exists"}}) {
        EXPECT_EQ(conditionError(text, {{":a", "1"}}),
                  kInvalid + "Operator or function requires a document path; operator or function: " + function);
    }
}

TEST(ConditionErrorTest, TheFirstOperandMustBeDistinct) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"a = a AND #a = b AND :views > a", "=", "[a]"},
        {"#a <> a", "<>", "[a]"},
        {"a > #a", ">", "[a]"},
        {"((a=a) OR (a=a))", "=", "[a]"},
        {"contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"},
        {"attribute_type(ab.bc[1].#a, ab.bc[1].a)", "attribute_type", "[ab, bc, [1], a]"},
        {"begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"},
        {"a BETWEEN b AND a", "BETWEEN", "[a]"},
        {"a IN (b, #a)", "IN", "[a]"},
    };
    for (const auto& [text, operation, path] : cases) {
        EXPECT_EQ(conditionError(text, {}, {{"#a", "a"}}),
                  kInvalid +
                      "The first operand must be distinct from the remaining operands for this operator or "
                      "function; operator: " +
                      operation + ", first operand: " + path);
    }
    EXPECT_EQ(conditionError(":a > :a", {{":a", 1}}), "accepted");
}

TEST(ConditionErrorTest, BoundsOfBetweenMustFit) {
    EXPECT_EQ(conditionError("a between :b and :a", {{":a", "a"}, {":b", 1}}),
              kInvalid +
                  "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
                  "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}");
    EXPECT_EQ(conditionError("a between :b and :a", {{":a", "a"}, {":b", "b"}}),
              kInvalid +
                  "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower "
                  "bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}");
    EXPECT_EQ(conditionError("a between :a and :a", {{":a", "a"}}), "accepted");
}

TEST(ConditionErrorTest, InTakesAHundredOperands) {
    const Values values{{":v", 1}};
    EXPECT_EQ(conditionError("a IN (" + repeated(":v,", 99) + ":v)", values), "accepted");
    EXPECT_EQ(conditionError("a IN (" + repeated(":v,", 100) + ":v)", values),
              kInvalid + "The IN operator is provided with too many operands; number of operands: 101");
}

TEST(ConditionErrorTest, LengthHasALimit) {
    const std::string body = "attribute_exists(a)";
    EXPECT_EQ(conditionError(body + std::string(4096 - body.size(), ' ')), "accepted");
    EXPECT_EQ(conditionError(body + std::string(4097 - body.size(), ' ')),
              kInvalid + "Expression size has exceeded the maximum allowed size; expression size: 4097");
}

TEST(ConditionErrorTest, OperatorsHaveALimit) {
    // n comparisons and n - 1 times OR.
    const auto chain = [](int comparisons) { return repeated("a=b OR ", comparisons - 1) + "a=b"; };
    EXPECT_EQ(conditionError(chain(150)), "accepted");
    EXPECT_EQ(conditionError(chain(151)), kInvalid + "The expression contains too many operators; operator count: 301");
}

TEST(ConditionErrorTest, ListIndexesAndPathsHaveALimit) {
    EXPECT_EQ(conditionError("a[2147483647] = b"), "accepted");
    EXPECT_EQ(conditionError("a[2147483648] = b"),
              kInvalid + "List index is not within the allowable range; index: [2147483648]");
    EXPECT_EQ(conditionError("a[99999999999999999999999] = b"),
              kInvalid + "List index is not within the allowable range; index: [99999999999999999999999]");
    EXPECT_EQ(conditionError("a" + repeated(".b", 31) + " = b"), "accepted");
    EXPECT_EQ(conditionError("a" + repeated(".b", 32) + " = b"),
              kInvalid + "The document path has too many nesting levels; nesting levels: 33");
}

TEST(ConditionErrorTest, NestingIsRefusedBeforeTheStackIsAtRisk) {
    EXPECT_EQ(conditionError(repeated("(", 1'000) + "a = b" + repeated(")", 1'000)),
              kInvalid + "The expression has redundant parentheses;");
    EXPECT_EQ(conditionError(repeated("(", 4'000)), kInvalid + "The expression has redundant parentheses;");
    const std::string tooMany = kInvalid + "The expression contains too many operators; operator count: 301";
    EXPECT_EQ(conditionError(repeated("NOT(", 500) + "a = b" + repeated(")", 500)), tooMany);
    EXPECT_EQ(conditionError(repeated("NOT ", 1'000) + "a = b"), tooMany);
    EXPECT_EQ(conditionError("a = " + repeated("size(", 700)), tooMany);
    EXPECT_EQ(conditionError("a = " + repeated("(", 1'000)), kInvalid + "The expression has redundant parentheses;");
    EXPECT_EQ(conditionError("a = b" + repeated("[1]", 1'000)),
              kInvalid + "The document path has too many nesting levels; nesting levels: 1001");
    // As deep as the number of operators allows: each level takes an AND and a comparison.
    EXPECT_EQ(conditionError(repeated("a=b AND(", 149) + "a=b" + repeated(")", 149)), "accepted");
}

TEST(ConditionErrorTest, DamagedTextIsSafe) {
    const std::string text = "(NOT a.b[1] = :v OR #n IN (:v, :w)) AND size(c) BETWEEN :v AND :w AND contains(d, :v)";
    const Values values{{":v", 1}, {":w", 2}};
    const Names names{{"#n", "n"}};
    ASSERT_EQ(conditionError(text, values, names), "accepted");
    int refused = 0;
    for (std::size_t length = 0; length < text.size(); ++length) {
        if (conditionError(text.substr(0, length), values, names) != "accepted") ++refused;
    }
    EXPECT_GT(refused, 60);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string damaged = text;
            damaged[at] = static_cast<char>(byte);
            if (conditionError(damaged, values, names) != "accepted") ++refused;
        }
    }
    EXPECT_GT(refused, 1'000);
}

}  // namespace
}  // namespace drydock::storage
