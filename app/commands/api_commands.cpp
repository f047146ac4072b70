// The commands that speak DynamoDB's API to the store, without HTTP: sql and stream.
#include <array>
#include <chrono>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/item_format.h"
#include "app/commands/stop_signals.h"
#include "storage/api/api_call.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;
using storage::api::ApiCall;
using storage::api::CallKind;
using storage::api::Response;

namespace {

constexpr const char* kExecuteStatement = "DynamoDB_20120810.ExecuteStatement";
// So often a stream is looked at that somebody follows.
constexpr std::chrono::milliseconds kLookAgainAfter{250};

Result<json> answerIn(const Response& response) {
    json body = json::parse(response.body, nullptr, false);
    if (!body.is_object()) return fail(ErrorCode::internal, "The answer can't be read.");
    if (response.status == 200) return body;
    const std::string message = body.value("message", body.value("Message", std::string()));
    return fail(response.status == 400 ? ErrorCode::validation : ErrorCode::internal,
                message.empty() ? body.value("__type", "The request failed.") : message);
}

std::string textOf(const json& body) {
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Precondition: the operation only reads.
Result<json> readByApi(SqliteStore& reader, std::string_view operation, const json& body) {
    auto call = ApiCall::parse(operation, textOf(body));
    if (!call) return answerIn(call.error());
    const auto response = call->prepare(reader);
    if (!response) return fail(ErrorCode::internal, "A reading operation gave no answer.");
    return answerIn(*response);
}

// ---- sql ------------------------------------------------------------------------------------------------------------

Result<json> statementOf(const Arguments& arguments, const ItemFormat& format) {
    json body;
    DRYDOCK_ASSIGN(body["Statement"], arguments.text("statement"));
    DRYDOCK_ASSIGN(const std::string parameters, arguments.textOr("parameters", {}));
    if (!parameters.empty()) {
        DRYDOCK_ASSIGN(body["Parameters"], format.parseList(parameters, "--parameters"));
    }
    DRYDOCK_ASSIGN(const auto limit, arguments.optionalNumber("limit"));
    if (limit) body["Limit"] = *limit;
    DRYDOCK_ASSIGN(const std::string token, arguments.textOr("nextToken", {}));
    if (!token.empty()) body["NextToken"] = token;
    return body;
}

// In the process that holds the store; `body` is the API's.
Result<void> execute(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string body, arguments.text("body"));
    auto call = ApiCall::parse(kExecuteStatement, body);
    if (!call) return answerIn(call.error()).map([](const json&) {});
    const auto response =
        core.call<Response>([&call](fleet::FleetService&, SqliteStore& store) { return call->answer(store); });
    DRYDOCK_ASSIGN(json answer, answerIn(response));
    sink(std::move(answer));
    return {};
}

Result<void> sql(CtlSession& session, const Arguments& arguments) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    DRYDOCK_ASSIGN(const json body, statementOf(arguments, format));
    const auto call = ApiCall::parse(kExecuteStatement, textOf(body));
    if (!call) return answerIn(call.error()).map([](const json&) {});
    const bool reads = call->kind() == CallKind::read;
    json answer;
    if (reads) {
        DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
        DRYDOCK_ASSIGN(answer, readByApi(*reader, kExecuteStatement, body));
    } else {
        DRYDOCK_ASSIGN(answer, session.askForOne("table sql", {{"body", textOf(body)}}));
    }
    const json items = answer.value("Items", json::array());
    for (const json& item : items) {
        DRYDOCK_ASSIGN(const json line, format.reprint(item));
        DRYDOCK_TRY(session.print(line));
    }
    if (answer.contains("NextToken")) return session.print(json{{"NextToken", answer["NextToken"]}});
    if (!reads && items.empty()) return session.print(json{{"executed", true}});
    return {};
}

// ---- stream ---------------------------------------------------------------------------------------------------------

// Where the reading of the table's latest stream begins: at the oldest record kept.
Result<std::string> oldestRecord(SqliteStore& reader, const std::string& table) {
    DRYDOCK_TRY(reader.describeTable(table));
    DRYDOCK_ASSIGN(const json listed,
                   readByApi(reader, "DynamoDBStreams_20120810.ListStreams", {{"TableName", table}}));
    if (listed["Streams"].empty()) return fail(ErrorCode::notFound, "The table " + table + " has no stream.");
    const json& arn = listed["Streams"].back()["StreamArn"];
    DRYDOCK_ASSIGN(const json described,
                   readByApi(reader, "DynamoDBStreams_20120810.DescribeStream", {{"StreamArn", arn}}));
    DRYDOCK_ASSIGN(const json begun, readByApi(reader, "DynamoDBStreams_20120810.GetShardIterator",
                                               {{"StreamArn", arn},
                                                {"ShardId", described["StreamDescription"]["Shards"][0]["ShardId"]},
                                                {"ShardIteratorType", "TRIM_HORIZON"}}));
    return begun["ShardIterator"].get<std::string>();
}

Result<void> printRecord(CtlSession& session, const ItemFormat& format, json record) {
    for (const char* name : {"Keys", "NewImage", "OldImage"}) {
        const auto item = record["dynamodb"].find(name);
        if (item == record["dynamodb"].end()) continue;
        DRYDOCK_ASSIGN(*item, format.reprint(*item));
    }
    return session.print(record);
}

Result<void> stream(CtlSession& session, const Arguments& arguments) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const bool follow, arguments.flag("follow"));
    StopSignals signals;
    DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
    DRYDOCK_ASSIGN(std::string iterator, oldestRecord(*reader, table));
    while (!signals.requested()) {
        DRYDOCK_ASSIGN(const json page,
                       readByApi(*reader, "DynamoDBStreams_20120810.GetRecords", {{"ShardIterator", iterator}}));
        for (const json& record : page["Records"]) DRYDOCK_TRY(printRecord(session, format, record));
        // A stream that was switched off has an end.
        if (!page.contains("NextShardIterator")) return {};
        iterator = page["NextShardIterator"];
        if (!page["Records"].empty()) continue;
        DRYDOCK_TRY(session.flush());
        if (!follow || signals.wait(kLookAgainAfter)) return {};
    }
    return {};
}

constexpr std::array<CommandEntry, 2> kCommands = {{
    {"table sql", nullptr, execute, sql},
    {"table stream", nullptr, nullptr, stream},
}};

}  // namespace

std::span<const CommandEntry> apiCommands() {
    return kCommands;
}

}  // namespace drydock::app
