// What the parser makes of a PartiQL statement: only what was written; tables, keys and parameters are the planner's.
//
// Invariants: expressions nest at most kMaxNesting levels deep (so that walking them by recursion is safe); chains of
// AND and OR are flat.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/expression/ast.h"
#include "storage/partiql/lexer.h"

namespace drydock::storage::partiql {

inline constexpr int kMaxNesting = 200;

struct Expr {
    enum class Kind {
        text,        // text: the literal
        number,      // text: the literal with its sign, as written
        truth,       // flag
        null,        //
        missing,     //
        parameter,   // place: which `?`, from 0
        path,        // path
        call,        // text: the function in lower case; operands: its arguments
        list,        // operands
        bag,         // operands
        tuple,       // operands: name, value, name, value, …
        comparison,  // comparator, two operands
        between,     // the value, the bounds
        in,          // the value, the candidates
        allOf,       // two or more operands
        anyOf,       // two or more operands
        negation,    // one operand
        typeTest,    // one operand; text: the type in lower case; flag: IS NOT
        sum,         // two operands
        difference,  // two operands
        other,       // an operator that DynamoDB's PartiQL has no use for; text: the operator
    };
    Kind kind = Kind::null;
    Position position;
    std::string text;
    bool flag = false;
    std::size_t place = 0;
    Comparator comparator = Comparator::equal;
    DocumentPath path;
    std::vector<Expr> operands;
};

// What FROM, INTO or UPDATE names.
struct Source {
    std::string table;
    std::string index;  // empty: the table itself
};

struct OrderTerm {
    std::string attribute;
    bool descending = false;
};

struct Select {
    std::vector<Expr> columns;  // none: *
    Source source;
    std::optional<Expr> where;
    std::vector<OrderTerm> orderBy;
};

struct Insert {
    Source source;
    Expr value;
};

enum class Returning { allOld, modifiedOld, allNew, modifiedNew };

struct Assignment {
    Expr target;                // a path
    std::optional<Expr> value;  // none: REMOVE
};

struct Update {
    Source source;
    std::vector<Assignment> assignments;
    std::optional<Expr> where;
    std::optional<Returning> returning;
};

struct Delete {
    Source source;
    std::optional<Expr> where;
    std::optional<Returning> returning;
};

struct Exists {
    Select select;
};

struct Statement {
    std::variant<Select, Insert, Update, Delete, Exists> body;
    std::size_t parameters = 0;  // how many `?`
};

}  // namespace drydock::storage::partiql
