// GetItem, PutItem, UpdateItem, DeleteItem.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/api/answers.h"
#include "storage/api/item_operations.h"
#include "storage/api/item_requests.h"
#include "storage/api/legacy_parameters.h"
#include "storage/api/request_expressions.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// ---- GetItem --------------------------------------------------------------------------------------------------------

constexpr std::array kGetMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"TableName", &kTableName, true},
    Member{"Key", &kValueMap, true},
    Member{"AttributesToGet", &kAttributesToGet},
    Member{"ConsistentRead", &kFlag},
    Member{"ProjectionExpression", &kText},
    Member{"ExpressionAttributeNames", &kNameMap},
};

class GetItem final : public Operation {
public:
    GetItem(GetRequest request, bool consistent, CapacityDetail detail) : m_consistent(consistent), m_detail(detail) {
        m_requests.push_back(std::move(request));
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const Result<std::vector<Result<GetResult>>> results = reader.getAll(m_requests);
        if (!results) return errorResponse(results.error());
        const Result<GetResult>& result = results->front();
        if (!result) return errorResponse(result.error());
        Response response;
        ObjectWriter object(response.body);
        if (result->item) appendItemJson(*result->item, object.member("Item"));
        if (m_detail != CapacityDetail::none) {
            const CapacityUnits units{readUnits(result->sizeBytes), {}};
            appendCapacity(m_requests.front().table, units, readRate(m_consistent), m_detail,
                           object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    std::vector<GetRequest> m_requests;
    bool m_consistent;
    CapacityDetail m_detail;
};

// ---- Writes ---------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 5> kReturnValueWords = {"ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE",
                                                               "UPDATED_NEW"};
constexpr Shape kReturnValues{.words = kReturnValueWords};

// What the three writes have in common, in the order in which they are checked.
constexpr std::array kTableMember = {Member{"TableName", &kTableName, true}};
constexpr std::array kReturnValuesMember = {Member{"ReturnValues", &kReturnValues}};
constexpr std::array kCommonMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"TableName", &kTableName, true},
    Member{"ReturnItemCollectionMetrics", &kCollectionMetrics},
    Member{"ReturnValues", &kReturnValues},
    Member{"ReturnValuesOnConditionCheckFailure", &kFailureValues},
    Member{"ConditionalOperator", &kConditionalOperator},
    Member{"Expected", &kExpected},
    Member{"ConditionExpression", &kText},
    Member{"ExpressionAttributeValues", &kValueMap},
    Member{"ExpressionAttributeNames", &kNameMap},
};

template <std::size_t N>
constexpr std::array<Member, kCommonMembers.size() + N> withCommon(const std::array<Member, N>& more) {
    std::array<Member, kCommonMembers.size() + N> all{};
    std::copy(kCommonMembers.begin(), kCommonMembers.end(), all.begin());
    std::copy(more.begin(), more.end(), all.begin() + kCommonMembers.size());
    return all;
}

constexpr std::array kPutMembers = withCommon(std::array{Member{"Item", &kValueMap, true}});
constexpr std::array kDeleteMembers = withCommon(std::array{Member{"Key", &kValueMap, true}});
constexpr std::array kUpdateMembers = withCommon(std::array{
    Member{"Key", &kValueMap, true},
    Member{"AttributeUpdates", &kAttributeUpdates},
    Member{"UpdateExpression", &kText},
});

