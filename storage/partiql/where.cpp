#include "storage/partiql/where.h"

#include <algorithm>

#include "storage/partiql/values.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

// Sources: the service's own messages; developer guide, "Comparison operator and function reference" for IN.
constexpr std::size_t kMaxReads = 50;
constexpr std::size_t kMaxCandidates = 100;

bool names(const Expr& expr, const std::vector<KeyAttribute>& attributes) {
    return !attributes.empty() && expr.kind == Kind::path && expr.path.size() == 1 &&
           expr.path[0].name == attributes[0].name;
}

// `swapped`: the value stands first.
KeyRange::Operator rangeOperator(Comparator comparator, bool swapped) {
    using Operator = KeyRange::Operator;
    switch (comparator) {
        case Comparator::less:
            return swapped ? Operator::greater : Operator::less;
        case Comparator::lessOrEqual:
            return swapped ? Operator::greaterOrEqual : Operator::lessOrEqual;
        case Comparator::greater:
            return swapped ? Operator::less : Operator::greater;
        case Comparator::greaterOrEqual:
            return swapped ? Operator::lessOrEqual : Operator::greaterOrEqual;
        default:
            return Operator::equal;
    }
}

Branch combined(const Branch& a, const Branch& b) {
    Branch both = a;
    both.contradicts = a.contradicts || b.contradicts || (a.partition && b.partition && *a.partition != *b.partition);
    if (!both.partition) both.partition = b.partition;
    both.negatesSort = a.negatesSort || b.negatesSort;
    both.sort.insert(both.sort.end(), b.sort.begin(), b.sort.end());
    both.rest.insert(both.rest.end(), b.rest.begin(), b.rest.end());
    return both;
}

std::vector<Branch> restOf(const Expr& expr) {
    Branch branch;
    branch.rest.push_back(&expr);
    std::vector<Branch> branches;
    branches.push_back(std::move(branch));
    return branches;
}

bool isEquality(const Expr* condition) {
    return condition->kind == Kind::comparison && condition->comparator == Comparator::equal;
}

tl::unexpected<Error> tooManyReads() {
    return invalid("Too many decomposed read operations for a given query.");
}

}  // namespace

void flatten(const Expr& condition, std::vector<const Expr*>& conjuncts) {
    if (condition.kind != Kind::allOf) {
        conjuncts.push_back(&condition);
        return;
    }
    for (const Expr& operand : condition.operands) flatten(operand, conjuncts);
}

const Expr* comparedValue(const Expr& comparison, const std::string& attribute) {
    if (comparison.kind != Kind::comparison || comparison.comparator != Comparator::equal) return nullptr;
    for (std::size_t i = 0; i < 2; ++i) {
        const Expr& path = comparison.operands[i];
        const Expr& value = comparison.operands[1 - i];
        if (path.kind == Kind::path && path.path.size() == 1 && path.path[0].name == attribute && isValue(value))
            return &value;
    }
    return nullptr;
}

bool KeyBranches::namesItem(const Branch& branch) const {
    return m_schema.sort.empty() || (!branch.sort.empty() && isEquality(branch.sort.front()));
}

bool KeyBranches::isPartition(const Expr& expr) const {
    return names(expr, m_schema.partition);
}

bool KeyBranches::isSort(const Expr& expr) const {
    return names(expr, m_schema.sort);
}

bool KeyBranches::mentionsSort(const Expr& expr) const {
    return isSort(expr) || std::any_of(expr.operands.begin(), expr.operands.end(),
                                       [&](const Expr& operand) { return mentionsSort(operand); });
}

// A condition that a key condition can have on the sort key.
bool KeyBranches::limitsSort(const Expr& expr) const {
    const auto& operands = expr.operands;
    switch (expr.kind) {
        case Kind::comparison:
            return expr.comparator != Comparator::notEqual &&
                   ((isSort(operands[0]) && isValue(operands[1])) || (isSort(operands[1]) && isValue(operands[0])));
        case Kind::between:
            return isSort(operands[0]) && isValue(operands[1]) && isValue(operands[2]);
        case Kind::call:
            return expr.text == "begins_with" && operands.size() == 2 && isSort(operands[0]) && isValue(operands[1]);
        default:
            return false;
    }
}

// Whether every alternative has a partition value, looked at without listing them.
bool KeyBranches::keyed(const Expr& expr) const {
    const auto isKeyed = [&](const Expr& operand) { return keyed(operand); };
    if (expr.kind == Kind::allOf) return std::any_of(expr.operands.begin(), expr.operands.end(), isKeyed);
    if (expr.kind == Kind::anyOf) return std::all_of(expr.operands.begin(), expr.operands.end(), isKeyed);
    if (expr.kind == Kind::in) {
        return isPartition(expr.operands[0]) && std::all_of(expr.operands.begin() + 1, expr.operands.end(), isValue);
    }
    return comparedValue(expr, m_schema.partition[0].name) != nullptr;
}

Result<std::vector<Branch>> KeyBranches::of(const Expr& where) {
    if (!keyed(where)) return std::vector<Branch>();
    DRYDOCK_ASSIGN(std::vector<Branch> branches, split(where));
    if (branches.size() > kMaxReads) return tooManyReads();
    for (Branch& branch : branches) {
        if (!branch.partition || branch.contradicts) return std::vector<Branch>();
        // An equality narrows a range best.
        std::stable_partition(branch.sort.begin(), branch.sort.end(), isEquality);
    }
    return branches;
}

