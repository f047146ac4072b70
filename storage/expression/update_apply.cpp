#include "storage/expression/update_apply.h"

#include <algorithm>

#include "storage/value/json.h"

namespace drydock::storage {
namespace {

tl::unexpected<Error> wrongPath() {
    return invalid("The document path provided in the update expression is invalid for update");
}

// What operands are evaluated against.
struct Context {
    const Item& item;
    const char* typeMismatch;

    [[nodiscard]] tl::unexpected<Error> wrongType() const { return invalid(typeMismatch); }
};

Result<AttributeValue> evaluate(const Operand& operand, const Context& context);

Result<AttributeValue> evaluateSum(const Operand& sum, const Context& context) {
    DRYDOCK_ASSIGN(const AttributeValue left, evaluate(sum.arguments[0], context));
    DRYDOCK_ASSIGN(const AttributeValue right, evaluate(sum.arguments[1], context));
    const auto* a = left.as<Number>();
    const auto* b = right.as<Number>();
    if (a == nullptr || b == nullptr) return context.wrongType();
    DRYDOCK_ASSIGN(const Number total, sum.function == Function::add ? Number::add(*a, *b) : Number::subtract(*a, *b));
    return AttributeValue(total);
}

Result<AttributeValue> evaluateAppend(const Operand& call, const Context& context) {
    DRYDOCK_ASSIGN(AttributeValue left, evaluate(call.arguments[0], context));
    DRYDOCK_ASSIGN(AttributeValue right, evaluate(call.arguments[1], context));
    auto* list = left.as<List>();
    auto* tail = right.as<List>();
    if (list == nullptr || tail == nullptr) return context.wrongType();
    std::move(tail->begin(), tail->end(), std::back_inserter(*list));
    return left;
}

Result<AttributeValue> evaluate(const Operand& operand, const Context& context) {
    if (operand.kind == Operand::Kind::value) return operand.value;
    if (operand.kind == Operand::Kind::path) {
        const AttributeValue* value = resolve(operand.path, context.item);
        if (value == nullptr)
            return invalid("The provided expression refers to an attribute that does not exist in the item");
        return *value;
    }
    if (operand.function == Function::listAppend) return evaluateAppend(operand, context);
    if (operand.function == Function::ifNotExists) {
        const AttributeValue* value = resolve(operand.arguments[0].path, context.item);
        if (value != nullptr) return *value;
        return evaluate(operand.arguments[1], context);
    }
    return evaluateSum(operand, context);
}

// Both sets sorted: their union or difference is too.
template <class Set, class Operation>
std::optional<AttributeValue> combine(const AttributeValue& a, const AttributeValue& b, Operation operation) {
    const auto* left = a.as<Set>();
    const auto* right = b.as<Set>();
    if (left == nullptr || right == nullptr) return std::nullopt;
    Set result;
    operation(left->values.begin(), left->values.end(), right->values.begin(), right->values.end(),
              std::back_inserter(result.values));
    return AttributeValue(std::move(result));
}

template <class Operation>
std::optional<AttributeValue> combineSets(const AttributeValue& a, const AttributeValue& b, Operation operation) {
    switch (a.type()) {
        case AttributeType::SS:
            return combine<StringSet>(a, b, operation);
        case AttributeType::NS:
            return combine<NumberSet>(a, b, operation);
        case AttributeType::BS:
            return combine<BinarySet>(a, b, operation);
        default:
            return std::nullopt;
    }
}

Result<AttributeValue> added(const AttributeValue* before, const AttributeValue& operand, const Context& context) {
    if (before == nullptr) return operand;
    const auto* a = before->as<Number>();
    const auto* b = operand.as<Number>();
    if (a != nullptr && b != nullptr) {
        DRYDOCK_ASSIGN(const Number sum, Number::add(*a, *b));
        return AttributeValue(sum);
    }
    auto united = combineSets(*before, operand, [](auto... range) { std::set_union(range...); });
    if (!united) return context.wrongType();
    return *std::move(united);
}

bool isEmptySet(const AttributeValue& value) {
    const auto emptyValues = [](const auto* set) { return set != nullptr && set->values.empty(); };
    return emptyValues(value.as<StringSet>()) || emptyValues(value.as<NumberSet>()) ||
           emptyValues(value.as<BinarySet>());
}

// One place to write; no value means to remove what is there.
struct Change {
    const DocumentPath* path = nullptr;
    std::optional<AttributeValue> value;
};

// Whether there is a map or list to hold what the path names, which itself may be absent.
bool fits(const DocumentPath& path, const Item& item) {
    if (path.size() == 1) return true;
    const AttributeValue* parent = resolve(DocumentPath(path.begin(), path.end() - 1), item);
    if (parent == nullptr) return false;
    return path.back().index ? parent->as<List>() != nullptr : parent->as<Item>() != nullptr;
}

// Nothing when the action leaves the item as it is.
Result<std::optional<Change>> evaluateAction(const UpdateAction& action, const Context& context) {
    const Item& before = context.item;
    Change change{&action.target.path, std::nullopt};
    const AttributeValue* present = resolve(action.target.path, before);
    const bool takesAway = action.kind == UpdateAction::Kind::remove || action.kind == UpdateAction::Kind::erase;
    if (takesAway && present == nullptr) {
        // From an item that does not exist any path may be taken away: the service asks no more of it.
        if (!before.empty() && !fits(action.target.path, before)) return wrongPath();
        return std::optional<Change>();
    }
    switch (action.kind) {
        case UpdateAction::Kind::set: {
            DRYDOCK_ASSIGN(change.value, evaluate(action.value, context));
            break;
        }
        case UpdateAction::Kind::add: {
            DRYDOCK_ASSIGN(change.value, added(present, action.value.value, context));
            break;
        }
        case UpdateAction::Kind::erase: {
            if (present == nullptr) return std::optional<Change>();
            change.value =
                combineSets(*present, action.value.value, [](auto... range) { std::set_difference(range...); });
            if (!change.value) return context.wrongType();
            if (isEmptySet(*change.value)) change.value.reset();
            break;
        }
        case UpdateAction::Kind::remove:
            break;
    }
    return std::optional<Change>(std::move(change));
}

// By name, by index, and what is within behind what it is in.
bool pathBefore(const DocumentPath& a, const DocumentPath& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                        [](const PathElement& x, const PathElement& y) {
                                            return x.index != y.index ? x.index < y.index : x.name < y.name;
                                        });
}

// The map or list that holds the last element of `path`; nullptr when the path does not lead to one.
AttributeValue* findParent(const DocumentPath& path, Item& item) {
    AttributeValue* value = item.find(path[0].name);
    for (std::size_t i = 1; i + 1 < path.size() && value != nullptr; ++i) {
        if (path[i].index) {
            auto* list = value->as<List>();
            value = list != nullptr && *path[i].index < list->size() ? &(*list)[*path[i].index] : nullptr;
        } else {
            auto* map = value->as<Item>();
            value = map != nullptr ? map->find(path[i].name) : nullptr;
        }
    }
    return value;
}

void writeMember(Item& map, const std::string& name, std::optional<AttributeValue> value) {
    if (value) {
        map.set(name, *std::move(value));
    } else {
        map.erase(name);
    }
}

void writeElement(List& list, std::size_t index, std::optional<AttributeValue> value) {
    if (!value) {
        if (index < list.size()) list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
    } else if (index < list.size()) {
        list[index] = *std::move(value);
    } else {
        list.push_back(*std::move(value));
    }
}

Result<void> write(Change change, Item& item) {
    const DocumentPath& path = *change.path;
    if (path.size() == 1) {
        writeMember(item, path[0].name, std::move(change.value));
        return {};
    }
    AttributeValue* parent = findParent(path, item);
    if (parent == nullptr) return wrongPath();
    if (path.back().index) {
        auto* list = parent->as<List>();
        if (list == nullptr) return wrongPath();
        writeElement(*list, *path.back().index, std::move(change.value));
    } else {
        auto* map = parent->as<Item>();
        if (map == nullptr) return wrongPath();
        writeMember(*map, path.back().name, std::move(change.value));
    }
    return {};
}

int nesting(const AttributeValue& value) {
    int deepest = 0;
    if (const auto* list = value.as<List>()) {
        for (const AttributeValue& element : *list) deepest = std::max(deepest, nesting(element));
    } else if (const auto* map = value.as<Item>()) {
        for (const auto& [name, member] : *map) deepest = std::max(deepest, nesting(member));
    } else {
        return 0;
    }
    return deepest + 1;
}

}  // namespace

Result<Item> applyActions(const UpdateActions& actions, const Item& before) {
    const Context context{before, actions.typeMismatch};
    std::vector<Change> writes;
    std::vector<Change> removals;
    for (const UpdateAction& action : actions.actions) {
        DRYDOCK_ASSIGN(std::optional<Change> change, evaluateAction(action, context));
        if (!change) continue;
        const int around = static_cast<int>(change->path->size()) - 1;
        if (change->value && around + nesting(*change->value) >= kMaxDepth) return invalid(kTooDeep);
        (change->value ? writes : removals).push_back(*std::move(change));
    }
    // Elements behind the end of a list are appended in the order of their indexes. Removals come last and backwards,
    // so that all other indexes still mean what they meant before.
    const auto byPath = [](const Change& a, const Change& b) { return pathBefore(*a.path, *b.path); };
    std::sort(writes.begin(), writes.end(), byPath);
    std::sort(removals.rbegin(), removals.rend(), byPath);
    Item after = before;
    for (Change& change : writes) DRYDOCK_TRY(write(std::move(change), after));
    for (Change& change : removals) DRYDOCK_TRY(write(std::move(change), after));
    return after;
}

}  // namespace drydock::storage
