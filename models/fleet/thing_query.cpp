#include "models/fleet/thing_query.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "models/fleet/thing_query_tree.h"

namespace drydock::fleet {
namespace {

using Node = ThingQuery::Node;
using Kind = QueryField::Kind;

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

bool groupsHold(const Node& node, std::string_view groups) {
    constexpr std::string_view separator = ", ";
    for (;;) {
        const std::size_t end = groups.find(separator);
        if (textHolds(node, groups.substr(0, end))) return true;
        if (end == std::string_view::npos) return false;
        groups.remove_prefix(end + separator.size());
    }
}

bool clauseHolds(const Node& node, const ThingRow& row) {
    if (node.kind == Node::Kind::word) return row.anyMatches(node.pattern);
    if (!node.field.isNumber()) {
        const std::string_view value = row.text(node.field);
        return node.field.kind == Kind::groups ? groupsHold(node, value) : textHolds(node, value);
    }
    const auto number = row.number(node.field);
    if (!number || node.kind == Node::Kind::exists) return number.has_value();
    const auto value = static_cast<double>(*number);
    return isWithin(node, [value](const QueryBound& bound) {
        const double other = bound.number.value_or(0);
        return value < other ? -1 : static_cast<int>(value > other);
    });
}

bool holds(const Node& node, const ThingRow& row) {
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

std::vector<ThingQuery::Pin> pinsOf(const Node& node) {
    std::vector<ThingQuery::Pin> pins;
    if (node.kind == Node::Kind::value) {
        if (node.pattern.mode() == TextPattern::Mode::whole && node.field.kind != Kind::groups)
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

// Whether the node asks for nothing but phases; adds them.
bool takePhases(const Node& node, std::vector<Phase>& phases) {
    if (node.kind == Node::Kind::any)
        return std::all_of(node.children.begin(), node.children.end(),
                           [&phases](const Node& child) { return takePhases(child, phases); });
    if (node.kind != Node::Kind::value || node.field.kind != Kind::phase ||
        node.pattern.mode() != TextPattern::Mode::whole)
        return false;
    for (int i = 0; i <= static_cast<int>(Phase::failed); ++i) {
        const auto phase = static_cast<Phase>(i);
        if (node.pattern.matches(phaseName(phase))) phases.push_back(phase);
    }
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

bool QueryField::isNumber() const {
    return kind == Kind::retries || kind == Kind::cycles || kind == Kind::seen;
}

bool QueryField::isOfMessage() const {
    return kind == Kind::model || kind == Kind::fw || kind == Kind::status || kind == Kind::seen;
}

std::string QueryField::name() const {
    // In the order of Kind.
    constexpr std::array<const char*, 12> names = {"thingName", "attributes.", "phase", "retries", "cycles", "groups",
                                                   "assignee",  "note",        "model", "FW",      "status", "seen"};
    return names.at(static_cast<std::size_t>(kind)) + attribute;
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

ThingQuery::ThingQuery(std::string text) : m_text(std::move(text)) {}

bool ThingQuery::empty() const {
    return m_root == nullptr;
}

bool ThingQuery::reads(const QueryField& field) const {
    return std::find(m_fields.begin(), m_fields.end(), field) != m_fields.end();
}

bool ThingQuery::matches(const ThingRow& row) const {
    return m_root == nullptr || holds(*m_root, row);
}

std::vector<std::string> ThingQuery::reasons(const ThingRow& row) const {
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

std::vector<ThingQuery::Pin> ThingQuery::pins() const {
    return m_root == nullptr ? std::vector<Pin>() : pinsOf(*m_root);
}

std::vector<ThingQuery::Conjunct> ThingQuery::conjuncts() const {
    std::vector<Conjunct> found;
    if (m_root == nullptr) return found;
    const auto take = [this, &found](const Node& node) {
        Conjunct conjunct;
        conjunct.text = m_text.substr(node.begin, node.end - node.begin);
        if (node.kind == Node::Kind::any && !node.enclosed) conjunct.text = '(' + conjunct.text + ')';
        if (node.kind == Node::Kind::word && node.pattern.mode() == TextPattern::Mode::anywhere)
            conjunct.word = node.literal;
        if (!takePhases(node, conjunct.phases)) conjunct.phases.clear();
        if (node.kind == Node::Kind::range && node.field.kind == Kind::seen && !node.lower && node.upper->inclusive)
            conjunct.seenMs = static_cast<std::int64_t>(node.upper->number.value_or(0));
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
