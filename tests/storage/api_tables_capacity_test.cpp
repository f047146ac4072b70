// What tables are told to be ready for, and changes of a table that can't be asked for together.
#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

class ApiTableCapacity : public TableApiTest {
protected:
    static json warm(std::int64_t read, std::int64_t write) {
        return {{"ReadUnitsPerSecond", read}, {"WriteUnitsPerSecond", write}};
    }
    static json ready(std::int64_t read, std::int64_t write) {
        json shown = warm(read, write);
        shown["Status"] = "ACTIVE";
        return shown;
    }
    static json units(std::int64_t read, std::int64_t write) {
        return {{"ReadCapacityUnits", read}, {"WriteCapacityUnits", write}};
    }
    json create(const json& more = json::object()) {
        return call("CreateTable", tableBody("Things", more)).at("TableDescription");
    }
    json createProvisioned(std::int64_t read, std::int64_t write, const json& more = json::object()) {
        json body = {{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(read, write)}};
        body.update(more);
        return create(body);
    }
    json update(json request) {
        request["TableName"] = "Things";
        return call("UpdateTable", request).at("TableDescription");
    }
    std::string updateRefusal(json request) {
        request["TableName"] = "Things";
        return refusal("UpdateTable", request);
    }
    // The request of a table with an index `byGroup`, which has `more`.
    static json indexed(const json& more) {
        json withIndex = index("byGroup", {key("group")});
        withIndex.update(more);
        return {{"AttributeDefinitions", {attribute("id"), attribute("group")}},
                {"GlobalSecondaryIndexes", {withIndex}}};
    }
    json describedIndex() { return describe("Things").at("GlobalSecondaryIndexes").at(0); }
    static std::string tooLow(const std::string& unit, const std::string& what, const std::string& least) {
        return invalidParameter("Requested " + unit + "UnitsPerSecond for WarmThroughput for " + what +
                                " is lower than " + least);
    }

    const std::string kInitial =
        "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
        "on-demand-capacity-mode.html#on-demand-capacity-mode-initial";
    const std::string kCurrent = "current WarmThroughput, decreasing WarmThroughput is not supported";
};

TEST_F(ApiTableCapacity, ATableOnDemandIsReadyForTheServicesInitialUnits) {
    EXPECT_FALSE(create().contains("WarmThroughput"));
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'000, 4'000));
}

TEST_F(ApiTableCapacity, WarmThroughputIsAnsweredAndShownAsAskedFor) {
    EXPECT_EQ(create({{"WarmThroughput", warm(12'240, 4'080)}}).at("WarmThroughput"), ready(12'240, 4'080));
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'240, 4'080));
    // One unit alone may be asked for; the other stays.
    EXPECT_EQ(update({{"WarmThroughput", {{"WriteUnitsPerSecond", 5'000}}}}).at("WarmThroughput"),
              ready(12'240, 5'000));
    reopen();
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'240, 5'000));
}

TEST_F(ApiTableCapacity, WarmThroughputHasALeastThatIsNamed) {
    const auto createRefusal = [&](const json& more) { return refusal("CreateTable", tableBody("Things", more)); };
    EXPECT_EQ(createRefusal({{"WarmThroughput", warm(11'999, 4'000)}}), tooLow("Read", "table", kInitial));
    EXPECT_EQ(createRefusal({{"WarmThroughput", warm(12'000, 3'999)}}), tooLow("Write", "table", kInitial));
    EXPECT_EQ(createRefusal(indexed({{"WarmThroughput", warm(1, 1)}})), tooLow("Read", "index byGroup", kInitial));
    const json provisioned = {{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(10, 10)}};
    json low = provisioned;
    low["WarmThroughput"] = warm(10, 5);
    EXPECT_EQ(createRefusal(low), tooLow("Write", "table", "WriteCapacityUnits of ProvisionedThroughput"));

    create({{"WarmThroughput", warm(12'240, 4'080)}});
    EXPECT_EQ(updateRefusal({{"WarmThroughput", warm(12'120, 4'080)}}), tooLow("Read", "table", kCurrent));
    EXPECT_EQ(updateRefusal({{"WarmThroughput", json::object()}}),
              invalidParameter("WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond "
                               "specified"));
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'240, 4'080));
}

TEST_F(ApiTableCapacity, WhatATableIsReadyForOutlivesHowItIsBilled) {
    createProvisioned(3, 3);
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(3, 3));
    update({{"ProvisionedThroughput", units(1, 2)}});
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(3, 3));
    update({{"BillingMode", "PAY_PER_REQUEST"}});
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'000, 4'000));
    update({{"BillingMode", "PROVISIONED"}, {"ProvisionedThroughput", units(1, 1)}});
    EXPECT_EQ(describe("Things").at("WarmThroughput"), ready(12'000, 4'000));
}

