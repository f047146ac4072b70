// What an update's actions do to an item; an item that does not exist is an empty one. All operands and list indexes
// mean the item as it was before.
#pragma once

#include "storage/expression/ast.h"

namespace drydock::storage {

// ErrorCode::validation with DynamoDB's messages when an operand or a path does not fit the item.
[[nodiscard]] Result<Item> applyActions(const UpdateActions& actions, const Item& before);

}  // namespace drydock::storage
