#include "storage/value/stored_item.h"

#include "storage/value/codec.h"
#include "storage/value/json_writer.h"
#include "storage/value/row_walker.h"

namespace drydock::storage {
namespace {

// Writes what a row holds as DynamoDB JSON.
class JsonSink {
public:
    // Where the text goes on: behind a name, or within a list.
    using Target = std::string&;

    // Anything with members in it, separated by commas.
    class Members {
    public:
        Members(std::string& out, std::string_view closing) : m_out(out), m_closing(closing) {}
        Target entry(std::string_view name) {
            appendUtf8Json(name, element());
            m_out += ':';
            return m_out;
        }
        Target element() {
            if (!m_first) m_out += ',';
            m_first = false;
            return m_out;
        }
        void end() { m_out += m_closing; }

    protected:
        std::string& m_out;

    private:
        std::string_view m_closing;
        bool m_first = true;
    };
    struct Texts : Members {
        using Members::Members;
        void add(std::string_view member) { appendUtf8Json(member, element()); }
    };
    struct Numbers : Members {
        using Members::Members;
        void add(const Number& member) { appendNumberJson(member, element()); }
    };
    struct Binaries : Members {
        using Members::Members;
        void add(std::string_view member) { appendBinaryJson(member, element()); }
    };

    explicit JsonSink(std::string& out) : m_out(out) {}

    void text(Target out, std::string_view text) {
        out += "{\"S\":";
        appendUtf8Json(text, out);
        out += '}';
    }
    void binary(Target out, std::string_view bytes) {
        out += "{\"B\":";
        appendBinaryJson(bytes, out);
        out += '}';
    }
    void number(Target out, const Number& number) {
        out += "{\"N\":";
        appendNumberJson(number, out);
        out += '}';
    }
    void boolean(Target out, bool value) { out += value ? "{\"BOOL\":true}" : "{\"BOOL\":false}"; }
    void null(Target out) { out += "{\"NULL\":true}"; }

    Members item(std::size_t /*count*/) { return begin<Members>(m_out, "{", "}"); }
    Members map(Target out, std::size_t /*count*/) { return begin<Members>(out, "{\"M\":{", "}}"); }
    Members list(Target out, std::size_t /*count*/) { return begin<Members>(out, "{\"L\":[", "]}"); }
    Texts texts(Target out, std::size_t /*count*/) { return begin<Texts>(out, "{\"SS\":[", "]}"); }
    Numbers numbers(Target out, std::size_t /*count*/) { return begin<Numbers>(out, "{\"NS\":[", "]}"); }
    Binaries binaries(Target out, std::size_t /*count*/) { return begin<Binaries>(out, "{\"BS\":[", "]}"); }

private:
    template <class Kind>
    static Kind begin(Target out, std::string_view opening, std::string_view closing) {
        out += opening;
        return {out, closing};
    }

    std::string& m_out;
};

// Keeps one number of a row.
class NumberSink {
public:
    using Target = bool;  // whether the value is the one wanted

    struct Members {
        std::string_view wanted;
        bool top = false;
        [[nodiscard]] Target entry(std::string_view name) const { return top && name == wanted; }
        [[nodiscard]] Target element() const { return false; }
        template <class Member>
        void add(const Member& /*member*/) {}
        void end() {}
    };

    NumberSink(std::string_view name, std::optional<Number>& found) : m_name(name), m_found(found) {}

    void text(Target /*wanted*/, std::string_view /*text*/) {}
    void binary(Target /*wanted*/, std::string_view /*bytes*/) {}
    void number(Target wanted, const Number& number) {
        if (wanted) m_found = number;
    }
    void boolean(Target /*wanted*/, bool /*value*/) {}
    void null(Target /*wanted*/) {}
    Members item(std::size_t /*count*/) { return {m_name, true}; }
    Members map(Target /*wanted*/, std::size_t /*count*/) { return {}; }
    Members list(Target /*wanted*/, std::size_t /*count*/) { return {}; }
    Members texts(Target /*wanted*/, std::size_t /*count*/) { return {}; }
    Members numbers(Target /*wanted*/, std::size_t /*count*/) { return {}; }
    Members binaries(Target /*wanted*/, std::size_t /*count*/) { return {}; }

private:
    std::string_view m_name;
    std::optional<Number>& m_found;
};

}  // namespace

Result<std::optional<Number>> storedNumber(std::string_view row, std::string_view name) {
    std::optional<Number> found;
    DRYDOCK_TRY(walkRow(row, NumberSink(name, found)));
    return found;
}

Result<Item> StoredItem::decode() const& {
    if (const Item* item = std::get_if<Item>(&m_content)) return *item;
    return decodeItem(std::get<std::string>(m_content));
}

Result<Item> StoredItem::decode() && {
    if (Item* item = std::get_if<Item>(&m_content)) return std::move(*item);
    return decodeItem(std::get<std::string>(m_content));
}

Result<void> StoredItem::appendJson(std::string& out) const {
    if (const std::string* row = std::get_if<std::string>(&m_content)) return walkRow(*row, JsonSink(out));
    appendItemJson(std::get<Item>(m_content), out);
    return {};
}

}  // namespace drydock::storage
