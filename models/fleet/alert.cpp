#include "models/fleet/alert.h"

#include <nlohmann/json.hpp>

#include "models/fleet/text.h"

namespace drydock::fleet {

const char* alertStateName(AlertState state) {
    switch (state) {
        case AlertState::open:
            return "open";
        case AlertState::acknowledged:
            return "acknowledged";
        case AlertState::resolved:
            break;
    }
    return "resolved";
}

std::string alertMessage(std::string_view deviceId) {
    std::string message = "Device ";
    message += deviceId;
    message += " exceeded retry limits twice. Manual intervention required.";
    return message;
}

std::string alertToSnsJson(const Alert& alert) {
    const nlohmann::json json = {
        {"Type", "Notification"},
        {"MessageId", alert.id},
        {"TopicArn", "arn:aws:sns:local:000000000000:" + std::string(kAlertTopic)},
        {"Subject", kAlertSubject},
        {"Message", alert.message},
        {"Timestamp", isoTime(alert.raisedMs)},
        {"MessageGroupId", kAlertGroup},
        {"MessageDeduplicationId", alert.deduplicationId},
        {"MessageAttributes", {{"deviceId", {{"Type", "String"}, {"Value", alert.deviceId}}}}},
    };
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace drydock::fleet
