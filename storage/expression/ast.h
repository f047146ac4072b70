// What the parser makes of an expression. The parser fills in what was written; the checks resolve #names and :values
// in place (Operand::path and Operand::value), and only a tree that passed them is evaluated.
#pragma once

#include <string>
#include <vector>

#include "storage/expression/expression.h"

namespace drydock::storage {

enum class Function {
    unknown,
    attributeExists,
    attributeNotExists,
    attributeType,
    beginsWith,
    contains,
    size,
    ifNotExists,
    listAppend,
    add,       // a + b
    subtract,  // a - b
};

struct PathPart {
    std::string text;  // "attribute", "#name" or the digits of an index
    bool isIndex = false;
};

struct Operand {
    enum class Kind { path, value, function };
    Kind kind = Kind::path;
    std::string text;             // ":value" or the function as written
    std::vector<PathPart> parts;  // path
    Function function = Function::unknown;
    std::vector<Operand> arguments;  // function

    DocumentPath path;     // resolved
    AttributeValue value;  // resolved
};

enum class Comparator { equal, notEqual, less, lessOrEqual, greater, greaterOrEqual };

struct ConditionNode {
    enum class Kind { allOf, anyOf, negation, comparison, between, in, operand };
    Kind kind = Kind::operand;
    Comparator comparator = Comparator::equal;  // comparison
    std::vector<ConditionNode> children;        // allOf, anyOf: two or more; negation: one
    std::vector<Operand> operands;              // the others; the value under test first
    bool parenthesised = false;
};

struct UpdateAction {
    enum class Kind { set, remove, add, erase };
    Kind kind = Kind::set;
    Operand target;
    Operand value;  // all but remove
};

struct UpdateSection {
    UpdateAction::Kind kind = UpdateAction::Kind::set;
    std::vector<UpdateAction> actions;
};

struct UpdateActions {
    std::vector<UpdateAction> actions;
    // What is said of an operand whose type does not fit what the item has.
    const char* typeMismatch = "An operand in the update expression has an incorrect data type";
};

[[nodiscard]] const char* comparatorText(Comparator comparator);

}  // namespace drydock::storage
