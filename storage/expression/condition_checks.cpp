#include "storage/expression/condition_checks.h"

#include <algorithm>

#include "storage/expression/resolver.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kMaxInOperands = 100;
constexpr std::string_view kOrderedTypes = "S N B";

bool isConditionFunction(Function function) {
    switch (function) {
        case Function::attributeExists:
        case Function::attributeNotExists:
        case Function::attributeType:
        case Function::beginsWith:
        case Function::contains:
            return true;
        default:
            return false;
    }
}

bool samePath(const Operand& a, const Operand& b) {
    return a.kind == Operand::Kind::path && b.kind == Operand::Kind::path && a.path == b.path;
}

std::string boundText(const AttributeValue& value) {
    std::string content;
    if (const auto* text = value.as<std::string>()) content = *text;
    if (const auto* number = value.as<Number>()) content = number->toString();
    if (const auto* binary = value.as<Binary>()) {
        // DynamoDB prints the buffer, not its bytes.
        const std::string size = std::to_string(binary->size());
        content = "java.nio.HeapByteBuffer[pos=0 lim=" + size + " cap=" + size + "]";
    }
    return std::string("AttributeValue: {") + typeName(value.type()) + ':' + content + '}';
}

// The checks in DynamoDB's order: the first ones over all of the expression, then the others one comparison or function
// after the other.
class ConditionChecker {
public:
    ConditionChecker(std::string_view kind, ParameterUse& use) : m_resolver(kind, use) {}

    Result<CheckedCondition> check(ConditionNode root) {
        DRYDOCK_TRY(forOperands(root, [&](const Operand& operand) { return checkFunctionNames(operand); }));
        DRYDOCK_TRY(checkFunctionUse(root));
        DRYDOCK_TRY(forOperands(root, [&](const Operand& operand) { return m_resolver.checkWords(operand); }));
        DRYDOCK_TRY(checkLeaves(root));
        return CheckedCondition{std::move(root), m_resolver.paths()};
    }

private:
    template <class Check>
    static Result<void> forOperands(const ConditionNode& node, const Check& check) {
        for (const ConditionNode& child : node.children) DRYDOCK_TRY(forOperands(child, check));
        for (const Operand& operand : node.operands) DRYDOCK_TRY(check(operand));
        return {};
    }

