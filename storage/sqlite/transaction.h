// Transaction: BEGIN at construction, ROLLBACK at destruction unless committed.
//
// Thread: its connection's. Invariant: whatever happened inside, no transaction is left open after destruction.
#pragma once

#include "storage/sqlite/connection.h"

namespace drydock::storage::sqlite {

class Transaction {
public:
    enum class Kind {
        read,   // one snapshot for several statements; within another transaction, part of that
        write,  // takes the write lock at once (BEGIN IMMEDIATE)
    };
    [[nodiscard]] static Result<Transaction> begin(Connection& connection, Kind kind);
    ~Transaction();
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;

    // After a failed commit the transaction is rolled back by the destructor.
    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(Connection* connection) : m_connection(connection) {}
    Connection* m_connection;  // nullptr: committed, moved from or part of another
};

}  // namespace drydock::storage::sqlite
