#include "storage/recovery/backups.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <system_error>

#include <nlohmann/json.hpp>

#include "storage/recovery/folders.h"
#include "storage/sqlite/transaction.h"
#include "storage/table/resource_names.h"

namespace drydock::storage {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kUnfinished = ".new";
constexpr const char* kComplete = ".db";
constexpr std::string_view kArnPart = "/backup/";
// A page of rows is held in memory between reading and writing.
constexpr std::size_t kPageBytes = 1024UL * 1024;

constexpr const char* kFormat =
    "PRAGMA application_id = 0x44525942;"  // "DRYB"
    "PRAGMA user_version = 1;"
    "CREATE TABLE backup(id TEXT NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL, definition TEXT NOT NULL,"
    " table_uuid TEXT NOT NULL, table_created_ms INTEGER NOT NULL, item_count INTEGER NOT NULL,"
    " size_bytes INTEGER NOT NULL);"
    "CREATE TABLE items(key BLOB PRIMARY KEY, item BLOB NOT NULL) WITHOUT ROWID;";

bool isIdText(std::string_view id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
    });
}

fs::path fileOf(const fs::path& folder, const std::string& id, const char* ending) {
    return folder / (id + ending);
}

Result<BackupDescription> describe(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT id, name, created_ms, definition, table_uuid, table_created_ms, "
                                      "item_count, size_bytes FROM backup"));
    DRYDOCK_ASSIGN(const bool row, select.step());
    if (!row) return fail(ErrorCode::corrupt, "The backup does not say what it is");
    BackupDescription backup;
    backup.status = BackupStatus::available;
    backup.id = select.text(0);
    backup.name = select.text(1);
    backup.createdMs = select.integer(2);
    const json definition = json::parse(select.text(3), nullptr, false);
    DRYDOCK_ASSIGN(backup.definition, definitionFromJson(definition));
    backup.tableId = select.text(4);
    backup.tableCreatedMs = select.integer(5);
    backup.itemCount = static_cast<std::uint64_t>(select.integer(6));
    backup.sizeBytes = static_cast<std::uint64_t>(select.integer(7));
    return backup;
}

}  // namespace

std::string backupArn(const BackupDescription& backup) {
    return tableArn(backup.definition.name).append(kArnPart).append(backup.id);
}

std::string backupIdOf(std::string_view arn) {
    const std::size_t at = arn.starts_with(tableArn("")) ? arn.rfind(kArnPart) : std::string_view::npos;
    if (at == std::string_view::npos) return {};
    const std::string_view id = arn.substr(at + kArnPart.size());
    return isIdText(id) ? std::string(id) : std::string();
}

std::string newRecoveryId(std::int64_t nowMs) {
    std::random_device device;
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%014lld-%08x", static_cast<long long>(nowMs), device());
    return text.data();
}

fs::path backupFolder(const RecoveryHost& host) {
    return host.directory() / "backups";
}

void removeUnfinishedBackups(const RecoveryHost& host) {
    std::error_code code;
    std::vector<fs::path> unfinished;
    for (fs::directory_iterator each(backupFolder(host), code), end; !code && each != end; each.increment(code)) {
        if (each->path().extension() == kUnfinished) unfinished.push_back(each->path());
    }
    for (const fs::path& file : unfinished) fs::remove(file, code);
}

Result<BackupDescription> readBackup(const RecoveryHost& host, const std::string& id) {
    const fs::path file = fileOf(backupFolder(host), id, kComplete);
    std::error_code code;
    if (!fs::exists(file, code)) return fail(ErrorCode::backupNotFound, "Backup not found: " + id);
    DRYDOCK_ASSIGN(sqlite::Connection connection,
                   sqlite::Connection::open(file, sqlite::OpenMode::readOnly, host.vfs()));
    Result<BackupDescription> backup = describe(connection);
    if (backup && backup->id == id) return backup;
    return fail(ErrorCode::corrupt, file.string() + ": This is no intact backup" +
                                        (backup ? std::string() : " (" + backup.error().message + ")") + ".");
}

Result<std::vector<BackupDescription>> readBackups(const RecoveryHost& host) {
    std::vector<BackupDescription> backups;
    std::error_code code;
    for (fs::directory_iterator each(backupFolder(host), code), end; !code && each != end; each.increment(code)) {
        const std::string id = each->path().stem().string();
        if (each->path().extension() != kComplete || !isIdText(id)) continue;
        if (Result<BackupDescription> backup = readBackup(host, id)) backups.push_back(*std::move(backup));
    }
    if (code && code != std::errc::no_such_file_or_directory) {
        return fail(ErrorCode::io, backupFolder(host).string() + ": " + code.message());
    }
    return backups;
}

Result<void> removeBackup(const RecoveryHost& host, const std::string& id) {
    std::error_code code;
    const fs::path file = fileOf(backupFolder(host), id, kComplete);
    if (fs::remove(file, code) || !code) return {};
    return fail(ErrorCode::io, file.string() + ": " + code.message());
}

