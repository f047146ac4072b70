// UpdateTable, DeleteTable, DescribeTable, ListTables; tags, time to live, limits and endpoints.
#include <gmock/gmock.h>

#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;

class ApiTables : public TableApiTest {
protected:
    std::string updateRefusal(json request) {
        request["TableName"] = "Things";
        return refusal("UpdateTable", request);
    }
    json update(json request) {
        request["TableName"] = "Things";
        return call("UpdateTable", request).at("TableDescription");
    }
    static json creation(const std::string& name, const std::string& keyName) {
        return {{"GlobalSecondaryIndexUpdates", {{{"Create", index(name, {key(keyName)})}}}}};
    }
    void fill(int items) {
        std::vector<WriteUnit> units;
        for (int i = 0; i < items; ++i) {
            units.push_back(unit(put("Things", {{"id", std::to_string(i)}, {"group", "g"}})));
        }
        take(store->commit(std::move(units)));
    }
};

// ---- UpdateTable ---------------------------------------------------------------------------------------------------

TEST_F(ApiTables, AnIndexAddedToASmallTableIsActiveAtOnce) {
    call("CreateTable", tableBody("Things"));
    fill(5);
    json request = creation("by-group", "group");
    request["AttributeDefinitions"] = json::array({attribute("group")});
    const json answer = update(request);
    EXPECT_EQ(answer.at("TableStatus"), "UPDATING");
    EXPECT_EQ(answer.at("GlobalSecondaryIndexes").at(0).at("IndexStatus"), "CREATING");
    const json table = describe("Things");
    EXPECT_EQ(table.at("TableStatus"), "ACTIVE");
    EXPECT_EQ(table.at("GlobalSecondaryIndexes").at(0).at("IndexStatus"), "ACTIVE");
    EXPECT_EQ(table.at("GlobalSecondaryIndexes").at(0).at("ItemCount"), 5);
}

