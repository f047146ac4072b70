#include "app/mqtt/batch_codec.h"

#include <cstdint>
#include <optional>

namespace drydock::app {
namespace {

using storage::ErrorCode;
using storage::Result;

constexpr char kVersion = 1;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint32_t);

std::uint32_t checksum(std::string_view bytes) {
    constexpr std::uint32_t kOffsetBasis = 2'166'136'261U;
    constexpr std::uint32_t kPrime = 16'777'619U;
    std::uint32_t sum = kOffsetBasis;
    for (const char byte : bytes) sum = (sum ^ static_cast<std::uint8_t>(byte)) * kPrime;
    return sum;
}

void putNumber(std::string& out, std::uint64_t number) {
    while (number >= 0x80) {
        out += static_cast<char>((number & 0x7f) | 0x80);
        number >>= 7;
    }
    out += static_cast<char>(number);
}

void putBytes(std::string& out, std::string_view bytes) {
    putNumber(out, bytes.size());
    out += bytes;
}

// Two's complement throughout, so that any two times have a difference and it is undone exactly.
std::uint64_t zigzag(std::uint64_t difference) {
    const bool negative = (difference >> 63) != 0;
    return negative ? ~(difference << 1) : difference << 1;
}

std::uint64_t unzigzag(std::uint64_t coded) {
    return (coded & 1) != 0 ? ~(coded >> 1) : coded >> 1;
}

// Reads from the front; once something doesn't fit, everything after it doesn't either.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_left(bytes) {}

    [[nodiscard]] bool atEnd() const { return m_left.empty(); }

    std::optional<std::uint64_t> number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !m_left.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(m_left.front());
            m_left.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
            if ((byte & 0x80) == 0) return value;
        }
        return std::nullopt;
    }

    std::optional<std::string_view> bytes() {
        const auto size = number();
        if (!size || *size > m_left.size()) return std::nullopt;
        const std::string_view taken = m_left.substr(0, *size);
        m_left.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view m_left;
};

}  // namespace

std::string encodeBatch(std::span<const fleet::RawMessage> messages) {
    constexpr std::size_t kNumbersOfMessage = 8;
    std::size_t size = kHeaderBytes;
    for (const auto& message : messages) size += message.topic.size() + message.payload.size() + kNumbersOfMessage;

    std::string out;
    out.reserve(size);
    out.assign(kHeaderBytes, kVersion);
    std::uint64_t previousMs = 0;
    for (const auto& message : messages) {
        putBytes(out, message.topic);
        putBytes(out, message.payload);
        const auto arrivedMs = static_cast<std::uint64_t>(message.arrivedMs);
        putNumber(out, zigzag(arrivedMs - previousMs));
        previousMs = arrivedMs;
    }
    const std::uint32_t sum = checksum(std::string_view(out).substr(kHeaderBytes));
    for (std::size_t i = 0; i < sizeof sum; ++i) out[1 + i] = static_cast<char>((sum >> (8 * i)) & 0xff);
    return out;
}

Result<std::vector<fleet::RawMessage>> decodeBatch(std::string_view bytes) {
    if (bytes.size() < kHeaderBytes || bytes.front() != kVersion)
        return storage::fail(ErrorCode::corrupt, "it has no header of a known version");
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < sizeof sum; ++i)
        sum |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[1 + i])) << (8 * i);
    bytes.remove_prefix(kHeaderBytes);
    if (sum != checksum(bytes)) return storage::fail(ErrorCode::corrupt, "its checksum does not match");

    std::vector<fleet::RawMessage> messages;
    std::uint64_t arrivedMs = 0;
    for (Reader reader(bytes); !reader.atEnd();) {
        const auto topic = reader.bytes();
        const auto payload = topic ? reader.bytes() : std::nullopt;
        const auto difference = payload ? reader.number() : std::nullopt;
        if (!difference) return storage::fail(ErrorCode::corrupt, "a message in it is cut short");
        arrivedMs += unzigzag(*difference);
        messages.push_back({std::string(*topic), std::string(*payload), static_cast<std::int64_t>(arrivedMs)});
    }
    return messages;
}

}  // namespace drydock::app
