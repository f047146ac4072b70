// UpdateTable.
#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "storage/api/table_request.h"
#include "storage/api/table_request_parts.h"
#include "storage/api/table_shapes.h"
#include "storage/api/throughput_request.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr StreamWords kUpdating = {"If stream is being enabled then UpdateViewType is required",
                                   "If stream is being disabled, then UpdateViewType must not be specified"};

constexpr const char* kNoWarmUnits =
    "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified";

// Whether a member asks for a change; the others only say of what.
bool isOperation(const Member& member) {
    return member.name != "TableName" && member.name != "AttributeDefinitions";
}

bool comesOrGoes(const json& indexUpdate) {
    return has(indexUpdate, "Create") || has(indexUpdate, "Delete");
}

// Some changes can't be asked for together.
Result<void> checkCombination(const json& body) {
    const auto besides = [&](std::string_view one, std::string_view other) {
        return std::any_of(kUpdateTableMembers.begin(), kUpdateTableMembers.end(), [&](const Member& member) {
            return isOperation(member) && member.name != one && member.name != other && has(body, member.name);
        });
    };
    constexpr std::array<std::pair<std::string_view, const char*>, 4> kSole = {
        {{"SSESpecification", "Server-Side Encryption modification"},
         {"TableClass", "TableClass modification"},
         {"DeletionProtectionEnabled", "DeletionProtection modification"},
         {"WarmThroughput", "WarmThroughput"}}};
    for (const auto& [name, words] : kSole) {
        if (!has(body, name) || !besides(name, {})) continue;
        return invalidParameter(std::string(words) + " must be the only operation in the request");
    }
    if (has(body, "OnDemandThroughput") && besides("OnDemandThroughput", "BillingMode")) {
        return invalidParameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request");
    }
    const bool stream = has(body, "StreamSpecification");
    const bool units = has(body, "ProvisionedThroughput");
    if (stream && units) return invalidParameter("You cannot modify stream status while updating table IOPS");
    const json* updates = find(body, "GlobalSecondaryIndexUpdates");
    if (updates == nullptr || std::none_of(updates->begin(), updates->end(), comesOrGoes)) return {};
    if (units) return invalidParameter("You cannot create or delete index while updating table IOPS");
    if (stream) return invalidParameter("You cannot create or delete index while changing stream status");
    return {};
}

Result<void> checkIndexUpdates(const json& updates) {
    std::set<std::string> names;
    for (const json& update : updates) {
        std::string name;
        int actions = 0;
        for (const char* action : {"Update", "Create", "Delete"}) {
            const json* details = find(update, action);
            if (details == nullptr) continue;
            ++actions;
            name = text(*details, "IndexName");
        }
        if (actions == 0) {
            return invalidParameter(
                "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null");
        }
        if (actions > 1) {
            return invalidParameter(
                "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object");
        }
        if (!names.insert(name).second) {
            return invalidParameter(
                "Only one global secondary index update per index is allowed simultaneously. Index: " + name);
        }
    }
    return {};
}

// Sets how the table is billed, and whether it will be on demand.
Result<bool> billingUpdate(const json& body, const TableDefinition& table, TableUpdate& update) {
    const std::string mode = text(body, "BillingMode");
    const std::optional<Throughput> throughput = throughputIn(body);
    const bool onDemand = mode.empty() ? !table.throughput : mode == "PAY_PER_REQUEST";
    if (onDemand && throughput) return invalidParameter(kNeitherUnits);
    if (!onDemand && !throughput && !table.throughput) {
        return invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    if (throughput && table.throughput) DRYDOCK_TRY(checkChange("the table", *table.throughput, *throughput));
    if (throughput || (onDemand && table.throughput)) update.throughput = throughput;
    update.mostOnDemand = onDemandIn(body);
    DRYDOCK_TRY(checkOnDemand(update.mostOnDemand, onDemand));
    return onDemand;
}

Result<void> addIndexUpdate(const json& details, const json& body, bool onDemand, const TableDefinition& table,
                            TableUpdate& update) {
    const std::string name = text(details, "IndexName");
    for (const IndexDefinition& index : table.indexes) {
        if (index.name == name) return invalid("Attempting to create an index which already exists");
    }
    if (!has(body, "AttributeDefinitions")) {
        return invalidParameter("AttributeDefinitions is not specified for index: " + name);
    }
    DRYDOCK_ASSIGN(const AttributeTypes types, attributeTypesIn(body));
    DRYDOCK_ASSIGN(update.createIndex, indexIn(details, types, false));
    DRYDOCK_TRY(checkBounds(update.createIndex->throughput));
    if (onDemand && update.createIndex->throughput) {
        return invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: " + name +
                                " when BillingMode is PAY_PER_REQUEST");
    }
    if (!onDemand && !update.createIndex->throughput) {
        return invalidParameter("ProvisionedThroughput must be specified for index: " + name);
    }
    IndexDefinition& created = *update.createIndex;
    DRYDOCK_ASSIGN(created.warmThroughput,
                   warmThroughputIn(details, initialFloor(created.throughput), "index " + name));
    return {};
}

