#include "storage/partiql/parser.h"

#include "storage/partiql/expression_parser.h"

namespace drydock::storage::partiql {
namespace {

using Kind = Expr::Kind;

// What an expression is called where a statement should be.
const char* operationName(const Expr& expr) {
    switch (expr.kind) {
        case Kind::text:
        case Kind::number:
        case Kind::truth:
        case Kind::null:
            return "Literal";
        case Kind::missing:
            return "LiteralMissing";
        case Kind::parameter:
            return "Parameter";
        case Kind::path:
            return expr.path.size() == 1 ? "VariableReference" : "Path";
        case Kind::list:
        case Kind::bag:
            return "Seq";
        case Kind::tuple:
            return "Struct";
        case Kind::typeTest:
            return "IsType";
        default:
            return "NAry";
    }
}

class StatementParser final : private ExpressionParser {
public:
    explicit StatementParser(std::vector<Token> tokens) : ExpressionParser(std::move(tokens)) {}

    Result<Statement> parse() {
        Statement statement;
        DRYDOCK_TRY(parseBody(statement));
        statement.parameters = parameterCount();
        return statement;
    }

private:
    Result<void> parseBody(Statement& statement) {
        if (acceptKeyword("select")) {
            DRYDOCK_ASSIGN(statement.body, parseSelect());
        } else if (atKeyword("insert") && atKeyword("into", 1)) {
            DRYDOCK_ASSIGN(statement.body, parseInsert());
        } else if (acceptKeyword("update")) {
            DRYDOCK_ASSIGN(statement.body, parseUpdate());
        } else if (acceptKeyword("delete")) {
            DRYDOCK_ASSIGN(statement.body, parseDelete());
        } else if (acceptKeyword("from")) {
            DRYDOCK_ASSIGN(statement.body, parseFromFirstUpdate());
        } else if (atKeyword("exists") && atSymbol("(", 1) && atKeyword("select", 2)) {
            DRYDOCK_ASSIGN(statement.body, parseExists());
        } else {
            return refuseExpression();
        }
        return finish();
    }

    Result<void> finish() {
        acceptSymbol(";");
        if (!atEnd()) return malformed("Unexpected token after expression");
        return {};
    }

    Result<void> refuseExpression() {
        DRYDOCK_ASSIGN(const Expr expr, parseExpression());
        DRYDOCK_TRY(finish());
        return invalid(std::string("Unsupported operation: ") + operationName(expr));
    }

    Result<Select> parseSelect() {
        Select select;
        if (atKeyword("value") || atKeyword("pivot"))
            return invalid("Select projection doesn't support value or pivot keywords");
        if (atKeyword("distinct")) return unsupportedClause("DISTINCT", peek().position);
        acceptKeyword("all");
        DRYDOCK_TRY(parseColumns(select));
        if (!acceptKeyword("from")) return malformed("Expected FROM after SELECT list");
        DRYDOCK_ASSIGN(const Expr from, parseExpression());
        DRYDOCK_TRY(refuseAlias());
        if (atSymbol(",") || from.kind != Kind::path) return invalid("Unexpected from source");
        DRYDOCK_ASSIGN(select.source, sourceOf(from));
        DRYDOCK_TRY(parseWhere(select.where));
        DRYDOCK_TRY(refuseClauses());
        if (atKeyword("order") && atKeyword("by", 1)) DRYDOCK_TRY(parseOrderBy(select));
        if (acceptKeyword("limit")) return unsupportedClause("LIMIT", peek().position);
        return select;
    }

    Result<void> parseColumns(Select& select) {
        bool star = false;
        do {
            if (acceptSymbol("*")) {
                star = true;
                continue;
            }
            DRYDOCK_ASSIGN(Expr column, parseExpression());
            if (atKeyword("as") || atName()) return invalid("Aliasing is not supported");
            select.columns.push_back(std::move(column));
        } while (acceptSymbol(","));
        if (star && !select.columns.empty())
            return invalid("Other attributes should not be present in the projection when '*' is used.");
        for (const Expr& column : select.columns) {
            if (column.kind != Kind::path) return invalid("Unexpected path component" + atText(column.position));
        }
        return {};
    }

    static tl::unexpected<Error> unsupportedClause(const char* clause, const Position& position) {
        return invalid(std::string("Unsupported clause: ") + clause + atText(position));
    }

    Result<void> refuseClauses() const {
        if (atKeyword("group")) return unsupportedClause("GROUP BY", peek().position);
        if (atKeyword("having")) return unsupportedClause("HAVING", peek().position);
        return {};
    }

    Result<void> parseOrderBy(Select& select) {
        advance();
        advance();
        do {
            DRYDOCK_ASSIGN(const Expr attribute, parseExpression());
            if (attribute.kind != Kind::path || attribute.path.size() != 1) {
                return invalid(std::string("Argument to ORDER BY must be of type VariableReference. Type: ") +
                               operationName(attribute));
            }
            OrderTerm term{attribute.path[0].name, acceptKeyword("desc")};
            if (!term.descending) acceptKeyword("asc");
            select.orderBy.push_back(std::move(term));
        } while (acceptSymbol(","));
        return {};
    }

    Result<void> parseWhere(std::optional<Expr>& where) {
        if (!acceptKeyword("where")) return {};
        DRYDOCK_ASSIGN(where, parseExpression());
        return {};
    }

    Result<void> refuseAlias() const {
        if (atKeyword("as") || atName()) return invalid("Aliasing is not supported");
        return {};
    }

