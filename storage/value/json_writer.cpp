#include "storage/value/json_writer.h"

#include <cstdint>
#include <cstring>

#include "storage/value/base64.h"
#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void appendEscaped(unsigned char c, std::string& out) {
    constexpr std::string_view kHex = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += "\\u00";
            out += kHex[c >> 4U];
            out += kHex[c & 0xFU];
    }
}

bool needsEscape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// How many bytes from the front need no escaping.
std::size_t plainLength(std::string_view text) {
    std::size_t i = 0;
    // Eight bytes at a step: a byte of `word` that is to be escaped leaves its highest bit in one of the three terms.
    for (; i + sizeof(std::uint64_t) <= text.size(); i += sizeof(std::uint64_t)) {
        constexpr std::uint64_t kEach = 0x0101010101010101ULL;
        constexpr std::uint64_t kTop = 0x80 * kEach;
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, sizeof word);
        const auto zeroBytes = [](std::uint64_t bytes) { return (bytes - kEach) & ~bytes; };
        const std::uint64_t control = (word - 0x20 * kEach) & ~word;
        if (((control | zeroBytes(word ^ ('"' * kEach)) | zeroBytes(word ^ ('\\' * kEach))) & kTop) != 0) break;
    }
    while (i < text.size() && !needsEscape(text[i])) ++i;
    return i;
}

struct ContentWriter {
    std::string& out;

    void operator()(const std::string& text) const { appendJsonString(text, out); }
    void operator()(const Number& number) const { appendNumberJson(number, out); }
    void operator()(const Binary& bytes) const {
        appendBinaryJson({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, out);
    }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(Null) const { out += "true"; }
    void operator()(const List& list) const {
        members(list, [this](const AttributeValue& value) { appendValueJson(value, out); });
    }
    void operator()(const Item& map) const { appendItemJson(map, out); }
    void operator()(const StringSet& set) const { members(set.values, *this); }
    void operator()(const NumberSet& set) const { members(set.values, *this); }
    void operator()(const BinarySet& set) const { members(set.values, *this); }

    template <class Values, class Write>
    void members(const Values& values, Write write) const {
        out += '[';
        for (const auto& value : values) {
            if (&value != &values.front()) out += ',';
            write(value);
        }
        out += ']';
    }
};

}  // namespace

void appendJsonString(std::string_view text, std::string& out) {
    if (!isValidUtf8(text)) {
        out += '"';
        for (const char c : text) {
            if (static_cast<unsigned char>(c) >= 0x80) {
                out += kReplacement;
            } else if (needsEscape(c)) {
                appendEscaped(static_cast<unsigned char>(c), out);
            } else {
                out += c;
            }
        }
        out += '"';
        return;
    }
    appendUtf8Json(text, out);
}

void appendUtf8Json(std::string_view utf8, std::string& out) {
    out += '"';
    for (;;) {
        const std::size_t plain = plainLength(utf8);
        out.append(utf8, 0, plain);
        if (plain == utf8.size()) break;
        appendEscaped(static_cast<unsigned char>(utf8[plain]), out);
        utf8.remove_prefix(plain + 1);
    }
    out += '"';
}

void appendNumberJson(const Number& number, std::string& out) {
    out += '"';
    number.appendTo(out);
    out += '"';
}

void appendBinaryJson(std::string_view bytes, std::string& out) {
    out += '"';
    out += encodeBase64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    out += '"';
}

void appendValueJson(const AttributeValue& value, std::string& out) {
    out += "{\"";
    out += typeName(value.type());
    out += "\":";
    std::visit(ContentWriter{out}, value.variant());
    out += '}';
}

void appendItemJson(const Item& item, std::string& out) {
    out += '{';
    bool first = true;
    for (const auto& [name, value] : item) {
        if (!first) out += ',';
        first = false;
        appendJsonString(name, out);
        out += ':';
        appendValueJson(value, out);
    }
    out += '}';
}

}  // namespace drydock::storage
