#include "models/fleet/tables.h"

#include <algorithm>
#include <string>

#include "models/fleet/table_definition_files.h"

namespace drydock::fleet::tables {
namespace {

using storage::ErrorCode;
using storage::Result;

Result<storage::TableDefinition> shippedDefinition(std::string_view table) {
    const auto* const file = std::find_if(kTableDefinitionFiles.begin(), kTableDefinitionFiles.end(),
                                          [table](const TableDefinitionFile& each) { return each.name == table; });
    if (file == kTableDefinitionFiles.end())
        return storage::fail(ErrorCode::internal,
                             "There is no definition file for the table " + std::string(table) + ".");
    DRYDOCK_ASSIGN(auto definitions, storage::parseDefinitionFile(file->json));
    for (storage::TableDefinition& definition : definitions)
        if (definition.name == table) return std::move(definition);
    return storage::fail(ErrorCode::internal,
                         "The definition file of " + std::string(table) + " defines another table.");
}

}  // namespace

const TableKey* findTable(std::string_view table) {
    const auto* const found =
        std::find_if(kTables.begin(), kTables.end(), [table](const TableKey& each) { return each.table == table; });
    return found == kTables.end() ? nullptr : found;
}

Result<void> ensureTables(storage::TableStore& store) {
    DRYDOCK_ASSIGN(const auto existing, store.listTables());
    std::vector<storage::TableDefinition> missing;
    for (const TableKey& each : kTables) {
        if (std::find(existing.begin(), existing.end(), each.table) != existing.end()) continue;
        DRYDOCK_ASSIGN(missing.emplace_back(), shippedDefinition(each.table));
    }
    return missing.empty() ? Result<void>() : store.createTables(missing);
}

}  // namespace drydock::fleet::tables
