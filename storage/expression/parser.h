// From text to syntax trees. Errors: ErrorCode::validation, the messages DynamoDB's, prefixed "Invalid <kind>: ".
// Nesting is bounded before the stack is at risk.
#pragma once

#include <string_view>

#include "storage/expression/ast.h"

namespace drydock::storage {

// Source: Amazon DynamoDB developer guide, "Quotas", expression parameters.
inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr int kMaxOperators = 300;

[[nodiscard]] tl::unexpected<Error> invalidExpression(std::string_view kind, std::string_view message);

[[nodiscard]] Result<ConditionNode> parseCondition(std::string_view text, std::string_view kind);
[[nodiscard]] Result<std::vector<UpdateSection>> parseUpdate(std::string_view text);
[[nodiscard]] Result<std::vector<Operand>> parseProjection(std::string_view text);

}  // namespace drydock::storage
