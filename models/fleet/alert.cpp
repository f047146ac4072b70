#include "models/fleet/alert.h"

#include <nlohmann/json.hpp>

#include "models/fleet/digest.h"
#include "models/fleet/text.h"

namespace drydock::fleet {
namespace {

std::string messageOf(std::string_view deviceId, std::string_view what, std::string_view how) {
    std::string message = "Device ";
    message.append(deviceId).append(what).append(" ").append(how).append(". Manual intervention required.");
    return message;
}

}  // namespace

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

const char* deliveryStateName(DeliveryState state) {
    switch (state) {
        case DeliveryState::none:
            return "none";
        case DeliveryState::pending:
            return "pending";
        case DeliveryState::delivered:
            return "delivered";
        case DeliveryState::refused:
            break;
    }
    return "refused";
}

std::string alertMessage(std::string_view deviceId) {
    return messageOf(deviceId, kExceededLimits, "twice");
}

std::string alertMessageByHand(std::string_view deviceId, std::string_view who) {
    return messageOf(deviceId, kMovedByHand, "by " + std::string(who));
}

std::string alertMessageId(const Alert& alert) {
    std::string uuid = md5Hex(alert.id + '\n' + std::to_string(alert.raisedMs) + '\n' + alert.message);
    // A name-based UUID (version 3, RFC 9562), which is what an MD5 may stand for.
    uuid[12] = '3';
    uuid[16] = '8';
    for (const std::size_t place : {8U, 13U, 18U, 23U}) uuid.insert(place, 1, '-');
    return uuid;
}

std::string alertToSnsJson(const Alert& alert) {
    const auto attribute = [](const std::string& value) {
        return nlohmann::json{{"Type", "String"}, {"Value", value}};
    };
    const nlohmann::json json = {
        {"Type", "Notification"},
        {"MessageId", alertMessageId(alert)},
        {"TopicArn", kAlertTopicArn},
        {"Subject", kAlertSubject},
        {"Message", alert.message},
        {"Timestamp", isoTime(alert.raisedMs)},
        {"MessageGroupId", kAlertGroup},
        {"MessageDeduplicationId", alert.deduplicationId},
        {"MessageAttributes", {{"alertId", attribute(alert.id)}, {"deviceId", attribute(alert.deviceId)}}},
    };
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace drydock::fleet
