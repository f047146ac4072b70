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

}  // namespace

Result<StreamPage> TableReader::readStream(std::string_view table, std::uint64_t after, std::size_t limit) {
    StreamRequest request;
    request.table = table;
    request.after = after;
    request.limit = limit;
    return readRecords(request);
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
