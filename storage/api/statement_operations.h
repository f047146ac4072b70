// The operations on PartiQL statements, by file.
#pragma once

#include "storage/api/item_operations.h"

namespace drydock::storage::api {

[[nodiscard]] MadeOperation makeExecuteStatement(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeBatchExecuteStatement(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeExecuteTransaction(const nlohmann::json& body);

}  // namespace drydock::storage::api
