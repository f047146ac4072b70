// Tokens of a PartiQL statement. White space and comments (`-- …`, `/* … */`) are left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"

namespace drydock::storage::partiql {

// Where a token stands: counted from 1, in characters.
struct Position {
    std::size_t line = 1;
    std::size_t column = 1;
    std::size_t length = 0;
};

struct Token {
    enum class Kind {
        word,       // an identifier as written
        keyword,    // a word of the language, in lower case
        quoted,     // "name", without its quotes
        text,       // 'text', without its quotes
        number,     // digits, point, exponent; never a sign
        parameter,  // ?
        symbol,     // = <> != < <= > >= << >> ( ) [ ] { } , . : ; * + - / % ||
        end,
    };
    Kind kind = Kind::end;
    std::string text;
    Position position;
};

// The last token is of kind `end`. Errors: ErrorCode::validation for what is no token of the language.
[[nodiscard]] Result<std::vector<Token>> tokenize(std::string_view statement);

// "Statement wasn't well formed, can't be processed: <detail>"
[[nodiscard]] tl::unexpected<Error> malformed(std::string_view detail = {});
// " at <line>:<column>:<length>", as DynamoDB's messages end.
[[nodiscard]] std::string atText(const Position& position);

[[nodiscard]] bool isKeyword(std::string_view lowerCase);

}  // namespace drydock::storage::partiql
