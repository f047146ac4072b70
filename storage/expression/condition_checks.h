// A condition parsed, checked and resolved: what Condition and the key condition start from.
#pragma once

#include <string_view>

#include "storage/expression/ast.h"

namespace drydock::storage {

struct CheckedCondition {
    ConditionNode root;
    std::vector<DocumentPath> paths;
};

[[nodiscard]] Result<CheckedCondition> checkedCondition(std::string_view text, std::string_view kind,
                                                        ParameterUse& use);

// Whether two values of the same ordered type (S, N or B) are ordered so that a < b; false for all others.
[[nodiscard]] bool orderedBefore(const AttributeValue& a, const AttributeValue& b);

}  // namespace drydock::storage
