#include "storage/api/legacy_parameters.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "storage/expression/ast.h"
#include "storage/expression/condition_checks.h"
#include "storage/value/json.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;

constexpr std::size_t kAnyCount = ~std::size_t{0};

struct OperatorRule {
    std::string_view name;
    std::size_t values;      // kAnyCount: one or more
    std::string_view types;  // of the values; empty: any
};
constexpr std::array kOperators = {
    OperatorRule{"EQ", 1, {}},
    OperatorRule{"NE", 1, {}},
    OperatorRule{"LE", 1, "S N B"},
    OperatorRule{"LT", 1, "S N B"},
    OperatorRule{"GE", 1, "S N B"},
    OperatorRule{"GT", 1, "S N B"},
    OperatorRule{"CONTAINS", 1, "S N B"},
    OperatorRule{"NOT_CONTAINS", 1, "S N B"},
    OperatorRule{"BEGINS_WITH", 1, "S B"},
    OperatorRule{"IN", kAnyCount, "S N B"},
    OperatorRule{"BETWEEN", 2, "S N B"},
    OperatorRule{"NULL", 0, {}},
    OperatorRule{"NOT_NULL", 0, {}},
};

// One condition on one attribute, whatever form it came in.
struct LegacyCondition {
    std::string attribute;
    std::string comparison;
    std::vector<AttributeValue> values;
};

Result<std::vector<AttributeValue>> readValues(const json& condition, ValueLayer layer = ValueLayer::current) {
    std::vector<AttributeValue> values;
    const json* list = find(condition, "AttributeValueList");
    if (list == nullptr) return values;
    for (const json& each : *list) {
        DRYDOCK_ASSIGN(AttributeValue value, valueFromJson(each, layer));
        values.push_back(std::move(value));
    }
    return values;
}

bool allows(std::string_view types, AttributeType type) {
    // Type names are words of the list, and none of these is within another.
    return types.empty() || ((type == AttributeType::S || type == AttributeType::N || type == AttributeType::B) &&
                             types.find(typeName(type)) != std::string_view::npos);
}

