#include "storage/value/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/storage/random_values.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

Result<AttributeValue> read(const char* text) {
    return valueFromJson(json::parse(text));
}

std::string refusal(const char* text, ErrorCode code = ErrorCode::validation) {
    const Result<AttributeValue> result = read(text);
    if (result) return "accepted";
    EXPECT_EQ(result.error().code, code);
    return result.error().message;
}

// Of JSON that is of the wrong type for where it stands.
std::string mistyped(const char* text) {
    return refusal(text, ErrorCode::serialization);
}

TEST(JsonTest, EveryTypeIsReadAndWritten) {
    const std::pair<const char*, AttributeValue> cases[] = {
        {R"({"S":"x"})", "x"},
        {R"({"S":""})", ""},
        {R"({"N":"12"})", 12},
        {R"({"B":"AAH/"})", Binary{0, 1, 255}},
        {R"({"B":""})", Binary{}},
        {R"({"BOOL":true})", true},
        {R"({"BOOL":false})", false},
        {R"({"NULL":true})", Null{}},
        {R"({"L":[{"N":"1"},{"S":"a"}]})", List{AttributeValue(1), AttributeValue("a")}},
        {R"({"M":{"a":{"L":[]}}})", Item{{"a", List{}}}},
        {R"({"SS":["a","b"]})", StringSet{{"a", "b"}}},
        {R"({"NS":["1","2.5"]})", NumberSet{{Number(1), Number::parse("2.5").value()}}},
        {R"({"BS":["AA==","AQI="]})", BinarySet{{Binary{0}, Binary{1, 2}}}},
    };
    for (const auto& [text, value] : cases) {
        const Result<AttributeValue> result = read(text);
        ASSERT_TRUE(result) << text << ": " << result.error().message;
        EXPECT_EQ(*result, value) << text;
        EXPECT_EQ(valueToJson(value), json::parse(text));
    }
}

TEST(JsonTest, NumbersAreNormalised) {
    EXPECT_EQ(valueToJson(read(R"({"N":"1.50E+2"})").value()), json::parse(R"({"N":"150"})"));
}

