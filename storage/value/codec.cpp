#include "storage/value/codec.h"

#include "storage/value/row_walker.h"

namespace drydock::storage {
namespace {

constexpr std::uint64_t kSmallIntegers = 64;
constexpr std::size_t kShortStrings = 128;

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
            putVarint(static_cast<unsigned>(value.exponent() + kRowExponentBias), out);
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
    putByte(kRowFormatVersion, out);
    putEntries(item, out);
}

Result<Item> decodeItem(std::string_view bytes) {
    Item item;
    DRYDOCK_TRY(walkRow(bytes, ValueSink{item}));
    return item;
}

}  // namespace drydock::storage
