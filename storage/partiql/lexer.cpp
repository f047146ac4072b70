#include "storage/partiql/lexer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace drydock::storage::partiql {
namespace {

bool isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWordStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool isWordPart(char c) {
    return isWordStart(c) || isDigit(c);
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : m_text(text) {}

    Result<std::vector<Token>> run() {
        std::vector<Token> tokens;
        for (;;) {
            DRYDOCK_TRY(skipBlank());
            Token token;
            token.position = m_position;
            const std::size_t begin = m_at;
            if (!m_text.empty() && m_at < m_text.size()) DRYDOCK_TRY(read(token));
            const std::size_t before = m_position.column;
            advanceOver(m_text.substr(begin, m_at - begin));
            // A token over several lines can only be a quoted one, whose length nobody asks for.
            token.position.length = m_position.line == token.position.line ? m_position.column - before : m_at - begin;
            tokens.push_back(std::move(token));
            if (tokens.back().kind == Token::Kind::end) return tokens;
        }
    }

private:
    [[nodiscard]] std::string_view rest() const { return m_text.substr(m_at); }

    void advanceOver(std::string_view text) {
        for (const char c : text) {
            if (c == '\n') {
                ++m_position.line;
                m_position.column = 1;
            } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
                ++m_position.column;
            }
        }
    }

    void skip(std::size_t bytes) {
        const std::string_view text = rest().substr(0, bytes);
        m_at += text.size();
        advanceOver(text);
    }

    Result<void> skipBlank() {
        for (;;) {
            const std::string_view text = rest();
            if (!text.empty() && isSpace(text.front())) {
                skip(1);
            } else if (text.starts_with("--")) {
                skip(text.find('\n'));
            } else if (text.starts_with("/*")) {
                const std::size_t end = text.find("*/", 2);
                if (end == std::string_view::npos) return malformed();
                skip(end + 2);
            } else {
                return {};
            }
        }
    }

    Result<void> read(Token& token) {
        const char first = m_text[m_at];
        if (isWordStart(first)) {
            readWord(token);
            return {};
        }
        if (isDigit(first) || (first == '.' && m_at + 1 < m_text.size() && isDigit(m_text[m_at + 1])))
            return readNumber(token);
        if (first == '\'') return readQuoted(token, Token::Kind::text);
        if (first == '"') return readQuoted(token, Token::Kind::quoted);
        if (first == '?') {
            token.kind = Token::Kind::parameter;
            token.text = "?";
            ++m_at;
            return {};
        }
        return readSymbol(token);
    }

    std::string_view takeWhile(bool (*predicate)(char)) {
        const std::size_t begin = m_at;
        while (m_at < m_text.size() && predicate(m_text[m_at])) ++m_at;
        return m_text.substr(begin, m_at - begin);
    }

    void readWord(Token& token) {
        const std::string_view word = takeWhile(isWordPart);
        std::string lower = lowerCase(word);
        const bool keyword = isKeyword(lower);
        token.kind = keyword ? Token::Kind::keyword : Token::Kind::word;
        token.text = keyword ? std::move(lower) : std::string(word);
    }

    Result<void> readNumber(Token& token) {
        const std::size_t begin = m_at;
        takeWhile(isDigit);
        std::size_t decimals = 0;
        if (rest().starts_with('.')) {
            ++m_at;
            decimals = takeWhile(isDigit).size();
        }
        if (!rest().empty() && (rest().front() == 'e' || rest().front() == 'E')) {
            ++m_at;
            DRYDOCK_TRY(readExponent(decimals));
        }
        if (!rest().empty() && isWordPart(rest().front())) return malformed();
        token.kind = Token::Kind::number;
        token.text = std::string(m_text.substr(begin, m_at - begin));
        return {};
    }

    // The service keeps scale and exponent in 32 bits.
    Result<void> readExponent(std::size_t decimals) {
        bool negative = false;
        if (!rest().empty() && (rest().front() == '+' || rest().front() == '-')) {
            negative = rest().front() == '-';
            ++m_at;
        }
        const std::string_view digits = takeWhile(isDigit);
        std::int64_t exponent = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (digits.empty() || error != std::errc()) return malformed();
        if (negative) exponent = -exponent;
        const std::int64_t scale = static_cast<std::int64_t>(decimals) - exponent;
        if (exponent < INT32_MIN || exponent > INT32_MAX || scale < INT32_MIN || scale > INT32_MAX) return malformed();
        return {};
    }

    Result<void> readQuoted(Token& token, Token::Kind kind) {
        const char quote = m_text[m_at++];
        token.kind = kind;
        for (;;) {
            const std::size_t end = m_text.find(quote, m_at);
            if (end == std::string_view::npos) return malformed();
            token.text.append(m_text.substr(m_at, end - m_at));
            m_at = end + 1;
            if (m_at == m_text.size() || m_text[m_at] != quote) return {};
            token.text.push_back(quote);  // a doubled quote stands for itself
            ++m_at;
        }
    }

    Result<void> readSymbol(Token& token) {
        token.kind = Token::Kind::symbol;
        for (const std::string_view symbol : {"<>", "!=", "<=", ">=", "<<", ">>", "||"}) {
            if (!rest().starts_with(symbol)) continue;
            token.text = symbol;
            m_at += symbol.size();
            return {};
        }
        if (std::string_view("=<>()[]{},.:;*+-/%").find(m_text[m_at]) == std::string_view::npos) return malformed();
        token.text = std::string(1, m_text[m_at++]);
        return {};
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    Position m_position;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view statement) {
    return Lexer(statement).run();
}

tl::unexpected<Error> malformed(std::string_view detail) {
    std::string message = "Statement wasn't well formed, can't be processed: ";
    message.append(detail);
    return fail(ErrorCode::validation, std::move(message));
}

std::string atText(const Position& position) {
    return " at " + std::to_string(position.line) + ':' + std::to_string(position.column) + ':' +
           std::to_string(position.length);
}

}  // namespace drydock::storage::partiql
