#include "storage/partiql/expression_writer.h"

#include <algorithm>
#include <array>

#include "storage/partiql/values.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

// Far beyond what any expression within DynamoDB's limits holds; comparing conditions with attributes repeats them.
constexpr std::size_t kMaxNodes = 5000;

bool isCondition(const Expr& expr) {
    switch (expr.kind) {
        case Kind::comparison:
        case Kind::between:
        case Kind::in:
        case Kind::allOf:
        case Kind::anyOf:
        case Kind::negation:
        case Kind::typeTest:
            return true;
        case Kind::call:
            return isConditionFunction(expr.text);
        default:
            return false;
    }
}

Expr joined(Kind kind, std::vector<Expr> operands) {
    Expr expr;
    expr.kind = kind;
    expr.operands = std::move(operands);
    return expr;
}

Expr negated(Expr inner) {
    std::vector<Expr> operands;
    operands.push_back(std::move(inner));
    return joined(Kind::negation, std::move(operands));
}

// Whether `other`, an attribute or a condition, is true or false.
Expr is(const Expr& other, bool truth) {
    if (isCondition(other)) return truth ? other : negated(other);
    Expr literal;
    literal.kind = Kind::truth;
    literal.flag = truth;
    return joined(Kind::comparison, {other, std::move(literal)});
}

// The types a name of PartiQL's stands for; empty for those no attribute can have.
std::vector<AttributeType> typesNamed(std::string_view name) {
    struct Entry {
        std::string_view name;
        AttributeType type;
    };
    static constexpr Entry kTypes[] = {
        {"null", AttributeType::NULL_},   {"string", AttributeType::S},    {"varchar", AttributeType::S},
        {"char", AttributeType::S},       {"character", AttributeType::S}, {"bool", AttributeType::BOOL},
        {"boolean", AttributeType::BOOL}, {"list", AttributeType::L},      {"struct", AttributeType::M},
        {"tuple", AttributeType::M},      {"blob", AttributeType::B},      {"bag", AttributeType::SS},
        {"bag", AttributeType::NS},       {"bag", AttributeType::BS},      {"int", AttributeType::N},
        {"int2", AttributeType::N},       {"int4", AttributeType::N},      {"int8", AttributeType::N},
        {"integer", AttributeType::N},    {"integer2", AttributeType::N},  {"integer4", AttributeType::N},
        {"integer8", AttributeType::N},   {"smallint", AttributeType::N},  {"bigint", AttributeType::N},
        {"float", AttributeType::N},      {"real", AttributeType::N},      {"double", AttributeType::N},
        {"decimal", AttributeType::N},    {"dec", AttributeType::N},       {"numeric", AttributeType::N},
    };
    std::vector<AttributeType> types;
    for (const Entry& entry : kTypes) {
        if (entry.name == name) types.push_back(entry.type);
    }
    return types;
}

std::string parenthesised(std::string text, bool wanted) {
    return wanted ? '(' + std::move(text) + ')' : text;
}

}  // namespace

