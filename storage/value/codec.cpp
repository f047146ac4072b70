#include "storage/value/codec.h"

#include <limits>

#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

constexpr std::uint8_t kFormatVersion = 1;

// Deeper than any item may nest (32), shallow enough for any stack.
constexpr int kMaxDecodeDepth = 64;

// The tag in front of each value. Small integers and short strings have theirs merged with the value or length.
enum Tag : std::uint8_t {
    kTagNull = 0x00,
    kTagFalse = 0x01,
    kTagTrue = 0x02,
    kTagString = 0x03,
    kTagBinary = 0x04,
    kTagList = 0x05,
    kTagMap = 0x06,
    kTagStringSet = 0x07,
    kTagNumberSet = 0x08,
    kTagBinarySet = 0x09,
    kTagPositiveInteger = 0x0A,
    kTagNegativeInteger = 0x0B,
    kTagPositiveDecimal = 0x0C,
    kTagNegativeDecimal = 0x0D,
    kTagSmallInteger = 0x40,  // … 0x7F: 0 … 63
    kTagShortString = 0x80,   // … 0xFF: 0 … 127 bytes
};
constexpr std::uint64_t kSmallIntegers = 64;
constexpr std::size_t kShortStrings = 128;

// Decimal exponents are stored with this added.
constexpr int kExponentBias = 256;

void putByte(std::uint8_t byte, std::string& out) {
    out.push_back(static_cast<char>(byte));
}

template <class Unsigned>
void putVarint(Unsigned value, std::string& out) {
    while (value >= 0x80) {
        putByte(static_cast<std::uint8_t>(value & 0x7F) | 0x80, out);
        value >>= 7;
    }
    putByte(static_cast<std::uint8_t>(value), out);
}

void putBytes(const std::string& bytes, std::string& out) {
    putVarint(bytes.size(), out);
    out += bytes;
}

void putBytes(const Binary& bytes, std::string& out) {
    putVarint(bytes.size(), out);
    out.append(bytes.begin(), bytes.end());
}

void putEntries(const Item& item, std::string& out);

struct Encoder {
    std::string& out;

    void operator()(const std::string& value) const {
        if (value.size() < kShortStrings) {
            putByte(static_cast<std::uint8_t>(kTagShortString + value.size()), out);
            out += value;
        } else {
            putByte(kTagString, out);
            putBytes(value, out);
        }
    }
    void operator()(const Number& value) const {
        const std::optional<std::int64_t> integer = value.toInt64();
        if (!integer) {
            putByte(value.negative() ? kTagNegativeDecimal : kTagPositiveDecimal, out);
            putVarint(static_cast<unsigned>(value.exponent() + kExponentBias), out);
            putVarint(value.coefficient(), out);
            return;
        }
        const std::uint64_t bits = static_cast<std::uint64_t>(*integer);
        if (*integer >= 0 && bits < kSmallIntegers) {
            putByte(static_cast<std::uint8_t>(kTagSmallInteger + bits), out);
        } else {
            putByte(value.negative() ? kTagNegativeInteger : kTagPositiveInteger, out);
            putVarint(value.negative() ? 0 - bits : bits, out);
        }
    }
    void operator()(const Binary& value) const {
        putByte(kTagBinary, out);
        putBytes(value, out);
    }
    void operator()(bool value) const { putByte(value ? kTagTrue : kTagFalse, out); }
    void operator()(Null) const { putByte(kTagNull, out); }
    void operator()(const List& list) const {
        putByte(kTagList, out);
        putVarint(list.size(), out);
        for (const AttributeValue& value : list) std::visit(*this, value.variant());
    }
    void operator()(const Item& map) const {
        putByte(kTagMap, out);
        putEntries(map, out);
    }
    void operator()(const StringSet& set) const {
        putByte(kTagStringSet, out);
        putVarint(set.values.size(), out);
        for (const std::string& value : set.values) putBytes(value, out);
    }
    void operator()(const NumberSet& set) const {
        putByte(kTagNumberSet, out);
        putVarint(set.values.size(), out);
        for (const Number& value : set.values) (*this)(value);
    }
    void operator()(const BinarySet& set) const {
        putByte(kTagBinarySet, out);
        putVarint(set.values.size(), out);
        for (const Binary& value : set.values) putBytes(value, out);
    }
};

void putEntries(const Item& item, std::string& out) {
    putVarint(item.size(), out);
    for (const auto& [name, value] : item) {
        putBytes(name, out);
        std::visit(Encoder{out}, value.variant());
    }
}

// Reads from the front of the bytes. After the first failure every call fails, so that callers may check late.
class Decoder {
public:
    explicit Decoder(std::string_view bytes) : m_rest(bytes) {}

    bool byte(std::uint8_t& value) {
        if (m_rest.empty()) return false;
        value = static_cast<std::uint8_t>(m_rest.front());
        m_rest.remove_prefix(1);
        return true;
    }

    bool entries(Item& item, int depth) {
        std::size_t count = 0;
        if (!length(count)) return false;
        item.reserve(count);
        std::string_view previous;
        for (std::size_t i = 0; i < count; ++i) {
            std::string_view name;
            AttributeValue entry;
            if (!text(name) || (i > 0 && name <= previous) || !value(entry, depth)) return false;
            previous = name;
            item.set(std::string(name), std::move(entry));
        }
        return true;
    }

    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }

