// Resolves #names and :values of one expression and words the errors its checks have in common.
#pragma once

#include <string>
#include <string_view>

#include "storage/expression/ast.h"
#include "storage/expression/parser.h"

namespace drydock::storage {

class Resolver {
public:
    Resolver(std::string_view kind, ParameterUse& use) : m_kind(kind), m_use(use) {}

    [[nodiscard]] tl::unexpected<Error> invalid(std::string_view message) const {
        return invalidExpression(m_kind, message);
    }

    // Reserved words and list indexes out of range, in all paths of the operand.
    [[nodiscard]] Result<void> checkWords(const Operand& operand) const;
    // Fills in the path or value of the operand and its arguments.
    [[nodiscard]] Result<void> resolve(Operand& operand);
    // The number of arguments of a function call and of those within.
    [[nodiscard]] Result<void> checkArity(const Operand& operand) const;
    [[nodiscard]] Result<void> checkType(std::string_view operation, const Operand& operand,
                                         std::string_view allowedTypes) const;

    [[nodiscard]] const std::vector<DocumentPath>& paths() const { return m_paths; }  // all that were resolved

private:
    [[nodiscard]] Result<void> resolvePath(Operand& operand);

    std::string_view m_kind;
    ParameterUse& m_use;
    std::vector<DocumentPath> m_paths;
};

// The type an operand has whatever the item, as in DynamoDB JSON; empty for a path.
[[nodiscard]] std::string_view staticType(const Operand& operand);

[[nodiscard]] std::string pathText(const DocumentPath& path);  // "[a, b, [1]]"

// Refuses paths of which one is within another, or that take one attribute for a map and a list.
[[nodiscard]] Result<void> checkOverlaps(const std::vector<DocumentPath>& paths, std::string_view kind);

}  // namespace drydock::storage
