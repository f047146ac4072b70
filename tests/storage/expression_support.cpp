#include "tests/storage/expression_support.h"

#include <gtest/gtest.h>

namespace drydock::tests {

using storage::Condition;
using storage::ErrorCode;
using storage::ExpressionParameters;
using storage::Item;
using storage::ParameterUse;
using storage::Projection;
using storage::Result;
using storage::Update;

namespace {

template <class T>
std::string errorOf(const Result<T>& result, const char* otherwise) {
    if (result) return otherwise;
    EXPECT_EQ(result.error().code, ErrorCode::validation);
    return result.error().message;
}

template <class Compile>
auto compiled(const Values& values, const Names& names, Compile compile) {
    const ExpressionParameters parameters{names, values};
    ParameterUse use(parameters);
    return compile(use);
}

}  // namespace

bool matches(std::string_view condition, const Item& item, const Values& values, const Names& names) {
    const auto result = compiled(values, names, [&](ParameterUse& use) { return Condition::compile(condition, use); });
    EXPECT_TRUE(result) << condition << ": " << errorOf(result, "");
    return result && result->matches(item);
}

std::string conditionError(std::string_view condition, const Values& values, const Names& names) {
    return errorOf(compiled(values, names, [&](ParameterUse& use) { return Condition::compile(condition, use); }),
                   "accepted");
}

Item updated(std::string_view update, const Item& item, const Values& values, const Names& names) {
    const auto result = compiled(values, names, [&](ParameterUse& use) { return Update::compile(update, use); });
    EXPECT_TRUE(result) << update << ": " << errorOf(result, "");
    if (!result) return {};
    const Result<Item> after = result->apply(item);
    EXPECT_TRUE(after) << update << ": " << errorOf(after, "");
    return after.value_or(Item());
}

std::string updateError(std::string_view update, const Values& values, const Names& names) {
    return errorOf(compiled(values, names, [&](ParameterUse& use) { return Update::compile(update, use); }),
                   "accepted");
}

std::string applyError(std::string_view update, const Item& item, const Values& values) {
    const auto result = compiled(values, {}, [&](ParameterUse& use) { return Update::compile(update, use); });
    EXPECT_TRUE(result) << update << ": " << errorOf(result, "");
    return result ? errorOf(result->apply(item), "applied") : "refused";
}

Item projected(std::string_view projection, const Item& item, const Names& names) {
    const auto result = compiled({}, names, [&](ParameterUse& use) { return Projection::compile(projection, use); });
    EXPECT_TRUE(result) << projection << ": " << errorOf(result, "");
    return result ? result->apply(item) : Item();
}

std::string projectionError(std::string_view projection, const Names& names) {
    return errorOf(compiled({}, names, [&](ParameterUse& use) { return Projection::compile(projection, use); }),
                   "accepted");
}

std::string keyConditionError(std::string_view condition, const Values& values, const Names& names) {
    return errorOf(
        compiled(values, names, [&](ParameterUse& use) { return storage::compileKeyCondition(condition, use); }),
        "accepted");
}

std::string repeated(std::string_view text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace drydock::tests
