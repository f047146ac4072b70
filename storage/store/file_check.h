// FileCheck: SQLite's own look at the pages of a store's file, on a read-only connection of its own, beside whoever
// writes.
//
// Thread: run() on any one, stop() on any other. Lifetime: run() has returned before it goes.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "storage/sqlite/connection.h"
#include "storage/store/sqlite_store.h"

namespace drydock::storage {

class FileCheck {
public:
    FileCheck(std::filesystem::path directory, StoreOptions options)
        : m_directory(std::move(directory)), m_options(std::move(options)) {}

    // What is wrong with the file, in SQLite's words; nothing when it is sound. It goes a table at a time, so that it
    // keeps the write-ahead log from beginning anew for no longer than one of them takes. Once only.
    // Errors: ErrorCode::corrupt, as from SqliteStore::open(), when it can't be read at all; busy after stop().
    [[nodiscard]] Result<std::vector<std::string>> run();
    // Ends run() soon, and returns when it has ended.
    void stop();

private:
    [[nodiscard]] Result<std::vector<std::string>> checkTables();
    [[nodiscard]] Result<void> checkTable(const std::string& table, std::vector<std::string>& findings);

    const std::filesystem::path m_directory;
    const StoreOptions m_options;
    std::atomic<bool> m_stopping = false;
    std::mutex m_mutex;  // guards what follows
    std::condition_variable m_ended;
    sqlite::Connection* m_connection = nullptr;  // while run() uses it
};

// What one of SQLite's checks ("integrity_check") finds; nothing when all is well. Errors are never ErrorCode::corrupt.
[[nodiscard]] Result<std::vector<std::string>> checkPages(sqlite::Connection& connection, const std::string& pragma);

}  // namespace drydock::storage
