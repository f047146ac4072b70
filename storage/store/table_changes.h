// What an update does to a table: judged against the table as it is, then written.
#pragma once

#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// Within the caller's transaction, after which the catalogue must be loaded anew. `lastSequence`: the store's.
// Errors: validation, resourceNotFound and limitExceeded in DynamoDB's words; nothing has been written then.
[[nodiscard]] Result<void> changeTable(sqlite::Connection& connection, const Table& table, const TableUpdate& update,
                                       std::int64_t nowMs, std::uint64_t lastSequence);

}  // namespace drydock::storage
