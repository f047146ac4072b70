// SnapshotReader: a reader on a connection and a catalogue of its own.
//
// Thread: any, one at a time. Each call reads one snapshot. The clock outlives it.
#pragma once

#include <utility>

#include "storage/store/store_reader.h"

namespace drydock::storage {

class SnapshotReader final : public TableReader {
public:
    SnapshotReader(sqlite::Connection connection, const Clock& clock)
        : m_connection(std::move(connection)),
          m_reader(m_connection, m_catalogue, clock, StoreReader::Role::follower) {}

    Result<std::optional<Item>> get(const GetRequest& request) override { return m_reader.get(request); }
    Result<std::vector<Result<GetResult>>> getAll(const std::vector<GetRequest>& requests) override {
        return m_reader.getAll(requests);
    }
    Result<void> checkBatch(const std::vector<WriteRequest>& writes) override { return m_reader.checkBatch(writes); }
    Result<StoredPage> queryStored(const QueryRequest& request) override { return m_reader.queryStored(request); }
    Result<StoredPage> scanStored(const ScanRequest& request) override { return m_reader.scanStored(request); }
    Result<std::vector<std::string>> listTables() override { return m_reader.listTables(); }
    Result<TableDescription> describeTable(std::string_view table) override { return m_reader.describeTable(table); }
    Result<StreamPage> readRecords(const StreamRequest& request) override { return m_reader.readRecords(request); }
    Result<std::vector<StreamDescription>> listStreams(std::string_view table) override {
        return m_reader.listStreams(table);
    }
    Result<std::optional<Item>> getAsOf(std::string_view table, const Item& key, std::int64_t atMs) override {
        return m_reader.getAsOf(table, key, atMs);
    }
    Result<Page> scanAsOf(const PastRequest& request) override { return m_reader.scanAsOf(request); }
    Result<std::uint64_t> readCheckpoint(std::string_view table, std::string_view consumer) override {
        return m_reader.readCheckpoint(table, consumer);
    }
    std::int64_t nowMs() const override { return m_reader.nowMs(); }

private:
    sqlite::Connection m_connection;
    Catalogue m_catalogue;
    StoreReader m_reader;
};

}  // namespace drydock::storage
