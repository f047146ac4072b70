// Expressions of PartiQL, by precedence; what the parser of statements builds on. Errors: ErrorCode::validation in the
// service's words.
#pragma once

#include <string_view>
#include <vector>

#include "storage/partiql/ast.h"

namespace drydock::storage::partiql {

class ExpressionParser {
public:
    explicit ExpressionParser(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

protected:
    ~ExpressionParser() = default;
    ExpressionParser(const ExpressionParser&) = delete;
    ExpressionParser& operator=(const ExpressionParser&) = delete;

    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    void advance();
    [[nodiscard]] bool atEnd() const { return peek().kind == Token::Kind::end; }
    [[nodiscard]] bool atKeyword(std::string_view keyword, std::size_t ahead = 0) const;
    [[nodiscard]] bool atSymbol(std::string_view symbol, std::size_t ahead = 0) const;
    [[nodiscard]] bool atName() const;  // an identifier, quoted or not
    bool acceptKeyword(std::string_view keyword);
    bool acceptSymbol(std::string_view symbol);

    [[nodiscard]] Result<Expr> parseExpression(int precedence = 0);
    // A path of names and list indexes; nothing else may stand here.
    [[nodiscard]] Result<Expr> parseSimplePath();
    [[nodiscard]] std::size_t parameterCount() const { return m_parameters; }

    // What follows the keyword FROM where an expression should be.
    [[nodiscard]] virtual Result<void> parseFromFirst() = 0;

private:
    struct Infix;
    [[nodiscard]] std::optional<Infix> infix() const;
    [[nodiscard]] Result<Expr> parseLoop(int precedence);
    [[nodiscard]] Result<Expr> parseRightSide(const Infix& op, Expr left);
    [[nodiscard]] Result<Expr> parseBetween(Expr left);
    [[nodiscard]] Result<Expr> parseIn(Expr left);
    [[nodiscard]] Result<Expr> parseIs(Expr left);
    [[nodiscard]] Result<Expr> parsePrefix();
    [[nodiscard]] Result<Expr> parseSign();
    [[nodiscard]] Result<Expr> parseTerm();
    [[nodiscard]] Result<Expr> parseKeywordTerm();
    [[nodiscard]] Result<Expr> parseSymbolTerm();
    [[nodiscard]] Result<Expr> parseGroup();
    [[nodiscard]] Result<Expr> parseCall();
    [[nodiscard]] Result<Expr> parseTuple();
    [[nodiscard]] Result<std::vector<Expr>> parseList(std::string_view closing);
    [[nodiscard]] Result<void> parsePathTail(Expr& path);
    [[nodiscard]] Result<void> parseBracket(Expr& path);
    [[nodiscard]] Expr take(Expr::Kind kind);  // the next token as an expression

    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    std::size_t m_parameters = 0;
    int m_depth = 0;
};

}  // namespace drydock::storage::partiql
