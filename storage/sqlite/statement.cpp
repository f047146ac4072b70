#include "storage/sqlite/statement.h"

#include <sqlite3.h>

#include "storage/sqlite/error.h"

namespace drydock::storage::sqlite {

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Result<Statement> Statement::prepare(sqlite3* connection, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(connection, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return fail(makeError(sqlite3_extended_errcode(connection), connection, sql));
    return Statement(statement);
}

void Statement::remember(int code) {
    if (code != SQLITE_OK && m_bindCode == SQLITE_OK) m_bindCode = code;
}

Statement& Statement::bind(int parameter, std::int64_t value) {
    remember(sqlite3_bind_int64(m_statement.get(), parameter, value));
    return *this;
}

Statement& Statement::bindBlob(int parameter, std::string_view bytes) {
    // A null pointer would bind NULL rather than an empty blob.
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    remember(sqlite3_bind_blob64(m_statement.get(), parameter, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bindText(int parameter, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    remember(sqlite3_bind_text64(m_statement.get(), parameter, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bindNull(int parameter) {
    remember(sqlite3_bind_null(m_statement.get(), parameter));
    return *this;
}

Statement& Statement::bindRow(const Statement& row) {
    for (int i = 0; i < sqlite3_column_count(row.m_statement.get()); ++i)
        remember(sqlite3_bind_value(m_statement.get(), i + 1, sqlite3_column_value(row.m_statement.get(), i)));
    return *this;
}

Result<bool> Statement::step() {
    int code = m_bindCode;
    if (code == SQLITE_OK) {
        code = sqlite3_step(m_statement.get());
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) {
            reset();
            return false;
        }
    }
    Error error = makeError(code, sqlite3_db_handle(m_statement.get()), sqlite3_sql(m_statement.get()));
    reset();
    return fail(std::move(error));
}

Result<void> Statement::run() {
    for (;;) {
        const Result<bool> row = step();
        if (!row) return fail(row.error());
        if (!*row) return {};
    }
}

std::int64_t Statement::changes() const {
    return sqlite3_changes64(sqlite3_db_handle(m_statement.get()));
}

void Statement::reset() {
    // The code returned repeats the last step's, which its caller has already seen.
    sqlite3_reset(m_statement.get());
    m_bindCode = SQLITE_OK;
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string_view Statement::blob(int column) const {
    const void* data = sqlite3_column_blob(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    if (data == nullptr) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string_view Statement::text(int column) const {
    const unsigned char* data = sqlite3_column_text(m_statement.get(), column);
    const int size = sqlite3_column_bytes(m_statement.get(), column);
    if (data == nullptr) return {};
    return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Statement::isNull(int column) const {
    return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL;
}

}  // namespace drydock::storage::sqlite
