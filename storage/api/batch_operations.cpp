// BatchGetItem and BatchWriteItem.
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
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

// Source: Amazon DynamoDB API reference, BatchGetItem and BatchWriteItem.
constexpr std::size_t kMaxGets = 100;
constexpr std::size_t kMaxWrites = 25;
constexpr std::uint64_t kMaxAnswerBytes = 16ULL * 1024 * 1024;

// ---- BatchGetItem ---------------------------------------------------------------------------------------------------

constexpr Shape kKeys{.kind = Shape::Kind::list, .element = &kValueMap, .least = 1, .most = kMaxGets};
constexpr std::array kGetTableMembers = {
    Member{"Keys", &kKeys, true},
    Member{"AttributesToGet", &kAttributesToGet},
    Member{"ConsistentRead", &kFlag},
    Member{"ProjectionExpression", &kText},
    Member{"ExpressionAttributeNames", &kNameMap},
};
constexpr Shape kGetTable{
    .kind = Shape::Kind::structure, .className = "KeysAndAttributes", .members = kGetTableMembers};
constexpr Shape kGetTables{.kind = Shape::Kind::map, .element = &kGetTable, .least = 1, .isName = true};
constexpr std::array kBatchGetMembers = {Member{"RequestItems", &kGetTables, true},
                                         Member{"ReturnConsumedCapacity", &kConsumedCapacity}};

// What is asked of one table.
struct TableGets {
    std::string table;  // as the request names it
    std::size_t count = 0;
    bool consistent = false;
    std::string options;  // the other members, as JSON, to be repeated with keys that were not processed
};

class BatchGetItem final : public Operation {
public:
    BatchGetItem(std::vector<TableGets> tables, std::vector<GetRequest> requests, CapacityDetail detail)
        : m_tables(std::move(tables)), m_requests(std::move(requests)), m_detail(detail) {}

    [[nodiscard]] CallKind kind() const override { return CallKind::read; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        const Result<std::vector<Result<GetResult>>> results = reader.getAll(m_requests);
        if (!results) return errorResponse(results.error());
        for (const Result<GetResult>& result : *results) {
            if (!result) return errorResponse(result.error());
        }
        const std::size_t processed = countProcessed(*results);
        Response response;
        ObjectWriter object(response.body);
        appendResponses(*results, processed, object.member("Responses"));
        appendUnprocessed(processed, object.member("UnprocessedKeys"));
        if (m_detail != CapacityDetail::none) {
            appendCapacity(*results, processed, object.member("ConsumedCapacity"));
        }
        object.end();
        return response;
    }

private:
    // How many gets fit into an answer, one at least.
    static std::size_t countProcessed(const std::vector<Result<GetResult>>& results) {
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < results.size(); ++i) {
            bytes += results[i]->sizeBytes;
            if (i > 0 && bytes > kMaxAnswerBytes) return i;
        }
        return results.size();
    }

    void appendResponses(const std::vector<Result<GetResult>>& results, std::size_t processed, std::string& out) const {
        ObjectWriter object(out);
        std::size_t at = 0;
        for (const TableGets& table : m_tables) {
            object.member(table.table) += '[';
            bool first = true;
            for (const std::size_t end = at + table.count; at < end; ++at) {
                if (at >= processed || !results[at]->item) continue;
                if (!first) out += ',';
                first = false;
                appendItemJson(*results[at]->item, out);
            }
            out += ']';
        }
        object.end();
    }

    void appendUnprocessed(std::size_t processed, std::string& out) const {
        ObjectWriter object(out);
        std::size_t at = 0;
        for (const TableGets& table : m_tables) {
            const std::size_t end = at + table.count;
            at = std::max(at, std::min(processed, end));
            if (at < end) {
                object.member(table.table) += "{\"Keys\":[";
                for (const std::size_t first = at; at < end; ++at) {
                    if (at > first) out += ',';
                    appendItemJson(m_requests[at].key, out);
                }
                out.append("]").append(table.options).append("}");
            }
            at = end;
        }
        object.end();
    }

    void appendCapacity(const std::vector<Result<GetResult>>& results, std::size_t processed, std::string& out) const {
        out += '[';
        std::size_t at = 0;
        for (const TableGets& table : m_tables) {
            CapacityUnits units;
            for (const std::size_t end = at + table.count; at < end; ++at) {
                if (at < processed) units.table += readUnits(results[at]->sizeBytes);
            }
            if (out.back() != '[') out += ',';
            api::appendCapacity(tableName(table.table), units, readRate(table.consistent), m_detail, out);
        }
        out += ']';
    }

    std::vector<TableGets> m_tables;
    std::vector<GetRequest> m_requests;  // by table, in the order of m_tables
    CapacityDetail m_detail;
};

