// From a text to a FleetQuery: one pass, descending only into parentheses and NOT, which are counted.
#include <algorithm>
#include <array>
#include <utility>

#include "models/fleet/fleet_query.h"
#include "models/fleet/fleet_query_tree.h"

namespace drydock::fleet {
namespace {

using Node = FleetQuery::Node;
using storage::Result;

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string quoted(std::string_view text) {
    return '"' + std::string(text) + '"';
}

std::optional<double> durationMs(std::string_view text) {
    struct Unit {
        char letter;
        double ms;
    };
    constexpr std::array<Unit, 4> units = {{{'d', 86'400'000}, {'h', 3'600'000}, {'m', 60'000}, {'s', 1'000}}};
    if (text.empty()) return std::nullopt;
    for (const Unit& unit : units) {
        if (text.back() != unit.letter) continue;
        const auto number = wholeNumber(text.substr(0, text.size() - 1));
        if (number && *number > 0) return *number * unit.ms;
    }
    return std::nullopt;
}

std::string joined(const std::vector<std::string_view>& values) {
    std::string text;
    for (const std::string_view value : values) text += (text.empty() ? "" : ", ") + std::string(value);
    return text;
}

}  // namespace

class FleetQueryParser {
public:
    FleetQueryParser(std::string_view text, const QueryVocabulary& vocabulary)
        : m_query(std::string(text)), m_text(m_query.m_text), m_vocabulary(vocabulary) {}

    Result<FleetQuery> run() {
        if (m_text.size() > kMaxQueryBytes)
            return storage::invalid("The query has more than " + std::to_string(kMaxQueryBytes) +
                                    " bytes. Say it shorter.");
        const auto isControl = [](char c) { return !isSpace(c) && static_cast<unsigned char>(c) < 0x20; };
        if (const auto at = std::find_if(m_text.begin(), m_text.end(), isControl); at != m_text.end())
            return wrong(static_cast<std::size_t>(at - m_text.begin()), "expected no control character");
        skipSpace();
        if (m_at == m_text.size()) return std::move(m_query);
        DRYDOCK_ASSIGN(Node root, parseAny(0, nullptr));
        if (m_at < m_text.size()) return wrong(m_at, "there is no \"(\" to this \")\"");
        m_query.m_root = std::make_shared<const Node>(std::move(root));
        return std::move(m_query);
    }

private:
    // A value as it was written: wildcards as TextPattern's, escapes resolved.
    struct Value {
        std::string text;
        std::size_t begin = 0;
        std::size_t end = 0;
        bool wild = false;
    };

