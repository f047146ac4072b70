// ExecuteTransaction.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/item_requests.h"
#include "storage/api/statement_operations.h"
#include "storage/api/statement_support.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr std::array kStatementMembers = {
    Member{"Statement", &kStatementText, true},
    Member{"Parameters", &kStatementParameters},
    Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr Shape kStatement{
    .kind = Shape::Kind::structure, .className = "ParameterizedStatement", .members = kStatementMembers};
constexpr Shape kStatements{.kind = Shape::Kind::list, .element = &kStatement, .least = 1, .most = 100};
constexpr Shape kClientToken{.least = 1, .most = 36};
constexpr std::array kMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"TransactStatements", &kStatements, true},
    Member{"ClientRequestToken", &kClientToken},
};

// An error of a statement that refuses the whole request.
Error inStatement(std::size_t number, Error error) {
    if (error.code != ErrorCode::validation) return error;
    error.message = "Validation failed in TransactStatements[" + std::to_string(number) + "]: " + error.message;
    return error;
}

bool returnsItems(const partiql::Statement& statement) {
    if (const auto* update = std::get_if<partiql::Update>(&statement.body)) return update->returning.has_value();
    if (const auto* erase = std::get_if<partiql::Delete>(&statement.body)) return erase->returning.has_value();
    return false;
}

class Transaction : public Operation {
public:
    Transaction(std::vector<PreparedStatement> statements, CapacityDetail detail)
        : m_statements(std::move(statements)), m_detail(detail) {}

protected:
    // Plans all statements with `plan(statement, table, reason)`. A table that is missing, or a `reason` the plan fills
    // in, cancels the transaction; any other error refuses the request.
    template <class Plan>
    [[nodiscard]] Result<void> planAll(TableReader& reader, const Plan& plan) {
        m_reasons.assign(m_statements.size(), std::nullopt);
        for (std::size_t i = 0; i < m_statements.size(); ++i) {
            const Result<TableDefinition> table = statementTable(reader, m_statements[i]);
            if (!table) {
                if (table.error().code != ErrorCode::resourceNotFound) return fail(inStatement(i, table.error()));
                m_reasons[i] = table.error();
                continue;
            }
            Result<void> planned = plan(m_statements[i], *table, m_reasons[i]);
            if (!planned) return fail(inStatement(i, std::move(planned).error()));
        }
        return {};
    }

    [[nodiscard]] bool isCancelled() const {
        return std::any_of(m_reasons.begin(), m_reasons.end(), [](const auto& reason) { return reason.has_value(); });
    }
    [[nodiscard]] Response cancellation() const { return unitErrorResponse(transactionCanceled(m_reasons)); }

    [[nodiscard]] const std::vector<PreparedStatement>& statements() const { return m_statements; }
    [[nodiscard]] std::vector<std::optional<UnitError>>& reasons() { return m_reasons; }
    [[nodiscard]] CapacityDetail detail() const { return m_detail; }

private:
    std::vector<PreparedStatement> m_statements;
    std::vector<std::optional<UnitError>> m_reasons;
    CapacityDetail m_detail;
};

class ReadTransaction final : public Transaction {
public:
    using Transaction::Transaction;

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        Result<Response> response = read(reader);
        return response ? *std::move(response) : errorResponse(response.error());
    }

private:
    Result<Response> read(TableReader& reader) {
        std::vector<partiql::GetPlan> plans;
        DRYDOCK_TRY(planAll(reader,
                            [&](const PreparedStatement& prepared, const TableDefinition& table,
                                std::optional<UnitError>& /*reason*/) -> Result<void> {
                                const auto& select = std::get<partiql::Select>(prepared.statement.body);
                                DRYDOCK_ASSIGN(partiql::GetPlan plan,
                                               partiql::planGet(select, {table, prepared.parameters, true},
                                                                partiql::GetUse::transaction));
                                plans.push_back(std::move(plan));
                                return {};
                            }));
        if (isCancelled()) return cancellation();
        std::vector<GetRequest> requests;
        requests.reserve(plans.size());
        for (const partiql::GetPlan& plan : plans) requests.push_back(plan.request);
        DRYDOCK_ASSIGN(std::vector<Result<GetResult>> results, reader.getAll(requests));
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (!results[i]) reasons()[i] = results[i].error();
        }
        if (isCancelled()) return cancellation();
        for (std::size_t i = 0; i < requests.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (requests[i].table == requests[j].table && requests[i].key == requests[j].key) {
                    return fail(ErrorCode::validation,
                                "Transaction request cannot include multiple operations on one item");
                }
            }
        }
        return answer(plans, results);
    }

    [[nodiscard]] Response answer(const std::vector<partiql::GetPlan>& plans,
                                  std::vector<Result<GetResult>>& results) const {
        Response response;
        ObjectWriter object(response.body);
        std::string& out = object.member("Responses");
        std::map<std::string, CapacityUnits> units;
        out += '[';
        for (std::size_t i = 0; i < results.size(); ++i) {
            GetResult& result = *results[i];
            if (i > 0) out += ',';
            ObjectWriter each(out);
            if (result.item)
                appendItemJson(partiql::selected(plans[i].columns, *std::move(result.item)), each.member("Item"));
            each.end();
            units[plans[i].request.table].table += readUnits(result.sizeBytes);
        }
        out += ']';
        if (detail() != CapacityDetail::none)
            appendCapacities(units, kTransactedReadRate, detail(), object.member("ConsumedCapacity"));
        object.end();
        return response;
    }
};

