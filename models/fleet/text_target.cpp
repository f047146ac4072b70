#include "models/fleet/text_target.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/fleet/alert.h"
#include "models/fleet/telemetry.h"
#include "storage/value/utf8.h"

namespace drydock::fleet {
namespace {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;

constexpr std::string_view kScheme = "drydock:";
constexpr std::string_view kDeviceLink = "drydock://device/";
constexpr std::string_view kBefore = "Device ";
constexpr std::string_view kAfter[] = {kExceededLimits, kMovedByHand};
// A text in a text in a text: SNS in SQS in an event.
constexpr int kMaxNesting = 8;
constexpr std::size_t kMaxText = 1'000'000;

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
               return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
           });
}

// Blanks and line breaks in a row as one blank.
std::string flattened(std::string_view text) {
    std::string flat;
    for (const char c : text) {
        if (!isBlank(c)) {
            flat += c;
        } else if (!flat.empty() && flat.back() != ' ') {
            flat += ' ';
        }
    }
    return flat;
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Result<std::string> percentDecoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
        if (high < 0 || low < 0)
            return storage::fail(ErrorCode::validation, "A % in it is not followed by two hex digits.");
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

Result<std::string> deviceOfLink(std::string_view link) {
    if (!startsWith(link, kDeviceLink))
        return storage::fail(ErrorCode::validation, "Links of Drydock are drydock://device/<device id>.");
    const std::string_view path = link.substr(kDeviceLink.size());
    DRYDOCK_ASSIGN(std::string id, percentDecoded(path.substr(0, path.find_first_of("?#"))));
    if (id.empty()) return storage::fail(ErrorCode::validation, "It names no device.");
    if (!isDeviceId(id)) return storage::fail(ErrorCode::validation, "What it names can't be a device id.");
    return id;
}

// The ids an alert's message may mean, the likeliest first: an id may hold blanks, and even the word before it.
std::vector<std::string> devicesOfMessage(std::string_view text) {
    std::vector<std::string> ids;
    const std::string flat = flattened(text);
    std::size_t end = std::string::npos;
    for (const std::string_view words : kAfter) end = std::min(end, flat.find(words));
    if (end == std::string::npos) return ids;
    for (std::size_t at = flat.rfind(kBefore, end); at != std::string::npos; at = flat.rfind(kBefore, at - 1)) {
        const std::size_t begin = at + kBefore.size();
        if (begin < end && isDeviceId(std::string_view(flat).substr(begin, end - begin)))
            ids.push_back(flat.substr(begin, end - begin));
        if (at == 0 || end - begin > kMaxDeviceIdBytes) break;
    }
    return ids;
}

void collect(const json& value, int nesting, std::vector<std::string>& ids);

// JSON where the text has some, else the message in its words.
void collectFrom(std::string_view text, int nesting, std::vector<std::string>& ids) {
    const std::size_t begin = text.find_first_of("{[");
    const std::size_t end = text.find_last_of("}]");
    if (nesting < kMaxNesting && begin != std::string_view::npos && end != std::string_view::npos && begin < end) {
        const json parsed = json::parse(text.substr(begin, end - begin + 1), nullptr, false);
        if (parsed.is_structured()) collect(parsed, nesting + 1, ids);
        if (!ids.empty()) return;
    }
    for (std::string& id : devicesOfMessage(text)) ids.push_back(std::move(id));
}

// Every text in it may be the message, or hold it.
void collect(const json& value, int nesting, std::vector<std::string>& ids) {
    if (value.is_string()) return collectFrom(value.get_ref<const std::string&>(), nesting, ids);
    if (!value.is_structured() || nesting > kMaxNesting) return;
    for (const json& member : value) {
        collect(member, nesting + 1, ids);
        if (!ids.empty()) return;
    }
}

TextTarget toDevice(std::string id, const std::optional<Phase>& phase) {
    if (!phase) {
        std::string message = "There is no device " + id + " in the registry. It may have been deleted since.";
        return {TextTarget::Kind::trouble, std::move(id), {}, std::move(message)};
    }
    return {TextTarget::Kind::device, std::move(id), fittingAction(*phase), {}};
}

}  // namespace

std::optional<ActionKind> fittingAction(Phase phase) {
    switch (phase) {
        case Phase::failed:
        case Phase::failing:
            return ActionKind::release;
        case Phase::well:
        case Phase::retrying:
        case Phase::coolingOff:
            break;
    }
    return std::nullopt;
}

std::string deviceLink(std::string_view deviceId) {
    std::string link(kDeviceLink);
    for (const char c : deviceId) {
        const auto byte = static_cast<unsigned char>(c);
        // Unreserved characters, RFC 3986.
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
            link += c;
            continue;
        }
        std::array<char, 4> encoded{};
        std::snprintf(encoded.data(), encoded.size(), "%%%02X", byte);
        link += encoded.data();
    }
    return link;
}

std::optional<std::string> brokenLink(std::string_view text) {
    const std::string_view link = trimmed(text);
    if (!startsWith(link, kScheme)) return std::nullopt;
    const auto id = deviceOfLink(link);
    if (id) return std::nullopt;
    return "The link " + std::string(link.substr(0, 200)) + " leads nowhere. " + id.error().message;
}

TextTarget targetOf(std::string_view text, const FindPhase& findPhase) {
    const std::string_view wanted = trimmed(text.substr(0, kMaxText));
    if (auto broken = brokenLink(wanted)) return {TextTarget::Kind::trouble, {}, {}, std::move(*broken)};
    if (startsWith(wanted, kScheme)) {
        std::string id = deviceOfLink(wanted).value();
        const auto phase = findPhase(id);
        return toDevice(std::move(id), phase);
    }
    const std::string whole(wanted);
    if (const auto phase = findPhase(whole)) return toDevice(whole, phase);

    std::vector<std::string> ids;
    collectFrom(wanted, 0, ids);
    if (ids.empty()) return {};
    for (std::string& id : ids)
        if (const auto phase = findPhase(id)) return toDevice(std::move(id), phase);
    return toDevice(std::move(ids.front()), std::nullopt);
}

}  // namespace drydock::fleet
