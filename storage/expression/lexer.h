// Tokens of DynamoDB's expression language. Any text can be cut into tokens; what is no token of the language becomes
// one of kind `unknown`, which no rule of the grammar accepts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock::storage {

struct Token {
    enum class Kind {
        identifier,  // a word: attribute, function or keyword
        name,        // #name
        value,       // :value
        digits,
        symbol,  // = <> < <= > >= ( ) [ ] , . + -
        unknown,
        end,
    };
    Kind kind = Kind::end;
    std::string_view text;  // a part of the expression
};

// The last token is of kind `end`, its text empty and placed behind the expression's last character.
[[nodiscard]] std::vector<Token> tokenize(std::string_view expression);

// DynamoDB's message for a token that does not fit: `Syntax error; token: "x", near: "a x b"`.
[[nodiscard]] std::string syntaxErrorMessage(const std::vector<Token>& tokens, std::size_t at);

// Whether an identifier is that keyword, whatever its case. `keyword` is in capitals.
[[nodiscard]] bool isKeyword(const Token& token, std::string_view keyword);

}  // namespace drydock::storage
