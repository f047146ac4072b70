// DynamoDBStreams: ListStreams, DescribeStream, GetShardIterator, GetRecords.
//
// A stream has one shard, so its records are in one order.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/answered_operation.h"
#include "storage/api/arguments.h"
#include "storage/api/operation.h"
#include "storage/api/table_description.h"
#include "storage/table/resource_names.h"
#include "storage/value/json.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Made = Result<std::unique_ptr<Operation>>;

// Source: Amazon DynamoDB Streams API reference.
constexpr std::int64_t kMostListed = 100;
constexpr std::int64_t kMostRecords = 1000;
constexpr std::size_t kMostBytes = 1024UL * 1024;
constexpr std::int64_t kIteratorLifeMs = 15LL * 60 * 1000;

// ---- Names and numbers on the wire ----------------------------------------------------------------------------------

std::string padded(std::uint64_t number, std::size_t digits) {
    const std::string text = std::to_string(number);
    return std::string(digits - std::min(digits, text.size()), '0') + text;
}

// Sequence numbers have 21 digits, the least the API allows: a one, so that none begins with a zero, and the number.
constexpr std::size_t kSequenceDigits = 20;
std::string sequenceText(std::uint64_t sequence) {
    return "1" + padded(sequence, kSequenceDigits);
}

std::optional<std::uint64_t> numberOf(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || code != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> sequenceOf(std::string_view text) {
    if (text.size() != kSequenceDigits + 1 || text.front() != '1') return std::nullopt;
    return numberOf(text.substr(1));
}

std::string arnOf(const StreamDescription& stream) {
    return streamArn(stream.table, stream.label);
}

std::string shardIdOf(const StreamDescription& stream) {
    return "shardId-" + padded(static_cast<std::uint64_t>(stream.createdMs), kSequenceDigits) + "-00000001";
}

struct ShardIterator {
    std::string stream;  // its ARN
    std::uint64_t after = 0;
    std::int64_t createdMs = 0;
};

// Opaque to clients: the stream's ARN, the position and the time, as in "arn:…|1|42|1711320000000".
std::string textOf(const ShardIterator& iterator) {
    return iterator.stream + "|1|" + std::to_string(iterator.after) + "|" + std::to_string(iterator.createdMs);
}

// Takes the part behind the last bar off the end.
std::string_view takeLast(std::string_view& text) {
    const std::size_t bar = text.rfind('|');
    if (bar == std::string_view::npos) return {};
    const std::string_view last = text.substr(bar + 1);
    text.remove_suffix(last.size() + 1);
    return last;
}

std::optional<ShardIterator> iteratorOf(std::string_view text) {
    const auto createdMs = numberOf(takeLast(text));
    const auto after = numberOf(takeLast(text));
    if (!createdMs || *createdMs > INT64_MAX || !after || takeLast(text) != "1") return std::nullopt;
    return ShardIterator{std::string(text), *after, static_cast<std::int64_t>(*createdMs)};
}

// The stream an ARN names. Nothing of ours has an ARN of another form.
Result<StreamDescription> findStream(const std::string& arn, TableReader& reader) {
    const auto name = resourceNameOf(arn);
    if (!name || name->stream.empty()) return invalid("Invalid StreamArn");
    DRYDOCK_ASSIGN(const std::vector<StreamDescription> streams, reader.listStreams(name->table));
    for (const StreamDescription& stream : streams) {
        if (stream.label == name->stream) return stream;
    }
    return fail(ErrorCode::resourceNotFound, "Requested resource not found: Stream: " + arn + " not found");
}

// ---- ListStreams ----------------------------------------------------------------------------------------------------

constexpr Shape kListLimit{.kind = Shape::Kind::integer, .least = 1, .most = kMostListed};
constexpr Shape kTable{.least = 3, .most = 255, .isName = true};
constexpr Shape kArn{.least = 37, .most = 1024};
constexpr std::array<Member, 3> kListMembers = {
    {{"TableName", &kTable}, {"Limit", &kListLimit}, {"ExclusiveStartStreamArn", &kArn}}};

Result<json> listStreams(const json& body, TableReader& reader) {
    std::optional<ResourceName> start;
    if (has(body, "ExclusiveStartStreamArn")) {
        start = resourceNameOf(text(body, "ExclusiveStartStreamArn"));
        if (!start || start->stream.empty()) return invalid("Invalid StreamArn");
    }
    DRYDOCK_ASSIGN(const std::vector<StreamDescription> streams,
                   reader.listStreams(tableName(text(body, "TableName"))));
    const auto limit = static_cast<std::size_t>(integer(body, "Limit").value_or(kMostListed));
    json listed = json::array();
    for (const StreamDescription& stream : streams) {
        if (start && std::pair(stream.table, stream.label) <= std::pair(start->table, start->stream)) continue;
        if (listed.size() == limit) {
            const json last = listed.back()["StreamArn"];
            return json{{"Streams", std::move(listed)}, {"LastEvaluatedStreamArn", last}};
        }
        listed.push_back({{"StreamArn", arnOf(stream)}, {"StreamLabel", stream.label}, {"TableName", stream.table}});
    }
    return json{{"Streams", std::move(listed)}};
}

Made makeListStreams(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListMembers));
    return std::make_unique<ReadOperation>(body, &listStreams);
}