Result<void> checkArguments(const LegacyCondition& condition) {
    const auto* const rule = std::find_if(kOperators.begin(), kOperators.end(),
                                          [&](const OperatorRule& each) { return each.name == condition.comparison; });
    const std::size_t count = condition.values.size();
    if (rule->values == kAnyCount ? count == 0 : count != rule->values) {
        return invalidParameter("Invalid number of argument(s) for the " + condition.comparison +
                                " ComparisonOperator");
    }
    for (const AttributeValue& value : condition.values) {
        if (value.type() != condition.values.front().type())
            return invalidParameter("AttributeValues inside AttributeValueList must be of same type");
    }
    for (const AttributeValue& value : condition.values) {
        if (allows(rule->types, value.type())) continue;
        return invalidParameter("ComparisonOperator " + condition.comparison + " is not valid for " +
                                typeName(value.type()) + " AttributeValue type");
    }
    if (condition.comparison == "BETWEEN" && orderedBefore(condition.values[1], condition.values[0])) {
        return invalid(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");
    }
    return {};
}

Result<LegacyCondition> readFilter(const std::string& attribute, const json& condition,
                                   ValueLayer layer = ValueLayer::current) {
    LegacyCondition read{attribute, text(condition, "ComparisonOperator"), {}};
    DRYDOCK_ASSIGN(read.values, readValues(condition, layer));
    DRYDOCK_TRY(checkArguments(read));
    return read;
}

// Exists and Value without an operator: the oldest form of all.
Result<LegacyCondition> readExistence(const std::string& attribute, const json& condition) {
    if (has(condition, "AttributeValueList")) {
        return invalidParameter("AttributeValueList can only be used with a ComparisonOperator for Attribute: " +
                                attribute);
    }
    const json* exists = find(condition, "Exists");
    const json* value = find(condition, "Value");
    if (exists == nullptr || exists->get<bool>()) {
        if (value == nullptr) {
            return invalidParameter(std::string("Value must be provided when Exists is ") +
                                    (exists == nullptr ? "null" : "true") + " for Attribute: " + attribute);
        }
        DRYDOCK_ASSIGN(AttributeValue wanted, valueFromJson(*value));
        LegacyCondition read{attribute, "EQ", {}};
        read.values.push_back(std::move(wanted));
        return read;
    }
    if (value != nullptr)
        return invalidParameter("Value cannot be used when Exists is false for Attribute: " + attribute);
    return LegacyCondition{attribute, "NULL", {}};
}

Result<LegacyCondition> readExpected(const std::string& attribute, const json& condition) {
    if (has(condition, "AttributeValueList") && has(condition, "Value")) {
        return invalidParameter("Value and AttributeValueList cannot be used together for Attribute: " + attribute);
    }
    if (!has(condition, "ComparisonOperator")) return readExistence(attribute, condition);
    LegacyCondition read{attribute, text(condition, "ComparisonOperator"), {}};
    if (has(condition, "Exists")) {
        return invalidParameter("Exists and ComparisonOperator cannot be used together for Attribute: " + attribute);
    }
    const json* value = find(condition, "Value");
    const bool needsValue = read.comparison != "NULL" && read.comparison != "NOT_NULL";
    if (needsValue && value == nullptr && !has(condition, "AttributeValueList")) {
        return invalidParameter("Value or AttributeValueList must be used with ComparisonOperator: " + read.comparison +
                                " for Attribute: " + attribute);
    }
    if (value != nullptr) {
        DRYDOCK_ASSIGN(AttributeValue wanted, valueFromJson(*value));
        read.values.push_back(std::move(wanted));
    } else {
        DRYDOCK_ASSIGN(read.values, readValues(condition));
    }
    DRYDOCK_TRY(checkArguments(read));
    return read;
}

// ---- Trees ----------------------------------------------------------------------------------------------------------

DocumentPath pathTo(const std::string& attribute) {
    return {PathElement{attribute, std::nullopt}};
}

Operand pathOperand(const std::string& attribute) {
    Operand operand;
    operand.path = pathTo(attribute);
    return operand;
}

Operand valueOperand(AttributeValue value) {
    Operand operand;
    operand.kind = Operand::Kind::value;
    operand.value = std::move(value);
    return operand;
}

Operand callOperand(Function function, Operand first, std::optional<Operand> second = std::nullopt) {
    Operand operand;
    operand.kind = Operand::Kind::function;
    operand.function = function;
    operand.arguments.push_back(std::move(first));
    if (second) operand.arguments.push_back(*std::move(second));
    return operand;
}

ConditionNode callNode(Operand call) {
    ConditionNode node;
    node.operands.push_back(std::move(call));
    return node;
}

std::optional<Comparator> comparatorOf(std::string_view comparison) {
    constexpr std::array<std::pair<std::string_view, Comparator>, 6> kComparators = {{
        {"EQ", Comparator::equal},
        {"NE", Comparator::notEqual},
        {"LT", Comparator::less},
        {"LE", Comparator::lessOrEqual},
        {"GT", Comparator::greater},
        {"GE", Comparator::greaterOrEqual},
    }};
    for (const auto& [name, comparator] : kComparators) {
        if (name == comparison) return comparator;
    }
    return std::nullopt;
}

ConditionNode nodeOf(LegacyCondition condition) {
    Operand path = pathOperand(condition.attribute);
    std::vector<AttributeValue>& values = condition.values;
    if (condition.comparison == "NULL") return callNode(callOperand(Function::attributeNotExists, std::move(path)));
    if (condition.comparison == "NOT_NULL") return callNode(callOperand(Function::attributeExists, std::move(path)));
    if (condition.comparison == "BEGINS_WITH")
        return callNode(callOperand(Function::beginsWith, std::move(path), valueOperand(std::move(values[0]))));
    ConditionNode node;
    if (condition.comparison == "CONTAINS" || condition.comparison == "NOT_CONTAINS") {
        ConditionNode contains =
            callNode(callOperand(Function::contains, std::move(path), valueOperand(std::move(values[0]))));
        if (condition.comparison == "CONTAINS") return contains;
        // Neither is true of an attribute that is not there.
        node.kind = ConditionNode::Kind::negation;
        node.children.push_back(std::move(contains));
        ConditionNode present;
        present.kind = ConditionNode::Kind::allOf;
        present.children.push_back(callNode(callOperand(Function::attributeExists, pathOperand(condition.attribute))));
        present.children.push_back(std::move(node));
        return present;
    }
    if (const auto comparator = comparatorOf(condition.comparison)) {
        node.kind = ConditionNode::Kind::comparison;
        node.comparator = *comparator;
    } else {
        node.kind = condition.comparison == "BETWEEN" ? ConditionNode::Kind::between : ConditionNode::Kind::in;
    }
    node.operands.push_back(std::move(path));
    for (AttributeValue& value : values) node.operands.push_back(valueOperand(std::move(value)));
    return node;
}

Result<void> compileConditions(const json& body, std::string_view parameter, CompiledExpressions& compiled) {
    const bool expected = parameter == "Expected";
    const ValueLayer layer = parameter == "ScanFilter" ? ValueLayer::older : ValueLayer::current;
    std::vector<ConditionNode> nodes;
    std::vector<DocumentPath> paths;
    for (const auto& [attribute, condition] : find(body, parameter)->items()) {
        DRYDOCK_TRY(checkAttributeName(attribute));
        DRYDOCK_ASSIGN(LegacyCondition read,
                       expected ? readExpected(attribute, condition) : readFilter(attribute, condition, layer));
        nodes.push_back(nodeOf(std::move(read)));
        paths.push_back(pathTo(attribute));
    }
    if (has(body, "ConditionalOperator") && nodes.size() < 2)
        return invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements");
    if (nodes.empty()) return {};
    compiled.legacyFilter = !expected;
    ConditionNode root;
    if (nodes.size() == 1) {
        root = std::move(nodes.front());
    } else {
        root.kind = text(body, "ConditionalOperator") == "OR" ? ConditionNode::Kind::anyOf : ConditionNode::Kind::allOf;
        root.children = std::move(nodes);
    }
    compiled.condition = Condition::fromTree(std::move(root), std::move(paths));
    return {};
}

bool isSet(AttributeType type) {
    return type == AttributeType::SS || type == AttributeType::NS || type == AttributeType::BS;
}

Result<UpdateAction> readUpdate(const std::string& attribute, const json& update) {
    UpdateAction action;
    action.target = pathOperand(attribute);
    const std::string name = text(update, "Action");
    const json* given = find(update, "Value");
    if (given == nullptr) {
        if (name != "DELETE")
            return invalidParameter("Only DELETE action is allowed when no attribute value is specified");
        action.kind = UpdateAction::Kind::remove;
        return action;
    }
    DRYDOCK_ASSIGN(AttributeValue value, valueFromJson(*given));
    const AttributeType type = value.type();
    if (name == "DELETE") {
        if (!isSet(type)) {
            return invalidParameter(std::string("DELETE action with value is not supported for the type ") +
                                    typeName(type));
        }
        action.kind = UpdateAction::Kind::erase;
    } else if (name == "ADD" && type == AttributeType::L) {
        // ADD of an expression takes no lists; the older one appends.
        Operand before = callOperand(Function::ifNotExists, pathOperand(attribute), valueOperand(List{}));
        action.value = callOperand(Function::listAppend, std::move(before), valueOperand(std::move(value)));
        return action;
    } else if (name == "ADD") {
        if (!isSet(type) && type != AttributeType::N) {
            return invalidParameter(std::string("ADD action is not supported for the type ") + typeName(type));
        }
        action.kind = UpdateAction::Kind::add;
    }
    action.value = valueOperand(std::move(value));
    return action;
}

Result<void> compileUpdates(const json& body, CompiledExpressions& compiled) {
    const json* given = find(body, "AttributeUpdates");
    if (given->empty()) return {};
    UpdateActions actions;
    for (const auto& [attribute, update] : given->items()) {
        DRYDOCK_TRY(checkAttributeName(attribute));
        DRYDOCK_ASSIGN(UpdateAction action, readUpdate(attribute, update));
        actions.actions.push_back(std::move(action));
    }
    actions.typeMismatch = "Type mismatch for attribute to update";
    compiled.update = Update::fromTree(std::move(actions));
    return {};
}

Result<void> compileAttributesToGet(const json& body, CompiledExpressions& compiled) {
    const json* given = find(body, "AttributesToGet");
    std::set<std::string> seen;
    std::vector<DocumentPath> paths;
    for (const json& each : *given) {
        const auto& name = each.get_ref<const std::string&>();
        DRYDOCK_TRY(checkAttributeName(name));
        if (!seen.insert(name).second) return invalidParameter("Duplicate value in attribute name: " + name);
        paths.push_back(pathTo(name));
    }
    compiled.projection = Projection::fromPaths(std::move(paths));
    return {};
}

std::optional<KeyRange::Operator> keyOperator(std::string_view comparison) {
    using Operator = KeyRange::Operator;
    constexpr std::array<std::pair<std::string_view, Operator>, 7> kKeyOperators = {{
        {"EQ", Operator::equal},
        {"LT", Operator::less},
        {"LE", Operator::lessOrEqual},
        {"GT", Operator::greater},
        {"GE", Operator::greaterOrEqual},
        {"BETWEEN", Operator::between},
        {"BEGINS_WITH", Operator::beginsWith},
    }};
    for (const auto& [name, op] : kKeyOperators) {
        if (name == comparison) return op;
    }
    return std::nullopt;
}

Result<void> compileKeyConditions(const json& body, CompiledExpressions& compiled) {
    const json* given = find(body, "KeyConditions");
    std::vector<LegacyCondition> conditions;
    for (const auto& [attribute, condition] : given->items()) {
        DRYDOCK_ASSIGN(LegacyCondition read, readFilter(attribute, condition));
        conditions.push_back(std::move(read));
    }
    // Only an index can have a key of more attributes: four of each kind.
    const std::size_t most = has(body, "IndexName") ? 8 : 2;
    if (conditions.empty() || conditions.size() > most) return invalid("Conditions can be of length 1 or 2 only");
    KeyRange range;
    for (LegacyCondition& condition : conditions) {
        const auto op = keyOperator(condition.comparison);
        if (!op) return invalid("Attempted conditional constraint is not an indexable operation");
        KeyRange::Part part{condition.attribute, *op, std::move(condition.values[0]), {}};
        if (*op == KeyRange::Operator::between) part.second = std::move(condition.values[1]);
        range.parts.push_back(std::move(part));
    }
    compiled.keyRange = std::move(range);
    return {};
}

// ---- Shapes ---------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 13> kComparisonWords = {
    "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS"};
