// Reading lists of rows to their end, page by page.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "storage/store/table_store.h"

namespace drydock::fleet {

// The query "partition = value", whole or, with `sortName`, bounded by `sortOperator` ("<", "<=", ">" or ">=").
[[nodiscard]] inline storage::QueryRequest queryOf(std::string table, std::string index, std::string partitionName,
                                                   storage::AttributeValue partition) {
    storage::QueryRequest request;
    request.table = std::move(table);
    request.index = std::move(index);
    request.keyCondition = "#p = :p";
    request.parameters.names.emplace("#p", std::move(partitionName));
    request.parameters.values.emplace(":p", std::move(partition));
    return request;
}

inline void boundSort(storage::QueryRequest& request, std::string sortName, const char* sortOperator,
                      storage::AttributeValue bound) {
    request.keyCondition += std::string(" AND #s ") + sortOperator + " :s";
    request.parameters.names.emplace("#s", std::move(sortName));
    request.parameters.values.emplace(":s", std::move(bound));
}

// Calls take(Item&&) with each item until the end or until it returns false. `read` is one page: a query or a scan.
template <class Request, class Read, class Take>
[[nodiscard]] storage::Result<void> forEachRow(Request request, Read read, Take take) {
    for (;;) {
        DRYDOCK_ASSIGN(storage::Page page, read(request));
        for (storage::Item& item : page.items)
            if (!take(std::move(item))) return {};
        if (!page.lastEvaluatedKey) return {};
        request.exclusiveStartKey = std::move(page.lastEvaluatedKey);
    }
}

template <class Take>
[[nodiscard]] storage::Result<void> forEachQueried(storage::TableReader& tables, storage::QueryRequest request,
                                                   Take take) {
    return forEachRow(
        std::move(request), [&tables](const storage::QueryRequest& page) { return tables.query(page); },
        std::move(take));
}

template <class Take>
[[nodiscard]] storage::Result<void> forEachScanned(storage::TableReader& tables, std::string table, Take take) {
    storage::ScanRequest request;
    request.table = std::move(table);
    return forEachRow(
        std::move(request), [&tables](const storage::ScanRequest& page) { return tables.scan(page); }, std::move(take));
}

}  // namespace drydock::fleet
