// TransactGetItems and TransactWriteItems.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/api/answers.h"
#include "storage/api/item_operations.h"
#include "storage/api/item_requests.h"
#include "storage/store/keys.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// Source: Amazon DynamoDB API reference, TransactGetItems and TransactWriteItems.
constexpr std::int64_t kMaxActions = 100;
constexpr std::int64_t kMaxTokenLength = 36;
constexpr std::size_t kMaxTransactionBytes = 4UL * 1024 * 1024;

// ---- TransactGetItems -----------------------------------------------------------------------------------------------

constexpr std::array kGetMembers = {
    Member{"TableName", &kTableName, true},
    Member{"Key", &kValueMap, true},
    Member{"ProjectionExpression", &kText},
    Member{"ExpressionAttributeNames", &kNameMap},
};
constexpr Shape kGet{.kind = Shape::Kind::structure, .className = "Get", .members = kGetMembers};
constexpr std::array kGetActionMembers = {Member{"Get", &kGet, true}};
constexpr Shape kGetAction{
    .kind = Shape::Kind::structure, .className = "TransactGetItem", .members = kGetActionMembers};
constexpr Shape kGetActions{.kind = Shape::Kind::list, .element = &kGetAction, .least = 1, .most = kMaxActions};
constexpr std::array kTransactGetMembers = {Member{"ReturnConsumedCapacity", &kConsumedCapacity},
                                            Member{"TransactItems", &kGetActions, true}};