Result<TableGets> readTableGets(const std::string& table, const json& body, std::vector<GetRequest>& requests) {
    TableGets gets{table, 0, flag(body, "ConsistentRead"), {}};
    DRYDOCK_TRY(refuseMixing(body, kAttributeList, kProjectionText));
    DRYDOCK_ASSIGN(const Precompiled compiled, compileProjection(body));
    const std::size_t first = requests.size();
    for (const json& key : *find(body, "Keys")) {
        GetRequest request;
        request.table = tableName(table);
        DRYDOCK_ASSIGN(request.key, itemFromJson(key));
        request.compiled = compiled;
        const bool repeated = std::any_of(requests.begin() + static_cast<std::ptrdiff_t>(first), requests.end(),
                                          [&](const GetRequest& other) { return other.key == request.key; });
        if (repeated) return invalid("Provided list of item keys contains duplicates");
        requests.push_back(std::move(request));
    }
    gets.count = requests.size() - first;
    for (const Member& member : kGetTableMembers) {
        const json* value = member.name == "Keys" ? nullptr : find(body, member.name);
        if (value == nullptr) continue;
        gets.options += ',';
        appendJsonString(member.name, gets.options);
        gets.options += ':' + value->dump();
    }
    return gets;
}

// One way of projecting in all tables of a request.
Result<void> refuseMixedTables(const json& tables) {
    bool legacy = false;
    bool expression = false;
    for (const json& table : tables) {
        legacy = legacy || has(table, "AttributesToGet");
        expression = expression || has(table, "ProjectionExpression");
    }
    if (!legacy || !expression) return {};
    return invalid(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
        "{AttributesToGet} Expression parameters: {ProjectionExpression}");
}

// ---- BatchWriteItem -------------------------------------------------------------------------------------------------

constexpr std::array kPutMembers = {Member{"Item", &kValueMap, true}};
constexpr std::array kDeleteMembers = {Member{"Key", &kValueMap, true}};
constexpr Shape kPut{.kind = Shape::Kind::structure, .className = "PutRequest", .members = kPutMembers};
constexpr Shape kDelete{.kind = Shape::Kind::structure, .className = "DeleteRequest", .members = kDeleteMembers};
constexpr std::array kWriteMembers = {Member{"PutRequest", &kPut}, Member{"DeleteRequest", &kDelete}};
constexpr Shape kWrite{.kind = Shape::Kind::structure, .className = "WriteRequest", .members = kWriteMembers};
constexpr Shape kWrites{.kind = Shape::Kind::list, .element = &kWrite, .least = 1, .most = kMaxWrites};
constexpr Shape kWriteTables{.kind = Shape::Kind::map, .element = &kWrites, .isName = true};
// The service looks at these before it looks at what is to be written.
constexpr std::array kBatchWriteOptions = {Member{"ReturnConsumedCapacity", &kConsumedCapacity},
                                           Member{"ReturnItemCollectionMetrics", &kCollectionMetrics}};
constexpr std::array kBatchWriteMembers = {Member{"RequestItems", &kWriteTables, true}};

class BatchWriteItem final : public Operation {
public:
    BatchWriteItem(std::vector<WriteRequest> writes, CapacityDetail detail)
        : m_writes(std::move(writes)), m_detail(detail) {
        for (const WriteRequest& write : m_writes) {
            std::visit([this](const auto& each) { m_tables.push_back(each.table); }, write);
        }
    }