Result<void> changeIndexWarmth(const json& details, const TableDefinition& table, TableUpdate& update) {
    const json* wanted = find(details, "WarmThroughput");
    if (wanted == nullptr) return {};
    const std::string name = text(details, "IndexName");
    if (wanted->empty()) return invalidParameter(kNoWarmUnits + (" for index: " + name));
    const auto found = std::find_if(table.indexes.begin(), table.indexes.end(),
                                    [&](const IndexDefinition& index) { return index.name == name; });
    // The store says so of an index that is not there.
    const bool known = found != table.indexes.end();
    const WarmFloor floor = known ? currentFloor(found->warmThroughput, found->throughput) : initialFloor({});
    DRYDOCK_ASSIGN(const auto warm, warmThroughputIn(details, floor, "index " + name));
    update.indexWarmThroughput.emplace_back(name, *warm);
    return {};
}

Result<void> changeIndexThroughput(const json& details, const TableDefinition& table, TableUpdate& update) {
    const std::string name = text(details, "IndexName");
    const std::optional<Throughput> throughput = throughputIn(details);
    if (!throughput) return {};
    if (throughput->read > kMostUnits || throughput->write > kMostUnits) {
        return invalid(
            "This operation cannot be performed with given input values. Please contact DynamoDB service team for more "
            "info: Action Blocked: IndexUpdate");
    }
    for (const IndexDefinition& index : table.indexes) {
        if (index.name == name && index.throughput) {
            DRYDOCK_TRY(checkChange("the index " + name, *index.throughput, *throughput));
        }
    }
    update.indexThroughput.emplace_back(name, *throughput);
    return {};
}

Result<void> indexUpdates(const json& updates, const json& body, bool onDemand, const TableDefinition& table,
                          TableUpdate& update) {
    if (std::count_if(updates.begin(), updates.end(), comesOrGoes) > 1) {
        return fail(
            ErrorCode::limitExceeded,
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table");
    }
    for (const json& each : updates) {
        if (const json* details = find(each, "Create")) {
            DRYDOCK_TRY(addIndexUpdate(*details, body, onDemand, table, update));
        } else if (const json* deletion = find(each, "Delete")) {
            update.deleteIndex = text(*deletion, "IndexName");
        } else {
            DRYDOCK_TRY(changeIndexThroughput(*find(each, "Update"), table, update));
            DRYDOCK_TRY(changeIndexWarmth(*find(each, "Update"), table, update));
        }
    }
    return {};
}

}  // namespace

Result<void> checkUpdateTable(const json& body) {
    DRYDOCK_TRY(checkTableBody(body, kUpdateTableMembers));
    const json* updates = find(body, "GlobalSecondaryIndexUpdates");
    const bool changes = std::any_of(kUpdateTableMembers.begin(), kUpdateTableMembers.end(), [&](const Member& member) {
        return isOperation(member) && member.name != "GlobalSecondaryIndexUpdates" && has(body, member.name);
    });
    if (!changes && (updates == nullptr || updates->empty())) {
        return invalid(
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
            "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
            "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is "
            "required");
    }
    DRYDOCK_TRY(checkBounds(throughputIn(body)));
    if (text(body, "BillingMode") == "PAY_PER_REQUEST" && throughputIn(body)) return invalidParameter(kNeitherUnits);
    if (updates != nullptr) DRYDOCK_TRY(checkIndexUpdates(*updates));
    const json* warm = find(body, "WarmThroughput");
    if (warm != nullptr && warm->empty()) return invalidParameter(kNoWarmUnits);
    DRYDOCK_TRY(streamIn(body, kUpdating));
    DRYDOCK_TRY(encryptionIn(body));
    DRYDOCK_TRY(tableClassIn(body));
    return checkCombination(body);
}

Result<TableUpdate> updateTableRequest(const json& body, const TableDescription& table) {
    TableUpdate update;
    update.table = table.definition.name;
    DRYDOCK_ASSIGN(const bool onDemand, billingUpdate(body, table.definition, update));
    if (const json* updates = find(body, "GlobalSecondaryIndexUpdates")) {
        DRYDOCK_TRY(indexUpdates(*updates, body, onDemand, table.definition, update));
    }
    DRYDOCK_ASSIGN(update.stream, streamIn(body, kUpdating));
    DRYDOCK_ASSIGN(update.encryptionKey, encryptionIn(body));
    DRYDOCK_ASSIGN(update.tableClass, tableClassIn(body));
    const TableDefinition& definition = table.definition;
    const WarmFloor floor = currentFloor(definition.warmThroughput, definition.throughput);
    DRYDOCK_ASSIGN(update.warmThroughput, warmThroughputIn(body, floor, "table"));
    if (has(body, "DeletionProtectionEnabled")) update.deletionProtection = flag(body, "DeletionProtectionEnabled");
    return update;
}

}  // namespace drydock::storage::api
