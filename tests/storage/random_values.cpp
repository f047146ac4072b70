#include "tests/storage/random_values.h"

#include <array>

namespace drydock::tests {

using storage::AttributeType;
using storage::AttributeValue;
using storage::Binary;
using storage::Item;
using storage::List;
using storage::Number;

std::uint32_t freshSeed() {
    return std::random_device{}();
}

int RandomValues::between(int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(m_engine);
}

Number RandomValues::number() {
    if (between(0, 2) == 0) return Number(between(-200, 200));
    const int digits = between(1, Number::kMaxDigits);
    storage::Uint128 coefficient = 0;
    for (int i = 0; i < digits; ++i) coefficient = coefficient * 10 + static_cast<unsigned>(between(i == 0 ? 1 : 0, 9));
    // Mostly near each other, so that comparisons have to look at digits.
    const int magnitude = between(0, 1) == 0 ? between(-3, 3) : between(-130, 125);
    return Number::fromParts(between(0, 1) == 0, coefficient, magnitude - (digits - 1)).value();
}

std::string RandomValues::text() {
    static const std::array<std::string, 8> kPieces = {
        std::string(1, '\0'), "\x01", "a", "b", "\x7F", "é", "日", "🙂"};
    std::string text;
    const int length = between(0, 9) == 0 ? between(100, 300) : between(0, 6);
    for (int i = 0; i < length; ++i) text += kPieces[static_cast<std::size_t>(between(0, 7))];
    return text;
}

Binary RandomValues::binary() {
    static constexpr std::array<std::uint8_t, 5> kBytes = {0x00, 0x01, 0x7F, 0xFE, 0xFF};
    Binary bytes(static_cast<std::size_t>(between(0, 6)));
    for (auto& byte : bytes) byte = kBytes[static_cast<std::size_t>(between(0, 4))];
    return bytes;
}

AttributeValue RandomValues::value(int depth) {
    const auto type = static_cast<AttributeType>(between(0, static_cast<int>(AttributeType::BS)));
    const auto fill = [&](auto& values, auto make) {
        for (int i = between(1, 4); i > 0; --i) values.push_back(make());
    };
    switch (type) {
        case AttributeType::S:
            return text();
        case AttributeType::N:
            return number();
        case AttributeType::B:
            return binary();
        case AttributeType::BOOL:
            return between(0, 1) == 0;
        case AttributeType::NULL_:
            return storage::Null{};
        case AttributeType::L: {
            List list;
            if (depth > 0) fill(list, [&] { return value(depth - 1); });
            return list;
        }
        case AttributeType::M:
            return item(depth - 1);
        case AttributeType::SS: {
            storage::StringSet set;
            fill(set.values, [&] { return text() + 'x'; });
            return set;
        }
        case AttributeType::NS: {
            storage::NumberSet set;
            fill(set.values, [&] { return number(); });
            return set;
        }
        case AttributeType::BS:
            break;
    }
    storage::BinarySet set;
    fill(set.values, [&] {
        Binary bytes = binary();
        bytes.push_back(7);
        return bytes;
    });
    return set;
}

Item RandomValues::item(int depth) {
    Item item;
    if (depth < 0) return item;
    for (int i = between(0, 5); i > 0; --i) item.set(text() + 'n', value(depth));
    return item;
}

}  // namespace drydock::tests
