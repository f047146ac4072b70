#include "storage/store/salvage.h"

#include <array>
#include <ctime>
#include <system_error>

#include "storage/sqlite/transaction.h"
#include "storage/store/checker.h"
#include "storage/store/file_check.h"
#include "storage/store/store_file.h"

namespace drydock::storage {
namespace {

namespace fs = std::filesystem;

struct OldTable {
    std::string name;
    std::string sql;
};

// "20240324T120000Z"
std::string timeText(std::int64_t nowMs) {
    const auto seconds = static_cast<std::time_t>(nowMs / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

Result<std::vector<OldTable>> schemaOf(sqlite::Connection& connection, const std::string& type) {
    std::vector<OldTable> all;
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT name, sql FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL AND "
                                      "name NOT LIKE 'sqlite_%'"));
    select.bindText(1, type);
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) return all;
        all.push_back({std::string(select.text(0)), std::string(select.text(1))});
    }
}

// The columns of a table, "?1, ?2" for each, and its key in descending order.
struct Columns {
    std::string parameters;
    std::string backwards;
};
Result<Columns> columnsOf(sqlite::Connection& connection, const std::string& table) {
    Columns columns;
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY pk, cid"));
    select.bindText(1, table);
    for (int count = 1;; ++count) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) return columns;
        columns.parameters += (count > 1 ? ", ?" : "?") + std::to_string(count);
        if (select.integer(1) == 0) continue;
        columns.backwards += (columns.backwards.empty() ? "" : ", ") + std::string(select.text(0)) + " DESC";
    }
}

// Copies rows in one direction as far as they can be read; true: all were.
Result<bool> copyRows(sqlite::Connection& from, const std::string& select, sqlite::Statement& insert) {
    Result<sqlite::Statement> rows = from.prepare(select);
    if (!rows) return false;
    for (;;) {
        const Result<bool> row = rows->step();
        if (!row) return false;
        if (!*row) return true;
        DRYDOCK_TRY(insert.bindRow(*rows).run());
    }
}

// From the front up to the damage, then from the back.
Result<bool> copyTable(sqlite::Connection& from, sqlite::Connection& to, const OldTable& table) {
    DRYDOCK_TRY(to.execute(table.sql));
    DRYDOCK_ASSIGN(const Columns columns, columnsOf(to, table.name));
    DRYDOCK_ASSIGN(sqlite::Statement insert,
                   to.prepare("INSERT OR IGNORE INTO " + table.name + " VALUES(" + columns.parameters + ")"));
    const std::string select = "SELECT * FROM " + table.name;
    DRYDOCK_ASSIGN(const bool whole, copyRows(from, select, insert));
    if (whole) return true;
    DRYDOCK_TRY(copyRows(from, select + " ORDER BY " + columns.backwards, insert));
    return false;
}

class Salvage {
public:
    Salvage(const fs::path& directory, const StoreOptions& options)
        : m_directory(directory), m_file(directory / kStoreFileName), m_options(options) {}

    [[nodiscard]] Result<std::vector<CheckFinding>> run() {
        DRYDOCK_ASSIGN(const DirectoryLock lock, DirectoryLock::acquire(m_directory));
        DRYDOCK_TRY(finishReplacing(m_directory));
        {
            auto damaged = openStoreFileForReading(m_directory, m_options);
            if (!damaged && !isUnreadable(damaged.error())) return fail(std::move(damaged).error());
            if (damaged) {
                DRYDOCK_ASSIGN(const std::vector<std::string> findings, checkPages(*damaged, "integrity_check"));
                if (findings.empty()) return m_findings;
            }
            DRYDOCK_TRY(damaged ? copyAll(*damaged) : Result<void>());
            if (!damaged) DRYDOCK_TRY(createDraft(m_directory, m_options));
        }
        DRYDOCK_TRY(replace());
        return m_findings;
    }

private:
    // Neither another program's nor of another version: no SQLite file any more.
    [[nodiscard]] bool isUnreadable(const Error& error) const {
        std::error_code code;
        return error.code == ErrorCode::corrupt &&
               (error.sqliteCode != 0 || (fs::file_size(m_file, code) == 0 && !code));
    }

