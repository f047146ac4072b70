#include "storage/expression/token_cursor.h"

#include <algorithm>

#include "storage/expression/parser.h"

namespace drydock::storage {
namespace {

struct FunctionName {
    std::string_view name;
    Function function;
};
constexpr FunctionName kFunctionNames[] = {
    {"attribute_exists", Function::attributeExists},
    {"attribute_not_exists", Function::attributeNotExists},
    {"attribute_type", Function::attributeType},
    {"begins_with", Function::beginsWith},
    {"contains", Function::contains},
    {"size", Function::size},
    {"if_not_exists", Function::ifNotExists},
    {"list_append", Function::listAppend},
};

Function functionNamed(std::string_view name) {
    for (const FunctionName& known : kFunctionNames) {
        if (known.name == name) return known.function;
    }
    return Function::unknown;
}

// Every level of nesting that is not redundant takes an operator or function at least, so deeper text is wrong in any
// case. One more than the operators, to let the check for those speak where it can.
constexpr int kMaxNesting = kMaxOperators + 1;

}  // namespace

tl::unexpected<Error> invalidExpression(std::string_view kind, std::string_view message) {
    std::string text = "Invalid ";
    text.append(kind).append(": ").append(message);
    return fail(ErrorCode::validation, std::move(text));
}

Result<void> checkExpressionSize(std::string_view text, std::string_view kind) {
    if (text.empty()) return invalidExpression(kind, "The expression can not be empty;");
    if (text.size() > kMaxExpressionBytes) {
        // The service tells the size of all kinds but one.
        std::string message = "Expression size has exceeded the maximum allowed size;";
        if (kind != "UpdateExpression") message += " expression size: " + std::to_string(text.size());
        return invalidExpression(kind, message);
    }
    return {};
}

TokenCursor::TokenCursor(std::string_view text, std::string_view kind, std::span<const std::string_view> keywords,
                         bool groupedPathsGoOn)
    : m_kind(kind), m_keywords(keywords), m_groupedPathsGoOn(groupedPathsGoOn), m_tokens(tokenize(text)) {}

const Token& TokenCursor::peek(std::size_t ahead) const {
    return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
}

bool TokenCursor::atSymbol(std::string_view symbol, std::size_t ahead) const {
    const Token& token = peek(ahead);
    return token.kind == Token::Kind::symbol && token.text == symbol;
}

bool TokenCursor::accept(std::string_view symbol) {
    if (!atSymbol(symbol)) return false;
    advance();
    return true;
}

bool TokenCursor::acceptKeyword(std::string_view keyword) {
    if (!isKeyword(peek(), keyword)) return false;
    advance();
    return true;
}

bool TokenCursor::atWord() const {
    return peek().kind == Token::Kind::identifier &&
           std::none_of(m_keywords.begin(), m_keywords.end(),
                        [&](std::string_view keyword) { return isKeyword(peek(), keyword); });
}

bool TokenCursor::atFunction() const {
    return atWord() && atSymbol("(", 1);
}

Result<void> TokenCursor::expect(std::string_view symbol) {
    if (!accept(symbol)) return syntaxError();
    return {};
}

tl::unexpected<Error> TokenCursor::syntaxError() const {
    return invalid(syntaxErrorMessage(m_tokens, m_at));
}

tl::unexpected<Error> TokenCursor::invalid(std::string_view message) const {
    return invalidExpression(m_kind, message);
}

Result<PathPart> TokenCursor::parsePathName() {
    if (peek().kind != Token::Kind::name && !atWord()) return syntaxError();
    PathPart part{std::string(peek().text), false};
    advance();
    return part;
}

Result<Operand> TokenCursor::parsePath() {
    Operand path;
    DRYDOCK_ASSIGN(PathPart first, parsePathName());
    path.parts.push_back(std::move(first));
    DRYDOCK_TRY(parsePathTail(path));
    return path;
}

Result<void> TokenCursor::parsePathTail(Operand& path) {
    while (true) {
        if (accept(".")) {
            DRYDOCK_ASSIGN(PathPart part, parsePathName());
            path.parts.push_back(std::move(part));
        } else if (accept("[")) {
            if (peek().kind != Token::Kind::digits) return syntaxError();
            path.parts.push_back({std::string(peek().text), true});
            advance();
            DRYDOCK_TRY(expect("]"));
        } else {
            return {};
        }
    }
}

Result<void> TokenCursor::parseGroupTail(Operand& operand, bool& grouped) {
    if (!m_groupedPathsGoOn || operand.kind != Operand::Kind::path) return {};
    const std::size_t parts = operand.parts.size();
    DRYDOCK_TRY(parsePathTail(operand));
    if (operand.parts.size() != parts) grouped = false;
    return {};
}

Result<Operand> TokenCursor::parseOperand() {
    bool grouped = false;
    return parseOperand(grouped);
}

Result<Operand> TokenCursor::parseOperand(bool& grouped) {
    grouped = atSymbol("(");
    if (grouped) {
        DRYDOCK_TRY(enter());
        advance();
        bool doubled = false;
        DRYDOCK_ASSIGN(Operand inner, parseOperand(doubled));
        DRYDOCK_TRY(expect(")"));
        leave();
        if (doubled) noteRedundantParentheses();
        DRYDOCK_TRY(parseGroupTail(inner, grouped));
        return inner;
    }
    if (peek().kind == Token::Kind::value) {
        Operand value;
        value.kind = Operand::Kind::value;
        value.text = peek().text;
        advance();
        return value;
    }
    if (!atFunction()) return parsePath();
    Operand call;
    call.kind = Operand::Kind::function;
    call.text = peek().text;
    call.function = functionNamed(call.text);
    countOperator();
    DRYDOCK_TRY(enter());
    advance();
    advance();
    DRYDOCK_ASSIGN(call.arguments, parseOperandList());
    leave();
    return call;
}

Result<std::vector<Operand>> TokenCursor::parseOperandList() {
    std::vector<Operand> operands;
    do {
        DRYDOCK_ASSIGN(Operand operand, parseOperand());
        operands.push_back(std::move(operand));
    } while (accept(","));
    DRYDOCK_TRY(expect(")"));
    return operands;
}

Result<void> TokenCursor::enter() {
    if (++m_depth <= kMaxNesting) return {};
    for (std::size_t at = 0; at < m_at; ++at) {
        if (m_tokens[at].text == "(" && m_tokens[at + 1].text == "(")
            return invalid("The expression has redundant parentheses;");
    }
    return tooManyOperators(kMaxOperators + 1);
}

tl::unexpected<Error> TokenCursor::tooManyOperators(int count) const {
    return invalid("The expression contains too many operators; operator count: " + std::to_string(count));
}

Result<void> TokenCursor::finish() const {
    if (!atEnd()) return syntaxError();
    if (m_redundantParentheses) return invalid("The expression has redundant parentheses;");
    if (m_operators > kMaxOperators) return tooManyOperators(m_operators);
    return {};
}

}  // namespace drydock::storage
