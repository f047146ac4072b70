#include "storage/recovery/jobs.h"

#include <nlohmann/json.hpp>

namespace drydock::storage {
namespace {

using nlohmann::json;

void bindOptional(sqlite::Statement& statement, int parameter, const std::optional<std::int64_t>& value) {
    if (value) {
        statement.bind(parameter, *value);
    } else {
        statement.bindNull(parameter);
    }
}

std::optional<std::int64_t> optionalInteger(const sqlite::Statement& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    return row.integer(column);
}

Result<void> runFor(sqlite::Connection& connection, const char* sql, const std::string& id) {
    DRYDOCK_ASSIGN(sqlite::Statement * statement, connection.cached(sql));
    return statement->bindText(1, id).run();
}

Result<std::vector<Job>> readJobs(sqlite::Statement& select) {
    const sqlite::ResetGuard guard(select);
    std::vector<Job> jobs;
    for (;;) {
        DRYDOCK_ASSIGN(const bool row, select.step());
        if (!row) return jobs;
        Job& job = jobs.emplace_back();
        job.id = select.text(0);
        job.kind = select.text(1);
        job.target = optionalInteger(select, 2);
        job.source = optionalInteger(select, 3);
        job.cut = optionalInteger(select, 4);
        job.position = select.blob(5);
        job.description = select.text(6);
    }
}

}  // namespace

Result<void> insertJob(sqlite::Connection& connection, const Job& job) {
    DRYDOCK_ASSIGN(sqlite::Statement * insert,
                   connection.cached("INSERT INTO jobs(id, kind, running, target_id, source_id, cut, position, "
                                     "description) VALUES(?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)"));
    insert->bindText(1, job.id).bindText(2, job.kind).bindBlob(6, job.position).bindText(7, job.description);
    bindOptional(*insert, 3, job.target);
    bindOptional(*insert, 4, job.source);
    bindOptional(*insert, 5, job.cut);
    return insert->run();
}

Result<std::vector<Job>> runningJobs(sqlite::Connection& connection) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT id, kind, target_id, source_id, cut, position, description FROM jobs "
                                     "WHERE running ORDER BY id"));
    return readJobs(*select);
}

Result<std::vector<Job>> jobsOf(sqlite::Connection& connection, std::string_view kind) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT id, kind, target_id, source_id, cut, position, description FROM jobs "
                                     "WHERE kind = ?1 ORDER BY id"));
    select->bindText(1, kind);
    return readJobs(*select);
}

Result<void> moveJob(sqlite::Connection& connection, const std::string& id, std::string_view position) {
    DRYDOCK_ASSIGN(sqlite::Statement * update, connection.cached("UPDATE jobs SET position = ?2 WHERE id = ?1"));
    return update->bindText(1, id).bindBlob(2, position).run();
}

Result<void> describeJob(sqlite::Connection& connection, const std::string& id, std::string_view description) {
    DRYDOCK_ASSIGN(sqlite::Statement * update, connection.cached("UPDATE jobs SET description = ?2 WHERE id = ?1"));
    return update->bindText(1, id).bindText(2, description).run();
}

Result<void> endJob(sqlite::Connection& connection, const std::string& id) {
    return runFor(connection, "UPDATE jobs SET running = 0, source_id = NULL, cut = NULL WHERE id = ?1", id);
}

Result<void> removeJob(sqlite::Connection& connection, const std::string& id) {
    return runFor(connection, "DELETE FROM jobs WHERE id = ?1", id);
}

Result<std::int64_t> firstNeededRecord(sqlite::Connection& connection, std::int64_t tableId) {
    DRYDOCK_ASSIGN(sqlite::Statement * select, connection.cached("SELECT min(cut) FROM jobs WHERE source_id = ?1"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, tableId).step());
    return row && !select->isNull(0) ? select->integer(0) : INT64_MAX;
}

Result<void> checkNotRead(sqlite::Connection& connection, std::int64_t tableId, std::string_view name) {
    DRYDOCK_ASSIGN(const std::int64_t needed, firstNeededRecord(connection, tableId));
    if (needed == INT64_MAX) return {};
    return fail(ErrorCode::resourceInUse,
                "Attempt to change a resource which is still in use: Table is being restored from or exported: " +
                    std::string(name));
}

std::string restoreText(const RestoreSummary& summary) {
    return json{{"backup", summary.backupArn}, {"table", summary.tableArn}, {"atMs", summary.atMs}}.dump();
}

Result<RestoreSummary> restoreFromText(std::string_view text) {
    json object = json::parse(text, nullptr, false);
    if (!object.is_object() || !object["backup"].is_string() || !object["table"].is_string() ||
        !object["atMs"].is_number_integer()) {
        return fail(ErrorCode::corrupt, "The note of a restore is damaged");
    }
    RestoreSummary summary;
    summary.backupArn = object["backup"].get<std::string>();
    summary.tableArn = object["table"].get<std::string>();
    summary.atMs = object["atMs"].get<std::int64_t>();
    return summary;
}

Result<std::optional<RestoreSummary>> restoreOf(sqlite::Connection& connection, std::int64_t tableId) {
    DRYDOCK_ASSIGN(sqlite::Statement * select,
                   connection.cached("SELECT description, running FROM jobs WHERE target_id = ?1 AND kind = ?2"));
    const sqlite::ResetGuard guard(*select);
    DRYDOCK_ASSIGN(const bool row, select->bind(1, tableId).bindText(2, kRestoreJob).step());
    if (!row) return std::nullopt;
    DRYDOCK_ASSIGN(RestoreSummary summary, restoreFromText(select->text(0)));
    summary.inProgress = select->integer(1) != 0;
    return summary;
}

}  // namespace drydock::storage
