#include "storage/value/stored_item.h"

#include <gtest/gtest.h>

#include "storage/value/codec.h"
#include "storage/value/json_writer.h"
#include "tests/storage/random_values.h"

namespace drydock::storage {
namespace {

std::string rowOf(const Item& item) {
    std::string row;
    encodeItem(item, row);
    return row;
}

std::string jsonOf(const Item& item) {
    std::string text;
    appendItemJson(item, text);
    return text;
}

// A row gives what its item gives, or neither can be made of it.
void expectSameAsDecoded(const std::string& row) {
    const StoredItem stored(row);
    const Result<Item> item = stored.decode();
    std::string text = "[";
    const Result<void> written = stored.appendJson(text);
    ASSERT_EQ(written.has_value(), item.has_value());
    if (item) {
        EXPECT_EQ(text, "[" + jsonOf(*item));
    } else {
        EXPECT_EQ(written.error().code, ErrorCode::corrupt);
        EXPECT_EQ(written.error().message, item.error().message);
    }
}

Item everyType() {
    return {{"s", "two \"quoted\"\n words, and \\ some that are longer than eight bytes \x01\x1f\x7f \xC3\xA9"},
            {"empty", ""},
            {"n", Number::parse("-12.75").value()},
            {"large", Number::parse("1e125").value()},
            {"b", Binary{0, 1, 255, 7}},
            {"yes", true},
            {"no", false},
            {"null", Null{}},
            {"list", List{AttributeValue(1), AttributeValue("two"), AttributeValue(List{}), AttributeValue(Item{})}},
            {"map", Item{{"inner \"name\"", Item{{"deep", 5}}}}},
            {"ss", StringSet{{"b", "a\t"}}},
            {"ns", NumberSet{{Number(3), Number(-1), Number::parse("0.5").value()}}},
            {"bs", BinarySet{{Binary{2}, Binary{1}}}}};
}

TEST(StoredItemTest, ARowAndItsItemGiveTheSameJson) {
    expectSameAsDecoded(rowOf(everyType()));
    expectSameAsDecoded(rowOf(Item{}));
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 2'000; ++i) expectSameAsDecoded(rowOf(random.item(4)));
}

TEST(StoredItemTest, AnItemGivenAsSuchIsKept) {
    StoredItem stored(everyType());
    EXPECT_EQ(stored.decode().value(), everyType());
    std::string text;
    ASSERT_TRUE(stored.appendJson(text));
    EXPECT_EQ(text, jsonOf(everyType()));
    EXPECT_EQ(std::move(stored).decode().value(), everyType());
}

TEST(StoredItemTest, ADamagedRowIsRefusedEitherWay) {
    const std::string row = rowOf(everyType());
    for (std::size_t length = 0; length < row.size(); ++length) expectSameAsDecoded(row.substr(0, length));
    for (std::size_t at = 0; at < row.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x05, 0x06, 0x07, 0x7F, 0x80, 0xFF}) {
            std::string damaged = row;
            damaged[at] = static_cast<char>(value);
            expectSameAsDecoded(damaged);
        }
    }
}

TEST(StoredNumber, IsATopLevelNumberOnly) {
    const Item item = {{"expires", 1'711'320'000},
                       {"map", Item{{"inner", 7}}},
                       {"numbers", NumberSet{{Number(1), Number(2)}}},
                       {"text", "1711320000"}};
    std::string row;
    encodeItem(item, row);
    EXPECT_EQ(storedNumber(row, "expires").value(), Number(1'711'320'000));
    for (const char* name : {"text", "map", "numbers", "inner", "other"}) {
        EXPECT_EQ(storedNumber(row, name).value(), std::nullopt) << name;
    }
}

TEST(StoredNumber, OfADamagedRowIsAnError) {
    std::string row;
    encodeItem({{"expires", 1'711'320'000}}, row);
    row.pop_back();
    const auto number = storedNumber(row, "expires");
    ASSERT_FALSE(number);
    EXPECT_EQ(number.error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace drydock::storage
