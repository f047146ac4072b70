#include "storage/value/number.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/storage/random_values.h"

namespace drydock::storage {
namespace {

Number number(std::string_view text) {
    const Result<Number> result = Number::parse(text);
    EXPECT_TRUE(result) << text << ": " << (result ? "" : result.error().message);
    return result.value_or(Number());
}

std::string parseError(std::string_view text) {
    const Result<Number> result = Number::parse(text);
    if (result) return "parsed as " + result->toString();
    EXPECT_EQ(result.error().code, ErrorCode::validation);
    return result.error().message;
}

constexpr const char* kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr const char* kTooManyDigits = "Attempting to store more than 38 significant digits in a Number";

const std::string kNines38(38, '9');

TEST(NumberTest, IsReturnedInPlainNotation) {
    const std::pair<const char*, const char*> cases[] = {
        {"0", "0"},          {"-0", "0"},
        {"0.000", "0"},      {"0e125", "0"},
        {"1", "1"},          {"+1", "1"},
        {"-1", "-1"},        {"007", "7"},
        {"1.50", "1.5"},     {"1E+2", "100"},
        {"1e2", "100"},      {"12.5e1", "125"},
        {"12.5E-1", "1.25"}, {".5", "0.5"},
        {"5.", "5"},         {"-0.0010", "-0.001"},
        {"1e-3", "0.001"},   {"123.456", "123.456"},
        {"100.00", "100"},
    };
    for (const auto& [text, expected] : cases) EXPECT_EQ(number(text).toString(), expected) << text;
}

TEST(NumberTest, TextThatIsNoNumberIsRefused) {
    for (const char* text : {"a", "-", "+", ".", "1e", "1e+", "1.2.3", " 1", "1 ", "1_000", "0x10", "NaN", "Infinity",
                             "1e2.5", "--1", "1-", "e5"}) {
        EXPECT_EQ(parseError(text), std::string("The parameter cannot be converted to a numeric value: ") + text);
    }
    EXPECT_EQ(parseError(""), "The parameter cannot be converted to a numeric value: ");
}

TEST(NumberTest, RangeEndsWhereDynamoDbsDoes) {
    EXPECT_EQ(number("1E-130").toString(), "0." + std::string(129, '0') + "1");
    EXPECT_EQ(number("9.9999999999999999999999999999999999999E+125").toString(), kNines38 + std::string(88, '0'));
    EXPECT_EQ(parseError("1E126"), kOverflow);
    EXPECT_EQ(parseError("-1E126"), kOverflow);
    EXPECT_EQ(parseError("1E-131"), kUnderflow);
    EXPECT_EQ(parseError("1E9223372036854775807"), kOverflow);
    EXPECT_EQ(parseError("1E-9223372036854775807"), kUnderflow);
    EXPECT_EQ(parseError("1E9223372036854775808"),
              "The parameter cannot be converted to a numeric value: 1E9223372036854775808");
    EXPECT_EQ(parseError("1" + std::string(126, '0')), kOverflow);
}

TEST(NumberTest, AZeroIsJudgedByItsExponent) {
    for (const char* text : {"0", "-0", "0.000", "0E125", "-0E125", "0E-130"}) EXPECT_EQ(number(text).toString(), "0");
    EXPECT_EQ(parseError("0E126"), kOverflow);
    EXPECT_EQ(parseError("-0E1000"), kOverflow);
    EXPECT_EQ(parseError("0E-131"), kUnderflow);
}

TEST(NumberTest, ThirtyEightSignificantDigitsAreKept) {
    EXPECT_EQ(number(kNines38).toString(), kNines38);
    EXPECT_EQ(number("0.000" + kNines38 + "000").toString(), "0.000" + kNines38);
    EXPECT_EQ(number(kNines38 + "0000").toString(), kNines38 + "0000");
    EXPECT_EQ(parseError(kNines38 + "9"), kTooManyDigits);
    EXPECT_EQ(parseError("1" + std::string(37, '0') + "1"), kTooManyDigits);
    EXPECT_EQ(parseError("1." + std::string(100'000, '0') + "1"), kTooManyDigits);
}

TEST(NumberTest, EqualValuesAreEqual) {
    EXPECT_EQ(number("1.0"), number("1"));
    EXPECT_EQ(number("100"), number("1E2"));
    EXPECT_EQ(number("-0"), number("0"));
    EXPECT_EQ(Number(1'000'000), number("1e6"));
    EXPECT_NE(number("1"), number("-1"));
}

TEST(NumberTest, OrderIsByValue) {
    const char* ascending[] = {"-1e125", "-100", "-12", "-11.5", "-1", "-0.5", "-1e-130", "0",
                               "1e-130", "0.5",  "1",   "11.5",  "12", "100",  "1e125"};
    for (std::size_t i = 0; i < std::size(ascending); ++i) {
        for (std::size_t j = 0; j < std::size(ascending); ++j)
            EXPECT_EQ(number(ascending[i]) <=> number(ascending[j]), i <=> j)
                << ascending[i] << " and " << ascending[j];
    }
}

TEST(NumberTest, IntegersGoBothWays) {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1000},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        EXPECT_EQ(Number(value).toInt64(), value);
        EXPECT_EQ(Number(value).toString(), std::to_string(value));
        EXPECT_EQ(Number(value), number(std::to_string(value)));
    }
    EXPECT_EQ(number("9223372036854775808").toInt64(), std::nullopt);
    EXPECT_EQ(number("-9223372036854775809").toInt64(), std::nullopt);
    EXPECT_EQ(number("1.5").toInt64(), std::nullopt);
    EXPECT_EQ(number("1e19").toInt64(), std::nullopt);
    EXPECT_EQ(number(kNines38 + "0000").toInt64(), std::nullopt);
}

TEST(NumberTest, DoubleIsTheNearest) {
    EXPECT_EQ(number("0.1").toDouble(), 0.1);
    EXPECT_EQ(number("-1e125").toDouble(), -1e125);
    EXPECT_EQ(number("0").toDouble(), 0.0);
}

TEST(NumberTest, SumsAreExact) {
    const auto sum = [](const char* a, const char* b) { return Number::add(number(a), number(b)).value().toString(); };
    EXPECT_EQ(sum("0.1", "0.2"), "0.3");
    EXPECT_EQ(sum("1", "-1"), "0");
    EXPECT_EQ(sum("-5", "3"), "-2");
    EXPECT_EQ(sum("3", "-5"), "-2");
    EXPECT_EQ(sum("0", "-5"), "-5");
    EXPECT_EQ(sum("1e20", "1e-17"), "100000000000000000000.00000000000000001");
    EXPECT_EQ(sum(kNines38.c_str(), "1"), "1" + std::string(38, '0'));
    EXPECT_EQ(sum("1e38", "-1"), kNines38);
    EXPECT_EQ(Number::subtract(number("1"), number("0.9")).value(), number("0.1"));
    EXPECT_EQ(Number::subtract(number("1"), number("-1")).value(), number("2"));
    EXPECT_EQ(Number::subtract(number("0"), number("2")).value(), number("-2"));
    EXPECT_EQ(Number::subtract(number("2"), number("0")).value(), number("2"));
}

TEST(NumberTest, SumsThatDoNotFitAreRefused) {
    const auto error = [](const std::string& a, const std::string& b) {
        return Number::add(number(a), number(b)).error().message;
    };
    EXPECT_EQ(error("1e125", "1"), kOverflow);
    EXPECT_EQ(error("1e38", "1"), kOverflow);
    EXPECT_EQ(error(kNines38, "0.1"), kOverflow);
    EXPECT_EQ(error(kNines38, "-0.1"), kOverflow);
    EXPECT_EQ(error("9" + kNines38.substr(1) + "e88", "1e88"), kOverflow);
    EXPECT_EQ(Number::subtract(number("1.1e-130"), number("1e-130")).error().message, kUnderflow);
}

TEST(NumberTest, TextRoundTripsForRandomNumbers) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 5'000; ++i) {
        const Number value = random.number();
        EXPECT_EQ(number(value.toString()), value);
    }
}

TEST(NumberTest, SubtractingWhatWasAddedGivesTheFirstNumberBack) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    int sums = 0;
    for (int i = 0; i < 5'000; ++i) {
        const Number a = random.number();
        const Number b = random.number();
        const Result<Number> sum = Number::add(a, b);
        EXPECT_EQ(sum.has_value(), Number::add(b, a).has_value());
        if (!sum) continue;
        ++sums;
        EXPECT_EQ(Number::subtract(*sum, b).value(), a) << a.toString() << " and " << b.toString();
        EXPECT_EQ(*sum <=> a, b <=> Number(0));
    }
    EXPECT_GT(sums, 500);
}

}  // namespace
}  // namespace drydock::storage
