// StoreReader: TableReader over one SQLite connection.
//
// Thread: its connection's. Lifetime: refers to the connection and catalogue, which outlive it.
#pragma once

#include "storage/store/catalogue.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

class StoreReader final : public TableReader {
public:
    // Whose catalogue it is. A `follower` reads what another connection writes: each call takes its own snapshot and
    // looks there whether tables have come or gone.
    enum class Role { owner, follower };
    StoreReader(sqlite::Connection& connection, Catalogue& catalogue, Role role)
        : m_connection(connection), m_catalogue(catalogue), m_role(role) {}

    [[nodiscard]] Result<std::optional<Item>> get(const GetRequest& request) override;
    [[nodiscard]] Result<std::vector<Result<GetResult>>> getAll(const std::vector<GetRequest>& requests) override;
    [[nodiscard]] Result<void> checkBatch(const std::vector<WriteRequest>& writes) override;
    [[nodiscard]] Result<Page> query(const QueryRequest& request) override;
    [[nodiscard]] Result<Page> scan(const ScanRequest& request) override;
    [[nodiscard]] Result<std::vector<std::string>> listTables() override;
    [[nodiscard]] Result<TableDescription> describeTable(std::string_view table) override;
    [[nodiscard]] Result<StreamPage> readStream(std::string_view table, std::uint64_t after,
                                                std::size_t limit) override;

private:
    template <class Read>
    [[nodiscard]] auto inSnapshot(Read read) -> decltype(read());
    [[nodiscard]] Result<GetResult> readItem(const GetRequest& request);
    [[nodiscard]] Result<Page> readQuery(const QueryRequest& request);
    [[nodiscard]] Result<Page> readScan(const ScanRequest& request);
    [[nodiscard]] Result<TableDescription> readDescription(std::string_view name);
    [[nodiscard]] Result<StreamPage> readRecords(std::string_view name, std::uint64_t after, std::size_t limit);

    sqlite::Connection& m_connection;
    Catalogue& m_catalogue;
    Role m_role;
};

// Flags of a row in a table's log.
inline constexpr std::int64_t kLogByTtl = 1;

}  // namespace drydock::storage
