// CreateTable, UpdateTable, DeleteTable, DescribeTable, ListTables; tags, time to live, limits and endpoints.
#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/answered_operation.h"
#include "storage/api/operation.h"
#include "storage/api/table_description.h"
#include "storage/api/table_request.h"
#include "storage/api/table_shapes.h"
#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Made = Result<std::unique_ptr<Operation>>;

constexpr std::array<Member, 1> kTableNameOnly = {{{"TableName", &kExactTableName}}};

// ---- Tables ---------------------------------------------------------------------------------------------------------

// The table's name, which may be given as its ARN.
std::string tableNameIn(const json& body) {
    return tableName(text(body, "TableName"));
}

Result<json> createTable(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const TableDefinition definition, createTableRequest(body));
    DRYDOCK_ASSIGN(const TableDescription table, store.createTable(definition));
    return json{{"TableDescription", createdTableJson(table)}};
}

Made makeCreateTable(const json& body) {
    DRYDOCK_TRY(checkCreateTable(body));
    DRYDOCK_TRY(createTableRequest(body));
    return std::make_unique<AdministrationOperation>(body, &createTable);
}

Result<json> updateTable(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const TableDescription before, store.describeTable(tableNameIn(body)));
    DRYDOCK_ASSIGN(const TableUpdate update, updateTableRequest(body, before));
    DRYDOCK_ASSIGN(const TableDescription after, store.updateTable(update));
    if (update.createIndex) DRYDOCK_TRY(store.backfillIndexes(kFirstSlice));
    const std::string addedIndex = update.createIndex ? update.createIndex->name : std::string();
    return json{{"TableDescription", updatedTableJson(before, after, addedIndex)}};
}

Made makeUpdateTable(const json& body) {
    DRYDOCK_TRY(checkUpdateTable(body));
    return std::make_unique<AdministrationOperation>(body, &updateTable);
}

Result<json> deleteTable(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const TableDescription table, store.describeTable(tableNameIn(body)));
    DRYDOCK_TRY(store.deleteTable(table.definition.name));
    return json{{"TableDescription", deletedTableJson(table)}};
}

Made makeDeleteTable(const json& body) {
    DRYDOCK_TRY(checkTableBody(body, kTableNameOnly));
    return std::make_unique<AdministrationOperation>(body, &deleteTable);
}

Result<json> describeTable(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const TableDescription table, reader.describeTable(tableNameIn(body)));
    return json{{"Table", tableJson(table)}};
}

Made makeDescribeTable(const json& body) {
    DRYDOCK_TRY(checkTableBody(body, kTableNameOnly));
    return std::make_unique<ReadOperation>(body, &describeTable);
}

constexpr std::int64_t kMostListed = 100;
constexpr Shape kListLimit{.kind = Shape::Kind::integer, .least = 1, .most = kMostListed};
constexpr std::array<Member, 2> kListTablesMembers = {
    {{"Limit", &kListLimit}, {"ExclusiveStartTableName", &kExactTableName}}};

Result<json> listTables(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const std::vector<std::string> names, reader.listTables());
    const std::string start = text(body, "ExclusiveStartTableName");
    const auto limit = static_cast<std::size_t>(integer(body, "Limit").value_or(kMostListed));
    json listed = json::array();
    for (auto name = std::upper_bound(names.begin(), names.end(), start); name != names.end(); ++name) {
        if (listed.size() == limit) {
            const json last = listed.back();
            return json{{"TableNames", std::move(listed)}, {"LastEvaluatedTableName", last}};
        }
        listed.push_back(*name);
    }
    return json{{"TableNames", std::move(listed)}};
}

Made makeListTables(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListTablesMembers));
    return std::make_unique<ReadOperation>(body, &listTables);
}

// ---- Time to live ---------------------------------------------------------------------------------------------------

constexpr Shape kTtlAttribute{.least = 1, .most = 255};
constexpr std::array<Member, 2> kTtlMembers = {{{"AttributeName", &kTtlAttribute, true}, {"Enabled", &kFlag, true}}};
constexpr Shape kTtlSpecification{
    .kind = Shape::Kind::structure, .className = "TimeToLiveSpecification", .members = kTtlMembers};
