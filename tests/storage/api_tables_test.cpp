// CreateTable, UpdateTable, DeleteTable, DescribeTable, ListTables; tags, time to live, limits and endpoints.
#include <gmock/gmock.h>

#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class ApiTables : public TableApiTest {
protected:
    static json units(std::int64_t read, std::int64_t write) {
        return {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}};
    }
    // A table provisioned, with keys and attributes as given.
    static json body(const std::vector<json>& attributes, const std::vector<json>& keys,
                     const json& more = json::object()) {
        json request = {{"TableName", "abc"},
                        {"AttributeDefinitions", attributes},
                        {"KeySchema", keys},
                        {"ProvisionedThroughput", units(1, 1)}};
        request.update(more);
        return request;
    }
    static json both(const json& more = json::object()) {
        return body({attribute("a"), attribute("b")}, {key("a"), key("b", "RANGE")}, more);
    }
    static json provisioned(json definition) {
        definition["ProvisionedThroughput"] = units(1, 1);
        return definition;
    }
    std::string createRefusal(const json& request) { return refusal("CreateTable", request); }
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
    const std::string kNotDefined = "Some index key attributes are not defined in AttributeDefinitions. Keys: ";
};

// ---- CreateTable ----------------------------------------------------------------------------------------------------

TEST_F(ApiTables, CreationIsAnsweredAsTheServiceDoes) {
    const json answer = call("CreateTable", body({attribute("a")}, {key("a")})).at("TableDescription");
    EXPECT_THAT(answer.at("TableId").get<std::string>(),
                MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"));
    json rest = answer;
    rest.erase("TableId");
    EXPECT_EQ(rest, (json{{"AttributeDefinitions", {attribute("a")}},
                          {"TableName", "abc"},
                          {"KeySchema", {key("a")}},
                          {"ProvisionedThroughput",
                           {{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 1}, {"WriteCapacityUnits", 1}}},
                          {"ItemCount", 0},
                          {"TableSizeBytes", 0},
                          {"TableStatus", "CREATING"},
                          {"CreationDateTime", 1711320000.0},
                          {"TableArn", "arn:aws:dynamodb:local:000000000000:table/abc"}}));
    const json described = describe("abc");
    EXPECT_EQ(described.at("TableStatus"), "ACTIVE");
    EXPECT_EQ(described.at("TableId"), answer.at("TableId"));
    EXPECT_EQ(described.at("DeletionProtectionEnabled"), false);
}

TEST_F(ApiTables, EverythingAskedForIsShown) {
    call("CreateTable",
         tableBody("Things", {{"AttributeDefinitions", {attribute("id"), attribute("at", "N"), attribute("raw", "B")}},
                              {"KeySchema", {key("id"), key("at", "RANGE")}},
                              {"LocalSecondaryIndexes",
                               {index("local", {key("id"), key("raw", "RANGE")}, {{"ProjectionType", "KEYS_ONLY"}})}},
                              {"GlobalSecondaryIndexes",
                               {index("global", {key("raw"), key("at"), key("id", "RANGE")},
                                      {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", {"x", "y"}}})}},
                              {"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "OLD_IMAGE"}}},
                              {"SSESpecification", {{"Enabled", true}}},
                              {"TableClass", "STANDARD_INFREQUENT_ACCESS"},
                              {"OnDemandThroughput", {{"MaxReadRequestUnits", 10}, {"MaxWriteRequestUnits", 5}}},
                              {"DeletionProtectionEnabled", true},
                              {"Tags", {{{"Key", "team"}, {"Value", "desk"}}}}}));
    const json table = describe("Things");
    EXPECT_EQ(table.at("LocalSecondaryIndexes"),
              (json{{{"IndexName", "local"},
                     {"KeySchema", {key("id"), key("raw", "RANGE")}},
                     {"Projection", {{"ProjectionType", "KEYS_ONLY"}}},
                     {"IndexSizeBytes", 0},
                     {"ItemCount", 0},
                     {"IndexArn", "arn:aws:dynamodb:local:000000000000:table/Things/index/local"}}}));
    EXPECT_EQ(table.at("GlobalSecondaryIndexes"),
              (json{{{"IndexName", "global"},
                     {"KeySchema", {key("raw"), key("at"), key("id", "RANGE")}},
                     {"Projection", {{"ProjectionType", "INCLUDE"}, {"NonKeyAttributes", {"x", "y"}}}},
                     {"IndexSizeBytes", 0},
                     {"ItemCount", 0},
                     {"IndexStatus", "ACTIVE"},
                     {"ProvisionedThroughput",
                      {{"NumberOfDecreasesToday", 0}, {"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}}},
                     {"IndexArn", "arn:aws:dynamodb:local:000000000000:table/Things/index/global"}}}));
    EXPECT_EQ(table.at("StreamSpecification"), (json{{"StreamEnabled", true}, {"StreamViewType", "OLD_IMAGE"}}));
    EXPECT_EQ(
        table.at("LatestStreamArn").get<std::string>(),
        "arn:aws:dynamodb:local:000000000000:table/Things/stream/" + table.at("LatestStreamLabel").get<std::string>());
    EXPECT_EQ(table.at("SSEDescription").at("SSEType"), "KMS");
    EXPECT_EQ(table.at("TableClassSummary"), (json{{"TableClass", "STANDARD_INFREQUENT_ACCESS"}}));
    EXPECT_EQ(table.at("OnDemandThroughput"), (json{{"MaxReadRequestUnits", 10}, {"MaxWriteRequestUnits", 5}}));
    EXPECT_EQ(table.at("DeletionProtectionEnabled"), true);
    EXPECT_EQ(table.at("BillingModeSummary"),
              (json{{"BillingMode", "PAY_PER_REQUEST"}, {"LastUpdateToPayPerRequestDateTime", 1711320000.0}}));
    EXPECT_EQ(call("ListTagsOfResource", {{"ResourceArn", table.at("TableArn")}}),
              (json{{"Tags", {{{"Key", "team"}, {"Value", "desk"}}}}}));
}

TEST_F(ApiTables, TheFormOfACreationIsChecked) {
    EXPECT_EQ(createRefusal(json::object()),
              invalid("The parameter 'TableName' is required but was not present in the request"));
    EXPECT_EQ(createRefusal({{"KeySchema", "text"}}), "SerializationException: Unexpected field type");
    EXPECT_EQ(createRefusal({{"TableName", "abc;"}}),
              invalid("3 validation errors detected: Value null at 'attributeDefinitions' failed to satisfy "
                      "constraint: Member must not be null; Value 'abc;' at 'tableName' failed to satisfy constraint: "
                      "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value null at 'keySchema' "
                      "failed to satisfy constraint: Member must not be null"));
    EXPECT_EQ(createRefusal(body({attribute("a")}, {key("a")}, {{"TableName", "ab"}})),
              invalid("1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member "
                      "must have length greater than or equal to 3"));
    EXPECT_EQ(createRefusal(body({attribute("a", "SS")}, {key("a")})),
              invalid("1 validation error detected: Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed "
                      "to satisfy constraint: Member must satisfy enum value set: [B, N, S]"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b"), attribute("c")},
                                 {key("a"), key("b", "RANGE"), key("c", "RANGE")})),
              invalid("1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
                      "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, "
                      "keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than "
                      "or equal to 2"));
}

TEST_F(ApiTables, BillingIsJudgedBeforeKeys) {
    json request = body({attribute("b")}, {key("a")});
    request.erase("ProvisionedThroughput");
    EXPECT_EQ(createRefusal(request), invalidParameter("ReadCapacityUnits and WriteCapacityUnits must both be "
                                                       "specified when BillingMode is PROVISIONED"));
    EXPECT_EQ(createRefusal(body({attribute("b")}, {key("a")}, {{"BillingMode", "PAY_PER_REQUEST"}})),
              invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                               "PAY_PER_REQUEST"));
    EXPECT_EQ(createRefusal(body({attribute("b")}, {key("a")},
                                 {{"ProvisionedThroughput", units(1'000'000'000'001, 1'000'000'000'001)}})),
              invalid("Given value 1000000000001 for ReadCapacityUnits is out of bounds"));
    EXPECT_EQ(createRefusal(both({{"OnDemandThroughput", {{"MaxReadRequestUnits", 5}}}})),
              invalidParameter("MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table "
                               "BillingMode is PROVISIONED"));
}

TEST_F(ApiTables, KeysAreJudgedInTheServicesOrder) {
    EXPECT_EQ(createRefusal(body({}, {key("a"), key("a")})),
              invalid("Invalid KeySchema: Some index key attribute have no definition"));
    EXPECT_EQ(createRefusal(body({attribute("a")}, {key("a"), key("a", "RANGE")})),
              invalid("Invalid KeySchema: Some index key attribute have no definition"));
    EXPECT_EQ(createRefusal(body({attribute("b")}, {key("a")})),
              invalidParameter(kNotDefined + "[a], AttributeDefinitions: [b]"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b")}, {key("a"), key("a")})),
              invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b")}, {key("a", "RANGE"), key("b")})),
              invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b")}, {key("a"), key("b")})),
              invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b")}, {key("a")})),
              invalidParameter("Number of attributes in KeySchema does not exactly match number of attributes defined "
                               "in AttributeDefinitions"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("a", "N")}, {key("a")})),
              invalidParameter("Attribute Name is duplicated: a"));
}

TEST_F(ApiTables, LocalIndexesAreJudgedInTheServicesOrder) {
    const json none = {{"ProjectionType", nullptr}};
    const auto with = [&](const std::vector<json>& indexes) { return both({{"LocalSecondaryIndexes", indexes}}); };
    EXPECT_EQ(createRefusal(with({})), invalidParameter("List of LocalSecondaryIndexes is empty"));
    EXPECT_EQ(createRefusal(body({attribute("a"), attribute("b")}, {key("a")},
                                 {{"LocalSecondaryIndexes", {index("abc", {key("c", "RANGE")}, none)}}})),
              invalidParameter("Table KeySchema does not have a range key, which is required when specifying a "
                               "LocalSecondaryIndex"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("c", "RANGE"), key("d", "RANGE")}, none)})),
              invalidParameter(kNotDefined + "[c, d], AttributeDefinitions: [a, b]"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("a"), key("a")}, none)})),
              invalid("Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("a"), key("b")}, none)})),
              invalid("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("b"), key("a", "RANGE")})})),
              invalidParameter("Index KeySchema does not have the same leading hash key as table KeySchema for index: "
                               "abc. index hash key: b, table hash key: a"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("a")})})),
              invalidParameter("Index KeySchema does not have a range key for index: abc"));
    EXPECT_EQ(createRefusal(with({index("abc", {key("a"), key("b", "RANGE")}, none)})),
              invalidParameter("Unknown ProjectionType: null"));
    EXPECT_EQ(
        createRefusal(with({index("abc", {key("a"), key("b", "RANGE")}), index("abc", {key("a"), key("b", "RANGE")})})),
        invalidParameter("Duplicate index name: abc"));
    std::vector<json> six;
    for (int i = 0; i < 6; ++i) six.push_back(index("abc" + std::to_string(i), {key("a"), key("b", "RANGE")}));
    EXPECT_EQ(createRefusal(with(six)),
              invalidParameter("Number of LocalSecondaryIndexes exceeds per-table limit of 5"));
}

