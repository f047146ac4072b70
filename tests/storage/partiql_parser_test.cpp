#include <gtest/gtest.h>

#include "storage/partiql/parser.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

using namespace storage::partiql;
using storage::partiql::Update;  // rather than the expression
using Kind = Expr::Kind;

const std::string kMalformed = "Statement wasn't well formed, can't be processed: ";
const std::string kLeftover = kMalformed + "Unexpected token after expression";
const std::string kMissingRightSide = kMalformed + "Missing right-hand side expression of infix operator";

std::string errorOf(const std::string& text) {
    const auto statement = parseStatement(text);
    return statement ? "no error" : statement.error().message;
}

template <class T>
T parsed(const std::string& text) {
    return std::get<T>(take(parseStatement(text)).body);
}

Expr whereOf(const std::string& condition) {
    return *parsed<Select>("SELECT * FROM t WHERE " + condition).where;
}

struct Refusal {
    const char* statement;
    std::string message;
};

class PartiqlRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(PartiqlRefusal, IsWordedAsTheServiceDoes) {
    EXPECT_EQ(errorOf(GetParam().statement), GetParam().message) << GetParam().statement;
}

INSTANTIATE_TEST_SUITE_P(Leftovers, PartiqlRefusal,
                         ::testing::Values(Refusal{R"(SELECT * FROM "t" WHERE pk = 1 foo)", kLeftover},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1 e5)", kLeftover},
                                           Refusal{R"(INSERT INTO "t" VALUE {'pk': 1} foo)", kLeftover},
                                           Refusal{R"(UPDATE "t" SET a = 9 WHERE pk = 2 foo)", kLeftover},
                                           Refusal{R"(DELETE FROM "t" WHERE pk = 3 foo)", kLeftover},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1))", kLeftover},
                                           Refusal{R"(DELETE FROM "t" WHERE pk = 4 ORDER BY pk)", kLeftover},
                                           Refusal{R"(SELECT * FROM "t" ORDER BY pk WHERE pk = 1)", kLeftover},
                                           Refusal{R"(INSERT INTO "t" x VALUE {'pk': 'x'})", kLeftover},
                                           Refusal{R"(FROM "t" SET c = 1 WHERE pk = 'x')", kLeftover},
                                           Refusal{R"(SELECTT * FROMM "t")", kLeftover}));

INSTANTIATE_TEST_SUITE_P(Tokens, PartiqlRefusal,
                         ::testing::Values(Refusal{R"(SELECT * FROM "t" WHERE pk = 1e2147483648)", kMalformed},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1e99999999999)", kMalformed},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1.5e-2147483647)", kMalformed},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1 # note)", kMalformed},
                                           Refusal{R"(SELECT * FROM "t" WHERE pk = 1 /* note)", kMalformed},
                                           Refusal{R"(SELECT * FROM "t)", kMalformed},
                                           Refusal{"SELECT * FROM t WHERE a = 'x", kMalformed},
                                           Refusal{"SELECT * FROM t WHERE a = 1x", kMalformed}));

INSTANTIATE_TEST_SUITE_P(
    Aliases, PartiqlRefusal,
    ::testing::Values(Refusal{R"(SELECT * FROM "t" x WHERE pk = 'x')", "Aliasing is not supported"},
                      Refusal{R"(SELECT * FROM "t" AS x WHERE pk = 'x')", "Aliasing is not supported"},
                      Refusal{R"(UPDATE "t" x SET a = 3 WHERE pk = 'x')", "Aliasing is not supported"},
                      Refusal{R"(DELETE FROM "t" x WHERE pk = 'x')", "Aliasing is not supported"}));

INSTANTIATE_TEST_SUITE_P(
    Conditions, PartiqlRefusal,
    ::testing::Values(Refusal{R"(SELECT * FROM "t" WHERE)", kMalformed + "Unexpected term"},
                      Refusal{R"(SELECT * FROM "t" WHERE;)", kMalformed + "Unexpected term"},
                      Refusal{R"(UPDATE "t" SET a = 1 WHERE)", kMalformed + "Unexpected term"},
                      Refusal{R"(DELETE FROM "t" WHERE)", kMalformed + "Unexpected term"},
                      Refusal{R"(SELECT * FROM "t" WHERE NOT)", kMalformed + "Unexpected term"},
                      Refusal{R"(SELECT * FROM "t" WHERE ()", kMalformed + "Unexpected term"},
                      Refusal{R"(SELECT * FROM "t" WHERE pk = 'p1' AND)", kMissingRightSide},
                      Refusal{R"(SELECT * FROM "t" WHERE pk = 'p1' OR)", kMissingRightSide},
                      Refusal{R"(SELECT * FROM "t" WHERE ORDER BY pk)", kMalformed + "Unexpected keyword"},
                      Refusal{R"(SELECT * FROM "t" WHERE pk = 'a' AND x IS FOO)", kMalformed + "Expected type name"},
                      Refusal{R"(SELECT * FROM "t" WHERE IS NULL)", kMalformed + "Unexpected operator"},
                      Refusal{R"(SELECT * FROM "t" WHERE pk = LIKE)", kMalformed + "Unexpected operator"},
                      Refusal{"SELECT * FROM t WHERE attribute_exists(m.inner)",
                              kMalformed + "Invalid path dot component"}));

