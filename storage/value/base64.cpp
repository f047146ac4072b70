#include "storage/value/base64.h"

#include <array>

namespace drydock::storage {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::int8_t kNoDigit = -1;

constexpr std::array<std::int8_t, 256> makeDigits() {
    std::array<std::int8_t, 256> digits{};
    digits.fill(kNoDigit);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    return digits;
}
constexpr std::array<std::int8_t, 256> kDigits = makeDigits();

tl::unexpected<Error> badCharacter(char c) {
    return fail(ErrorCode::validation, std::string("Invalid Base64 character: '") + c + "'");
}

}  // namespace

std::string encodeBase64(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < count ? bytes[i + j] : 0U);
        for (std::size_t j = 0; j < 4; ++j) text += j <= count ? kAlphabet[group >> (18 - 6 * j) & 0x3F] : '=';
    }
    return text;
}

Result<Binary> decodeBase64(std::string_view text) {
    if (text.size() % 4 != 0) {
        return fail(ErrorCode::validation, "Base64 encoded length is expected a multiple of 4 bytes but found: " +
                                               std::to_string(text.size()));
    }
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    const std::string_view digits = text.substr(0, text.size() - padding);
    Binary bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned pending = 0;  // bits not yet written, fewer than 8
    for (const char c : digits) {
        const std::int8_t digit = kDigits[static_cast<unsigned char>(c)];
        if (digit == kNoDigit) return badCharacter(c);
        bits = bits << 6 | static_cast<std::uint32_t>(digit);
        pending += 6;
        if (pending >= 8) {
            pending -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> pending & 0xFF));
        }
    }
    if ((bits & ((1U << pending) - 1)) != 0)
        return fail(ErrorCode::validation, "Invalid last non-pad Base64 character dectected");
    return bytes;
}

}  // namespace drydock::storage
