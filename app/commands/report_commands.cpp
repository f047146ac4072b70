#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/text_file.h"
#include "models/fleet/query.h"
#include "models/fleet/report.h"
#include "storage/recovery/folders.h"

namespace drydock::app {

using fleet::ReportDefinition;
using fleet::ReportFormat;
using nlohmann::json;
using storage::ErrorCode;
using storage::Item;
using storage::Result;
using storage::SqliteStore;

namespace {

Result<ReportDefinition> definitionOf(const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string table, arguments.textOr("table", {}));
    DRYDOCK_ASSIGN(const std::string file, arguments.textOr("definition", {}));
    ReportDefinition definition;
    if (file.empty()) {
        DRYDOCK_ASSIGN(const std::string name, arguments.text("name"));
        DRYDOCK_ASSIGN(definition, fleet::shippedReport(name));
    } else {
        DRYDOCK_ASSIGN(const std::string text, readTextFile(file));
        auto parsed = fleet::parseReportDefinition(text);
        if (!parsed) return fail(parsed.error().code, file + ": " + parsed.error().message);
        definition = *std::move(parsed);
    }
    if (!table.empty()) definition.table = table;
    return definition;
}

// What is said by --format, else by the name of the file to write.
Result<ReportFormat> reportFormat(const Arguments& arguments, const std::filesystem::path& out) {
    DRYDOCK_ASSIGN(const std::string word, arguments.textOr("format", {}));
    const std::string extension = out.extension().string();
    const auto format = word.empty() ? fleet::reportFormatOf(extension.empty() ? "md" : extension.substr(1))
                                     : fleet::reportFormatOf(word);
    if (format) return *format;
    if (!word.empty()) return fail(ErrorCode::validation, "--format: must be md, html or csv.");
    return ReportFormat::markdown;
}

Result<std::vector<Item>> itemsOf(SqliteStore& reader, const std::string& table) {
    const SqliteStore::ReadScope scope(reader);
    const auto described = reader.describeTable(table);
    if (!described && described.error().code == ErrorCode::resourceNotFound) {
        return fail(ErrorCode::notFound, "The report is about the table " + table +
                                             ", which this store doesn't have; --table names another.");
    }
    std::vector<Item> items;
    DRYDOCK_TRY(fleet::forEachScanned(reader, table, [&items](Item&& item) {
        items.push_back(std::move(item));
        return true;
    }));
    return items;
}

Result<void> report(CtlSession& session, const Arguments& arguments) {
    DRYDOCK_ASSIGN(const ReportDefinition definition, definitionOf(arguments));
    DRYDOCK_ASSIGN(const std::string out, arguments.textOr("out", {}));
    DRYDOCK_ASSIGN(const ReportFormat format, reportFormat(arguments, out));
    DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
    DRYDOCK_ASSIGN(std::vector<Item> items, itemsOf(*reader, definition.table));
    const std::size_t count = items.size();
    const std::string text = fleet::makeReport(definition, std::move(items), format);
    if (out.empty()) return session.printText(text);
    DRYDOCK_TRY(storage::replaceFile(out, text));
    return session.print(json{{"table", definition.table}, {"file", out}, {"items", count}});
}

constexpr std::array<CommandEntry, 1> kCommands = {{{"report", nullptr, nullptr, report}}};

}  // namespace

std::span<const CommandEntry> reportCommands() {
    return kCommands;
}

}  // namespace drydock::app