INSTANTIATE_TEST_SUITE_P(
    Statements, PartiqlRefusal,
    ::testing::Values(
        Refusal{R"(SLECT * FROM "t" WHERE pk = 'x')", kMalformed + "Expected data manipulation"},
        Refusal{"DELETE FROM", kMalformed + "Expected identifier for simple path"},
        Refusal{"DELETE FROM;", kMalformed + "Expected identifier for simple path"},
        Refusal{"DELETE FROM WHERE pk = 'a'", kMalformed + "Expected identifier for simple path"},
        Refusal{"SELECT * FROM", kMalformed + "Unexpected term"},
        Refusal{R"(UPDATE "t")", kMalformed + "Expected data manipulation"},
        Refusal{"x IS INT4", "Unsupported operation: IsType"},
        Refusal{"x IS DOUBLE PRECISION", "Unsupported operation: IsType"},
        Refusal{"x IS CHARACTER VARYING", "Unsupported operation: IsType"},
        Refusal{"SELECT *, a FROM t", "Other attributes should not be present in the projection when '*' is used."},
        Refusal{"SELECT VALUE a FROM t", "Select projection doesn't support value or pivot keywords"},
        Refusal{"SELECT attribute_exists(ss) FROM t", "Unexpected path component at 1:8:16"},
        Refusal{"SELECT COUNT(*) FROM t", "Unexpected path component at 1:8:5"},
        Refusal{"SELECT * FROM t WHERE a = 1 LIMIT 5", "Unsupported clause: LIMIT at 1:35:1"},
        Refusal{"SELECT l[-1] FROM t", "List index is not within the allowable range; index: [-1] at 1:11:1"},
        Refusal{"SELECT l[2147483648] FROM t",
                "List index is not within the allowable range; index: [2147483648] at 1:10:10"},
        Refusal{R"(SELECT * FROM "t"."i"."x" WHERE a = 1)",
                "A path may contain at most 2 components in the FROM clause"},
        Refusal{R"(SELECT * FROM "t"."" WHERE a = 1)", "Path component cannot be an empty string"},
        Refusal{R"(SELECT * FROM "" WHERE a = 1)", "Path component cannot be an empty string"},
        Refusal{R"(INSERT INTO "t"."i" VALUE {'pk': 'x'})", "FROM clause may only contain a single table name"},
        Refusal{"DELETE FROM t WHERE pk = 'x' RETURNING MODIFIED OLD *",
                "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE "
                "statements."},
        Refusal{"DELETE FROM t WHERE pk = 'x' RETURNING ALL NEW *",
                "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in DELETE "
                "statements."}));

TEST(PartiqlParser, ReadsTableIndexAndColumns) {
    const auto select = parsed<Select>(R"(SELECT a, b.c[2].d, "e f"['g'] FROM "my-table"."my-index";)");
    EXPECT_EQ(select.source.table, "my-table");
    EXPECT_EQ(select.source.index, "my-index");
    ASSERT_EQ(select.columns.size(), 3U);
    EXPECT_EQ(select.columns[1].path, (DocumentPath{{"b", {}}, {"c", {}}, {"", 2}, {"d", {}}}));
    EXPECT_EQ(select.columns[2].path, (DocumentPath{{"e f", {}}, {"g", {}}}));
    EXPECT_TRUE(parsed<Select>("SELECT * FROM t").columns.empty());
}

TEST(PartiqlParser, ReadsKeywordsInAnyCaseAndNamesAsWritten) {
    const auto select = parsed<Select>("select Name from Music where Artist = 'x' order by Name desc, Artist");
    EXPECT_EQ(select.source.table, "Music");
    EXPECT_EQ(select.columns[0].path[0].name, "Name");
    ASSERT_EQ(select.orderBy.size(), 2U);
    EXPECT_TRUE(select.orderBy[0].descending);
    EXPECT_FALSE(select.orderBy[1].descending);
}

TEST(PartiqlParser, LeavesOutComments) {
    const auto select = parsed<Select>("-- first\nSELECT/**/* FROM t -- the table\nWHERE a/* b */= 'x -- /*y*/' --");
    EXPECT_EQ(select.where->operands[1].text, "x -- /*y*/");
    EXPECT_EQ(errorOf("UPDATE t SET n = n--1"), "no error") << "what follows -- is a comment";
}

TEST(PartiqlParser, DoubledQuotesStandForThemselves) {
    EXPECT_EQ(whereOf("a = 'it''s'").operands[1].text, "it's");
    EXPECT_EQ(whereOf(R"("a""b" = 1)").operands[0].path[0].name, "a\"b");
}