constexpr std::array<Member, 2> kUpdateTtlMembers = {
    {{"TableName", &kExactTableName}, {"TimeToLiveSpecification", &kTtlSpecification, true}}};

Result<json> updateTimeToLive(const json& body, TableStore& store) {
    const json& specification = *find(body, "TimeToLiveSpecification");
    const std::string attribute = text(specification, "AttributeName");
    const bool enabled = flag(specification, "Enabled");
    DRYDOCK_ASSIGN(const TableDescription table, store.describeTable(tableNameIn(body)));
    const auto& current = table.definition.ttlAttribute;
    if (!enabled && current && *current != attribute) {
        return invalid("TimeToLive is active on a different AttributeName: current AttributeName is " + *current);
    }
    TableUpdate update;
    update.table = table.definition.name;
    update.ttlAttribute = enabled ? std::optional(attribute) : std::nullopt;
    DRYDOCK_TRY(store.updateTable(update));
    DRYDOCK_TRY(store.backfillIndexes(kFirstSlice));
    return json{{"TimeToLiveSpecification", {{"AttributeName", attribute}, {"Enabled", enabled}}}};
}

Made makeUpdateTimeToLive(const json& body) {
    DRYDOCK_TRY(checkTableBody(body, kUpdateTtlMembers));
    return std::make_unique<AdministrationOperation>(body, &updateTimeToLive);
}

Result<json> describeTimeToLive(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const TableDescription table, reader.describeTable(tableNameIn(body)));
    json shown = {{"TimeToLiveStatus", table.definition.ttlAttribute ? "ENABLED" : "DISABLED"}};
    if (table.definition.ttlAttribute) shown["AttributeName"] = *table.definition.ttlAttribute;
    return json{{"TimeToLiveDescription", std::move(shown)}};
}

Made makeDescribeTimeToLive(const json& body) {
    DRYDOCK_TRY(checkTableBody(body, kTableNameOnly));
    return std::make_unique<ReadOperation>(body, &describeTimeToLive);
}

// ---- Tags -----------------------------------------------------------------------------------------------------------

constexpr Shape kTagKeyList{.kind = Shape::Kind::list, .element = &kText};
constexpr std::array<Member, 2> kTagMembers = {{{"ResourceArn", &kText}, {"Tags", &kTagList}}};
constexpr std::array<Member, 2> kUntagMembers = {{{"ResourceArn", &kText}, {"TagKeys", &kTagKeyList}}};
constexpr std::array<Member, 2> kListTagsMembers = {{{"ResourceArn", &kText}, {"NextToken", &kText}}};

bool isOurs(std::string_view arn) {
    const std::string ours = tableArn("");
    return arn.starts_with(ours);
}

// The table an ARN names; `operation` is for the message about resources of others.
Result<TableDescription> taggedTable(const json& body, const char* operation, TableReader& reader) {
    const std::string arn = text(body, "ResourceArn");
    if (!has(body, "ResourceArn")) return invalid("Invalid TableArn");
    const std::string wrong = "One or more parameter values were invalid: ";
    if (!arn.starts_with("arn:")) return invalid(wrong + "ARNs must start with 'arn:': " + arn);
    const auto name = resourceNameOf(arn);
    if (!name) return invalid(wrong + "Provided Arn is not a DynamoDB resource arn: " + arn);
    if (!name->index.empty()) {
        return invalid(
            wrong + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " + arn);
    }
    constexpr std::size_t kShortestName = 3;
    if (name->table.size() < kShortestName) {
        return invalid("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
    }
    if (!isOurs(arn)) {
        return fail(ErrorCode::accessDenied, "User: arn:aws:iam::" + std::string(kAccountId) +
                                                 ":root is not authorized to perform: dynamodb:" + operation +
                                                 " on resource: " + arn);
    }
    Result<TableDescription> table = reader.describeTable(name->table);
    if (!table && table.error().code == ErrorCode::resourceNotFound) {
        return fail(ErrorCode::resourceNotFound, "Requested resource not found: ResourcArn: " + arn + " not found");
    }
    return table;
}

Result<json> tagResource(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const TableDescription table, taggedTable(body, "TagResource", store));
    const json* tags = find(body, "Tags");
    if (tags == nullptr || tags->empty()) return invalid("Atleast one Tag needs to be provided as Input.");
    TableUpdate update;
    update.table = table.definition.name;
    DRYDOCK_ASSIGN(update.setTags, tagsOf(*tags));
    DRYDOCK_TRY(store.updateTable(update));
    return json();
}

Made makeTagResource(const json& body) {
    DRYDOCK_TRY(checkBody(body, kTagMembers));
    return std::make_unique<AdministrationOperation>(body, &tagResource);
}

Result<json> untagResource(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const TableDescription table, taggedTable(body, "UntagResource", store));
    const json* keys = find(body, "TagKeys");
    if (keys == nullptr || keys->empty()) return invalid("Atleast one Tag Key needs to be provided as Input.");
    TableUpdate update;
    update.table = table.definition.name;
    for (const json& key : *keys) {
        if (key.is_string()) update.removeTags.push_back(key.get<std::string>());
    }
    DRYDOCK_TRY(store.updateTable(update));
    return json();
}

