// SQLite's result codes as our errors.
#pragma once

#include <string_view>

#include "storage/base/result.h"

struct sqlite3;

namespace drydock::storage::sqlite {

// The error behind an extended result code: SQLITE_FULL is diskFull, SQLITE_IOERR… io, and so on. `doing` says what
// was attempted; SQLite's own message is added from `connection` where there is one (nullptr: from the code).
[[nodiscard]] Error makeError(int extendedCode, sqlite3* connection, std::string_view doing);

}  // namespace drydock::storage::sqlite
