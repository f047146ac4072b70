#include "storage/value/attribute_value.h"

#include <gtest/gtest.h>

namespace drydock::storage {
namespace {

TEST(ItemTest, EntriesAreSortedWithoutRepeats) {
    Item item{{"b", 1}, {"a", 2}, {"b", 3}};
    item.set("aa", 4);
    std::string names;
    for (const auto& [name, value] : item) names += name + ' ';
    EXPECT_EQ(names, "a aa b ");
    EXPECT_EQ(item.integer("b"), 3);
}

TEST(ItemTest, EqualityIgnoresTheOrderOfSetting) {
    EXPECT_EQ((Item{{"a", 1}, {"b", 2}}), (Item{{"b", 2}, {"a", 1}}));
    EXPECT_NE((Item{{"a", 1}}), (Item{{"a", 1}, {"b", 2}}));
    EXPECT_NE((Item{{"a", 1}}), (Item{{"a", "1"}}));
}

TEST(ItemTest, EraseSaysWhetherItWasThere) {
    Item item{{"a", 1}};
    EXPECT_TRUE(item.erase("a"));
    EXPECT_FALSE(item.erase("a"));
    EXPECT_TRUE(item.empty());
}

TEST(ItemTest, ReadersFallBackOnAbsentOrOtherTypes) {
    const Item item{{"s", "x"}, {"n", 7}, {"t", true}, {"m", Item{{"k", 1}}}, {"half", Number::parse("0.5").value()}};
    EXPECT_EQ(item.string("s"), "x");
    EXPECT_EQ(item.string("n", "none"), "none");
    EXPECT_EQ(item.integer("n"), 7);
    EXPECT_EQ(item.integer("s", -1), -1);
    EXPECT_EQ(item.integer("half", -1), -1);
    EXPECT_TRUE(item.boolean("t"));
    EXPECT_TRUE(item.boolean("absent", true));
    ASSERT_NE(item.map("m"), nullptr);
    EXPECT_EQ(item.map("m")->integer("k"), 1);
    EXPECT_EQ(item.map("s"), nullptr);
    EXPECT_EQ(item.find("absent"), nullptr);
}

TEST(AttributeValueTest, SetsHaveNoOrderAndNoRepeats) {
    EXPECT_EQ(AttributeValue(StringSet{{"b", "a", "b"}}), AttributeValue(StringSet{{"a", "b"}}));
    EXPECT_EQ(AttributeValue(NumberSet{{Number(2), Number(-1), Number(2)}}),
              AttributeValue(NumberSet{{Number(-1), Number(2)}}));
    EXPECT_EQ(AttributeValue(BinarySet{{Binary{2}, Binary{1}}}), AttributeValue(BinarySet{{Binary{1}, Binary{2}}}));
    EXPECT_NE(AttributeValue(List{AttributeValue(1), AttributeValue(2)}),
              AttributeValue(List{AttributeValue(2), AttributeValue(1)}));
}

TEST(AttributeValueTest, TypesAreNamedAsInDynamoDbJson) {
    const std::pair<AttributeValue, const char*> cases[] = {
        {"x", "S"},    {1, "N"},      {Binary{}, "B"},     {true, "BOOL"},      {Null{}, "NULL"},
        {List{}, "L"}, {Item{}, "M"}, {StringSet{}, "SS"}, {NumberSet{}, "NS"}, {BinarySet{}, "BS"}};
    for (const auto& [value, name] : cases) EXPECT_STREQ(typeName(value.type()), name);
}

TEST(AttributeValueTest, SizesAreDynamoDbs) {
    EXPECT_EQ(valueSize("héllo"), 6U);
    EXPECT_EQ(valueSize(Binary{1, 2, 3}), 3U);
    EXPECT_EQ(valueSize(true), 1U);
    EXPECT_EQ(valueSize(Null{}), 1U);
    EXPECT_EQ(valueSize(List{}), 3U);
    EXPECT_EQ(valueSize(List{AttributeValue("ab"), AttributeValue(true)}), 3U + 1 + 2 + 1 + 1);
    EXPECT_EQ(valueSize(Item{{"key", "ab"}}), 3U + 1 + 3 + 2);
    EXPECT_EQ(valueSize(StringSet{{"a", "bc"}}), 3U);
    EXPECT_EQ(valueSize(NumberSet{{Number(1), Number(2)}}), 4U);
    EXPECT_EQ(valueSize(BinarySet{{Binary{1}, Binary{2, 3}}}), 3U);
    EXPECT_EQ(itemSize(Item{{"id", "abc"}, {"n", 12}}), 2U + 3 + 1 + 2);
    EXPECT_EQ(itemSize(Item{}), 0U);
}

// As the service was measured to count them.
TEST(AttributeValueTest, ANumberHasAByteForTwoDigitsOnEitherSideOfThePoint) {
    const std::pair<const char*, std::size_t> cases[] = {{"0", 1},
                                                         {"-0", 1},
                                                         {"1", 2},
                                                         {"12", 2},
                                                         {"123", 3},
                                                         {"1234", 3},
                                                         {"-42", 3},
                                                         {"-123", 4},
                                                         {"0042", 2},
                                                         {"100", 2},
                                                         {"1000000", 2},
                                                         {"1010", 3},
                                                         {"0.15", 2},
                                                         {"1.5", 3},
                                                         {"15", 2},
                                                         {"1.2", 3},
                                                         {"1.200", 3},
                                                         {"1.234", 4},
                                                         {"100.5", 4},
                                                         {"-1.5", 4},
                                                         {"1E125", 2},
                                                         {"1E-100", 2},
                                                         {"0.0000001", 2},
                                                         {"123456", 4},
                                                         {"12.5", 3},
                                                         {"3.14", 3},
                                                         {"0.001", 2},
                                                         {"3.14159", 5},
                                                         {"10.01", 3},
                                                         {"-0.15", 3},
                                                         {"12345678901234567890123456789012345678", 20}};
    for (const auto& [text, size] : cases) EXPECT_EQ(valueSize(Number::parse(text).value()), size) << text;
}

TEST(ErrorTest, EveryCodeHasDynamoDbsNameOrInternalServerError) {
    EXPECT_STREQ(awsName(ErrorCode::validation), "ValidationException");
    EXPECT_STREQ(awsName(ErrorCode::conditionalCheckFailed), "ConditionalCheckFailedException");
    EXPECT_STREQ(awsName(ErrorCode::transactionCanceled), "TransactionCanceledException");
    EXPECT_STREQ(awsName(ErrorCode::resourceNotFound), "ResourceNotFoundException");
    EXPECT_STREQ(awsName(ErrorCode::resourceInUse), "ResourceInUseException");
    EXPECT_STREQ(awsName(ErrorCode::limitExceeded), "LimitExceededException");
    EXPECT_STREQ(awsName(ErrorCode::itemCollectionSizeLimitExceeded), "ItemCollectionSizeLimitExceededException");
    EXPECT_STREQ(awsName(ErrorCode::trimmedDataAccess), "TrimmedDataAccessException");
    EXPECT_STREQ(awsName(ErrorCode::diskFull), "InternalServerError");
    EXPECT_STREQ(codeName(ErrorCode::diskFull), "diskFull");
    EXPECT_STREQ(codeName(ErrorCode::conflict), "conflict");
}

}  // namespace
}  // namespace drydock::storage