TEST_F(ApiTables, AnIndexAddedToALargeTableIsFilledBesides) {
    call("CreateTable", tableBody("Things"));
    fill(1500);
    json request = creation("by-group", "group");
    request["AttributeDefinitions"] = json::array({attribute("group")});
    update(request);
    json table = describe("Things");
    EXPECT_EQ(table.at("TableStatus"), "UPDATING");
    EXPECT_EQ(table.at("GlobalSecondaryIndexes").at(0).at("IndexStatus"), "CREATING");
    EXPECT_EQ(table.at("GlobalSecondaryIndexes").at(0).at("Backfilling"), true);
    take(store->backfillIndexes(10'000));
    table = describe("Things");
    EXPECT_EQ(table.at("TableStatus"), "ACTIVE");
    EXPECT_FALSE(table.at("GlobalSecondaryIndexes").at(0).contains("Backfilling"));
}

TEST_F(ApiTables, UpdatesAreRefusedInTheServicesWords) {
    call("CreateTable", tableBody("Things", {{"AttributeDefinitions", {attribute("id"), attribute("group")}},
                                             {"GlobalSecondaryIndexes", {index("by-group", {key("group")})}}}));
    EXPECT_EQ(updateRefusal(json::object()),
              invalid("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                      "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
                      "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
                      "WarmThroughput or TableClass is required"));
    const auto updates = [](const std::vector<json>& list) { return json{{"GlobalSecondaryIndexUpdates", list}}; };
    EXPECT_EQ(updateRefusal(updates({json::object()})),
              invalidParameter("One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                               "GlobalSecondaryIndexUpdate.Delete must not be null"));
    const json deletion = {{"Delete", {{"IndexName", "abc"}}}};
    EXPECT_EQ(updateRefusal(updates({deletion, deletion})),
              invalidParameter("Only one global secondary index update per index is allowed simultaneously. Index: "
                               "abc"));
    EXPECT_EQ(updateRefusal(updates({{{"Delete", {{"IndexName", "abc"}}}, {"Create", index("x12", {key("id")})}}})),
              invalidParameter("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate "
                               "object"));
    EXPECT_EQ(updateRefusal(updates({deletion, {{"Delete", {{"IndexName", "abd"}}}}})),
              "LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted "
              "simultaneously per table");
    EXPECT_EQ(updateRefusal(updates({deletion})),
              "ResourceNotFoundException: Requested resource not found: Index abc for table Things");
    EXPECT_EQ(updateRefusal(creation("by-rank", "rank")),
              invalidParameter("AttributeDefinitions is not specified for index: by-rank"));
    json other = creation("by-rank", "rank");
    other["AttributeDefinitions"] = json::array({attribute("else")});
    EXPECT_EQ(updateRefusal(other), invalidParameter(kNotDefined + "[rank], AttributeDefinitions: [else]"));
    EXPECT_EQ(updateRefusal(creation("by-group", "rank")),
              invalid("Attempting to create an index which already exists"));
    EXPECT_EQ(updateRefusal({{"StreamSpecification", {{"StreamEnabled", true}}}}),
              invalidParameter("If stream is being enabled then UpdateViewType is required"));
    EXPECT_EQ(updateRefusal({{"StreamSpecification", {{"StreamEnabled", false}}}}),
              invalid("Table has no stream to disable: TableName: Things"));
    EXPECT_EQ(refusal("UpdateTable", {{"TableName", "Nothing"}, {"BillingMode", "PAY_PER_REQUEST"}}),
              "ResourceNotFoundException: Requested resource not found: Table: Nothing not found");
}

TEST_F(ApiTables, ThroughputIsKeptAndChanged) {
    call("CreateTable", tableBody("Things"));
    EXPECT_EQ(updateRefusal({{"ProvisionedThroughput", units(1, 1)}}),
              invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                               "PAY_PER_REQUEST"));
    EXPECT_EQ(updateRefusal({{"BillingMode", "PROVISIONED"}}),
              invalidParameter("ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
    update({{"BillingMode", "PAY_PER_REQUEST"}});
    update({{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(5, 6)}});
    EXPECT_FALSE(describe("Things").contains("BillingModeSummary"));
    EXPECT_EQ(describe("Things").at("ProvisionedThroughput").at("WriteCapacityUnits"), 6);
    EXPECT_EQ(updateRefusal({{"ProvisionedThroughput", units(5, 6)}}),
              invalid("The provisioned throughput for the table will not change. The requested value equals the "
                      "current value. Current ReadCapacityUnits provisioned for the table: 5. Requested "
                      "ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned for the table: 6. Requested "
                      "WriteCapacityUnits: 6. Refer to the Amazon DynamoDB Developer Guide for current limits and how "
                      "to request higher limits."));
    clock.advance(5000);
    update({{"BillingMode", "PAY_PER_REQUEST"}});
    EXPECT_EQ(describe("Things").at("BillingModeSummary").at("LastUpdateToPayPerRequestDateTime"), 1711320005.0);
}

TEST_F(ApiTables, EncryptionThatIsTakenAwayIsSaidToBeUpdating) {
    call("CreateTable", tableBody("Things", {{"SSESpecification", {{"Enabled", true}}}}));
    json encryption = describe("Things").at("SSEDescription");
    EXPECT_EQ(encryption.at("Status"), "ENABLED");
    EXPECT_EQ(update({{"SSESpecification", {{"Enabled", true}}}}).at("SSEDescription"), encryption);
    encryption["Status"] = "UPDATING";
    EXPECT_EQ(update({{"SSESpecification", {{"Enabled", false}}}}).at("SSEDescription"), encryption);
    EXPECT_FALSE(describe("Things").contains("SSEDescription"));
}

TEST_F(ApiTables, StreamProtectionAndClassAreSwitched) {
    call("CreateTable", tableBody("Things"));
    update({{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}}}});
    update({{"DeletionProtectionEnabled", true}});
    update({{"TableClass", "STANDARD"}});
    json table = describe("Things");
    const std::string label = table.at("LatestStreamLabel");
    EXPECT_EQ(table.at("StreamSpecification").at("StreamViewType"), "KEYS_ONLY");
    EXPECT_EQ(refusal("DeleteTable", {{"TableName", "Things"}}),
              invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion "
                      "protection first."));
    update({{"StreamSpecification", {{"StreamEnabled", false}}}});
    update({{"DeletionProtectionEnabled", false}});
    table = describe("Things");
    EXPECT_FALSE(table.contains("StreamSpecification"));
    EXPECT_EQ(table.at("LatestStreamLabel"), label);
    clock.advance(1);
    update({{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}}}});
    EXPECT_NE(describe("Things").at("LatestStreamLabel"), label);
}

