// The row format's tags, and RowWalker: a walk through a row (see codec.h) that hands what it finds to a sink, which
// makes an item of it, or JSON.
//
// Safe on any bytes: whatever is not as the format has it ends the walk, and what the sink got until then is to be
// thrown away. No length is believed before it is compared with what is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include "storage/value/number.h"
#include "storage/value/utf8.h"

namespace drydock::storage {

inline constexpr std::uint8_t kRowFormatVersion = 1;

// Deeper than any item may nest (32), shallow enough for any stack.
inline constexpr int kMaxRowDepth = 64;

// The tag in front of each value. Small integers and short strings have theirs merged with the value or length.
enum RowTag : std::uint8_t {
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

// Decimal exponents are stored with this added.
inline constexpr int kRowExponentBias = 256;

// A Sink has a type Target, the place for one value, and for each kind of value a function that puts one there:
//   text(Target, string_view), binary(Target, string_view), number(Target, const Number&), boolean(Target, bool),
//   null(Target),
// and for those that hold others one that begins it:
//   map(Target, count), list(Target, count), texts(Target, count), numbers(Target, count), binaries(Target, count).
// These return something with end() and, for what comes next, entry(name) or element(), which return its Target, or
// add(member). item(count) begins the whole, as map() does a map.
template <class Sink>
class RowWalker {
public:
    using Target = typename Sink::Target;

    RowWalker(std::string_view row, Sink sink) : m_rest(row), m_sink(std::move(sink)) {}

    // Of what follows the byte of the version.
    [[nodiscard]] bool walk() {
        std::size_t count = 0;
        return length(count) && entries(m_sink.item(count), count, 0) && m_rest.empty();
    }

private:
    bool byte(std::uint8_t& value) {
        if (m_rest.empty()) return false;
        value = static_cast<std::uint8_t>(m_rest.front());
        m_rest.remove_prefix(1);
        return true;
    }

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

    // Of bytes or elements: each takes a byte at least, so a count beyond the rest is a lie, and believing it would
    // reserve any amount of memory.
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
        if (tag != kTagPositiveDecimal && tag != kTagNegativeDecimal) return false;
        std::uint16_t exponent = 0;
        Uint128 coefficient = 0;
        if (!varint(exponent) || !varint(coefficient)) return false;
        const Result<Number> result =
            Number::fromParts(tag == kTagNegativeDecimal, coefficient, int{exponent} - kRowExponentBias);
        if (!result) return false;
        value = *result;
        return true;
    }

    bool taggedNumber(Number& value) {
        std::uint8_t tag = 0;
        return byte(tag) && number(tag, value);
    }

    bool value(Target target, int depth) {
        std::uint8_t tag = 0;
        return byte(tag) && value(tag, target, depth);
    }

    bool value(std::uint8_t tag, Target target, int depth) {
        if (tag >= kTagShortString) {
            std::string_view found;
            if (!take(std::size_t{tag} - kTagShortString, found) || !isValidUtf8(found)) return false;
            m_sink.text(target, found);
            return true;
        }
        switch (tag) {
            case kTagNull:
                m_sink.null(target);
                return true;
            case kTagFalse:
            case kTagTrue:
                m_sink.boolean(target, tag == kTagTrue);
                return true;
            case kTagString:
            case kTagBinary:
                return longBytes(tag, target);
            case kTagList:
                return depth < kMaxRowDepth && list(target, depth + 1);
            case kTagMap:
                return depth < kMaxRowDepth && map(target, depth + 1);
            case kTagStringSet:
                return set<std::string_view>(target, &Sink::texts, &RowWalker::text);
            case kTagNumberSet:
                return set<Number>(target, &Sink::numbers, &RowWalker::taggedNumber);
            case kTagBinarySet:
                return set<std::string_view>(target, &Sink::binaries, &RowWalker::bytes);
            default:
                break;
        }
        Number found;
        if (!number(tag, found)) return false;
        m_sink.number(target, found);
        return true;
    }

    bool longBytes(std::uint8_t tag, Target target) {
        std::string_view found;
        if (!bytes(found)) return false;
        if (tag == kTagBinary) {
            m_sink.binary(target, found);
            return true;
        }
        if (!isValidUtf8(found)) return false;
        m_sink.text(target, found);
        return true;
    }

    bool map(Target target, int depth) {
        std::size_t count = 0;
        return length(count) && entries(m_sink.map(target, count), count, depth);
    }

    template <class Entries>
    bool entries(Entries map, std::size_t count, int depth) {
        std::string_view previous;
        for (std::size_t i = 0; i < count; ++i) {
            std::string_view name;
            if (!text(name) || (i > 0 && name <= previous) || !value(map.entry(name), depth)) return false;
            previous = name;
        }
        map.end();
        return true;
    }

    bool list(Target target, int depth) {
        std::size_t count = 0;
        if (!length(count)) return false;
        auto elements = m_sink.list(target, count);
        for (std::size_t i = 0; i < count; ++i) {
            if (!value(elements.element(), depth)) return false;
        }
        elements.end();
        return true;
    }

    // Members are in order, so that equal sets have equal rows.
    template <class Member, class Begin, class Read>
    bool set(Target target, Begin begin, Read read) {
        std::size_t count = 0;
        if (!length(count)) return false;
        auto members = (m_sink.*begin)(target, count);
        Member previous{};
        for (std::size_t i = 0; i < count; ++i) {
            Member member{};
            if (!(this->*read)(member) || (i > 0 && !(previous < member))) return false;
            members.add(member);
            previous = member;
        }
        members.end();
        return true;
    }

    std::string_view m_rest;
    Sink m_sink;
};

// ErrorCode::corrupt when the row is damaged.
template <class Sink>
[[nodiscard]] Result<void> walkRow(std::string_view row, Sink sink) {
    if (row.empty()) return fail(ErrorCode::corrupt, "A stored item has no bytes.");
    const auto version = static_cast<std::uint8_t>(row.front());
    if (version != kRowFormatVersion) {
        return fail(ErrorCode::corrupt,
                    "A stored item has the unknown row format version " + std::to_string(int{version}) + ".");
    }
    if (!RowWalker<Sink>(row.substr(1), std::move(sink)).walk())
        return fail(ErrorCode::corrupt, "The bytes of a stored item do not follow the row format.");
    return {};
}

}  // namespace drydock::storage
