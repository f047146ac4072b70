#include "storage/api/recovery_request.h"

#include <array>

#include <nlohmann/json.hpp>

#include "storage/api/table_shapes.h"
#include "storage/api/throughput_request.h"
#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;

constexpr Shape kPlainText{};
constexpr Shape kPlainFlag{.kind = Kind::boolean};
constexpr Shape kTime{.kind = Kind::longInteger};
constexpr Shape kBackupArn{.least = 37, .most = 1024};

constexpr std::array<Member, 8> kFromBackup = {{{"TargetTableName", &kExactTableName, true},
                                                {"BackupArn", &kBackupArn, true},
                                                {"BillingModeOverride", &kTableBilling},
                                                {"GlobalSecondaryIndexOverride", &kGlobalIndexList},
                                                {"LocalSecondaryIndexOverride", &kLocalIndexList},
                                                {"ProvisionedThroughputOverride", &kTableThroughput},
                                                {"OnDemandThroughputOverride", &kMostOnDemand},
                                                {"SSESpecificationOverride", &kTableEncryption}}};
constexpr std::array<Member, 11> kToTime = {{{"SourceTableArn", &kPlainText},
                                             {"SourceTableName", &kExactTableName},
                                             {"TargetTableName", &kExactTableName, true},
                                             {"UseLatestRestorableTime", &kPlainFlag},
                                             {"RestoreDateTime", &kTime},
                                             {"BillingModeOverride", &kTableBilling},
                                             {"GlobalSecondaryIndexOverride", &kGlobalIndexList},
                                             {"LocalSecondaryIndexOverride", &kLocalIndexList},
                                             {"ProvisionedThroughputOverride", &kTableThroughput},
                                             {"OnDemandThroughputOverride", &kMostOnDemand},
                                             {"SSESpecificationOverride", &kTableEncryption}}};

IndexDefinition indexIn(const json& object, const TableDefinition& source, bool local) {
    IndexDefinition index;
    index.name = text(object, "IndexName");
    index.local = local;
    for (const json& element : *find(object, "KeySchema")) {
        const std::string name = text(element, "AttributeName");
        auto& part = text(element, "KeyType") == "HASH" ? index.key.partition : index.key.sort;
        part.push_back({name, keyAttributeType(source, name).value_or(AttributeType::S)});
    }
    const json& projection = *find(object, "Projection");
    index.projection = projectionOf(text(projection, "ProjectionType")).value_or(ProjectionType::all);
    if (const json* names = find(projection, "NonKeyAttributes")) {
        for (const json& name : *names) index.nonKeyAttributes.push_back(name.get<std::string>());
    }
    index.throughput = throughputIn(object, "ProvisionedThroughput");
    return index;
}

std::optional<std::vector<IndexDefinition>> indexesIn(const json& body, std::string_view member,
                                                      const TableDefinition& source, bool local) {
    const json* list = find(body, member);
    if (list == nullptr) return std::nullopt;
    std::vector<IndexDefinition> indexes;
    for (const json& object : *list) indexes.push_back(indexIn(object, source, local));
    return indexes;
}

}  // namespace

constinit const std::span<const Member> kRestoreFromBackupMembers = kFromBackup;

Result<void> checkRestoreToTime(const json& body) {
    DRYDOCK_TRY(checkBody(body, kToTime));
    if (!has(body, "SourceTableName") && !has(body, "SourceTableArn")) {
        return invalidParameter("Either SourceTableName or SourceTableArn must be specified");
    }
    const bool latest = flag(body, "UseLatestRestorableTime");
    if (latest == has(body, "RestoreDateTime")) {
        return invalidParameter(latest ? "Cannot specify both RestoreDateTime and UseLatestRestorableTime"
                                       : "Either RestoreDateTime or UseLatestRestorableTime must be specified");
    }
    return {};
}

Result<RestoreRequest> restoreRequest(const json& body, const TableDefinition& source) {
    RestoreRequest request;
    request.target = text(body, "TargetTableName");
    request.globalIndexes = indexesIn(body, "GlobalSecondaryIndexOverride", source, false);
    request.localIndexes = indexesIn(body, "LocalSecondaryIndexOverride", source, true);
    const std::optional<Throughput> throughput = throughputIn(body, "ProvisionedThroughputOverride");
    const std::string mode = text(body, "BillingModeOverride");
    if (mode == "PAY_PER_REQUEST") {
        if (throughput) {
            return invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST");
        }
        request.throughput.emplace();
    } else if (throughput) {
        request.throughput = throughput;
    } else if (mode == "PROVISIONED" && !source.throughput) {
        return invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
    }
    if (const json* limits = find(body, "OnDemandThroughputOverride")) {
        request.mostOnDemand = Throughput{integer(*limits, "MaxReadRequestUnits").value_or(-1),
                                          integer(*limits, "MaxWriteRequestUnits").value_or(-1)};
    }
    if (const json* encryption = find(body, "SSESpecificationOverride")) {
        request.encryptionKey.emplace();
        if (flag(*encryption, "Enabled")) {
            const std::string key = text(*encryption, "KMSMasterKeyId");
            *request.encryptionKey = key.starts_with("arn:")
                                         ? key
                                         : "arn:aws:kms:" + std::string(kRegion) + ":" + std::string(kAccountId) +
                                               ":key/" + (key.empty() ? "aws-dynamodb" : key);
        }
    }
    return request;
}

}  // namespace drydock::storage::api
