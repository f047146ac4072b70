// TableStore: the public contract of the table engine. Code above it never sees SQLite.
//
// TableReader reads one consistent state per call; TableStore also writes. Names, limits, messages and result shapes
// are DynamoDB's (Amazon's API reference).
//
// Thread: one TableStore or TableReader is used by one thread at a time. openReader() gives another thread its own
//   reader, which sees every commit that returned before its call began.
// Durability: when a write returns, it is on disk (unless the store was opened with relaxed durability).
// Errors: validation and conditions are the request's; diskFull, io, busy, corrupt and readOnly are the machine's.
//   After any error the store stays usable and unchanged by the failed call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/base/result.h"
#include "storage/expression/expression.h"
#include "storage/table/definition.h"
#include "storage/value/attribute_value.h"

namespace drydock::storage {

// A request's expressions may be given compiled; their texts and parameters are not looked at then.
using Precompiled = std::shared_ptr<const CompiledExpressions>;

struct GetRequest {
    std::string table;
    Item key;
    std::string projection;  // empty: the whole item
    ExpressionParameters parameters;
    Precompiled compiled = nullptr;
};
// One of several gets.
struct GetResult {
    std::optional<Item> item;
    std::uint64_t sizeBytes = 0;  // of the whole item as stored, as DynamoDB counts it
};

struct QueryRequest {
    std::string table;
    std::string index;  // empty: the table itself
    std::string keyCondition;
    std::string filter;
    std::string projection;
    ExpressionParameters parameters;
    bool forward = true;
    std::optional<std::uint32_t> limit;  // items evaluated, before the filter
    std::optional<Item> exclusiveStartKey;
    bool consistentRead = false;  // refused on a GSI
    bool countOnly = false;       // Select = COUNT
    bool filterOnKeys = false;    // the filter may name the key's attributes, which the API's Query refuses
    bool allAttributes = false;   // Select = ALL_ATTRIBUTES; refused on a GSI that has not all
    Precompiled compiled = nullptr;
};

struct ScanRequest {
    std::string table;
    std::string index;
    std::string filter;
    std::string projection;
    ExpressionParameters parameters;
    std::optional<std::uint32_t> limit;
    std::optional<Item> exclusiveStartKey;
    std::uint32_t segment = 0;
    std::uint32_t totalSegments = 1;
    bool consistentRead = false;
    bool countOnly = false;
    bool allAttributes = false;
    Precompiled compiled = nullptr;
};

// One page: at most 1 MB of items before filtering.
struct Page {
    std::vector<Item> items;
    std::uint64_t count = 0;
    std::uint64_t scannedCount = 0;
    std::optional<Item> lastEvaluatedKey;  // none: the end was reached