TEST_F(ApiTableCapacity, AnIndexHasAWarmThroughputOfItsOwn) {
    create(indexed({{"WarmThroughput", warm(13'000, 4'000)}}));
    EXPECT_EQ(describedIndex().at("WarmThroughput"), ready(13'000, 4'000));
    const auto change = [](const std::string& name, const json& units) {
        return json{{"GlobalSecondaryIndexUpdates", {{{"Update", {{"IndexName", name}, {"WarmThroughput", units}}}}}}};
    };
    update(change("byGroup", warm(14'000, 5'000)));
    EXPECT_EQ(describedIndex().at("WarmThroughput"), ready(14'000, 5'000));
    EXPECT_EQ(updateRefusal(change("byGroup", warm(13'000, 5'000))), tooLow("Read", "index byGroup", kCurrent));
    EXPECT_EQ(updateRefusal(change("byGroup", json::object())),
              invalidParameter("WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond "
                               "specified for index: byGroup"));
    EXPECT_EQ(updateRefusal(change("ghost", warm(13'000, 5'000))),
              "ResourceNotFoundException: Requested resource not found: Index ghost for table Things");
}

TEST_F(ApiTableCapacity, SomeChangesMustBeAskedForAlone) {
    create();
    const json protection = {{"DeletionProtectionEnabled", true}};
    const auto together = [&](json change) {
        change.update(protection);
        return updateRefusal(change);
    };
    EXPECT_EQ(together({{"SSESpecification", {{"Enabled", true}}}}),
              invalidParameter("Server-Side Encryption modification must be the only operation in the request"));
    EXPECT_EQ(together({{"TableClass", "STANDARD_INFREQUENT_ACCESS"}}),
              invalidParameter("TableClass modification must be the only operation in the request"));
    EXPECT_EQ(together({{"BillingMode", "PAY_PER_REQUEST"}}),
              invalidParameter("DeletionProtection modification must be the only operation in the request"));
    EXPECT_EQ(updateRefusal({{"WarmThroughput", warm(13'000, 5'000)}, {"BillingMode", "PAY_PER_REQUEST"}}),
              invalidParameter("WarmThroughput must be the only operation in the request"));
    const json limits = {{"MaxReadRequestUnits", 10}, {"MaxWriteRequestUnits", 5}};
    EXPECT_EQ(updateRefusal({{"OnDemandThroughput", limits}, {"StreamSpecification", {{"StreamEnabled", false}}}}),
              invalidParameter("OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"));
    update({{"OnDemandThroughput", limits}, {"BillingMode", "PAY_PER_REQUEST"}});
    EXPECT_EQ(describe("Things").at("DeletionProtectionEnabled"), false);
}

TEST_F(ApiTableCapacity, StreamsIndexesAndCapacityChangeOneAtATime) {
    createProvisioned(1, 1);
    const json stream = {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", "KEYS_ONLY"}}}};
    const json capacity = {{"ProvisionedThroughput", units(2, 2)}};
    json added = index("byGroup", {key("group")});
    added["ProvisionedThroughput"] = units(1, 1);
    const json newIndex = {{"AttributeDefinitions", {attribute("group")}},
                           {"GlobalSecondaryIndexUpdates", {{{"Create", added}}}}};
    const auto together = [&](json one, const json& other) {
        one.update(other);
        return updateRefusal(one);
    };
    EXPECT_EQ(together(stream, capacity),
              invalidParameter("You cannot modify stream status while updating table IOPS"));
    EXPECT_EQ(together(newIndex, capacity),
              invalidParameter("You cannot create or delete index while updating table IOPS"));
    EXPECT_EQ(together(newIndex, stream),
              invalidParameter("You cannot create or delete index while changing stream status"));
    EXPECT_FALSE(describe("Things").contains("StreamSpecification"));
}

TEST_F(ApiTableCapacity, ATableClassSaysWhenAnUpdateLastSetIt) {
    create({{"TableClass", "STANDARD"}});
    EXPECT_EQ(describe("Things").at("TableClassSummary"), (json{{"TableClass", "STANDARD"}}));
    update({{"TableClass", "STANDARD_INFREQUENT_ACCESS"}});
    EXPECT_EQ(describe("Things").at("TableClassSummary"),
              (json{{"TableClass", "STANDARD_INFREQUENT_ACCESS"}, {"LastUpdateDateTime", 1711320000.0}}));
}

TEST_F(ApiTableCapacity, TaggingIsAnsweredWithoutABody) {
    const json arn = create().at("TableArn");
    EXPECT_EQ(call("TagResource", {{"ResourceArn", arn}, {"Tags", {{{"Key", "team"}, {"Value", "desk"}}}}}), json());
    EXPECT_EQ(call("UntagResource", {{"ResourceArn", arn}, {"TagKeys", {"team"}}}), json());
}

}  // namespace
}  // namespace drydock::tests
