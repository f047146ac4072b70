#include "storage/value/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace drydock::storage {
namespace {

// The exponent of the first significant digit lies between these, ends included.
constexpr int kMinMagnitude = -130;
constexpr int kMaxMagnitude = 125;

constexpr const char* kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr const char* kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr const char* kTooManyDigits = "Attempting to store more than 38 significant digits in a Number";

// 10^0 … 10^38: all the powers that fit into 128 bits.
constexpr std::array<Uint128, 39> makePowers() {
    std::array<Uint128, 39> powers{};
    Uint128 power = 1;
    for (std::size_t i = 0; i < powers.size(); ++i) {
        powers[i] = power;
        if (i + 1 < powers.size()) power *= 10;
    }
    return powers;
}
constexpr std::array<Uint128, 39> kPowersOfTen = makePowers();

int digitCount(Uint128 value) {
    return static_cast<int>(std::upper_bound(kPowersOfTen.begin(), kPowersOfTen.end(), value) - kPowersOfTen.begin());
}

// Strips trailing zeros of a value that is not zero; returns how many.
template <class Integer>
int stripZeros(Integer& value) {
    int count = 0;
    while (value % 10 == 0) {
        value /= 10;
        ++count;
    }
    return count;
}

// The decimal digits of a coefficient.
class Digits {
public:
    explicit Digits(Uint128 value) {
        // Division of 64 bits is several times as fast, and nearly always enough.
        for (; value > std::numeric_limits<std::uint64_t>::max(); value /= 10) put(static_cast<unsigned>(value % 10));
        auto rest = static_cast<std::uint64_t>(value);
        do {
            put(static_cast<unsigned>(rest % 10));
            rest /= 10;
        } while (rest != 0);
    }
    [[nodiscard]] std::string_view text() const { return {m_buffer.data() + m_at, m_buffer.size() - m_at}; }

private:
    void put(unsigned digit) { m_buffer[--m_at] = static_cast<char>('0' + digit); }

