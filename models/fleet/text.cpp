#include "models/fleet/text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "storage/value/utf8.h"

namespace drydock::fleet {

std::string zeroPadded(std::int64_t value) {
    constexpr std::size_t digits = 15;
    std::string text = std::to_string(value);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return text;
}

std::string isoTime(std::int64_t wallMs) {
    std::int64_t seconds = wallMs / 1000;
    std::int64_t milliseconds = wallMs % 1000;
    if (milliseconds < 0) {
        milliseconds += 1000;
        --seconds;
    }
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    if (gmtime_r(&time, &parts) == nullptr) return std::to_string(wallMs);
    std::array<char, 64> buffer{};
    const std::size_t length = std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::string text(buffer.data(), length);
    std::snprintf(buffer.data(), buffer.size(), ".%03dZ", static_cast<int>(milliseconds));
    return text + buffer.data();
}

std::string validText(std::string text) {
    if (!storage::isValidUtf8(text)) {
        std::replace_if(
            text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    }
    return text;
}

std::string counted(std::uint64_t count, std::string_view singular) {
    std::string text = std::to_string(count);
    text += ' ';
    text += singular;
    if (count != 1) text += 's';
    return text;
}

std::string topicLevel(std::string_view id) {
    std::string level;
    for (const char c : id) {
        switch (c) {
            case '%':
                level += "%25";
                break;
            case '/':
                level += "%2F";
                break;
            case '+':
                level += "%2B";
                break;
            case '#':
                level += "%23";
                break;
            default:
                level += c;
        }
    }
    return level;
}

}  // namespace drydock::fleet
