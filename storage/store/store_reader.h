// StoreReader: TableReader over one SQLite connection.
//
// Thread: its connection's. Lifetime: refers to the connection, the catalogue and the clock, which outlive it.
#pragma once

#include "storage/base/clock.h"
#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

class StoreReader final : public TableReader {
public:
    // Whose catalogue it is. A `follower` reads what another connection writes: each call takes its own snapshot and
    // looks there whether tables have come or gone.
    enum class Role { owner, follower };
    StoreReader(sqlite::Connection& connection, Catalogue& catalogue, const Clock& clock, Role role)
        : m_connection(connection), m_catalogue(catalogue), m_clock(clock), m_role(role) {}

    [[nodiscard]] Result<std::optional<Item>> get(const GetRequest& request) override;
    [[nodiscard]] Result<std::vector<Result<GetResult>>> getAll(const std::vector<GetRequest>& requests) override;
    [[nodiscard]] Result<void> checkBatch(const std::vector<WriteRequest>& writes) override;
    [[nodiscard]] Result<StoredPage> queryStored(const QueryRequest& request) override;
    [[nodiscard]] Result<StoredPage> scanStored(const ScanRequest& request) override;
    [[nodiscard]] Result<std::vector<std::string>> listTables() override;
    [[nodiscard]] Result<TableDescription> describeTable(std::string_view table) override;
    [[nodiscard]] Result<StreamPage> readRecords(const StreamRequest& request) override;
    [[nodiscard]] Result<std::vector<StreamDescription>> listStreams(std::string_view table) override;
    [[nodiscard]] Result<std::optional<Item>> getAsOf(std::string_view table, const Item& key,
                                                      std::int64_t atMs) override;
    [[nodiscard]] Result<Page> scanAsOf(const PastRequest& request) override;
    [[nodiscard]] Result<std::uint64_t> readCheckpoint(std::string_view table, std::string_view consumer) override;
    [[nodiscard]] std::int64_t nowMs() const override { return m_clock.wallMs(); }

private:
    template <class Read>
    [[nodiscard]] auto inSnapshot(Read read) -> decltype(read());
    [[nodiscard]] Result<GetResult> readItem(const GetRequest& request);
    [[nodiscard]] Result<StoredPage> readQuery(const QueryRequest& request);
    [[nodiscard]] Result<StoredPage> readScan(const ScanRequest& request);
    [[nodiscard]] Result<TableDescription> readDescription(std::string_view name);

    sqlite::Connection& m_connection;
    Catalogue& m_catalogue;
    const Clock& m_clock;
    Role m_role;
};

}  // namespace drydock::storage
