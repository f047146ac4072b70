#include "models/fleet/text_target.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "models/fleet/alert.h"

namespace drydock::fleet {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::optional<Phase> phaseOf(const std::string& id) {
    if (id == "3hwC2y7" || id == "a b/c%d" || id == "Device x") return Phase::failed;
    if (id == "well") return Phase::well;
    return std::nullopt;
}

TextTarget target(const std::string& text) {
    return targetOf(text, phaseOf);
}

void expectDevice(const std::string& text, const std::string& id = "3hwC2y7") {
    const TextTarget found = target(text);
    EXPECT_EQ(found.kind, TextTarget::Kind::device) << text << '\n' << found.message;
    EXPECT_EQ(found.deviceId, id) << text;
    EXPECT_EQ(found.action, ActionKind::release) << text;
}

std::string notification() {
    Alert alert;
    alert.id = "alert-7";
    alert.deviceId = "3hwC2y7";
    alert.message = alertMessage("3hwC2y7");
    return alertToSnsJson(alert);
}

TEST(TextTarget, aDeviceIdIsItsDevice) {
    expectDevice("3hwC2y7");
    expectDevice("  3hwC2y7\n");
    expectDevice("a b/c%d", "a b/c%d");
}

TEST(TextTarget, anAlertsTextIsItsDeviceWhateverStandsAround) {
    expectDevice(alertMessage("3hwC2y7"));
    expectDevice(
        "Hi Ada, Device Manager says:\n> Device 3hwC2y7 exceeded retry\n  limits twice. Manual intervention "
        "required.\nCan you look? {urgent}");
    expectDevice(alertMessage("a b/c%d"), "a b/c%d");
    expectDevice("Fwd: " + alertMessageByHand("a b/c%d", "ada"), "a b/c%d");
    expectDevice(alertMessage("Device x"), "Device x");
}

TEST(TextTarget, anSnsNotificationIsItsDevice) {
    expectDevice(notification());
    expectDevice(json::parse(notification()).dump(4));
}

TEST(TextTarget, anSnsNotificationIsFoundInWhateverWrapping) {
    const json sqs = {{"Messages", {{{"MessageId", "1"}, {"ReceiptHandle", "x"}, {"Body", notification()}}}}};
    expectDevice(sqs.dump());
    const json queueEvent = {{"Records", {{{"eventSource", "aws:sqs"}, {"body", notification()}}}}};
    expectDevice(queueEvent.dump());
    const json topicEvent = {{"Records", {{{"EventSource", "aws:sns"}, {"Sns", json::parse(notification())}}}}};
    expectDevice(topicEvent.dump());
    expectDevice("From: AWS Notifications <no-reply@sns.amazonaws.com>\nSubject: Firmware Update Failure Alert\n\n" +
                 notification() + "\n\n--\nIf you wish to stop receiving notifications, use the link below.\n");
}

// In JSON an id may be escaped.
TEST(TextTarget, theMessageIsReadAsJsonSaysIt) {
    Alert alert;
    alert.message = alertMessage("q\"uote");
    const auto found = targetOf(alertToSnsJson(alert), [](const std::string& id) {
        return id == "q\"uote" ? std::optional(Phase::failed) : std::nullopt;
    });
    EXPECT_EQ(found.deviceId, "q\"uote");
}

TEST(TextTarget, aLinkIsItsDeviceAndEachIdHasOne) {
    expectDevice("drydock://device/3hwC2y7");
    expectDevice("DRYDOCK://Device/3hwC2y7");
    expectDevice("drydock://device/3hwC2y7?from=mail");
    EXPECT_EQ(deviceLink("a b/c%d"), "drydock://device/a%20b%2Fc%25d");
    expectDevice(deviceLink("a b/c%d"), "a b/c%d");
}

TEST(TextTarget, aBadLinkSaysWhatIsWrongWithIt) {
    for (const char* bad :
         {"drydock://device/", "drydock://device/?x", "drydock://firmware/x.zip", "drydock:3hwC2y7",
          "drydock://device/%zz", "drydock://device/%4", "drydock://device/%00", "drydock://device/%FF%FE"}) {
        const TextTarget found = target(bad);
        EXPECT_EQ(found.kind, TextTarget::Kind::trouble) << bad;
        EXPECT_THAT(found.message, HasSubstr("leads nowhere"));
        EXPECT_EQ(brokenLink(bad), found.message);
    }
    EXPECT_EQ(target("drydock://device/" + std::string(129, 'a')).kind, TextTarget::Kind::trouble);
    EXPECT_EQ(brokenLink("drydock://device/unknown"), std::nullopt);
    EXPECT_EQ(brokenLink("no link"), std::nullopt);
}

TEST(TextTarget, aDeviceThatIsGoneIsNamed) {
    for (const std::string& text : {std::string("drydock://device/gone"), alertMessage("gone")}) {
        const TextTarget found = target(text);
        EXPECT_EQ(found.kind, TextTarget::Kind::trouble);
        EXPECT_EQ(found.deviceId, "gone");
        EXPECT_THAT(found.message, HasSubstr("no device gone"));
    }
}

TEST(TextTarget, anythingElseIsWordsToSearchFor) {
    for (const char* words : {"", "phase:failed AND retries:>=5", "{\"Message\":\"hello\"}", "[[[[[[[[[[[[[[[[[[]",
                              "Device exceeded retry limits twice.", "{", "}{", "Device a exceeded", "unknown-device"})
        EXPECT_EQ(target(words).kind, TextTarget::Kind::words) << words;
    EXPECT_EQ(target(std::string(100'000, '[')).kind, TextTarget::Kind::words);
}

TEST(TextTarget, onlyAFailedDeviceAsksForAnAction) {
    EXPECT_EQ(fittingAction(Phase::failed), ActionKind::release);
    EXPECT_EQ(fittingAction(Phase::failing), ActionKind::release);
    for (const Phase phase : {Phase::well, Phase::retrying, Phase::coolingOff})
        EXPECT_EQ(fittingAction(phase), std::nullopt);
    EXPECT_EQ(target("well").action, std::nullopt);
}

}  // namespace
}  // namespace drydock::fleet
