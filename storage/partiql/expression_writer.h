// Writes conditions and updates of PartiQL as DynamoDB's expressions, so that the same code evaluates both.
//
// One writer serves all expressions of one request: it collects the #names and :values they use.
#pragma once

#include <string>
#include <vector>

#include "storage/partiql/ast.h"

namespace drydock::storage::partiql {

class ExpressionWriter {
public:
    // `parameters` outlive the writer and are as many as the statement has `?`.
    explicit ExpressionWriter(const std::vector<AttributeValue>& parameters) : m_parameters(parameters) {}

    // Errors: ErrorCode::validation for what no condition can express.
    [[nodiscard]] Result<std::string> condition(const Expr& expr) { return write(expr, Around::nothing); }
    // Several conditions that must all hold; `goesOn` when the text becomes a part of such a chain.
    [[nodiscard]] Result<std::string> allOf(const std::vector<const Expr*>& conditions, bool goesOn = false);
    // The right side of an assignment.
    [[nodiscard]] Result<std::string> assigned(const Expr& expr);

    [[nodiscard]] std::string path(const DocumentPath& path);
    [[nodiscard]] std::string value(AttributeValue value);
    [[nodiscard]] Result<std::string> valueOf(const Expr& expr);

    [[nodiscard]] const ExpressionParameters& parameters() const { return m_written; }

private:
    enum class Around { nothing, any, all, negation };  // what the condition is a part of

    [[nodiscard]] Result<std::string> write(const Expr& expr, Around around);
    [[nodiscard]] Result<std::string> writeChain(const Expr& chain, Around around);
    [[nodiscard]] Result<std::string> writeNegation(const Expr& inner);
    [[nodiscard]] Result<std::string> writeComparison(const Expr& comparison, Around around);
    [[nodiscard]] Result<std::string> writeTruthTest(const Expr& comparison, Around around);
    [[nodiscard]] Result<std::string> writeBetween(const Expr& between);
    [[nodiscard]] Result<std::string> writeIn(const Expr& in, Around around);
    [[nodiscard]] Result<std::string> writeTypeTest(const Expr& test, Around around);
    [[nodiscard]] Result<std::string> writeCall(const Expr& call);
    [[nodiscard]] Result<std::string> writeOperand(const Expr& expr);
    [[nodiscard]] std::string constant(bool holds);

    const std::vector<AttributeValue>& m_parameters;
    ExpressionParameters m_written;
    std::map<std::string, std::string, std::less<>> m_names;  // the name's #placeholder
    std::size_t m_nodes = 0;
};

// "attribute_exists", "contains", …: what may stand in a condition by itself.
[[nodiscard]] bool isConditionFunction(std::string_view name);

// The errors of DynamoDB's expressions without "Invalid …Expression: ": PartiQL's have no such beginning.
[[nodiscard]] Error withoutExpressionKind(Error error);

}  // namespace drydock::storage::partiql
