// Jobs: rows that say which long works on tables are under way, so that they go on after the store was closed.
//
// Thread: the connection's. All functions work within the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "storage/sqlite/connection.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

inline constexpr std::string_view kRestoreJob = "restore";
inline constexpr std::string_view kExportJob = "export";
inline constexpr std::string_view kImportJob = "import";

struct Job {
    std::string id;
    std::string kind;
    std::optional<std::int64_t> target;  // the table that is being made
    std::optional<std::int64_t> source;  // the table that is being read, whose log is kept …
    std::optional<std::int64_t> cut;     // … from this record on
    std::string position;                // how far it is: bytes of the kind's own
    std::string description;             // JSON of the kind's own
};

[[nodiscard]] Result<void> insertJob(sqlite::Connection& connection, const Job& job);
[[nodiscard]] Result<std::vector<Job>> runningJobs(sqlite::Connection& connection);
// Of one kind, also those that have ended, in the order of their ids.
[[nodiscard]] Result<std::vector<Job>> jobsOf(sqlite::Connection& connection, std::string_view kind);
[[nodiscard]] Result<void> moveJob(sqlite::Connection& connection, const std::string& id, std::string_view position);
[[nodiscard]] Result<void> describeJob(sqlite::Connection& connection, const std::string& id,
                                       std::string_view description);
// It no longer runs and holds nothing, but is still known.
[[nodiscard]] Result<void> endJob(sqlite::Connection& connection, const std::string& id);
[[nodiscard]] Result<void> removeJob(sqlite::Connection& connection, const std::string& id);

// The first record of the table's log that a job needs; INT64_MAX when none does.
[[nodiscard]] Result<std::int64_t> firstNeededRecord(sqlite::Connection& connection, std::int64_t tableId);
// resourceInUse while a job reads the table's past.
[[nodiscard]] Result<void> checkNotRead(sqlite::Connection& connection, std::int64_t tableId, std::string_view name);

// What a restore's description holds; and that of the restore which made the table, if one did.
[[nodiscard]] std::string restoreText(const RestoreSummary& summary);
[[nodiscard]] Result<RestoreSummary> restoreFromText(std::string_view text);
[[nodiscard]] Result<std::optional<RestoreSummary>> restoreOf(sqlite::Connection& connection, std::int64_t tableId);

}  // namespace drydock::storage
