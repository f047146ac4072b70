#include <array>
#include <limits>

#include "app/commands/command_arguments.h"
#include "storage/value/json.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::ExpressionParameters;
using storage::Item;
using storage::Result;
using storage::SqliteStore;

namespace {

// Deep enough for an item of the deepest nesting, whose levels DynamoDB JSON doubles.
constexpr int kMaxJsonDepth = 2 * storage::kMaxDepth + 4;

// Items as the command wants them: DynamoDB JSON, or ordinary JSON with --plain.
class ItemFormat {
public:
    static Result<ItemFormat> of(const Arguments& arguments) {
        ItemFormat format;
        DRYDOCK_ASSIGN(format.m_plain, arguments.flag("plain"));
        return format;
    }

    [[nodiscard]] Result<Item> parse(std::string_view text, const char* what) const {
        auto parsed = storage::parseJson(text, kMaxJsonDepth);
        if (!parsed) return fail(ErrorCode::validation, std::string(what) + ": " + parsed.error().message);
        auto item = m_plain ? storage::itemFromPlainJson(*parsed) : storage::itemFromJson(*parsed);
        if (!item) return fail(item.error().code, std::string(what) + ": " + item.error().message);
        return item;
    }
    [[nodiscard]] json print(const Item& item) const {
        return m_plain ? storage::itemToPlainJson(item) : storage::itemToJson(item);
    }

private:
    bool m_plain = false;
};

Result<ExpressionParameters> parametersOf(const Arguments& arguments, const ItemFormat& format) {
    ExpressionParameters parameters;
    DRYDOCK_ASSIGN(const std::string names, arguments.textOr("names", {}));
    if (!names.empty()) {
        DRYDOCK_ASSIGN(const json parsed, storage::parseJson(names, 1));
        if (!parsed.is_object()) return fail(ErrorCode::validation, "--names: must be a JSON object.");
        for (const auto& [placeholder, name] : parsed.items()) {
            if (!name.is_string()) return fail(ErrorCode::validation, "--names: " + placeholder + " must be a text.");
            parameters.names.emplace(placeholder, name.get<std::string>());
        }
    }
    DRYDOCK_ASSIGN(const std::string values, arguments.textOr("values", {}));
    if (!values.empty()) {
        DRYDOCK_ASSIGN(const Item parsed, format.parse(values, "--values"));
        for (const auto& [placeholder, value] : parsed) parameters.values.emplace(placeholder, value);
    }
    return parameters;
}

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

Result<void> list(SqliteStore& reader, const Arguments& /*arguments*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const auto tables, reader.listTables());
    for (const std::string& table : tables) {
        DRYDOCK_ASSIGN(const auto description, reader.describeTable(table));
        sink({{"table", table}, {"itemCount", description.itemCount}, {"sizeBytes", description.sizeBytes}});
    }
    return {};
}

Result<void> describe(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const auto description, reader.describeTable(table));
    json indexes = json::array();
    for (const storage::IndexDescription& index : description.indexes) {
        indexes.push_back({{"name", index.name}, {"active", index.active}, {"itemCount", index.itemCount}});
    }
    sink({{"table", table},
          {"definition", storage::definitionToJson(description.definition)},
          {"createdAt", description.createdMs},
          {"itemCount", description.itemCount},
          {"sizeBytes", description.sizeBytes},
          {"indexes", std::move(indexes)}});
    return {};
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

Result<void> put(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const ItemFormat format, ItemFormat::of(arguments));
    storage::PutRequest request;
    DRYDOCK_ASSIGN(request.table, arguments.text("table"));
    DRYDOCK_ASSIGN(const std::string item, arguments.text("item"));
    DRYDOCK_ASSIGN(request.item, format.parse(item, "--item"));
    DRYDOCK_ASSIGN(request.condition, arguments.textOr("condition", {}));
    DRYDOCK_ASSIGN(request.parameters, parametersOf(arguments, format));
    const json line = {{"table", request.table}, {"put", true}};
    DRYDOCK_TRY(core.call<Result<storage::WriteResult>>(
        [&request](fleet::FleetService&, storage::SqliteStore& store) { return store.write(std::move(request)); }));
    sink(line);
    return {};
}

constexpr std::array<CommandEntry, 6> kCommands = {{
    {"table list", list, nullptr},
    {"table describe", describe, nullptr},
    {"table get", get, nullptr},
    {"table put", nullptr, put},
    {"table query", query, nullptr},
    {"table scan", scan, nullptr},
}};

}  // namespace

std::span<const CommandEntry> tableCommands() {
    return kCommands;
}

}  // namespace drydock::app