    Result<void> checkFunctionNames(const Operand& operand) const {
        for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkFunctionNames(argument));
        if (operand.kind == Operand::Kind::function && operand.function == Function::unknown)
            return m_resolver.invalid("Invalid function name; function: " + operand.text);
        return {};
    }

    // Functions that are conditions stand alone; size() stands where an operand does.
    Result<void> checkFunctionUse(const ConditionNode& node) const {
        for (const ConditionNode& child : node.children) DRYDOCK_TRY(checkFunctionUse(child));
        const bool standsAlone = node.kind == ConditionNode::Kind::operand;
        for (const Operand& operand : node.operands) DRYDOCK_TRY(checkFunctionUse(operand, standsAlone));
        return {};
    }

    Result<void> checkFunctionUse(const Operand& operand, bool standsAlone) const {
        for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkFunctionUse(argument, false));
        if (operand.kind != Operand::Kind::function) return {};
        if (operand.function == Function::ifNotExists || operand.function == Function::listAppend) {
            return m_resolver.invalid("The function is not allowed in a condition expression; function: " +
                                      operand.text);
        }
        if (isConditionFunction(operand.function) == standsAlone) return {};
        return m_resolver.invalid("The function is not allowed to be used this way in an expression; function: " +
                                  operand.text);
    }

    Result<void> checkLeaves(ConditionNode& node) {
        for (ConditionNode& child : node.children) DRYDOCK_TRY(checkLeaves(child));
        for (Operand& operand : node.operands) DRYDOCK_TRY(m_resolver.resolve(operand));
        for (const Operand& operand : node.operands) DRYDOCK_TRY(m_resolver.checkArity(operand));
        for (const Operand& operand : node.operands) DRYDOCK_TRY(checkArgumentsDistinct(operand));
        switch (node.kind) {
            case ConditionNode::Kind::comparison:
                return checkComparison(node);
            case ConditionNode::Kind::between:
                return checkBetween(node);
            case ConditionNode::Kind::in:
                return checkIn(node);
            default:
                break;
        }
        return checkFunctions(node.operands);
    }

    Result<void> checkDistinct(std::string_view operation, const std::vector<Operand>& operands) const {
        const bool repeated = std::any_of(operands.begin() + 1, operands.end(),
                                          [&](const Operand& other) { return samePath(operands[0], other); });
        if (!repeated) return {};
        std::string message =
            "The first operand must be distinct from the remaining operands for this operator or function; operator: ";
        message.append(operation).append(", first operand: ").append(pathText(operands[0].path));
        return m_resolver.invalid(message);
    }

    Result<void> checkArgumentsDistinct(const Operand& operand) const {
        for (const Operand& argument : operand.arguments) DRYDOCK_TRY(checkArgumentsDistinct(argument));
        if (operand.kind != Operand::Kind::function) return {};
        return checkDistinct(operand.text, operand.arguments);
    }

    Result<void> checkFunctions(const std::vector<Operand>& operands) const {
        for (const Operand& operand : operands) {
            DRYDOCK_TRY(checkFunctions(operand.arguments));
            if (operand.kind == Operand::Kind::function) DRYDOCK_TRY(checkFunction(operand));
        }
        return {};
    }

    Result<void> checkFunction(const Operand& call) const {
        switch (call.function) {
            case Function::attributeExists:
            case Function::attributeNotExists:
                return requirePath(call);
            case Function::attributeType: {
                DRYDOCK_TRY(requirePath(call));
                return checkTypeArgument(call);
            }
            case Function::beginsWith:
                for (const Operand& argument : call.arguments)
                    DRYDOCK_TRY(m_resolver.checkType(call.text, argument, "S B"));
                return {};
            case Function::size:
                return m_resolver.checkType(call.text, call.arguments[0], "S B SS NS BS L M");
            default:
                return {};
        }
    }

    Result<void> requirePath(const Operand& call) const {
        if (call.arguments[0].kind == Operand::Kind::path) return {};
        return m_resolver.invalid("Operator or function requires a document path; operator or function: " + call.text);
    }

    Result<void> checkTypeArgument(const Operand& call) const {
        const Operand& type = call.arguments[1];
        if (type.kind == Operand::Kind::path) {
            return m_resolver.invalid(
                "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: "
                "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
        }
        DRYDOCK_TRY(m_resolver.checkType(call.text, type, "S"));
        const std::string& name = *type.value.as<std::string>();
        for (int i = 0; i <= static_cast<int>(AttributeType::BS); ++i) {
            if (name == typeName(static_cast<AttributeType>(i))) return {};
        }
        return m_resolver.invalid("Invalid attribute type name found; type: " + name +
                                  ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
    }

    Result<void> checkComparison(const ConditionNode& node) const {
        const char* name = comparatorText(node.comparator);
        DRYDOCK_TRY(checkDistinct(name, node.operands));
        DRYDOCK_TRY(checkFunctions(node.operands));
        if (node.comparator == Comparator::equal || node.comparator == Comparator::notEqual) return {};
        for (const Operand& operand : node.operands) DRYDOCK_TRY(m_resolver.checkType(name, operand, kOrderedTypes));
        return {};
    }

    Result<void> checkBetween(const ConditionNode& node) const {
        DRYDOCK_TRY(checkDistinct("BETWEEN", node.operands));
        DRYDOCK_TRY(checkFunctions(node.operands));
        for (const Operand& operand : node.operands)
            DRYDOCK_TRY(m_resolver.checkType("BETWEEN", operand, kOrderedTypes));
        const Operand& lower = node.operands[1];
        const Operand& upper = node.operands[2];
        if (lower.kind != Operand::Kind::value || upper.kind != Operand::Kind::value) return {};
        const std::string bounds =
            "; lower bound operand: " + boundText(lower.value) + ", upper bound operand: " + boundText(upper.value);
        if (lower.value.type() != upper.value.type()) {
            return m_resolver.invalid("The BETWEEN operator requires same data type for lower and upper bounds" +
                                      bounds);
        }
        if (orderedBefore(upper.value, lower.value)) {
            return m_resolver.invalid(
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound" + bounds);
        }
        return {};
    }

    Result<void> checkIn(const ConditionNode& node) const {
        const std::size_t candidates = node.operands.size() - 1;
        if (candidates > kMaxInOperands) {
            return m_resolver.invalid("The IN operator is provided with too many operands; number of operands: " +
                                      std::to_string(candidates));
        }
        DRYDOCK_TRY(checkDistinct("IN", node.operands));
        return checkFunctions(node.operands);
    }

    Resolver m_resolver;
};

}  // namespace

bool orderedBefore(const AttributeValue& a, const AttributeValue& b) {
    if (a.type() != b.type()) return false;
    if (const auto* text = a.as<std::string>()) return *text < *b.as<std::string>();
    if (const auto* number = a.as<Number>()) return *number < *b.as<Number>();
    if (const auto* binary = a.as<Binary>()) return *binary < *b.as<Binary>();
    return false;
}

Result<CheckedCondition> checkedCondition(std::string_view text, std::string_view kind, ParameterUse& use) {
    DRYDOCK_ASSIGN(ConditionNode root, parseCondition(text, kind));
    return ConditionChecker(kind, use).check(std::move(root));
}

}  // namespace drydock::storage
