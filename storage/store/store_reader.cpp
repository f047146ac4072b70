#include "storage/store/store_reader.h"

#include <algorithm>

#include "storage/recovery/jobs.h"
#include "storage/recovery/past_reads.h"
#include "storage/sqlite/transaction.h"
#include "storage/store/keys.h"
#include "storage/store/page_walk.h"
#include "storage/store/streams.h"
#include "storage/store/write_plan.h"
#include "storage/value/codec.h"

namespace drydock::storage {
namespace {

Result<std::optional<std::size_t>> findIndex(const Table& table, const std::string& name) {
    if (name.empty()) return std::nullopt;
    const auto& indexes = table.definition.indexes;
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        if (indexes[i].name != name) continue;
        if (!table.indexes[i].backfilling) return i;
        return invalid("Cannot read from backfilling global secondary index: " + name);
    }
    return invalid("The table does not have the specified index: " + name);
}

bool isKeyAttribute(const KeySchema& schema, const std::string& name) {
    const auto named = [&](const KeyAttribute& attribute) { return attribute.name == name; };
    return std::any_of(schema.partition.begin(), schema.partition.end(), named) ||
           std::any_of(schema.sort.begin(), schema.sort.end(), named);
}

bool isProjected(const KeySchema& tableKey, const IndexDefinition& index, const std::string& name) {
    const auto& included = index.nonKeyAttributes;
    return isKeyAttribute(tableKey, name) || isKeyAttribute(index.key, name) ||
           std::find(included.begin(), included.end(), name) != included.end();
}

// What an index lacks of what is asked for: a local one fetches it from the table, a global one has to refuse.
Result<void> checkProjected(PageWalk& walk, bool allAttributes) {
    const IndexDefinition* index = walk.indexDefinition();
    if (index == nullptr || index->projection == ProjectionType::all) return {};
    if (allAttributes) {
        walk.fetches = index->local;
        if (index->local) return {};
        return invalid(
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            "secondary index " +
            index->name + " because its projection type is not ALL");
    }
    if (!walk.projection) return {};
    std::string missing;
    for (const DocumentPath& path : walk.projection->paths()) {
        const std::string& name = path.front().name;
        if (isProjected(walk.table->definition.key, *index, name)) continue;
        if (!missing.empty()) missing += ", ";
        missing += name;
    }
    if (missing.empty()) return {};
    walk.fetches = index->local;
    if (index->local) return {};
    return invalid("One or more parameter values were invalid: Global secondary index " + index->name +
                   " does not project [" + missing + "]");
}

// What Query and Scan requests have in common: table, index, filter, projection, limits.
template <class Request>
Result<PageWalk> beginWalk(const Catalogue& catalogue, const Request& request, ParameterUse& use) {
    PageWalk walk;
    DRYDOCK_ASSIGN(walk.table, catalogue.find(request.table));
    DRYDOCK_ASSIGN(walk.index, findIndex(*walk.table, request.index));
    if (request.consistentRead && walk.index && !walk.indexDefinition()->local) {
        return invalid("Consistent reads are not supported on global secondary indexes");
    }
    if (request.compiled) {
        walk.filter = request.compiled->condition;
        walk.projection = request.compiled->projection;
    } else {
        if (!request.filter.empty()) {
            DRYDOCK_ASSIGN(walk.filter, Condition::compile(request.filter, use, "FilterExpression"));
        }
        if (!request.projection.empty()) {
            DRYDOCK_ASSIGN(walk.projection, Projection::compile(request.projection, use));
        }
    }
    DRYDOCK_TRY(checkProjected(walk, request.allAttributes));
    walk.exclusiveStartKey = request.exclusiveStartKey;
    walk.limit = request.limit;
    walk.countOnly = request.countOnly;
    return walk;
}

Result<void> checkFilterKeepsOffKeys(const PageWalk& walk, const KeySchema& schema, bool legacy) {
    if (!walk.filter) return {};
    const std::string kind = legacy ? "QueryFilter" : "Filter Expression";
    for (const DocumentPath& path : walk.filter->paths()) {
        if (isKeyAttribute(schema, path.front().name)) {
            return invalid(kind +
                           " can only contain non-primary key attributes: Primary key attribute: " + path.front().name);
        }
    }
    return {};
}

}  // namespace