// ---- DescribeStream -------------------------------------------------------------------------------------------------

constexpr Shape kShardId{.least = 28, .most = 65};
constexpr std::array<Member, 3> kDescribeMembers = {
    {{"StreamArn", &kArn, true}, {"Limit", &kListLimit}, {"ExclusiveStartShardId", &kShardId}}};

Result<json> describeStream(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const StreamDescription stream, findStream(text(body, "StreamArn"), reader));
    json shards = json::array();
    if (shardIdOf(stream) > text(body, "ExclusiveStartShardId")) {
        json range = {{"StartingSequenceNumber", sequenceText(stream.firstSequence)}};
        if (stream.endSequence) range["EndingSequenceNumber"] = sequenceText(*stream.endSequence);
        shards.push_back({{"ShardId", shardIdOf(stream)}, {"SequenceNumberRange", std::move(range)}});
    }
    return json{{"StreamDescription",
                 {{"StreamArn", arnOf(stream)},
                  {"StreamLabel", stream.label},
                  {"StreamStatus", stream.endSequence ? "DISABLED" : "ENABLED"},
                  {"StreamViewType", wordOf(stream.view)},
                  {"CreationRequestDateTime", secondsOf(stream.createdMs)},
                  {"TableName", stream.table},
                  {"KeySchema", keySchemaJson(stream.key)},
                  {"Shards", std::move(shards)}}}};
}

Made makeDescribeStream(const json& body) {
    DRYDOCK_TRY(checkBody(body, kDescribeMembers));
    return std::make_unique<ReadOperation>(body, &describeStream);
}

// ---- GetShardIterator -----------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 4> kIteratorTypes = {"TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER",
                                                            "AFTER_SEQUENCE_NUMBER"};
constexpr Shape kIteratorType{.words = kIteratorTypes};
constexpr Shape kSequenceNumber{.least = 21, .most = 40};
constexpr std::array<Member, 4> kIteratorMembers = {{{"StreamArn", &kArn, true},
                                                     {"ShardId", &kShardId, true},
                                                     {"ShardIteratorType", &kIteratorType, true},
                                                     {"SequenceNumber", &kSequenceNumber}}};

// The position an iterator of the type asked for begins after.
Result<std::uint64_t> startingPoint(const json& body, const StreamDescription& stream) {
    const std::string type = text(body, "ShardIteratorType");
    if (type == "TRIM_HORIZON") return std::max(stream.trimmedSequence, stream.firstSequence - 1);
    if (type == "LATEST") return stream.latestSequence;
    const auto sequence = sequenceOf(text(body, "SequenceNumber"));
    if (!sequence || *sequence == 0) {
        return invalid("Invalid SequenceNumber. The number is not one of this stream's records.");
    }
    const std::uint64_t after = type == "AT_SEQUENCE_NUMBER" ? *sequence - 1 : *sequence;
    // Where the stream began there was nothing to trim.
    const std::uint64_t trimmed = stream.trimmedSequence < stream.firstSequence ? 0 : stream.trimmedSequence;
    if (after >= trimmed) return after;
    return fail(ErrorCode::trimmedDataAccess,
                "The operation attempted to read past the oldest stream record in a shard.");
}

Result<json> getShardIterator(const json& body, TableReader& reader) {
    DRYDOCK_ASSIGN(const StreamDescription stream, findStream(text(body, "StreamArn"), reader));
    if (text(body, "ShardId") != shardIdOf(stream)) {
        return fail(ErrorCode::resourceNotFound, "Requested resource not found: Shard does not exist");
    }
    DRYDOCK_ASSIGN(const std::uint64_t after, startingPoint(body, stream));
    return json{{"ShardIterator", textOf({arnOf(stream), after, reader.nowMs()})}};
}

Made makeGetShardIterator(const json& body) {
    DRYDOCK_TRY(checkBody(body, kIteratorMembers));
    const std::string type = text(body, "ShardIteratorType");
    const bool bySequence = type == "AT_SEQUENCE_NUMBER" || type == "AFTER_SEQUENCE_NUMBER";
    if (bySequence != has(body, "SequenceNumber")) {
        return invalid(std::string("One or more parameter values were invalid: SequenceNumber must ") +
                       (bySequence ? "" : "not ") + "be specified for ShardIteratorType " + type);
    }
    return std::make_unique<ReadOperation>(body, &getShardIterator);
}

