#include "storage/partiql/expression_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace drydock::storage::partiql {

struct ExpressionParser::Infix {
    enum class Kind { comparison, chain, in, is, between, sum, other };
    std::string_view text;
    int precedence = 0;
    Kind kind = Kind::other;
    Comparator comparator = Comparator::equal;
};

namespace {

using Kind = Expr::Kind;

// Between AND and the comparisons: NOT a = b AND c is (NOT (a = b)) AND c.
constexpr int kNotPrecedence = 25;
constexpr int kAndPrecedence = 20;

// Source: PartiQL specification, table of types.
constexpr std::array kTypeNames = std::to_array<std::string_view>(
    {"any",     "bag",      "bigint",   "blob",     "bool",   "boolean", "char",      "character", "clob",
     "date",    "dec",      "decimal",  "double",   "float",  "int",     "int2",      "int4",      "int8",
     "integer", "integer2", "integer4", "integer8", "list",   "missing", "null",      "numeric",   "real",
     "sexp",    "smallint", "string",   "struct",   "symbol", "time",    "timestamp", "tuple",     "varchar"});

std::string lowerCase(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Functions whose names are keywords.
bool isFunctionKeyword(std::string_view keyword) {
    constexpr std::array kNames =
        std::to_array<std::string_view>({"avg", "char_length", "character_length", "coalesce", "count", "exists",
                                         "lower", "max", "min", "nullif", "octet_length", "size", "sum", "upper"});
    return std::find(kNames.begin(), kNames.end(), keyword) != kNames.end();
}

// Joins two sides by AND or OR, keeping chains flat.
Expr chained(Kind kind, Expr left, Expr right) {
    if (left.kind == kind && !left.flag) {
        left.operands.push_back(std::move(right));
        return left;
    }
    Expr chain;
    chain.kind = kind;
    chain.position = left.position;
    chain.operands.push_back(std::move(left));
    chain.operands.push_back(std::move(right));
    return chain;
}

}  // namespace

const Token& ExpressionParser::peek(std::size_t ahead) const {
    return m_tokens[std::min(m_at + ahead, m_tokens.size() - 1)];
}

void ExpressionParser::advance() {
    if (m_at + 1 < m_tokens.size()) ++m_at;
}

bool ExpressionParser::atKeyword(std::string_view keyword, std::size_t ahead) const {
    return peek(ahead).kind == Token::Kind::keyword && peek(ahead).text == keyword;
}

bool ExpressionParser::atSymbol(std::string_view symbol, std::size_t ahead) const {
    return peek(ahead).kind == Token::Kind::symbol && peek(ahead).text == symbol;
}

bool ExpressionParser::atName() const {
    return peek().kind == Token::Kind::word || peek().kind == Token::Kind::quoted;
}

bool ExpressionParser::acceptKeyword(std::string_view keyword) {
    if (!atKeyword(keyword)) return false;
    advance();
    return true;
}

bool ExpressionParser::acceptSymbol(std::string_view symbol) {
    if (!atSymbol(symbol)) return false;
    advance();
    return true;
}

Expr ExpressionParser::take(Kind kind) {
    Expr expr;
    expr.kind = kind;
    expr.position = peek().position;
    expr.text = peek().text;
    advance();
    return expr;
}

Result<Expr> ExpressionParser::parseExpression(int precedence) {
    if (++m_depth > kMaxNesting) return malformed();
    auto result = parseLoop(precedence);
    --m_depth;
    return result;
}

std::optional<ExpressionParser::Infix> ExpressionParser::infix() const {
    static constexpr Infix kOperators[] = {
        {"or", 10, Infix::Kind::chain, {}},
        {"and", kAndPrecedence, Infix::Kind::chain, {}},
        {"=", 30, Infix::Kind::comparison, Comparator::equal},
        {"<>", 30, Infix::Kind::comparison, Comparator::notEqual},
        {"!=", 30, Infix::Kind::comparison, Comparator::notEqual},
        {"is", 40, Infix::Kind::is, {}},
        {"in", 50, Infix::Kind::in, {}},
        {"<", 60, Infix::Kind::comparison, Comparator::less},
        {"<=", 60, Infix::Kind::comparison, Comparator::lessOrEqual},
        {">", 60, Infix::Kind::comparison, Comparator::greater},
        {">=", 60, Infix::Kind::comparison, Comparator::greaterOrEqual},
        {"between", 70, Infix::Kind::between, {}},
        {"like", 80, Infix::Kind::other, {}},
        {"||", 90, Infix::Kind::other, {}},
        {"+", 100, Infix::Kind::sum, {}},
        {"-", 100, Infix::Kind::sum, {}},
        {"*", 110, Infix::Kind::other, {}},
        {"/", 110, Infix::Kind::other, {}},
        {"%", 110, Infix::Kind::other, {}},
    };
    const bool negated = atKeyword("not");  // NOT IN, NOT BETWEEN, NOT LIKE
    const Token& token = peek(negated ? 1 : 0);
    if (token.kind != Token::Kind::keyword && token.kind != Token::Kind::symbol) return std::nullopt;
    for (const Infix& op : kOperators) {
        if (op.text != token.text) continue;
        if (negated && op.text != "in" && op.text != "between" && op.text != "like") return std::nullopt;
        return op;
    }
    return std::nullopt;
}

Result<Expr> ExpressionParser::parseLoop(int precedence) {
    DRYDOCK_ASSIGN(Expr left, parsePrefix());
    const int depth = m_depth;
    for (;;) {
        const std::optional<Infix> op = infix();
        if (!op || op->precedence <= precedence) break;
        // The left side of every operator but AND and OR is one level deeper.
        if (op->kind != Infix::Kind::chain && ++m_depth > kMaxNesting) return malformed();
        const bool negated = acceptKeyword("not");
        const Position position = peek().position;
        advance();
        if (atEnd()) return malformed("Missing right-hand side expression of infix operator");
        DRYDOCK_ASSIGN(Expr joined, parseRightSide(*op, std::move(left)));
        left = std::move(joined);
        if (op->kind != Infix::Kind::chain) left.position = position;
        if (!negated) continue;
        Expr negation;
        negation.kind = Kind::negation;
        negation.position = position;
        negation.operands.push_back(std::move(left));
        left = std::move(negation);
    }
    m_depth = depth;
    return left;
}

Result<Expr> ExpressionParser::parseRightSide(const Infix& op, Expr left) {
    switch (op.kind) {
        case Infix::Kind::in:
            return parseIn(std::move(left));
        case Infix::Kind::is:
            return parseIs(std::move(left));
        case Infix::Kind::between:
            return parseBetween(std::move(left));
        default:
            break;
    }
    DRYDOCK_ASSIGN(Expr right, parseExpression(op.precedence));
    if (op.kind == Infix::Kind::chain)
        return chained(op.text == "or" ? Kind::anyOf : Kind::allOf, std::move(left), std::move(right));
    Expr joined;
    joined.text = op.text;
    joined.comparator = op.comparator;
    joined.kind = Kind::other;
    if (op.kind == Infix::Kind::comparison) joined.kind = Kind::comparison;
    if (op.kind == Infix::Kind::sum) joined.kind = op.text == "+" ? Kind::sum : Kind::difference;
    joined.operands.push_back(std::move(left));
    joined.operands.push_back(std::move(right));
    return joined;
}

Result<Expr> ExpressionParser::parseBetween(Expr left) {
    Expr between;
    between.kind = Kind::between;
    between.operands.push_back(std::move(left));
    DRYDOCK_ASSIGN(Expr lower, parseExpression(kAndPrecedence));
    between.operands.push_back(std::move(lower));
    if (!acceptKeyword("and")) return malformed("Expected AND after BETWEEN");
    DRYDOCK_ASSIGN(Expr upper, parseExpression(70));
    between.operands.push_back(std::move(upper));
    return between;
}

Result<Expr> ExpressionParser::parseIn(Expr left) {
    Expr in;
    in.kind = Kind::in;
    in.operands.push_back(std::move(left));
    std::vector<Expr> candidates;
    if (acceptSymbol("(")) {
        DRYDOCK_ASSIGN(candidates, parseList(")"));
    } else {
        DRYDOCK_ASSIGN(Expr right, parseExpression(50));
        if (right.kind != Kind::list && right.kind != Kind::bag) {
            return fail(ErrorCode::validation, "The right side of IN must be a list" + atText(right.position));
        }
        candidates = std::move(right.operands);
    }
    in.operands.insert(in.operands.end(), std::make_move_iterator(candidates.begin()),
                       std::make_move_iterator(candidates.end()));
    return in;
}

Result<Expr> ExpressionParser::parseIs(Expr left) {
    Expr test;
    test.kind = Kind::typeTest;
    test.flag = acceptKeyword("not");
    test.operands.push_back(std::move(left));
    if (peek().kind == Token::Kind::word || peek().kind == Token::Kind::keyword) test.text = lowerCase(peek().text);
    if (std::find(kTypeNames.begin(), kTypeNames.end(), test.text) == kTypeNames.end())
        return malformed("Expected type name");
    advance();
    if (test.text == "double") acceptKeyword("precision");
    if (test.text == "character") acceptKeyword("varying");
    return test;
}

Result<Expr> ExpressionParser::parsePrefix() {
    if (atSymbol("+") || atSymbol("-")) return parseSign();
    if (!atKeyword("not")) return parseTerm();
    Expr negation = take(Kind::negation);
    DRYDOCK_ASSIGN(Expr inner, parseExpression(kNotPrecedence));
    negation.operands.push_back(std::move(inner));
    return negation;
}

// Signs belong to numbers; before anything else they are operators that nothing has a use for.
Result<Expr> ExpressionParser::parseSign() {
    bool negative = false;
    const Token first = peek();
    while (atSymbol("+") || atSymbol("-")) {
        negative = negative != atSymbol("-");
        advance();
    }
    DRYDOCK_ASSIGN(Expr operand, parseTerm());
    if (operand.kind == Kind::number) {
        if (negative) operand.text.insert(0, "-");
        return operand;
    }
    Expr sign;
    sign.kind = Kind::other;
    sign.text = first.text;
    sign.position = first.position;
    sign.operands.push_back(std::move(operand));
    return sign;
}

Result<Expr> ExpressionParser::parseTerm() {
    switch (peek().kind) {
        case Token::Kind::word:
        case Token::Kind::quoted:
            if (peek().kind == Token::Kind::word && atSymbol("(", 1)) return parseCall();
            return parseSimplePath();
        case Token::Kind::keyword:
            return parseKeywordTerm();
        case Token::Kind::text:
            return take(Kind::text);
        case Token::Kind::number:
            return take(Kind::number);
        case Token::Kind::parameter: {
            Expr parameter = take(Kind::parameter);
            parameter.place = m_parameters++;
            return parameter;
        }
        case Token::Kind::symbol:
            return parseSymbolTerm();
        case Token::Kind::end:
            break;
    }
    return malformed("Unexpected term");
}

Result<Expr> ExpressionParser::parseKeywordTerm() {
    const std::string& keyword = peek().text;
    if (keyword == "true" || keyword == "false") {
        Expr truth = take(Kind::truth);
        truth.flag = truth.text == "true";
        return truth;
    }
    if (keyword == "null") return take(Kind::null);
    if (keyword == "missing") return take(Kind::missing);
    if (isFunctionKeyword(keyword) && atSymbol("(", 1)) return parseCall();
    if (keyword == "is" || keyword == "in" || keyword == "like" || keyword == "between" || keyword == "and" ||
        keyword == "or") {
        return malformed("Unexpected operator");
    }
    if (keyword == "from") {
        DRYDOCK_TRY(parseFromFirst());
    }
    return malformed("Unexpected keyword");
}

Result<Expr> ExpressionParser::parseSymbolTerm() {
    if (atSymbol("(")) return parseGroup();
    if (atSymbol("{")) return parseTuple();
    if (atSymbol("[") || atSymbol("<<")) {
        Expr list = take(atSymbol("[") ? Kind::list : Kind::bag);
        DRYDOCK_ASSIGN(list.operands, parseList(list.kind == Kind::list ? "]" : ">>"));
        return list;
    }
    if (std::string_view("=<>!*/%|").find(peek().text.front()) != std::string_view::npos && !atSymbol(">>"))
        return malformed("Unexpected operator");
    return malformed("Unexpected term");
}

Result<Expr> ExpressionParser::parseGroup() {
    advance();
    DRYDOCK_ASSIGN(Expr inner, parseExpression());
    if (!acceptSymbol(")")) return malformed("Expected closing parenthesis");
    // A chain in parentheses stays one operand of the chain around it.
    if (inner.kind == Kind::allOf || inner.kind == Kind::anyOf) inner.flag = true;
    return inner;
}

Result<Expr> ExpressionParser::parseCall() {
    Expr call = take(Kind::call);
    call.text = lowerCase(std::move(call.text));
    advance();
    // COUNT(*), and EXISTS(SELECT …), which is no function within a statement.
    if (atSymbol("*") && atSymbol(")", 1)) {
        advance();
        advance();
        return call;
    }
    DRYDOCK_ASSIGN(call.operands, parseList(")"));
    return call;
}

Result<Expr> ExpressionParser::parseTuple() {
    Expr tuple = take(Kind::tuple);
    if (acceptSymbol("}")) return tuple;
    do {
        DRYDOCK_ASSIGN(Expr name, parseExpression());
        if (!acceptSymbol(":")) return malformed("Expected : to separate keys from values");
        DRYDOCK_ASSIGN(Expr value, parseExpression());
        tuple.operands.push_back(std::move(name));
        tuple.operands.push_back(std::move(value));
    } while (acceptSymbol(","));
    if (!acceptSymbol("}")) return malformed("Expected } after struct");
    return tuple;
}

Result<std::vector<Expr>> ExpressionParser::parseList(std::string_view closing) {
    std::vector<Expr> elements;
    if (acceptSymbol(closing)) return elements;
    do {
        DRYDOCK_ASSIGN(Expr element, parseExpression());
        elements.push_back(std::move(element));
    } while (acceptSymbol(","));
    if (!acceptSymbol(closing)) return malformed("Expected " + std::string(closing));
    return elements;
}

Result<Expr> ExpressionParser::parseSimplePath() {
    if (!atName()) return malformed("Expected identifier for simple path");
    Expr path = take(Kind::path);
    path.path.push_back({std::move(path.text), std::nullopt});
    path.text.clear();
    DRYDOCK_TRY(parsePathTail(path));
    return path;
}

Result<void> ExpressionParser::parsePathTail(Expr& path) {
    for (;;) {
        if (acceptSymbol(".")) {
            if (!atName()) return malformed("Invalid path dot component");
            path.path.push_back({peek().text, std::nullopt});
            advance();
        } else if (acceptSymbol("[")) {
            DRYDOCK_TRY(parseBracket(path));
        } else {
            return {};
        }
    }
}

// [0] or ['name'].
Result<void> ExpressionParser::parseBracket(Expr& path) {
    DRYDOCK_ASSIGN(const Expr inner, parseExpression());
    if (!acceptSymbol("]")) return malformed("Expected ]");
    if (inner.kind == Kind::text) {
        path.path.push_back({inner.text, std::nullopt});
        return {};
    }
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(inner.text.data(), inner.text.data() + inner.text.size(), index);
    if (inner.kind != Kind::number || end != inner.text.data() + inner.text.size())
        return fail(ErrorCode::validation, "Unexpected path component" + atText(inner.position));
    if (error != std::errc() || index < 0 || index > INT32_MAX) {
        return fail(ErrorCode::validation, "List index is not within the allowable range; index: [" + inner.text + "]" +
                                               atText(inner.position));
    }
    path.path.push_back({{}, static_cast<std::size_t>(index)});
    return {};
}

}  // namespace drydock::storage::partiql