constexpr std::array<std::string_view, 2> kOperatorWords = {"OR", "AND"};
constexpr std::array<std::string_view, 3> kActionWords = {"ADD", "PUT", "DELETE"};
constexpr Shape kComparison{.words = kComparisonWords};
constexpr Shape kAction{.words = kActionWords};
constexpr Shape kValueList{.kind = Shape::Kind::list, .element = &kValue};
constexpr std::array kExpectedMembers = {Member{"AttributeValueList", &kValueList},
                                         Member{"ComparisonOperator", &kComparison}, Member{"Exists", &kFlag},
                                         Member{"Value", &kValue}};
constexpr std::array kConditionMembers = {Member{"AttributeValueList", &kValueList},
                                          Member{"ComparisonOperator", &kComparison, true}};
constexpr std::array kUpdateMembers = {Member{"Action", &kAction}, Member{"Value", &kValue}};
constexpr Shape kExpectedValue{
    .kind = Shape::Kind::structure, .className = "ExpectedAttributeValue", .members = kExpectedMembers};
constexpr Shape kCondition{.kind = Shape::Kind::structure, .className = "Condition", .members = kConditionMembers};
constexpr Shape kValueUpdate{
    .kind = Shape::Kind::structure, .className = "AttributeValueUpdate", .members = kUpdateMembers};

}  // namespace