Made makeUntagResource(const json& body) {
    DRYDOCK_TRY(checkBody(body, kUntagMembers));
    return std::make_unique<AdministrationOperation>(body, &untagResource);
}

Result<json> listTagsOfResource(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const TableDescription table, taggedTable(body, "ListTagsOfResource", reader));
    json tags = json::array();
    for (const auto& [key, value] : table.definition.tags) tags.push_back({{"Key", key}, {"Value", value}});
    return json{{"Tags", std::move(tags)}};
}

Made makeListTagsOfResource(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListTagsMembers));
    return std::make_unique<ReadOperation>(body, &listTagsOfResource);
}

// ---- The service itself ---------------------------------------------------------------------------------------------

Result<json> describeLimits(const json& /*body*/, TableReader& /*reader*/) {
    // Source: Amazon DynamoDB developer guide, "Quotas", as a new account has them. Nothing is throttled here.
    constexpr std::int64_t kAccountUnits = 80'000;
    constexpr std::int64_t kTableUnits = 40'000;
    return json{{"AccountMaxReadCapacityUnits", kAccountUnits},
                {"AccountMaxWriteCapacityUnits", kAccountUnits},
                {"TableMaxReadCapacityUnits", kTableUnits},
                {"TableMaxWriteCapacityUnits", kTableUnits}};
}

Made makeDescribeLimits(const json& body) {
    return std::make_unique<ReadOperation>(body, &describeLimits);
}

Result<json> describeEndpoints(const json& /*body*/, TableReader& /*reader*/) {
    constexpr std::int64_t kCacheMinutes = 1440;
    return json{{"Endpoints", json::array({{{"Address", "localhost"}, {"CachePeriodInMinutes", kCacheMinutes}}})}};
}

Made makeDescribeEndpoints(const json& body) {
    return std::make_unique<ReadOperation>(body, &describeEndpoints);
}

constexpr std::array<OperationEntry, 12> kOperations = {{
    {"DynamoDB_20120810.CreateTable", &makeCreateTable},
    {"DynamoDB_20120810.UpdateTable", &makeUpdateTable},
    {"DynamoDB_20120810.DeleteTable", &makeDeleteTable},
    {"DynamoDB_20120810.DescribeTable", &makeDescribeTable},
    {"DynamoDB_20120810.ListTables", &makeListTables},
    {"DynamoDB_20120810.UpdateTimeToLive", &makeUpdateTimeToLive},
    {"DynamoDB_20120810.DescribeTimeToLive", &makeDescribeTimeToLive},
    {"DynamoDB_20120810.TagResource", &makeTagResource},
    {"DynamoDB_20120810.UntagResource", &makeUntagResource},
    {"DynamoDB_20120810.ListTagsOfResource", &makeListTagsOfResource},
    {"DynamoDB_20120810.DescribeLimits", &makeDescribeLimits},
    {"DynamoDB_20120810.DescribeEndpoints", &makeDescribeEndpoints},
}};

}  // namespace

std::span<const OperationEntry> tableOperations() {
    return kOperations;
}

}  // namespace drydock::storage::api
