// Tables to files and back, backups and restores. Long work, so each is done in slices, between which the process that
// holds the store serves others.
#include <algorithm>
#include <array>

#include "app/commands/command_arguments.h"
#include "app/commands/ctl_session.h"
#include "app/commands/stop_signals.h"
#include "storage/recovery/table_files.h"
#include "storage/recovery/table_recovery.h"
#include "storage/value/base64.h"
#include "storage/value/codec.h"

namespace drydock::app {

using nlohmann::json;
using storage::BackupDescription;
using storage::BackupStatus;
using storage::ErrorCode;
using storage::FileFormat;
using storage::Item;
using storage::PutCounts;
using storage::Result;
using storage::SqliteStore;
using storage::TableDescription;

namespace {

constexpr std::size_t kItemsPerStep = 1000;

// ---- export and import ----------------------------------------------------------------------------------------------

// What is said by --format or, without it, by the file's name.
Result<FileFormat> fileFormat(const Arguments& arguments, std::filesystem::path file) {
    DRYDOCK_ASSIGN(const bool plain, arguments.flag("plain"));
    DRYDOCK_ASSIGN(std::string word, arguments.textOr("format", {}));
    if (word.empty()) {
        if (file.extension() == ".gz") file.replace_extension();
        const std::string extension = file.extension().string();
        if (extension == ".csv") word = "csv";
        if (extension == ".json" || extension == ".jsonl") word = "json";
    }
    if (word == "csv" && plain) return fail(ErrorCode::validation, "--plain is for JSON; CSV has one form only.");
    if (word == "csv") return FileFormat::csv;
    if (word == "json") return plain ? FileFormat::plainJson : FileFormat::dynamoDbJson;
    return fail(ErrorCode::validation, "The name " + file.filename().string() +
                                           " doesn't say a format: end it in .json, .jsonl or .csv (and "
                                           ".gz behind it), or give --format json or csv.");
}

Result<void> exportTable(CtlSession& session, const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const std::string file, arguments.text("out"));
    DRYDOCK_ASSIGN(const FileFormat format, fileFormat(arguments, file));
    StopSignals signals;
    DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
    // The table as it is at one moment, whatever is written to it meanwhile.
    const SqliteStore::ReadScope scope(*reader);
    DRYDOCK_ASSIGN(const std::uint64_t items,
                   storage::exportToFile(*reader, table, file, format, [&signals] { return signals.requested(); }));
    return session.print(json{{"table", table}, {"file", file}, {"items", items}});
}

json toJson(const PutCounts& counts) {
    json line = {{"imported", counts.imported}, {"errors", counts.errors}};
    if (counts.errors > 0) line["firstError"] = counts.firstError;
    return line;
}

// One slice, in the process that holds the store. The items come as the store keeps them, which is short and exact.
Result<void> putItems(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                      const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const std::vector<std::string> encoded, arguments.texts("items"));
    std::vector<Item> items;
    items.reserve(encoded.size());
    for (const std::string& text : encoded) {
        DRYDOCK_ASSIGN(const storage::Binary bytes, storage::decodeBase64(text));
        DRYDOCK_ASSIGN(Item item, storage::decodeItem({reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
        items.push_back(std::move(item));
    }
    using Outcome = std::vector<storage::UnitResult>;
    DRYDOCK_ASSIGN(const Outcome outcome, answerOf<Outcome>([&](Answer<Outcome> answer) {
                       core.commit(storage::putUnits(table, std::move(items)), std::move(answer));
                   }));
    sink(toJson(storage::countsOf(outcome)));
    return {};
}

Result<PutCounts> askToPut(CtlSession& session, const std::string& table, const std::vector<Item>& items) {
    json encoded = json::array();
    for (const Item& item : items) {
        std::string bytes;
        storage::encodeItem(item, bytes);
        encoded.push_back(storage::encodeBase64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    }
    DRYDOCK_ASSIGN(const json line,
                   session.askForOne("table import", {{"table", table}, {"items", std::move(encoded)}}));
    return PutCounts{line.value("imported", std::uint64_t{0}), line.value("errors", std::uint64_t{0}),
                     line.value("firstError", "")};
}

Result<void> importTable(CtlSession& session, const Arguments& arguments) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const std::string file, arguments.text("file"));
    DRYDOCK_ASSIGN(const auto from, arguments.optionalNumber("from"));
    storage::FileOptions options;
    DRYDOCK_ASSIGN(options.format, fileFormat(arguments, file));
    StopSignals signals;
    DRYDOCK_ASSIGN(SqliteStore * reader, session.reader());
    DRYDOCK_ASSIGN(const TableDescription description, reader->describeTable(table));
    storage::FileImport import;
    import.position = from.value_or(0);
    const auto put = [&](const std::vector<Item>& items) { return askToPut(session, table, items); };
    Result<void> done = storage::importFromFile(description.definition, file, options, put, import,
                                                [&signals] { return signals.requested(); });
    if (!done && import.position == from.value_or(0)) return done;
    json line = toJson(import.counts);
    line.update({{"table", table}, {"file", file}, {"position", import.position}, {"complete", done.has_value()}});
    DRYDOCK_TRY(session.print(line));
    if (!done) {
        return fail(done.error().code, done.error().message + " What was imported stays; --from " +
                                           std::to_string(import.position) + " goes on behind it.");
    }
    if (import.counts.errors == 0) return {};
    return fail(ErrorCode::refused,
                "Records left out because they are no items of the table: " + std::to_string(import.counts.errors) +
                    ". The first: " + import.counts.firstError);
}

// ---- backup ---------------------------------------------------------------------------------------------------------

json toJson(const BackupDescription& backup) {
    return {{"table", backup.definition.name},
            {"backupArn", storage::backupArn(backup)},
            {"backupName", backup.name},
            {"createdAt", backup.createdMs},
            {"itemCount", backup.itemCount},
            {"sizeBytes", backup.sizeBytes},
            {"complete", backup.status == BackupStatus::available}};
}

Result<void> beginBackup(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                         const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const BackupDescription backup,
                   core.call<Result<BackupDescription>>([&table](fleet::FleetService&, SqliteStore& store) {
                       return store.recovery().createBackup(table, table);
                   }));
    sink(toJson(backup));
    return {};
}

Result<void> stepBackup(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                        const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string arn, arguments.text("backup"));
    DRYDOCK_ASSIGN(const BackupDescription backup,
                   core.call<Result<BackupDescription>>(
                       [&arn](fleet::FleetService&, SqliteStore& store) -> Result<BackupDescription> {
                           DRYDOCK_TRY(store.recovery().step(kItemsPerStep));
                           return store.recovery().describeBackup(arn);
                       }));
    sink(toJson(backup));
    return {};
}