    static Result<Source> sourceOf(const Expr& path) {
        if (path.path.size() > 2) return invalid("A path may contain at most 2 components in the FROM clause");
        for (const PathElement& element : path.path) {
            if (element.index) return invalid("Invalid list expression in source.");
            if (element.name.empty()) return invalid("Path component cannot be an empty string");
        }
        return Source{path.path[0].name, path.path.size() == 2 ? path.path[1].name : std::string()};
    }

    // Of a statement that writes: a table.
    Result<Source> parseTable() {
        DRYDOCK_ASSIGN(const Expr path, parseSimplePath());
        DRYDOCK_TRY(refuseAlias());
        DRYDOCK_ASSIGN(Source source, sourceOf(path));
        return source;
    }

    Result<Insert> parseInsert() {
        advance();
        advance();
        DRYDOCK_ASSIGN(const Expr path, parseSimplePath());
        const bool single = acceptKeyword("value");
        Insert insert;
        DRYDOCK_ASSIGN(insert.value, parseExpression());
        DRYDOCK_TRY(finish());
        if (path.path.size() > 1) return invalid("FROM clause may only contain a single table name");
        DRYDOCK_ASSIGN(insert.source, sourceOf(path));
        if (!single) return invalid("Unsupported operation: InsertOp");
        return insert;
    }

    Result<Update> parseUpdate() {
        Update update;
        DRYDOCK_ASSIGN(update.source, parseTable());
        DRYDOCK_TRY(parseAssignments(update));
        DRYDOCK_TRY(parseWhere(update.where));
        DRYDOCK_TRY(parseReturning(update.returning));
        return update;
    }

    // FROM table WHERE key SET …: the same with its clauses in another order.
    Result<Update> parseFromFirstUpdate() {
        Update update;
        DRYDOCK_ASSIGN(update.source, parseTable());
        DRYDOCK_TRY(parseWhere(update.where));
        DRYDOCK_TRY(parseAssignments(update));
        DRYDOCK_TRY(parseReturning(update.returning));
        return update;
    }

    Result<void> parseFromFirst() override {
        advance();
        DRYDOCK_TRY(parseFromFirstUpdate());
        return {};
    }

    Result<void> parseAssignments(Update& update) {
        while (atKeyword("set") || atKeyword("remove")) {
            const bool remove = atKeyword("remove");
            advance();
            do {
                Assignment assignment;
                DRYDOCK_ASSIGN(assignment.target, parseSimplePath());
                if (!remove) {
                    if (!acceptSymbol("=")) return malformed("Expected '=' for SET assignment");
                    DRYDOCK_ASSIGN(assignment.value, parseExpression());
                }
                update.assignments.push_back(std::move(assignment));
            } while (acceptSymbol(","));
        }
        if (update.assignments.empty()) return malformed("Expected data manipulation");
        return {};
    }

    Result<Delete> parseDelete() {
        if (!acceptKeyword("from")) return malformed("Expected FROM after DELETE");
        Delete erase;
        DRYDOCK_ASSIGN(erase.source, parseTable());
        DRYDOCK_TRY(parseWhere(erase.where));
        DRYDOCK_TRY(parseReturning(erase.returning));
        if (erase.returning && *erase.returning != Returning::allOld) {
            const bool all = *erase.returning == Returning::allNew;
            const bool old = *erase.returning == Returning::modifiedOld;
            return invalid(std::string("Invalid returning clause: RETURNING ") + (all ? "ALL" : "MODIFIED") +
                           (old ? " OLD" : " NEW") + " *. Only RETURNING ALL OLD * is allowed in DELETE statements.");
        }
        return erase;
    }

    // RETURNING (ALL|MODIFIED) (OLD|NEW) *: words of their own only here.
    Result<void> parseReturning(std::optional<Returning>& returning) {
        if (!acceptKeyword("returning")) return {};
        const bool all = atKeyword("all");
        if (!all && !atWord("modified")) return malformed("Expected ALL or MODIFIED after RETURNING");
        advance();
        const bool old = atWord("old");
        if (!old && !atWord("new")) return malformed("Expected OLD or NEW in RETURNING");
        advance();
        if (!acceptSymbol("*")) return malformed("Expected * in RETURNING");
        if (all) {
            returning = old ? Returning::allOld : Returning::allNew;
        } else {
            returning = old ? Returning::modifiedOld : Returning::modifiedNew;
        }
        return {};
    }

    [[nodiscard]] bool atWord(std::string_view lowerCase) const {
        const Token& token = peek();
        if (token.kind != Token::Kind::word || token.text.size() != lowerCase.size()) return false;
        for (std::size_t i = 0; i < lowerCase.size(); ++i) {
            if ((static_cast<unsigned char>(token.text[i]) | 0x20U) != static_cast<unsigned char>(lowerCase[i]))
                return false;
        }
        return true;
    }

    Result<Exists> parseExists() {
        advance();
        advance();
        advance();
        Exists exists;
        DRYDOCK_ASSIGN(exists.select, parseSelect());
        if (!acceptSymbol(")")) return malformed("Expected closing parenthesis");
        return exists;
    }
};

}  // namespace

Result<Statement> parseStatement(std::string_view text) {
    DRYDOCK_ASSIGN(std::vector<Token> tokens, tokenize(text));
    return StatementParser(std::move(tokens)).parse();
}

}  // namespace drydock::storage::partiql
