#include "storage/store/table_store.h"

#include <utility>

namespace drydock::storage {
namespace {

Result<std::vector<WriteResult>> commitOne(TableStore& store, std::vector<WriteRequest> writes) {
    std::vector<WriteUnit> units(1);
    units.front().writes = std::move(writes);
    DRYDOCK_ASSIGN(std::vector<UnitResult> results, store.commit(std::move(units)));
    return std::move(results.front());
}

Result<Page> decoded(Result<StoredPage> stored) {
    if (!stored) return fail(std::move(stored).error());
    Page page;
    static_cast<PageSummary&>(page) = std::move(*stored);
    page.items.reserve(stored->items.size());
    for (StoredItem& each : stored->items) {
        DRYDOCK_ASSIGN(Item item, std::move(each).decode());
        page.items.push_back(std::move(item));
    }
    return page;
}

}  // namespace

std::string reasonCode(const Error& error) {
    if (error.code == ErrorCode::validation) return "ValidationError";
    std::string name = awsName(error.code);
    constexpr std::string_view kSuffix = "Exception";
    if (name.ends_with(kSuffix)) name.resize(name.size() - kSuffix.size());
    return name;
}

Result<TableDescription> TableStore::createTable(const TableDefinition& definition) {
    DRYDOCK_TRY(createTables({definition}));
    return describeTable(definition.name);
}

Result<Page> TableReader::query(const QueryRequest& request) {
    return decoded(queryStored(request));
}

Result<Page> TableReader::scan(const ScanRequest& request) {
    return decoded(scanStored(request));
}

Result<StreamPage> TableReader::readStream(std::string_view table, std::uint64_t after, std::size_t limit) {
    StreamRequest request;
    request.table = table;
    request.after = after;
    request.limit = limit;
    return readRecords(request);
}

UnitError transactionCanceled(std::vector<std::optional<UnitError>> reasons) {
    UnitError error;
    error.code = ErrorCode::transactionCanceled;
    error.message = "Transaction cancelled, please refer cancellation reasons for specific reasons [";
    for (std::optional<UnitError>& reason : reasons) {
        if (!error.reasons.empty()) error.message += ", ";
        CancellationReason& said = error.reasons.emplace_back();
        if (reason) said = {reasonCode(*reason), std::move(reason->message), std::move(reason->item)};
        error.message += said.code;
    }
    error.message += ']';
    return error;
}

Result<WriteResult> TableStore::write(WriteRequest request) {
    std::vector<WriteRequest> writes;
    writes.push_back(std::move(request));
    DRYDOCK_ASSIGN(std::vector<WriteResult> results, commitOne(*this, std::move(writes)));
    return std::move(results.front());
}

Result<void> TableStore::transact(std::vector<WriteRequest> writes) {
    DRYDOCK_TRY(commitOne(*this, std::move(writes)));
    return {};
}

}  // namespace drydock::storage