// ---- GetRecords -----------------------------------------------------------------------------------------------------

constexpr Shape kIterator{.least = 1, .most = 2048};
constexpr Shape kRecordLimit{.kind = Shape::Kind::integer, .least = 1, .most = kMostRecords};
constexpr std::array<Member, 2> kRecordsMembers = {{{"ShardIterator", &kIterator, true}, {"Limit", &kRecordLimit}}};

const char* eventNameOf(const Change& change) {
    if (!change.newItem) return "REMOVE";
    return change.oldItem ? "MODIFY" : "INSERT";
}

// 32 hex digits, the same each time the record is read: FNV-1a of the stream, and the sequence.
std::string eventIdOf(const std::string& arn, std::uint64_t sequence) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : arn) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string id;
    for (const std::uint64_t half : {hash, sequence}) {
        for (int shift = 60; shift >= 0; shift -= 4) id += kHex[(half >> shift) & 0xf];
    }
    return id;
}

// Who deleted an expired row. In both spellings: the service's guide and its events write the members in lower case,
// and the client libraries, which drop what they do not know, read them capitalised.
json identityOfTtl() {
    json identity;
    for (const char* type : {"type", "Type"}) identity[type] = "Service";
    for (const char* principal : {"principalId", "PrincipalId"}) identity[principal] = "dynamodb.amazonaws.com";
    return identity;
}

json recordJson(const Change& change, const std::string& arn, StreamView view) {
    const bool newImage = view == StreamView::newImage || view == StreamView::newAndOldImages;
    const bool oldImage = view == StreamView::oldImage || view == StreamView::newAndOldImages;
    std::size_t bytes = itemSize(change.key);
    json data = {{"ApproximateCreationDateTime", change.committedMs / 1000},
                 {"Keys", itemToJson(change.key)},
                 {"SequenceNumber", sequenceText(change.sequence)},
                 {"StreamViewType", wordOf(view)}};
    if (newImage && change.newItem) {
        data["NewImage"] = itemToJson(*change.newItem);
        bytes += itemSize(*change.newItem);
    }
    if (oldImage && change.oldItem) {
        data["OldImage"] = itemToJson(*change.oldItem);
        bytes += itemSize(*change.oldItem);
    }
    data["SizeBytes"] = bytes;
    json record = {{"eventID", eventIdOf(arn, change.sequence)},
                   {"eventName", eventNameOf(change)},
                   {"eventVersion", "1.1"},
                   {"eventSource", "aws:dynamodb"},
                   {"awsRegion", kRegion},
                   {"dynamodb", std::move(data)}};
    if (change.byTtl) record["userIdentity"] = identityOfTtl();
    return record;
}

Result<json> getRecords(const json& body, TableReader& reader) {
    const auto iterator = iteratorOf(text(body, "ShardIterator"));
    if (!iterator) return invalid("Invalid ShardIterator");
    const std::int64_t now = reader.nowMs();
    if (now - iterator->createdMs > kIteratorLifeMs) {
        return fail(ErrorCode::expiredIterator,
                    "The shard iterator has expired and can no longer be used to retrieve stream records. A shard "
                    "iterator expires 15 minutes after it is retrieved using the GetShardIterator action.");
    }
    DRYDOCK_ASSIGN(const StreamDescription stream, findStream(iterator->stream, reader));
    StreamRequest request;
    request.table = stream.table;
    request.label = stream.label;
    request.after = iterator->after;
    request.limit = static_cast<std::size_t>(integer(body, "Limit").value_or(kMostRecords));
    request.maxBytes = kMostBytes;
    DRYDOCK_ASSIGN(const StreamPage page, reader.readRecords(request));
    json records = json::array();
    for (const Change& change : page.records) records.push_back(recordJson(change, iterator->stream, stream.view));
    json answer = {{"Records", std::move(records)}};
    if (!page.ended) answer["NextShardIterator"] = textOf({iterator->stream, page.nextSequence, now});
    return answer;
}

Made makeGetRecords(const json& body) {
    DRYDOCK_TRY(checkBody(body, kRecordsMembers));
    return std::make_unique<ReadOperation>(body, &getRecords);
}

constexpr std::array<OperationEntry, 4> kOperations = {{
    {"DynamoDBStreams_20120810.ListStreams", &makeListStreams},
    {"DynamoDBStreams_20120810.DescribeStream", &makeDescribeStream},
    {"DynamoDBStreams_20120810.GetShardIterator", &makeGetShardIterator},
    {"DynamoDBStreams_20120810.GetRecords", &makeGetRecords},
}};

}  // namespace

std::span<const OperationEntry> streamOperations() {
    return kOperations;
}

}  // namespace drydock::storage::api
