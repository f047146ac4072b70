// Ordinary JSON as values; and any JSON text as a document.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "storage/value/json.h"
#include "storage/value/utf8.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

tl::unexpected<Error> notText() {
    return invalid("The text is not valid UTF-8");
}

Result<AttributeValue> readPlain(const json& value, int depth);

Result<Item> readPlainObject(const json& object, int depth) {
    Item item;
    item.reserve(object.size());
    for (const auto& [name, member] : object.items()) {
        if (!isValidUtf8(name)) return notText();
        DRYDOCK_ASSIGN(auto read, readPlain(member, depth));
        item.set(name, std::move(read));
    }
    return item;
}

Result<AttributeValue> readPlain(const json& value, int depth) {
    switch (value.type()) {
        case json::value_t::null:
            return AttributeValue(Null{});
        case json::value_t::boolean:
            return AttributeValue(value.get<bool>());
        case json::value_t::string:
            if (!isValidUtf8(value.get_ref<const std::string&>())) return notText();
            return AttributeValue(value.get<std::string>());
        case json::value_t::number_integer:
            return AttributeValue(value.get<std::int64_t>());
        case json::value_t::number_unsigned:
        case json::value_t::number_float: {
            DRYDOCK_ASSIGN(const Number number, Number::parse(value.dump()));
            return AttributeValue(number);
        }
        case json::value_t::array: {
            if (depth >= kMaxDepth) return invalid(kTooDeep);
            List list;
            list.reserve(value.size());
            for (const json& element : value) {
                DRYDOCK_ASSIGN(auto read, readPlain(element, depth + 1));
                list.push_back(std::move(read));
            }
            return AttributeValue(std::move(list));
        }
        case json::value_t::object: {
            if (depth >= kMaxDepth) return invalid(kTooDeep);
            DRYDOCK_ASSIGN(Item map, readPlainObject(value, depth + 1));
            return AttributeValue(std::move(map));
        }
        default:
            return invalid("Unexpected value type in payload");
    }
}

tl::unexpected<Error> nestsTooDeep(int maxDepth) {
    return invalid("The JSON text nests deeper than " + std::to_string(maxDepth) + " levels");
}

tl::unexpected<Error> notJson(const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: …": the identifier helps nobody.
    const std::string_view what = error.what();
    const std::size_t identifierEnd = what.find("] ");
    std::string reason(identifierEnd == std::string_view::npos ? what : what.substr(identifierEnd + 2));
    // The last bytes read are quoted as they came, perhaps half a character.
    if (!isValidUtf8(reason)) reason.resize(std::min(reason.size(), reason.find("; last read")));
    return invalid("Invalid JSON: " + reason);
}

// Builds a value from nlohmann's parse events (its SAX interface, whose names these are). The lexer has already refused
// text that is not UTF-8.
class PlainBuilder {
public:
    explicit PlainBuilder(int maxDepth) : m_maxDepth(static_cast<std::size_t>(maxDepth)) {}

    bool null() { return add(Null{}); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(std::int64_t value) { return add(value); }
    bool number_unsigned(std::uint64_t value) {
        return value <= static_cast<std::uint64_t>(INT64_MAX) ? add(static_cast<std::int64_t>(value))
                                                              : decimal(std::to_string(value));
    }
    bool number_float(double /*approximation*/, const std::string& text) { return decimal(text); }
    bool string(const std::string& text) { return add(text); }
    bool binary(const json::binary_t& /*never in text*/) { return false; }
    bool start_object(std::size_t /*unknown*/) { return open(Item()); }
    bool key(const std::string& name) {
        m_open.back().name = name;
        return true;
    }
    bool end_object() { return close(); }
    bool start_array(std::size_t /*unknown*/) { return open(List()); }
    bool end_array() { return close(); }
    bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const json::exception& error) {
        m_error = notJson(error).value();
        return false;
    }

    Result<AttributeValue> take(bool complete) {
        if (!complete) return fail(std::move(m_error));
        return std::move(m_root);
    }

private:
    // A list or map whose end has not come yet.
    struct Open {
        AttributeValue container;
        std::string name;  // of the member that comes next
    };

    bool decimal(const std::string& text) {
        const Result<Number> number = Number::parse(text);
        if (number) return add(*number);
        m_error = number.error();
        return false;
    }

    bool add(AttributeValue value) {
        if (m_open.empty()) {
            m_root = std::move(value);
        } else if (auto* list = m_open.back().container.as<List>()) {
            list->push_back(std::move(value));
        } else {
            m_open.back().container.as<Item>()->set(std::move(m_open.back().name), std::move(value));
        }
        return true;
    }

    bool open(AttributeValue container) {
        if (m_open.size() == m_maxDepth) {
            m_error = nestsTooDeep(static_cast<int>(m_maxDepth)).value();
            return false;
        }
        m_open.push_back({std::move(container), {}});
        return true;
    }

    bool close() {
        AttributeValue closed = std::move(m_open.back().container);
        m_open.pop_back();
        return add(std::move(closed));
    }

    std::size_t m_maxDepth;
    std::vector<Open> m_open;
    AttributeValue m_root;
    Error m_error;
};

// Whether brackets outside of strings nest deeper than `maxDepth`.
bool nestsDeeper(std::string_view text, int maxDepth) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') ++i;
            if (c == '"') inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > maxDepth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

}  // namespace

Result<Item> itemFromPlainJson(const json& value) {
    if (!value.is_object()) return invalid("An item must be a JSON object");
    return readPlainObject(value, 0);
}

Result<Item> itemFromPlainJson(std::string_view text, int maxDepth) {
    PlainBuilder builder(maxDepth);
    const bool complete = json::sax_parse(text, &builder);
    DRYDOCK_ASSIGN(AttributeValue root, builder.take(complete));
    if (auto* item = root.as<Item>()) return std::move(*item);
    return invalid("not a JSON object");
}

Result<json> parseJson(std::string_view text, int maxDepth) {
    if (nestsDeeper(text, maxDepth)) return nestsTooDeep(maxDepth);
    try {
        return json::parse(text);
    } catch (const json::exception& error) {
        return notJson(error);
    }
}

}  // namespace drydock::storage
