#include "storage/table/resource_names.h"

#include <gtest/gtest.h>

namespace drydock::tests {
namespace {

using namespace storage;
using Parameters = std::vector<std::pair<std::string, std::string>>;

TEST(ResourceName, OfTablesIndexesAndStreamsAreReadBack) {
    EXPECT_EQ(tableArn("Things"), "arn:aws:dynamodb:local:000000000000:table/Things");
    EXPECT_EQ(resourceNameOf(tableArn("Things"))->table, "Things");
    EXPECT_EQ(resourceNameOf(indexArn("Things", "by-x"))->index, "by-x");
    EXPECT_EQ(resourceNameOf(streamArn("Things", "2024-03-24T22:40:00.000"))->stream, "2024-03-24T22:40:00.000");
    EXPECT_EQ(resourceNameOf("arn:aws:dynamodb:us-east-1:123456789012:table/Things")->table, "Things");
}

TEST(ResourceName, AnythingElseIsNone) {
    for (const char* arn : {"", "Things", "arn:", "arn:aws:s3:local:0:table/Things", "arn:aws:dynamodb:local:0:table/",
                            "arn:aws:dynamodb:local:0:backup/Things", "arn:aws:dynamodb:local:0:table/T/index",
                            "arn:aws:dynamodb:local:0:table/T/backup/x", "arn:aws:dynamodb"}) {
        EXPECT_FALSE(resourceNameOf(arn)) << arn;
    }
}

TEST(UpperSnake, WordsAreFoundHoweverTheyAreJoined) {
    EXPECT_EQ(upperSnake("Things"), "THINGS");
    EXPECT_EQ(upperSnake("DeviceAttributeBackup"), "DEVICE_ATTRIBUTE_BACKUP");
    EXPECT_EQ(upperSnake("device-history"), "DEVICE_HISTORY");
    EXPECT_EQ(upperSnake("device_history"), "DEVICE_HISTORY");
    EXPECT_EQ(upperSnake("HTTPServer"), "HTTP_SERVER");
    EXPECT_EQ(upperSnake("table2Index"), "TABLE2_INDEX");
    EXPECT_EQ(upperSnake("-a..b-"), "A_B");
}

TEST(TableParameters, NameTheTableAndItsStream) {
    EXPECT_EQ(tableParameters("DeviceHistory", "acme-desk-devicehistory", std::nullopt),
              (Parameters{{"DYNAMODB_TABLE_DEVICE_HISTORY", tableArn("acme-desk-devicehistory")}}));
    EXPECT_EQ(tableParameters("Things", "acme-desk-things", "2024-03-24T22:40:00.000"),
              (Parameters{{"DYNAMODB_TABLE_THINGS", tableArn("acme-desk-things")},
                          {"DYNAMODB_TABLE_STREAM_THINGS", streamArn("acme-desk-things", "2024-03-24T22:40:00.000")}}));
}

}  // namespace
}  // namespace drydock::tests
