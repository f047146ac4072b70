#include "storage/sqlite/transaction.h"

#include <sqlite3.h>

#include <utility>

namespace drydock::storage::sqlite {

Result<Transaction> Transaction::begin(Connection& connection, Kind kind) {
    if (kind == Kind::read && sqlite3_get_autocommit(connection.handle()) == 0) return Transaction(nullptr);
    DRYDOCK_ASSIGN(Statement * statement, connection.cached(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN"));
    DRYDOCK_TRY(statement->run());
    return Transaction(&connection);
}

Transaction::Transaction(Transaction&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}

Transaction::~Transaction() {
    // SQLite has already rolled back by itself after some errors (a full disk, say).
    if (m_connection == nullptr || sqlite3_get_autocommit(m_connection->handle()) != 0) return;
    // Should this fail, SQLite rolls back at the latest when the connection is closed, and every later BEGIN fails
    // loudly until then.
    sqlite3_exec(m_connection->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
    if (m_connection == nullptr) return {};
    DRYDOCK_ASSIGN(Statement * statement, m_connection->cached("COMMIT"));
    DRYDOCK_TRY(statement->run());
    m_connection = nullptr;
    return {};
}

}  // namespace drydock::storage::sqlite
