// From a query's key condition to the range of key bytes it means.
#pragma once

#include <string>

#include "storage/expression/expression.h"
#include "storage/table/definition.h"

namespace drydock::storage {

// Keys k with lower <= k < upper.
struct KeyBounds {
    std::string lower;
    std::string upper;
    bool oneKey = false;  // `lower` is the only key there can be
};

// Equality on every partition attribute, then conditions on a left prefix of the sort attributes, all but the last of
// them equalities. ErrorCode::validation with DynamoDB's messages for anything else.
[[nodiscard]] Result<KeyBounds> boundsOf(const KeySchema& schema, const KeyRange& range);

}  // namespace drydock::storage
