// What the parsers of all expressions share: walking over the tokens, paths, operands and the limits.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "storage/expression/ast.h"
#include "storage/expression/lexer.h"

namespace drydock::storage {

class TokenCursor {
public:
    // `keywords` are the words that cannot be names in this expression, in capitals; `groupedPathsGoOn` lets "(a.b).c"
    // be a path. All arguments outlive the cursor.
    TokenCursor(std::string_view text, std::string_view kind, std::span<const std::string_view> keywords,
                bool groupedPathsGoOn);

    [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
    void advance() { ++m_at; }
    bool accept(std::string_view symbol);
    bool acceptKeyword(std::string_view keyword);
    [[nodiscard]] bool atSymbol(std::string_view symbol, std::size_t ahead = 0) const;
    [[nodiscard]] bool atEnd() const { return peek().kind == Token::Kind::end; }
    [[nodiscard]] bool atWord() const;      // an identifier that is no keyword
    [[nodiscard]] bool atFunction() const;  // such an identifier before a parenthesis

    [[nodiscard]] Result<void> expect(std::string_view symbol);
    // The error that the next token does not fit.
    [[nodiscard]] tl::unexpected<Error> syntaxError() const;
    [[nodiscard]] tl::unexpected<Error> invalid(std::string_view message) const;

    [[nodiscard]] Result<Operand> parsePath();
    // The ".member" and "[index]" parts behind an operand in parentheses, where they may stand. If there are any, the
    // whole is no longer in parentheses.
    [[nodiscard]] Result<void> parseGroupTail(Operand& operand, bool& grouped);
    // A path, a value, a function call, or one of them in parentheses.
    [[nodiscard]] Result<Operand> parseOperand();
    [[nodiscard]] Result<std::vector<Operand>> parseOperandList();  // "a, b)": up to the closing parenthesis

    void countOperator() { ++m_operators; }
    // Goes one level of nesting deeper, or refuses to. leave() goes back.
    [[nodiscard]] Result<void> enter();
    void leave() { --m_depth; }
    void noteRedundantParentheses() { m_redundantParentheses = true; }

    // What can be said once all of the text has been read: redundant parentheses, too many operators.
    [[nodiscard]] Result<void> finish() const;

private:
    [[nodiscard]] Result<PathPart> parsePathName();
    [[nodiscard]] Result<void> parsePathTail(Operand& path);
    [[nodiscard]] Result<Operand> parseOperand(bool& grouped);  // whether all of it was in parentheses
    [[nodiscard]] tl::unexpected<Error> tooManyOperators(int count) const;

    std::string_view m_kind;
    std::span<const std::string_view> m_keywords;
    bool m_groupedPathsGoOn;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
    int m_operators = 0;
    bool m_redundantParentheses = false;
};

// Refuses an empty expression and one over kMaxExpressionBytes.
[[nodiscard]] Result<void> checkExpressionSize(std::string_view text, std::string_view kind);

}  // namespace drydock::storage
