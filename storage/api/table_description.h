// How the API describes a table.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "storage/store/table_store.h"

namespace drydock::storage::api {

// [{"AttributeName":"id","KeyType":"HASH"}, …]
[[nodiscard]] nlohmann::json keySchemaJson(const KeySchema& key);

// Seconds since the epoch, as the API gives times.
[[nodiscard]] double secondsOf(std::int64_t ms);

// As DescribeTable shows it.
[[nodiscard]] nlohmann::json tableJson(const TableDescription& table);
// As the answer to its creation: it and its indexes are said to be in the making.
[[nodiscard]] nlohmann::json createdTableJson(const TableDescription& table);
// As the answer to an update, which may have added the index named. Encryption that it took away still shows, as being
// taken away.
[[nodiscard]] nlohmann::json updatedTableJson(const TableDescription& before, const TableDescription& table,
                                              const std::string& addedIndex);
// As the answer to its deletion, which leaves out what it was made of.
[[nodiscard]] nlohmann::json deletedTableJson(const TableDescription& table);

}  // namespace drydock::storage::api
