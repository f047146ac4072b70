#include "models/fleet/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "models/fleet/duration.h"
#include "models/fleet/webhook_url.h"

namespace drydock::fleet {
namespace {

using storage::ErrorCode;
using storage::Result;

constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;
constexpr std::size_t kMaxStatuses = 50;
constexpr std::size_t kMaxStatusBytes = 128;
constexpr std::int64_t kSmallestBudget = 1'000'000;
constexpr std::int64_t kLargestBudget = 1'000'000'000'000'000;
constexpr auto kMostMessage = static_cast<std::int64_t>(kMaxPayloadBytes);

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

template <class Count>
bool setCount(Count& field, std::string_view text, std::int64_t largest) {
    const auto number = wholeNumber(text);
    if (!number || *number < 1 || *number > largest) return false;
    field = static_cast<Count>(*number);
    return true;
}

bool setFlag(bool& field, std::string_view text) {
    if (text != "yes" && text != "no") return false;
    field = text == "yes";
    return true;
}

std::string flagText(bool flag) {
    return flag ? "yes" : "no";
}

bool setMs(std::int64_t& ms, std::string_view text) {
    const auto duration = parseDuration(text);
    if (duration) ms = duration->count();
    return duration.has_value();
}

std::string msText(std::int64_t ms) {
    return formatDuration(std::chrono::milliseconds(ms));
}

bool setDays(std::int64_t& days, std::string_view text) {
    const auto duration = parseDuration(text);
    if (!duration || duration->count() % kDayMs != 0) return false;
    days = duration->count() / kDayMs;
    return true;
}

std::string daysText(std::int64_t days) {
    return std::to_string(days) + 'd';
}

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kByteUnits = {
    {{"B", 1}, {"kB", 1'000}, {"MB", 1'000'000}, {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000}}};

template <class Bytes>
bool setBytes(Bytes& bytes, std::string_view text, std::int64_t smallest, std::int64_t largest) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = wholeNumber(text.substr(0, digits));
    for (const auto& [unit, unitBytes] : kByteUnits) {
        if (!number || text.substr(digits) != unit || *number > largest / unitBytes) continue;
        if (*number * unitBytes < smallest) return false;
        bytes = static_cast<Bytes>(*number * unitBytes);
        return true;
    }
    return false;
}

std::string bytesText(std::int64_t bytes) {
    // The largest that goes in without a rest; nothing is no terabytes.
    const auto unit = std::find_if(kByteUnits.rbegin(), kByteUnits.rend(), [bytes](const auto& each) {
        return each.second == 1 || (bytes >= each.second && bytes % each.second == 0);
    });
    return std::to_string(bytes / unit->second).append(unit->first);
}

bool setStatuses(std::vector<std::string>& statuses, std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
        if (word.empty() || word.size() > kMaxStatusBytes || !plain || word == kFailedStatus) return false;
        words.emplace_back(word);
        begin = end + 1;
    }
    if (words.size() > kMaxStatuses) return false;
    statuses = std::move(words);
    return true;
}

std::string statusesText(const std::vector<std::string>& statuses) {
    std::string text;
    for (const std::string& each : statuses) text += (text.empty() ? "" : ",") + each;
    return text;
}

bool setWebhook(std::string& field, std::string_view text) {
    if (!text.empty() && !isWebhookUrl(text)) return false;
    field = text;
    return true;
}

constexpr std::string_view kAnyDuration = "a duration of at most 10 years, like 24h, 15m, 2s or 500ms";
constexpr std::string_view kAnyDays = "whole days, like 90d, at most 10 years";
constexpr std::string_view kYesOrNo = "yes or no";

using S = Settings;
using Text = std::string_view;
constexpr std::array<SettingDefinition, 25> kSettings = {{
    {"alerts.deduplication", "duration", "For so long after an alert went out, none with the same text does",
     kAnyDuration, [](S& s, Text t) { return setMs(s.alertDeduplicationMs, t); },
     [](const S& s) { return msText(s.alertDeduplicationMs); }},
    {"alerts.webhook", "URL", "Where each alert is posted as SNS-style JSON; empty: nowhere",
     "an https address, an http one of this machine (localhost, 127.0.0.1 or [::1]), or empty",
     [](S& s, Text t) { return setWebhook(s.webhook, t); }, [](const S& s) { return s.webhook; }},
    {"clock.jump", "duration", "A jump of this machine's clock forward by more is noted in the activity", kAnyDuration,
     [](S& s, Text t) { return setMs(s.clockJumpMs, t); }, [](const S& s) { return msText(s.clockJumpMs); }},
    {"clock.tolerance", "duration", "A device whose clock is off by more says so, from its next message on",
     kAnyDuration, [](S& s, Text t) { return setMs(s.clockToleranceMs, t); },
     [](const S& s) { return msText(s.clockToleranceMs); }},
    {"cycle.coolOff", "duration", "How long a device is left alone after a cycle", kAnyDuration,
     [](S& s, Text t) { return setMs(s.limits.coolOffMs, t); }, [](const S& s) { return msText(s.limits.coolOffMs); }},
    {"cycle.cycles", "count", "Cycles before a device has failed for good", "a whole number from 1 to 100",
     [](S& s, Text t) { return setCount(s.limits.cycles, t, 100); },
     [](const S& s) { return std::to_string(s.limits.cycles); }},
    {"cycle.groupMoveDelay", "duration", "How long after its last cycle a device joins FailedToUpdate", kAnyDuration,
     [](S& s, Text t) { return setMs(s.limits.groupMoveDelayMs, t); },
     [](const S& s) { return msText(s.limits.groupMoveDelayMs); }},
    {"cycle.retries", "count", "Failures that make a cycle", "a whole number from 1 to 1000",
     [](S& s, Text t) { return setCount(s.limits.retriesPerCycle, t, 1000); },
     [](const S& s) { return std::to_string(s.limits.retriesPerCycle); }},
    {"cycle.successEnds", "yes or no", "Whether a success status ends the cycle", kYesOrNo,
     [](S& s, Text t) { return setFlag(s.limits.successEndsCycle, t); },
     [](const S& s) { return flagText(s.limits.successEndsCycle); }},
    {"cycle.successStatuses", "words", "Statuses that say an update succeeded",
     "words with commas between them and no blanks, none of them failed",
     [](S& s, Text t) { return setStatuses(s.limits.successStatuses, t); },
     [](const S& s) { return statusesText(s.limits.successStatuses); }},
    {"firmware.maxFiles", "count", "Files that a package may hold", "a whole number from 1 to 65535",
     [](S& s, Text t) { return setCount(s.packages.files, t, 65'535); },
     [](const S& s) { return std::to_string(s.packages.files); }},
    {"firmware.maxRatio", "count", "How many times its size a package may unpack to", "a whole number from 1 to 10000",
     [](S& s, Text t) { return setCount(s.packages.ratio, t, 10'000); },
     [](const S& s) { return std::to_string(s.packages.ratio); }},
    {"firmware.maxUnpacked", "bytes", "How much a package may unpack to",
     "a size from 1kB to 100GB, like 500MB or 1073741824B",
     [](S& s, Text t) { return setBytes(s.packages.unpackedBytes, t, 1'000, 100'000'000'000); },
     [](const S& s) { return bytesText(static_cast<std::int64_t>(s.packages.unpackedBytes)); }},
    {"firmware.releaseDevelopment", "yes or no", "Whether the development build 9999.99.99 may be released", kYesOrNo,
     [](S& s, Text t) { return setFlag(s.allowDevelopmentRelease, t); },
     [](const S& s) { return flagText(s.allowDevelopmentRelease); }},
    {"keep.firmware", "duration", "How long records of deleted and revoked firmware are kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.firmwareDays, t); },
     [](const S& s) { return daysText(s.keeping.firmwareDays); }},
    {"keep.history", "duration", "How long the history of devices is kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.historyDays, t); },
     [](const S& s) { return daysText(s.keeping.historyDays); }},
    {"keep.quarantine", "duration", "How long messages that can't be used are kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.quarantineDays, t); },
     [](const S& s) { return daysText(s.keeping.quarantineDays); }},
    {"keep.quarantinedBytes", "bytes", "How much is kept of a message that can't be used, from its start",
     "a size from 1B to 131072B, like 4096B",
     [](S& s, Text t) { return setBytes(s.quarantinedBytes, t, 1, kMostMessage); },
     [](const S& s) { return bytesText(s.quarantinedBytes); }},
    {"keep.resolvedAlerts", "duration", "How long resolved alerts are kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.resolvedAlertDays, t); },
     [](const S& s) { return daysText(s.keeping.resolvedAlertDays); }},
    {"keep.revokedFiles", "duration", "How long the published files of revoked firmware are kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.revokedFilesDays, t); },
     [](const S& s) { return daysText(s.keeping.revokedFilesDays); }},
    {"keep.telemetry", "duration", "How long messages that can't move the cycle are kept", kAnyDays,
     [](S& s, Text t) { return setDays(s.keeping.telemetryDays, t); },
     [](const S& s) { return daysText(s.keeping.telemetryDays); }},
    {"message.maxDepth", "count", "How deep a message may be nested", "a whole number from 1 to 32",
     [](S& s, Text t) { return setCount(s.messages.depth, t, kMaxPayloadDepth); },
     [](const S& s) { return std::to_string(s.messages.depth); }},
    {"message.maxId", "count", "Bytes that a device's id may have", "a whole number from 1 to 128",
     [](S& s, Text t) { return setCount(s.messages.idBytes, t, kMaxDeviceIdBytes); },
     [](const S& s) { return std::to_string(s.messages.idBytes); }},
    {"message.maxSize", "bytes", "How large a message may be", "a size from 1B to 131072B, like 64kB",
     [](S& s, Text t) { return setBytes(s.messages.payloadBytes, t, 1, kMostMessage); },
     [](const S& s) { return bytesText(s.messages.payloadBytes); }},
    {"store.budget", "bytes",
     "How large the tables may grow before the oldest telemetry, then the oldest history, is removed",
     "a size from 1MB to 1000TB, like 20GB",
     [](S& s, Text t) { return setBytes(s.budgetBytes, t, kSmallestBudget, kLargestBudget); },
     [](const S& s) { return bytesText(s.budgetBytes); }},
}};

}  // namespace

std::span<const SettingDefinition> settingDefinitions() {
    return kSettings;
}

Result<const SettingDefinition*> findSetting(std::string_view name) {
    const auto* const found = std::find_if(kSettings.begin(), kSettings.end(),
                                           [name](const SettingDefinition& each) { return each.name == name; });
    if (found != kSettings.end()) return found;
    std::string message = "There is no setting \"" + std::string(name) + "\"; there are";
    for (const SettingDefinition& each : kSettings) message.append(" ").append(each.name);
    return storage::fail(ErrorCode::validation, message + '.');
}

Result<void> applySetting(const SettingDefinition& definition, Settings& settings, std::string_view text) {
    if (definition.set(settings, text)) return {};
    return storage::fail(ErrorCode::validation, std::string(definition.name) + " can't be \"" + std::string(text) +
                                                    "\": allowed is " + std::string(definition.allowed) + '.');
}

}  // namespace drydock::fleet
