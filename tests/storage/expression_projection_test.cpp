#include <gtest/gtest.h>

#include "tests/storage/expression_support.h"

namespace drydock::storage {
namespace {

using tests::projected;
using tests::projectionError;
using tests::repeated;

const std::string kInvalid = "Invalid ProjectionExpression: ";

Item sample() {
    return {{"a", 1},
            {"m", Item{{"x", 1}, {"y", Item{{"z", 2}, {"w", 3}}}}},
            {"l", List{AttributeValue(0), AttributeValue(1), AttributeValue(Item{{"p", 1}, {"q", 2}, {"r", 3}})}}};
}

TEST(ProjectionTest, KeepsWhatIsNamedAndThere) {
    EXPECT_EQ(projected("a, absent", sample()), (Item{{"a", 1}}));
    EXPECT_EQ(projected("#n", sample(), {{"#n", "a"}}), (Item{{"a", 1}}));
    EXPECT_EQ(projected("m.y.z, m.x", sample()), (Item{{"m", Item{{"x", 1}, {"y", Item{{"z", 2}}}}}}));
    EXPECT_EQ(projected("m", sample()), (Item{{"m", *sample().find("m")}}));
}

TEST(ProjectionTest, ListElementsKeepTheirOrderAndCloseUp) {
    EXPECT_EQ(projected("l[2].q, l[0], l[2].p", sample()),
              (Item{{"l", List{AttributeValue(0), AttributeValue(Item{{"p", 1}, {"q", 2}})}}}));
    EXPECT_EQ(projected("l[1], l[9]", sample()), (Item{{"l", List{AttributeValue(1)}}}));
}

TEST(ProjectionTest, NothingIsLeftOfWhatDoesNotLeadThere) {
    for (const char* text : {"m.absent, l[7], a.x", "a[0], m[0], l.x", "l[0].x, m.y.z.w"})
        EXPECT_EQ(projected(text, sample()), Item{}) << text;
}

TEST(ProjectionTest, ErrorsAreDynamoDbs) {
    EXPECT_EQ(projectionError(""), kInvalid + "The expression can not be empty;");
    EXPECT_EQ(projectionError("a,"), kInvalid + R"(Syntax error; token: "<EOF>", near: ",")");
    EXPECT_EQ(projectionError("a b"), kInvalid + R"(Syntax error; token: "b", near: "a b")");
    EXPECT_EQ(projectionError("a, :v"), kInvalid + R"(Syntax error; token: ":v", near: ", :v")");
    EXPECT_EQ(projectionError("a.views"), kInvalid + "Attribute name is a reserved keyword; reserved keyword: views");
    EXPECT_EQ(projectionError("a, #b"),
              kInvalid + "An expression attribute name used in the document path is not defined; attribute name: #b");
    EXPECT_EQ(projectionError("l[99999999999]"),
              kInvalid + "List index is not within the allowable range; index: [99999999999]");
    EXPECT_EQ(projectionError("a" + repeated(".b", 32)),
              kInvalid + "The document path has too many nesting levels; nesting levels: 33");
}

TEST(ProjectionTest, OverlappingAndConflictingPathsAreRefused) {
    const auto message = [](const char* word, const char* one, const char* two) {
        return kInvalid + "Two document paths " + word +
               " with each other; must remove or rewrite one of these paths; path one: " + one + ", path two: " + two;
    };
    EXPECT_EQ(projectionError("a, b, a"), message("overlap", "[a]", "[a]"));
    EXPECT_EQ(projectionError("a.b, a"), message("overlap", "[a, b]", "[a]"));
    EXPECT_EQ(projectionError("a[1].b, a[1]"), message("overlap", "[a, [1], b]", "[a, [1]]"));
    EXPECT_EQ(projectionError("a, #b", {{"#b", "a"}}), message("overlap", "[a]", "[a]"));
    EXPECT_EQ(projectionError("a.b, a[1]"), message("conflict", "[a, b]", "[a, [1]]"));
    for (const char* text : {"a, b", "a.b, a.c", "a.b.d, a.b.e", "a[1], a[2]", "a.b, a.c[2]"})
        EXPECT_EQ(projectionError(text), "accepted") << text;
}

}  // namespace
}  // namespace drydock::storage
