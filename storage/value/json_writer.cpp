#include "storage/value/json_writer.h"

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

struct ContentWriter {
    std::string& out;

    void operator()(const std::string& text) const { appendJsonString(text, out); }
    void operator()(const Number& number) const { quoted(number.toString()); }
    void operator()(const Binary& bytes) const { quoted(encodeBase64(bytes)); }
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

    // Text that holds nothing to escape.
    void quoted(std::string_view text) const {
        out += '"';
        out += text;
        out += '"';
    }
};

}  // namespace

void appendJsonString(std::string_view text, std::string& out) {
    out += '"';
    if (!isValidUtf8(text)) {
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
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needsEscape(text[i])) continue;
        out.append(text, start, i - start);
        appendEscaped(static_cast<unsigned char>(text[i]), out);
        start = i + 1;
    }
    out.append(text, start);
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