constinit const Shape kExpected{.kind = Shape::Kind::map, .element = &kExpectedValue};
constinit const Shape kFilterConditions{.kind = Shape::Kind::map, .element = &kCondition};
constinit const Shape kConditionalOperator{.words = kOperatorWords};
constinit const Shape kAttributesToGet{.kind = Shape::Kind::list, .element = &kText, .least = 1, .most = 255};
constinit const Shape kAttributeUpdates{.kind = Shape::Kind::map, .element = &kValueUpdate};

Result<void> compileLegacy(const json& body, ParameterNames parameters, CompiledExpressions& compiled) {
    for (const std::string_view name : parameters) {
        if (!has(body, name)) continue;
        if (name == "AttributeUpdates") {
            DRYDOCK_TRY(compileUpdates(body, compiled));
        } else if (name == "AttributesToGet") {
            DRYDOCK_TRY(compileAttributesToGet(body, compiled));
        } else if (name == "KeyConditions") {
            DRYDOCK_TRY(compileKeyConditions(body, compiled));
        } else if (name == "ConditionalOperator") {
            if (!has(body, "Expected") && !has(body, "ScanFilter") && !has(body, "QueryFilter"))
                return invalid("ConditionalOperator cannot be used without Filter or Expected");
        } else {
            DRYDOCK_TRY(compileConditions(body, name, compiled));
        }
    }
    return {};
}

}  // namespace drydock::storage::api
