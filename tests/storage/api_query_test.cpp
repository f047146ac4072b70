// Query and Scan through the API.
#include <gmock/gmock.h>

#include <set>

#include "tests/storage/api_fixture.h"

namespace drydock::tests {
namespace {

class ApiQueryTest : public ApiTest {
protected:
    void fill(int count) {
        for (int i = 0; i < count; ++i) {
            const std::string n = std::to_string(i);
            ok("PutItem", R"({"TableName":"Rich","Item":{"pk":{"S":"a"},"sk":{"S":"s)" + n + R"("},"g":{"S":"x"},
                              "l":{"N":")" +
                              n + R"("},"shown":{"S":"yes"},"secret":{"S":"no"}}})");
        }
    }
    // A query of the partition with the members added.
    std::string partition(const std::string& more = "") {
        return R"({"TableName":"Rich","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}})" +
               more + "}";
    }
    static std::string byIndex(const std::string& index, const std::string& more = "") {
        const bool local = index == "local";
        return std::string(R"({"TableName":"Rich","KeyConditionExpression":")") + (local ? "pk" : "g") +
               R"( = :p","ExpressionAttributeValues":{":p":{"S":")" + (local ? "a" : "x") + R"("}},"IndexName":")" +
               index + "\"" + more + "}";
    }
};

TEST_F(ApiQueryTest, PagesFollowEachOtherByTheLastEvaluatedKey) {
    fill(5);
    std::string seen;
    std::string start;
    int pages = 0;
    for (; pages < 10; ++pages) {
        const json page = ok("Query", partition(R"(,"Limit":2,"ScanIndexForward":false)" + start));
        for (const json& item : page["Items"]) seen += item["sk"]["S"].get<std::string>() + " ";
        if (!page.contains("LastEvaluatedKey")) break;
        start = ",\"ExclusiveStartKey\":" + page["LastEvaluatedKey"].dump();
    }
    EXPECT_EQ(seen, "s4 s3 s2 s1 s0 ");
    EXPECT_EQ(pages, 2);
}

TEST_F(ApiQueryTest, FiltersCountWhatTheyScanned) {
    fill(4);
    const json page = ok("Query", R"({"TableName":"Rich","KeyConditionExpression":"pk = :p AND sk > :s",
        "FilterExpression":"l >= :l","Select":"COUNT",
        "ExpressionAttributeValues":{":p":{"S":"a"},":s":{"S":"s0"},":l":{"N":"3"}}})");
    EXPECT_EQ(page, json::parse(R"({"Count":1,"ScannedCount":3})"));
}

TEST_F(ApiQueryTest, SelectSaysWhatAnIndexShows) {
    fill(1);
    const json keys = json::parse(R"({"pk":{"S":"a"},"sk":{"S":"s0"},"l":{"N":"0"}})");
    const json whole = json::parse(R"({"pk":{"S":"a"},"sk":{"S":"s0"},"g":{"S":"x"},"l":{"N":"0"},"shown":{"S":"yes"},
                                       "secret":{"S":"no"}})");
    EXPECT_EQ(ok("Query", byIndex("local"))["Items"][0], keys);
    EXPECT_EQ(ok("Query", byIndex("local", R"(,"Select":"ALL_PROJECTED_ATTRIBUTES")"))["Items"][0], keys);
    EXPECT_EQ(ok("Query", byIndex("local", R"(,"Select":"ALL_ATTRIBUTES")"))["Items"][0], whole);
    EXPECT_EQ(ok("Query", byIndex("local", R"(,"ProjectionExpression":"secret")"))["Items"][0],
              json::parse(R"({"secret":{"S":"no"}})"));
    EXPECT_EQ(ok("Query", byIndex("all", R"(,"Select":"ALL_ATTRIBUTES")"))["Items"][0], whole);
    EXPECT_EQ(ok("Query", byIndex("some"))["Items"][0],
              json::parse(R"({"pk":{"S":"a"},"sk":{"S":"s0"},"g":{"S":"x"},"shown":{"S":"yes"}})"));
    EXPECT_EQ(refused("Query", byIndex("some", R"(,"Select":"ALL_ATTRIBUTES")")),
              "ValidationException: One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not "
              "supported for global secondary index some because its projection type is not ALL");
    EXPECT_EQ(refused("Query", byIndex("some", R"(,"ProjectionExpression":"l,shown,secret")")),
              "ValidationException: One or more parameter values were invalid: Global secondary index some does not "
              "project [l, secret]");
}

TEST_F(ApiQueryTest, SelectAndProjectionMustAgree) {
    const std::string envelope = "ValidationException: 1 validation error detected: ";
    EXPECT_EQ(
        refused("Query", partition(R"(,"Select":"SPECIFIC_ATTRIBUTES")")),
        envelope + "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
    EXPECT_EQ(refused("Query", partition(R"(,"Select":"ALL_PROJECTED_ATTRIBUTES")")),
              envelope + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
    EXPECT_EQ(refused("Query", partition(R"(,"Select":"COUNT","ProjectionExpression":"x")")),
              envelope + "Cannot specify the ProjectionExpression when choosing to get only the Count");
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","Select":"ALL_ATTRIBUTES","AttributesToGet":["x"]})"),
              "ValidationException: Cannot specify the AttributesToGet when choosing to get ALL_ATTRIBUTES");
}

