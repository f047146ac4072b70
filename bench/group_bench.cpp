// Times attribute changes while dynamic groups follow them, beside plain SQLite that writes the same rows: the thing,
// its index, its telemetry and status, and what is to be published of all that. With --rate, the changes come from a
// broker at that many a second to a running desk. In the end the members that were told are compared with a full
// evaluation.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/support/comparison.h"
#include "bench/support/group_fleet.h"
#include "bench/support/group_stream.h"
#include "models/fleet/fleet_service.h"
#include "models/fleet/tables.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/transaction.h"
#include "storage/store/sqlite_store.h"
#include "storage/store/store_file.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::bench {
namespace {

namespace sqlite = storage::sqlite;
using storage::Result;

struct Arguments {
    std::size_t devices = 20'000;
    std::size_t groups = 50;
    std::size_t changes = 20'000;
    std::size_t batch = 1'000;
    double rate = 0;
    std::uint64_t seed = 1;
};

constexpr const char* kTables[] = {fleet::tables::kThings, fleet::tables::kDeviceStatus, fleet::tables::kTelemetry,
                                   fleet::tables::kOutbox, fleet::tables::kDeskState};

void check(const Result<void>& result) {
    if (!result) stop(result.error().message);
}

// One row as plain SQLite writes it.
struct RawWrite {
    std::string table;
    std::string key;
    std::string item;     // empty: deleted
    std::string oldItem;  // what the log keeps beside it
    bool logged = false;
    std::string oldIndexKey;  // of the index by model and FW
    std::string newIndexKey;
};

class RawTables {
public:
    explicit RawTables(const std::filesystem::path& file)
        : m_connection(valueOf(sqlite::Connection::open(file, sqlite::OpenMode::create, {}))) {
        check(storage::tuneForWriting(m_connection, {}));
        for (const char* table : kTables)
            check(m_connection.execute("CREATE TABLE " + std::string(table) +
                                       "(key BLOB PRIMARY KEY, size INTEGER, item BLOB) WITHOUT ROWID"));
        check(m_connection.execute(
            "CREATE TABLE by_version(key BLOB, item_key BLOB, PRIMARY KEY(key, item_key)) WITHOUT ROWID"));
        check(m_connection.execute(
            "CREATE TABLE log(sequence INTEGER PRIMARY KEY, key BLOB, old_item BLOB, new_item BLOB)"));
    }

    void write(const std::vector<RawWrite>& rows) {
        auto transaction = valueOf(sqlite::Transaction::begin(m_connection, sqlite::Transaction::Kind::write));
        for (const RawWrite& row : rows) write(row);
        check(transaction.commit());
    }

private:
    void write(const RawWrite& row) {
        if (row.item.empty()) {
            check(valueOf(m_connection.cached("DELETE FROM " + row.table + " WHERE key = ?1"))
                      ->bindBlob(1, row.key)
                      .run());
        } else {
            check(valueOf(m_connection.cached("INSERT OR REPLACE INTO " + row.table +
                                              "(key, size, item) VALUES(?1, ?2, ?3)"))
                      ->bindBlob(1, row.key)
                      .bind(2, std::ssize(row.item))
                      .bindBlob(3, row.item)
                      .run());
        }
        if (row.oldIndexKey != row.newIndexKey) {
            check(valueOf(m_connection.cached("DELETE FROM by_version WHERE key = ?1 AND item_key = ?2"))
                      ->bindBlob(1, row.oldIndexKey)
                      .bindBlob(2, row.key)
                      .run());
            check(valueOf(m_connection.cached("INSERT OR REPLACE INTO by_version VALUES(?1, ?2)"))
                      ->bindBlob(1, row.newIndexKey)
                      .bindBlob(2, row.key)
                      .run());
        }
        if (!row.logged) return;
        check(valueOf(m_connection.cached("INSERT INTO log VALUES(?1, ?2, ?3, ?4)"))
                  ->bind(1, ++m_sequence)
                  .bindBlob(2, row.key)
                  .bindBlob(3, row.oldItem)
                  .bindBlob(4, row.item)
                  .run());
    }