    // What ConsumedCapacity is computed from.
    std::uint64_t scannedBytes = 0;  // of what was evaluated, as the table or index has it
    std::uint64_t fetchedUnits = 0;  // 4 KB units of the items a local index fetched from its table
    bool ofLocalIndex = false;
};

// What a write's outcome is to say beside the attributes asked for.
struct WriteReport {
    bool itemOnFailure = false;   // ReturnValuesOnConditionCheckFailure = ALL_OLD
    bool capacity = false;        // the capacity units
    bool itemCollection = false;  // the size of the item collection, of tables with a local index
};

enum class ReturnValues { none, allOld, updatedOld, allNew, updatedNew };

struct PutRequest {
    std::string table;
    Item item;
    std::string condition;
    ExpressionParameters parameters;
    ReturnValues returnValues = ReturnValues::none;
    WriteReport report = {};
    Precompiled compiled = nullptr;
};
struct UpdateRequest {
    std::string table;
    Item key;
    std::string update;
    std::string condition;
    ExpressionParameters parameters;
    ReturnValues returnValues = ReturnValues::none;
    WriteReport report = {};
    Precompiled compiled = nullptr;
};
struct DeleteRequest {
    std::string table;
    Item key;
    std::string condition;
    ExpressionParameters parameters;
    ReturnValues returnValues = ReturnValues::none;
    WriteReport report = {};
    Precompiled compiled = nullptr;
};
struct ConditionCheck {
    std::string table;
    Item key;
    std::string condition;
    ExpressionParameters parameters;
    WriteReport report = {};
    Precompiled compiled = nullptr;
};
using WriteRequest = std::variant<PutRequest, UpdateRequest, DeleteRequest, ConditionCheck>;

// All of a unit's writes happen, or none. No two may touch the same item.
struct WriteUnit {
    std::vector<WriteRequest> writes;
    bool transaction = false;  // fails as a transaction does also when it has one write only
    // ClientRequestToken, and what tells this request from others. A unit that succeeded with the token in the last ten
    // minutes is not done again: with the same fingerprint it succeeds without effect, its results empty; with another
    // it fails with idempotentParameterMismatch. Empty: none.
    std::string clientToken = {};
    std::string fingerprint = {};
};

// Capacity units of the table and of those indexes that took part, before factors for consistency and transactions.
struct IndexCapacity {
    std::string index;
    bool local = false;
    std::uint64_t units = 0;
};
struct CapacityUnits {
    std::uint64_t table = 0;
    std::vector<IndexCapacity> indexes;
};
// The items of a table with a local index that share a partition key.
struct ItemCollection {
    Item key;
    std::uint64_t sizeBytes = 0;
};
struct WriteMeasures {
    CapacityUnits capacity;
    std::optional<ItemCollection> collection;
};

struct WriteResult {
    std::optional<Item> attributes;                           // per ReturnValues
    std::shared_ptr<const WriteMeasures> measures = nullptr;  // per WriteReport
};

// Why one of a transaction's writes is against it.
struct CancellationReason {
    std::string code = "None";
    std::string message = {};
    std::optional<Item> item = {};  // per WriteReport::itemOnFailure
};
struct UnitError : Error {
    UnitError() = default;
    UnitError(Error error) : Error(std::move(error)) {}  // NOLINT(google-explicit-constructor)
    std::optional<Item> item;                            // conditionalCheckFailed: per WriteReport::itemOnFailure
    std::vector<CancellationReason> reasons;             // transactionCanceled: one for each write
};
// The word for an error among several: "ConditionalCheckFailed", "ValidationError".
[[nodiscard]] std::string reasonCode(const Error& error);
// A transaction's error from what is against each of its actions; none: nothing.
[[nodiscard]] UnitError transactionCanceled(std::vector<std::optional<UnitError>> reasons);

// A unit's own outcome. A unit of one write fails with that write's error; a unit of several, and a transaction, with
// transactionCanceled, whose message lists the reasons in order as DynamoDB words them.
using UnitResult = tl::expected<std::vector<WriteResult>, UnitError>;

struct IndexDescription {
    std::string name;
    bool active = true;
    std::uint64_t itemCount = 0;
};
struct TableDescription {
    TableDefinition definition;
    std::int64_t createdMs = 0;
    std::uint64_t itemCount = 0;  // exact: kept in the transaction that changes it
    std::uint64_t sizeBytes = 0;  // of the items as DynamoDB counts them; likewise exact
    std::vector<IndexDescription> indexes;
};

// One change of one item, as committed.
struct Change {
    std::string table;
    std::uint64_t sequence = 0;  // strictly growing over the store's life; 0 for tables without a stream
    std::int64_t committedMs = 0;
    Item key;
    std::optional<Item> oldItem;  // none: inserted (or the table keeps no stream, where it is never filled)
    std::optional<Item> newItem;  // none: removed
    bool byTtl = false;           // removed by the TTL sweeper
};
// All changes of one transaction, immutable, in the order they were made.
using ChangeBatch = std::vector<Change>;
using ChangeListener = std::function<void(std::shared_ptr<const ChangeBatch>)>;

struct StreamPage {
    std::vector<Change> records;
    std::uint64_t nextSequence = 0;  // pass as `after` of the next call
};

class TableReader {
public:
    virtual ~TableReader() = default;

