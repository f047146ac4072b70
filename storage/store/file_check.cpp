#include "storage/store/file_check.h"

#include <chrono>

#include "storage/store/store_file.h"

namespace drydock::storage {
namespace {

// Every page is read once.
constexpr std::int64_t kCacheKiB = 1024;
constexpr std::chrono::milliseconds kInterruptAgainAfter{10};

Result<std::vector<std::string>> tableNames(sqlite::Connection& connection) {
    // SQLite looks at the list of free pages with the schema's own table.
    std::vector<std::string> names{"sqlite_schema"};
    DRYDOCK_ASSIGN(sqlite::Statement select,
                   connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"));
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) return names;
        names.emplace_back(select.text(0));
    }
}

Result<void> stopped() {
    return fail(ErrorCode::busy, "The check of the store's file was stopped.");
}

}  // namespace

Result<std::vector<std::string>> checkPages(sqlite::Connection& connection, const std::string& pragma) {
    std::vector<std::string> findings;
    const auto check = [&]() -> Result<void> {
        DRYDOCK_ASSIGN(sqlite::Statement lines, connection.prepare("PRAGMA " + pragma));
        for (;;) {
            DRYDOCK_ASSIGN(const bool row, lines.step());
            if (!row) return {};
            if (lines.text(0) != "ok") findings.emplace_back(lines.text(0));
        }
    };
    Result<void> checked = check();
    // Too damaged for the check itself, which is as good as a finding.
    if (!checked && checked.error().code != ErrorCode::corrupt) return fail(std::move(checked).error());
    if (!checked) findings.push_back(std::move(checked).error().message);
    return findings;
}

Result<std::vector<std::string>> FileCheck::run() {
    StoreOptions options = m_options;
    options.cacheKiB = kCacheKiB;
    DRYDOCK_ASSIGN(sqlite::Connection connection, openStoreFileForReading(m_directory, options));
    {
        const std::lock_guard lock(m_mutex);
        m_connection = &connection;
    }
    Result<std::vector<std::string>> findings = checkTables();
    const std::lock_guard lock(m_mutex);
    m_connection = nullptr;
    m_ended.notify_all();
    return findings;
}

void FileCheck::stop() {
    m_stopping = true;
    std::unique_lock lock(m_mutex);
    // An interrupt means nothing to a statement that has yet to begin, hence again and again.
    while (m_connection != nullptr) {
        m_connection->interrupt();
        m_ended.wait_for(lock, kInterruptAgainAfter);
    }
}

Result<std::vector<std::string>> FileCheck::checkTables() {
    std::vector<std::string> findings;
    DRYDOCK_ASSIGN(const std::vector<std::string> names, tableNames(*m_connection));
    for (const std::string& name : names) {
        if (m_stopping) DRYDOCK_TRY(stopped());
        DRYDOCK_TRY(checkTable(name, findings));
    }
    return findings;
}

Result<void> FileCheck::checkTable(const std::string& table, std::vector<std::string>& findings) {
    Result<std::vector<std::string>> found = checkPages(*m_connection, "quick_check('" + table + "')");
    if (!found) return m_stopping ? stopped() : Result<void>(fail(std::move(found).error()));
    for (const std::string& what : *found) findings.push_back(std::string(table).append(": ").append(what));
    return {};
}

}  // namespace drydock::storage
