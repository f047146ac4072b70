// What a WHERE clause says about keys: the parts of it that name items, and the rest, which decides on them.
#pragma once

#include <deque>
#include <vector>

#include "storage/partiql/planner.h"

namespace drydock::storage::partiql {

// The conditions joined by AND, also those in parentheses.
void flatten(const Expr& condition, std::vector<const Expr*>& conjuncts);

// One of the alternatives a WHERE clause amounts to.
struct Branch {
    std::optional<AttributeValue> partition;
    bool contradicts = false;       // two partition values at once
    bool negatesSort = false;       // says what the sort key is not
    std::vector<const Expr*> sort;  // conditions a query's key condition could take
    std::vector<const Expr*> rest;
};

// Takes a condition apart into alternatives by partition and sort key, as far as the key has a say in it.
class KeyBranches {
public:
    KeyBranches(const KeySchema& schema, const PlanContext& context) : m_schema(schema), m_context(context) {}

    // None: the condition leaves the partition open, or has more alternatives than anyone reads one by one.
    [[nodiscard]] Result<std::vector<Branch>> of(const Expr& where);
    // The range of a branch with a partition value.
    [[nodiscard]] Result<KeyRange> rangeOf(const Branch& branch) const;
    // Refuses values of another type than the key's.
    [[nodiscard]] Result<void> checkTypes(const std::vector<Branch>& branches) const;
    // Whether a branch with a partition value gives the whole key.
    [[nodiscard]] bool namesItem(const Branch& branch) const;

private:
    [[nodiscard]] bool keyed(const Expr& expr) const;
    [[nodiscard]] Result<std::vector<Branch>> split(const Expr& expr);
    [[nodiscard]] Result<std::vector<Branch>> splitAll(const Expr& expr);
    [[nodiscard]] Result<std::vector<Branch>> splitAny(const Expr& expr);
    [[nodiscard]] Result<std::vector<Branch>> splitIn(const Expr& expr);
    [[nodiscard]] bool isPartition(const Expr& expr) const;
    [[nodiscard]] bool isSort(const Expr& expr) const;
    [[nodiscard]] bool mentionsSort(const Expr& expr) const;
    [[nodiscard]] bool limitsSort(const Expr& expr) const;

    const KeySchema& m_schema;
    const PlanContext& m_context;
    std::deque<Expr> m_made;  // equalities that IN amounts to
};

// The value compared with an attribute: of `a = 1` and `1 = a`; nullptr when the comparison is of another form.
[[nodiscard]] const Expr* comparedValue(const Expr& comparison, const std::string& attribute);

}  // namespace drydock::storage::partiql
