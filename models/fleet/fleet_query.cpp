#include "models/fleet/fleet_query.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/fleet/fleet_query_tree.h"

namespace drydock::fleet {
namespace {

using Node = FleetQuery::Node;

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equalsFolded(std::string_view value, std::string_view pattern) {
    return value.size() == pattern.size() &&
           std::equal(value.begin(), value.end(), pattern.begin(), [](char a, char b) { return folded(a) == b; });
}

bool containsFolded(std::string_view value, std::string_view pattern) {
    return std::search(value.begin(), value.end(), pattern.begin(), pattern.end(),
                       [](char a, char b) { return folded(a) == b; }) != value.end() ||
           pattern.empty();
}

// The place after the character at `at`.
std::size_t nextCharacter(std::string_view text, std::size_t at) {
    do {
        ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80);
    return at;
}

// Without recursion: only the latest `*` is ever worth trying again.
bool matchesWildcards(std::string_view value, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t p = 0;
    std::optional<std::size_t> star;
    std::size_t starAt = 0;
    while (at < value.size()) {
        if (p < pattern.size() && pattern[p] == TextPattern::kAnyText) {
            star = p++;
            starAt = at;
        } else if (p < pattern.size() && pattern[p] == TextPattern::kAnyCharacter) {
            at = nextCharacter(value, at);
            ++p;
        } else if (p < pattern.size() && pattern[p] == folded(value[at])) {
            ++at;
            ++p;
        } else if (star) {
            p = *star + 1;
            at = ++starAt;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(),
                       [](char c) { return c == TextPattern::kAnyText; });
}

// Three-way: below zero where the value stands below the bound.
int compareText(std::string_view value, const QueryBound& bound) {
    if (bound.number) {
        if (const auto number = wholeNumber(value)) return *number < *bound.number ? -1 : *number > *bound.number;
    }
    return foldedAscii(value).compare(bound.text);
}

template <class Compare>
bool isWithin(const Node& node, Compare compare) {
    if (node.lower) {
        const int at = compare(*node.lower);
        if (at < 0 || (at == 0 && !node.lower->inclusive)) return false;
    }
    if (node.upper) {
        const int at = compare(*node.upper);
        if (at > 0 || (at == 0 && !node.upper->inclusive)) return false;
    }
    return true;
}

bool textHolds(const Node& node, std::string_view value) {
    if (value.empty()) return false;
    if (node.kind == Node::Kind::value) return node.pattern.matches(value);
    return node.kind == Node::Kind::exists ||
           isWithin(node, [value](const QueryBound& bound) { return compareText(value, bound); });
}

bool anyTextHolds(const Node& node, std::string_view texts) {
    for (;;) {
        const std::size_t end = texts.find(kTextsSeparator);
        if (textHolds(node, texts.substr(0, end))) return true;
        if (end == std::string_view::npos) return false;
        texts.remove_prefix(end + kTextsSeparator.size());
    }
}

bool clauseHolds(const Node& node, const QueryRow& row) {
    if (node.kind == Node::Kind::word) return row.anyMatches(node.pattern);
    if (!node.field.isNumber()) {
        const std::string_view value = row.text(node.field);
        return node.field.type() == FieldType::texts ? anyTextHolds(node, value) : textHolds(node, value);
    }
    const auto number = row.number(node.field);
    if (!number || node.kind == Node::Kind::exists) return number.has_value();
    const auto value = static_cast<double>(*number);
    return isWithin(node, [value](const QueryBound& bound) {
        const double other = bound.number.value_or(0);
        return value < other ? -1 : static_cast<int>(value > other);
    });
}

bool holds(const Node& node, const QueryRow& row) {
    const auto holdsHere = [&row](const Node& child) { return holds(child, row); };
    switch (node.kind) {
        case Node::Kind::all:
            return std::all_of(node.children.begin(), node.children.end(), holdsHere);
        case Node::Kind::any:
            return std::any_of(node.children.begin(), node.children.end(), holdsHere);
        case Node::Kind::none:
            return !holds(node.children.front(), row);
        default:
            return clauseHolds(node, row);
    }
}

// A number field that has exactly one value.
std::optional<std::string> onlyNumber(const Node& node) {
    if (node.kind != Node::Kind::range || !node.lower || !node.upper || !node.lower->inclusive ||
        !node.upper->inclusive || !node.lower->number || node.lower->number != node.upper->number)
        return std::nullopt;
    const double number = *node.lower->number;
    constexpr double largest = 1e15;
    if (std::abs(number) > largest || std::trunc(number) != number) return std::nullopt;
    return std::to_string(static_cast<std::int64_t>(number));
}

std::vector<FleetQuery::Pin> pinsOf(const Node& node) {
    std::vector<FleetQuery::Pin> pins;
    if (node.kind == Node::Kind::value) {
        if (node.pattern.mode() == TextPattern::Mode::whole && node.field.type() != FieldType::texts)
            pins.push_back({node.field, node.pattern.text()});
    } else if (node.kind == Node::Kind::range) {
        if (const auto number = onlyNumber(node); number && node.field.isNumber())
            pins.push_back({node.field, *number});
    } else if (node.kind == Node::Kind::all) {
        for (const Node& child : node.children) {
            auto ofChild = pinsOf(child);
            if (!ofChild.empty() && (pins.empty() || ofChild.size() < pins.size())) pins = std::move(ofChild);
        }
    } else if (node.kind == Node::Kind::any) {
        for (const Node& child : node.children) {
            auto ofChild = pinsOf(child);
            if (ofChild.empty()) return {};
            std::move(ofChild.begin(), ofChild.end(), std::back_inserter(pins));
        }
    }
    return pins;
}

struct Choices {
    std::optional<QueryField> field;
    std::vector<std::string_view> values;
};

// Whether the node asks for nothing but values of one choice; adds them.
bool takeChoices(const Node& node, Choices& choices) {
    if (node.kind == Node::Kind::any)
        return std::all_of(node.children.begin(), node.children.end(),
                           [&](const Node& child) { return takeChoices(child, choices); });
    if (node.kind != Node::Kind::value || node.field.type() != FieldType::choice ||
        node.pattern.mode() != TextPattern::Mode::whole || (choices.field && *choices.field != node.field))
        return false;
    choices.field = node.field;
    for (const std::string_view value : node.field.definition->values)
        if (node.pattern.matches(value)) choices.values.push_back(value);
    return true;
}

}  // namespace

std::optional<double> wholeNumber(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::string foldedAscii(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), folded);
    return result;
}

std::string QueryField::name() const {
    return std::string(definition->name) + attribute;
}

QueryField QueryVocabulary::field(std::size_t place, std::string attribute) const {
    return {&m_fields.at(place), place, std::move(attribute)};
}

std::optional<QueryField> QueryVocabulary::find(std::string_view name) const {
    const std::string folded = foldedAscii(name);
    for (std::size_t place = 0; place < m_fields.size(); ++place) {
        const FieldDefinition& each = m_fields[place];
        if (each.name.back() == '.') {
            const std::size_t length = each.name.size();
            if (folded.size() > length && equalsFolded(each.name, folded.substr(0, length)))
                return field(place, std::string(name.substr(length)));
        } else if (equalsFolded(each.name, folded) ||
                   std::any_of(each.otherNames.begin(), each.otherNames.end(),
                               [&folded](std::string_view other) { return equalsFolded(other, folded); })) {
            return field(place);
        }
    }
    return std::nullopt;
}

bool TextPattern::matches(std::string_view value) const {
    switch (m_mode) {
        case Mode::whole:
            return equalsFolded(value, m_text);
        case Mode::anywhere:
            return containsFolded(value, m_text);
        case Mode::wildcards:
            break;
    }
    return matchesWildcards(value, m_text);
}

FleetQuery::FleetQuery(std::string text) : m_text(std::move(text)) {}

bool FleetQuery::empty() const {
    return m_root == nullptr;
}

bool FleetQuery::reads(const QueryField& field) const {
    return std::find(m_fields.begin(), m_fields.end(), field) != m_fields.end();
}

bool FleetQuery::matches(const QueryRow& row) const {
    return m_root == nullptr || holds(*m_root, row);
}

std::vector<std::string> FleetQuery::reasons(const QueryRow& row) const {
    std::vector<std::string> found;
    std::vector<const Node*> open;
    if (m_root != nullptr) open.push_back(m_root.get());
    while (!open.empty()) {
        const Node& node = *open.back();
        open.pop_back();
        if (node.kind == Node::Kind::all || node.kind == Node::Kind::any) {
            for (auto child = node.children.rbegin(); child != node.children.rend(); ++child)
                if (holds(*child, row)) open.push_back(&*child);
        } else {
            found.push_back(m_text.substr(node.begin, node.end - node.begin));
        }
    }
    return found;
}

std::vector<FleetQuery::Pin> FleetQuery::pins() const {
    return m_root == nullptr ? std::vector<Pin>() : pinsOf(*m_root);
}

std::vector<FleetQuery::Conjunct> FleetQuery::conjuncts() const {
    std::vector<Conjunct> found;
    if (m_root == nullptr) return found;
    const auto take = [this, &found](const Node& node) {
        Conjunct conjunct;
        conjunct.text = m_text.substr(node.begin, node.end - node.begin);
        if (node.kind == Node::Kind::any && !node.enclosed) conjunct.text = '(' + conjunct.text + ')';
        if (node.kind == Node::Kind::word && node.pattern.mode() == TextPattern::Mode::anywhere)
            conjunct.word = node.literal;
        Choices choices;
        if (takeChoices(node, choices)) {
            conjunct.field = choices.field;
            conjunct.values = std::move(choices.values);
        } else if (node.kind == Node::Kind::range && node.field.type() == FieldType::duration && !node.lower &&
                   node.upper->inclusive) {
            conjunct.field = node.field;
            conjunct.withinMs = static_cast<std::int64_t>(node.upper->number.value_or(0));
        }
        found.push_back(std::move(conjunct));
    };
    if (m_root->kind == Node::Kind::all) {
        for (const Node& child : m_root->children) take(child);
    } else {
        take(*m_root);
    }
    return found;
}

}  // namespace drydock::fleet