    [[nodiscard]] CallKind kind() const override { return CallKind::write; }

    [[nodiscard]] std::optional<Response> prepare(TableReader& reader) override {
        if (const Result<void> checked = reader.checkBatch(m_writes); !checked) return errorResponse(checked.error());
        return std::nullopt;
    }

    [[nodiscard]] std::vector<WriteUnit> takeUnits() override {
        std::vector<WriteUnit> units(m_writes.size());
        for (std::size_t i = 0; i < units.size(); ++i) units[i].writes.push_back(std::move(m_writes[i]));
        return units;
    }

    [[nodiscard]] Response finish(std::vector<UnitResult> outcome) override {
        TableMeasures measures;
        for (std::size_t i = 0; i < outcome.size(); ++i) {
            if (!outcome[i]) return unitErrorResponse(outcome[i].error());
            measures.add(m_tables[i], outcome[i]->front());
        }
        Response response;
        ObjectWriter object(response.body);
        object.member("UnprocessedItems") += "{}";
        measures.append(object, kWriteRate, m_detail);
        object.end();
        return response;
    }

private:
    std::vector<WriteRequest> m_writes;
    std::vector<std::string> m_tables;  // of each write
    CapacityDetail m_detail;
};

Result<WriteRequest> readWrite(const json& body) {
    const json* put = find(body, "PutRequest");
    const json* remove = find(body, "DeleteRequest");
    if ((put == nullptr) == (remove == nullptr)) {
        return invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported "
            "datatypes");
    }
    if (put != nullptr) {
        PutRequest request;
        DRYDOCK_ASSIGN(request.item, readItem(*put, "Item", ValueLayer::older));
        return WriteRequest(std::move(request));
    }
    DeleteRequest request;
    DRYDOCK_ASSIGN(request.key, itemFromJson(*find(*remove, "Key"), ValueLayer::older));
    return WriteRequest(std::move(request));
}

}  // namespace

MadeOperation makeBatchGetItem(const json& body) {
    DRYDOCK_TRY(checkBody(body, kBatchGetMembers, Wording::naming));
    const json& tables = *find(body, "RequestItems");
    DRYDOCK_TRY(refuseMixedTables(tables));
    std::vector<TableGets> gets;
    std::vector<GetRequest> requests;
    for (const auto& [table, each] : tables.items()) {
        DRYDOCK_ASSIGN(TableGets read, readTableGets(table, each, requests));
        gets.push_back(std::move(read));
    }
    if (requests.size() > kMaxGets) return invalid("Too many items requested for the BatchGetItem call");
    return std::make_unique<BatchGetItem>(std::move(gets), std::move(requests), capacityDetail(body));
}

MadeOperation makeBatchWriteItem(const json& body) {
    DRYDOCK_TRY(checkBody(body, kBatchWriteOptions));
    const json* tables = find(body, "RequestItems");
    if (tables != nullptr && tables->is_object() && tables->empty())
        return invalid("The requestItems parameter is required for BatchWriteItem");
    DRYDOCK_TRY(checkBody(body, kBatchWriteMembers));
    const CapacityDetail detail = capacityDetail(body);
    WriteReport report;
    report.capacity = detail != CapacityDetail::none;
    report.itemCollection = text(body, "ReturnItemCollectionMetrics") == "SIZE";
    std::vector<WriteRequest> writes;
    for (const auto& [table, list] : tables->items()) {
        for (const json& each : list) {
            DRYDOCK_ASSIGN(WriteRequest write, readWrite(each));
            std::visit(
                [&, name = tableName(table)](auto& request) {
                    request.table = name;
                    request.report = report;
                },
                write);
            writes.push_back(std::move(write));
        }
    }
    if (writes.size() > kMaxWrites) return invalid("Too many items requested for the BatchWriteItem call");
    return std::make_unique<BatchWriteItem>(std::move(writes), detail);
}

}  // namespace drydock::storage::api
