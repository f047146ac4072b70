#include "storage/value/key_codec.h"

#include <array>

#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

enum Tag : std::uint8_t { kTagNumber = 0x10, kTagString = 0x20, kTagBinary = 0x30 };

// Text and binary: a zero byte is followed by kEscape, the end is a zero byte and kEnd; so the end sorts before any
// byte that could go on.
constexpr std::uint8_t kEscape = 0xFF;
constexpr std::uint8_t kEnd = 0x01;

// Numbers: the sign, the exponent of the first digit, two digits a byte plus one, a zero byte. All that follows the
// sign is complemented in negative numbers, so that larger magnitudes come first.
constexpr std::uint8_t kNegative = 0x01;
constexpr std::uint8_t kZero = 0x02;
constexpr std::uint8_t kPositive = 0x03;
constexpr int kExponentBias = 130;
constexpr int kMaxPairs = (Number::kMaxDigits + 1) / 2;

void putByte(std::uint8_t byte, std::string& out) {
    out.push_back(static_cast<char>(byte));
}

template <class Bytes>
void putEscaped(const Bytes& bytes, std::string& out) {
    for (const auto byte : bytes) {
        out.push_back(static_cast<char>(byte));
        if (byte == 0) putByte(kEscape, out);
    }
}

void putTerminator(std::string& out) {
    putByte(0, out);
    putByte(kEnd, out);
}

void putNumber(const Number& number, std::string& out) {
    if (number.isZero()) return putByte(kZero, out);
    putByte(number.negative() ? kNegative : kPositive, out);
    std::array<std::uint8_t, Number::kMaxDigits + 1> digits{};  // one spare: an odd count is padded with a zero
    std::size_t count = 0;
    for (Uint128 rest = number.coefficient(); rest != 0; rest /= 10) ++count;
    std::size_t at = count;
    for (Uint128 rest = number.coefficient(); rest != 0; rest /= 10)
        digits[--at] = static_cast<std::uint8_t>(rest % 10);
    const std::uint8_t complement = number.negative() ? 0xFF : 0x00;
    const auto put = [&](int byte) { putByte(static_cast<std::uint8_t>(byte) ^ complement, out); };
    put(number.exponent() + static_cast<int>(count) - 1 + kExponentBias);
    for (std::size_t i = 0; i < count; i += 2) put(digits[i] * 10 + digits[i + 1] + 1);
    put(0);
}

tl::unexpected<Error> corrupt() {
    return fail(ErrorCode::corrupt, "The bytes of a stored key do not follow the key format.");
}

bool takeByte(std::string_view& bytes, std::uint8_t& byte) {
    if (bytes.empty()) return false;
    byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    return true;
}

Result<AttributeValue> takeNumber(std::string_view& bytes) {
    std::uint8_t sign = 0;
    if (!takeByte(bytes, sign)) return corrupt();
    if (sign == kZero) return AttributeValue(Number());
    if (sign != kNegative && sign != kPositive) return corrupt();
    const std::uint8_t complement = sign == kNegative ? 0xFF : 0x00;
    std::uint8_t magnitude = 0;
    if (!takeByte(bytes, magnitude)) return corrupt();
    Uint128 coefficient = 0;
    int pairs = 0;
    for (;; ++pairs) {
        std::uint8_t byte = 0;
        if (!takeByte(bytes, byte)) return corrupt();
        byte ^= complement;
        if (byte == 0) break;
        const int pair = byte - 1;
        // The first digit is not zero, so that each number has one encoding only.
        if (pairs == kMaxPairs || pair > 99 || (pairs == 0 && pair < 10)) return corrupt();
        coefficient = coefficient * 100 + static_cast<unsigned>(pair);
    }
    if (pairs == 0 || coefficient % 100 == 0) return corrupt();
    const int exponent = (magnitude ^ complement) - kExponentBias - (2 * pairs - 1);
    Result<Number> number = Number::fromParts(sign == kNegative, coefficient, exponent);
    if (!number) return corrupt();
    return AttributeValue(*number);
}

// Takes the bytes up to the terminator.
template <class Bytes>
bool takeEscaped(std::string_view& bytes, Bytes& value) {
    for (;;) {
        const std::size_t zero = bytes.find('\0');
        if (zero == std::string_view::npos || zero + 1 == bytes.size()) return false;
        value.insert(value.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(zero));
        const auto mark = static_cast<std::uint8_t>(bytes[zero + 1]);
        bytes.remove_prefix(zero + 2);
        if (mark == kEnd) return true;
        if (mark != kEscape) return false;
        value.push_back(0);
    }
}

// Tag and content, without the end of the component. Precondition: S or B.
void putOpen(const AttributeValue& value, std::string& out) {
    if (const auto* text = value.as<std::string>()) {
        putByte(kTagString, out);
        putEscaped(*text, out);
    } else if (const auto* binary = value.as<Binary>()) {
        putByte(kTagBinary, out);
        putEscaped(*binary, out);
    }
}

}  // namespace

void encodeKeyComponent(const AttributeValue& value, std::string& out) {
    if (const auto* number = value.as<Number>()) {
        putByte(kTagNumber, out);
        putNumber(*number, out);
    } else {
        putOpen(value, out);
        putTerminator(out);
    }
}

Result<AttributeValue> decodeKeyComponent(std::string_view& bytes) {
    std::uint8_t tag = 0;
    if (!takeByte(bytes, tag)) return corrupt();
    switch (tag) {
        case kTagNumber:
            return takeNumber(bytes);
        case kTagString: {
            std::string text;
            if (!takeEscaped(bytes, text) || !isValidUtf8(text)) return corrupt();
            return AttributeValue(std::move(text));
        }
        case kTagBinary: {
            Binary binary;
            if (!takeEscaped(bytes, binary)) return corrupt();
            return AttributeValue(std::move(binary));
        }
        default:
            return corrupt();
    }
}

void encodeKeyPrefixRange(const AttributeValue& prefix, std::string& lower, std::string& upper) {
    putOpen(prefix, lower);
    putOpen(prefix, upper);
    // The least string above all that begin so: the last byte that can grow, grown. The tag always can.
    while (static_cast<std::uint8_t>(upper.back()) == 0xFF) upper.pop_back();
    upper.back() = static_cast<char>(static_cast<std::uint8_t>(upper.back()) + 1);
}

}  // namespace drydock::storage
