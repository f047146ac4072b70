// The operations on items, by file; operation.h has the whole API.
#pragma once

#include <memory>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/operation.h"

namespace drydock::storage::api {

using MadeOperation = Result<std::unique_ptr<Operation>>;

[[nodiscard]] MadeOperation makeGetItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makePutItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeUpdateItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeDeleteItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeQuery(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeScan(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeBatchGetItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeBatchWriteItem(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeTransactGetItems(const nlohmann::json& body);
[[nodiscard]] MadeOperation makeTransactWriteItems(const nlohmann::json& body);

}  // namespace drydock::storage::api
