// Query and Scan.
#include <array>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/answers.h"
#include "storage/api/item_operations.h"
#include "storage/api/legacy_parameters.h"
#include "storage/api/request_expressions.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kSelectWords = {"SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES",
                                                          "ALL_PROJECTED_ATTRIBUTES"};
constexpr Shape kSelect{.words = kSelectWords};
constexpr Shape kLimit{.kind = Shape::Kind::integer, .least = 1};
constexpr Shape kSegment{.kind = Shape::Kind::integer, .least = 0, .most = 999'999};
constexpr Shape kTotalSegments{.kind = Shape::Kind::integer, .least = 1, .most = 1'000'000};

constexpr std::array kQueryMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"TableName", &kTableName, true},
    Member{"IndexName", &kIndexName},
    Member{"Select", &kSelect},
    Member{"Limit", &kLimit},
    Member{"AttributesToGet", &kAttributesToGet},
    Member{"ExclusiveStartKey", &kValueMap},
    Member{"KeyConditions", &kFilterConditions},
    Member{"QueryFilter", &kFilterConditions},
    Member{"ConditionalOperator", &kConditionalOperator},
    Member{"ConsistentRead", &kFlag},
    Member{"ScanIndexForward", &kFlag},
    Member{"KeyConditionExpression", &kText},
    Member{"FilterExpression", &kText},
    Member{"ProjectionExpression", &kText},
    Member{"ExpressionAttributeValues", &kValueMap},
    Member{"ExpressionAttributeNames", &kNameMap},
};
constexpr std::array kScanMembers = {
    Member{"ReturnConsumedCapacity", &kConsumedCapacity},
    Member{"TableName", &kTableName, true},
    Member{"IndexName", &kIndexName},
    Member{"Select", &kSelect},
    Member{"Limit", &kLimit},
    Member{"Segment", &kSegment},
    Member{"TotalSegments", &kTotalSegments},
    Member{"AttributesToGet", &kAttributesToGet},
    Member{"ExclusiveStartKey", &kValueMap},
    Member{"ScanFilter", &kFilterConditions},
    Member{"ConditionalOperator", &kConditionalOperator},
    Member{"ConsistentRead", &kFlag},
    Member{"FilterExpression", &kText},
    Member{"ProjectionExpression", &kText},
    Member{"ExpressionAttributeValues", &kValueMap},
    Member{"ExpressionAttributeNames", &kNameMap},
};

Result<StoredPage> read(TableReader& reader, const QueryRequest& request) {
    return reader.queryStored(request);
}

Result<StoredPage> read(TableReader& reader, const ScanRequest& request) {
    return reader.scanStored(request);
}