TEST(JsonTest, AnUnknownOrMissingTypeIsRefused) {
    const char* kEmpty = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
    EXPECT_EQ(refusal("{}"), kEmpty);
    EXPECT_EQ(refusal(R"({"X":"a"})"), kEmpty);
    EXPECT_EQ(refusal(R"({"s":"a"})"), kEmpty);
    EXPECT_EQ(refusal(R"({"S":null})"), kEmpty);
    EXPECT_EQ(
        refusal(R"({"S":"a","N":"1"})"),
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes");
}

TEST(JsonTest, EmptySetsAreRefused) {
    EXPECT_EQ(refusal(R"({"SS":[]})"), "One or more parameter values were invalid: An string set  may not be empty");
    EXPECT_EQ(refusal(R"({"NS":[]})"), "One or more parameter values were invalid: An number set  may not be empty");
    EXPECT_EQ(refusal(R"({"BS":[]})"), "One or more parameter values were invalid: Binary sets should not be empty");
}

TEST(JsonTest, DuplicateSetMembersAreRefused) {
    EXPECT_EQ(refusal(R"({"SS":["c","b","b","a"]})"),
              "One or more parameter values were invalid: Input collection [\"b\", \"c\", \"b\", \"a\"] contains "
              "duplicates.");
    EXPECT_EQ(refusal(R"({"NS":["1","2","1.0"]})"),
              "One or more parameter values were invalid: Input collection contains duplicates.");
    EXPECT_EQ(refusal(R"({"BS":["Yg==","Yg=="]})"),
              "One or more parameter values were invalid: Input collection [\"Yg==\",\"Yg==\"]of type BS contains "
              "duplicates.");
}

// Of a value the current layer refuses in other words.
std::string olderRefusal(const std::string& text) {
    const Result<AttributeValue> result = valueFromJson(json::parse(text), ValueLayer::older);
    if (result) return "accepted";
    EXPECT_EQ(result.error().code, ErrorCode::validation);
    return result.error().message;
}

TEST(JsonTest, TheOlderLayerReadsNumbersAsJavaDoes) {
    const std::string notNumeric = "The parameter cannot be converted to a numeric value";
    const std::string overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported "
        "range";
    const std::string underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported "
        "range";
    const std::pair<const char*, std::string> cases[] = {
        {"", notNumeric},
        {"x", notNumeric + ": x"},
        {"1e", notNumeric + ": 1e"},
        {"1e126", overflow},
        {"1e-131", underflow},
        {"1e2147483646", overflow},
        {"1e+2147483646", overflow},
        // The magnitude wraps, …
        {"1e2147483647", underflow},
        {"0.01e2147483647", overflow},
        {"12e2147483646", underflow},
        // … and exponents and scales have 32 bits.
        {"1e2147483648", notNumeric + ": 1e2147483648"},
        {"1e-2147483648", notNumeric + ": 1e-2147483648"},
        {"1e-2147483647", underflow},
        {"1.5e-2147483647", notNumeric + ": 1.5e-2147483647"},
    };
    for (const auto& [text, said] : cases) EXPECT_EQ(olderRefusal(json{{"N", text}}.dump()), said) << text;
    EXPECT_EQ(valueFromJson(json{{"N", "15e-1"}}, ValueLayer::older).value(),
              AttributeValue(Number::parse("1.5").value()));
    EXPECT_EQ(refusal(R"({"N":""})"), notNumeric + ": ");
    EXPECT_EQ(refusal(R"({"N":"1e2147483648"})"), overflow);
}

TEST(JsonTest, TheOlderLayerPrintsRepeatedMembersAsTheyWereSent) {
    const std::string invalid = "One or more parameter values were invalid: ";
    EXPECT_EQ(olderRefusal(R"({"SS":["c","b","b","a"]})"),
              invalid + "Input collection [c, b, b, a] contains duplicates.");
    EXPECT_EQ(olderRefusal(R"({"BS":["Yg==","YQ==","Yg=="]})"),
              invalid + "Input collection [Yg==, YQ==, Yg==]of type BS contains duplicates.");
    EXPECT_EQ(olderRefusal(R"({"L":[{"NS":["1","1.0"]}]})"), "Input collection contains duplicates");
    EXPECT_EQ(olderRefusal(R"({"SS":[]})"), refusal(R"({"SS":[]})"));
}

TEST(JsonTest, SetMembersMayBeEmpty) {
    EXPECT_EQ(valueFromJson(json::parse(R"({"SS":["a",""]})")).value(), AttributeValue(StringSet{{"", "a"}}));
    EXPECT_EQ(valueFromJson(json::parse(R"({"BS":[""]})")).value(), AttributeValue(BinarySet{{Binary{}}}));
}

TEST(JsonTest, WrongJsonTypesAreRefused) {
    EXPECT_EQ(mistyped(R"({"S":1})"), "NUMBER_VALUE cannot be converted to String");
    EXPECT_EQ(mistyped(R"({"S":1.5})"), "DECIMAL_VALUE cannot be converted to String");
    EXPECT_EQ(mistyped(R"({"S":true})"), "TRUE_VALUE cannot be converted to String");
    EXPECT_EQ(mistyped(R"({"S":[]})"), "Unrecognized collection type class java.lang.String");
    EXPECT_EQ(mistyped(R"({"S":{}})"), "Start of structure or map found where not expected");
    EXPECT_EQ(mistyped(R"({"N":1})"), "NUMBER_VALUE cannot be converted to String");
    EXPECT_EQ(mistyped(R"({"B":1})"), "only base-64-encoded strings are convertible to bytes");
    EXPECT_EQ(mistyped(R"({"B":{}})"), "Start of structure or map found where not expected");
    EXPECT_EQ(mistyped(R"({"BOOL":"true"})"), "Unexpected token received from parser");
    EXPECT_EQ(mistyped(R"({"BOOL":1})"), "NUMBER_VALUE cannot be converted to Boolean");
    EXPECT_EQ(mistyped(R"({"SS":"a"})"), "Unexpected field type");
    EXPECT_EQ(mistyped(R"({"SS":[1]})"), "NUMBER_VALUE cannot be converted to String");
    EXPECT_EQ(mistyped(R"({"L":{}})"), "Start of structure or map found where not expected");
    EXPECT_EQ(mistyped(R"({"L":["a"]})"), "Unexpected value type in payload");
    EXPECT_EQ(mistyped(R"("a")"), "Unexpected value type in payload");
    EXPECT_EQ(refusal(R"({"NULL":false})"),
              "One or more parameter values were invalid: Null attribute value types must have the value of true");
}

TEST(JsonTest, OnlyCanonicalBase64IsTaken) {
    EXPECT_EQ(mistyped(R"({"B":"YQ"})"), "Base64 encoded length is expected a multiple of 4 bytes but found: 2");
    EXPECT_EQ(mistyped(R"({"B":"Y!=="})"), "Invalid Base64 character: '!'");
    EXPECT_EQ(mistyped(R"({"B":"Y=Q="})"), "Invalid Base64 character: '='");
    EXPECT_EQ(mistyped(R"({"B":"===="})"), "Invalid Base64 character: '='");
    EXPECT_EQ(mistyped(R"({"B":"YR=="})"), "Invalid last non-pad Base64 character dectected");
}

TEST(JsonTest, TextThatIsNotUtf8IsRefused) {
    for (const char* text : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "abcdefgh\xFF"}) {
        const Result<AttributeValue> value = valueFromJson(json{{"S", std::string(text)}});
        ASSERT_FALSE(value);
        EXPECT_EQ(value.error().code, ErrorCode::validation);
        EXPECT_FALSE(itemFromJson(json{{text, json{{"S", "x"}}}}));
        EXPECT_FALSE(itemFromPlainJson(json{{"a", std::string(text)}}));
    }
    for (const char* text :
         {"", "\x7F", "\xC2\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "abcdefghé日🙂"})
        EXPECT_TRUE(valueFromJson(json{{"S", std::string(text)}})) << text;
}

TEST(JsonTest, NestingHasALimit) {
    const auto nested = [](int levels) {
        json value = {{"S", "x"}};
        for (int i = 0; i < levels; ++i) value = json{{"L", json::array({std::move(value)})}};
        return value;
    };
    EXPECT_TRUE(valueFromJson(nested(kMaxDepth - 1)));
    const Result<AttributeValue> tooDeep = valueFromJson(nested(kMaxDepth));
    ASSERT_FALSE(tooDeep);
    EXPECT_EQ(tooDeep.error().message, kTooDeep);
}

TEST(JsonTest, RandomItemsRoundTrip) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 1'000; ++i) {
        const Item item = random.item(3);
        const Result<json> parsed = parseJson(itemToJson(item).dump(), 100);
        ASSERT_TRUE(parsed) << parsed.error().message;
        const Result<Item> back = itemFromJson(*parsed);
        ASSERT_TRUE(back) << back.error().message;
        ASSERT_EQ(*back, item);
    }
}