TEST(PartiqlParser, SignsBelongToNumbers) {
    EXPECT_EQ(whereOf("a = - - 1").operands[1].text, "1");
    EXPECT_EQ(whereOf("a>-5").operands[1].text, "-5");
    EXPECT_EQ(whereOf("a = -.73e1").operands[1].text, "-.73e1");
    EXPECT_EQ(whereOf("a = +7.31E+6").operands[1].text, "7.31E+6");
    const auto update = parsed<Update>("UPDATE t SET n=n-1, m = n - - 2 WHERE a = 1");
    EXPECT_EQ(update.assignments[0].value->kind, Kind::difference);
    EXPECT_EQ(update.assignments[1].value->operands[1].text, "-2");
}

TEST(PartiqlParser, BindsNotTighterThanAndLooserThanComparisons) {
    const Expr where = whereOf("NOT a = 1 AND b = 2 OR c = 3");
    ASSERT_EQ(where.kind, Kind::anyOf);
    ASSERT_EQ(where.operands[0].kind, Kind::allOf);
    ASSERT_EQ(where.operands[0].operands[0].kind, Kind::negation);
    EXPECT_EQ(where.operands[0].operands[0].operands[0].kind, Kind::comparison);
}

TEST(PartiqlParser, ReadsBetweenWithItsOwnAnd) {
    const Expr where = whereOf("a BETWEEN - 2 AND +5 AND b NOT BETWEEN 1 AND 2 AND c NOT IN [1, 2]");
    ASSERT_EQ(where.kind, Kind::allOf);
    ASSERT_EQ(where.operands.size(), 3U);
    EXPECT_EQ(where.operands[0].kind, Kind::between);
    EXPECT_EQ(where.operands[1].kind, Kind::negation);
    EXPECT_EQ(where.operands[2].operands[0].kind, Kind::in);
}

TEST(PartiqlParser, NumbersParametersInTheirOrder) {
    const Statement statement = take(parseStatement("UPDATE t SET a = ?, b = ? WHERE c = ? AND d = '?'"));
    EXPECT_EQ(statement.parameters, 3U);
    EXPECT_EQ(std::get<Update>(statement.body).where->operands[0].operands[1].place, 2U);
}

TEST(PartiqlParser, ReadsCollections) {
    const auto insert = parsed<Insert>("INSERT INTO t VALUE {'a': [1, {'b': true}], 'c': <<'x', 'y'>>, 'd': null}");
    ASSERT_EQ(insert.value.operands.size(), 6U);
    EXPECT_EQ(insert.value.operands[1].kind, Kind::list);
    EXPECT_EQ(insert.value.operands[3].kind, Kind::bag);
    EXPECT_EQ(insert.value.operands[5].kind, Kind::null);
}

TEST(PartiqlParser, ReadsReturning) {
    EXPECT_EQ(parsed<Update>("UPDATE t SET a = 1 WHERE b = 1 RETURNING MODIFIED NEW *").returning,
              Returning::modifiedNew);
    EXPECT_EQ(parsed<Delete>("DELETE FROM t WHERE b = 1 RETURNING ALL OLD *").returning, Returning::allOld);
}

TEST(PartiqlParser, ReadsUpdatesThatBeginWithFrom) {
    const auto update = parsed<Update>("from t where a = 1 set b = 2, c = 3 remove d returning all old *");
    ASSERT_EQ(update.assignments.size(), 3U);
    EXPECT_FALSE(update.assignments[2].value);
    EXPECT_EQ(update.returning, Returning::allOld);
}

TEST(PartiqlParser, CountsPositionsInCharactersAndLines) {
    EXPECT_EQ(errorOf("SELECT é FROM t"), kMalformed);
    EXPECT_EQ(errorOf("SELECT \"é\",\n size(x) FROM t"), "Unexpected path component at 2:2:4");
}

TEST(PartiqlParser, EndsAtAnyNestingWithoutTheStackGivingOut) {
    for (const char* piece :
         {"(", "[", "{'a':", "<<", "NOT ", "- - ", "f(", "a[", "a IN (", "a BETWEEN ", "a = ", "1+"}) {
        std::string text = "SELECT * FROM t WHERE ";
        for (int i = 0; i < 20'000; ++i) text += piece;
        EXPECT_TRUE(errorOf(text).starts_with(kMalformed)) << piece;
        EXPECT_NE(errorOf(text.substr(22)), "no error") << piece;
    }
}

TEST(PartiqlParser, TakesLongChains) {
    std::string text = "SELECT * FROM t WHERE a = 1";
    for (int i = 0; i < 1000; ++i) text += i % 2 == 0 ? " AND a = 1" : " OR a = 1";
    EXPECT_EQ(errorOf(text), "no error");
}

}  // namespace
}  // namespace drydock::tests
