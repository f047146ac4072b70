// Continuous backups, backups on demand, and restoring tables.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/answered_operation.h"
#include "storage/api/operation.h"
#include "storage/api/recovery_request.h"
#include "storage/api/table_description.h"
#include "storage/api/table_request.h"
#include "storage/api/table_shapes.h"
#include "storage/recovery/table_recovery.h"
#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;
using Made = Result<std::unique_ptr<Operation>>;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr Shape kName{.least = 3, .most = 255, .isName = true};
constexpr Shape kPlainText{};
constexpr Shape kPlainFlag{.kind = Kind::boolean};
constexpr Shape kTime{.kind = Kind::longInteger};

// What has begun stays begun: trouble with it is met again by the steps to come.
void takeFirstSlice(TableRecovery& recovery) {
    std::ignore = recovery.step(kFirstSlice);
}

std::string tableNameIn(const json& body) {
    return tableName(text(body, "TableName"));
}

// ---- Continuous backups ---------------------------------------------------------------------------------------------

constexpr std::array<Member, 1> kTableNameOnly = {{{"TableName", &kName, true}}};
constexpr Shape kDays{.kind = Kind::integer, .least = 1, .most = kMaxRecoveryDays};
constexpr std::array<Member, 2> kSpecificationMembers = {
    {{"PointInTimeRecoveryEnabled", &kPlainFlag, true}, {"RecoveryPeriodInDays", &kDays}}};
constexpr Shape kSpecification{
    .kind = Kind::structure, .className = "PointInTimeRecoverySpecification", .members = kSpecificationMembers};
constexpr std::array<Member, 2> kUpdateContinuousMembers = {
    {{"TableName", &kName, true}, {"PointInTimeRecoverySpecification", &kSpecification, true}}};

// The whole seconds that can be restored to.
json continuousJson(const TableDescription& table, std::int64_t nowMs) {
    const TableDefinition& definition = table.definition;
    json recovery = {{"PointInTimeRecoveryStatus", definition.pointInTimeRecovery ? "ENABLED" : "DISABLED"}};
    if (definition.pointInTimeRecovery) {
        const std::int64_t earliest =
            std::max(table.recoverableFromMs, nowMs - static_cast<std::int64_t>(definition.recoveryDays) * kDayMs);
        const std::int64_t first = (earliest + 999) / 1000;
        recovery["RecoveryPeriodInDays"] = definition.recoveryDays;
        recovery["EarliestRestorableDateTime"] = first;
        recovery["LatestRestorableDateTime"] = std::max(first, nowMs / 1000);
    }
    return {{"ContinuousBackupsDescription",
             {{"ContinuousBackupsStatus", "ENABLED"}, {"PointInTimeRecoveryDescription", std::move(recovery)}}}};
}

// What these operations call a table that is not there.
Result<TableDescription> describe(const std::string& name, TableReader& reader) {
    Result<TableDescription> table = reader.describeTable(name);
    if (!table && table.error().code == ErrorCode::resourceNotFound) {
        return fail(ErrorCode::tableNotFound, "Table not found: " + name);
    }
    return table;
}

class DescribeContinuousBackups final : public Operation {
public:
    explicit DescribeContinuousBackups(std::string table) : m_table(std::move(table)) {}

    CallKind kind() const override { return CallKind::read; }
    std::optional<Response> prepare(TableReader& reader) override {
        const Result<TableDescription> table = describe(m_table, reader);
        if (!table) return errorResponse(table.error());
        return answerWith(continuousJson(*table, reader.nowMs()));
    }

private:
    std::string m_table;
};

Made makeDescribeContinuousBackups(const json& body) {
    DRYDOCK_TRY(checkBody(body, kTableNameOnly));
    return std::make_unique<DescribeContinuousBackups>(tableNameIn(body));
}

Result<json> updateContinuousBackups(const json& body, TableStore& store) {
    const json& specification = *find(body, "PointInTimeRecoverySpecification");
    DRYDOCK_ASSIGN(const TableDescription table, describe(tableNameIn(body), store));
    TableUpdate update;
    update.table = table.definition.name;
    update.recoveryDays.emplace();
    if (flag(specification, "PointInTimeRecoveryEnabled")) {
        *update.recoveryDays =
            static_cast<std::uint32_t>(integer(specification, "RecoveryPeriodInDays").value_or(kMaxRecoveryDays));
    }
    DRYDOCK_ASSIGN(const TableDescription updated, store.updateTable(update));
    return continuousJson(updated, store.nowMs());
}

Made makeUpdateContinuousBackups(const json& body) {
    DRYDOCK_TRY(checkBody(body, kUpdateContinuousMembers));
    return std::make_unique<AdministrationOperation>(body, &updateContinuousBackups);
}

// ---- Backups on demand ----------------------------------------------------------------------------------------------

constexpr Shape kBackupArn{.least = 37, .most = 1024};
constexpr std::array<Member, 2> kCreateBackupMembers = {{{"TableName", &kName, true}, {"BackupName", &kName, true}}};
constexpr std::array<Member, 1> kBackupArnOnly = {{{"BackupArn", &kBackupArn, true}}};