TEST(JsonTest, PlainJsonBecomesAnItem) {
    const json plain =
        json::parse(R"({"s":"x","i":12,"u":18446744073709551615,"d":0.1,"t":true,"n":null,"l":[1,"a"],"m":{"k":-5}})");
    const Item item = itemFromPlainJson(plain).value();
    EXPECT_EQ(item, (Item{{"s", "x"},
                          {"i", 12},
                          {"u", Number::parse("18446744073709551615").value()},
                          {"d", Number::parse("0.1").value()},
                          {"t", true},
                          {"n", Null{}},
                          {"l", List{AttributeValue(1), AttributeValue("a")}},
                          {"m", Item{{"k", -5}}}}));
}

TEST(JsonTest, PlainJsonKeepsNumbersExact) {
    const Item item{{"integer", 12},
                    {"decimal", Number::parse("0.1").value()},
                    {"long", Number::parse("0.12345678901234567890123").value()},
                    {"big", Number::parse("123456789012345678901").value()},
                    {"set", StringSet{{"b", "a"}}},
                    {"binary", Binary{0, 1, 255}}};
    EXPECT_EQ(itemToPlainJson(item), json::parse(R"({"integer":12,"decimal":0.1,"long":"0.12345678901234567890123",
        "big":"123456789012345678901","set":["a","b"],"binary":"AAH/"})"));
}

