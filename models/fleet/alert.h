// Alerts: raised when a device lands in FailedToUpdate, then acknowledged and resolved by people.
// Source: the fleet's alert rules (topic, subject, message and deduplication as the cloud stack's SNS had them).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::fleet {

inline constexpr std::string_view kAlertTopic = "FailedFirmwareUpdate.fifo";
inline constexpr std::string_view kAlertTopicArn = "arn:aws:sns:local:000000000000:FailedFirmwareUpdate.fifo";
inline constexpr std::string_view kAlertSubject = "Firmware Update Failure Alert";
inline constexpr std::string_view kAlertGroup = "FirmwareUpdateFailure";
inline constexpr std::string_view kAlertMqttTopic = "alerts/FailedFirmwareUpdate";

enum class AlertState : std::uint8_t { open, acknowledged, resolved };
[[nodiscard]] const char* alertStateName(AlertState state);

// What became of posting the alert to the webhook. none: there was no webhook when it was raised, or it was not to go
// out again so soon.
enum class DeliveryState : std::uint8_t { none, pending, delivered, refused };
[[nodiscard]] const char* deliveryStateName(DeliveryState state);

struct Alert {
    std::string id;
    std::string deviceId;
    AlertState state = AlertState::open;
    std::int64_t raisedMs = 0;
    std::string message;
    std::string deduplicationId;  // MD5 of the message, hex
    bool deduplicated = false;    // the same went out less than the time of deduplication before, so this did not
    std::string acknowledgedBy;
    std::int64_t acknowledgedMs = 0;
    std::string resolvedBy;  // who or what
    std::int64_t resolvedMs = 0;
    DeliveryState delivery = DeliveryState::none;
    std::int64_t deliveredMs = 0;
    std::string deliveryRefusal;  // why it was given up
};

// What an alert says of a device's way to FailedToUpdate: these words lie between "Device <id>" and the rest.
inline constexpr std::string_view kExceededLimits = " exceeded retry limits";
inline constexpr std::string_view kMovedByHand = " was moved to FailedToUpdate";

// "Device <id> exceeded retry limits twice. Manual intervention required."
[[nodiscard]] std::string alertMessage(std::string_view deviceId);
// "Device <id> was moved to FailedToUpdate by <who>. Manual intervention required.": of the limits it knows nothing.
[[nodiscard]] std::string alertMessageByHand(std::string_view deviceId, std::string_view who);

// A UUID made of what the alert is, so that each telling of it has the same and no other alert has.
[[nodiscard]] std::string alertMessageId(const Alert& alert);

// What is published, posted and copied: the body of an HTTP notification of Amazon SNS, without the fields about its
// signature (SignatureVersion, Signature, SigningCertURL) and UnsubscribeURL, as nothing here is signed by Amazon. Two
// fields more say what the message was published with: MessageGroupId and MessageDeduplicationId.
// Source: Amazon SNS developer guide, "HTTP/HTTPS notification JSON format".
[[nodiscard]] std::string alertToSnsJson(const Alert& alert);

}  // namespace drydock::fleet
