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
#include "storage/value/stored_item.h"

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

// What is said of one page: at most 1 MB of items before filtering.
struct PageSummary {
    std::uint64_t count = 0;
    std::uint64_t scannedCount = 0;
    std::optional<Item> lastEvaluatedKey;  // none: the end was reached

    // What ConsumedCapacity is computed from.
    std::uint64_t scannedBytes = 0;  // of what was evaluated, as the table or index has it
    std::uint64_t fetchedUnits = 0;  // 4 KB units of the items a local index fetched from its table
    bool ofLocalIndex = false;
};
struct Page : PageSummary {
    std::vector<Item> items;
};
// For those who pass items on, or look at few of them.
struct StoredPage : PageSummary {
    std::vector<StoredItem> items;
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
    bool limitsWritten = false;  // UpdateItem's own limit, too: on what the update writes, beside the item's size
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
    bool active = true;                 // false: added to a table with items, not all of which are in it yet
    std::uint64_t itemCount = 0;        // exact, as a table's
    std::uint64_t backfilledItems = 0;  // while not active: how many of the table's items have been looked at
};
// Where a restored table came from.
struct RestoreSummary {
    std::string backupArn;  // empty: not from a backup
    std::string tableArn;
    std::int64_t atMs = 0;  // the time whose state it got
    bool inProgress = false;
};
struct TableDescription {
    TableDefinition definition;
    std::string id;  // a random UUID, made with the table
    std::int64_t createdMs = 0;
    std::int64_t billingChangedMs = 0;      // when its throughput was last set
    std::int64_t recoverableFromMs = 0;     // while there is point-in-time recovery: since when
    std::uint64_t itemCount = 0;            // exact: kept in the transaction that changes it
    std::uint64_t sizeBytes = 0;            // of the items as DynamoDB counts them; likewise exact
    std::vector<IndexDescription> indexes;  // in the definition's order
    bool loading = false;                   // still being restored or imported: it can't be read or written
    std::optional<RestoreSummary> restore;
    std::optional<std::string> streamLabel;  // of its latest stream, which may have ended
};

