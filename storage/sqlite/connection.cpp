#include "storage/sqlite/connection.h"

#include <sqlite3.h>

#include "storage/sqlite/error.h"

namespace drydock::storage::sqlite {
namespace {

// A writer and its readers never wait for each other in WAL mode; what is left are short waits at opening, at a
// checkpoint's restart and at recovery.
constexpr int kBusyTimeoutMs = 5000;

int flagsOf(OpenMode mode) {
    constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (mode) {
        case OpenMode::readOnly:
            return kCommon | SQLITE_OPEN_READONLY;
        case OpenMode::readWrite:
            return kCommon | SQLITE_OPEN_READWRITE;
        case OpenMode::create:
            break;
    }
    return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

}  // namespace

void Connection::Closer::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

Result<Connection> Connection::open(const std::filesystem::path& file, OpenMode mode, const std::string& vfs) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flagsOf(mode), vfs.empty() ? nullptr : vfs.c_str());
    Connection connection(handle);  // SQLite wants the handle closed even where opening failed
    if (code != SQLITE_OK) return fail(makeError(code, handle, "Opening " + file.string()));
    sqlite3_busy_timeout(handle, kBusyTimeoutMs);
    return connection;
}

Result<void> Connection::execute(const std::string& sql) {
    const int code = sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(makeError(code, m_handle.get(), sql));
    return {};
}

void Connection::interrupt() const {
    sqlite3_interrupt(m_handle.get());
}

Result<Statement> Connection::prepare(std::string_view sql) {
    return Statement::prepare(m_handle.get(), sql);
}

Result<Statement*> Connection::cached(const std::string& sql) {
    auto found = m_statements.find(sql);
    if (found == m_statements.end()) {
        DRYDOCK_ASSIGN(Statement statement, prepare(sql));
        found = m_statements.emplace(sql, std::move(statement)).first;
    }
    return &found->second;
}

Result<std::int64_t> Connection::queryInteger(const std::string& sql) {
    DRYDOCK_ASSIGN(Statement statement, prepare(sql));
    DRYDOCK_ASSIGN(const bool row, statement.step());
    if (!row) return fail(ErrorCode::notFound, sql + ": no row");
    return statement.integer(0);
}

}  // namespace drydock::storage::sqlite
