// The API's operations on backups, recovery and restores.
#include <gmock/gmock.h>

#include "storage/recovery/table_recovery.h"
#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApiRecovery : public TableApiTest {
protected:
    ApiRecovery() {
        call("CreateTable",
             tableBody("Things", {{"AttributeDefinitions", json::array({attribute("id"), attribute("group")})},
                                  {"GlobalSecondaryIndexes", json::array({index("group-index", {key("group")})})}}));
        for (const char* id : {"a", "b", "c"}) thing(id, "one");
    }

    void thing(const std::string& id, const std::string& group) {
        write(put("Things", {{"id", id}, {"group", group}}));
    }
    json enable(int days = 35) {
        return call("UpdateContinuousBackups",
                    {{"TableName", "Things"},
                     {"PointInTimeRecoverySpecification",
                      {{"PointInTimeRecoveryEnabled", true}, {"RecoveryPeriodInDays", days}}}})
            .at("ContinuousBackupsDescription");
    }
    std::string backUp(const std::string& name = "nightly") {
        return call("CreateBackup", {{"TableName", "Things"}, {"BackupName", name}})
            .at("BackupDetails")
            .at("BackupArn");
    }
    double seconds() const { return static_cast<double>(clock.wallMs()) / 1000; }
    const std::string kNoBackup = "arn:aws:dynamodb:local:000000000000:table/Things/backup/01711320000000-00000000";
};

