#include "storage/value/key_codec.h"

#include <gtest/gtest.h>

#include "tests/storage/random_values.h"

namespace drydock::storage {
namespace {

std::string encoded(const AttributeValue& value) {
    std::string bytes;
    encodeKeyComponent(value, bytes);
    return bytes;
}

AttributeValue decoded(std::string_view bytes) {
    Result<AttributeValue> value = decodeKeyComponent(bytes);
    EXPECT_TRUE(value && bytes.empty());
    return value.value_or(AttributeValue());
}

AttributeValue number(const char* text) {
    return Number::parse(text).value();
}

void expectAscending(const std::vector<AttributeValue>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(decoded(encoded(values[i])), values[i]) << i;
        for (std::size_t j = 0; j < values.size(); ++j)
            EXPECT_EQ(encoded(values[i]) < encoded(values[j]), i < j) << i << ' ' << j;
    }
}

TEST(KeyCodecTest, NumbersSortByValue) {
    expectAscending({number("-9.9999999999999999999999999999999999999E125"),
                     number("-101"),
                     number("-100"),
                     number("-99.5"),
                     number("-99"),
                     number("-10"),
                     number("-1.01"),
                     number("-1"),
                     number("-0.5"),
                     number("-1E-130"),
                     number("0"),
                     number("1E-130"),
                     number("0.5"),
                     number("1"),
                     number("1.01"),
                     number("2"),
                     number("10"),
                     number("99"),
                     number("99.5"),
                     number("100"),
                     number("101"),
                     number("9.9999999999999999999999999999999999999E125")});
}

TEST(KeyCodecTest, TextSortsByBytes) {
    using namespace std::string_literals;
    expectAscending(
        {""s, "\0"s, "\0\0"s, "\0\1"s, "\1"s, "a"s, "a\0"s, "a\0b"s, "a\1"s, "aa"s, "b"s, "é"s, "日"s, "🙂"s});
}

TEST(KeyCodecTest, BinarySortsByUnsignedBytes) {
    expectAscending({Binary{}, Binary{0}, Binary{0, 0}, Binary{0, 1}, Binary{0, 255}, Binary{1}, Binary{127},
                     Binary{128}, Binary{255}, Binary{255, 0}, Binary{255, 255}});
}

TEST(KeyCodecTest, JoinedComponentsSortByTheFirstThatDiffers) {
    const auto joined = [](const AttributeValue& a, const AttributeValue& b) { return encoded(a) + encoded(b); };
    EXPECT_LT(joined("a", "z"), joined("ab", "a"));
    EXPECT_LT(joined("a", 9), joined("a", 10));
    EXPECT_LT(joined(-1, "b"), joined(1, "a"));
    EXPECT_LT(joined(Binary{1}, "z"), joined(Binary{1, 0}, "a"));
}

TEST(KeyCodecTest, ComponentsAreReadOneByOne) {
    const std::string bytes = encoded("a") + encoded(-12) + encoded(Binary{0, 1});
    std::string_view rest = bytes;
    EXPECT_EQ(decodeKeyComponent(rest).value(), AttributeValue("a"));
    EXPECT_EQ(decodeKeyComponent(rest).value(), AttributeValue(-12));
    EXPECT_EQ(decodeKeyComponent(rest).value(), AttributeValue(Binary{0, 1}));
    EXPECT_TRUE(rest.empty());
}

TEST(KeyCodecTest, RandomKeysSortAsTheirValues) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 5'000; ++i) {
        const Number a = random.number();
        const Number b = random.number();
        ASSERT_EQ(encoded(a) < encoded(b), a < b) << a.toString() << " and " << b.toString();
        ASSERT_EQ(decoded(encoded(a)), AttributeValue(a));
        const std::string s = random.text();
        const std::string t = random.text();
        ASSERT_EQ(encoded(s) < encoded(t), s < t);
        ASSERT_EQ(decoded(encoded(s)), AttributeValue(s));
        const Binary u = random.binary();
        const Binary v = random.binary();
        ASSERT_EQ(encoded(u) < encoded(v), u < v);
        ASSERT_EQ(decoded(encoded(u)), AttributeValue(u));
    }
}

TEST(KeyCodecTest, APrefixRangeHoldsExactlyWhatBeginsSo) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    const auto check = [](const AttributeValue& prefix, const AttributeValue& value, bool begins) {
        std::string lower = "table";
        std::string upper = "table";
        encodeKeyPrefixRange(prefix, lower, upper);
        std::string key = "table";
        encodeKeyComponent(value, key);
        ASSERT_EQ(lower <= key && key < upper, begins);
    };
    for (int i = 0; i < 5'000; ++i) {
        const Binary prefix = random.binary();
        Binary longer = prefix;
        for (const std::uint8_t byte : random.binary()) longer.push_back(byte);
        check(prefix, longer, true);
        const Binary other = random.binary();
        check(prefix, other, other.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), other.begin()));
        const std::string text = random.text();
        const std::string start = random.text();
        check(start, start + text, true);
        check(start, text, text.starts_with(start));
    }
}

TEST(KeyCodecTest, DamagedKeysAreRefusedOrCanonical) {
    for (const AttributeValue& value :
         {number("-123.45"), number("1"), number("0"), AttributeValue(std::string("a\0b", 3)), AttributeValue("é"),
          AttributeValue(Binary{0, 255})}) {
        const std::string bytes = encoded(value);
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            std::string_view rest = std::string_view(bytes).substr(0, length);
            ASSERT_FALSE(decodeKeyComponent(rest)) << length;
        }
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string damaged = bytes;
                damaged[at] = static_cast<char>(byte);
                std::string_view rest = damaged;
                const Result<AttributeValue> result = decodeKeyComponent(rest);
                if (result) {
                    ASSERT_EQ(encoded(*result), damaged.substr(0, damaged.size() - rest.size()));
                } else {
                    ASSERT_EQ(result.error().code, ErrorCode::corrupt);
                }
            }
        }
    }
}

}  // namespace
}  // namespace drydock::storage