    [[nodiscard]] virtual Result<std::optional<Item>> get(const GetRequest& request) = 0;
    // Of one state: items of any tables. Each request has its own outcome; an error of the whole call is the machine's.
    [[nodiscard]] virtual Result<std::vector<Result<GetResult>>> getAll(const std::vector<GetRequest>& requests) = 0;
    // Refuses the writes of a BatchWriteItem (puts and deletes) for what shows without looking at items: tables, keys,
    // index keys, sizes, and keys that are named twice.
    [[nodiscard]] virtual Result<void> checkBatch(const std::vector<WriteRequest>& writes) = 0;
    [[nodiscard]] virtual Result<Page> query(const QueryRequest& request) = 0;
    [[nodiscard]] virtual Result<Page> scan(const ScanRequest& request) = 0;
    [[nodiscard]] virtual Result<std::vector<std::string>> listTables() = 0;
    [[nodiscard]] virtual Result<TableDescription> describeTable(std::string_view table) = 0;
    // Records of one table's stream with sequence > `after`, oldest first, always with both images. 0 begins at the
    // oldest record kept; trimmedDataAccess when any other `after` lies before what is kept.
    [[nodiscard]] virtual Result<StreamPage> readStream(std::string_view table, std::uint64_t after,
                                                        std::size_t limit) = 0;
};

class TableStore : public TableReader {
public:
    // While one lives, the store's reads share a transaction, which makes many small ones cheap. They see one state,
    // until this store writes; then the one that left.
    //
    // Thread: the store's. Lifetime: the store outlives it. Meant for the length of one task, since what other
    // connections have superseded is kept for it.
    class ReadScope {
    public:
        explicit ReadScope(TableStore& store) : m_store(store) { m_store.enterReadScope(); }
        ~ReadScope() { m_store.leaveReadScope(); }
        ReadScope(const ReadScope&) = delete;
        ReadScope& operator=(const ReadScope&) = delete;

    private:
        TableStore& m_store;
    };

    // Applies all units in one transaction (group commit). A unit that fails is undone alone and its result says why;
    // an error of the whole call (disk full, I/O) means nothing at all was applied.
    [[nodiscard]] virtual Result<std::vector<UnitResult>> commit(std::vector<WriteUnit> units) = 0;

    // One unit of one write.
    [[nodiscard]] Result<WriteResult> write(WriteRequest request);
    // One unit of several writes.
    [[nodiscard]] Result<void> transact(std::vector<WriteRequest> writes);

    [[nodiscard]] virtual Result<TableDescription> createTable(const TableDefinition& definition) = 0;
    // resourceInUse-like validation error while the table is protected.
    [[nodiscard]] virtual Result<void> deleteTable(std::string_view table) = 0;
    [[nodiscard]] virtual Result<void> setDeletionProtection(std::string_view table, bool on) = 0;

    // Removes at most `limit` items that expired before `nowMs`, found by the TTL index; returns how many. Items are
    // readable until swept.
    [[nodiscard]] virtual Result<std::size_t> sweepExpired(std::int64_t nowMs, std::size_t limit) = 0;
    // Drops stream records older than 24 h; at most `limit`; returns how many.
    [[nodiscard]] virtual Result<std::size_t> trimStreams(std::int64_t nowMs, std::size_t limit) = 0;

    // Calls `listener` on the writing thread after each commit that changed one of `tables`. The listener must not call
    // the store. One listener; an empty function removes it.
    virtual void setChangeListener(std::vector<std::string> tables, ChangeListener listener) = 0;

    // A reader for another thread, over its own snapshot-per-call connection. It must not outlive the store.
    [[nodiscard]] virtual Result<std::unique_ptr<TableReader>> openReader() = 0;

private:
    virtual void enterReadScope() = 0;
    virtual void leaveReadScope() = 0;
};

}  // namespace drydock::storage