class WriteItem final : public Operation {
public:
    WriteItem(WriteRequest request, CapacityDetail detail) : m_detail(detail) {
        std::visit([this](const auto& each) { m_table = each.table; }, request);
        m_unit.writes.push_back(std::move(request));
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override { return oneUnit(std::move(m_unit)); }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        const UnitResult& result = outcome.front();
        if (!result) return unitErrorResponse(result.error());
        const WriteResult& written = result->front();
        Response response;
        ObjectWriter object(response.body);
        if (written.attributes) appendItemJson(*written.attributes, object.member("Attributes"));
        if (written.measures && written.measures->collection) {
            appendCollection(*written.measures->collection, object.member("ItemCollectionMetrics"));
        }
        if (written.measures && m_detail != CapacityDetail::none) {
            appendCapacity(m_table, written.measures->capacity, kWriteRate, m_detail,
                           object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    WriteUnit m_unit;
    std::string m_table;
    CapacityDetail m_detail;
};

// These operations put what they say of values and expressions into the form of a member that breaks a constraint.
Error enveloped(Error error) {
    if (error.code == ErrorCode::validation) error.message = "1 validation error detected: " + error.message;
    return error;
}

// An empty name is told alone, and so is what UpdateItem cannot return, unless what is to be written is missing, too.
Result<void> checkWriteBody(const json& body, std::span<const Member> members, std::string_view subject) {
    if (has(body, subject)) {
        const json* table = find(body, "TableName");
        const bool emptyName = table != nullptr && table->is_string() && table->get_ref<const std::string&>().empty();
        if (emptyName) DRYDOCK_TRY(checkBody(body, kTableMember));
        if (members.data() == kUpdateMembers.data()) DRYDOCK_TRY(checkBody(body, kReturnValuesMember));
    }
    return checkBody(body, members);
}

ReturnValues returnValues(const json& body) {
    const std::string word = text(body, "ReturnValues");
    if (word == "ALL_OLD") return ReturnValues::allOld;
    if (word == "UPDATED_OLD") return ReturnValues::updatedOld;
    if (word == "ALL_NEW") return ReturnValues::allNew;
    return word == "UPDATED_NEW" ? ReturnValues::updatedNew : ReturnValues::none;
}

Result<ReturnValues> oldReturnValues(const json& body) {
    const ReturnValues values = returnValues(body);
    if (values == ReturnValues::none || values == ReturnValues::allOld) return values;
    return fail(ErrorCode::validation, "ReturnValues can only be ALL_OLD or NONE");
}

Result<Precompiled> compileWrite(const json& body, ParameterNames legacy, ParameterNames expressions) {
    DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled, compileExpressions(body, expressions));
    DRYDOCK_TRY(compileLegacy(body, legacy, *compiled));
    return Precompiled(std::move(compiled));
}

Result<PutRequest> readPut(const json& body) {
    static constexpr auto kLegacy = parameterNames("Expected", "ConditionalOperator");
    static constexpr auto kExpressions = parameterNames("ConditionExpression");
    PutRequest request;
    DRYDOCK_TRY(refuseMixing(body, kLegacy, kExpressions));
    DRYDOCK_ASSIGN(request.item, readItem(body, "Item"));
    DRYDOCK_ASSIGN(request.returnValues, oldReturnValues(body));
    DRYDOCK_ASSIGN(request.compiled, compileWrite(body, kLegacy, kExpressions));
    return request;
}

Result<DeleteRequest> readDelete(const json& body) {
    static constexpr auto kLegacy = parameterNames("Expected", "ConditionalOperator");
    static constexpr auto kExpressions = parameterNames("ConditionExpression");
    DeleteRequest request;
    DRYDOCK_TRY(refuseMixing(body, kLegacy, kExpressions));
    DRYDOCK_ASSIGN(request.key, itemFromJson(*find(body, "Key")));
    DRYDOCK_ASSIGN(request.returnValues, oldReturnValues(body));
    DRYDOCK_ASSIGN(request.compiled, compileWrite(body, kLegacy, kExpressions));
    return request;
}

Result<UpdateRequest> readUpdate(const json& body) {
    static constexpr auto kLegacy = parameterNames("AttributeUpdates", "Expected", "ConditionalOperator");
    static constexpr auto kExpressions = parameterNames("UpdateExpression", "ConditionExpression");
    UpdateRequest request;
    DRYDOCK_TRY(refuseMixing(body, kLegacy, kExpressions));
    DRYDOCK_ASSIGN(request.key, itemFromJson(*find(body, "Key")));
    request.returnValues = returnValues(body);
    request.limitsWritten = true;
    DRYDOCK_ASSIGN(request.compiled, compileWrite(body, kLegacy, kExpressions));
    return request;
}

template <class Request>
MadeOperation makeWrite(const json& body, std::span<const Member> members, std::string_view subject,
                        Result<Request> (*read)(const json&)) {
    DRYDOCK_TRY(checkWriteBody(body, members, subject));
    Result<Request> request = read(body);
    if (!request) return fail(enveloped(std::move(request).error()));
    request->table = tableName(text(body, "TableName"));
    const CapacityDetail detail = capacityDetail(body);
    request->report.capacity = detail != CapacityDetail::none;
    request->report.itemCollection = text(body, "ReturnItemCollectionMetrics") == "SIZE";
    request->report.itemOnFailure = text(body, "ReturnValuesOnConditionCheckFailure") == "ALL_OLD";
    return std::make_unique<WriteItem>(*std::move(request), detail);
}

}  // namespace

MadeOperation makeGetItem(const json& body) {
    DRYDOCK_TRY(checkBody(body, kGetMembers));
    DRYDOCK_TRY(refuseMixing(body, kAttributeList, kProjectionText));
    GetRequest request;
    request.table = tableName(text(body, "TableName"));
    DRYDOCK_ASSIGN(request.key, itemFromJson(*find(body, "Key")));
    DRYDOCK_ASSIGN(request.compiled, compileProjection(body));
    return std::make_unique<GetItem>(std::move(request), flag(body, "ConsistentRead"), capacityDetail(body));
}

MadeOperation makePutItem(const json& body) {
    return makeWrite(body, kPutMembers, "Item", readPut);
}

MadeOperation makeDeleteItem(const json& body) {
    return makeWrite(body, kDeleteMembers, "Key", readDelete);
}

MadeOperation makeUpdateItem(const json& body) {
    return makeWrite(body, kUpdateMembers, "Key", readUpdate);
}

}  // namespace drydock::storage::api