    [[nodiscard]] tl::unexpected<storage::Error> wrong(std::size_t at, const std::string& what) const {
        // Characters rather than bytes, as a person counts.
        const auto before = static_cast<std::size_t>(
            std::count_if(m_text.begin(), m_text.begin() + static_cast<std::ptrdiff_t>(std::min(at, m_text.size())),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
        return storage::invalid("The query, at character " + std::to_string(before + 1) + ": " + what + '.');
    }

    void skipSpace() {
        while (m_at < m_text.size() && isSpace(m_text[m_at])) ++m_at;
    }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] bool isAt(char c) const { return !atEnd() && m_text[m_at] == c; }
    [[nodiscard]] bool endsTerm(std::size_t at) const {
        return at >= m_text.size() || isSpace(m_text[at]) || m_text[at] == '(' || m_text[at] == ')';
    }
    // Whether this operator stands here.
    [[nodiscard]] bool isOperator(std::string_view word) const {
        return m_text.compare(m_at, word.size(), word) == 0 && endsTerm(m_at + word.size());
    }

    Result<Node> parseAny(std::size_t depth, const QueryField* field) {
        Node any;
        any.kind = Node::Kind::any;
        for (;;) {
            DRYDOCK_ASSIGN(Node all, parseAll(depth, field));
            any.children.push_back(std::move(all));
            if (!isOperator("OR")) return onlyChildOr(std::move(any));
            m_at += 2;
        }
    }

    Result<Node> parseAll(std::size_t depth, const QueryField* field) {
        Node all;
        for (;;) {
            DRYDOCK_ASSIGN(Node term, parseTerm(depth, field));
            all.children.push_back(std::move(term));
            skipSpace();
            if (isOperator("AND")) {
                m_at += 3;
                continue;
            }
            if (atEnd() || isAt(')') || isOperator("OR")) return onlyChildOr(std::move(all));
        }
    }

    static Node onlyChildOr(Node node) {
        if (node.children.size() == 1) return std::move(node.children.front());
        node.begin = node.children.front().begin;
        node.end = node.children.back().end;
        return node;
    }

    Result<Node> parseTerm(std::size_t depth, const QueryField* field) {
        skipSpace();
        if (atEnd()) return wrong(m_at, "expected a word, a field or \"(\"");
        if (isAt(')') || isOperator("AND") || isOperator("OR"))
            return wrong(m_at, "expected a word, a field or \"(\" before " + quoted(isAt(')')           ? ")"
                                                                                    : isOperator("AND") ? "AND"
                                                                                                        : "OR"));
        if (depth >= kMaxQueryDepth)
            return wrong(m_at, "expected no more than " + std::to_string(kMaxQueryDepth) + " levels");
        if (isAt('(')) return parseParentheses(depth, field);
        if (isOperator("NOT")) {
            Node none;
            none.kind = Node::Kind::none;
            none.begin = m_at;
            m_at += 3;
            DRYDOCK_ASSIGN(Node term, parseTerm(depth + 1, field));
            none.end = term.end;
            none.children.push_back(std::move(term));
            return none;
        }
        if (field != nullptr) return parseOfField(m_at, *field);
        return parseClause(depth);
    }

    Result<Node> parseParentheses(std::size_t depth, const QueryField* field) {
        const std::size_t begin = m_at++;
        DRYDOCK_ASSIGN(Node inner, parseAny(depth + 1, field));
        if (!isAt(')')) return wrong(m_at, "expected \")\"");
        ++m_at;
        inner.begin = begin;
        inner.end = m_at;
        inner.enclosed = true;
        return inner;
    }

    // field:… or a word.
    Result<Node> parseClause(std::size_t depth) {
        const std::size_t begin = m_at;
        std::size_t colon = m_at;
        while (!endsTerm(colon) && m_text[colon] != ':' && m_text[colon] != '\\' && m_text[colon] != '"') ++colon;
        const bool hasColon = colon < m_text.size() && m_text[colon] == ':';
        const auto field =
            hasColon ? m_vocabulary.find(std::string_view(m_text).substr(begin, colon - begin)) : std::nullopt;
        if (!field) return parseWord();
        if (!m_query.reads(*field)) m_query.m_fields.push_back(*field);
        m_at = colon + 1;
        if (!isAt('(')) return parseOfField(begin, *field);
        DRYDOCK_ASSIGN(Node inner, parseParentheses(depth, &*field));
        inner.begin = begin;
        return inner;
    }

    Result<Node> parseWord() {
        DRYDOCK_ASSIGN(const Value value, readValue(false));
        Node node;
        node.begin = value.begin;
        node.end = value.end;
        if (value.text == std::string_view(&TextPattern::kAnyText, 1)) {
            // Everything, which always has the first field.
            node.kind = Node::Kind::exists;
            node.field = m_vocabulary.field(0);
            if (!m_query.reads(node.field)) m_query.m_fields.push_back(node.field);
            return node;
        }
        m_query.m_hasWords = true;
        node.kind = Node::Kind::word;
        node.literal = value.text;
        node.pattern = {value.wild ? TextPattern::Mode::wildcards : TextPattern::Mode::anywhere, value.text};
        return node;
    }

    // What follows "field:"; the clause began at `begin`.
    Result<Node> parseOfField(std::size_t begin, const QueryField& field) {
        if (isAt('[') || isAt('{')) return parseRange(begin, field);
        Node node;
        node.field = field;
        node.begin = begin;
        std::string comparison;
        while (!atEnd() && comparison.size() < 2 && (isAt('<') || isAt('>') || (!comparison.empty() && isAt('='))))
            comparison += m_text[m_at++];
        DRYDOCK_ASSIGN(const Value value, readValue(false));
        if (value.text.empty())
            return wrong(m_at, "expected a value after " + quoted(m_text.substr(begin, m_at - begin)));
        node.end = value.end;
        if (!comparison.empty()) {
            node.kind = Node::Kind::range;
            DRYDOCK_ASSIGN(QueryBound bound, boundOf(field, value));
            bound.inclusive = comparison.size() == 2;
            if (comparison.size() == 2 && comparison[1] != '=')
                return wrong(value.begin - 2, "expected \">\", \">=\", \"<\" or \"<=\"");
            (comparison[0] == '>' ? node.lower : node.upper) = std::move(bound);
            return node;
        }
        if (value.text == std::string_view(&TextPattern::kAnyText, 1)) {
            node.kind = Node::Kind::exists;
            return node;
        }
        if (field.isNumber()) {
            node.kind = Node::Kind::range;
            DRYDOCK_ASSIGN(const QueryBound bound, boundOf(field, value));
            if (field.type() != FieldType::duration) node.lower = bound;
            node.upper = bound;
            return node;
        }
        return field.type() == FieldType::choice ? choicesOf(node, value) : valueOf(std::move(node), value);
    }

    static Node valueOf(Node node, const Value& value) {
        node.kind = Node::Kind::value;
        node.pattern = {value.wild ? TextPattern::Mode::wildcards : TextPattern::Mode::whole, value.text};
        return node;
    }

    // "a,b" stands for either.
    Result<Node> choicesOf(const Node& node, const Value& value) {
        const FieldDefinition& choice = *node.field.definition;
        const auto wrongValue = [&](const std::string& instead) {
            return wrong(value.begin,
                         "expected a " + std::string(choice.noun) + instead + ": there are " + joined(choice.values));
        };
        Node any = node;
        any.kind = Node::Kind::any;
        for (std::size_t begin = 0; begin <= value.text.size();) {
            const std::size_t end = std::min(value.text.find(',', begin), value.text.size());
            Value one = value;
            one.text = value.text.substr(begin, end - begin);
            begin = end + 1;
            if (one.text.empty()) continue;
            Node chosen = valueOf(node, one);
            const bool known = std::any_of(choice.values.begin(), choice.values.end(),
                                           [&chosen](std::string_view each) { return chosen.pattern.matches(each); });
            if (!known && !value.wild) return wrongValue(" instead of " + quoted(one.text));
            any.children.push_back(std::move(chosen));
        }
        if (any.children.empty()) return wrongValue({});
        const std::size_t begin = any.begin;
        Node found = onlyChildOr(std::move(any));
        found.begin = begin;
        found.end = value.end;
        return found;
    }

    Result<Node> parseRange(std::size_t begin, const QueryField& field) {
        Node node;
        node.kind = Node::Kind::range;
        node.field = field;
        node.begin = begin;
        const bool lowerInclusive = m_text[m_at++] == '[';
        DRYDOCK_ASSIGN(node.lower, rangeEnd(field, lowerInclusive));
        skipSpace();
        if (!isOperator("TO")) return wrong(m_at, "expected TO, as in [5 TO 9]");
        m_at += 2;
        DRYDOCK_ASSIGN(node.upper, rangeEnd(field, true));
        skipSpace();
        if (!isAt(']') && !isAt('}')) return wrong(m_at, "expected \"]\" or \"}\" at the end of the range");
        if (node.upper) node.upper->inclusive = isAt(']');
        node.end = ++m_at;
        if (!endsTerm(m_at)) return wrong(m_at, "expected a space after the range");
        if (!node.lower && !node.upper) node.kind = Node::Kind::exists;
        return node;
    }

    // None: "*", no bound on this side.
    Result<std::optional<QueryBound>> rangeEnd(const QueryField& field, bool inclusive) {
        skipSpace();
        DRYDOCK_ASSIGN(const Value value, readValue(true));
        if (value.text.empty()) return wrong(m_at, "expected a value or \"*\", as in [5 TO 9]");
        if (value.text == std::string_view(&TextPattern::kAnyText, 1)) return std::optional<QueryBound>();
        DRYDOCK_ASSIGN(QueryBound bound, boundOf(field, value));
        bound.inclusive = inclusive;
        return std::optional<QueryBound>(std::move(bound));
    }

    Result<QueryBound> boundOf(const QueryField& field, const Value& value) const {
        if (value.text.empty()) return wrong(value.begin, "expected a value to compare with");
        if (value.wild) return wrong(value.begin, "expected a value without \"*\" and \"?\" to compare with");
        QueryBound bound;
        bound.text = foldedAscii(value.text);
        const bool isDuration = field.type() == FieldType::duration;
        bound.number = isDuration ? durationMs(bound.text) : wholeNumber(bound.text);
        if (field.isNumber() && !bound.number) {
            const auto asIn = [&field](const char* example) { return field.name() + ':' + example; };
            return wrong(value.begin, isDuration ? "expected a number and a unit, as in " + asIn("90s") + ", " +
                                                       asIn("5m") + ", " + asIn("2h") + " or " + asIn("1d")
                                                 : "expected a number, as in " + asIn("5") + " or " + asIn(">=5"));
        }
        return bound;
    }

    Result<Value> readValue(bool inRange) {
        Value value;
        value.begin = m_at;
        const bool inQuotes = isAt('"');
        if (inQuotes) ++m_at;
        for (;; ++m_at) {
            if (inQuotes ? atEnd() : endsTerm(m_at)) break;
            const char c = m_text[m_at];
            if (inQuotes && c == '"') break;
            if (!inQuotes && inRange && (c == ']' || c == '}')) break;
            if (c == '\\') {
                if (++m_at >= m_text.size()) return wrong(m_at, "expected a character after \"\\\"");
                value.text += m_text[m_at];
            } else if (!inQuotes && (c == '*' || c == '?')) {
                value.text += c == '*' ? TextPattern::kAnyText : TextPattern::kAnyCharacter;
                value.wild = true;
            } else {
                value.text += c;
            }
        }
        if (inQuotes) {
            if (atEnd()) return wrong(m_at, "expected the closing quote");
            ++m_at;
            if (value.text.empty()) return wrong(value.begin, "expected something between the quotes");
            if (!endsTerm(m_at) && !(inRange && (isAt(']') || isAt('}'))))
                return wrong(m_at, "expected a space after the quotes");
        }
        value.end = m_at;
        return value;
    }

    FleetQuery m_query;
    const std::string& m_text;  // the query's own copy
    const QueryVocabulary& m_vocabulary;
    std::size_t m_at = 0;
};

Result<FleetQuery> FleetQuery::compile(std::string_view text, const QueryVocabulary& vocabulary) {
    return FleetQueryParser(text, vocabulary).run();
}

}  // namespace drydock::fleet
