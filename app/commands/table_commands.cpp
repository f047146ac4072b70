// The commands on tables as a whole: list, describe, parameters, create, delete.
#include <algorithm>
#include <array>
#include <set>

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

// How the tables of an organisation's app are named; empty: by their base names alone.
struct Naming {
    std::string organization;
    std::string app;

    static Result<Naming> of(const Arguments& arguments) {
        Naming naming;
        DRYDOCK_ASSIGN(naming.organization, arguments.textOr("organization", {}));
        DRYDOCK_ASSIGN(naming.app, arguments.textOr("app", {}));
        if (naming.organization.empty() != naming.app.empty()) {
            return fail(ErrorCode::validation, "--organization and --app make a prefix together: give both or none.");
        }
        return naming;
    }
    [[nodiscard]] Result<std::string> tableName(const std::string& base) const {
        if (organization.empty()) return base;
        return storage::tableName(organization, app, base);
    }
    // What the names of all its tables begin with.
    [[nodiscard]] Result<std::string> prefix() const {
        if (organization.empty()) return std::string();
        constexpr std::string_view kAnyBase = "x";
        DRYDOCK_ASSIGN(std::string name, storage::tableName(organization, app, kAnyBase));
        name.resize(name.size() - kAnyBase.size());
        return name;
    }
};

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
    for (const auto& [name, value] : storage::tableParameters(table, table, description.streamLabel)) {
        parameters[name] = value;
    }
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

// Tables that were made with a prefix are known by what comes behind it.
Result<Parameters> allParameters(SqliteStore& reader, const std::string& prefix) {
    Parameters all;
    DRYDOCK_ASSIGN(const std::vector<std::string> tables, reader.listTables());
    for (const std::string& table : tables) {
        if (!table.starts_with(prefix)) continue;
        DRYDOCK_ASSIGN(const TableDescription description, reader.describeTable(table));
        for (auto& parameter :
             storage::tableParameters(table.substr(prefix.size()), table, description.streamLabel)) {
            all.push_back(std::move(parameter));
        }
    }
    return all;
}

Result<void> parameters(SqliteStore& reader, const Arguments& arguments, const LineSink& sink) {
    DRYDOCK_ASSIGN(const Naming naming, Naming::of(arguments));
    DRYDOCK_ASSIGN(const std::string wanted, arguments.textOr("name", {}));
    DRYDOCK_ASSIGN(const std::string prefix, naming.prefix());
    DRYDOCK_ASSIGN(const Parameters all, allParameters(reader, prefix));
    bool found = false;
    for (const auto& [name, value] : all) {
        if (!wanted.empty() && name != wanted) continue;
        sink({{"name", name}, {"value", value}});
        found = true;
    }
    if (found || wanted.empty()) return {};
    return fail(ErrorCode::notFound, "There is no parameter " + wanted + "; see 'drydockctl table parameters'.");
}

// ---- Creating -------------------------------------------------------------------------------------------------------

// The file's definitions, or the one of that base name, under the names their tables are to have.
Result<std::vector<TableDefinition>> definitionsOf(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string text, arguments.text("definitions"));
    DRYDOCK_ASSIGN(const std::string wanted, arguments.textOr("name", {}));
    DRYDOCK_ASSIGN(const Naming naming, Naming::of(arguments));
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
    std::set<std::string> names;
    for (TableDefinition& definition : chosen) {
        DRYDOCK_ASSIGN(definition.name, naming.tableName(definition.name));
        DRYDOCK_TRY(storage::validate(definition));
        if (!names.insert(definition.name).second) {
            return fail(ErrorCode::validation, "Two tables of the file would both be " + definition.name + ".");
        }
    }
    return chosen;
}

// Nothing may be left of a table that was made a moment ago.
Result<void> unmake(SqliteStore& store, const TableDefinition& definition) {
    if (definition.deletionProtection) {
        storage::TableUpdate update;
        update.table = definition.name;
        update.deletionProtection = false;
        DRYDOCK_TRY(store.updateTable(update));
    }
    return store.deleteTable(definition.name);
}

// All or none.
Result<void> createAll(SqliteStore& store, const std::vector<TableDefinition>& definitions) {
    DRYDOCK_ASSIGN(const std::vector<std::string> existing, store.listTables());
    for (const TableDefinition& definition : definitions) {
        if (std::find(existing.begin(), existing.end(), definition.name) == existing.end()) continue;
        return fail(ErrorCode::resourceInUse,
                    "There is a table " + definition.name + " already, so none was created.");
    }
    for (auto definition = definitions.begin(); definition != definitions.end(); ++definition) {
        const auto created = store.createTable(*definition);
        if (created) continue;
        for (auto made = definitions.begin(); made != definition; ++made) DRYDOCK_TRY(unmake(store, *made));
        return fail(created.error());
    }
    return {};
}

Result<void> create(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/, const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::vector<TableDefinition> definitions, definitionsOf(arguments));
    DRYDOCK_TRY(core.call<Result<void>>(
        [&definitions](fleet::FleetService&, SqliteStore& store) { return createAll(store, definitions); }));
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
    {"table list", list, nullptr, nullptr},
    {"table describe", describe, nullptr, nullptr},
    {"table parameters", parameters, nullptr, nullptr},
    {"table create", nullptr, create, createFromFile},
    {"table delete", nullptr, deleteTable, nullptr},
}};

}  // namespace

std::span<const CommandEntry> tableCommands() {
    return kCommands;
}

}  // namespace drydock::app