// What to change of a table; what is not set stays. All of it happens, or nothing.
struct TableUpdate {
    std::string table;
    std::optional<bool> deletionProtection;
    std::optional<std::optional<StreamView>> stream;  // on: a new stream begins; off: it ends, readable for 24 h more
    std::optional<IndexDefinition> createIndex;       // global; backfillIndexes() fills it
    std::optional<std::string> deleteIndex;
    std::optional<std::optional<std::string>> ttlAttribute;
    std::optional<std::optional<std::uint32_t>> recoveryDays;  // point-in-time recovery: how many days, or none
    Tags setTags;
    std::vector<std::string> removeTags;
    std::optional<std::optional<Throughput>> throughput;  // none: on demand, for the indexes, too
    std::vector<std::pair<std::string, Throughput>> indexThroughput;
    std::optional<Throughput> mostOnDemand;
    std::optional<Throughput> warmThroughput;  // never lowers what the table is ready for
    std::vector<std::pair<std::string, Throughput>> indexWarmThroughput;
    std::optional<TableClass> tableClass;
    std::optional<std::optional<std::string>> encryptionKey;
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

// A stream: the changes of one table from one switching on to the next switching off, or to the table's deletion.
struct StreamDescription {
    std::string table;
    KeySchema key;      // the table's, which need no longer be there
    std::string label;  // the time it began, unique among the streams of tables of that name
    StreamView view = StreamView::newAndOldImages;
    std::int64_t createdMs = 0;
    std::uint64_t firstSequence = 0;           // its records have this one or a later one …
    std::optional<std::uint64_t> endSequence;  // … and at most this one; none while the stream is on
    std::uint64_t latestSequence = 0;          // of its last record, or what came before its first
    std::uint64_t trimmedSequence = 0;         // records up to this one are no longer shown
};

struct StreamRequest {
    std::string table;
    std::string label;        // empty: the stream that is on
    std::uint64_t after = 0;  // 0: begin at the oldest record kept
    std::size_t limit = 0;
    std::size_t maxBytes = SIZE_MAX;  // of the items' rows in the page; one record is returned whatever its size
};

struct StreamPage {
    std::vector<Change> records;
    std::uint64_t nextSequence = 0;  // pass as `after` of the next call
    bool ended = false;              // the stream is off and this was the last of it
};

// A page of a table as it was, in the order of the keys.
struct PastRequest {
    std::string table;
    std::int64_t atMs = 0;    // the state after everything committed until then
    std::uint32_t limit = 1;  // keys looked at, with or without an item at that time
    std::optional<Item> exclusiveStartKey;
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
    [[nodiscard]] virtual Result<StoredPage> queryStored(const QueryRequest& request) = 0;
    [[nodiscard]] virtual Result<StoredPage> scanStored(const ScanRequest& request) = 0;
    // The same with all items decoded.
    [[nodiscard]] Result<Page> query(const QueryRequest& request);
    [[nodiscard]] Result<Page> scan(const ScanRequest& request);
    [[nodiscard]] virtual Result<std::vector<std::string>> listTables() = 0;
    [[nodiscard]] virtual Result<TableDescription> describeTable(std::string_view table) = 0;
    // Records of one table's stream with sequence > `after`, oldest first, always with both images. 0 begins at the
    // oldest record kept; trimmedDataAccess when any other `after` lies before what is kept.
    [[nodiscard]] virtual Result<StreamPage> readRecords(const StreamRequest& request) = 0;
    // The same of the stream that is on.
    [[nodiscard]] Result<StreamPage> readStream(std::string_view table, std::uint64_t after, std::size_t limit);
    // The streams that are on, and those that have ended in the last 24 h, also of tables deleted since, by table and
    // label. Of tables of one name only, unless `table` is empty.
    [[nodiscard]] virtual Result<std::vector<StreamDescription>> listStreams(std::string_view table) = 0;
    // The item of the key as it was at `atMs`, and a page of the table. Only of a table with point-in-time recovery
    // (else pointInTimeRecoveryUnavailable), and of times it covers (else invalidRestoreTime). A page may be empty
    // and yet have a key to go on from.
    [[nodiscard]] virtual Result<std::optional<Item>> getAsOf(std::string_view table, const Item& key,
                                                              std::int64_t atMs) = 0;
    [[nodiscard]] virtual Result<Page> scanAsOf(const PastRequest& request) = 0;
    // How far the named consumer of a table's changes has come: what it last gave to writeCheckpoint(), else 0. One
    // that reads after it, does its work and then writes the last sequence gets every record at least once, whatever
    // happens in between.
    [[nodiscard]] virtual Result<std::uint64_t> readCheckpoint(std::string_view table, std::string_view consumer) = 0;
    // The store's clock.
    [[nodiscard]] virtual std::int64_t nowMs() const = 0;
};

class TableRecovery;

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

    // All of them, in one transaction, or none.
    [[nodiscard]] virtual Result<void> createTables(const std::vector<TableDefinition>& definitions) = 0;
    [[nodiscard]] Result<TableDescription> createTable(const TableDefinition& definition);
    // A validation error while the table is protected. Its backfills end with it, and so does its stream, which can be
    // read for 24 h more.
    [[nodiscard]] virtual Result<void> deleteTable(std::string_view table) = 0;
    // Errors: validation, resourceNotFound (table or index) and limitExceeded in DynamoDB's words, which judge the
    // table as it is; what they don't need the table for is the caller's to check.
    [[nodiscard]] virtual Result<TableDescription> updateTable(const TableUpdate& update) = 0;
    // Remembers how far a consumer has come.
    [[nodiscard]] virtual Result<void> writeCheckpoint(std::string_view table, std::string_view consumer,
                                                       std::uint64_t sequence) = 0;

    // Takes at most `limit` items further in filling the indexes and TTL rows of tables that got them late; returns how
    // many. Less than `limit`: all are filled.
    [[nodiscard]] virtual Result<std::size_t> backfillIndexes(std::size_t limit) = 0;
    // Removes at most `limit` items that expired before `nowMs`, found by the TTL index; returns how many. Items are
    // readable until swept.
    [[nodiscard]] virtual Result<std::size_t> sweepExpired(std::int64_t nowMs, std::size_t limit) = 0;
    // Ends the showing of stream records older than 24 h and drops those that recovery doesn't need either; at most
    // `limit` of each; returns how many. Forgets deleted tables whose streams have had their time.
    [[nodiscard]] virtual Result<std::size_t> trimStreams(std::int64_t nowMs, std::size_t limit) = 0;

    // Backups, restores, exports and imports; see storage/recovery/table_recovery.h.
    [[nodiscard]] virtual TableRecovery& recovery() = 0;

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
