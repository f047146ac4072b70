#include <algorithm>

#include "storage/expression/condition_checks.h"
#include "storage/expression/resolver.h"

namespace drydock::storage {
namespace {

constexpr std::string_view kKind = "KeyConditionExpression";

tl::unexpected<Error> refuse(std::string message) {
    return fail(ErrorCode::validation, std::move(message));
}

tl::unexpected<Error> invalidOperator(std::string_view name) {
    return refuse("Invalid operator used in KeyConditionExpression: " + std::string(name));
}

tl::unexpected<Error> invalidCondition(std::string_view why) {
    return refuse("Invalid condition in KeyConditionExpression: " + std::string(why));
}

// `swapped`: the value stands first (":v < a").
KeyRange::Operator rangeOperator(Comparator comparator, bool swapped) {
    switch (comparator) {
        case Comparator::less:
            return swapped ? KeyRange::Operator::greater : KeyRange::Operator::less;
        case Comparator::lessOrEqual:
            return swapped ? KeyRange::Operator::greaterOrEqual : KeyRange::Operator::lessOrEqual;
        case Comparator::greater:
            return swapped ? KeyRange::Operator::less : KeyRange::Operator::greater;
        case Comparator::greaterOrEqual:
            return swapped ? KeyRange::Operator::lessOrEqual : KeyRange::Operator::greaterOrEqual;
        default:
            return KeyRange::Operator::equal;
    }
}

Result<void> mustBeFirst(std::string_view operation, const std::vector<Operand>& operands) {
    if (operands[0].kind == Operand::Kind::path) return {};
    return invalidCondition(std::string(operation) + " operator must have the key attribute as its first operand");
}

// The place of the only path among the operands; the others are values.
Result<std::size_t> keyOperand(const std::vector<Operand>& operands) {
    std::optional<std::size_t> key;
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (operands[i].kind == Operand::Kind::function)
            return refuse("KeyConditionExpressions cannot contain nested operations");
        if (operands[i].kind != Operand::Kind::path) continue;
        if (key) return invalidCondition("Multiple attribute names used in one condition");
        if (operands[i].path.size() > 1)
            return refuse("KeyConditionExpressions cannot have conditions on nested attributes");
        key = i;
    }
    if (!key) return invalidCondition("No key attribute specified");
    return *key;
}

Result<KeyRange::Part> functionPart(Operand& call) {
    if (call.function != Function::beginsWith) return invalidOperator(call.text);
    DRYDOCK_TRY(mustBeFirst(call.text, call.arguments));
    DRYDOCK_ASSIGN(const std::size_t key, keyOperand(call.arguments));
    KeyRange::Part part;
    part.name = call.arguments[key].path[0].name;
    part.op = KeyRange::Operator::beginsWith;
    part.first = std::move(call.arguments[1].value);
    return part;
}

Result<KeyRange::Part> rangePart(ConditionNode& node) {
    if (node.kind == ConditionNode::Kind::operand) return functionPart(node.operands[0]);
    if (node.kind == ConditionNode::Kind::anyOf) return invalidOperator("OR");
    if (node.kind == ConditionNode::Kind::negation) return invalidOperator("NOT");
    if (node.kind == ConditionNode::Kind::in) return invalidOperator("IN");
    const bool between = node.kind == ConditionNode::Kind::between;
    if (between) {
        DRYDOCK_TRY(mustBeFirst("BETWEEN", node.operands));
    } else if (node.comparator == Comparator::notEqual) {
        return invalidOperator("<>");
    }
    DRYDOCK_ASSIGN(const std::size_t key, keyOperand(node.operands));
    KeyRange::Part part;
    part.name = node.operands[key].path[0].name;
    part.op = between ? KeyRange::Operator::between : rangeOperator(node.comparator, key == 1);
    part.first = std::move(node.operands[key == 0 ? 1 : 0].value);
    if (between) part.second = std::move(node.operands[2].value);
    return part;
}

Result<void> collect(ConditionNode& node, KeyRange& range) {
    if (node.kind == ConditionNode::Kind::allOf) {
        for (ConditionNode& child : node.children) DRYDOCK_TRY(collect(child, range));
        return {};
    }
    DRYDOCK_ASSIGN(KeyRange::Part part, rangePart(node));
    const bool repeated = std::any_of(range.parts.begin(), range.parts.end(),
                                      [&](const KeyRange::Part& other) { return other.name == part.name; });
    if (repeated)
        return refuse(
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key");
    range.parts.push_back(std::move(part));
    return {};
}

}  // namespace

Result<KeyRange> compileKeyCondition(std::string_view text, ParameterUse& use) {
    DRYDOCK_ASSIGN(CheckedCondition checked, checkedCondition(text, kKind, use));
    KeyRange range;
    DRYDOCK_TRY(collect(checked.root, range));
    return range;
}

}  // namespace drydock::storage