const char* wordOf(BackupStatus status) {
    switch (status) {
        case BackupStatus::creating:
            return "CREATING";
        case BackupStatus::available:
            return "AVAILABLE";
        case BackupStatus::deleted:
            break;
    }
    return "DELETED";
}

json detailsJson(const BackupDescription& backup) {
    return {{"BackupArn", backupArn(backup)},
            {"BackupName", backup.name},
            {"BackupSizeBytes", backup.sizeBytes},
            {"BackupStatus", wordOf(backup.status)},
            {"BackupType", "USER"},
            {"BackupCreationDateTime", secondsOf(backup.createdMs)}};
}

json sourceJson(const BackupDescription& backup) {
    const TableDefinition& table = backup.definition;
    const Throughput throughput = table.throughput.value_or(Throughput{});
    return {
        {"TableName", table.name},
        {"TableId", backup.tableId},
        {"TableArn", tableArn(table.name)},
        {"TableSizeBytes", backup.sizeBytes},
        {"ItemCount", backup.itemCount},
        {"KeySchema", keySchemaJson(table.key)},
        {"TableCreationDateTime", secondsOf(backup.tableCreatedMs)},
        {"BillingMode", table.throughput ? "PROVISIONED" : "PAY_PER_REQUEST"},
        {"ProvisionedThroughput", {{"ReadCapacityUnits", throughput.read}, {"WriteCapacityUnits", throughput.write}}}};
}

json featuresJson(const TableDefinition& table) {
    json features = json::object();
    for (const IndexDefinition& index : table.indexes) {
        json projection = {{"ProjectionType", wordOf(index.projection)}};
        if (!index.nonKeyAttributes.empty()) projection["NonKeyAttributes"] = index.nonKeyAttributes;
        json shown = {
            {"IndexName", index.name}, {"KeySchema", keySchemaJson(index.key)}, {"Projection", std::move(projection)}};
        if (!index.local) {
            const Throughput throughput = index.throughput.value_or(Throughput{});
            shown["ProvisionedThroughput"] = {{"ReadCapacityUnits", throughput.read},
                                              {"WriteCapacityUnits", throughput.write}};
        }
        features[index.local ? "LocalSecondaryIndexes" : "GlobalSecondaryIndexes"].push_back(std::move(shown));
    }
    if (table.stream) {
        features["StreamDescription"] = {{"StreamEnabled", true}, {"StreamViewType", wordOf(*table.stream)}};
    }
    if (table.ttlAttribute) {
        features["TimeToLiveDescription"] = {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", *table.ttlAttribute}};
    }
    if (table.encryptionKey) {
        features["SSEDescription"] = {
            {"Status", "ENABLED"}, {"SSEType", "KMS"}, {"KMSMasterKeyArn", *table.encryptionKey}};
    }
    return features;
}

json descriptionJson(const BackupDescription& backup) {
    return {{"BackupDescription",
             {{"BackupDetails", detailsJson(backup)},
              {"SourceTableDetails", sourceJson(backup)},
              {"SourceTableFeatureDetails", featuresJson(backup.definition)}}}};
}

Result<json> createBackup(const json& body, TableStore& store) {
    TableRecovery& recovery = store.recovery();
    DRYDOCK_ASSIGN(const BackupDescription backup, recovery.createBackup(tableNameIn(body), text(body, "BackupName")));
    takeFirstSlice(recovery);
    return json{{"BackupDetails", detailsJson(backup)}};
}

Made makeCreateBackup(const json& body) {
    DRYDOCK_TRY(checkBody(body, kCreateBackupMembers));
    return std::make_unique<AdministrationOperation>(body, &createBackup);
}

Result<json> describeBackup(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const BackupDescription backup, store.recovery().describeBackup(text(body, "BackupArn")));
    return descriptionJson(backup);
}

Made makeDescribeBackup(const json& body) {
    DRYDOCK_TRY(checkBody(body, kBackupArnOnly));
    return std::make_unique<AdministrationOperation>(body, &describeBackup);
}

Result<json> deleteBackup(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const BackupDescription backup, store.recovery().deleteBackup(text(body, "BackupArn")));
    return descriptionJson(backup);
}

Made makeDeleteBackup(const json& body) {
    DRYDOCK_TRY(checkBody(body, kBackupArnOnly));
    return std::make_unique<AdministrationOperation>(body, &deleteBackup);
}

constexpr std::int64_t kMostListed = 100;
constexpr Shape kListLimit{.kind = Kind::integer, .least = 1, .most = kMostListed};
constexpr std::array<std::string_view, 4> kBackupTypes = {"USER", "SYSTEM", "AWS_BACKUP", "ALL"};
constexpr Shape kBackupType{.words = kBackupTypes};
constexpr std::array<Member, 6> kListBackupsMembers = {{{"TableName", &kName},
                                                        {"Limit", &kListLimit},
                                                        {"TimeRangeLowerBound", &kTime},
                                                        {"TimeRangeUpperBound", &kTime},
                                                        {"ExclusiveStartBackupArn", &kBackupArn},
                                                        {"BackupType", &kBackupType}}};