class WriteTransaction final : public Transaction {
public:
    WriteTransaction(std::vector<PreparedStatement> statements, CapacityDetail detail, std::string clientToken,
                     std::string fingerprint)
        : Transaction(std::move(statements), detail) {
        m_unit.transaction = true;
        m_unit.clientToken = std::move(clientToken);
        m_unit.fingerprint = std::move(fingerprint);
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const bool wantCapacity = detail() != CapacityDetail::none;
        Result<void> planned = planAll(
            reader,
            [&](const PreparedStatement& prepared, const TableDefinition& table,
                std::optional<UnitError>& reason) -> Result<void> {
                if (returnsItems(prepared.statement))
                    return fail(ErrorCode::validation, "RETURNING clause is not supported in ExecuteTransaction.");
                bool keyError = false;
                Result<WriteRequest> write = planWrite(prepared, table, wantCapacity, &keyError);
                if (write) {
                    m_unit.writes.push_back(*std::move(write));
                    m_tables.push_back(table.name);
                    return {};
                }
                if (!keyError) return fail(std::move(write).error());
                reason = Error{ErrorCode::validation, "The provided key element does not match the schema"};
                return {};
            });
        if (!planned) return errorResponse(planned.error());
        if (isCancelled()) return cancellation();
        return std::nullopt;
    }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override { return oneUnit(std::move(m_unit)); }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        UnitResult& unit = outcome.front();
        if (!unit) return unitErrorResponse(named(std::move(unit).error()));
        Response response;
        ObjectWriter object(response.body);
        object.member("Responses") += "[]";
        if (detail() != CapacityDetail::none) appendUnits(*unit, object.member("ConsumedCapacity"));
        object.end();
        return response;
    }

private:
    // What an INSERT runs into is a duplicate.
    [[nodiscard]] UnitError named(UnitError error) const {
        if (error.reasons.size() != statements().size()) return error;
        std::string codes;
        for (std::size_t i = 0; i < error.reasons.size(); ++i) {
            CancellationReason& reason = error.reasons[i];
            const bool inserts = std::holds_alternative<partiql::Insert>(statements()[i].statement.body);
            if (inserts && reason.code == "ConditionalCheckFailed") {
                reason.code = "DuplicateItem";
                reason.message = kDuplicateItem;
            }
            codes += (codes.empty() ? "" : ", ") + reason.code;
        }
        error.message.replace(error.message.rfind('[') + 1, std::string::npos, codes + ']');
        return error;
    }

    // A request done before has measured nothing: it costs what reading its items does.
    void appendUnits(const std::vector<WriteResult>& results, std::string& out) const {
        const bool repeated = std::none_of(results.begin(), results.end(),
                                           [](const WriteResult& result) { return result.measures != nullptr; });
        std::map<std::string, CapacityUnits> units;
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (repeated) {
                ++units[m_tables[i]].table;
            } else if (results[i].measures) {
                add(units[m_tables[i]], results[i].measures->capacity);
            }
        }
        appendCapacities(units, repeated ? kTransactedReadRate : kTransactedWriteRate, detail(), out);
    }

    WriteUnit m_unit;
    std::vector<std::string> m_tables;  // of each write
};

}  // namespace

MadeOperation makeExecuteTransaction(const json& body) {
    DRYDOCK_TRY(checkBody(body, kMembers));
    const json& list = *find(body, "TransactStatements");
    std::vector<std::vector<AttributeValue>> parameters;
    for (const json& each : list) {
        DRYDOCK_ASSIGN(std::vector<AttributeValue> values, statementParameters(each));
        parameters.push_back(std::move(values));
    }
    std::vector<PreparedStatement> statements;
    for (const json& each : list) {
        const std::size_t number = statements.size();
        Result<PreparedStatement> prepared = prepareStatement(each, std::move(parameters[number]));
        if (!prepared) return fail(inStatement(number, std::move(prepared).error()));
        statements.push_back(*std::move(prepared));
    }
    const auto reads = [](const PreparedStatement& statement) { return statement.reads(); };
    const bool anyReads = std::any_of(statements.begin(), statements.end(), reads);
    if (anyReads && !std::all_of(statements.begin(), statements.end(), reads)) {
        return fail(ErrorCode::validation,
                    "ExecuteTransaction API does not support both read and write operations in the same request.");
    }
    if (anyReads) return std::make_unique<ReadTransaction>(std::move(statements), capacityDetail(body));
    return std::make_unique<WriteTransaction>(std::move(statements), capacityDetail(body),
                                              text(body, "ClientRequestToken"), fingerprint(list));
}

}  // namespace drydock::storage::api
