#include "storage/value/codec.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/storage/random_values.h"

namespace drydock::storage {
namespace {

std::string encoded(const Item& item) {
    std::string bytes;
    encodeItem(item, bytes);
    return bytes;
}

Item everyType() {
    return {{"s", "text"},
            {"long", std::string(200, 'x')},
            {"n", Number::parse("-12.75").value()},
            {"b", Binary{0, 1, 255}},
            {"t", true},
            {"f", false},
            {"null", Null{}},
            {"l", List{AttributeValue(1), AttributeValue("two"), AttributeValue(List{})}},
            {"m", Item{{"inner", Item{{"deep", 5}}}}},
            {"ss", StringSet{{"b", "a"}}},
            {"ns", NumberSet{{Number(3), Number(-1), Number::parse("0.5").value()}}},
            {"bs", BinarySet{{Binary{2}, Binary{1}}}}};
}

Item nested(int levels) {
    Item item{{"x", 1}};
    for (int i = 0; i < levels; ++i) item = Item{{"x", std::move(item)}};
    return item;
}

TEST(CodecTest, EveryTypeRoundTrips) {
    EXPECT_EQ(decodeItem(encoded(everyType())).value(), everyType());
}

TEST(CodecTest, AnEmptyItemRoundTrips) {
    EXPECT_EQ(decodeItem(encoded(Item{})).value(), Item{});
}

TEST(CodecTest, EncodingAppendsToTheBuffer) {
    std::string buffer = "before";
    encodeItem(Item{{"a", 1}}, buffer);
    EXPECT_EQ(buffer.substr(0, 6), "before");
    EXPECT_EQ(decodeItem(std::string_view(buffer).substr(6)).value(), (Item{{"a", 1}}));
}

TEST(CodecTest, SmallIntegersAndShortTextTakeOneByteOverTheirContent) {
    EXPECT_EQ(encoded(Item{{"a", 63}}).size(), encoded(Item{}).size() + 2 + 1);
    EXPECT_EQ(encoded(Item{{"a", "xyz"}}).size(), encoded(Item{}).size() + 2 + 4);
}

TEST(CodecTest, IntegersAtTheirEndsRoundTrip) {
    for (const std::int64_t value :
         {std::int64_t{63}, std::int64_t{64}, std::int64_t{-1}, std::int64_t{127}, std::int64_t{128},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        const Item item{{"n", value}};
        EXPECT_EQ(decodeItem(encoded(item)).value(), item) << value;
    }
    for (const char* text :
         {"9223372036854775808", "1e125", "-1e125", "1e-130", "99999999999999999999999999999999999999"}) {
        const Item item{{"n", Number::parse(text).value()}};
        EXPECT_EQ(decodeItem(encoded(item)).value(), item) << text;
    }
}

TEST(CodecTest, RandomItemsRoundTrip) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 3'000; ++i) {
        const Item item = random.item(4);
        const Result<Item> back = decodeItem(encoded(item));
        ASSERT_TRUE(back) << back.error().message;
        ASSERT_EQ(*back, item);
    }
}

TEST(CodecTest, EveryTruncationIsCorrupt) {
    const std::string bytes = encoded(everyType());
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const Result<Item> result = decodeItem(std::string_view(bytes).substr(0, length));
        ASSERT_FALSE(result) << length;
        EXPECT_EQ(result.error().code, ErrorCode::corrupt);
    }
}

TEST(CodecTest, BytesBehindTheItemAreCorrupt) {
    const Result<Item> result = decodeItem(encoded(everyType()) + '\0');
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::corrupt);
}

TEST(CodecTest, AnUnknownFormatVersionIsNamed) {
    std::string bytes = encoded(everyType());
    bytes[0] = 9;
    const Result<Item> result = decodeItem(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::corrupt);
    EXPECT_NE(result.error().message.find("version 9"), std::string::npos);
}

// Whatever comes out of damaged bytes is an error or an item that keeps every invariant, which its own round trip
// shows.
TEST(CodecTest, AnyChangedByteIsSafe) {
    const std::string bytes = encoded(everyType());
    int refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int value = 0; value < 256; ++value) {
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(value);
            const Result<Item> result = decodeItem(damaged);
            if (result) {
                ASSERT_EQ(decodeItem(encoded(*result)).value(), *result) << at << " is " << value;
            } else {
                ASSERT_EQ(result.error().code, ErrorCode::corrupt);
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 0);
}

TEST(CodecTest, RandomBytesAreSafe) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(1, '\x01');
        for (int j = random.between(0, 30); j > 0; --j) bytes += static_cast<char>(random.between(-128, 127));
        const Result<Item> result = decodeItem(bytes);
        if (result) {
            ASSERT_EQ(decodeItem(encoded(*result)).value(), *result);
        }
    }
}

TEST(CodecTest, NestingAsDeepAsAnItemMayBeRoundTrips) {
    const Item item = nested(32);
    EXPECT_EQ(decodeItem(encoded(item)).value(), item);
}

TEST(CodecTest, DeeperNestingIsCorruptBeforeTheStackIsAtRisk) {
    // A list of one list of one list …: two bytes a level.
    std::string bytes(
        "\x01\x01\x01"
        "a",
        4);
    for (int i = 0; i < 1'000'000; ++i) bytes += "\x05\x01";
    const Result<Item> result = decodeItem(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::corrupt);
}

TEST(CodecTest, ACountBeyondTheBytesReservesNothing) {
    const std::string bytes("\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 9);
    const Result<Item> result = decodeItem(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace drydock::storage