template <class Request>
class ReadPage final : public Operation {
public:
    ReadPage(Request request, CapacityDetail detail) : m_request(std::move(request)), m_detail(detail) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const Result<StoredPage> page = read(reader, m_request);
        if (!page) return errorResponse(page.error());
        Response response;
        std::string& out = response.body;
        ObjectWriter object(out);
        if (!m_request.countOnly) {
            object.member("Items") += '[';
            for (const StoredItem& item : page->items) {
                if (&item != &page->items.front()) out += ',';
                if (const Result<void> appended = item.appendJson(out); !appended) {
                    return errorResponse(appended.error());
                }
            }
            out += ']';
        }
        object.member("Count") += std::to_string(page->count);
        object.member("ScannedCount") += std::to_string(page->scannedCount);
        if (page->lastEvaluatedKey) appendItemJson(*page->lastEvaluatedKey, object.member("LastEvaluatedKey"));
        if (m_detail != CapacityDetail::none) {
            appendCapacity(m_request.table, pageUnits(*page, m_request.index), readRate(m_request.consistentRead),
                           m_detail, object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    Request m_request;
    CapacityDetail m_detail;
};

// Select against what else says which attributes are wanted.
Result<void> checkSelect(const json& body) {
    const std::string select = text(body, "Select");
    const char* given = has(body, "ProjectionExpression") ? "ProjectionExpression"
                        : has(body, "AttributesToGet")    ? "AttributesToGet"
                                                          : nullptr;
    if (given != nullptr && !select.empty() && select != "SPECIFIC_ATTRIBUTES") {
        return invalid(std::string("Cannot specify the ") + given + " when choosing to get " +
                       (select == "COUNT" ? "only the Count" : select));
    }
    if (given == nullptr && select == "SPECIFIC_ATTRIBUTES") {
        return invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
    }
    if (select == "ALL_PROJECTED_ATTRIBUTES" && !has(body, "IndexName")) {
        return invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    }
    return {};
}

Result<void> checkSegments(const json& body) {
    const auto segment = integer(body, "Segment");
    const auto total = integer(body, "TotalSegments");
    if (segment && !total) {
        return invalid(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present");
    }
    if (total && !segment) {
        return invalid(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present");
    }
    if (segment && *segment >= *total) {
        return invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                       std::to_string(*segment) + " is not less than TotalSegments: " + std::to_string(*total));
    }
    return {};
}

template <class Request>
Result<void> readCommon(const json& body, Request& request, ValueLayer layer) {
    request.table = tableName(text(body, "TableName"));
    request.index = text(body, "IndexName");
    const std::string select = text(body, "Select");
    request.countOnly = select == "COUNT";
    request.allAttributes = select == "ALL_ATTRIBUTES";
    request.consistentRead = flag(body, "ConsistentRead");
    // Beyond any page anyway.
    constexpr std::int64_t kMostItems = 4'000'000'000;
    if (const auto limit = integer(body, "Limit")) {
        request.limit = static_cast<std::uint32_t>(std::min(*limit, kMostItems));
    }
    if (const json* start = find(body, "ExclusiveStartKey")) {
        DRYDOCK_ASSIGN(request.exclusiveStartKey, itemFromJson(*start, layer));
    }
    return {};
}

}  // namespace

MadeOperation makeQuery(const json& body) {
    static constexpr auto kLegacy =
        parameterNames("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions");
    // KeyConditions may stand beside expressions for other things.
    static constexpr auto kLegacyBeside = parameterNames("AttributesToGet", "QueryFilter", "ConditionalOperator");
    static constexpr auto kExpressions =
        parameterNames("KeyConditionExpression", "FilterExpression", "ProjectionExpression");
    DRYDOCK_TRY(checkBody(body, kQueryMembers, Wording::naming));
    const ParameterNames legacy = has(body, "KeyConditionExpression") ? ParameterNames(kLegacy) : kLegacyBeside;
    DRYDOCK_TRY(refuseMixing(body, legacy, kExpressions, "FilterExpression and KeyConditionExpression are null"));
    QueryRequest request;
    DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled, compileExpressions(body, kExpressions));
    DRYDOCK_TRY(compileLegacy(body, kLegacy, *compiled));
    DRYDOCK_TRY(readCommon(body, request, ValueLayer::current));
    if (Result<void> select = checkSelect(body); !select) {
        return invalid("1 validation error detected: " + select.error().message);
    }
    if (!compiled->keyRange) {
        return invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
    }
    request.compiled = std::move(compiled);
    request.forward = flag(body, "ScanIndexForward", true);
    return std::make_unique<ReadPage<QueryRequest>>(std::move(request), capacityDetail(body));
}

MadeOperation makeScan(const json& body) {
    static constexpr auto kLegacy = parameterNames("AttributesToGet", "ScanFilter", "ConditionalOperator");
    static constexpr auto kExpressions = parameterNames("FilterExpression", "ProjectionExpression");
    DRYDOCK_TRY(checkBody(body, kScanMembers));
    DRYDOCK_TRY(refuseMixing(body, kLegacy, kExpressions, "FilterExpression is null"));
    ScanRequest request;
    DRYDOCK_ASSIGN(std::shared_ptr<CompiledExpressions> compiled,
                   compileExpressions(body, kExpressions, ValueLayer::older));
    DRYDOCK_TRY(compileLegacy(body, kLegacy, *compiled));
    DRYDOCK_TRY(readCommon(body, request, ValueLayer::older));
    DRYDOCK_TRY(checkSegments(body));
    DRYDOCK_TRY(checkSelect(body));
    request.compiled = std::move(compiled);
    request.segment = static_cast<std::uint32_t>(integer(body, "Segment").value_or(0));
    request.totalSegments = static_cast<std::uint32_t>(integer(body, "TotalSegments").value_or(1));
    return std::make_unique<ReadPage<ScanRequest>>(std::move(request), capacityDetail(body));
}

}  // namespace drydock::storage::api
