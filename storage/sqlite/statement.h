// Statement: one prepared statement, to be run many times.
//
// Thread: its connection's. Ownership: owns the sqlite3_stmt; must go before its Connection does.
// Lifetime of bound bytes: bind() does not copy; text and blobs must live until the statement is reset.
// Errors: a failed bind is remembered and returned by the next step(). After an error the statement is reset and can
// be run again.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "storage/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace drydock::storage::sqlite {

class Statement {
public:
    [[nodiscard]] static Result<Statement> prepare(sqlite3* connection, std::string_view sql);

    // Parameters are numbered from 1.
    Statement& bind(int parameter, std::int64_t value);
    Statement& bindBlob(int parameter, std::string_view bytes);
    Statement& bindText(int parameter, std::string_view text);
    Statement& bindNull(int parameter);
    // Binds all columns of the row another statement is at, also of another connection, as they are.
    Statement& bindRow(const Statement& row);

    // True: a row is there to read. False: done, and the statement has been reset.
    [[nodiscard]] Result<bool> step();
    // Runs a statement that returns no rows (or whose rows do not matter) to its end.
    [[nodiscard]] Result<void> run();
    // Rows the last INSERT, UPDATE or DELETE of this connection changed; of use right after run().
    [[nodiscard]] std::int64_t changes() const;
    void reset();

    // Columns are numbered from 0; the bytes live until the next step or reset.
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view blob(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] bool isNull(int column) const;

private:
    struct Finalizer {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : m_statement(statement) {}
    void remember(int code);

    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_bindCode = 0;
};

// Resets the statement at the end of a scope, so that no read transaction outlives the reading.
class ResetGuard {
public:
    explicit ResetGuard(Statement& statement) : m_statement(statement) {}
    ~ResetGuard() { m_statement.reset(); }
    ResetGuard(const ResetGuard&) = delete;
    ResetGuard& operator=(const ResetGuard&) = delete;

private:
    Statement& m_statement;
};

}  // namespace drydock::storage::sqlite
