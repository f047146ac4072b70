#include "storage/api/statement_support.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "storage/partiql/parser.h"
#include "storage/value/json.h"

namespace drydock::storage::api {

using nlohmann::json;

// Source: Amazon DynamoDB API reference, ExecuteStatement.
constinit const Shape kStatementText{.least = 1, .most = 8192};
constinit const Shape kStatementParameters{.kind = Shape::Kind::list, .element = &kValue, .least = 1};

bool PreparedStatement::reads() const {
    return std::holds_alternative<partiql::Select>(statement.body);
}

const std::string& PreparedStatement::table() const {
    return std::visit(
        [](const auto& each) -> const std::string& {
            if constexpr (std::is_same_v<decltype(each), const partiql::Exists&>) {
                return each.select.source.table;
            } else {
                return each.source.table;
            }
        },
        statement.body);
}

Result<std::vector<AttributeValue>> statementParameters(const json& body) {
    std::vector<AttributeValue> parameters;
    const json* values = find(body, "Parameters");
    if (values == nullptr) return parameters;
    for (const json& each : *values) {
        DRYDOCK_ASSIGN(AttributeValue value, valueFromJson(each, ValueLayer::older));
        parameters.push_back(std::move(value));
    }
    return parameters;
}

Result<PreparedStatement> prepareStatement(const json& body, std::vector<AttributeValue> parameters) {
    PreparedStatement prepared;
    prepared.parameters = std::move(parameters);
    prepared.itemOnFailure = text(body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
    DRYDOCK_ASSIGN(prepared.statement, partiql::parseStatement(text(body, "Statement")));
    if (prepared.statement.parameters != prepared.parameters.size())
        return fail(ErrorCode::validation, "Number of parameters in request and statement don't match.");
    return prepared;
}

Result<TableDefinition> statementTable(TableReader& reader, const PreparedStatement& prepared) {
    Result<TableDescription> description = reader.describeTable(tableName(prepared.table()));
    if (description) return std::move(description->definition);
    if (description.error().code != ErrorCode::resourceNotFound) return fail(std::move(description).error());
    DRYDOCK_TRY(partiql::checkOperands(prepared.statement, prepared.parameters));
    return fail(ErrorCode::resourceNotFound, "Requested resource not found");
}

Result<WriteRequest> planWrite(const PreparedStatement& prepared, const TableDefinition& table, bool wantCapacity,
                               bool* keyError) {
    const partiql::PlanContext context{table, prepared.parameters};
    struct Visitor {
        const partiql::PlanContext& context;
        bool* keyError;
        Result<WriteRequest> operator()(const partiql::Insert& insert) const {
            return partiql::planInsert(insert, context);
        }
        Result<WriteRequest> operator()(const partiql::Update& update) const {
            return partiql::planUpdate(update, context, keyError);
        }
        Result<WriteRequest> operator()(const partiql::Delete& erase) const {
            return partiql::planDelete(erase, context, keyError);
        }
        Result<WriteRequest> operator()(const partiql::Exists& exists) const {
            return partiql::planExists(exists, context);
        }
        Result<WriteRequest> operator()(const partiql::Select& /*select*/) const {
            return fail(ErrorCode::internal, "A SELECT writes nothing");
        }
    };
    Result<WriteRequest> request = std::visit(Visitor{context, keyError}, prepared.statement.body);
    if (!request) return request;
    std::visit(
        [&](auto& each) {
            each.report.capacity = wantCapacity;
            each.report.itemOnFailure = prepared.itemOnFailure;
        },
        *request);
    return request;
}

UnitError statementError(const PreparedStatement& prepared, UnitError error) {
    if (!std::holds_alternative<partiql::Insert>(prepared.statement.body)) return error;
    if (error.code == ErrorCode::conditionalCheckFailed) {
        error.code = ErrorCode::duplicateItem;
        error.message = kDuplicateItem;
    }
    return error;
}

}  // namespace drydock::storage::api
