#include "storage/api/throughput_request.h"

#include <nlohmann/json.hpp>

#include "storage/api/arguments.h"

namespace drydock::storage::api {

using nlohmann::json;

std::optional<Throughput> throughputIn(const json& object, std::string_view member) {
    const json* throughput = find(object, member);
    if (throughput == nullptr) return std::nullopt;
    return Throughput{integer(*throughput, "ReadCapacityUnits").value_or(0),
                      integer(*throughput, "WriteCapacityUnits").value_or(0)};
}

Result<void> checkBounds(const std::optional<Throughput>& throughput) {
    if (!throughput) return {};
    if (throughput->read > kMostUnits) {
        return invalid("Given value " + std::to_string(throughput->read) + " for ReadCapacityUnits is out of bounds");
    }
    if (throughput->write > kMostUnits) {
        return invalid("Given value " + std::to_string(throughput->write) + " for WriteCapacityUnits is out of bounds");
    }
    return {};
}

std::optional<Throughput> onDemandIn(const json& body) {
    const json* limits = find(body, "OnDemandThroughput");
    if (limits == nullptr) return std::nullopt;
    return Throughput{integer(*limits, "MaxReadRequestUnits").value_or(-1),
                      integer(*limits, "MaxWriteRequestUnits").value_or(-1)};
}

Result<void> checkOnDemand(const std::optional<Throughput>& limits, bool onDemand) {
    if (!limits) return {};
    for (const auto& [name, units] : {std::pair("Read", limits->read), std::pair("Write", limits->write)}) {
        const std::string member = std::string("Max") + name + "RequestUnits for OnDemandThroughput ";
        if (!onDemand) {
            return invalidParameter(member + "cannot be specified when the table BillingMode is PROVISIONED");
        }
        if (units < 1 && units != -1)
            return invalidParameter("Requested " + member + "for table is outside of valid range");
    }
    return {};
}

Result<void> checkChange(const std::string& what, const Throughput& from, const Throughput& to) {
    if (from != to) return {};
    return invalid(
        "The provisioned throughput for " + what +
        " will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for " +
        what + ": " + std::to_string(from.read) + ". Requested ReadCapacityUnits: " + std::to_string(to.read) +
        ". Current WriteCapacityUnits provisioned for " + what + ": " + std::to_string(from.write) +
        ". Requested WriteCapacityUnits: " + std::to_string(to.write) +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.");
}

WarmFloor initialFloor(const std::optional<Throughput>& provisioned) {
    const Throughput units = warmThroughputOf(std::nullopt, provisioned);
    if (provisioned) {
        return {units, "ReadCapacityUnits of ProvisionedThroughput", "WriteCapacityUnits of ProvisionedThroughput"};
    }
    constexpr const char* kInitial =
        "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
        "on-demand-capacity-mode.html#on-demand-capacity-mode-initial";
    return {units, kInitial, kInitial};
}

WarmFloor currentFloor(const std::optional<Throughput>& asked, const std::optional<Throughput>& provisioned) {
    constexpr const char* kCurrent = "current WarmThroughput, decreasing WarmThroughput is not supported";
    return {warmThroughputOf(asked, provisioned), kCurrent, kCurrent};
}

Result<std::optional<Throughput>> warmThroughputIn(const json& object, const WarmFloor& floor,
                                                   const std::string& what) {
    const json* wanted = find(object, "WarmThroughput");
    if (wanted == nullptr) return std::nullopt;
    const Throughput units{integer(*wanted, "ReadUnitsPerSecond").value_or(floor.units.read),
                           integer(*wanted, "WriteUnitsPerSecond").value_or(floor.units.write)};
    const auto tooLow = [&](const char* unit, const char* least) {
        return invalidParameter(std::string("Requested ") + unit + "UnitsPerSecond for WarmThroughput for " + what +
                                " is lower than " + least);
    };
    if (units.read < floor.units.read) return tooLow("Read", floor.read);
    if (units.write < floor.units.write) return tooLow("Write", floor.write);
    return units;
}

}  // namespace drydock::storage::api