    std::array<char, 40> m_buffer{};
    std::size_t m_at = m_buffer.size();
};

tl::unexpected<Error> notNumeric(std::string_view text) {
    return fail(ErrorCode::validation, "The parameter cannot be converted to a numeric value: " + std::string(text));
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// The digits of a decimal text without its zeros at both ends, and the exponent of the last one kept.
struct Mantissa {
    Uint128 coefficient = 0;
    int digits = 0;             // from the first to the last that is not zero, also beyond kMaxDigits
    std::int64_t exponent = 0;  // of the last significant digit
};

// Reads "123.45" from the front of `text` and advances it; false when there is no digit.
bool readMantissa(std::string_view& text, Mantissa& mantissa) {
    bool any = false;
    bool point = false;
    std::int64_t pendingZeros = 0;  // zeros that count only if another digit follows
    while (!text.empty() && (isDigit(text.front()) || (text.front() == '.' && !point))) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '.') {
            point = true;
            continue;
        }
        any = true;
        if (point) --mantissa.exponent;
        if (c == '0') {
            if (mantissa.digits != 0) ++pendingZeros;
            continue;
        }
        mantissa.digits = static_cast<int>(std::min<std::int64_t>(mantissa.digits + pendingZeros + 1, 1'000'000'000));
        if (mantissa.digits <= Number::kMaxDigits) {
            mantissa.coefficient *= kPowersOfTen[static_cast<std::size_t>(pendingZeros + 1)];
            mantissa.coefficient += static_cast<unsigned>(c - '0');
        }
        pendingZeros = 0;
    }
    mantissa.exponent += pendingZeros;
    return any;
}

// Reads "e-12" up to the end of `text`; false when it is none, or longer than an integer.
bool readExponent(std::string_view text, std::int64_t& exponent) {
    text.remove_prefix(1);
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    if (text.empty()) return false;
    if (!std::all_of(text.begin(), text.end(), isDigit)) return false;
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return false;
    exponent = negative ? -value : value;
    return true;
}

Result<void> checkRange(std::int64_t magnitude, int digits) {
    if (magnitude > kMaxMagnitude) return fail(ErrorCode::validation, kOverflow);
    if (magnitude < kMinMagnitude) return fail(ErrorCode::validation, kUnderflow);
    if (digits > Number::kMaxDigits) return fail(ErrorCode::validation, kTooManyDigits);
    return {};
}

// A sum that needs more digits than a number has counts as too large, not as badly written.
Result<Number> sumOf(bool negative, Uint128 coefficient, int exponent) {
    Uint128 significant = coefficient;
    if (significant != 0) stripZeros(significant);
    if (digitCount(significant) > Number::kMaxDigits) return fail(ErrorCode::validation, kOverflow);
    return Number::fromParts(negative, coefficient, exponent);
}

// Orders by magnitude two coefficients with their exponents, neither zero.
std::strong_ordering compareMagnitude(Uint128 a, int aExponent, Uint128 b, int bExponent) {
    const int aDigits = digitCount(a);
    const int bDigits = digitCount(b);
    if (const auto order = aDigits + aExponent <=> bDigits + bExponent; std::is_neq(order)) return order;
    // Same first position: align to the same number of digits, which is at most 38.
    if (aDigits < bDigits) a *= kPowersOfTen[static_cast<std::size_t>(bDigits - aDigits)];
    if (bDigits < aDigits) b *= kPowersOfTen[static_cast<std::size_t>(aDigits - bDigits)];
    if (a < b) return std::strong_ordering::less;
    return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

}  // namespace

Number::Number(std::int64_t value) : m_negative(value < 0) {
    // Negating in unsigned arithmetic also serves the smallest value.
    auto magnitude = static_cast<std::uint64_t>(value);
    if (m_negative) magnitude = 0 - magnitude;
    if (magnitude != 0) m_exponent = static_cast<std::int16_t>(stripZeros(magnitude));
    m_coefficient = magnitude;
}

Result<Number> Number::parse(std::string_view text) {
    std::string_view rest = text;
    Number result;
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
        result.m_negative = rest.front() == '-';
        rest.remove_prefix(1);
    }
    Mantissa mantissa;
    if (!readMantissa(rest, mantissa)) return notNumeric(text);
    std::int64_t exponent = 0;
    if (!rest.empty()) {
        if (rest.front() != 'e' && rest.front() != 'E') return notNumeric(text);
        if (!readExponent(rest, exponent)) return notNumeric(text);
    }
    // An exponent far out of range is cut, so that sums stay small.
    constexpr std::int64_t kFarOutOfRange = 1'000'000'000'000;
    exponent = std::clamp(exponent, -kFarOutOfRange, kFarOutOfRange);
    exponent += mantissa.exponent;
    // A zero, too, is judged by how it is written: as the one digit it has.
    DRYDOCK_TRY(checkRange(exponent + std::max(mantissa.digits, 1) - 1, mantissa.digits));
    if (mantissa.digits == 0) return Number();
    result.m_coefficient = mantissa.coefficient;
    result.m_exponent = static_cast<std::int16_t>(exponent);
    return result;
}

Result<Number> Number::fromParts(bool negative, Uint128 coefficient, int exponent) {
    Number result;
    if (coefficient == 0) return result;
    const std::int64_t normalExponent = std::int64_t{exponent} + stripZeros(coefficient);
    const int digits = digitCount(coefficient);
    DRYDOCK_TRY(checkRange(normalExponent + digits - 1, digits));
    result.m_negative = negative;
    result.m_coefficient = coefficient;
    result.m_exponent = static_cast<std::int16_t>(normalExponent);
    return result;
}

std::string Number::toString() const {
    std::string text;
    appendTo(text);
    return text;
}

void Number::appendTo(std::string& text) const {
    if (m_negative) text += '-';
    const Digits coefficient(m_coefficient);
    const std::string_view digits = coefficient.text();
    const int pointAt = static_cast<int>(digits.size()) + m_exponent;  // position of the point within the digits
    if (m_exponent >= 0) {
        text += digits;
        text.append(static_cast<std::size_t>(m_exponent), '0');
    } else if (pointAt > 0) {
        text += digits.substr(0, static_cast<std::size_t>(pointAt));
        text += '.';
        text += digits.substr(static_cast<std::size_t>(pointAt));
    } else {
        text += "0.";
        text.append(static_cast<std::size_t>(-pointAt), '0');
        text += digits;
    }
}

std::optional<std::int64_t> Number::toInt64() const {
    constexpr Uint128 kMax = std::numeric_limits<std::int64_t>::max();
    if (m_exponent < 0 || m_exponent > std::numeric_limits<std::int64_t>::digits10) return std::nullopt;
    if (m_coefficient > kMax + 1) return std::nullopt;
    const Uint128 magnitude = m_coefficient * kPowersOfTen[static_cast<std::size_t>(m_exponent)];
    if (magnitude > kMax + (m_negative ? 1 : 0)) return std::nullopt;
    const auto bits = static_cast<std::uint64_t>(magnitude);
    return static_cast<std::int64_t>(m_negative ? 0 - bits : bits);
}

int Number::digits() const {
    return digitCount(m_coefficient);
}

double Number::toDouble() const {
    std::string text = m_negative ? "-" : "";
    text += Digits(m_coefficient).text();
    text += 'e' + std::to_string(static_cast<int>(m_exponent));
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Result<Number> Number::add(const Number& a, const Number& b) {
    if (a.isZero()) return b;
    if (b.isZero()) return a;
    const Number& high = a.m_exponent >= b.m_exponent ? a : b;
    const Number& low = a.m_exponent >= b.m_exponent ? b : a;
    const int shift = high.m_exponent - low.m_exponent;
    // The sum's last digit stays where the lower one's is (it is not zero, and the higher one has a zero there), so an
    // aligned coefficient of over 39 digits leaves a sum of over 38.
    constexpr Uint128 kLargest = ~Uint128{0};
    const auto power = static_cast<std::size_t>(shift);
    if (power >= kPowersOfTen.size() || high.m_coefficient > kLargest / kPowersOfTen[power])
        return fail(ErrorCode::validation, kOverflow);
    const Uint128 aligned = high.m_coefficient * kPowersOfTen[power];
    if (high.m_negative == low.m_negative) {
        // Below 2^127 + 2^127 unless the aligned one has 39 digits, and then the sum has them too.
        if (aligned > kLargest - low.m_coefficient) return fail(ErrorCode::validation, kOverflow);
        return sumOf(high.m_negative, aligned + low.m_coefficient, low.m_exponent);
    }
    if (aligned >= low.m_coefficient) return sumOf(high.m_negative, aligned - low.m_coefficient, low.m_exponent);
    return sumOf(low.m_negative, low.m_coefficient - aligned, low.m_exponent);
}

Result<Number> Number::subtract(const Number& a, const Number& b) {
    Number negated = b;
    negated.m_negative = !b.m_negative && !b.isZero();
    return add(a, negated);
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
    if (a.isZero() || b.isZero() || a.m_negative != b.m_negative) {
        const auto sign = [](const Number& n) { return n.isZero() ? 0 : (n.m_negative ? -1 : 1); };
        return sign(a) <=> sign(b);
    }
    return a.m_negative ? compareMagnitude(b.m_coefficient, b.m_exponent, a.m_coefficient, a.m_exponent)
                        : compareMagnitude(a.m_coefficient, a.m_exponent, b.m_coefficient, b.m_exponent);
}

}  // namespace drydock::storage
