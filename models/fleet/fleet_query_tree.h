// The parsed form of a FleetQuery; only its parser and its evaluation look at it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/fleet_query.h"

namespace drydock::fleet {

struct QueryBound {
    std::string text;  // folded
    std::optional<double> number;
    bool inclusive = true;
};

struct FleetQuery::Node {
    enum class Kind : std::uint8_t { all, any, none, word, value, exists, range };
    Kind kind = Kind::all;
    std::vector<Node> children;  // of all, any and none
    std::size_t begin = 0;       // where it stands in the text
    std::size_t end = 0;
    bool enclosed = false;  // stands in parentheses
    QueryField field;       // of value, exists and range
    TextPattern pattern;    // of word and value
    std::string literal;    // a word's own spelling
    std::optional<QueryBound> lower;
    std::optional<QueryBound> upper;
};

// The number a text is as a whole.
[[nodiscard]] std::optional<double> wholeNumber(std::string_view text);

}  // namespace drydock::fleet
