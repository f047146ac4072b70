#include "storage/value/codec.h"

#include <array>

#include "storage/value/row_walker.h"

namespace drydock::storage {
namespace {

constexpr std::uint64_t kSmallIntegers = 64;
constexpr std::size_t kShortStrings = 128;

// The few bytes in front of a value, put together first: to append each by itself takes several times as long.
class Head {
public:
    Head& byte(std::uint8_t byte) {
        m_bytes[m_size++] = static_cast<char>(byte);
        return *this;
    }
    template <class Unsigned>
    Head& varint(Unsigned value) {
        for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value & 0x7F) | 0x80);
        return byte(static_cast<std::uint8_t>(value));
    }
    void appendTo(std::string& out) const { out.append(m_bytes.data(), m_size); }

private:
    std::array<char, 32> m_bytes{};  // a tag, an exponent and a coefficient of 128 bits take 22
    std::size_t m_size = 0;
};

void putLength(std::size_t length, std::string& out) {
    Head().varint(length).appendTo(out);
}

void putLength(RowTag tag, std::size_t length, std::string& out) {
    Head().byte(tag).varint(length).appendTo(out);
}

void putEntries(const Item& item, std::string& out);

struct Encoder {
    std::string& out;

    void operator()(const std::string& value) const {
        if (value.size() < kShortStrings) {
            out.push_back(static_cast<char>(kTagShortString + value.size()));
        } else {
            putLength(kTagString, value.size(), out);
        }
        out += value;
    }
    void operator()(const Number& value) const {
        const std::optional<std::int64_t> integer = value.toInt64();
        if (!integer) {
            Head()
                .byte(value.negative() ? kTagNegativeDecimal : kTagPositiveDecimal)
                .varint(static_cast<unsigned>(value.exponent() + kRowExponentBias))
                .varint(value.coefficient())
                .appendTo(out);
            return;
        }
        const std::uint64_t bits = static_cast<std::uint64_t>(*integer);
        if (*integer >= 0 && bits < kSmallIntegers) {
            out.push_back(static_cast<char>(kTagSmallInteger + bits));
        } else if (value.negative()) {
            Head().byte(kTagNegativeInteger).varint(0 - bits).appendTo(out);
        } else {
            Head().byte(kTagPositiveInteger).varint(bits).appendTo(out);
        }
    }
    void operator()(const Binary& value) const {
        putLength(kTagBinary, value.size(), out);
        out.append(value.begin(), value.end());
    }
    void operator()(bool value) const { out.push_back(static_cast<char>(value ? kTagTrue : kTagFalse)); }
    void operator()(Null) const { out.push_back(static_cast<char>(kTagNull)); }
    void operator()(const List& list) const {
        putLength(kTagList, list.size(), out);
        for (const AttributeValue& value : list) std::visit(*this, value.variant());
    }
    void operator()(const Item& map) const {
        out.push_back(static_cast<char>(kTagMap));
        putEntries(map, out);
    }
    void operator()(const StringSet& set) const {
        putLength(kTagStringSet, set.values.size(), out);
        for (const std::string& value : set.values) {
            putLength(value.size(), out);
            out += value;
        }
    }
    void operator()(const NumberSet& set) const {
        putLength(kTagNumberSet, set.values.size(), out);
        for (const Number& value : set.values) (*this)(value);
    }
    void operator()(const BinarySet& set) const {
        putLength(kTagBinarySet, set.values.size(), out);
        for (const Binary& value : set.values) {
            putLength(value.size(), out);
            out.append(value.begin(), value.end());
        }
    }
};

void putEntries(const Item& item, std::string& out) {
    putLength(item.size(), out);
    for (const auto& [name, value] : item) {
        putLength(name.size(), out);
        out += name;
        std::visit(Encoder{out}, value.variant());
    }
}

// Makes values of what a row holds.
struct ValueSink {
    using Target = AttributeValue&;

    struct Entries {
        Item& item;
        Target entry(std::string_view name) { return item.append(name); }
        void end() {}
    };
    struct Elements {
        List& list;
        Target element() { return list.emplace_back(); }
        void end() {}
    };
    template <class Set>
    struct Members {
        Set& set;
        void add(std::string_view member) { set.values.emplace_back(member.begin(), member.end()); }
        void add(const Number& member) { set.values.push_back(member); }
        void end() {}
    };

    Item& whole;

    void text(Target target, std::string_view text) { target.variant().emplace<std::string>(text); }
    void binary(Target target, std::string_view bytes) { target.variant().emplace<Binary>(bytes.begin(), bytes.end()); }
    void number(Target target, const Number& number) { target.variant().emplace<Number>(number); }
    void boolean(Target target, bool value) { target.variant().emplace<bool>(value); }
    void null(Target target) { target.variant().emplace<Null>(); }

    Entries item(std::size_t count) { return reserved(whole, count); }
    Entries map(Target target, std::size_t count) { return reserved(target.variant().emplace<Item>(), count); }
    Elements list(Target target, std::size_t count) {
        List& list = target.variant().emplace<List>();
        list.reserve(count);
        return {list};
    }
    Members<StringSet> texts(Target target, std::size_t count) { return set<StringSet>(target, count); }
    Members<NumberSet> numbers(Target target, std::size_t count) { return set<NumberSet>(target, count); }
    Members<BinarySet> binaries(Target target, std::size_t count) { return set<BinarySet>(target, count); }

private:
    static Entries reserved(Item& item, std::size_t count) {
        item.reserve(count);
        return {item};
    }
    template <class Set>
    static Members<Set> set(Target target, std::size_t count) {
        Set& set = target.variant().emplace<Set>();
        set.values.reserve(count);
        return {set};
    }
};

}  // namespace

void encodeItem(const Item& item, std::string& out) {
    out.push_back(static_cast<char>(kRowFormatVersion));
    putEntries(item, out);
}

Result<Item> decodeItem(std::string_view bytes) {
    Item item;
    DRYDOCK_TRY(walkRow(bytes, ValueSink{item}));
    return item;
}

}  // namespace drydock::storage
