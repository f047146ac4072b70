#include "storage/partiql/expression_writer.h"
#include "storage/partiql/planner.h"

namespace drydock::storage::partiql {
namespace {

const std::optional<Expr>& whereOf(const Statement& statement) {
    static const std::optional<Expr> kNone;
    struct Visitor {
        const std::optional<Expr>& operator()(const Select& select) const { return select.where; }
        const std::optional<Expr>& operator()(const Insert& /*insert*/) const { return kNone; }
        const std::optional<Expr>& operator()(const Update& update) const { return update.where; }
        const std::optional<Expr>& operator()(const Delete& erase) const { return erase.where; }
        const std::optional<Expr>& operator()(const Exists& exists) const { return exists.select.where; }
    };
    return std::visit(Visitor{}, statement.body);
}

}  // namespace

Result<void> checkOperands(const Statement& statement, const std::vector<AttributeValue>& parameters) {
    const std::optional<Expr>& where = whereOf(statement);
    if (!where) return {};
    ExpressionWriter writer(parameters);
    const Result<std::string> text = writer.condition(*where);
    if (!text) return {};
    ParameterUse use(writer.parameters());
    const Result<Condition> condition = Condition::compile(*text, use, "FilterExpression");
    if (condition) return {};
    Error error = withoutExpressionKind(condition.error());
    if (!error.message.starts_with("Incorrect operand type")) return {};
    return fail(std::move(error));
}

}  // namespace drydock::storage::partiql