TEST(JsonTest, PlainJsonThatIsNoObjectOrDoesNotFitIsRefused) {
    EXPECT_FALSE(itemFromPlainJson(json::parse("[]")));
    EXPECT_FALSE(itemFromPlainJson(json::parse(R"({"a":1e200})")));
    json deep = 1;
    for (int i = 0; i <= kMaxDepth; ++i) deep = json::array({std::move(deep)});
    EXPECT_FALSE(itemFromPlainJson(json{{"a", std::move(deep)}}));
}

TEST(PlainJsonTextTest, SaysTheSameAsTheDocument) {
    const std::uint32_t seed = tests::freshSeed();
    SCOPED_TRACE("seed " + std::to_string(seed));
    tests::RandomValues random(seed);
    for (int i = 0; i < 1'000; ++i) {
        const std::string text = itemToPlainJson(random.item(3)).dump();
        const Result<Item> item = itemFromPlainJson(text, 100);
        ASSERT_TRUE(item) << item.error().message;
        ASSERT_EQ(*item, itemFromPlainJson(json::parse(text)).value()) << text;
    }
}

TEST(PlainJsonTextTest, EveryDigitOfANumberCounts) {
    const Item item =
        itemFromPlainJson(R"({"a":0.12345678901234567890123,"b":123456789012345678901,"c":18446744073709551615,
                              "d":-9223372036854775808,"e":1.50e2})",
                          4)
            .value();
    EXPECT_EQ(item, (Item{{"a", Number::parse("0.12345678901234567890123").value()},
                          {"b", Number::parse("123456789012345678901").value()},
                          {"c", Number::parse("18446744073709551615").value()},
                          {"d", Number::parse("-9223372036854775808").value()},
                          {"e", 150}}));
}

TEST(PlainJsonTextTest, TheLastOfTwoEqualNamesCounts) {
    EXPECT_EQ(itemFromPlainJson(R"({"a":1,"b":{"c":2,"c":[]},"a":"x"})", 4).value(),
              (Item{{"a", "x"}, {"b", Item{{"c", List{}}}}}));
}

TEST(PlainJsonTextTest, DamageDepthAndOtherRootsAreRefused) {
    for (const char* text :
         {"", "{", R"({"a":})", R"({"a":1,})", "nul", R"({"a":1} x)", "{\"a\":\"\xFF\"}", R"({"a":"\ud800"})",
          R"({"a":1e999})", R"({"a":1e200})", R"({"a":[[[1]]]})", "[{}]", "1", "null", R"("a")"}) {
        const Result<Item> item = itemFromPlainJson(text, 3);
        ASSERT_FALSE(item) << text;
        EXPECT_EQ(item.error().code, ErrorCode::validation) << text;
        EXPECT_FALSE(item.error().message.empty()) << text;
    }
    EXPECT_TRUE(itemFromPlainJson(R"({"a":[[1]]})", 3));
    EXPECT_FALSE(itemFromPlainJson(std::string(1'000'000, '['), 3));
}

TEST(ParseJsonTest, DepthCountsArraysAndObjects) {
    EXPECT_TRUE(parseJson(R"({"a":[1]})", 2));
    EXPECT_FALSE(parseJson(R"({"a":[[1]]})", 2));
    EXPECT_TRUE(parseJson(R"(["[[[", "\"[[["])", 1));
    EXPECT_TRUE(parseJson("[[],[],[]]", 2));
}

TEST(ParseJsonTest, DeepNestingIsRefusedBeforeTheStackIsAtRisk) {
    for (const std::string& text :
         {std::string(1'000, '['), std::string(1'000'000, '['), std::string(1'000, '[') + std::string(1'000, ']')}) {
        const Result<json> result = parseJson(text, 32);
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, ErrorCode::validation);
    }
}

TEST(ParseJsonTest, DamageIsPlaced) {
    for (const char* text : {"", "{", R"({"a":})", "[1,]", "nul", "\"\xFF\"", "1e999"}) {
        const Result<json> result = parseJson(text, 32);
        ASSERT_FALSE(result) << text;
        EXPECT_EQ(result.error().code, ErrorCode::validation);
        EXPECT_EQ(result.error().message.rfind("Invalid JSON: ", 0), 0U) << result.error().message;
    }
    EXPECT_NE(parseJson("{\n \"a\" 1}", 32).error().message.find("line 2, column"), std::string::npos);
}

}  // namespace
}  // namespace drydock::storage
