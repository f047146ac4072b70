// From the text of a PartiQL statement to its tree. Any text is safe: nesting is bounded before the stack is at risk.
#pragma once

#include <string_view>

#include "storage/partiql/ast.h"

namespace drydock::storage::partiql {

// Errors: ErrorCode::validation in the service's words.
[[nodiscard]] Result<Statement> parseStatement(std::string_view text);

}  // namespace drydock::storage::partiql
