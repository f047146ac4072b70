#include "app/commands/point_in_time.h"

#include <chrono>
#include <optional>
#include <string>

namespace drydock::app {

using storage::ErrorCode;
using storage::Result;

namespace {

constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kMsPerMinute = 60 * kMsPerSecond;
constexpr std::size_t kMostSecondDigits = 12;  // far beyond the year 9999

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// Takes what it reads off the front of a text; what doesn't fit leaves nothing behind.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    // Exactly so many digits.
    std::optional<int> number(std::size_t digits) {
        if (digitCount() < digits) return std::nullopt;
        return static_cast<int>(take(digits));
    }
    std::optional<std::int64_t> seconds() {
        const std::size_t digits = digitCount();
        if (digits == 0 || digits > kMostSecondDigits) return std::nullopt;
        return take(digits);
    }
    bool skip(char c) {
        if (m_text.empty() || m_text.front() != c) return false;
        m_text.remove_prefix(1);
        return true;
    }
    // Milliseconds from what follows a point; none where there is no point.
    std::optional<std::int64_t> fractionMs() {
        if (!skip('.')) return 0;
        const std::size_t digits = digitCount();
        if (digits == 0) return std::nullopt;
        std::int64_t ms = 0;
        for (std::size_t i = 0; i < 3; ++i) ms = ms * 10 + (i < digits ? m_text[i] - '0' : 0);
        m_text.remove_prefix(digits);
        return ms;
    }
    // "Z" or an offset.
    std::optional<std::int64_t> zoneMs() {
        if (skip('Z')) return 0;
        const bool east = skip('+');
        if (!east && !skip('-')) return std::nullopt;
        const auto hours = number(2);
        skip(':');
        const auto minutes = number(2);
        if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
        return (east ? 1 : -1) * (*hours * 60 + *minutes) * kMsPerMinute;
    }
    [[nodiscard]] bool ended() const { return m_text.empty(); }

private:
    [[nodiscard]] std::size_t digitCount() const {
        std::size_t count = 0;
        while (count < m_text.size() && isDigit(m_text[count])) ++count;
        return count;
    }
    std::int64_t take(std::size_t digits) {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (m_text[i] - '0');
        m_text.remove_prefix(digits);
        return value;
    }

    std::string_view m_text;
};

std::optional<std::int64_t> dateMs(Scanner& scanner) {
    const auto year = scanner.number(4);
    const bool separated = scanner.skip('-');
    const auto month = scanner.number(2);
    if (!separated || !scanner.skip('-')) return std::nullopt;
    const auto day = scanner.number(2);
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::milliseconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

std::optional<std::int64_t> timeOfDayMs(Scanner& scanner) {
    const auto hours = scanner.number(2);
    if (!scanner.skip(':')) return std::nullopt;
    const auto minutes = scanner.number(2);
    if (!scanner.skip(':')) return std::nullopt;
    const auto seconds = scanner.number(2);
    const auto fraction = scanner.fractionMs();
    if (!hours || !minutes || !seconds || !fraction || *hours > 23 || *minutes > 59 || *seconds > 59) {
        return std::nullopt;
    }
    return (*hours * 60 + *minutes) * kMsPerMinute + *seconds * kMsPerSecond + *fraction;
}

std::optional<std::int64_t> isoMs(std::string_view text) {
    Scanner scanner(text);
    const auto date = dateMs(scanner);
    if (!date || !scanner.skip('T')) return std::nullopt;
    const auto time = timeOfDayMs(scanner);
    const auto zone = scanner.zoneMs();
    if (!time || !zone || !scanner.ended()) return std::nullopt;
    return *date + *time - *zone;
}

std::optional<std::int64_t> epochMs(std::string_view text) {
    Scanner scanner(text);
    const auto seconds = scanner.seconds();
    const auto fraction = scanner.fractionMs();
    if (!seconds || !fraction || !scanner.ended()) return std::nullopt;
    return *seconds * kMsPerSecond + *fraction;
}

}  // namespace

Result<std::int64_t> parsePointInTime(std::string_view text) {
    std::optional<std::int64_t> ms = epochMs(text);
    if (!ms) ms = isoMs(text);
    if (ms && *ms >= 0) return *ms;
    return fail(ErrorCode::validation,
                "\"" + std::string(text) +
                    "\" is no point in time; write one like 2026-03-24T22:43:28Z, or seconds since the epoch");
}

}  // namespace drydock::app