TEST_F(ApiTables, GlobalIndexesAreJudgedInTheServicesOrder) {
    const auto with = [&](const std::vector<json>& indexes) { return both({{"GlobalSecondaryIndexes", indexes}}); };
    const std::vector<json> keys = {key("a"), key("b", "RANGE")};
    EXPECT_EQ(createRefusal(with({})), invalidParameter("List of GlobalSecondaryIndexes is empty"));
    EXPECT_EQ(createRefusal(with({provisioned(index("abc", {key("c", "RANGE")}))})),
              invalidParameter(kNotDefined + "[c], AttributeDefinitions: [a, b]"));
    EXPECT_EQ(createRefusal(with({provisioned(index("abc", {key("a", "RANGE")}))})),
              invalid("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
    EXPECT_EQ(createRefusal(
                  with({provisioned(index("abc", keys, {{"ProjectionType", "ALL"}, {"NonKeyAttributes", {"a"}}}))})),
              invalidParameter("ProjectionType is ALL, but NonKeyAttributes is specified"));
    EXPECT_EQ(createRefusal(with({provisioned(index("abc", keys, {{"ProjectionType", "INCLUDE"}}))})),
              invalidParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
    EXPECT_EQ(createRefusal(with({index("abc", keys)})),
              invalidParameter("ProvisionedThroughput is not specified for index: abc"));
    EXPECT_EQ(createRefusal(tableBody("abc", {{"GlobalSecondaryIndexes", {provisioned(index("abc", {key("id")}))}}})),
              invalidParameter("ProvisionedThroughput should not be specified for index: abc when BillingMode is "
                               "PAY_PER_REQUEST"));
    std::vector<json> many;
    for (int i = 0; i < 21; ++i) many.push_back(provisioned(index("abc" + std::to_string(i), keys)));
    EXPECT_EQ(createRefusal(with(many)),
              invalidParameter("GlobalSecondaryIndex count exceeds the per-table limit of 20"));
    json unused = with({provisioned(index("abc", keys))});
    unused["AttributeDefinitions"].push_back(attribute("c"));
    EXPECT_EQ(createRefusal(unused), invalidParameter("Some AttributeDefinitions are not used. AttributeDefinitions: "
                                                      "[a, b, c], keys used: [a, b]"));
}

TEST_F(ApiTables, AGlobalIndexTakesFourAttributesForEachPartOfItsKey) {
    std::vector<json> attributes = {attribute("id")};
    std::vector<json> keys;
    for (const char* name : {"a", "b", "c", "d"}) {
        attributes.push_back(attribute(name));
        keys.push_back(key(name));
    }
    for (const char* name : {"e", "f", "g", "h"}) {
        attributes.push_back(attribute(name));
        keys.push_back(key(name, "RANGE"));
    }
    const auto with = [&](const std::vector<json>& schema, const std::vector<json>& defined) {
        return tableBody("Wide",
                         {{"AttributeDefinitions", defined}, {"GlobalSecondaryIndexes", {index("wide", schema)}}});
    };
    call("CreateTable", with(keys, attributes));
    EXPECT_EQ(describe("Wide").at("GlobalSecondaryIndexes").at(0).at("KeySchema"), json(keys));
    const std::vector<json> five = {key("a"), key("b"), key("c"), key("d"), key("e")};
    EXPECT_EQ(createRefusal(with(five, attributes)),
              invalidParameter("The KeySchema exceeds the maximum allowed number of HASH key attributes"));
    EXPECT_EQ(createRefusal(with({key("a"), key("b", "RANGE"), key("c")}, attributes)),
              invalidParameter("All HASH key attributes must precede RANGE key attributes in the KeySchema"));
}

TEST_F(ApiTables, WhatElseATableHasIsJudged) {
    EXPECT_EQ(createRefusal(tableBody("abc", {{"StreamSpecification", {{"StreamEnabled", true}}}})),
              invalidParameter("Table is being created with a stream enabled, UpdateViewType is required"));
    EXPECT_EQ(
        createRefusal(
            tableBody("abc", {{"StreamSpecification", {{"StreamEnabled", false}, {"StreamViewType", "NEW_IMAGE"}}}})),
        invalidParameter("Table is being created with a stream disabled, UpdateViewType should not be specified"));
    EXPECT_EQ(createRefusal(tableBody("abc", {{"TableClass", "GOLD"}})),
              invalid("Invalid table-class parameter provided. Please try again with a valid table-class value: "
                      "[STANDARD, STANDARD_INFREQUENT_ACCESS]."));
    EXPECT_EQ(createRefusal(tableBody("abc", {{"SSESpecification", {{"Enabled", false}, {"SSEType", "KMS"}}}})),
              invalidParameter("SSEType can not be specified if Enabled is false"));
    json tags = json::array();
    for (int i = 0; i < 51; ++i) tags.push_back({{"Key", std::to_string(i)}, {"Value", "x"}});
    EXPECT_EQ(createRefusal(tableBody("abc", {{"Tags", tags}})),
              invalid("Number of Tags exceed the current limit for the provided ResourceArn"));
    call("CreateTable", tableBody("abc"));
    EXPECT_EQ(createRefusal(tableBody("abc")), "ResourceInUseException: Table already exists: abc");
}

// ---- UpdateTable ----------------------------------------------------------------------------------------------------

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