Result<void> backup(CtlSession& session, const Arguments& arguments) {
    StopSignals signals;
    DRYDOCK_ASSIGN(json line, session.askForOne("table backup", arguments.values()));
    while (!line.value("complete", false)) {
        if (signals.requested()) return fail(ErrorCode::refused, "Stopped before the backup was complete.");
        DRYDOCK_ASSIGN(line, session.askForOne("table backup step", {{"backup", line["backupArn"]}}));
    }
    return session.print(line);
}

// ---- restore --------------------------------------------------------------------------------------------------------

Result<TableDescription> beginRestoreIn(SqliteStore& store, const Arguments& arguments) {
    storage::RestoreRequest request;
    DRYDOCK_ASSIGN(request.target, arguments.text("to"));
    DRYDOCK_ASSIGN(const std::string table, arguments.textOr("table", {}));
    DRYDOCK_ASSIGN(const std::string arn, arguments.textOr("backup", {}));
    storage::TableRecovery& recovery = store.recovery();
    if (arn.empty()) {
        DRYDOCK_ASSIGN(const std::uint64_t atMs, arguments.number("atMs"));
        return recovery.restoreToTime(table, static_cast<std::int64_t>(atMs), request);
    }
    DRYDOCK_ASSIGN(const BackupDescription source, recovery.describeBackup(arn));
    if (!table.empty() && table != source.definition.name) {
        return fail(ErrorCode::validation, "That is a backup of the table " + source.definition.name + ".");
    }
    return recovery.restoreBackup(arn, request);
}

json restoreLine(const TableDescription& table) {
    json line = {{"table", table.definition.name},
                 {"itemCount", table.itemCount},
                 {"sizeBytes", table.sizeBytes},
                 {"complete", !table.loading}};
    if (table.restore) {
        line["restoredTo"] = table.restore->atMs;
        line[table.restore->backupArn.empty() ? "sourceTableArn" : "backupArn"] =
            table.restore->backupArn.empty() ? table.restore->tableArn : table.restore->backupArn;
    }
    return line;
}

Result<void> beginRestore(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                          const LineSink& sink) {
    DRYDOCK_ASSIGN(const TableDescription begun,
                   core.call<Result<TableDescription>>(
                       [&](fleet::FleetService&, SqliteStore& store) { return beginRestoreIn(store, arguments); }));
    sink(restoreLine(begun));
    return {};
}

Result<void> stepRestore(DeskCore& core, const Arguments& arguments, const fleet::Operator& /*who*/,
                         const LineSink& sink) {
    DRYDOCK_ASSIGN(const std::string table, arguments.text("table"));
    DRYDOCK_ASSIGN(const TableDescription described,
                   core.call<Result<TableDescription>>(
                       [&table](fleet::FleetService&, SqliteStore& store) -> Result<TableDescription> {
                           DRYDOCK_TRY(store.recovery().step(kItemsPerStep));
                           auto restored = store.describeTable(table);
                           if (restored || restored.error().code != ErrorCode::resourceNotFound) return restored;
                           return fail(ErrorCode::notFound, "The restore failed, and left no table " + table + ".");
                       }));
    sink(restoreLine(described));
    return {};
}

Result<void> restore(CtlSession& session, const Arguments& arguments) {
    StopSignals signals;
    DRYDOCK_ASSIGN(json line, session.askForOne("table restore", arguments.values()));
    while (!line.value("complete", false)) {
        if (signals.requested()) {
            return fail(ErrorCode::refused,
                        "Stopped waiting: the restore goes on while a desk or drydockctl serve runs on the store.");
        }
        DRYDOCK_ASSIGN(line, session.askForOne("table restore step", {{"table", line["table"]}}));
    }
    return session.print(line);
}

constexpr std::array<CommandEntry, 6> kCommands = {{
    {"table export", nullptr, nullptr, exportTable},
    {"table import", nullptr, putItems, importTable},
    {"table backup", nullptr, beginBackup, backup},
    {"table backup step", nullptr, stepBackup},
    {"table restore", nullptr, beginRestore, restore},
    {"table restore step", nullptr, stepRestore},
}};

}  // namespace

std::span<const CommandEntry> transferCommands() {
    return kCommands;
}

}  // namespace drydock::app
