// RawTables: what the fleet's rules leave in the store for one failed message, written with plain SQLite.
//
// The baseline of the applied rate: the same tables (copied from a store's own schema), rows of the same size and the
// same pragmas, but nothing is read, decoded, decided or counted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "storage/base/result.h"
#include "storage/sqlite/connection.h"

namespace drydock::bench {

// Taken from a store in which messages have been applied.
struct RowShapes {
    std::vector<std::string> schema;  // CREATE TABLE statements
    std::string history;              // names of the tables
    std::string historyIndex;
    std::string historyTtl;
    std::string status;
    std::string retries;
    std::string retriesLog;
    std::size_t historyKeyBytes = 0;
    std::size_t historyBytes = 0;
    std::size_t indexKeyBytes = 0;
    std::size_t deviceKeyBytes = 0;
    std::size_t statusBytes = 0;
    std::size_t retriesBytes = 0;
};

[[nodiscard]] storage::Result<RowShapes> readShapes(const std::filesystem::path& storeFile);

class RawTables {
public:
    // A new file with these tables.
    [[nodiscard]] static storage::Result<std::unique_ptr<RawTables>> create(const std::filesystem::path& file,
                                                                            RowShapes shapes);

    // One transaction: for each message of a device a history row with its index and TTL rows; once for each device its
    // status and retry rows and a stream record with the retry row before and after.
    [[nodiscard]] storage::Result<void> apply(std::span<const std::string> devices);

private:
    RawTables(storage::sqlite::Connection connection, RowShapes shapes);
    [[nodiscard]] storage::Result<void> writeMessage(const std::string& device);
    [[nodiscard]] storage::Result<void> writeDevice(const std::string& device);

    storage::sqlite::Connection m_connection;
    const RowShapes m_shapes;
    std::int64_t m_messages = 0;
    std::int64_t m_changes = 0;
    std::string m_historyBytes;
    std::string m_statusBytes;
    std::string m_retriesBytes;
};

}  // namespace drydock::bench
