// What CreateTable and UpdateTable ask for, checked in the service's order and words.
#pragma once

#include <span>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/arguments.h"
#include "storage/store/table_store.h"

namespace drydock::storage::api {

// checkBody() for an operation on one table: without a TableName nothing else is said, but about JSON of a wrong type.
[[nodiscard]] Result<void> checkTableBody(const nlohmann::json& body, std::span<const Member> members);

// The checks of the body's form.
[[nodiscard]] Result<void> checkCreateTable(const nlohmann::json& body);
[[nodiscard]] Result<void> checkUpdateTable(const nlohmann::json& body);

// From a body that passed them.
[[nodiscard]] Result<TableDefinition> createTableRequest(const nlohmann::json& body);
// Judged against the table as it is; what the store judges itself (see TableStore::updateTable()) is left to it.
[[nodiscard]] Result<TableUpdate> updateTableRequest(const nlohmann::json& body, const TableDescription& table);

// Tags: a list of {"Key","Value"}.
[[nodiscard]] Result<Tags> tagsOf(const nlohmann::json& list);

}  // namespace drydock::storage::api
