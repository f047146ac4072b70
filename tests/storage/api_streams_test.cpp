// ListStreams, DescribeStream, GetShardIterator, GetRecords.
#include <gmock/gmock.h>

#include "tests/storage/api_tables_fixture.h"

namespace drydock::tests {
namespace {

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

class ApiStreams : public TableApiTest {
protected:
    std::string streamed(const std::string& name, const std::string& view = "NEW_AND_OLD_IMAGES") {
        const json answer =
            call("CreateTable",
                 tableBody(name, {{"StreamSpecification", {{"StreamEnabled", true}, {"StreamViewType", view}}}}));
        return answer.at("TableDescription").at("LatestStreamArn");
    }
    json stream(const std::string& arn) { return call("DescribeStream", {{"StreamArn", arn}}).at("StreamDescription"); }
    json iteratorBody(const std::string& arn, const std::string& type, const std::string& sequence = {}) {
        json body = {
            {"StreamArn", arn}, {"ShardId", stream(arn).at("Shards").at(0).at("ShardId")}, {"ShardIteratorType", type}};
        if (!sequence.empty()) body["SequenceNumber"] = sequence;
        return body;
    }
    std::string iterator(const std::string& arn, const std::string& type, const std::string& sequence = {}) {
        return call("GetShardIterator", iteratorBody(arn, type, sequence)).at("ShardIterator");
    }
    json records(const std::string& from) { return call("GetRecords", {{"ShardIterator", from}}); }
    // The names of the items whose records follow.
    std::vector<std::string> ids(const json& page) {
        std::vector<std::string> found;
        for (const json& record : page.at("Records")) found.push_back(record["dynamodb"]["Keys"]["id"]["S"]);
        return found;
    }
    void thing(const std::string& id, int n = 1) { write(put("Things", {{"id", id}, {"n", n}})); }
    void endStream() {
        call("UpdateTable", {{"TableName", "Things"}, {"StreamSpecification", {{"StreamEnabled", false}}}});
    }
};

TEST_F(ApiStreams, RecordsAreShownAsTheServiceDoes) {
    const std::string arn = streamed("Things");
    thing("a", 1);
    clock.advance(1500);
    thing("a", 2);
    thing("a", 2);
    write(remove("Things", {{"id", "a"}}));
    const json page = records(iterator(arn, "TRIM_HORIZON"));
    ASSERT_EQ(page.at("Records").size(), 3U) << "a write that changes nothing emits nothing";
    json first = page["Records"][0];
    EXPECT_EQ(first.at("eventID").get<std::string>().size(), 32U);
    first.erase("eventID");
    EXPECT_EQ(first, (json{{"eventName", "INSERT"},
                           {"eventVersion", "1.1"},
                           {"eventSource", "aws:dynamodb"},
                           {"awsRegion", "local"},
                           {"dynamodb",
                            {{"ApproximateCreationDateTime", 1711320000},
                             {"Keys", {{"id", {{"S", "a"}}}}},
                             {"NewImage", {{"id", {{"S", "a"}}}, {"n", {{"N", "1"}}}}},
                             {"SequenceNumber", "100000000000000000001"},
                             {"SizeBytes", 9},
                             {"StreamViewType", "NEW_AND_OLD_IMAGES"}}}}));
    const json second = page["Records"][1];
    EXPECT_EQ(second.at("eventName"), "MODIFY");
    EXPECT_EQ(second.at("dynamodb").at("ApproximateCreationDateTime"), 1711320001);
    EXPECT_EQ(second.at("dynamodb").at("OldImage").at("n"), (json{{"N", "1"}}));
    EXPECT_EQ(second.at("dynamodb").at("NewImage").at("n"), (json{{"N", "2"}}));
    const json third = page["Records"][2];
    EXPECT_EQ(third.at("eventName"), "REMOVE");
    EXPECT_FALSE(third.at("dynamodb").contains("NewImage"));
    EXPECT_FALSE(third.contains("userIdentity"));
}

TEST_F(ApiStreams, EachViewHasItsImages) {
    const std::vector<std::tuple<std::string, bool, bool>> views = {{"KEYS_ONLY", false, false},
                                                                    {"NEW_IMAGE", true, false},
                                                                    {"OLD_IMAGE", false, true},
                                                                    {"NEW_AND_OLD_IMAGES", true, true}};
    for (const auto& [view, newImage, oldImage] : views) {
        const std::string arn = streamed(view, view);
        write(put(view, {{"id", "a"}, {"n", 1}}));
        write(put(view, {{"id", "a"}, {"n", 2}}));
        const json data = records(iterator(arn, "TRIM_HORIZON")).at("Records").at(1).at("dynamodb");
        EXPECT_EQ(data.contains("NewImage"), newImage) << view;
        EXPECT_EQ(data.contains("OldImage"), oldImage) << view;
        EXPECT_EQ(data.at("StreamViewType"), view);
    }
}

TEST_F(ApiStreams, ExpiredItemsAreRemovedByTheService) {
    const std::string arn = streamed("Things");
    call("UpdateTimeToLive",
         {{"TableName", "Things"}, {"TimeToLiveSpecification", {{"AttributeName", "n"}, {"Enabled", true}}}});
    thing("a", 1);
    take(store->sweepExpired(10'000, 10));
    const json record = records(iterator(arn, "TRIM_HORIZON")).at("Records").at(1);
    EXPECT_EQ(record.at("eventName"), "REMOVE");
    EXPECT_EQ(record.at("userIdentity"), (json{{"type", "Service"},
                                               {"principalId", "dynamodb.amazonaws.com"},
                                               {"Type", "Service"},
                                               {"PrincipalId", "dynamodb.amazonaws.com"}}));
}

TEST_F(ApiStreams, IteratorsBeginWhereTheyAreAsked) {
    const std::string arn = streamed("Things");
    thing("a");
    thing("b");
    const std::string latest = iterator(arn, "LATEST");
    thing("c");
    using Ids = std::vector<std::string>;
    EXPECT_EQ(ids(records(iterator(arn, "TRIM_HORIZON"))), (Ids{"a", "b", "c"}));
    EXPECT_EQ(ids(records(latest)), (Ids{"c"}));
    EXPECT_EQ(ids(records(iterator(arn, "AT_SEQUENCE_NUMBER", "100000000000000000002"))), (Ids{"b", "c"}));
    EXPECT_EQ(ids(records(iterator(arn, "AFTER_SEQUENCE_NUMBER", "100000000000000000002"))), (Ids{"c"}));
    const std::string start = stream(arn)["Shards"][0]["SequenceNumberRange"]["StartingSequenceNumber"];
    EXPECT_EQ(ids(records(iterator(arn, "AT_SEQUENCE_NUMBER", start))), (Ids{"a", "b", "c"}));
}

TEST_F(ApiStreams, PagesFollowEachOther) {
    const std::string arn = streamed("Things");
    for (const char* id : {"a", "b", "c"}) thing(id);
    json page = call("GetRecords", {{"ShardIterator", iterator(arn, "TRIM_HORIZON")}, {"Limit", 2}});
    EXPECT_EQ(ids(page), (std::vector<std::string>{"a", "b"}));
    page = records(page.at("NextShardIterator"));
    EXPECT_EQ(ids(page), (std::vector<std::string>{"c"}));
    page = records(page.at("NextShardIterator"));
    EXPECT_TRUE(page.at("Records").empty());
    thing("d");
    EXPECT_EQ(ids(records(page.at("NextShardIterator"))), (std::vector<std::string>{"d"}));
}

TEST_F(ApiStreams, AnEndedStreamIsReadToItsEnd) {
    const std::string arn = streamed("Things");
    thing("a");
    endStream();
    thing("b");
    const json ended = stream(arn);
    EXPECT_EQ(ended.at("StreamStatus"), "DISABLED");
    EXPECT_EQ(ended["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"], "100000000000000000001");
    const json page = records(iterator(arn, "TRIM_HORIZON"));
    EXPECT_EQ(ids(page), (std::vector<std::string>{"a"}));
    EXPECT_FALSE(page.contains("NextShardIterator"));
}

TEST_F(ApiStreams, ADeletedTablesStreamIsReadToItsEnd) {
    const std::string arn = streamed("Things");
    thing("a");
    const std::string begun = iterator(arn, "TRIM_HORIZON");
    call("DeleteTable", {{"TableName", "Things"}});
    EXPECT_EQ(call("ListStreams", {{"TableName", "Things"}}).at("Streams").at(0).at("StreamArn"), arn);
    const json ended = stream(arn);
    EXPECT_EQ(ended.at("StreamStatus"), "DISABLED");
    EXPECT_EQ(ended.at("TableName"), "Things");
    EXPECT_EQ(ended.at("KeySchema"), json::array({key("id")}));
    EXPECT_EQ(ended["Shards"][0]["SequenceNumberRange"]["EndingSequenceNumber"], "100000000000000000001");
    for (const std::string& from : {begun, iterator(arn, "TRIM_HORIZON")}) {
        const json page = records(from);
        EXPECT_EQ(ids(page), (std::vector<std::string>{"a"}));
        EXPECT_FALSE(page.contains("NextShardIterator"));
    }
    clock.advance(kDayMs + 1);
    take(store->trimStreams(clock.wallMs(), 100));
    EXPECT_EQ(call("ListStreams", json::object()), (json{{"Streams", json::array()}}));
    EXPECT_EQ(refusal("DescribeStream", {{"StreamArn", arn}}),
              "ResourceNotFoundException: Requested resource not found: Stream: " + arn + " not found");
}

TEST_F(ApiStreams, IteratorsExpire) {
    const std::string arn = streamed("Things");
    const std::string old = iterator(arn, "LATEST");
    clock.advance(15LL * 60 * 1000);
    records(old);
    clock.advance(1);
    EXPECT_THAT(refusal("GetRecords", {{"ShardIterator", old}}),
                ::testing::StartsWith("ExpiredIteratorException: The shard iterator has expired"));
    EXPECT_EQ(refusal("GetRecords", {{"ShardIterator", "rubbish"}}), invalid("Invalid ShardIterator"));
}

TEST_F(ApiStreams, RecordsOlderThanADayAreRefused) {
    const std::string arn = streamed("Things");
    thing("a");
    thing("b");
    clock.advance(kDayMs + 1);
    thing("c");
    const std::string before = iterator(arn, "AT_SEQUENCE_NUMBER", "100000000000000000001");
    take(store->trimStreams(clock.wallMs(), 100));
    const std::string trimmed =
        "TrimmedDataAccessException: The operation attempted to read past the oldest stream record in a shard.";
    EXPECT_EQ(refusal("GetShardIterator", iteratorBody(arn, "AT_SEQUENCE_NUMBER", "100000000000000000002")), trimmed);
    EXPECT_EQ(ids(records(iterator(arn, "AFTER_SEQUENCE_NUMBER", "100000000000000000002"))),
              (std::vector<std::string>{"c"}));
    EXPECT_EQ(ids(records(iterator(arn, "TRIM_HORIZON"))), (std::vector<std::string>{"c"}));
    clock.advance(kDayMs + 1);
    take(store->trimStreams(clock.wallMs(), 100));
    const std::string latest = iterator(arn, "LATEST");
    EXPECT_TRUE(records(latest).at("Records").empty()) << "although nothing is left that says where it is";
    thing("d");
    EXPECT_EQ(ids(records(latest)), (std::vector<std::string>{"d"}));
}

TEST_F(ApiStreams, StreamsAreListedInPages) {
    std::vector<json> all;
    for (const char* name : {"aaa", "bbb"}) {
        const std::string arn = streamed(name);
        all.push_back(
            {{"StreamArn", arn}, {"StreamLabel", arn.substr(arn.rfind('/') + 1)}, {"TableName", std::string(name)}});
    }
    call("CreateTable", tableBody("ccc"));
    EXPECT_EQ(call("ListStreams", json::object()), (json{{"Streams", all}}));
    EXPECT_EQ(call("ListStreams", {{"TableName", "bbb"}}), (json{{"Streams", {all[1]}}}));
    EXPECT_EQ(call("ListStreams", {{"TableName", "ccc"}}), (json{{"Streams", json::array()}}));
    const json page = call("ListStreams", {{"Limit", 1}});
    EXPECT_EQ(page, (json{{"Streams", {all[0]}}, {"LastEvaluatedStreamArn", all[0]["StreamArn"]}}));
    EXPECT_EQ(call("ListStreams", {{"ExclusiveStartStreamArn", page["LastEvaluatedStreamArn"]}}),
              (json{{"Streams", {all[1]}}}));
    EXPECT_EQ(refusal("ListStreams", {{"ExclusiveStartStreamArn", std::string(40, 'x')}}),
              invalid("Invalid StreamArn"));
}

TEST_F(ApiStreams, AStreamIsDescribed) {
    const std::string arn = streamed("Things", "KEYS_ONLY");
    json described = stream(arn);
    const std::string shard = described["Shards"][0]["ShardId"];
    EXPECT_GE(shard.size(), 28U);
    EXPECT_LE(shard.size(), 65U);
    EXPECT_EQ(described.at("StreamStatus"), "ENABLED");
    EXPECT_EQ(described.at("KeySchema"), json::array({key("id")}));
    EXPECT_EQ(described.at("CreationRequestDateTime"), 1711320000.0);
    EXPECT_FALSE(described["Shards"][0]["SequenceNumberRange"].contains("EndingSequenceNumber"));
    described = call("DescribeStream", {{"StreamArn", arn}, {"ExclusiveStartShardId", shard}});
    EXPECT_TRUE(described["StreamDescription"]["Shards"].empty());
}

TEST_F(ApiStreams, WrongRequestsAreRefused) {
    const std::string arn = streamed("Things");
    EXPECT_EQ(refusal("DescribeStream", {{"StreamArn", std::string(50, 'x')}}), invalid("Invalid StreamArn"));
    EXPECT_EQ(refusal("DescribeStream", {{"StreamArn", arn + "1"}}),
              "ResourceNotFoundException: Requested resource not found: Stream: " + arn + "1 not found");
    json body = iteratorBody(arn, "LATEST");
    body["ShardId"] = "shardId-00000000000000000000-00000000";
    EXPECT_EQ(refusal("GetShardIterator", body),
              "ResourceNotFoundException: Requested resource not found: Shard does not exist");
    for (const char* type : {"AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"}) {
        EXPECT_THAT(refusal("GetShardIterator", iteratorBody(arn, type)), ::testing::HasSubstr("must be specified"));
    }
    EXPECT_THAT(refusal("GetShardIterator", iteratorBody(arn, "LATEST", "100000000000000000001")),
                ::testing::HasSubstr("must not be specified"));
    EXPECT_THAT(refusal("GetShardIterator", iteratorBody(arn, "AT_SEQUENCE_NUMBER", std::string(30, '7'))),
                ::testing::HasSubstr("Invalid SequenceNumber"));
    EXPECT_THAT(refusal("GetShardIterator", iteratorBody(arn, "SIDEWAYS")), ::testing::HasSubstr("enum value set"));
    EXPECT_THAT(refusal("GetRecords", {{"ShardIterator", iterator(arn, "LATEST")}, {"Limit", 1001}}),
                ::testing::HasSubstr("less than or equal to 1000"));
}

}  // namespace
}  // namespace drydock::tests
