// The commands on a table's items: get, put, update, remove, query, scan.
#include <array>
#include <limits>

#include "app/commands/command_arguments.h"
#include "app/commands/item_format.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::Item;
using storage::Result;
using storage::ReturnValues;
using storage::SqliteStore;
using storage::WriteResult;

namespace {

Result<std::optional<std::uint32_t>> limitOf(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const auto limit, arguments.optionalNumber("limit"));
    if (!limit) return std::nullopt;
    if (*limit == 0 || *limit > std::numeric_limits<std::uint32_t>::max()) {
        return fail(ErrorCode::validation, "--limit: must be at least 1 and fit 32 bits.");
    }
    return static_cast<std::uint32_t>(*limit);
}

// What query and scan have in common.
template <class Request>
Result<void> fillPageRequest(const Arguments& arguments, const ItemFormat& format, Request& request) {
    DRYDOCK_ASSIGN(request.table, arguments.text("table"));
    DRYDOCK_ASSIGN(request.index, arguments.textOr("index", {}));
    DRYDOCK_ASSIGN(request.filter, arguments.textOr("filter", {}));
    DRYDOCK_ASSIGN(request.projection, arguments.textOr("projection", {}));
    DRYDOCK_ASSIGN(request.parameters, parametersOf(arguments, format));
    DRYDOCK_ASSIGN(request.limit, limitOf(arguments));
    DRYDOCK_ASSIGN(const std::string startKey, arguments.textOr("startKey", {}));
    if (!startKey.empty()) {
        DRYDOCK_ASSIGN(request.exclusiveStartKey, format.parse(startKey, "--start-key"));
    }
    return {};
}

void printPage(const storage::Page& page, const ItemFormat& format, const LineSink& sink) {
    for (const Item& item : page.items) sink(format.print(item));
    if (page.lastEvaluatedKey) sink({{"LastEvaluatedKey", format.print(*page.lastEvaluatedKey)}});
}

Result<void> get(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::GetRequest request;
    DRYDOCK_ASSIGN(request.table, arguments.text("table"));
    DRYDOCK_ASSIGN(const std::string key, arguments.text("key"));
    DRYDOCK_ASSIGN(request.key, format.parse(key, "--key"));
    DRYDOCK_ASSIGN(request.projection, arguments.textOr("projection", {}));
    DRYDOCK_ASSIGN(request.parameters, parametersOf(arguments, format));
    DRYDOCK_ASSIGN(const auto item, reader.get(request));
    if (!item) return fail(ErrorCode::notFound, "The table " + request.table + " has no item with that key.");
    sink(format.print(*item));
    return {};
}

Result<void> query(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::QueryRequest request;
    DRYDOCK_TRY(fillPageRequest(arguments, format, request));
    DRYDOCK_ASSIGN(request.keyCondition, arguments.text("keyCondition"));
    DRYDOCK_ASSIGN(const bool backward, arguments.flag("backward"));
    request.forward = !backward;
    DRYDOCK_ASSIGN(const storage::Page page, reader.query(request));
    printPage(page, format, sink);
    return {};
}

Result<void> scan(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::ScanRequest request;
    DRYDOCK_TRY(fillPageRequest(arguments, format, request));
    DRYDOCK_ASSIGN(const storage::Page page, reader.scan(request));
    printPage(page, format, sink);
    return {};
}

Result<WriteResult> write(DeskCore& core, storage::WriteRequest request) {
    return core.call<Result<WriteResult>>(
        [&request](fleet::FleetService&, SqliteStore& store) { return store.write(std::move(request)); });
}

// What all writes have in common.
template <class Request>
Result<void> fillWriteRequest(const Arguments& arguments, const ItemFormat& format, Request& request) {
    DRYDOCK_ASSIGN(request.table, arguments.text("table"));
    DRYDOCK_ASSIGN(request.condition, arguments.textOr("condition", {}));
    DRYDOCK_ASSIGN(request.parameters, parametersOf(arguments, format));
    return {};
}

Result<void> put(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::PutRequest request;
    DRYDOCK_TRY(fillWriteRequest(arguments, format, request));
    DRYDOCK_ASSIGN(const std::string item, arguments.text("item"));
    DRYDOCK_ASSIGN(request.item, format.parse(item, "--item"));
    const json line = {{"table", request.table}, {"put", true}};
    DRYDOCK_TRY(write(core, std::move(request)));
    sink(line);
    return {};
}

Result<ReturnValues> returnValuesOf(const std::string& word) {
    constexpr std::array<std::pair<std::string_view, ReturnValues>, 5> kWords = {
        {{"NONE", ReturnValues::none},
         {"ALL_OLD", ReturnValues::allOld},
         {"UPDATED_OLD", ReturnValues::updatedOld},
         {"ALL_NEW", ReturnValues::allNew},
         {"UPDATED_NEW", ReturnValues::updatedNew}}};
    for (const auto& [known, values] : kWords) {
        if (known == word) return values;
    }
    return fail(ErrorCode::validation, "--return: there is no " + word + ".");
}

Result<void> update(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::UpdateRequest request;
    DRYDOCK_TRY(fillWriteRequest(arguments, format, request));
    DRYDOCK_ASSIGN(const std::string key, arguments.text("key"));
    DRYDOCK_ASSIGN(request.key, format.parse(key, "--key"));
    DRYDOCK_ASSIGN(request.update, arguments.text("update"));
    DRYDOCK_ASSIGN(const std::string returned, arguments.textOr("return", "NONE"));
    DRYDOCK_ASSIGN(request.returnValues, returnValuesOf(returned));
    json line = {{"table", request.table}, {"updated", true}};
    DRYDOCK_ASSIGN(const WriteResult result, write(core, std::move(request)));
    if (result.attributes) line["attributes"] = format.print(*result.attributes);
    sink(std::move(line));
    return {};
}

Result<void> remove(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::DeleteRequest request;
    DRYDOCK_TRY(fillWriteRequest(arguments, format, request));
    DRYDOCK_ASSIGN(const std::string key, arguments.text("key"));
    DRYDOCK_ASSIGN(request.key, format.parse(key, "--key"));
    // An item that is not there is removed as well; this tells which it was.
    request.returnValues = ReturnValues::allOld;
    const std::string table = request.table;
    DRYDOCK_ASSIGN(const WriteResult result, write(core, std::move(request)));
    sink({{"table", table}, {"removed", result.attributes.has_value()}});
    return {};
}

constexpr std::array<CommandEntry, 6> kCommands = {{
    {"table get", get, nullptr},
    {"table put", nullptr, put},
    {"table update", nullptr, update},
    {"table remove", nullptr, remove},
    {"table query", query, nullptr},
    {"table scan", scan, nullptr},
}};

}  // namespace

std::span<const CommandEntry> itemCommands() {
    return kCommands;
}

}  // namespace drydock::app
