// The commands on tables as a whole: list, describe, parameters, create, delete.
#include <algorithm>
#include <array>
#include <utility>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/text_file.h"
#include "storage/table/resource_names.h"

namespace drydock::app {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;
using storage::SqliteStore;
using storage::TableDefinition;
using storage::TableDescription;

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

// A table that was made under a prefix has its base name in this tag.
constexpr std::string_view kBaseNameTag = "drydock:base-name";

Parameters parametersOf(const TableDescription& description) {
    const TableDefinition& definition = description.definition;
    const auto tag = std::find_if(definition.tags.begin(), definition.tags.end(),
                                  [](const auto& each) { return each.first == kBaseNameTag; });
    const std::string& base = tag == definition.tags.end() ? definition.name : tag->second;
    return storage::tableParameters(base, definition.name, description.streamLabel);
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
    DRYDOCK_ASSIGN(const TableDescription description, reader.describeTable(table));
    json indexes = json::array();
    for (const storage::IndexDescription& index : description.indexes) {
        indexes.push_back({{"name", index.name}, {"active", index.active}, {"itemCount", index.itemCount}});
    }
    json parameters = json::object();
    for (const auto& [name, value] : parametersOf(description)) parameters[name] = value;
    sink({{"table", table},
          {"arn", storage::tableArn(table)},
          {"definition", storage::definitionToJson(description.definition)},
          {"createdAt", description.createdMs},
          {"itemCount", description.itemCount},
          {"sizeBytes", description.sizeBytes},
          {"indexes", std::move(indexes)},
          {"loading", description.loading},
          {"parameters", std::move(parameters)}});
    return {};
}

Result<void> parameters(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string wanted, arguments.textOr("name", {}));
    DRYDOCK_ASSIGN(const std::vector<std::string> tables, reader.listTables());
    bool found = false;
    for (const std::string& table : tables) {
        DRYDOCK_ASSIGN(const TableDescription description, reader.describeTable(table));
        for (const auto& [name, value] : parametersOf(description)) {
            if (!wanted.empty() && name != wanted) continue;
            sink({{"name", name}, {"value", value}});
            found = true;
        }
    }
    if (found || wanted.empty()) return {};
    return fail(ErrorCode::notFound, "There is no parameter " + wanted + "; see 'drydockctl table parameters'.");
}

// ---- Creating -------------------------------------------------------------------------------------------------------

// Gives the table the name it has under the prefix that was asked for, if one was.
Result<void> applyPrefix(const Arguments& arguments, TableDefinition& definition) {
    DRYDOCK_ASSIGN(const std::string organization, arguments.textOr("organization", {}));
    DRYDOCK_ASSIGN(const std::string app, arguments.textOr("app", {}));
    if (organization.empty() && app.empty()) return {};
    DRYDOCK_ASSIGN(std::string name, storage::tableName(organization, app, definition.name));
    definition.tags.emplace_back(kBaseNameTag, std::exchange(definition.name, std::move(name)));
    return {};
}

// The file's definitions, or the one of that base name, under the names their tables are to have.
Result<std::vector<TableDefinition>> definitionsOf(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string text, arguments.text("definitions"));
    DRYDOCK_ASSIGN(const std::string wanted, arguments.textOr("name", {}));
    DRYDOCK_ASSIGN(std::vector<TableDefinition> all, storage::parseDefinitionFile(text));
    std::vector<TableDefinition> chosen;
    std::string known;
    for (TableDefinition& definition : all) {
        known += (known.empty() ? "" : ", ") + definition.name;
        if (wanted.empty() || definition.name == wanted) chosen.push_back(std::move(definition));
    }
    if (known.empty()) return fail(ErrorCode::validation, "The file defines no table.");
    if (chosen.empty()) {
        return fail(ErrorCode::notFound, "The file defines no table \"" + wanted + "\"; it has " + known + ".");
    }
    for (TableDefinition& definition : chosen) DRYDOCK_TRY(applyPrefix(arguments, definition));
    return chosen;
}

Result<void> create(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::vector<TableDefinition> definitions, definitionsOf(arguments));
    const auto created = core.call<Result<void>>(
        [&definitions](fleet::FleetService&, SqliteStore& store) { return store.createTables(definitions); });
    if (!created) return fail(created.error().code, created.error().message + " (so nothing was created)");
    for (const TableDefinition& definition : definitions) sink({{"table", definition.name}, {"created", true}});
    return {};
}

// The process that holds the store need not see what this one sees of the file system.
Result<void> createFromFile(CtlSession& session, const Arguments& arguments) {
    json request = arguments.values();
    DRYDOCK_ASSIGN(const std::string file, arguments.text("definition"));
    DRYDOCK_ASSIGN(request["definitions"], readTextFile(file));
    DRYDOCK_ASSIGN(const std::vector<json> lines, session.ask("table create", std::move(request)));
    return session.print(lines);
}

Result<void> deleteTable(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                         const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_TRY(core.call<Result<void>>(
        [&table](fleet::FleetService&, SqliteStore& store) { return store.deleteTable(table); }));
    sink({{"table", table}, {"deleted", true}});
    return {};
}

constexpr std::array<CommandEntry, 5> kCommands = {{
    {"table list", list, nullptr},
    {"table describe", describe, nullptr},
    {"table parameters", parameters, nullptr},
    {"table create", nullptr, create, createFromFile},
    {"table delete", nullptr, deleteTable},
}};

}  // namespace

std::span<const CommandEntry> tableCommands() {
    return kCommands;
}

}  // namespace drydock::app