    sqlite::Connection m_connection;
    std::int64_t m_sequence = 0;
};

std::string bytesOf(const std::optional<storage::Item>& item) {
    return item ? std::string(storage::itemSize(*item), 'x') : std::string();
}

RawWrite rawOf(const storage::Change& change) {
    RawWrite row;
    row.table = change.table;
    for (const auto& [name, value] : change.key) {
        if (const auto* text = value.as<std::string>()) row.key += *text + '\0';
        if (const auto* number = value.as<storage::Number>()) row.key += number->toString() + '\0';
    }
    row.item = bytesOf(change.newItem);
    row.oldItem = bytesOf(change.oldItem);
    row.logged = change.sequence > 0;
    if (change.oldItem) row.oldIndexKey = change.oldItem->string("modelFw");
    if (change.newItem) row.newIndexKey = change.newItem->string("modelFw");
    return row;
}

class GroupBench {
public:
    explicit GroupBench(const Arguments& arguments)
        : m_arguments(arguments),
          m_fleet(arguments.devices, arguments.groups, arguments.seed),
          m_raw(m_directory / "raw.db") {
        storage::StoreOptions options;
        options.clock = &m_clock;
        m_store = valueOf(storage::SqliteStore::open(m_directory / "store", options));
        m_service = valueOf(fleet::FleetService::open(*m_store, m_clock, {}));
        m_store->setChangeListener({std::begin(kTables), std::end(kTables)},
                                   [this](const auto& batch) { m_committed.push_back(batch); });
    }

    void run() {
        m_fleet.makeGroups(*m_service);
        registerThings();
        Comparison::printHeader();
        Seconds took{0};
        Seconds rawTook{0};
        for (std::size_t done = 0; done < m_arguments.changes; done += m_arguments.batch) {
            std::vector<fleet::RawMessage> messages;
            while (messages.size() < std::min(m_arguments.batch, m_arguments.changes - done))
                messages.push_back(arrived(m_fleet.change()));
            // The rows of the baseline are those that were written, so the baseline comes second.
            took += timed([&] { check(m_service->apply(messages)); });
            const std::vector<RawWrite> rows = takeCommitted();
            rawTook += timed([&] { m_raw.write(rows); });
        }
        const auto operations = static_cast<double>(m_arguments.changes);
        std::printf("%-24s %12.0f %12.0f %6.2f\n", "attribute changes", operations / took.count(),
                    operations / rawTook.count(), rawTook / took);
        GroupFleet::compare(m_told, m_fleet.evaluate(m_service->reader()));
    }

private:
    using Seconds = std::chrono::duration<double>;

    template <class Work>
    static Seconds timed(Work work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::steady_clock::now() - start;
    }

    fleet::RawMessage arrived(std::string payload) {
        m_clock.advance(1);
        return {"iot/device/data", std::move(payload), m_clock.wallMs()};
    }

    void registerThings() {
        for (std::size_t device = 0; device < m_arguments.devices;) {
            std::vector<fleet::RawMessage> messages;
            for (; messages.size() < m_arguments.batch && device < m_arguments.devices; ++device)
                messages.push_back(arrived(m_fleet.message(device)));
            check(m_service->apply(messages));
            m_raw.write(takeCommitted());
        }
    }

    std::vector<RawWrite> takeCommitted() {
        std::vector<RawWrite> rows;
        for (const auto& batch : m_committed) {
            for (const storage::Change& change : *batch) {
                rows.push_back(rawOf(change));
                if (change.table != fleet::tables::kOutbox || !change.newItem) continue;
                if (change.newItem->string("topic").substr(0, kGroupTopics.size()) == kGroupTopics)
                    GroupFleet::follow(m_told, change.newItem->string("payload"));
            }
        }
        m_committed.clear();
        return rows;
    }

    static constexpr std::string_view kGroupTopics = "iot/groups/";

    const Arguments m_arguments;
    GroupFleet m_fleet;
    const tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    RawTables m_raw;
    std::unique_ptr<storage::SqliteStore> m_store;
    std::unique_ptr<fleet::FleetService> m_service;
    std::vector<std::shared_ptr<const storage::ChangeBatch>> m_committed;
    GroupFleet::Members m_told;
};

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) try {
    drydock::bench::Arguments arguments;
    CLI::App app("Times attribute changes while dynamic groups follow them.");
    app.add_option("--devices", arguments.devices, "Things in the registry")->check(CLI::Range(1, 10'000'000));
    app.add_option("--groups", arguments.groups, "Dynamic groups")->check(CLI::Range(0, 1'000));
    app.add_option("--changes", arguments.changes, "Attribute changes to time")->check(CLI::Range(1, 100'000'000));
    app.add_option("--batch", arguments.batch, "Changes a transaction")->check(CLI::Range(1, 100'000));
    app.add_option("--rate", arguments.rate, "Changes a second from a broker to a running desk")
        ->check(CLI::Range(1.0, 1e6));
    app.add_option("--seed", arguments.seed, "Of the changes");
    CLI11_PARSE(app, argc, argv);
    if (arguments.rate > 0) {
        drydock::bench::GroupFleet fleet(arguments.devices, arguments.groups, arguments.seed);
        drydock::bench::streamChanges(fleet, arguments.changes, arguments.rate);
    } else {
        drydock::bench::GroupBench(arguments).run();
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "group_bench: %s\n", error.what());
    return 1;
}