template <class Read>
auto StoreReader::inSnapshot(Read read) -> decltype(read()) {
    if (m_role == Role::owner) return read();
    DRYDOCK_ASSIGN(sqlite::Transaction transaction,
                   sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::read));
    DRYDOCK_TRY(m_catalogue.refresh(m_connection));
    auto result = read();
    DRYDOCK_TRY(transaction.commit());
    return result;
}

Result<std::optional<Item>> StoreReader::get(const GetRequest& request) {
    return inSnapshot([&]() -> Result<std::optional<Item>> {
        DRYDOCK_ASSIGN(GetResult result, readItem(request));
        return std::move(result.item);
    });
}

Result<std::vector<Result<GetResult>>> StoreReader::getAll(const std::vector<GetRequest>& requests) {
    return inSnapshot([&]() -> Result<std::vector<Result<GetResult>>> {
        std::vector<Result<GetResult>> results;
        results.reserve(requests.size());
        for (const GetRequest& request : requests) {
            Result<GetResult> result = readItem(request);
            if (!result && !isRequestError(result.error())) return fail(std::move(result).error());
            results.push_back(std::move(result));
        }
        return results;
    });
}

Result<void> StoreReader::checkBatch(const std::vector<WriteRequest>& writes) {
    return inSnapshot([&] { return checkBatchWrites(m_catalogue, writes); });
}

Result<StoredPage> StoreReader::queryStored(const QueryRequest& request) {
    return inSnapshot([&] { return readQuery(request); });
}

Result<StoredPage> StoreReader::scanStored(const ScanRequest& request) {
    return inSnapshot([&] { return readScan(request); });
}

Result<std::vector<std::string>> StoreReader::listTables() {
    return inSnapshot([&]() -> Result<std::vector<std::string>> {
        std::vector<std::string> names;
        for (const auto& [name, table] : m_catalogue.tables()) names.push_back(name);
        return names;
    });
}

Result<TableDescription> StoreReader::describeTable(std::string_view table) {
    return inSnapshot([&] { return readDescription(table); });
}

Result<StreamPage> StoreReader::readRecords(const StreamRequest& request) {
    return inSnapshot([&] { return readStreamPage(m_connection, m_catalogue, request); });
}

Result<std::vector<StreamDescription>> StoreReader::listStreams(std::string_view table) {
    return inSnapshot([&] { return listStreamsOf(m_connection, m_catalogue, table); });
}

Result<std::optional<Item>> StoreReader::getAsOf(std::string_view table, const Item& key, std::int64_t atMs) {
    return inSnapshot([&]() -> Result<std::optional<Item>> {
        DRYDOCK_ASSIGN(const Table* found, m_catalogue.find(table));
        return readItemAsOf(m_connection, *found, key, {atMs, nowMs()});
    });
}

Result<Page> StoreReader::scanAsOf(const PastRequest& request) {
    return inSnapshot([&]() -> Result<Page> {
        DRYDOCK_ASSIGN(const Table* found, m_catalogue.find(request.table));
        return readPageAsOf(m_connection, *found, request, nowMs());
    });
}

Result<std::uint64_t> StoreReader::readCheckpoint(std::string_view table, std::string_view consumer) {
    return inSnapshot([&]() -> Result<std::uint64_t> {
        DRYDOCK_ASSIGN(const Table* found, m_catalogue.find(table));
        return readCheckpointOf(m_connection, *found, consumer);
    });
}

Result<GetResult> StoreReader::readItem(const GetRequest& request) {
    DRYDOCK_ASSIGN(Table * table, m_catalogue.find(request.table));
    std::string key;
    DRYDOCK_TRY(encodeRequestKey(table->definition.key, request.key, key));
    std::optional<Projection> projection;
    if (request.compiled) {
        projection = request.compiled->projection;
    } else if (!request.projection.empty() || !request.parameters.names.empty() || !request.parameters.values.empty()) {
        ParameterUse use(request.parameters);
        if (!request.projection.empty()) {
            DRYDOCK_ASSIGN(projection, Projection::compile(request.projection, use));
        }
        DRYDOCK_TRY(use.checkAllUsed());
    }
    DRYDOCK_ASSIGN(sqlite::Statement * select, table->selectItem.get(m_connection, [&] {
        return "SELECT size, item FROM " + table->dataName + " WHERE key = ?1";
    }));
    select->bindBlob(1, key);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    GetResult result;
    if (!row) return result;
    result.sizeBytes = static_cast<std::uint64_t>(select->integer(0));
    DRYDOCK_ASSIGN(result.item, decodeItem(select->blob(1)));
    if (projection) result.item = projection->apply(*result.item);
    return result;
}

