#include "storage/expression/lexer.h"

#include <algorithm>

namespace drydock::storage {
namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isWordPart(char c) {
    return isLetter(c) || isDigit(c) || c == '_';
}

template <class Predicate>
std::size_t runLength(std::string_view text, Predicate predicate) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), predicate) - text.begin());
}

// The bytes of one UTF-8 character, so that a message never cuts one.
std::size_t characterLength(std::string_view text) {
    return 1 + runLength(text.substr(1), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
}

// Precondition: `text` does not begin with white space and is not empty.
Token takeToken(std::string_view text) {
    const char first = text.front();
    if (isLetter(first)) return {Token::Kind::identifier, text.substr(0, runLength(text, isWordPart))};
    if (isDigit(first)) return {Token::Kind::digits, text.substr(0, runLength(text, isDigit))};
    if (first == '#' || first == ':') {
        const std::size_t length = 1 + runLength(text.substr(1), isWordPart);
        if (length > 1) return {first == '#' ? Token::Kind::name : Token::Kind::value, text.substr(0, length)};
    }
    for (const std::string_view symbol : {"<>", "<=", ">="}) {
        if (text.starts_with(symbol)) return {Token::Kind::symbol, text.substr(0, symbol.size())};
    }
    if (std::string_view("=<>()[],.+-").find(first) != std::string_view::npos)
        return {Token::Kind::symbol, text.substr(0, 1)};
    return {Token::Kind::unknown, text.substr(0, characterLength(text))};
}

}  // namespace

std::vector<Token> tokenize(std::string_view expression) {
    std::vector<Token> tokens;
    while (true) {
        expression.remove_prefix(runLength(expression, isSpace));
        if (expression.empty()) break;
        tokens.push_back(takeToken(expression));
        expression.remove_prefix(tokens.back().text.size());
    }
    tokens.push_back({Token::Kind::end, expression});
    return tokens;
}

std::string syntaxErrorMessage(const std::vector<Token>& tokens, std::size_t at) {
    const bool atEnd = tokens[at].kind == Token::Kind::end;
    // From the token before to the token behind, as written.
    const std::string_view first = tokens[at > 0 ? at - 1 : at].text;
    std::string_view last = tokens[at].text;
    if (atEnd) {
        last = first;
    } else if (tokens[at + 1].kind != Token::Kind::end) {
        last = tokens[at + 1].text;
    }
    const auto length = static_cast<std::size_t>(last.data() + last.size() - first.data());
    std::string message = "Syntax error; token: \"";
    message.append(atEnd ? "<EOF>" : tokens[at].text);
    message.append("\", near: \"").append(first.data(), length).append("\"");
    return message;
}

bool isKeyword(const Token& token, std::string_view keyword) {
    return token.kind == Token::Kind::identifier && token.text.size() == keyword.size() &&
           std::equal(keyword.begin(), keyword.end(), token.text.begin(), [](char k, char c) {
               return k == (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
           });
}

}  // namespace drydock::storage