TEST_F(ApiRecovery, ContinuousBackupsAreOnAndRecoveryIsTurnedOnAndOff) {
    json shown = call("DescribeContinuousBackups", {{"TableName", "Things"}});
    EXPECT_EQ(shown, (json{{"ContinuousBackupsDescription",
                            {{"ContinuousBackupsStatus", "ENABLED"},
                             {"PointInTimeRecoveryDescription", {{"PointInTimeRecoveryStatus", "DISABLED"}}}}}}));
    const std::int64_t begun = clock.wallMs() / 1000;
    EXPECT_EQ(enable(7).at("PointInTimeRecoveryDescription"), (json{{"PointInTimeRecoveryStatus", "ENABLED"},
                                                                    {"RecoveryPeriodInDays", 7},
                                                                    {"EarliestRestorableDateTime", begun},
                                                                    {"LatestRestorableDateTime", begun}}));
    clock.advance(8LL * 24 * 60 * 60 * 1000);
    shown = call("DescribeContinuousBackups", {{"TableName", "Things"}})
                .at("ContinuousBackupsDescription")
                .at("PointInTimeRecoveryDescription");
    EXPECT_EQ(shown.at("EarliestRestorableDateTime"), begun + 24 * 60 * 60);
    EXPECT_EQ(shown.at("LatestRestorableDateTime"), begun + 8 * 24 * 60 * 60);
    shown =
        call("UpdateContinuousBackups",
             {{"TableName", "Things"}, {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", false}}}});
    EXPECT_EQ(shown.at("ContinuousBackupsDescription").at("PointInTimeRecoveryDescription"),
              (json{{"PointInTimeRecoveryStatus", "DISABLED"}}));
    EXPECT_EQ(refusal("DescribeContinuousBackups", {{"TableName", "Nothing"}}),
              "TableNotFoundException: Table not found: Nothing");
    EXPECT_THAT(
        refusal("UpdateContinuousBackups", {{"TableName", "Things"},
                                            {"PointInTimeRecoverySpecification",
                                             {{"PointInTimeRecoveryEnabled", true}, {"RecoveryPeriodInDays", 36}}}}),
        HasSubstr("Member must have value less than or equal to 35"));
}

TEST_F(ApiRecovery, ABackupIsCreatedDescribedAndDeleted) {
    const json created = call("CreateBackup", {{"TableName", "Things"}, {"BackupName", "nightly"}}).at("BackupDetails");
    const std::string arn = created.at("BackupArn");
    const json table = describe("Things");
    EXPECT_EQ(created, (json{{"BackupArn", arn},
                             {"BackupName", "nightly"},
                             {"BackupSizeBytes", table.at("TableSizeBytes")},
                             {"BackupStatus", "CREATING"},
                             {"BackupType", "USER"},
                             {"BackupCreationDateTime", seconds()}}));
    const json described = call("DescribeBackup", {{"BackupArn", arn}}).at("BackupDescription");
    EXPECT_EQ(described.at("BackupDetails").at("BackupStatus"), "AVAILABLE");
    const json& source = described.at("SourceTableDetails");
    EXPECT_EQ(source.at("TableName"), "Things");
    EXPECT_EQ(source.at("TableId"), table.at("TableId"));
    EXPECT_EQ(source.at("KeySchema"), table.at("KeySchema"));
    EXPECT_EQ(source.at("ItemCount"), 3);
    EXPECT_EQ(source.at("BillingMode"), "PAY_PER_REQUEST");
    const json& features = described.at("SourceTableFeatureDetails");
    EXPECT_EQ(features.at("GlobalSecondaryIndexes").at(0).at("IndexName"), "group-index");
    const json deleted = call("DeleteBackup", {{"BackupArn", arn}}).at("BackupDescription");
    EXPECT_EQ(deleted.at("BackupDetails").at("BackupStatus"), "DELETED");
    EXPECT_EQ(refusal("DescribeBackup", {{"BackupArn", arn}}), "BackupNotFoundException: Backup not found: " + arn);
    EXPECT_EQ(refusal("DeleteBackup", {{"BackupArn", kNoBackup}}),
              "BackupNotFoundException: Backup not found: " + kNoBackup);
    EXPECT_EQ(refusal("CreateBackup", {{"TableName", "Nothing"}, {"BackupName", "nightly"}}),
              "TableNotFoundException: Table not found: Nothing");
    EXPECT_THAT(refusal("CreateBackup", {{"TableName", "Things"}, {"BackupName", "a b"}}),
                HasSubstr("Value 'a b' at 'backupName' failed to satisfy constraint"));
}

TEST_F(ApiRecovery, BackupsAreListedByTableTimeAndPage) {
    std::vector<std::string> arns;
    for (const char* name : {"one", "two", "three"}) {
        arns.push_back(backUp(name));
        clock.advance(1000);
    }
    const auto names = [&](const json& request) {
        std::string listed;
        const json answered = call("ListBackups", request);
        for (const json& summary : answered.at("BackupSummaries")) {
            listed += summary.at("BackupName").get<std::string>() + " ";
        }
        return listed;
    };
    EXPECT_EQ(names(json::object()), "one two three ");
    EXPECT_EQ(names({{"TableName", "Things"}}), "one two three ");
    EXPECT_EQ(names({{"TableName", "Others"}}), "");
    EXPECT_EQ(names({{"BackupType", "SYSTEM"}}), "");
    EXPECT_EQ(names({{"TimeRangeLowerBound", seconds() - 2}}), "two three ");
    EXPECT_EQ(names({{"TimeRangeUpperBound", seconds() - 2}}), "one ");
    const json page = call("ListBackups", {{"Limit", 2}});
    EXPECT_EQ(page.at("LastEvaluatedBackupArn"), arns[1]);
    EXPECT_EQ(page.at("BackupSummaries").at(0).at("TableArn"), describe("Things").at("TableArn"));
    EXPECT_EQ(names({{"ExclusiveStartBackupArn", arns[1]}}), "three ");
}

TEST_F(ApiRecovery, ATableIsRestoredFromABackup) {
    const std::string arn = backUp();
    thing("d", "two");
    const json begun = call("RestoreTableFromBackup", {{"TargetTableName", "Copy"}, {"BackupArn", arn}});
    EXPECT_EQ(begun.at("TableDescription").at("TableStatus"), "CREATING");
    const json copy = describe("Copy");
    EXPECT_EQ(copy.at("TableStatus"), "ACTIVE");
    EXPECT_EQ(copy.at("ItemCount"), 3);
    EXPECT_EQ(copy.at("RestoreSummary"), (json{{"SourceBackupArn", arn},
                                               {"SourceTableArn", describe("Things").at("TableArn")},
                                               {"RestoreDateTime", seconds()},
                                               {"RestoreInProgress", false}}));
    EXPECT_EQ(copy.at("GlobalSecondaryIndexes").at(0).at("ItemCount"), 3);
    EXPECT_EQ(refusal("RestoreTableFromBackup", {{"TargetTableName", "Copy"}, {"BackupArn", arn}}),
              "TableAlreadyExistsException: Table already exists: Copy");
    EXPECT_EQ(refusal("RestoreTableFromBackup", {{"TargetTableName", "Other"}, {"BackupArn", kNoBackup}}),
              "BackupNotFoundException: Backup not found: " + kNoBackup);
}

TEST_F(ApiRecovery, OverridesChangeWhatIsRestored) {
    const std::string arn = backUp();
    call("RestoreTableFromBackup",
         {{"TargetTableName", "Copy"},
          {"BackupArn", arn},
          {"BillingModeOverride", "PROVISIONED"},
          {"ProvisionedThroughputOverride", {{"ReadCapacityUnits", 3}, {"WriteCapacityUnits", 4}}},
          {"GlobalSecondaryIndexOverride", json::array()}});
    const json copy = describe("Copy");
    EXPECT_FALSE(copy.contains("GlobalSecondaryIndexes"));
    EXPECT_EQ(copy.at("ProvisionedThroughput").at("WriteCapacityUnits"), 4);
    call("RestoreTableFromBackup",
         {{"TargetTableName", "Same"},
          {"BackupArn", arn},
          {"GlobalSecondaryIndexOverride", json::array({index("group-index", {key("group")})})}});
    EXPECT_EQ(describe("Same").at("GlobalSecondaryIndexes").size(), 1U);
    EXPECT_THAT(refusal("RestoreTableFromBackup",
                        {{"TargetTableName", "Wrong"},
                         {"BackupArn", arn},
                         {"GlobalSecondaryIndexOverride", json::array({index("other-index", {key("group")})})}}),
                StartsWith("ValidationException: One or more parameter values were invalid: "));
    EXPECT_THAT(refusal("RestoreTableFromBackup",
                        {{"TargetTableName", "Wrong"}, {"BackupArn", arn}, {"BillingModeOverride", "PROVISIONED"}}),
                HasSubstr("ProvisionedThroughput must be specified"));
}

TEST_F(ApiRecovery, ATableIsRestoredToASecond) {
    EXPECT_EQ(refusal("RestoreTableToPointInTime",
                      {{"SourceTableName", "Things"}, {"TargetTableName", "Copy"}, {"UseLatestRestorableTime", true}}),
              "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'Things'");
    enable();
    const double then = seconds();
    clock.advance(1500);
    thing("d", "two");
    call("RestoreTableToPointInTime",
         {{"SourceTableName", "Things"}, {"TargetTableName", "Then"}, {"RestoreDateTime", then + 1}});
    call("RestoreTableToPointInTime", {{"SourceTableArn", describe("Things").at("TableArn")},
                                       {"TargetTableName", "Now"},
                                       {"UseLatestRestorableTime", true}});
    EXPECT_EQ(describe("Then").at("ItemCount"), 3);
    EXPECT_EQ(describe("Then").at("RestoreSummary").at("RestoreDateTime"), then + 1);
    EXPECT_FALSE(describe("Then").at("RestoreSummary").contains("SourceBackupArn"));
    EXPECT_EQ(describe("Now").at("ItemCount"), 4);
    const json base = {{"SourceTableName", "Things"}, {"TargetTableName", "Copy"}};
    const auto refusalAt = [&](double time) {
        json body = base;
        body["RestoreDateTime"] = time;
        return refusal("RestoreTableToPointInTime", body);
    };
    EXPECT_THAT(refusalAt(then - 1), StartsWith("InvalidRestoreTimeException: "));
    EXPECT_THAT(refusalAt(seconds() + 60), StartsWith("InvalidRestoreTimeException: "));
    EXPECT_THAT(refusalAt(seconds() + 1.6), StartsWith("InvalidRestoreTimeException: "));
    EXPECT_THAT(refusalAt(1e300), StartsWith("InvalidRestoreTimeException: "));
    EXPECT_THAT(refusal("RestoreTableToPointInTime", base), StartsWith("ValidationException: "));
    EXPECT_EQ(refusal("RestoreTableToPointInTime",
                      {{"SourceTableName", "Nope"}, {"TargetTableName", "Copy"}, {"UseLatestRestorableTime", true}}),
              "TableNotFoundException: Table not found: Nope");
}

TEST_F(ApiRecovery, TheLatestTimeShownCanBeRestoredAtOnce) {
    clock.advance(250);
    const double latest = enable().at("PointInTimeRecoveryDescription").at("LatestRestorableDateTime");
    EXPECT_GT(latest, seconds());
    call("RestoreTableToPointInTime",
         {{"SourceTableName", "Things"}, {"TargetTableName", "Copy"}, {"RestoreDateTime", latest}});
    EXPECT_EQ(describe("Copy").at("ItemCount"), 3);
}

TEST_F(ApiRecovery, ALargeTableIsCreatingUntilItIsRestored) {
    std::vector<WriteUnit> units;
    for (int i = 0; i < 1500; ++i) units.push_back(unit(put("Things", {{"id", "id" + std::to_string(i)}})));
    take(store->commit(std::move(units)));
    const std::string arn = backUp();
    EXPECT_EQ(call("DescribeBackup", {{"BackupArn", arn}}).at("BackupDescription").at("BackupDetails")["BackupStatus"],
              "CREATING");
    EXPECT_THAT(refusal("DeleteBackup", {{"BackupArn", arn}}), StartsWith("BackupInUseException: "));
    while (take(store->recovery().step(1000)) > 0) {
    }
    call("RestoreTableFromBackup", {{"TargetTableName", "Copy"}, {"BackupArn", arn}});
    EXPECT_EQ(describe("Copy").at("TableStatus"), "CREATING");
    EXPECT_EQ(describe("Copy").at("RestoreSummary").at("RestoreInProgress"), true);
    EXPECT_THAT(refusal("DeleteTable", {{"TableName", "Copy"}}), StartsWith("ResourceInUseException: "));
    while (take(store->recovery().step(1000)) > 0) {
    }
    EXPECT_EQ(describe("Copy").at("TableStatus"), "ACTIVE");
    EXPECT_EQ(describe("Copy").at("ItemCount"), 1503);
}

TEST_F(ApiRecovery, ATableIsExportedAndImportedAgain) {
    const json request = {{"TableArn", describe("Things").at("TableArn")}, {"S3Bucket", "bucket"}};
    EXPECT_EQ(refusal("ExportTableToPointInTime", request),
              "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'Things'");
    enable();
    const json begun = call("ExportTableToPointInTime", request).at("ExportDescription");
    EXPECT_EQ(begun.at("ExportStatus"), "IN_PROGRESS");
    const std::string arn = begun.at("ExportArn");
    const json done = call("DescribeExport", {{"ExportArn", arn}}).at("ExportDescription");
    EXPECT_EQ(done.at("ExportStatus"), "COMPLETED");
    EXPECT_EQ(done.at("ItemCount"), 3);
    EXPECT_EQ(done.at("ExportTime"), seconds());
    const json listed = call("ListExports", {{"TableArn", request.at("TableArn")}});
    EXPECT_EQ(listed, (json{{"ExportSummaries",
                             {{{"ExportArn", arn}, {"ExportStatus", "COMPLETED"}, {"ExportType", "FULL_EXPORT"}}}}}));
    const std::string manifest = done.at("ExportManifest");
    const std::string data = manifest.substr(0, manifest.rfind('/')) + "/data/";
    const json import = {{"S3BucketSource", {{"S3Bucket", "bucket"}, {"S3KeyPrefix", data}}},
                         {"InputFormat", "DYNAMODB_JSON"},
                         {"InputCompressionType", "GZIP"},
                         {"TableCreationParameters", tableBody("Copy")}};
    const std::string importArn = call("ImportTable", import).at("ImportTableDescription").at("ImportArn");
    const json imported = call("DescribeImport", {{"ImportArn", importArn}}).at("ImportTableDescription");
    EXPECT_EQ(imported.at("ImportStatus"), "COMPLETED");
    EXPECT_EQ(imported.at("ImportedItemCount"), 3);
    EXPECT_EQ(imported.at("ErrorCount"), 0);
    EXPECT_EQ(imported.at("TableCreationParameters"), tableBody("Copy"));
    EXPECT_EQ(describe("Copy").at("ItemCount"), 3);
    EXPECT_EQ(call("ListImports", json::object()).at("ImportSummaryList").at(0).at("ImportArn"), importArn);
    EXPECT_EQ(refusal("ImportTable", import), "ResourceInUseException: Table already exists: Copy");
    EXPECT_EQ(refusal("DescribeImport", {{"ImportArn", arn}}), "ImportNotFoundException: Import not found: " + arn);
    EXPECT_EQ(refusal("DescribeExport", {{"ExportArn", importArn}}),
              "ExportNotFoundException: Export not found: " + importArn);
}

TEST_F(ApiRecovery, TransfersAreListedInPages) {
    enable();
    std::vector<std::string> arns;
    for (int i = 0; i < 3; ++i) {
        arns.push_back(
            call("ExportTableToPointInTime", {{"TableArn", describe("Things").at("TableArn")}, {"S3Bucket", "bucket"}})
                .at("ExportDescription")
                .at("ExportArn"));
        clock.advance(1000);
    }
    const json first = call("ListExports", {{"MaxResults", 2}});
    EXPECT_EQ(first.at("ExportSummaries").at(0).at("ExportArn"), arns[2]);
    const json second = call("ListExports", {{"MaxResults", 2}, {"NextToken", first.at("NextToken")}});
    EXPECT_EQ(second.at("ExportSummaries").size(), 1U);
    EXPECT_EQ(second.at("ExportSummaries").at(0).at("ExportArn"), arns[0]);
    EXPECT_FALSE(second.contains("NextToken"));
}

TEST_F(ApiRecovery, AnImportShowsWhatItTookForGrantedAndNoBytesBeforeItReadAny) {
    const json import = {{"S3BucketSource", {{"S3Bucket", "bucket"}, {"S3KeyPrefix", "nothing/"}}},
                         {"InputFormat", "DYNAMODB_JSON"},
                         {"TableCreationParameters", tableBody("Copy")}};
    const json begun = call("ImportTable", import).at("ImportTableDescription");
    EXPECT_EQ(begun.at("InputCompressionType"), "NONE");
    EXPECT_FALSE(begun.contains("ProcessedSizeBytes"));
    EXPECT_EQ(begun.at("ProcessedItemCount"), 0);
}

TEST_F(ApiRecovery, TokensAndArnsOfTransfersAreChecked) {
    json import = {{"S3BucketSource", {{"S3Bucket", "bucket"}}},
                   {"InputFormat", "DYNAMODB_JSON"},
                   {"TableCreationParameters", tableBody("Copy")}};
    for (const char* token : {"", "has$dollar"}) {
        import["ClientToken"] = token;
        EXPECT_EQ(refusal("ImportTable", import),
                  invalid(std::string("1 validation error detected: Value '") + token +
                          "' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression "
                          "pattern: ^[^\\$]+$"));
    }
    import["ClientToken"] = "token";
    import["InputFormatOptions"] = {{ "Csv", { { "Delimiter", "," } } }};
    EXPECT_EQ(refusal("ImportTable", import),
              invalid("Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON."));
    const std::string arn = "arn:aws:dynamodb:local:000000000000:table/x/";
    EXPECT_EQ(refusal("DescribeImport", {{"ImportArn", arn + "import/01658528578619-c4d4e311"}}),
              invalid("Invalid Import ARN"));
    EXPECT_EQ(refusal("DescribeExport", {{"ExportArn", arn + "export/01658528578619-c4d4e311"}}),
              invalid("Invalid Export ARN"));
    EXPECT_EQ(refusal("ListImports", {{"NextToken", "none"}}),
              invalid("Invalid Request: Provided nextToken is invalid: none"));
    EXPECT_EQ(refusal("ListExports", {{"NextToken", "none"}}),
              invalid("Invalid Request: Provided nextToken is invalid: none"));
}

TEST_F(ApiRecovery, FormsOfTransferThatAreNotThereAreRefused) {
    EXPECT_THAT(
        refusal("ExportTableToPointInTime", {{"TableArn", "Things"}, {"S3Bucket", "bucket"}, {"ExportFormat", "ION"}}),
        HasSubstr("ION is not supported"));
    EXPECT_THAT(refusal("ImportTable", {{"S3BucketSource", {{"S3Bucket", "bucket"}}},
                                        {"InputFormat", "XML"},
                                        {"TableCreationParameters", tableBody("Copy")}}),
                HasSubstr("Member must satisfy enum value set: [DYNAMODB_JSON, ION, CSV]"));
    enable();
    EXPECT_THAT(refusal("ExportTableToPointInTime",
                        {{"TableArn", describe("Things").at("TableArn")}, {"S3Bucket", "../../etc"}}),
                HasSubstr("Invalid S3 bucket name"));
}

}  // namespace
}  // namespace drydock::tests