Result<BackupSource> BackupSource::open(const RecoveryHost& host, const std::string& id) {
    DRYDOCK_TRY(readBackup(host, id));
    DRYDOCK_ASSIGN(sqlite::Connection connection, sqlite::Connection::open(fileOf(backupFolder(host), id, kComplete),
                                                                           sqlite::OpenMode::readOnly, host.vfs()));
    return BackupSource(std::move(connection));
}

Result<SavedRows> BackupSource::read(std::string_view after, std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   m_connection.cached("SELECT key, item FROM items WHERE key > ?1 ORDER BY key"));
    select->bindBlob(1, after);
    const sqlite::ResetGuard guard(*select);
    SavedRows page;
    page.last = after;
    std::size_t bytes = 0;
    while (page.rows.size() < limit && bytes < kPageBytes) {
        DRYDOCK_ASSIGN(const bool row, select->step());
        if (!row) {
            page.ended = true;
            return page;
        }
        page.rows.emplace_back(select->blob(0), select->blob(1));
        page.last = page.rows.back().first;
        bytes += page.rows.back().second.size();
    }
    return page;
}

Result<std::unique_ptr<BackupCopy>> BackupCopy::begin(RecoveryHost& host, const Table& table,
                                                      BackupDescription backup) {
    const fs::path folder = backupFolder(host);
    std::error_code code;
    if (fs::create_directory(folder, code)) fs::permissions(folder, fs::perms::owner_all, code);
    if (code) return fail(ErrorCode::io, folder.string() + ": " + code.message());
    DRYDOCK_ASSIGN(sqlite::Connection from, host.openForReading());
    DRYDOCK_ASSIGN(sqlite::Connection to, sqlite::Connection::open(fileOf(folder, backup.id, kUnfinished),
                                                                   sqlite::OpenMode::create, host.vfs()));
    std::unique_ptr<BackupCopy> copy(new BackupCopy(folder, std::move(backup), std::move(from), std::move(to)));
    // Nothing reads the file before it is complete, so it needs no journal; each slice is synced, so that no single one
    // has much to wait for.
    DRYDOCK_TRY(copy->m_to->execute("PRAGMA journal_mode = OFF"));
    DRYDOCK_TRY(copy->m_to->execute(kFormat));
    DRYDOCK_TRY(copy->takeSnapshot(table));
    return copy;
}

BackupCopy::~BackupCopy() {
    m_rows.reset();
    m_from.reset();
    if (!m_to) return;
    m_to.reset();
    std::error_code code;
    fs::remove(fileOf(m_folder, m_backup.id, kUnfinished), code);
}

// From the first row on, the statement holds the snapshot it reads.
Result<void> BackupCopy::takeSnapshot(const Table& table) {
    DRYDOCK_TRY(m_from->execute("BEGIN"));
    DRYDOCK_TRY(m_from->queryInteger("SELECT count(*) FROM tables"));
    DRYDOCK_ASSIGN(m_rows, m_from->prepare("SELECT key, item FROM " + table.dataName + " ORDER BY key"));
    return {};
}

Result<bool> BackupCopy::step(std::size_t limit) {
    DRYDOCK_ASSIGN(sqlite::Transaction transaction,
                   sqlite::Transaction::begin(*m_to, sqlite::Transaction::Kind::write));
    DRYDOCK_ASSIGN(sqlite::Statement * insert, m_to->cached("INSERT INTO items(key, item) VALUES(?1, ?2)"));
    std::size_t bytes = 0;
    bool ended = false;
    for (std::size_t i = 0; i < limit && bytes < kPageBytes && !ended; ++i) {
        DRYDOCK_ASSIGN(const bool row, m_rows->step());
        ended = !row;
        if (ended) break;
        bytes += m_rows->blob(1).size();
        DRYDOCK_TRY(insert->bindBlob(1, m_rows->blob(0)).bindBlob(2, m_rows->blob(1)).run());
    }
    DRYDOCK_TRY(transaction.commit());
    if (!ended) return false;
    DRYDOCK_TRY(finish());
    return true;
}

Result<void> BackupCopy::finish() {
    const std::string definition = definitionToJson(m_backup.definition).dump();
    {
        DRYDOCK_ASSIGN(sqlite::Statement insert,
                       m_to->prepare("INSERT INTO backup(id, name, created_ms, definition, table_uuid, "
                                     "table_created_ms, item_count, size_bytes) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                                     "?8)"));
        insert.bindText(1, m_backup.id).bindText(2, m_backup.name).bind(3, m_backup.createdMs);
        insert.bindText(4, definition).bindText(5, m_backup.tableId).bind(6, m_backup.tableCreatedMs);
        insert.bind(7, static_cast<std::int64_t>(m_backup.itemCount));
        insert.bind(8, static_cast<std::int64_t>(m_backup.sizeBytes));
        DRYDOCK_TRY(insert.run());
    }
    const fs::path file = fileOf(m_folder, m_backup.id, kUnfinished);
    DRYDOCK_TRY(syncFile(file));
    std::error_code code;
    fs::rename(file, fileOf(m_folder, m_backup.id, kComplete), code);
    if (code) return fail(ErrorCode::io, file.string() + ": " + code.message());
    m_to.reset();
    m_backup.status = BackupStatus::available;
    return syncFolder(m_folder);
}

}  // namespace drydock::storage
