// CreateTable: what it makes, and what it refuses in which order.
#include <gmock/gmock.h>

#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

using ::testing::MatchesRegex;

class ApiCreateTable : public TableApiTest {
protected:
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
};

TEST_F(ApiCreateTable, CreationIsAnsweredAsTheServiceDoes) {
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

TEST_F(ApiCreateTable, EverythingAskedForIsShown) {
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

TEST_F(ApiCreateTable, TheFormOfACreationIsChecked) {
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

TEST_F(ApiCreateTable, TheFormOfGlobalIndexesIsToldBeforeThatOfLocalOnes) {
    const json bad = index("x", {key("a")});
    const auto said = [](const std::string& list) {
        return "Value 'x' at '" + list +
               ".1.member.indexName' failed to satisfy constraint: Member must have length "
               "greater than or equal to 3";
    };
    EXPECT_EQ(createRefusal(both({{"LocalSecondaryIndexes", {bad}}, {"GlobalSecondaryIndexes", {bad}}})),
              invalid("2 validation errors detected: " + said("globalSecondaryIndexes") + "; " +
                      said("localSecondaryIndexes")));
}

TEST_F(ApiCreateTable, BillingIsJudgedBeforeKeys) {
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

TEST_F(ApiCreateTable, KeysAreJudgedInTheServicesOrder) {
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

TEST_F(ApiCreateTable, LocalIndexesAreJudgedInTheServicesOrder) {
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

TEST_F(ApiCreateTable, GlobalIndexesAreJudgedInTheServicesOrder) {
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

TEST_F(ApiCreateTable, AGlobalIndexTakesFourAttributesForEachPartOfItsKey) {
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

TEST_F(ApiCreateTable, WhatElseATableHasIsJudged) {
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

}  // namespace
}  // namespace drydock::tests