// ---- Tables ---------------------------------------------------------------------------------------------------------

TEST_F(ApiTables, DeletionIsAnsweredAndTheTableIsGone) {
    call("CreateTable", tableBody("Things"));
    const json answer = call("DeleteTable", {{"TableName", "Things"}}).at("TableDescription");
    EXPECT_EQ(answer.at("TableStatus"), "DELETING");
    EXPECT_TRUE(answer.contains("TableId"));
    for (const char* left : {"KeySchema", "AttributeDefinitions", "CreationDateTime"}) {
        EXPECT_FALSE(answer.contains(left)) << left;
    }
    for (const char* operation : {"DescribeTable", "DeleteTable", "DescribeTimeToLive"}) {
        EXPECT_EQ(refusal(operation, {{"TableName", "Things"}}),
                  "ResourceNotFoundException: Requested resource not found: Table: Things not found");
    }
}

TEST_F(ApiTables, ATableCanBeNamedByItsArn) {
    call("CreateTable", tableBody("Things"));
    EXPECT_EQ(describe("arn:aws:dynamodb:local:000000000000:table/Things").at("TableName"), "Things");
}

TEST_F(ApiTables, TablesAreListedInPages) {
    for (const char* name : {"bbb", "aaa", "ccc"}) call("CreateTable", tableBody(name));
    EXPECT_EQ(call("ListTables", json::object()), (json{{"TableNames", {"aaa", "bbb", "ccc"}}}));
    EXPECT_EQ(call("ListTables", {{"Limit", 2}}),
              (json{{"TableNames", {"aaa", "bbb"}}, {"LastEvaluatedTableName", "bbb"}}));
    EXPECT_EQ(call("ListTables", {{"Limit", 2}, {"ExclusiveStartTableName", "bbb"}}), (json{{"TableNames", {"ccc"}}}));
    EXPECT_EQ(call("ListTables", {{"Limit", 3}}), (json{{"TableNames", {"aaa", "bbb", "ccc"}}}));
    EXPECT_EQ(refusal("ListTables", {{"Limit", 101}}),
              invalid("1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must "
                      "have value less than or equal to 100"));
}

// ---- Time to live ---------------------------------------------------------------------------------------------------