Result<StoredPage> StoreReader::readQuery(const QueryRequest& request) {
    ParameterUse use(request.parameters);
    DRYDOCK_ASSIGN(PageWalk walk, beginWalk(m_catalogue, request, use));
    const IndexDefinition* index = walk.indexDefinition();
    const KeySchema& schema = index != nullptr ? index->key : walk.table->definition.key;
    if (request.compiled ? !request.compiled->keyRange : request.keyCondition.empty()) {
        return invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
    }
    std::optional<KeyRange> range;
    if (!request.compiled) {
        DRYDOCK_ASSIGN(range, compileKeyCondition(request.keyCondition, use));
        DRYDOCK_TRY(use.checkAllUsed());
    }
    if (!request.filterOnKeys) {
        DRYDOCK_TRY(checkFilterKeepsOffKeys(walk, schema, request.compiled && request.compiled->legacyFilter));
    }
    DRYDOCK_ASSIGN(walk.bounds, boundsOf(schema, request.compiled ? *request.compiled->keyRange : *range));
    walk.forward = request.forward;
    return readPage(m_connection, walk);
}

Result<StoredPage> StoreReader::readScan(const ScanRequest& request) {
    ParameterUse use(request.parameters);
    DRYDOCK_ASSIGN(PageWalk walk, beginWalk(m_catalogue, request, use));
    if (!request.compiled) DRYDOCK_TRY(use.checkAllUsed());
    constexpr std::uint32_t kMaxSegments = 1'000'000;
    if (request.totalSegments < 1 || request.totalSegments > kMaxSegments) {
        return invalid("1 validation error detected: Value '" + std::to_string(request.totalSegments) +
                       "' at 'totalSegments' failed to satisfy constraint: Member must have value " +
                       (request.totalSegments < 1 ? "greater than or equal to 1" : "less than or equal to 1000000"));
    }
    if (request.segment >= request.totalSegments) {
        return invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: " +
                       std::to_string(request.segment) +
                       " is not less than TotalSegments: " + std::to_string(request.totalSegments));
    }
    walk.segment = request.segment;
    walk.totalSegments = request.totalSegments;
    walk.bounds.upper = kAfterAllKeys;
    return readPage(m_connection, walk);
}

Result<TableDescription> StoreReader::readDescription(std::string_view name) {
    const auto found = m_catalogue.tables().find(name);
    if (found == m_catalogue.tables().end()) {
        return fail(ErrorCode::resourceNotFound,
                    "Requested resource not found: Table: " + std::string(name) + " not found");
    }
    const Table& table = *found->second;
    TableDescription description;
    description.definition = table.definition;
    description.createdMs = table.createdMs;
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   m_connection.cached("SELECT uuid, billing_ms, recovery_ms, item_count, size_bytes FROM tables "
                                       "WHERE id = ?1"));
    select->bind(1, table.id);
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->step());
    if (!row) return fail(ErrorCode::corrupt, "The catalogue has lost table " + table.definition.name);
    description.id = select->text(0);
    description.billingChangedMs = select->integer(1);
    description.recoverableFromMs = select->integer(2);
    description.itemCount = static_cast<std::uint64_t>(select->integer(3));
    description.sizeBytes = static_cast<std::uint64_t>(select->integer(4));
    description.loading = table.loading;
    DRYDOCK_ASSIGN(description.restore, restoreOf(m_connection, table.id));
    DRYDOCK_ASSIGN(description.streamLabel, latestStreamLabel(m_connection, table.id));

    DRYDOCK_ASSIGN(sqlite::Statement * indexes,
                   m_connection.cached("SELECT name, backfill_key IS NULL, item_count, backfilled FROM indexes "
                                       "WHERE table_id = ?1 ORDER BY number"));
    indexes->bind(1, table.id);
    const sqlite::ResetGuard indexGuard(*indexes);
    for (;;) {
        DRYDOCK_ASSIGN(const bool indexRow, indexes->step());
        if (!indexRow) return description;
        description.indexes.push_back({std::string(indexes->text(0)), indexes->integer(1) != 0,
                                       static_cast<std::uint64_t>(indexes->integer(2)),
                                       static_cast<std::uint64_t>(indexes->integer(3))});
    }
}

}  // namespace drydock::storage
