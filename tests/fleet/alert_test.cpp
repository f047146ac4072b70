#include "models/fleet/alert.h"

#include <regex>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "models/fleet/digest.h"

namespace drydock::fleet {
namespace {

Alert exampleAlert() {
    Alert alert;
    alert.id = "a1";
    alert.deviceId = "3hwC2y7";
    alert.raisedMs = 1'711'320'208'793;
    alert.message = alertMessage(alert.deviceId);
    alert.deduplicationId = md5Hex(alert.message);
    return alert;
}

TEST(Alert, messageNamesTheDevice) {
    EXPECT_EQ(alertMessage("3hwC2y7"), "Device 3hwC2y7 exceeded retry limits twice. Manual intervention required.");
    EXPECT_EQ(alertMessageByHand("3hwC2y7", "ada"),
              "Device 3hwC2y7 was moved to FailedToUpdate by ada. Manual intervention required.");
}

TEST(Alert, deduplicationIdIsTheMd5OfTheMessage) {
    EXPECT_EQ(exampleAlert().deduplicationId, "840a2963d9795c44011e43cf8f23a96e");
}

TEST(Alert, snsJsonHasWhatReadersOfNotificationsLookFor) {
    const auto json = nlohmann::json::parse(alertToSnsJson(exampleAlert()));
    EXPECT_EQ(json.at("Type"), "Notification");
    EXPECT_EQ(json.at("MessageId"), alertMessageId(exampleAlert()));
    EXPECT_EQ(json.at("MessageAttributes").at("alertId").at("Value"), "a1");
    EXPECT_EQ(json.at("MessageAttributes").at("deviceId").at("Value"), "3hwC2y7");
    const auto topicArn = json.at("TopicArn").get<std::string>();
    EXPECT_EQ(topicArn.substr(topicArn.rfind(':') + 1), "FailedFirmwareUpdate.fifo");
    EXPECT_EQ(json.at("Subject"), "Firmware Update Failure Alert");
    EXPECT_EQ(json.at("Message"), alertMessage("3hwC2y7"));
    EXPECT_EQ(json.at("Timestamp"), "2024-03-24T22:43:28.793Z");
    EXPECT_EQ(json.at("MessageGroupId"), "FirmwareUpdateFailure");
    EXPECT_EQ(json.at("MessageDeduplicationId"), exampleAlert().deduplicationId);
    // Nothing here is signed by Amazon, and nothing pretends to be.
    for (const char* field : {"SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL"})
        EXPECT_FALSE(json.contains(field)) << field;
}

TEST(Alert, messageIdIsAUuidOfThatAlertAlone) {
    const std::string id = alertMessageId(exampleAlert());
    EXPECT_TRUE(std::regex_match(id, std::regex("[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}")))
        << id;
    Alert acknowledged = exampleAlert();
    acknowledged.state = AlertState::acknowledged;
    EXPECT_EQ(alertMessageId(acknowledged), id);
    Alert next = exampleAlert();
    next.id = "a2";
    EXPECT_NE(alertMessageId(next), id);
    Alert ofAnotherStore = exampleAlert();
    ofAnotherStore.raisedMs += 1;
    EXPECT_NE(alertMessageId(ofAnotherStore), id);
}

TEST(Alert, anIdThatIsNoUtf8StillMakesJson) {
    Alert alert = exampleAlert();
    alert.message = alertMessage("\xFF\xFE");
    const auto json = nlohmann::json::parse(alertToSnsJson(alert), nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_EQ(json.at("Type"), "Notification");
}

TEST(Alert, statesHaveTheirNames) {
    EXPECT_STREQ(alertStateName(AlertState::open), "open");
    EXPECT_STREQ(alertStateName(AlertState::acknowledged), "acknowledged");
    EXPECT_STREQ(alertStateName(AlertState::resolved), "resolved");
}

}  // namespace
}  // namespace drydock::fleet
