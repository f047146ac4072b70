// Telemetry: what a device's message says, decoded and checked.
//
// Source: the fleet's payload rules — a JSON object with `_id_`, `timestamp` (ms, string or number), `status`, and
// `model` and `FW` where the status is "failed"; anything else is kept as values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/base/result.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

using storage::Result;

// The most there may be: what is taken further on (the link, keys, nested attributes) reckons with these.
inline constexpr std::size_t kMaxPayloadBytes = 128 * 1024;
inline constexpr std::size_t kMaxDeviceIdBytes = 128;
inline constexpr int kMaxPayloadDepth = 32;
inline constexpr std::int64_t kMaxTimestampMs = 253'402'300'799'999;  // the end of the year 9999

// What a message may be.
struct MessageLimits {
    std::int64_t payloadBytes = kMaxPayloadBytes;
    std::int64_t idBytes = kMaxDeviceIdBytes;
    int depth = kMaxPayloadDepth;
};

// As it came from the broker. Its position in the journal is what makes it exactly-once.
struct RawMessage {
    std::string topic;
    std::string payload;
    std::int64_t arrivedMs = 0;  // our wall clock at arrival
};

struct Telemetry {
    std::string deviceId;
    std::int64_t timestampMs = 0;  // the device's clock: tells messages apart, orders nothing
    std::string status;
    std::string model;     // empty when not reported
    std::string fw;        // empty when not reported
    storage::Item values;  // every other field
};

// ErrorCode::validation with the reason as a person reads it in the quarantine, e.g. "timestamp: not a whole number
// of milliseconds".
[[nodiscard]] Result<Telemetry> decodeTelemetry(std::string_view payload, const MessageLimits& limits = {});

// Whether a device may be called this: 1 to 128 bytes of UTF-8 without control characters.
[[nodiscard]] bool isDeviceId(std::string_view id);

// The identity of a message within its device: timestamp and status. Sorts by timestamp.
[[nodiscard]] std::string messageKey(std::int64_t timestampMs, std::string_view status);

}  // namespace drydock::fleet
