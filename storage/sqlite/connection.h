// Connection: one SQLite connection, thin RAII over the C API.
//
// Thread: one thread at a time (opened without SQLite's own mutexes), but for interrupt().
// Ownership: owns the handle and a cache of prepared statements; Statements prepared elsewhere on it must go first.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "storage/base/result.h"
#include "storage/sqlite/statement.h"

struct sqlite3;

namespace drydock::storage::sqlite {

enum class OpenMode { readOnly, readWrite, create };

class Connection {
public:
    // `vfs`: a registered VFS's name, or empty for the default. An existing file is not read yet, so a damaged one is
    // found by the first statement.
    [[nodiscard]] static Result<Connection> open(const std::filesystem::path& file, OpenMode mode,
                                                 const std::string& vfs);

    // Runs statements that return nothing of interest.
    [[nodiscard]] Result<void> execute(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    // The same statement for the same text each time; it lives until forgetStatements(). Not for use within its own
    // results.
    [[nodiscard]] Result<Statement*> cached(const std::string& sql);
    void forgetStatements() { m_statements.clear(); }
    // The first column of the first row; ErrorCode::notFound when there is no row.
    [[nodiscard]] Result<std::int64_t> queryInteger(const std::string& sql);

    // Makes the statement that runs now fail; of no effect where none does. From any thread.
    void interrupt() const;

    [[nodiscard]] sqlite3* handle() const { return m_handle.get(); }

private:
    struct Closer {
        void operator()(sqlite3* handle) const;
    };
    explicit Connection(sqlite3* handle) : m_handle(handle) {}

    std::unique_ptr<sqlite3, Closer> m_handle;
    std::unordered_map<std::string, Statement> m_statements;  // after m_handle: they go first
};

}  // namespace drydock::storage::sqlite
