#include "storage/sqlite/error.h"

#include <sqlite3.h>

namespace drydock::storage::sqlite {
namespace {

ErrorCode codeOf(int extendedCode) {
    switch (extendedCode & 0xff) {
        case SQLITE_FULL:
            return ErrorCode::diskFull;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            return ErrorCode::io;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::busy;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::corrupt;
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return ErrorCode::readOnly;
        default:
            return ErrorCode::internal;
    }
}

}  // namespace

Error makeError(int extendedCode, sqlite3* connection, std::string_view doing) {
    std::string message(doing);
    message += ": ";
    message += sqlite3_errstr(extendedCode);
    // The connection's text says more, but only while it still speaks of this very failure.
    if (connection != nullptr && (sqlite3_errcode(connection) & 0xff) == (extendedCode & 0xff)) {
        const std::string_view detail = sqlite3_errmsg(connection);
        if (detail != sqlite3_errstr(extendedCode)) message.append(" (").append(detail).append(")");
    }
    return Error{codeOf(extendedCode), std::move(message), extendedCode};
}

}  // namespace drydock::storage::sqlite