bool isAsked(const json& body, const BackupDescription& backup) {
    const json* lower = find(body, "TimeRangeLowerBound");
    const json* upper = find(body, "TimeRangeUpperBound");
    const double created = secondsOf(backup.createdMs);
    const std::string type = text(body, "BackupType");
    return (!has(body, "TableName") || tableNameIn(body) == backup.definition.name) &&
           (lower == nullptr || created >= lower->get<double>()) &&
           (upper == nullptr || created < upper->get<double>()) && (type.empty() || type == "USER" || type == "ALL");
}

Result<json> listBackups(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const std::vector<BackupDescription> backups, store.recovery().listBackups());
    const std::string start = text(body, "ExclusiveStartBackupArn");
    const std::string after = start.substr(start.rfind('/') + 1);
    const auto limit = static_cast<std::size_t>(integer(body, "Limit").value_or(kMostListed));
    json listed = json::array();
    for (const BackupDescription& backup : backups) {
        if (backup.id <= after || !isAsked(body, backup)) continue;
        if (listed.size() == limit) {
            const json last = listed.back()["BackupArn"];
            return json{{"BackupSummaries", std::move(listed)}, {"LastEvaluatedBackupArn", last}};
        }
        json summary = detailsJson(backup);
        summary["TableName"] = backup.definition.name;
        summary["TableId"] = backup.tableId;
        summary["TableArn"] = tableArn(backup.definition.name);
        listed.push_back(std::move(summary));
    }
    return json{{"BackupSummaries", std::move(listed)}};
}

Made makeListBackups(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListBackupsMembers));
    return std::make_unique<AdministrationOperation>(body, &listBackups);
}

// ---- Restores -------------------------------------------------------------------------------------------------------

Result<json> restoreFromBackup(const json& body, TableStore& store) {
    TableRecovery& recovery = store.recovery();
    const std::string arn = text(body, "BackupArn");
    DRYDOCK_ASSIGN(const BackupDescription backup, recovery.describeBackup(arn));
    DRYDOCK_ASSIGN(const RestoreRequest request, restoreRequest(body, backup.definition));
    DRYDOCK_ASSIGN(const TableDescription table, recovery.restoreBackup(arn, request));
    takeFirstSlice(recovery);
    return json{{"TableDescription", createdTableJson(table)}};
}

Made makeRestoreFromBackup(const json& body) {
    DRYDOCK_TRY(checkBody(body, kRestoreFromBackupMembers));
    return std::make_unique<AdministrationOperation>(body, &restoreFromBackup);
}

Result<json> restoreToPointInTime(const json& body, TableStore& store) {
    TableRecovery& recovery = store.recovery();
    const std::string source =
        tableName(has(body, "SourceTableName") ? text(body, "SourceTableName") : text(body, "SourceTableArn"));
    DRYDOCK_ASSIGN(const TableDescription described, describe(source, store));
    DRYDOCK_ASSIGN(const RestoreRequest request, restoreRequest(body, described.definition));
    std::optional<std::int64_t> atMs;
    if (const json* time = find(body, "RestoreDateTime")) {
        constexpr double kEnd = 9e15;  // beyond any calendar, within a time in milliseconds
        atMs = static_cast<std::int64_t>(std::clamp(std::floor(time->get<double>()), 0.0, kEnd / 1000)) * 1000;
        // Right after recovery was turned on, the first second that is shown is still to end.
        const std::int64_t now = store.nowMs();
        if (*atMs > now && *atMs - now < 1000) atMs.reset();
    }
    DRYDOCK_ASSIGN(const TableDescription table, recovery.restoreToTime(source, atMs, request));
    takeFirstSlice(recovery);
    return json{{"TableDescription", createdTableJson(table)}};
}

Made makeRestoreToPointInTime(const json& body) {
    DRYDOCK_TRY(checkRestoreToTime(body));
    return std::make_unique<AdministrationOperation>(body, &restoreToPointInTime);
}

constexpr std::array<OperationEntry, 8> kOperations = {{
    {"DynamoDB_20120810.DescribeContinuousBackups", &makeDescribeContinuousBackups},
    {"DynamoDB_20120810.UpdateContinuousBackups", &makeUpdateContinuousBackups},
    {"DynamoDB_20120810.CreateBackup", &makeCreateBackup},
    {"DynamoDB_20120810.DescribeBackup", &makeDescribeBackup},
    {"DynamoDB_20120810.DeleteBackup", &makeDeleteBackup},
    {"DynamoDB_20120810.ListBackups", &makeListBackups},
    {"DynamoDB_20120810.RestoreTableFromBackup", &makeRestoreFromBackup},
    {"DynamoDB_20120810.RestoreTableToPointInTime", &makeRestoreToPointInTime},
}};

}  // namespace

std::span<const OperationEntry> recoveryOperations() {
    return kOperations;
}

}  // namespace drydock::storage::api