private:
    template <class Unsigned>
    bool varint(Unsigned& value) {
        constexpr int kBits = static_cast<int>(sizeof(Unsigned) * 8);
        value = 0;
        for (int shift = 0; shift < kBits; shift += 7) {
            std::uint8_t next = 0;
            if (!byte(next)) return false;
            const Unsigned bits = next & 0x7F;
            if (static_cast<Unsigned>(bits << shift >> shift) != bits) return false;
            value |= static_cast<Unsigned>(bits << shift);
            if ((next & 0x80) == 0) return true;
        }
        return false;
    }

    // A count of bytes or elements: each takes a byte at least, so a count beyond the rest is a lie, and believing it
    // would reserve any amount of memory.
    bool length(std::size_t& value) {
        std::uint64_t count = 0;
        if (!varint(count) || count > m_rest.size()) return false;
        value = static_cast<std::size_t>(count);
        return true;
    }

    bool take(std::size_t count, std::string_view& bytes) {
        if (count > m_rest.size()) return false;
        bytes = m_rest.substr(0, count);
        m_rest.remove_prefix(count);
        return true;
    }

    bool bytes(std::string_view& value) {
        std::size_t count = 0;
        return length(count) && take(count, value);
    }

    bool text(std::string_view& value) { return bytes(value) && isValidUtf8(value); }

    bool element(std::string& value) {
        std::string_view view;
        if (!text(view)) return false;
        value = view;
        return true;
    }

    bool element(Binary& value) {
        std::string_view view;
        if (!bytes(view)) return false;
        value.assign(view.begin(), view.end());
        return true;
    }

    bool element(Number& value) {
        std::uint8_t tag = 0;
        return byte(tag) && number(tag, value);
    }

    bool number(std::uint8_t tag, Number& value) {
        if (tag >= kTagSmallInteger && tag < kTagShortString) {
            value = Number(static_cast<std::int64_t>(tag - kTagSmallInteger));
            return true;
        }
        if (tag == kTagPositiveInteger || tag == kTagNegativeInteger) {
            const bool negative = tag == kTagNegativeInteger;
            constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
            std::uint64_t magnitude = 0;
            if (!varint(magnitude) || magnitude > kMax + (negative ? 1 : 0)) return false;
            value = Number(static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude));
            return true;
        }
        if (tag == kTagPositiveDecimal || tag == kTagNegativeDecimal) {
            std::uint16_t exponent = 0;
            Uint128 coefficient = 0;
            if (!varint(exponent) || !varint(coefficient)) return false;
            Result<Number> result =
                Number::fromParts(tag == kTagNegativeDecimal, coefficient, int{exponent} - kExponentBias);
            if (!result) return false;
            value = *result;
            return true;
        }
        return false;
    }

    bool value(AttributeValue& value, int depth);

    template <class Set>
    bool set(AttributeValue& value) {
        std::size_t count = 0;
        if (!length(count)) return false;
        Set result;
        result.values.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (!element(result.values[i])) return false;
            if (i > 0 && !(result.values[i - 1] < result.values[i])) return false;
        }
        value = AttributeValue(std::move(result));
        return true;
    }

    bool list(AttributeValue& value, int depth) {
        std::size_t count = 0;
        if (!length(count)) return false;
        List result;
        result.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            AttributeValue element;
            if (!this->value(element, depth)) return false;
            result.push_back(std::move(element));
        }
        value = AttributeValue(std::move(result));
        return true;
    }

    std::string_view m_rest;
};

bool Decoder::value(AttributeValue& value, int depth) {
    std::uint8_t tag = 0;
    if (!byte(tag)) return false;
    if (tag >= kTagShortString) {
        std::string_view text;
        if (!take(tag - kTagShortString, text) || !isValidUtf8(text)) return false;
        value = AttributeValue(text);
        return true;
    }
    switch (tag) {
        case kTagNull:
            value = AttributeValue(Null{});
            return true;
        case kTagFalse:
            value = AttributeValue(false);
            return true;
        case kTagTrue:
            value = AttributeValue(true);
            return true;
        case kTagString:
            return element(value.variant().emplace<std::string>());
        case kTagBinary:
            return element(value.variant().emplace<Binary>());
        case kTagList:
            return depth < kMaxDecodeDepth && list(value, depth + 1);
        case kTagMap:
            return depth < kMaxDecodeDepth && entries(value.variant().emplace<Item>(), depth + 1);
        case kTagStringSet:
            return set<StringSet>(value);
        case kTagNumberSet:
            return set<NumberSet>(value);
        case kTagBinarySet:
            return set<BinarySet>(value);
        default:
            return number(tag, value.variant().emplace<Number>());
    }
}

}  // namespace

void encodeItem(const Item& item, std::string& out) {
    putByte(kFormatVersion, out);
    putEntries(item, out);
}

Result<Item> decodeItem(std::string_view bytes) {
    Decoder decoder(bytes);
    std::uint8_t version = 0;
    if (!decoder.byte(version)) return fail(ErrorCode::corrupt, "A stored item has no bytes.");
    if (version != kFormatVersion) {
        return fail(ErrorCode::corrupt,
                    "A stored item has the unknown row format version " + std::to_string(int{version}) + ".");
    }
    Item item;
    if (!decoder.entries(item, 0) || !decoder.atEnd())
        return fail(ErrorCode::corrupt, "The bytes of a stored item do not follow the row format.");
    return item;
}

}  // namespace drydock::storage
