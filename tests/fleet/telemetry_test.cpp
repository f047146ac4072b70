#include "models/fleet/telemetry.h"

#include <gtest/gtest.h>

namespace drydock::fleet {
namespace {

std::string reasonFor(std::string_view payload) {
    const auto decoded = decodeTelemetry(payload);
    if (decoded) return "accepted";
    EXPECT_EQ(decoded.error().code, storage::ErrorCode::validation);
    return decoded.error().message;
}

std::string message(const std::string& id, const std::string& timestamp = "1711320208793") {
    return R"({"_id_":")" + id + R"(","timestamp":)" + timestamp + R"(,"status":"downloading"})";
}

TEST(Telemetry, TheSampleIsRead) {
    const auto decoded = decodeTelemetry(
        R"({"_id_":"3hwC2y7","timestamp":"1711320208793","status":"failed","model":"wo:v8","FW":"2.27"})");
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->deviceId, "3hwC2y7");
    EXPECT_EQ(decoded->timestampMs, 1'711'320'208'793);
    EXPECT_EQ(decoded->status, "failed");
    EXPECT_EQ(decoded->model, "wo:v8");
    EXPECT_EQ(decoded->fw, "2.27");
    EXPECT_TRUE(decoded->values.empty());
}

TEST(Telemetry, OtherFieldsAreKeptAsValues) {
    const auto decoded = decodeTelemetry(
        R"({"rssi":-71,"_id_":"a","battery":3.62,"timestamp":1,"status":"x","ok":true,"where":{"lat":1}})");
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->values.size(), 4U);
    EXPECT_EQ(decoded->values.integer("rssi"), -71);
    EXPECT_NEAR(decoded->values.find("battery")->as<storage::Number>()->toDouble(), 3.62, 1e-12);
    EXPECT_TRUE(decoded->values.boolean("ok"));
    EXPECT_NE(decoded->values.map("where"), nullptr);
}

TEST(Telemetry, TimestampMayBeTextOrNumber) {
    EXPECT_EQ(decodeTelemetry(message("a", "1711320209793"))->timestampMs, 1'711'320'209'793);
    EXPECT_EQ(decodeTelemetry(message("a", "\"1711320209793\""))->timestampMs, 1'711'320'209'793);
    EXPECT_EQ(decodeTelemetry(message("a", "1711320209793.0"))->timestampMs, 1'711'320'209'793);
    EXPECT_EQ(decodeTelemetry(message("a", "253402300799999"))->timestampMs, kMaxTimestampMs);
    EXPECT_EQ(decodeTelemetry(message("a", "0"))->timestampMs, 0);
}

TEST(Telemetry, UnusableTimestampsAreNamed) {
    for (const char* text : {"\"yesterday\"", "1.5", "\"\"", "\"12 \"", "\"0x10\"", "\"+5\"", "1e400"})
        EXPECT_NE(reasonFor(message("a", text)), "accepted") << text;
    EXPECT_EQ(reasonFor(message("a", "\"yesterday\"")), "timestamp: not a whole number of milliseconds");
    EXPECT_EQ(reasonFor(message("a", "253402300800000")), "timestamp: past the year 9999");
    EXPECT_EQ(reasonFor(message("a", "\"99999999999999999999999\"")), "timestamp: past the year 9999");
    EXPECT_EQ(reasonFor(message("a", "-1")), "timestamp: before 1970");
    EXPECT_EQ(reasonFor(message("a", "true")), "timestamp: neither a string nor a number");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","status":"x"})"), "timestamp: missing");
}

TEST(Telemetry, UnusableIdsAreNamed) {
    EXPECT_EQ(reasonFor(message("")), "_id_: empty");
    EXPECT_EQ(reasonFor(R"({"timestamp":1,"status":"x"})"), "_id_: missing");
    EXPECT_EQ(reasonFor(R"({"_id_":7,"timestamp":1,"status":"x"})"), "_id_: not a string");
    EXPECT_EQ(reasonFor(message(std::string(129, 'a'))), "_id_: longer than 128 bytes");
    EXPECT_EQ(reasonFor(message(std::string(128, 'a'))), "accepted");
    for (const char* id : {"a\\u0000b", "a\\u001fb", "a\\u007fb", "a\\u0085b"})
        EXPECT_EQ(reasonFor(message(id)), "_id_: contains a control character") << id;
    EXPECT_EQ(reasonFor(message("Zürich-12")), "accepted");
}

TEST(Telemetry, ModelAndFirmwareAreRequiredOfFailures) {
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":"failed","FW":"1"})"), "model: missing");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":"failed","model":"m"})"), "FW: missing");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":"failed","model":"m","FW":""})"), "FW: empty");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":"updated","model":3})"), "model: not a string");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":"updated"})"), "accepted");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1})"), "status: missing");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":null})"), "status: not a string");
    EXPECT_EQ(reasonFor(R"({"_id_":"a","timestamp":1,"status":")" + std::string(257, 's') + "\"}"),
              "status: longer than 256 bytes");
}

TEST(Telemetry, WhatIsNoObjectWithinTheLimitsIsRefused) {
    EXPECT_EQ(reasonFor("[1,2,3]"), "payload: not a JSON object");
    for (const char* payload : {"", "{", "nonsense", "\"text\"", "{\"_id_\":\"a\xff\"}", "{} {}"})
        EXPECT_NE(reasonFor(payload), "accepted") << payload;
    const std::string big(kMaxPayloadBytes, ' ');
    EXPECT_EQ(reasonFor(message("a") + big), "payload: over 128 KB");
    const auto nested = [](int depth) {
        return R"({"_id_":"a","timestamp":1,"status":"x","deep":)" + std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']') + '}';
    };
    EXPECT_EQ(reasonFor(nested(kMaxPayloadDepth - 1)), "accepted");
    EXPECT_NE(reasonFor(nested(kMaxPayloadDepth)), "accepted");
    EXPECT_NE(reasonFor(nested(60'000)), "accepted");
}

TEST(Telemetry, MessageKeysSortByTimestamp) {
    EXPECT_EQ(messageKey(1'711'320'208'793, "failed"), "001711320208793#failed");
    EXPECT_LT(messageKey(999, "z"), messageKey(1000, "a"));
    EXPECT_LT(messageKey(999'999'999'999, "a"), messageKey(1'000'000'000'000, "a"));
    EXPECT_NE(messageKey(1, "a"), messageKey(1, "b"));
}

}  // namespace
}  // namespace drydock::fleet