    void note(std::string table, std::string what) { m_findings.push_back({std::move(table), std::move(what), false}); }

    [[nodiscard]] Result<void> copyAll(sqlite::Connection& from) {
        DRYDOCK_TRY(removeDraft(m_directory));
        DRYDOCK_ASSIGN(sqlite::Connection to,
                       sqlite::Connection::open(m_directory / kDraftFileName, sqlite::OpenMode::create, m_options.vfs));
        DRYDOCK_TRY(to.execute("PRAGMA page_size = 4096"));
        for (const char* pragma : {"application_id", "user_version"}) {
            DRYDOCK_ASSIGN(const std::int64_t value, from.queryInteger(std::string("PRAGMA ") + pragma));
            DRYDOCK_TRY(to.execute(std::string("PRAGMA ") + pragma + " = " + std::to_string(value)));
        }
        DRYDOCK_ASSIGN(sqlite::Transaction transaction,
                       sqlite::Transaction::begin(to, sqlite::Transaction::Kind::write));
        DRYDOCK_TRY(copySchema(from, to));
        DRYDOCK_TRY(bringIntoLine(to));
        return transaction.commit();
    }

    [[nodiscard]] Result<void> copySchema(sqlite::Connection& from, sqlite::Connection& to) {
        DRYDOCK_ASSIGN(const std::vector<OldTable> tables, schemaOf(from, "table"));
        for (const OldTable& table : tables) {
            DRYDOCK_ASSIGN(const bool whole, copyTable(from, to, table));
            if (!whole) note("", table.name + ": not all of its rows can be read");
        }
        DRYDOCK_ASSIGN(const std::vector<OldTable> indexes, schemaOf(from, "index"));
        for (const OldTable& index : indexes) DRYDOCK_TRY(to.execute(index.sql));
        return {};
    }

    // Counts the items lost, and makes indexes and counts those of the items saved.
    [[nodiscard]] Result<void> bringIntoLine(sqlite::Connection& to) {
        Catalogue catalogue;
        const Result<void> loaded = catalogue.load(to);
        const Result<std::int64_t> sequence = to.queryInteger("SELECT value FROM store WHERE name = 'sequence'");
        const Result<std::int64_t> id = to.queryInteger("SELECT count(*) FROM store WHERE name = 'id'");
        if (!loaded || !sequence || !id || *id == 0) {
            return fail(ErrorCode::corrupt,
                        m_file.string() +
                            ": The part of the file that says which tables it holds can't be read. It "
                            "has been left as it is. Restore it from a copy, or move it aside.");
        }
        for (const auto& [name, table] : catalogue.tables()) {
            const std::string where = " FROM tables WHERE id = " + std::to_string(table->id);
            DRYDOCK_ASSIGN(const std::int64_t before, to.queryInteger("SELECT item_count" + where));
            DRYDOCK_ASSIGN(const std::int64_t saved, to.queryInteger("SELECT count(*) FROM " + table->dataName));
            if (saved < before)
                note(name, std::to_string(before - saved) + " of " + std::to_string(before) + " items are lost");
        }
        DRYDOCK_TRY(checkStore(to, catalogue, true));
        return {};
    }

    [[nodiscard]] Result<void> replace() {
        static const SystemClock kSystemClock;
        const Clock& clock = m_options.clock != nullptr ? *m_options.clock : kSystemClock;
        const fs::path aside = m_file.string() + ".damaged-" + timeText(clock.wallMs());
        DRYDOCK_TRY(replaceStoreFile(m_directory, aside));
        note("", "The damaged file has been set aside as " + aside.string());
        return {};
    }

    const fs::path m_directory;
    const fs::path m_file;
    const StoreOptions m_options;
    std::vector<CheckFinding> m_findings;
};

}  // namespace

Result<std::vector<CheckFinding>> salvageStore(const fs::path& directory, const StoreOptions& options) {
    return Salvage(directory, options).run();
}

}  // namespace drydock::storage