TEST_F(ApiTables, TimeToLiveIsSwitchedAndShown) {
    call("CreateTable", tableBody("Things"));
    write(put("Things", {{"id", "a"}, {"expires", 5}}));
    const json named = {{"TableName", "Things"}};
    EXPECT_EQ(call("DescribeTimeToLive", named), (json{{"TimeToLiveDescription", {{"TimeToLiveStatus", "DISABLED"}}}}));
    const auto specify = [](const std::string& attributeName, bool enabled) {
        return json{{"TableName", "Things"},
                    {"TimeToLiveSpecification", {{"AttributeName", attributeName}, {"Enabled", enabled}}}};
    };
    EXPECT_EQ(refusal("UpdateTimeToLive", specify("expires", false)), invalid("TimeToLive is already disabled"));
    EXPECT_EQ(call("UpdateTimeToLive", specify("expires", true)),
              (json{{"TimeToLiveSpecification", {{"AttributeName", "expires"}, {"Enabled", true}}}}));
    EXPECT_EQ(call("DescribeTimeToLive", named),
              (json{{"TimeToLiveDescription", {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", "expires"}}}}));
    EXPECT_EQ(take(store->sweepExpired(6000, 10)), 1U) << "items that were there count, too";
    EXPECT_EQ(refusal("UpdateTimeToLive", specify("expires", true)), invalid("TimeToLive is already enabled"));
    EXPECT_EQ(refusal("UpdateTimeToLive", specify("other", false)),
              invalid("TimeToLive is active on a different AttributeName: current AttributeName is expires"));
    call("UpdateTimeToLive", specify("expires", false));
    EXPECT_EQ(refusal("UpdateTimeToLive", {{"TableName", "Things"}, {"TimeToLiveSpecification", {{"Enabled", true}}}}),
              invalid("1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to "
                      "satisfy constraint: Member must not be null"));
    EXPECT_THAT(refusal("UpdateTimeToLive", specify("", true)), HasSubstr("length greater than or equal to 1"));
}

// ---- Tags -----------------------------------------------------------------------------------------------------------

TEST_F(ApiTables, TagsAreSetReplacedAndRemoved) {
    call("CreateTable", tableBody("Things"));
    const std::string arn = describe("Things").at("TableArn");
    const auto tag = [](const std::string& name, const std::string& value) {
        return json{{"Key", name}, {"Value", value}};
    };
    call("TagResource", {{"ResourceArn", arn}, {"Tags", {tag("a", "1"), tag("b", "2")}}});
    call("TagResource", {{"ResourceArn", arn}, {"Tags", {tag("b", ""), tag("c", "3")}}});
    EXPECT_EQ(call("ListTagsOfResource", {{"ResourceArn", arn}}),
              (json{{"Tags", {tag("a", "1"), tag("b", ""), tag("c", "3")}}}));
    call("UntagResource", {{"ResourceArn", arn}, {"TagKeys", {"a", "none"}}});
    EXPECT_EQ(call("ListTagsOfResource", {{"ResourceArn", arn}}), (json{{"Tags", {tag("b", ""), tag("c", "3")}}}));

    EXPECT_EQ(refusal("TagResource", {{"ResourceArn", arn}}),
              invalid("Atleast one Tag needs to be provided as Input."));
    EXPECT_EQ(refusal("UntagResource", {{"ResourceArn", arn}, {"TagKeys", json::array()}}),
              invalid("Atleast one Tag Key needs to be provided as Input."));
    EXPECT_EQ(refusal("TagResource", {{"ResourceArn", arn}, {"Tags", {{{"Key", "dog"}}}}}),
              invalid("The Tag Value provided is invalid, Value: null"));
    EXPECT_EQ(refusal("TagResource", {{"ResourceArn", arn}, {"Tags", {tag("d%g", "x")}}}),
              invalid("The Tag Key provided is invalid, Key: d%g"));
    EXPECT_EQ(refusal("TagResource", {{"ResourceArn", arn}, {"Tags", {tag("aws:x", "x")}}}),
              invalid("Tag Key cannot be prefixed with aws:, Key: aws:x"));
    std::string wide;
    for (int i = 0; i < 128; ++i) wide += "\xD7\x90";
    call("TagResource", {{"ResourceArn", arn}, {"Tags", {tag(wide, "characters count and not bytes")}}});
}

TEST_F(ApiTables, OnlyTablesOfOursCanBeTagged) {
    const auto listed = [&](const std::string& arn) { return refusal("ListTagsOfResource", {{"ResourceArn", arn}}); };
    EXPECT_EQ(refusal("ListTagsOfResource", json::object()), invalid("Invalid TableArn"));
    EXPECT_EQ(listed("abcd"), invalidParameter("ARNs must start with 'arn:': abcd"));
    EXPECT_EQ(listed("arn:not/a/good/format"),
              invalidParameter("Provided Arn is not a DynamoDB resource arn: arn:not/a/good/format"));
    const std::string ours = "arn:aws:dynamodb:local:000000000000:table/";
    EXPECT_EQ(listed(ours + "Things"),
              "ResourceNotFoundException: Requested resource not found: ResourcArn: " + ours + "Things not found");
    EXPECT_EQ(listed(ours + "Things/index/gsi"),
              invalidParameter("Invalid resource arn provided, only table or stream is accepted. Provided resource "
                               "arn: " +
                               ours + "Things/index/gsi"));
    EXPECT_THAT(listed("arn:aws:dynamodb:us-east-1:000000000000:table/Things"),
                ::testing::StartsWith("AccessDeniedException: User: "));
}

TEST_F(ApiTables, LimitsAndEndpointsAreAnswered) {
    EXPECT_GT(call("DescribeLimits", json::object()).at("TableMaxReadCapacityUnits"), 0);
    const json endpoint = call("DescribeEndpoints", json::object()).at("Endpoints").at(0);
    EXPECT_FALSE(endpoint.at("Address").get<std::string>().empty());
    EXPECT_GT(endpoint.at("CachePeriodInMinutes"), 0);
}

}  // namespace
}  // namespace drydock::tests
