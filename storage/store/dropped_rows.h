// SQLite tables nobody needs any more. A large one takes long to give its pages back, longer than a writer may wait; so
// it is only renamed at first, and cleared a slice at a time. Both in the caller's write transaction.
#pragma once

#include <cstddef>
#include <string>

#include "storage/sqlite/connection.h"

namespace drydock::storage {

// The name is free for another when this returns.
[[nodiscard]] Result<void> dropRows(sqlite::Connection& connection, const std::string& name);

[[nodiscard]] Result<bool> anyDroppedRows(sqlite::Connection& connection);
// Clears at most `limit` rows; returns how many, and one more where that was the end of a table. 0: all are gone.
[[nodiscard]] Result<std::size_t> clearDroppedRows(sqlite::Connection& connection, std::size_t limit);

}  // namespace drydock::storage