TEST_F(ApiQueryTest, AQueryCostsWhatItWalks) {
    fill(3);
    const auto capacity = [&](const std::string& body) { return ok("Query", body)["ConsumedCapacity"]; };
    const std::string indexes = R"(,"ReturnConsumedCapacity":"INDEXES")";
    EXPECT_EQ(capacity(partition(indexes + R"(,"ConsistentRead":true)")),
              json::parse(R"({"TableName":"Rich","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}})"));
    EXPECT_EQ(capacity(byIndex("all", indexes)),
              json::parse(R"({"TableName":"Rich","CapacityUnits":0.5,"Table":{"CapacityUnits":0.0},
                              "GlobalSecondaryIndexes":{"all":{"CapacityUnits":0.5}}})"));
    // A local index fetches each of the items.
    EXPECT_EQ(capacity(byIndex("local", indexes + R"(,"Select":"ALL_ATTRIBUTES")")),
              json::parse(R"({"TableName":"Rich","CapacityUnits":2.0,"Table":{"CapacityUnits":1.5},
                              "LocalSecondaryIndexes":{"local":{"CapacityUnits":0.5}}})"));
}

TEST_F(ApiQueryTest, WhatIsMissingOrWrongIsNamed) {
    EXPECT_EQ(refused("Query", R"({"TableName":"Rich"})"),
              "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in "
              "the request.");
    EXPECT_EQ(refused("Query", partition(R"(,"Limit":0)")),
              "ValidationException: 1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member "
              "must have value greater than or equal to 1");
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","Limit":0})"),
              "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
              "Member must have value greater than or equal to 1");
    EXPECT_EQ(refused("Query", partition(R"(,"ExclusiveStartKey":{"pk":{"S":"a"}})")),
              "ValidationException: The provided starting key is invalid: The provided key element does not match the "
              "schema");
    EXPECT_EQ(refused("Query", byIndex("all", R"(,"ConsistentRead":true)")),
              "ValidationException: Consistent reads are not supported on global secondary indexes");
    EXPECT_EQ(refused("Query", byIndex("none")),
              "ValidationException: The table does not have the specified index: none");
    EXPECT_EQ(
        refused("Scan", R"({"TableName":"Rich","FilterExpression":"x = :v",
                                  "ExpressionAttributeValues":{":v":{"N":"x"}}})"),
        "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot be converted "
        "to a numeric value: x for key :v");
}

// Scan checks values in the service's older layer, Query in the current one.
TEST_F(ApiQueryTest, AScanNamesMistakesInValuesTheOlderWay) {
    const std::string values = R"(,"ExpressionAttributeValues":{":v":{"SS":["b","a","b"]}}})";
    const std::string older =
        "One or more parameter values were invalid: Input collection [b, a, b] contains "
        "duplicates.";
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","FilterExpression":"x = :v")" + values),
              "ValidationException: ExpressionAttributeValues contains invalid value: " + older + " for key :v");
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","ScanFilter":{"x":{"ComparisonOperator":"EQ",
                                  "AttributeValueList":[{"SS":["b","a","b"]}]}}})"),
              "ValidationException: " + older);
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","ExclusiveStartKey":{"pk":{"SS":["b","a","b"]}}})"),
              "ValidationException: " + older);
    EXPECT_THAT(refused("Query", R"({"TableName":"Rich","KeyConditionExpression":"pk = :v")" + values),
                ::testing::HasSubstr(R"(Input collection ["a", "b", "b"] contains duplicates.)"));
}

TEST_F(ApiQueryTest, SegmentsTogetherScanEveryItemOnce) {
    fill(20);
    std::multiset<std::string> seen;
    for (int segment = 0; segment < 3; ++segment) {
        std::string start;
        for (;;) {
            const json page = ok("Scan", R"({"TableName":"Rich","Limit":4,"TotalSegments":3,"Segment":)" +
                                             std::to_string(segment) + start + "}");
            for (const json& item : page["Items"]) seen.insert(item["sk"]["S"].get<std::string>());
            if (!page.contains("LastEvaluatedKey")) break;
            start = ",\"ExclusiveStartKey\":" + page["LastEvaluatedKey"].dump();
        }
    }
    EXPECT_EQ(seen.size(), 20U);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 20U);
}

TEST_F(ApiQueryTest, SegmentsMustMakeSense) {
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","Segment":0})"),
              "ValidationException: The TotalSegments parameter is required but was not present in the request when "
              "Segment parameter is present");
    EXPECT_EQ(
        refused("Scan", R"({"TableName":"Rich","TotalSegments":4})"),
        "ValidationException: The Segment parameter is required but was not present in the request when parameter "
        "TotalSegments is present");
    EXPECT_EQ(refused("Scan", R"({"TableName":"Rich","Segment":5,"TotalSegments":5})"),
              "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: "
              "Segment: 5 is not less than TotalSegments: 5");
    fill(8);
    const json start =
        ok("Scan", R"({"TableName":"Rich","Limit":1,"TotalSegments":2,"Segment":0})")["LastEvaluatedKey"];
    EXPECT_EQ(refused("Scan",
                      R"({"TableName":"Rich","TotalSegments":2,"Segment":1,"ExclusiveStartKey":)" + start.dump() + "}"),
              "ValidationException: The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
              "ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1");
}

}  // namespace
}  // namespace drydock::tests
