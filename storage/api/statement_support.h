// What the operations on PartiQL statements have in common.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/answers.h"
#include "storage/api/arguments.h"
#include "storage/api/item_operations.h"
#include "storage/partiql/planner.h"

namespace drydock::storage::api {

extern const Shape kStatementText;
extern const Shape kStatementParameters;

// A statement and the values for its `?`.
struct PreparedStatement {
    partiql::Statement statement;
    std::vector<AttributeValue> parameters;
    bool itemOnFailure = false;  // ReturnValuesOnConditionCheckFailure = ALL_OLD

    [[nodiscard]] bool reads() const;
    [[nodiscard]] const std::string& table() const;
};

// Parameters of a statement; checked before anything of the statement is.
[[nodiscard]] Result<std::vector<AttributeValue>> statementParameters(const nlohmann::json& body);
// Parses the statement and counts its parameters.
[[nodiscard]] Result<PreparedStatement> prepareStatement(const nlohmann::json& body,
                                                         std::vector<AttributeValue> parameters);

// The statement's table, in the words PartiQL has for a missing one, which come after those for wrong operands.
[[nodiscard]] Result<TableDefinition> statementTable(TableReader& reader, const PreparedStatement& prepared);

// A write of a statement that writes; `keyError` as in the planner.
[[nodiscard]] Result<WriteRequest> planWrite(const PreparedStatement& prepared, const TableDefinition& table,
                                             bool wantCapacity, bool* keyError = nullptr);

// INSERT of what is there already is an error of its own.
[[nodiscard]] UnitError statementError(const PreparedStatement& prepared, UnitError error);

inline constexpr std::string_view kDuplicateItem = "Duplicate primary key exists in table";

}  // namespace drydock::storage::api
