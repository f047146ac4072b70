// The words of the commands on tables, and of reports on them.
#include <nlohmann/json.hpp>

#include "app/commands/ctl_command.h"
#include "app/commands/ctl_commands.h"

namespace drydock::app {

using Requests = std::vector<nlohmann::json>;

namespace {

Command tableCommand(CLI::App& group, Requests& requests, const char* words, const char* description) {
    return addCommand(group, requests, words, description).requiredText("TABLE", "table", "The table");
}

Command& addPlain(Command& command) {
    return command.flag("--plain", "plain", "Ordinary JSON instead of DynamoDB JSON");
}

Command& addKey(Command& command) {
    return command.requiredText("--key", "key", "The item's key, a JSON object");
}

Command& addNames(Command& command) {
    return command.text("--names", "names", "Expression attribute names, a JSON object");
}

Command& addParameters(Command& command) {
    return addNames(command).text("--values", "values", "Expression attribute values, a JSON object");
}

Command& addConditionOptions(Command& command) {
    return addPlain(addParameters(command.text("--condition", "condition", "Condition expression")));
}

Command& addPageOptions(Command& command) {
    command.text("--index", "index", "Read an index instead of the table")
        .text("--filter", "filter", "Filter expression")
        .text("--projection", "projection", "Projection expression");
    addParameters(command)
        .number("--limit", "limit", "At most so many items are looked at")
        .text("--start-key", "startKey", "Go on after this key: the LastEvaluatedKey of the page before");
    return addPlain(command);
}

void addAdministration(CLI::App& group, Requests& requests) {
    addCommand(group, requests, "table list", "All tables, one a line");
    tableCommand(group, requests, "table describe", "Keys, indexes, counts and parameters of a table");
    addCommand(group, requests, "table parameters", "ARNs of tables and streams by name, one a line")
        .text("NAME", "name", "Only this one, such as DYNAMODB_TABLE_DEVICE_HISTORY");
    addCommand(group, requests, "table create", "Create the tables of a definition file, all or none")
        .requiredText("--definition", "definition", "The file, in JSON")
        .text("NAME", "name", "Only the table of this base name")
        .text("--organization", "organization", "Tables are called <organization>-<app>-<base name>")
        .text("--app", "app", "The app in that name")
        .needs("--organization", "--app")
        .needs("--app", "--organization");
    tableCommand(group, requests, "table delete", "Delete a table with all its items, unless it is protected");
}

void addItemCommands(CLI::App& group, Requests& requests) {
    Command get = tableCommand(group, requests, "table get", "One item");
    addPlain(addNames(addKey(get).text("--projection", "projection", "Projection expression")));
    Command put = tableCommand(group, requests, "table put", "Put one item, in place of the one with its key");
    addConditionOptions(put.requiredText("--item", "item", "The item, a JSON object"));
    Command update = tableCommand(group, requests, "table update", "Change attributes of one item");
    addKey(update)
        .requiredText("--update", "update", "Update expression")
        .choice("--return", "return", {"NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"},
                "The attributes to print, else NONE");
    addConditionOptions(update);
    Command remove = tableCommand(group, requests, "table remove", "Remove one item");
    addConditionOptions(addKey(remove));
    Command query = tableCommand(group, requests, "table query", "The items of a partition, one a line");
    query.requiredText("--key-condition", "keyCondition", "Key condition expression")
        .flag("--backward", "backward", "In descending order of the sort key");
    addPageOptions(query);
    Command scan = tableCommand(group, requests, "table scan", "The items of a table, one a line");
    addPageOptions(scan);
    Command sql = addCommand(group, requests, "table sql", "Run a PartiQL statement; a SELECT prints a page of items")
                      .requiredText("STATEMENT", "statement", "SELECT, INSERT, UPDATE or DELETE")
                      .text("--parameters", "parameters", "What its question marks stand for, a JSON list of values")
                      .number("--limit", "limit", "At most so many items are looked at")
                      .text("--next-token", "nextToken", "Go on with the next page: the NextToken of the one before");
    addPlain(sql);
}

void addTransferCommands(CLI::App& group, Requests& requests) {
    const std::vector<std::string> formats = {"json", "csv"};
    const char* const formatText = "Where the file's name doesn't say it; json has a line an item";
    Command out = tableCommand(group, requests, "table export", "Write a table to a file, as it is at this moment")
                      .requiredText("--out", "out", "The file: .json, .jsonl or .csv, with .gz behind it for gzip")
                      .choice("--format", "format", formats, formatText);
    addPlain(out);
    Command in = tableCommand(group, requests, "table import", "Put a file's items into a table there is")
                     .requiredText("FILE", "file", "The file, as export writes it")
                     .choice("--format", "format", formats, formatText)
                     .number("--from", "from", "Go on behind this position of an import that was stopped");
    addPlain(in);
    tableCommand(group, requests, "table backup", "Make a backup of a table");
    addCommand(group, requests, "table restore", "Make a new table from a table's past or a backup, and wait for it")
        .text("TABLE", "table", "The table whose past it is")
        .pointInTime("--at", "atMs", "As it was then: 2026-03-24T22:43:28Z, or seconds since the epoch")
        .text("--backup", "backup", "As it is in this backup: the backupArn of 'table backup'")
        .requiredText("--to", "to", "The new table's name")
        .exactlyOne("--at", "--backup")
        .needs("--at", "TABLE");
    Command stream = tableCommand(group, requests, "table stream", "The records of a table's stream, one a line")
                         .flag("--follow", "follow", "Go on with what comes, until stopped");
    addPlain(stream);
}

}  // namespace

void addTableCommands(CLI::App& app, Requests& requests) {
    CLI::App& group = addGroup(app, "table", "The store's tables");
    addAdministration(group, requests);
    addItemCommands(group, requests);
    addTransferCommands(group, requests);
}

void addReportCommand(CLI::App& app, Requests& requests) {
    addCommand(app, requests, "report", "A table as a document, in groups: firmware, layers, or by a definition file")
        .text("NAME", "name", "firmware or layers")
        .text("--definition", "definition", "The definition of a report, a file in JSON")
        .text("--table", "table", "Another table than the definition's")
        .choice("--format", "format", {"md", "html", "csv"}, "Without it as --out ends, else md")
        .text("--out", "out", "A file to write it to, in one piece; else it is printed")
        .exactlyOne("NAME", "--definition");
}

}  // namespace drydock::app
