// Times attribute changes while dynamic groups follow them, beside plain SQLite that writes the same rows: the thing,
// its index, its telemetry and status, the members that come and go, and what is to be published of all that. Then
// compares every group's members with a full evaluation.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/support/comparison.h"
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
    std::uint64_t seed = 1;
    bool groupsFirst = false;
};

constexpr std::size_t kVersions = 40;
constexpr std::size_t kModels = 5;
constexpr std::size_t kFillSlice = 2'000;
constexpr const char* kTables[] = {fleet::tables::kThings,    fleet::tables::kDeviceStatus,
                                   fleet::tables::kTelemetry, fleet::tables::kThingGroupMembers,
                                   fleet::tables::kOutbox,    fleet::tables::kDeskState};

template <class T>
T valueOf(Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}
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
        : m_arguments(arguments), m_random(arguments.seed), m_raw(m_directory / "raw.db") {
        storage::StoreOptions options;
        options.clock = &m_clock;
        m_store = valueOf(storage::SqliteStore::open(m_directory / "store", options));
        m_service = valueOf(fleet::FleetService::open(*m_store, m_clock, {}));
        m_store->setChangeListener({std::begin(kTables), std::end(kTables)},
                                   [this](const auto& batch) { m_committed.push_back(batch); });
    }

    void run() {
        // Groups made first have each thing as it comes, so nothing is filled: sooner ready with very many things.
        if (m_arguments.groupsFirst) makeGroups();
        registerThings();
        if (!m_arguments.groupsFirst) makeGroups();
        Comparison::printHeader();
        for (std::size_t done = 0; done < m_arguments.changes; done += m_arguments.batch) {
            const std::size_t count = std::min(m_arguments.batch, m_arguments.changes - done);
            const auto messages = messagesFor(count);
            // The rows of the baseline are those that were written, so the baseline comes second.
            const auto start = std::chrono::steady_clock::now();
            check(m_service->apply(messages));
            m_took += std::chrono::steady_clock::now() - start;
            const std::vector<RawWrite> rows = takeCommitted();
            const auto begun = std::chrono::steady_clock::now();
            m_raw.write(rows);
            m_rawTook += std::chrono::steady_clock::now() - begun;
        }
        const auto operations = static_cast<double>(m_arguments.changes);
        std::printf("%-24s %12.0f %12.0f %6.2f\n", "attribute changes", operations / m_took.count(),
                    operations / m_rawTook.count(), m_rawTook / m_took);
        compareMembers();
    }

private:
    using Seconds = std::chrono::duration<double>;

    [[nodiscard]] static std::string nameOf(std::size_t device) { return "device-" + std::to_string(device); }

    fleet::RawMessage messageOf(std::size_t device) {
        const std::string model = "m" + std::to_string(device % kModels);
        const std::string fw = "1." + std::to_string(m_random() % kVersions);
        m_clock.advance(1);
        return {"iot/device/data",
                R"({"_id_":")" + nameOf(device) + R"(","timestamp":)" + std::to_string(m_clock.wallMs()) +
                    R"(,"status":"downloading","model":")" + model + R"(","FW":")" + fw + "\"}",
                m_clock.wallMs()};
    }

    std::vector<fleet::RawMessage> messagesFor(std::size_t count) {
        std::vector<fleet::RawMessage> messages;
        for (std::size_t i = 0; i < count; ++i) messages.push_back(messageOf(m_random() % m_arguments.devices));
        return messages;
    }

    std::vector<RawWrite> takeCommitted() {
        std::vector<RawWrite> rows;
        for (const auto& batch : m_committed)
            std::transform(batch->begin(), batch->end(), std::back_inserter(rows), rawOf);
        m_committed.clear();
        return rows;
    }

    void registerThings() {
        for (std::size_t device = 0; device < m_arguments.devices;) {
            std::vector<fleet::RawMessage> messages;
            for (; messages.size() < m_arguments.batch && device < m_arguments.devices; ++device)
                messages.push_back(messageOf(device));
            check(m_service->apply(messages));
            m_raw.write(takeCommitted());
        }
    }

    [[nodiscard]] static std::string queryOf(std::size_t group) {
        const std::string fw = std::to_string(group % kVersions);
        const std::string model = std::to_string(group % kModels);
        switch (group % 10) {
            case 0:
                return "attributes.FW:[1.1 TO 1." + fw + "]";
            case 1:
                return "attributes.FW:1.* AND NOT attributes.model:m" + model;
            case 2:
                return "phase:retrying OR retries:>=5";
            default:
                return "attributes.FW:1." + fw + " AND attributes.model:m" + model;
        }
    }

    void makeGroups() {
        Seconds took{0};
        std::size_t looked = 0;
        for (std::size_t group = 0; group < m_arguments.groups; ++group) {
            const auto preview = valueOf(m_service->preview(
                {fleet::ActionKind::createGroup, "group-" + std::to_string(group), queryOf(group), ""}));
            static_cast<void>(valueOf(m_service->perform(preview, {"bench", "bench"})));
            for (;;) {
                const auto start = std::chrono::steady_clock::now();
                const std::size_t slice = valueOf(m_service->tendGroups(kFillSlice));
                const Seconds sliceTook = std::chrono::steady_clock::now() - start;
                took += sliceTook;
                m_longestSlice = std::max(m_longestSlice, sliceTook);
                if (slice == 0) break;
                looked += slice;
                m_raw.write(takeCommitted());
            }
        }
        if (looked == 0 || m_arguments.groupsFirst) return;
        std::printf("%zu things, %zu groups filled: %.0f things/s, longest slice of %zu %.0f ms\n", m_arguments.devices,
                    m_arguments.groups, static_cast<double>(looked) / took.count(), kFillSlice,
                    m_longestSlice.count() * 1000);
    }

    void compareMembers() {
        std::map<std::string, std::vector<std::string>> evaluated;
        check(m_service->reader().forEachMatch(valueOf(fleet::FleetQuery::compile("", fleet::thingFields())),
                                               [&evaluated](const fleet::DeviceDetail& device) {
                                                   for (const fleet::GroupMembership& each : device.memberships)
                                                       evaluated[each.group].push_back(device.thing.name);
                                               }));
        std::size_t members = 0;
        for (std::size_t group = 0; group < m_arguments.groups; ++group) {
            const std::string name = "group-" + std::to_string(group);
            auto stored = valueOf(m_service->reader().groupMembers(name));
            auto& expected = evaluated[name];
            std::sort(stored.begin(), stored.end());
            std::sort(expected.begin(), expected.end());
            if (stored != expected) stop("The members of " + name + " are not what a full evaluation finds.");
            members += stored.size();
        }
        std::printf("%zu members, as a full evaluation finds them\n", members);
    }

    const Arguments m_arguments;
    std::mt19937_64 m_random;
    const tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    RawTables m_raw;
    std::unique_ptr<storage::SqliteStore> m_store;
    std::unique_ptr<fleet::FleetService> m_service;
    std::vector<std::shared_ptr<const storage::ChangeBatch>> m_committed;
    Seconds m_took{0};
    Seconds m_rawTook{0};
    Seconds m_longestSlice{0};
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
    app.add_flag("--groups-first", arguments.groupsFirst, "Make the groups before the things; times no filling");
    app.add_option("--seed", arguments.seed, "Of the changes");
    CLI11_PARSE(app, argc, argv);
    drydock::bench::GroupBench(arguments).run();
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "group_bench: %s\n", error.what());
    return 1;
}