bool isConditionFunction(std::string_view name) {
    constexpr std::array kNames = std::to_array<std::string_view>(
        {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"});
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

Error withoutExpressionKind(Error error) {
    for (const std::string_view kind : {"Condition", "Filter", "KeyCondition", "Update", "Projection"}) {
        const std::string beginning = "Invalid " + std::string(kind) + "Expression: ";
        if (error.message.starts_with(beginning)) error.message.erase(0, beginning.size());
    }
    return error;
}

std::string ExpressionWriter::path(const DocumentPath& path) {
    std::string text;
    for (const PathElement& element : path) {
        if (element.index) {
            text += '[' + std::to_string(*element.index) + ']';
            continue;
        }
        const auto [entry, added] = m_names.try_emplace(element.name, "#n" + std::to_string(m_names.size()));
        if (added) m_written.names.emplace(entry->second, element.name);
        if (!text.empty()) text += '.';
        text += entry->second;
    }
    return text;
}

std::string ExpressionWriter::value(AttributeValue value) {
    std::string name = ":v" + std::to_string(m_written.values.size());
    m_written.values.emplace(name, std::move(value));
    return name;
}

Result<std::string> ExpressionWriter::valueOf(const Expr& expr) {
    DRYDOCK_ASSIGN(AttributeValue content, partiql::valueOf(expr, m_parameters));
    return value(std::move(content));
}

// Values of one type compare whatever the item.
std::string ExpressionWriter::constant(bool holds) {
    const std::string one = value(AttributeValue(true));
    return one + (holds ? " = " : " <> ") + one;
}

Result<std::string> ExpressionWriter::allOf(const std::vector<const Expr*>& conditions, bool goesOn) {
    const Around around = goesOn || conditions.size() > 1 ? Around::all : Around::nothing;
    std::string text;
    for (const Expr* each : conditions) {
        DRYDOCK_ASSIGN(const std::string part, write(*each, around));
        if (!text.empty()) text += " AND ";
        text += part;
    }
    return text;
}

Result<std::string> ExpressionWriter::write(const Expr& expr, Around around) {
    if (++m_nodes > kMaxNodes) return invalid("The expression contains too many operators");
    switch (expr.kind) {
        case Kind::allOf:
        case Kind::anyOf:
            return writeChain(expr, around);
        case Kind::negation:
            return writeNegation(expr.operands[0]);
        case Kind::comparison:
            return writeComparison(expr, around);
        case Kind::between:
            return writeBetween(expr);
        case Kind::in:
            return writeIn(expr, around);
        case Kind::typeTest:
            return writeTypeTest(expr, around);
        case Kind::call:
            return writeCall(expr);
        default:
            break;
    }
    return invalid("Unexpected expression in where clause" + atText(expr.position));
}

Result<std::string> ExpressionWriter::writeChain(const Expr& chain, Around around) {
    const Around inner = chain.kind == Kind::allOf ? Around::all : Around::any;
    std::string text;
    for (const Expr& operand : chain.operands) {
        DRYDOCK_ASSIGN(const std::string part, write(operand, inner));
        if (!text.empty()) text += inner == Around::all ? " AND " : " OR ";
        text += part;
    }
    const bool wanted = around == Around::negation || (around == Around::all && inner == Around::any);
    return parenthesised(std::move(text), wanted);
}

Result<std::string> ExpressionWriter::writeNegation(const Expr& inner) {
    DRYDOCK_ASSIGN(const std::string text, write(inner, Around::negation));
    return "NOT " + text;
}

Result<std::string> ExpressionWriter::writeComparison(const Expr& comparison, Around around) {
    if (isCondition(comparison.operands[0]) || isCondition(comparison.operands[1]))
        return writeTruthTest(comparison, around);
    DRYDOCK_ASSIGN(const std::string left, writeOperand(comparison.operands[0]));
    DRYDOCK_ASSIGN(const std::string right, writeOperand(comparison.operands[1]));
    return left + ' ' + comparatorText(comparison.comparator) + ' ' + right;
}

// A condition compared with something: DynamoDB's expressions have no such thing, so it is said otherwise.
Result<std::string> ExpressionWriter::writeTruthTest(const Expr& comparison, Around around) {
    if (comparison.comparator != Comparator::equal && comparison.comparator != Comparator::notEqual) {
        return invalid(std::string("Incorrect operand type for operator or function; operator or function: ") +
                       comparatorText(comparison.comparator) + ", operand type: BOOL");
    }
    const bool equal = comparison.comparator == Comparator::equal;
    const bool swapped = !isCondition(comparison.operands[0]);
    const Expr& condition = comparison.operands[swapped ? 1 : 0];
    const Expr& other = comparison.operands[swapped ? 0 : 1];
    if (isValue(other)) {
        DRYDOCK_ASSIGN(const AttributeValue content, partiql::valueOf(other, m_parameters));
        const bool* truth = content.as<bool>();
        if (truth == nullptr) return constant(!equal);
        return *truth == equal ? write(condition, around) : writeNegation(condition);
    }
    if (!isCondition(other) && other.kind != Kind::path) return writeOperand(other);
    Expr both = joined(Kind::allOf, {condition, is(other, true)});
    Expr neither = joined(Kind::allOf, {negated(condition), is(other, false)});
    std::vector<Expr> cases;
    cases.push_back(std::move(both));
    cases.push_back(std::move(neither));
    const Expr same = joined(Kind::anyOf, std::move(cases));
    return equal ? write(same, around) : writeNegation(same);
}

Result<std::string> ExpressionWriter::writeBetween(const Expr& between) {
    DRYDOCK_ASSIGN(const std::string tested, writeOperand(between.operands[0]));
    DRYDOCK_ASSIGN(const std::string lower, writeOperand(between.operands[1]));
    DRYDOCK_ASSIGN(const std::string upper, writeOperand(between.operands[2]));
    return tested + " BETWEEN " + lower + " AND " + upper;
}

Result<std::string> ExpressionWriter::writeIn(const Expr& in, Around around) {
    if (in.operands.size() < 2) return invalid("The IN operator must have at least one operand");
    const Expr& tested = in.operands[0];
    if (isCondition(tested)) {
        std::vector<Expr> equalities;
        for (auto candidate = in.operands.begin() + 1; candidate != in.operands.end(); ++candidate)
            equalities.push_back(joined(Kind::comparison, {tested, *candidate}));
        return write(joined(Kind::anyOf, std::move(equalities)), around);
    }
    DRYDOCK_ASSIGN(std::string text, writeOperand(tested));
    text += " IN (";
    for (std::size_t i = 1; i < in.operands.size(); ++i) {
        DRYDOCK_ASSIGN(const std::string candidate, writeOperand(in.operands[i]));
        if (i > 1) text += ", ";
        text += candidate;
    }
    return text + ')';
}

Result<std::string> ExpressionWriter::writeTypeTest(const Expr& test, Around around) {
    if (test.operands[0].kind != Kind::path) return invalid("Unsupported operation: IsType");
    const std::string tested = path(test.operands[0].path);
    if (test.text == "missing") return (test.flag ? "attribute_exists(" : "attribute_not_exists(") + tested + ')';
    const std::vector<AttributeType> types = typesNamed(test.text);
    if (types.empty()) return invalid("Unsupported operation: IsType");
    std::string text;
    for (const AttributeType type : types) {
        if (!text.empty()) text += " OR ";
        text += "attribute_type(" + tested + ", " + value(AttributeValue(typeName(type))) + ')';
    }
    const bool several = types.size() > 1;
    if (test.flag) return "NOT " + parenthesised(std::move(text), several);
    return parenthesised(std::move(text), several && (around == Around::all || around == Around::negation));
}

Result<std::string> ExpressionWriter::writeCall(const Expr& call) {
    if (!isConditionFunction(call.text) && call.text != "size")
        return invalid("Unrecognized function: " + call.text + atText(call.position));
    if (call.operands.empty()) {
        return invalid("Incorrect number of operands for operator or function; operator or function: " + call.text +
                       ", number of operands: 0");
    }
    std::string text = call.text + '(';
    for (const Expr& argument : call.operands) {
        DRYDOCK_ASSIGN(const std::string operand, writeOperand(argument));
        if (&argument != &call.operands.front()) text += ", ";
        text += operand;
    }
    return text + ')';
}

Result<std::string> ExpressionWriter::writeOperand(const Expr& expr) {
    if (++m_nodes > kMaxNodes) return invalid("The expression contains too many operators");
    if (expr.kind == Kind::path) return path(expr.path);
    if (expr.kind == Kind::call) return writeCall(expr);
    if (isValue(expr)) return valueOf(expr);
    return invalid("Unexpected expression in where clause" + atText(expr.position));
}

Result<std::string> ExpressionWriter::assigned(const Expr& expr) {
    if (expr.kind == Kind::path) return path(expr.path);
    if (isValue(expr)) return valueOf(expr);
    const bool sum = expr.kind == Kind::sum || expr.kind == Kind::difference;
    if (!sum && expr.kind != Kind::call) return invalid("Unsupported operation: NAry" + atText(expr.position));
    if (!sum && expr.text != "list_append" && expr.text != "if_not_exists")
        return invalid("Unrecognized function: " + expr.text + atText(expr.position));
    if (!sum && expr.operands.empty()) {
        return invalid("Incorrect number of operands for operator or function; operator or function: " + expr.text +
                       ", number of operands: 0");
    }
    std::string text = sum ? std::string() : expr.text + '(';
    for (const Expr& operand : expr.operands) {
        if (sum && (operand.kind == Kind::sum || operand.kind == Kind::difference))
            return invalid("Unsupported operation: NAry" + atText(operand.position));
        DRYDOCK_ASSIGN(const std::string part, assigned(operand));
        if (&operand != &expr.operands.front()) text += sum ? ' ' + expr.text + ' ' : ", ";
        text += part;
    }
    return sum ? text : text + ')';
}

}  // namespace drydock::storage::partiql