Result<std::vector<Branch>> KeyBranches::split(const Expr& expr) {
    if (expr.kind == Kind::allOf) return splitAll(expr);
    if (expr.kind == Kind::anyOf) return splitAny(expr);
    if (expr.kind == Kind::in && (isPartition(expr.operands[0]) || isSort(expr.operands[0]))) return splitIn(expr);
    if (const Expr* value = comparedValue(expr, m_schema.partition[0].name)) {
        Branch branch;
        DRYDOCK_ASSIGN(branch.partition, valueOf(*value, m_context.parameters));
        std::vector<Branch> branches;
        branches.push_back(std::move(branch));
        return branches;
    }
    std::vector<Branch> branches = restOf(expr);
    if (limitsSort(expr)) {
        branches[0].sort.swap(branches[0].rest);
    } else {
        const bool isNegative =
            expr.kind == Kind::negation || (expr.kind == Kind::comparison && expr.comparator == Comparator::notEqual);
        branches[0].negatesSort = isNegative && mentionsSort(expr);
    }
    return branches;
}

Result<std::vector<Branch>> KeyBranches::splitAll(const Expr& expr) {
    std::vector<Branch> branches(1);
    for (const Expr& operand : expr.operands) {
        DRYDOCK_ASSIGN(const std::vector<Branch> parts, split(operand));
        if (branches.size() * parts.size() > kMaxReads * kMaxReads) return tooManyReads();
        std::vector<Branch> products;
        for (const Branch& branch : branches) {
            for (const Branch& part : parts) products.push_back(combined(branch, part));
        }
        branches = std::move(products);
    }
    return branches;
}

Result<std::vector<Branch>> KeyBranches::splitAny(const Expr& expr) {
    std::vector<Branch> branches;
    for (const Expr& operand : expr.operands) {
        DRYDOCK_ASSIGN(std::vector<Branch> parts, split(operand));
        std::move(parts.begin(), parts.end(), std::back_inserter(branches));
    }
    const bool hasKey = std::any_of(branches.begin(), branches.end(),
                                    [](const Branch& branch) { return branch.partition || !branch.sort.empty(); });
    if (!hasKey) return restOf(expr);
    return branches;
}

Result<std::vector<Branch>> KeyBranches::splitIn(const Expr& expr) {
    const std::size_t candidates = expr.operands.size() - 1;
    if (candidates > kMaxCandidates) {
        return invalid("The IN operator is provided with too many operands; number of operands: " +
                       std::to_string(candidates));
    }
    const bool allValues = std::all_of(expr.operands.begin() + 1, expr.operands.end(), isValue);
    if (candidates == 0 || !allValues) return restOf(expr);
    std::vector<Branch> branches;
    for (std::size_t i = 1; i < expr.operands.size(); ++i) {
        Expr equality;
        equality.kind = Kind::comparison;
        equality.position = expr.position;
        equality.operands = {expr.operands[0], expr.operands[i]};
        const Expr& made = m_made.emplace_back(std::move(equality));
        Branch branch;
        if (isPartition(expr.operands[0])) {
            DRYDOCK_ASSIGN(branch.partition, valueOf(made.operands[1], m_context.parameters));
        } else {
            branch.sort.push_back(&made);
        }
        branches.push_back(std::move(branch));
    }
    return branches;
}

Result<void> KeyBranches::checkTypes(const std::vector<Branch>& branches) const {
    const auto mismatch = [](const KeyAttribute& attribute) {
        return invalid("Key attribute's data type should match its data type in table's schema: Key " + attribute.name);
    };
    for (const Branch& branch : branches) {
        if (branch.partition->type() != m_schema.partition[0].type) return mismatch(m_schema.partition[0]);
        for (const Expr* condition : branch.sort) {
            for (const Expr& operand : condition->operands) {
                if (isSort(operand)) continue;
                DRYDOCK_ASSIGN(const AttributeValue value, valueOf(operand, m_context.parameters));
                if (value.type() != m_schema.sort[0].type) return mismatch(m_schema.sort[0]);
            }
        }
    }
    return {};
}

Result<KeyRange> KeyBranches::rangeOf(const Branch& branch) const {
    KeyRange range;
    range.parts.push_back({m_schema.partition[0].name, KeyRange::Operator::equal, *branch.partition, {}});
    if (branch.sort.empty()) return range;
    const Expr& condition = *branch.sort.front();
    KeyRange::Part part;
    part.name = m_schema.sort[0].name;
    const bool swapped = !isSort(condition.operands[0]);
    DRYDOCK_ASSIGN(part.first, valueOf(condition.operands[swapped ? 0 : 1], m_context.parameters));
    if (condition.kind == Kind::between) {
        part.op = KeyRange::Operator::between;
        DRYDOCK_ASSIGN(part.second, valueOf(condition.operands[2], m_context.parameters));
    } else if (condition.kind == Kind::call) {
        part.op = KeyRange::Operator::beginsWith;
    } else {
        part.op = rangeOperator(condition.comparator, swapped);
    }
    range.parts.push_back(std::move(part));
    return range;
}

}  // namespace drydock::storage::partiql
