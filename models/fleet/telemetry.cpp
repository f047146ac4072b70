#include "models/fleet/telemetry.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/fleet/retry_cycle.h"
#include "models/fleet/text.h"
#include "storage/value/json.h"
#include "storage/value/utf8.h"

namespace drydock::fleet {
namespace {

using storage::AttributeValue;
using storage::ErrorCode;
using storage::Item;
using storage::Number;

// These become parts of table keys, whose length is bounded.
constexpr std::size_t kMaxKeyTextBytes = 256;

tl::unexpected<storage::Error> bad(std::string_view field, std::string_view what) {
    std::string reason(field);
    reason += ": ";
    reason += what;
    return storage::fail(ErrorCode::validation, std::move(reason));
}

bool hasControlCharacter(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7F) return true;
        // U+0080 to U+009F, the second block of controls.
        if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
    }
    return false;
}

// Moves the string out of `item`; empty when absent.
Result<std::string> takeString(Item& item, std::string_view field, bool required) {
    AttributeValue* value = item.find(field);
    if (value == nullptr) {
        if (required) return bad(field, "missing");
        return std::string();
    }
    auto* text = value->as<std::string>();
    if (text == nullptr) return bad(field, "not a string");
    if (required && text->empty()) return bad(field, "empty");
    std::string taken = std::move(*text);
    item.erase(field);
    return taken;
}

Result<std::string> takeKeyText(Item& item, std::string_view field, bool required) {
    DRYDOCK_ASSIGN(std::string text, takeString(item, field, required));
    if (text.size() > kMaxKeyTextBytes) return bad(field, "longer than 256 bytes");
    return text;
}

Result<std::int64_t> takeTimestamp(Item& item) {
    constexpr std::string_view field = "timestamp";
    constexpr const char* notWhole = "not a whole number of milliseconds";
    const AttributeValue* value = item.find(field);
    if (value == nullptr) return bad(field, "missing");
    std::int64_t timestampMs = 0;
    if (const auto* text = value->as<std::string>()) {
        const char* end = text->data() + text->size();
        const auto [stop, error] = std::from_chars(text->data(), end, timestampMs);
        if (error == std::errc::result_out_of_range) return bad(field, "past the year 9999");
        if (error != std::errc() || stop != end) return bad(field, notWhole);
    } else if (const auto* number = value->as<Number>()) {
        const auto whole = number->toInt64();
        if (!whole) return bad(field, notWhole);
        timestampMs = *whole;
    } else {
        return bad(field, "neither a string nor a number");
    }
    if (timestampMs < 0) return bad(field, "before 1970");
    if (timestampMs > kMaxTimestampMs) return bad(field, "past the year 9999");
    item.erase(field);
    return timestampMs;
}

// "128 KB", or where it is no whole number of those, "1000 bytes".
std::string sizeText(std::int64_t bytes) {
    return bytes % 1024 == 0 ? std::to_string(bytes / 1024) + " KB" : std::to_string(bytes) + " bytes";
}

Result<Item> parseObject(std::string_view payload, const MessageLimits& limits) {
    if (payload.size() > static_cast<std::size_t>(limits.payloadBytes))
        return bad("payload", "over " + sizeText(limits.payloadBytes));
    auto item = storage::itemFromPlainJson(payload, limits.depth);
    if (!item) return bad("payload", item.error().message);
    return item;
}

}  // namespace

Result<Telemetry> decodeTelemetry(std::string_view payload, const MessageLimits& limits) {
    DRYDOCK_ASSIGN(Item item, parseObject(payload, limits));
    Telemetry telemetry;
    DRYDOCK_ASSIGN(telemetry.deviceId, takeString(item, "_id_", true));
    if (telemetry.deviceId.size() > static_cast<std::size_t>(limits.idBytes))
        return bad("_id_", "longer than " + std::to_string(limits.idBytes) + " bytes");
    if (hasControlCharacter(telemetry.deviceId)) return bad("_id_", "contains a control character");
    DRYDOCK_ASSIGN(telemetry.timestampMs, takeTimestamp(item));
    DRYDOCK_ASSIGN(telemetry.status, takeKeyText(item, "status", true));
    const bool failed = telemetry.status == kFailedStatus;
    DRYDOCK_ASSIGN(telemetry.model, takeKeyText(item, "model", failed));
    DRYDOCK_ASSIGN(telemetry.fw, takeKeyText(item, "FW", failed));
    telemetry.values = std::move(item);
    return telemetry;
}

bool isDeviceId(std::string_view id) {
    return !id.empty() && id.size() <= kMaxDeviceIdBytes && storage::isValidUtf8(id) && !hasControlCharacter(id);
}

std::string messageKey(std::int64_t timestampMs, std::string_view status) {
    std::string key = zeroPadded(timestampMs);
    key += '#';
    key += status;
    return key;
}

}  // namespace drydock::fleet
