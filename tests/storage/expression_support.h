// Short ways to compile and apply expressions in tests.
#pragma once

#include <string>
#include <string_view>

#include "storage/expression/expression.h"

namespace drydock::tests {

using Names = std::map<std::string, std::string, std::less<>>;
using Values = std::map<std::string, storage::AttributeValue, std::less<>>;

// Whether the item meets the condition; a condition that does not compile fails the test.
[[nodiscard]] bool matches(std::string_view condition, const storage::Item& item, const Values& values = {},
                           const Names& names = {});
// The message a condition is refused with, or "accepted".
[[nodiscard]] std::string conditionError(std::string_view condition, const Values& values = {},
                                         const Names& names = {});

[[nodiscard]] storage::Item updated(std::string_view update, const storage::Item& item, const Values& values = {},
                                    const Names& names = {});
[[nodiscard]] std::string updateError(std::string_view update, const Values& values = {}, const Names& names = {});
// The message applying is refused with, or "applied".
[[nodiscard]] std::string applyError(std::string_view update, const storage::Item& item, const Values& values = {});

[[nodiscard]] storage::Item projected(std::string_view projection, const storage::Item& item, const Names& names = {});
[[nodiscard]] std::string projectionError(std::string_view projection, const Names& names = {});

[[nodiscard]] std::string keyConditionError(std::string_view condition, const Values& values = {},
                                            const Names& names = {});

[[nodiscard]] std::string repeated(std::string_view text, int times);

}  // namespace drydock::tests
