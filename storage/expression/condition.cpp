#include <algorithm>

#include "storage/expression/condition_checks.h"

namespace drydock::storage {
namespace {

bool startsWith(const AttributeValue& value, const AttributeValue& prefix) {
    if (const auto* text = value.as<std::string>()) {
        const auto* start = prefix.as<std::string>();
        return start != nullptr && text->starts_with(*start);
    }
    const auto* bytes = value.as<Binary>();
    const auto* start = prefix.as<Binary>();
    return bytes != nullptr && start != nullptr && bytes->size() >= start->size() &&
           std::equal(start->begin(), start->end(), bytes->begin());
}

template <class Set, class Element>
bool isMember(const AttributeValue& set, const AttributeValue& element) {
    const auto& values = set.as<Set>()->values;
    const auto* wanted = element.as<Element>();
    return wanted != nullptr && std::binary_search(values.begin(), values.end(), *wanted);
}

// A part of a text or binary, a member of a set, an element of a list.
bool contains(const AttributeValue& value, const AttributeValue& part) {
    switch (value.type()) {
        case AttributeType::S: {
            const auto* text = part.as<std::string>();
            return text != nullptr && value.as<std::string>()->find(*text) != std::string::npos;
        }
        case AttributeType::B: {
            const auto& bytes = *value.as<Binary>();
            const auto* wanted = part.as<Binary>();
            return wanted != nullptr && (wanted->empty() || std::search(bytes.begin(), bytes.end(), wanted->begin(),
                                                                        wanted->end()) != bytes.end());
        }
        case AttributeType::L: {
            const auto& list = *value.as<List>();
            return std::find(list.begin(), list.end(), part) != list.end();
        }
        case AttributeType::SS:
            return isMember<StringSet, std::string>(value, part);
        case AttributeType::NS:
            return isMember<NumberSet, Number>(value, part);
        case AttributeType::BS:
            return isMember<BinarySet, Binary>(value, part);
        default:
            return false;
    }
}

struct SizeOf {
    template <class T>
    static std::optional<std::size_t> of(const T& sized) {
        return sized.size();
    }
    std::optional<std::size_t> operator()(const std::string& value) const { return of(value); }
    std::optional<std::size_t> operator()(const Binary& value) const { return of(value); }
    std::optional<std::size_t> operator()(const List& value) const { return of(value); }
    std::optional<std::size_t> operator()(const Item& value) const { return of(value); }
    std::optional<std::size_t> operator()(const StringSet& value) const { return of(value.values); }
    std::optional<std::size_t> operator()(const NumberSet& value) const { return of(value.values); }
    std::optional<std::size_t> operator()(const BinarySet& value) const { return of(value.values); }
    std::optional<std::size_t> operator()(const Number&) const { return std::nullopt; }
    std::optional<std::size_t> operator()(bool) const { return std::nullopt; }
    std::optional<std::size_t> operator()(Null) const { return std::nullopt; }
};

// An operand's value for one item: nothing when an attribute is absent.
class Evaluated {
public:
    Evaluated(const Operand& operand, const Item& item) {
        switch (operand.kind) {
            case Operand::Kind::value:
                m_value = &operand.value;
                break;
            case Operand::Kind::path:
                m_value = resolve(operand.path, item);
                break;
            case Operand::Kind::function: {  // size(): no other function is an operand
                const Evaluated argument(operand.arguments[0], item);
                if (argument.get() == nullptr) break;
                if (const auto size = std::visit(SizeOf{}, argument.get()->variant())) {
                    m_size = AttributeValue(static_cast<std::int64_t>(*size));
                    m_value = &m_size;
                }
                break;
            }
        }
    }
    Evaluated(const Evaluated&) = delete;
    Evaluated& operator=(const Evaluated&) = delete;

    [[nodiscard]] const AttributeValue* get() const { return m_value; }

private:
    AttributeValue m_size;
    const AttributeValue* m_value = nullptr;
};

bool isOrdered(const AttributeValue& value) {
    return value.type() == AttributeType::S || value.type() == AttributeType::N || value.type() == AttributeType::B;
}

bool notAfter(const AttributeValue& a, const AttributeValue& b) {
    return a.type() == b.type() && isOrdered(a) && !orderedBefore(b, a);
}

bool compare(Comparator comparator, const AttributeValue* a, const AttributeValue* b) {
    const bool present = a != nullptr && b != nullptr;
    // An absent attribute is different from everything.
    if (comparator == Comparator::notEqual) return !(present && *a == *b);
    if (!present) return false;
    switch (comparator) {
        case Comparator::less:
            return orderedBefore(*a, *b);
        case Comparator::lessOrEqual:
            return notAfter(*a, *b);
        case Comparator::greater:
            return orderedBefore(*b, *a);
        case Comparator::greaterOrEqual:
            return notAfter(*b, *a);
        default:
            return *a == *b;
    }
}

bool callMatches(const Operand& call, const Item& item) {
    const Evaluated first(call.arguments[0], item);
    if (call.function == Function::attributeNotExists) return first.get() == nullptr;
    if (first.get() == nullptr) return false;
    if (call.function == Function::attributeExists) return true;
    const Evaluated second(call.arguments[1], item);
    if (second.get() == nullptr) return false;
    switch (call.function) {
        case Function::attributeType:
            return *second.get()->as<std::string>() == typeName(first.get()->type());
        case Function::beginsWith:
            return startsWith(*first.get(), *second.get());
        default:
            return contains(*first.get(), *second.get());
    }
}

bool nodeMatches(const ConditionNode& node, const Item& item) {
    const auto matches = [&](const ConditionNode& child) { return nodeMatches(child, item); };
    switch (node.kind) {
        case ConditionNode::Kind::allOf:
            return std::all_of(node.children.begin(), node.children.end(), matches);
        case ConditionNode::Kind::anyOf:
            return std::any_of(node.children.begin(), node.children.end(), matches);
        case ConditionNode::Kind::negation:
            return !matches(node.children[0]);
        case ConditionNode::Kind::operand:
            return callMatches(node.operands[0], item);
        case ConditionNode::Kind::comparison:
        case ConditionNode::Kind::between:
        case ConditionNode::Kind::in:
            break;
    }
    const Evaluated tested(node.operands[0], item);
    if (node.kind == ConditionNode::Kind::comparison)
        return compare(node.comparator, tested.get(), Evaluated(node.operands[1], item).get());
    if (node.kind == ConditionNode::Kind::between) {
        return compare(Comparator::greaterOrEqual, tested.get(), Evaluated(node.operands[1], item).get()) &&
               compare(Comparator::lessOrEqual, tested.get(), Evaluated(node.operands[2], item).get());
    }
    return std::any_of(node.operands.begin() + 1, node.operands.end(), [&](const Operand& candidate) {
        return compare(Comparator::equal, tested.get(), Evaluated(candidate, item).get());
    });
}

}  // namespace

Result<Condition> Condition::compile(std::string_view text, ParameterUse& use, std::string_view kind) {
    DRYDOCK_ASSIGN(CheckedCondition checked, checkedCondition(text, kind, use));
    Condition condition;
    condition.m_root = std::make_shared<const ConditionNode>(std::move(checked.root));
    condition.m_paths = std::move(checked.paths);
    return condition;
}

Condition Condition::fromTree(ConditionNode root, std::vector<DocumentPath> paths) {
    Condition condition;
    condition.m_root = std::make_shared<const ConditionNode>(std::move(root));
    condition.m_paths = std::move(paths);
    return condition;
}

bool Condition::matches(const Item& item) const {
    return nodeMatches(*m_root, item);
}

}  // namespace drydock::storage
