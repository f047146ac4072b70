// Operation: what one name of the API does. Each file of operations offers a table of them; ApiCall looks names up
// there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/api_call.h"

namespace drydock::storage::api {

// Implements what its kind needs (see ApiCall); the rest is never called.
class Operation {
public:
    virtual ~Operation() = default;
    [[nodiscard]] virtual CallKind kind() const = 0;
    [[nodiscard]] virtual std::optional<Response> prepare(TableReader& reader);
    [[nodiscard]] virtual std::vector<WriteUnit> takeUnits();
    [[nodiscard]] virtual Response finish(std::vector<UnitResult> outcome);
    [[nodiscard]] virtual Response administer(TableStore& store);
};

// What takeUnits() gives of a call that is one unit.
[[nodiscard]] std::vector<WriteUnit> oneUnit(WriteUnit unit);

struct OperationEntry {
    std::string_view target;  // with its API: "DynamoDB_20120810.GetItem"
    // From the request's body, an object. An error is the answer.
    Result<std::unique_ptr<Operation>> (*make)(const nlohmann::json& body);
};

// nullptr when the API has no such operation.
[[nodiscard]] const OperationEntry* findOperation(std::string_view target);

[[nodiscard]] std::span<const OperationEntry> itemOperations();       // items, queries, batches, transactions
[[nodiscard]] std::span<const OperationEntry> tableOperations();      // tables, indexes, tags, TTL, limits, endpoints
[[nodiscard]] std::span<const OperationEntry> streamOperations();     // DynamoDBStreams
[[nodiscard]] std::span<const OperationEntry> statementOperations();  // PartiQL
[[nodiscard]] std::span<const OperationEntry> recoveryOperations();   // backups, point-in-time recovery
[[nodiscard]] std::span<const OperationEntry> transferOperations();   // export, import

}  // namespace drydock::storage::api
