// Alerts: raised when a device lands in FailedToUpdate, then acknowledged and resolved by people.
// Source: the fleet's alert rules (topic, subject, message and deduplication as the cloud stack's SNS had them).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock::fleet {

inline constexpr std::string_view kAlertTopic = "FailedFirmwareUpdate.fifo";
inline constexpr std::string_view kAlertSubject = "Firmware Update Failure Alert";
inline constexpr std::string_view kAlertGroup = "FirmwareUpdateFailure";
inline constexpr std::string_view kAlertMqttTopic = "alerts/FailedFirmwareUpdate";
inline constexpr std::int64_t kAlertDeduplicationMs = 5LL * 60 * 1000;

enum class AlertState : std::uint8_t { open, acknowledged, resolved };
[[nodiscard]] const char* alertStateName(AlertState state);

struct Alert {
    std::string id;
    std::string deviceId;
    AlertState state = AlertState::open;
    std::int64_t raisedMs = 0;
    std::string message;
    std::string deduplicationId;  // MD5 of the message, hex
    std::string acknowledgedBy;
    std::int64_t acknowledgedMs = 0;
    std::string resolvedBy;  // who or what
    std::int64_t resolvedMs = 0;
};

// "Device <id> exceeded retry limits twice. Manual intervention required."
[[nodiscard]] std::string alertMessage(std::string_view deviceId);

// The SNS-style JSON that is published and copied.
[[nodiscard]] std::string alertToSnsJson(const Alert& alert);

}  // namespace drydock::fleet
