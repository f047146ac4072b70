// From a PartiQL statement, its parameters and its table to the engine's own requests.
//
// Whatever decides on items (conditions, updates, key ranges) is handed on as DynamoDB's expressions: nothing here
// evaluates anything.
// Errors: ErrorCode::validation in the service's words.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "storage/partiql/ast.h"
#include "storage/store/table_store.h"

namespace drydock::storage::partiql {

// Everything a statement is planned with. All outlive the call only.
struct PlanContext {
    const TableDefinition& table;
    const std::vector<AttributeValue>& parameters;
    bool consistentRead = false;
};

// An attribute of the answer of a SELECT: what is at `path`, under a name of its own.
struct Column {
    std::string name;
    DocumentPath path;
};

using Read = std::variant<GetRequest, QueryRequest, ScanRequest>;

// To be read one after the other: they have no item in common.
struct ReadPlan {
    std::vector<Read> reads;
    std::vector<Column> columns;  // none: items as they are
};

[[nodiscard]] Result<ReadPlan> planSelect(const Select& select, const PlanContext& context);

// Of a SELECT that must name one item by its whole key and say nothing else.
enum class GetUse { batch, transaction };
struct GetPlan {
    GetRequest request;
    std::vector<Column> columns;
};
[[nodiscard]] Result<GetPlan> planGet(const Select& select, const PlanContext& context, GetUse use);

// `keyError`, where given, is set when the statement does not name one item (a transaction is cancelled for that).
[[nodiscard]] Result<WriteRequest> planInsert(const Insert& insert, const PlanContext& context);
[[nodiscard]] Result<WriteRequest> planUpdate(const Update& update, const PlanContext& context,
                                              bool* keyError = nullptr);
[[nodiscard]] Result<WriteRequest> planDelete(const Delete& erase, const PlanContext& context,
                                              bool* keyError = nullptr);
[[nodiscard]] Result<WriteRequest> planExists(const Exists& exists, const PlanContext& context);

// What is wrong with a WHERE clause whatever the table is: ordering by what has no order.
[[nodiscard]] Result<void> checkOperands(const Statement& statement, const std::vector<AttributeValue>& parameters);

// What the columns make of an item that was read.
[[nodiscard]] Item selected(const std::vector<Column>& columns, Item item);

}  // namespace drydock::storage::partiql
