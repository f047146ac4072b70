// ExecuteStatement, and the table of what is in the files beside.
#include "storage/api/statement_operations.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/item_requests.h"
#include "storage/api/statement_reads.h"
#include "storage/api/statement_support.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr Shape kToken{.least = 1, .most = 32768};
constexpr Shape kLimit{.kind = Shape::Kind::integer, .least = 1};

constexpr std::array kMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"Statement", &kStatementText, true},
    Member{"Parameters", &kStatementParameters},
    Member{"ConsistentRead", &kFlag},
    Member{"NextToken", &kToken},
    Member{"Limit", &kLimit},
    Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};

void appendItems(const std::vector<Item>& items, std::string& out) {
    out += '[';
    for (const Item& item : items) {
        if (&item != &items.front()) out += ',';
        appendItemJson(item, out);
    }
    out += ']';
}

class SelectStatement final : public Operation {
public:
    SelectStatement(PreparedStatement prepared, const json& body)
        : m_prepared(std::move(prepared)),
          m_detail(capacityDetail(body)),
          m_consistent(flag(body, "ConsistentRead")),
          m_token(text(body, "NextToken")),
          m_identity(text(body, "Statement")) {
        if (const json* parameters = find(body, "Parameters"))
            m_identity += parameters->dump(-1, ' ', false, json::error_handler_t::replace);
        // Beyond any page anyway.
        constexpr std::int64_t kMostItems = 4'000'000'000;
        if (const auto limit = integer(body, "Limit")) {
            m_limit = static_cast<std::uint32_t>(std::min(*limit, kMostItems));
        }
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        Result<Response> response = read(reader);
        return response ? *std::move(response) : errorResponse(response.error());
    }

private:
    Result<Response> read(TableReader& reader) {
        DRYDOCK_ASSIGN(const TableDefinition table, statementTable(reader, m_prepared));
        const auto& select = std::get<partiql::Select>(m_prepared.statement.body);
        DRYDOCK_ASSIGN(const partiql::ReadPlan plan,
                       partiql::planSelect(select, {table, m_prepared.parameters, m_consistent}));
        ReadPosition from;
        if (!m_token.empty()) {
            DRYDOCK_ASSIGN(from, readToken(m_token, m_identity));
        }
        DRYDOCK_ASSIGN(const StatementPage page, readStatementPage(reader, plan, m_limit, std::move(from)));
        Response response;
        ObjectWriter object(response.body);
        appendItems(page.items, object.member("Items"));
        if (page.next) {
            appendJsonString(writeToken(*page.next, m_identity), object.member("NextToken"));
            if (page.next->after) appendItemJson(*page.next->after, object.member("LastEvaluatedKey"));
        }
        if (m_detail != CapacityDetail::none) {
            appendCapacity(table.name, page.units, readRate(m_consistent), m_detail, object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

    PreparedStatement m_prepared;
    CapacityDetail m_detail;
    bool m_consistent;
    std::string m_token;
    std::string m_identity;  // what NextToken belongs to
    std::optional<std::uint32_t> m_limit;
};

class WriteStatement final : public Operation {
public:
    WriteStatement(PreparedStatement prepared, CapacityDetail detail)
        : m_prepared(std::move(prepared)), m_detail(detail) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const Result<TableDefinition> table = statementTable(reader, m_prepared);
        if (!table) return errorResponse(table.error());
        Result<WriteRequest> write = planWrite(m_prepared, *table, m_detail != CapacityDetail::none);
        if (!write) return errorResponse(write.error());
        m_unit.writes.push_back(*std::move(write));
        return std::nullopt;
    }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override { return oneUnit(std::move(m_unit)); }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        UnitResult& unit = outcome.front();
        if (!unit) return unitErrorResponse(statementError(m_prepared, std::move(unit).error()));
        WriteResult& result = unit->front();
        std::vector<Item> items;
        if (result.attributes) items.push_back(*std::move(result.attributes));
        Response response;
        ObjectWriter object(response.body);
        appendItems(items, object.member("Items"));
        if (result.measures && m_detail != CapacityDetail::none) {
            appendCapacity(m_prepared.table(), result.measures->capacity, kWriteRate, m_detail,
                           object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    PreparedStatement m_prepared;
    CapacityDetail m_detail;
    WriteUnit m_unit;
};

constexpr std::array kOperations = {
    OperationEntry{"DynamoDB_20120810.ExecuteStatement", &makeExecuteStatement},
    OperationEntry{"DynamoDB_20120810.BatchExecuteStatement", &makeBatchExecuteStatement},
    OperationEntry{"DynamoDB_20120810.ExecuteTransaction", &makeExecuteTransaction},
};

}  // namespace

MadeOperation makeExecuteStatement(const json& body) {
    DRYDOCK_TRY(checkBody(body, kMembers));
    DRYDOCK_ASSIGN(std::vector<AttributeValue> parameters, statementParameters(body));
    DRYDOCK_ASSIGN(PreparedStatement prepared, prepareStatement(body, std::move(parameters)));
    if (prepared.reads()) return std::make_unique<SelectStatement>(std::move(prepared), body);
    if (std::holds_alternative<partiql::Exists>(prepared.statement.body))
        return fail(ErrorCode::validation, "Unsupported operation: NAry");
    return std::make_unique<WriteStatement>(std::move(prepared), capacityDetail(body));
}

std::span<const OperationEntry> statementOperations() {
    return kOperations;
}

}  // namespace drydock::storage::api
