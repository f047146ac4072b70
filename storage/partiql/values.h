// The values of literals and parameters.
#pragma once

#include <vector>

#include "storage/partiql/ast.h"

namespace drydock::storage::partiql {

// Whether the expression is a literal, a collection of literals or a parameter.
[[nodiscard]] bool isValue(const Expr& expr);

// Precondition: no parameter's place is beyond `parameters`. Errors: ErrorCode::validation; those of a number or a
// collection say where in the value they are ("… under root.a[1]").
[[nodiscard]] Result<AttributeValue> valueOf(const Expr& expr, const std::vector<AttributeValue>& parameters);

// The item of INSERT … VALUE {…}, whose attributes may be parameters.
[[nodiscard]] Result<Item> itemOf(const Expr& tuple, const std::vector<AttributeValue>& parameters);

}  // namespace drydock::storage::partiql