class TransactGetItems final : public Operation {
public:
    TransactGetItems(std::vector<GetRequest> requests, CapacityDetail detail)
        : m_requests(std::move(requests)), m_detail(detail) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const Result<std::vector<Result<GetResult>>> results = reader.getAll(m_requests);
        if (!results) return errorResponse(results.error());
        if (std::optional<Response> refused = refusal(*results)) return refused;
        std::map<std::string, CapacityUnits> capacities;
        Response response;
        std::string& out = response.body;
        ObjectWriter object(out);
        object.member("Responses") += '[';
        for (std::size_t i = 0; i < results->size(); ++i) {
            const GetResult& result = *(*results)[i];
            capacities[m_requests[i].table].table += readUnits(result.sizeBytes);
            if (i > 0) out += ',';
            ObjectWriter entry(out);
            if (result.item) appendItemJson(*result.item, entry.member("Item"));
            entry.end();
        }
        out += ']';
        if (m_detail != CapacityDetail::none) {
            appendCapacities(capacities, kTransactedReadRate, m_detail, object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    // What does not depend on the table refuses the request; a key that does not fit its table cancels the transaction.
    [[nodiscard]] static std::optional<Response> refusal(const std::vector<Result<GetResult>>& results) {
        std::vector<std::optional<UnitError>> reasons;
        bool cancelled = false;
        for (const Result<GetResult>& result : results) {
            reasons.emplace_back();
            if (result) continue;
            const Error& error = result.error();
            if (error.code != ErrorCode::validation || isEmptyKeyError(error)) return errorResponse(error);
            reasons.back() = UnitError(error);
            cancelled = true;
        }
        if (!cancelled) return std::nullopt;
        return unitErrorResponse(transactionCanceled(std::move(reasons)));
    }

    std::vector<GetRequest> m_requests;
    CapacityDetail m_detail;
};

// ---- TransactWriteItems ---------------------------------------------------------------------------------------------

constexpr std::array kPutMembers = {
    Member{"TableName", &kTableName, true},          Member{"Item", &kValueMap, true},
    Member{"ConditionExpression", &kText},           Member{"ExpressionAttributeNames", &kNameMap},
    Member{"ExpressionAttributeValues", &kValueMap}, Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr std::array kDeleteMembers = {
    Member{"TableName", &kTableName, true},          Member{"Key", &kValueMap, true},
    Member{"ConditionExpression", &kText},           Member{"ExpressionAttributeNames", &kNameMap},
    Member{"ExpressionAttributeValues", &kValueMap}, Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr std::array kUpdateMembers = {
    Member{"TableName", &kTableName, true},
    Member{"Key", &kValueMap, true},
    Member{"UpdateExpression", &kText, true},
    Member{"ConditionExpression", &kText},
    Member{"ExpressionAttributeNames", &kNameMap},
    Member{"ExpressionAttributeValues", &kValueMap},
    Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr std::array kCheckMembers = {
    Member{"TableName", &kTableName, true},          Member{"Key", &kValueMap, true},
    Member{"ConditionExpression", &kText, true},     Member{"ExpressionAttributeNames", &kNameMap},
    Member{"ExpressionAttributeValues", &kValueMap}, Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
};
constexpr Shape kPut{.kind = Shape::Kind::structure, .className = "Put", .members = kPutMembers};
constexpr Shape kDelete{.kind = Shape::Kind::structure, .className = "Delete", .members = kDeleteMembers};
constexpr Shape kUpdate{.kind = Shape::Kind::structure, .className = "Update", .members = kUpdateMembers};
constexpr Shape kCheck{.kind = Shape::Kind::structure, .className = "ConditionCheck", .members = kCheckMembers};
constexpr std::array kWriteActionMembers = {Member{"ConditionCheck", &kCheck}, Member{"Put", &kPut},
                                            Member{"Delete", &kDelete}, Member{"Update", &kUpdate}};
constexpr Shape kWriteAction{
    .kind = Shape::Kind::structure, .className = "TransactWriteItem", .members = kWriteActionMembers};
constexpr Shape kWriteActions{.kind = Shape::Kind::list, .element = &kWriteAction, .least = 1, .most = kMaxActions};
constexpr Shape kToken{.least = 1, .most = kMaxTokenLength};
constexpr std::array kTransactWriteMembers = {
    Member{"ClientRequestToken", &kToken},
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"ReturnItemCollectionMetrics", &kCollectionMetrics},
    Member{"TransactItems", &kWriteActions, true},
};

class TransactWriteItems final : public Operation {
public:
    TransactWriteItems(WriteUnit unit, CapacityDetail detail) : m_unit(std::move(unit)), m_detail(detail) {
        for (const WriteRequest& write : m_unit.writes) {
            std::visit([this](const auto& each) { m_tables.push_back(each.table); }, write);
        }
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override { return oneUnit(std::move(m_unit)); }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        const UnitResult& result = outcome.front();
        if (!result) return unitErrorResponse(result.error());
        TableMeasures measures;
        for (std::size_t i = 0; i < result->size(); ++i) measures.add(m_tables[i], (*result)[i]);
        Response response;
        ObjectWriter object(response.body);
        measures.append(object, kTransactedWriteRate, m_detail);
        object.end();
        return response;
    }

private:
    WriteUnit m_unit;
    std::vector<std::string> m_tables;  // of each write
    CapacityDetail m_detail;
};

constexpr auto kConditionText = parameterNames("ConditionExpression");
constexpr auto kUpdateTexts = parameterNames("UpdateExpression", "ConditionExpression");

Result<Precompiled> compileAction(const json& body, ParameterNames expressions, std::string_view valueExpressions) {
    DRYDOCK_TRY(refuseMixing(body, {}, expressions, valueExpressions));
    DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled, compileExpressions(body, expressions));
    return Precompiled(std::move(compiled));
}

template <class Request>
Result<WriteRequest> readKeyed(const json& body, ParameterNames expressions, std::string_view valueExpressions) {
    // The service looks at an action's expressions before its key.
    Request request;
    DRYDOCK_ASSIGN(request.compiled, compileAction(body, expressions, valueExpressions));
    DRYDOCK_ASSIGN(request.key, itemFromJson(*find(body, "Key")));
    return WriteRequest(std::move(request));
}

Result<WriteRequest> readPut(const json& body) {
    PutRequest request;
    DRYDOCK_ASSIGN(request.item, readItem(body, "Item"));
    DRYDOCK_ASSIGN(request.compiled, compileAction(body, kConditionText, "ConditionExpression is null"));
    return WriteRequest(std::move(request));
}

Result<WriteRequest> readAction(const json& action, WriteReport report) {
    const Member* kind = nullptr;
    for (const Member& member : kWriteActionMembers) {
        if (!has(action, member.name)) continue;
        if (kind != nullptr) return invalid("TransactItems can only contain one of Check, Put, Update or Delete");
        kind = &member;
    }
    if (kind == nullptr) {
        return invalid("The action or operation requested is invalid. Verify that the action is typed correctly.");
    }
    const std::string_view name = kind->name;
    const json& body = *find(action, name);
    constexpr std::string_view kNoCondition = "ConditionExpression is null";
    Result<WriteRequest> write =
        name == "Put"      ? readPut(body)
        : name == "Delete" ? readKeyed<DeleteRequest>(body, kConditionText, kNoCondition)
        : name == "Update"
            ? readKeyed<UpdateRequest>(body, kUpdateTexts, "UpdateExpression and ConditionExpression are null")
            : readKeyed<ConditionCheck>(body, kConditionText, kNoCondition);
    if (!write) return write;
    report.itemOnFailure = text(body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
    std::visit(
        [&](auto& request) {
            request.table = tableName(text(body, "TableName"));
            request.report = report;
        },
        *write);
    return write;
}

}  // namespace

MadeOperation makeTransactGetItems(const json& body) {
    DRYDOCK_TRY(checkBody(body, kTransactGetMembers));
    std::vector<GetRequest> requests;
    for (const json& action : *find(body, "TransactItems")) {
        const json& get = *find(action, "Get");
        GetRequest request;
        request.table = tableName(text(get, "TableName"));
        DRYDOCK_ASSIGN(request.key, itemFromJson(*find(get, "Key")));
        DRYDOCK_TRY(refuseMixing(get, {}, kProjectionText));
        DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled, compileExpressions(get, kProjectionText));
        request.compiled = std::move(compiled);
        requests.push_back(std::move(request));
    }
    for (std::size_t i = 1; i < requests.size(); ++i) {
        const auto same = [&](const GetRequest& other) {
            return other.table == requests[i].table && other.key == requests[i].key;
        };
        if (std::any_of(requests.begin(), requests.begin() + static_cast<std::ptrdiff_t>(i), same))
            return invalid("Transaction request cannot include multiple operations on one item");
    }
    return std::make_unique<TransactGetItems>(std::move(requests), capacityDetail(body));
}

MadeOperation makeTransactWriteItems(const json& body) {
    DRYDOCK_TRY(checkBody(body, kTransactWriteMembers));
    const CapacityDetail detail = capacityDetail(body);
    WriteReport report;
    report.capacity = detail != CapacityDetail::none;
    report.itemCollection = text(body, "ReturnItemCollectionMetrics") == "SIZE";
    WriteUnit unit;
    unit.transaction = true;
    std::size_t bytes = 0;
    const json& actions = *find(body, "TransactItems");
    for (const json& action : actions) {
        DRYDOCK_ASSIGN(WriteRequest write, readAction(action, report));
        if (const auto* put = std::get_if<PutRequest>(&write)) bytes += itemSize(put->item);
        if (bytes > kMaxTransactionBytes)
            return invalid("The aggregate size of the items in the transaction exceeds 4 MB");
        unit.writes.push_back(std::move(write));
    }
    unit.clientToken = text(body, "ClientRequestToken");
    if (!unit.clientToken.empty()) unit.fingerprint = fingerprint(actions);
    return std::make_unique<TransactWriteItems>(std::move(unit), detail);
}

}  // namespace drydock::storage::api
