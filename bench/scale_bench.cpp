// What size costs: operations on a small and on a large table, beside hand-written SQLite of the same shape; and how
// long a writer waits while a great many items expire.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/services/desk_core.h"
#include "bench/support/comparison.h"
#include "bench/support/device_rows.h"
#include "bench/support/sqlite_baseline.h"
#include "storage/value/key_codec.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace drydock::bench {
namespace {

using namespace storage;
using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kSmallItems = 10'000;
constexpr std::size_t kOperations = 5'000;
constexpr std::size_t kQueries = 200;
constexpr std::size_t kLoadAtOnce = 1'000;
constexpr std::size_t kWritesAtOnce = 100;
constexpr std::uint32_t kQueryLimit = 100;
constexpr const char* kTable = "Devices";
const std::vector<std::string> kIndexed = {"group"};

template <class T>
T take(Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

// ---- Growth ---------------------------------------------------------------------------------------------------------

// The cost of one kind of operation at one size, in microseconds.
struct Cost {
    std::string name;
    double drydock = 0;
    double baseline = 0;
};

class SizedTable {
public:
    explicit SizedTable(std::size_t items)
        : m_items(items),
          m_store(take(SqliteStore::open(m_directory / "store"))),
          m_baseline(m_directory / "baseline.db", {1, false, false}) {
        take(m_store->createTable(deviceTable(kTable, kIndexed)));
        for (std::size_t i = 0; i < items; i += kLoadAtOnce) load(i, std::min(items, i + kLoadAtOnce));
    }

    std::vector<Cost> measure() { return {get(), put(), count(), query()}; }

private:
    // Visits all items, in an order that jumps about as devices report: the step is a prime the count is no multiple
    // of.
    [[nodiscard]] std::size_t scattered(std::size_t i) const {
        return i * (m_items % 7'919 == 0 ? 7'907 : 7'919) % m_items;
    }
    [[nodiscard]] std::size_t anyItem() { return std::uniform_int_distribution<std::size_t>(0, m_items - 1)(m_random); }

    void load(std::size_t from, std::size_t to) {
        std::vector<WriteUnit> units;
        m_baseline.begin();
        for (std::size_t i = from; i < to; ++i) {
            Item item = deviceRow(scattered(i), 0);
            m_baseline.put(baselineDevice(item, kIndexed), nullptr);
            units.emplace_back().writes.emplace_back(PutRequest{kTable, std::move(item), {}, {}});
        }
        m_baseline.commit();
        commit(std::move(units));
    }
    void commit(std::vector<WriteUnit> units) {
        for (const UnitResult& result : take(m_store->commit(std::move(units)))) {
            if (!result) stop(result.error().message);
        }
    }
    static Cost costOf(const Comparison& comparison) {
        return {comparison.name(), comparison.drydockSeconds() * 1e6, comparison.baselineSeconds() * 1e6};
    }

    Cost get() {
        Comparison comparison("get");
        std::string row;
        for (std::size_t n = 0; n < kOperations; ++n) {
            const GetRequest request{kTable, deviceKey(anyItem()), {}, {}};
            std::string key;
            encodeKeyComponent(*request.key.find("id"), key);
            comparison.slice(
                1,
                [&] {
                    if (!take(m_store->get(request))) stop("get: an item is missing");
                },
                [&] {
                    if (!m_baseline.get(key, row)) stop("get: a row is missing");
                });
        }
        return costOf(comparison);
    }

    // In commits of a hundred, so that the disk's flush doesn't hide what is to be seen.
    Cost write(const std::string& name, const std::function<WriteRequest(std::size_t item)>& request,
               std::size_t round) {
        Comparison comparison(name);
        for (std::size_t n = 0; n < kOperations; n += kWritesAtOnce) {
            std::vector<WriteUnit> units;
            std::vector<BaselineRow> rows;
            for (std::size_t i = 0; i < kWritesAtOnce; ++i) {
                const std::size_t item = anyItem();
                units.emplace_back().writes.push_back(request(item));
                rows.push_back(baselineDevice(deviceRow(item, round), kIndexed));
            }
            comparison.slice(
                kWritesAtOnce, [&] { commit(std::move(units)); },
                [&] {
                    m_baseline.begin();
                    // The group stays, so the index row does too.
                    for (const BaselineRow& row : rows) m_baseline.put(row, &row);
                    m_baseline.commit();
                });
        }
        return costOf(comparison);
    }
    Cost put() {
        return write(
            "put, replacing",
            [](std::size_t item) {
                return PutRequest{kTable, deviceRow(item, 1), {}, {}};
            },
            1);
    }
    Cost count() {
        const auto request = [](std::size_t item) {
            UpdateRequest update{kTable, deviceKey(item), "SET retries = retries + :one", {}, {}};
            update.parameters.values.emplace(":one", 1);
            return update;
        };
        return write("counter", request, 2);
    }

    Cost query() {
        Comparison comparison("query 100 by GSI");
        std::vector<std::string> rows;
        for (std::size_t n = 0; n < kQueries; ++n) {
            const std::string group = groupOf(anyItem() / kItemsPerGroup * kItemsPerGroup);
            QueryRequest request;
            request.table = kTable;
            request.index = "group-index";
            request.keyCondition = "#g = :g";
            request.parameters = {{{"#g", "group"}}, {{":g", group}}};
            request.limit = kQueryLimit;
            std::string indexKey;
            encodeKeyComponent(AttributeValue(group), indexKey);
            comparison.slice(
                1,
                [&] {
                    if (take(m_store->query(request)).count == 0) stop("query: items are missing");
                },
                [&] {
                    if (m_baseline.query(0, indexKey, kQueryLimit, rows) == 0) stop("query: rows are missing");
                });
        }
        return costOf(comparison);
    }

    tests::TemporaryDirectory m_directory;
    std::size_t m_items;
    std::unique_ptr<SqliteStore> m_store;
    SqliteBaseline m_baseline;
    std::mt19937_64 m_random{1};
};

void benchGrowth(std::size_t items) {
    const std::vector<Cost> small = SizedTable(kSmallItems).measure();
    const std::vector<Cost> large = SizedTable(items).measure();
    std::printf("microseconds an operation at %zu and %zu items; goal: a ratio of 1.5 at most\n", kSmallItems, items);
    std::printf("%-18s %10s %10s %8s %10s %10s %8s %7s\n", "operation", "drydock", "large", "growth", "baseline",
                "large", "growth", "ratio");
    for (std::size_t i = 0; i < small.size(); ++i) {
        const double drydock = large[i].drydock / small[i].drydock;
        const double baseline = large[i].baseline / small[i].baseline;
        std::printf("%-18s %10.1f %10.1f %8.2f %10.1f %10.1f %8.2f %7.2f\n", small[i].name.c_str(), small[i].drydock,
                    large[i].drydock, drydock, small[i].baseline, large[i].baseline, baseline, drydock / baseline);
    }
    std::fflush(stdout);
}

// ---- Sweep ----------------------------------------------------------------------------------------------------------

// A running desk with a table some of whose items expire at one time, and a writer that goes on meanwhile.
class ExpiringDesk {
public:
    ExpiringDesk(std::size_t items, std::size_t expiring) : m_items(items), m_expiring(expiring) {
        app::DeskOptions options;
        options.storeDirectory = m_directory.path();
        options.clock = &m_clock;
        m_core = take(app::DeskCore::start(std::move(options), {}));
        TableDefinition definition = deviceTable(kTable, kIndexed);
        definition.ttlAttribute = "expires";
        take(m_core->call<Result<TableDescription>>(
            [&](fleet::FleetService&, SqliteStore& store) { return store.createTable(definition); }));
        m_reader = take(m_core->openReader());
        for (std::size_t i = 0; i < items; i += kLoadAtOnce) load(i, std::min(items, i + kLoadAtOnce));
    }

    // The waits of this many writes, one after the other; at least while more than `untilLeft` items are left.
    std::vector<double> waits(std::size_t writes, std::size_t untilLeft) {
        constexpr std::size_t kLookEvery = 50;
        std::vector<double> all;
        while (all.size() < writes || itemsLeft() > untilLeft) {
            for (std::size_t i = 0; i < kLookEvery; ++i) all.push_back(timedWrite());
        }
        std::sort(all.begin(), all.end());
        return all;
    }
    void letExpire() {
        m_clock.advance(2 * kExpiryMs);
        m_core->post([](fleet::FleetService&, SqliteStore&) {});
    }
    [[nodiscard]] std::size_t staying() const { return m_items - m_expiring; }

private:
    static constexpr std::int64_t kExpiryMs = 1'000'000;

    // Every so-and-so-many-th expires, all over the table.
    [[nodiscard]] bool expires(std::size_t i) const {
        return i * m_expiring / m_items != (i + 1) * m_expiring / m_items;
    }
    void load(std::size_t from, std::size_t to) {
        std::vector<WriteUnit> units;
        for (std::size_t i = from; i < to; ++i) {
            Item item = deviceRow(i, 0);
            if (expires(i))
                item.set("expires", (m_clock.wallMs() + kExpiryMs) / 1000 + static_cast<std::int64_t>(i % 60));
            units.emplace_back().writes.emplace_back(PutRequest{kTable, std::move(item), {}, {}});
        }
        commit(std::move(units));
    }
    void commit(std::vector<WriteUnit> units) {
        std::promise<Result<std::vector<UnitResult>>> done;
        m_core->commit(std::move(units), [&](auto outcome) { done.set_value(std::move(outcome)); });
        for (const UnitResult& result : take(done.get_future().get())) {
            if (!result) stop(result.error().message);
        }
    }
    double timedWrite() {
        std::size_t item = std::uniform_int_distribution<std::size_t>(0, m_items - 1)(m_random);
        while (expires(item)) item = (item + 1) % m_items;
        std::vector<WriteUnit> units(1);
        units[0].writes.emplace_back(PutRequest{kTable, deviceRow(item, ++m_round), {}, {}});
        const auto begun = steady_clock::now();
        commit(std::move(units));
        return Milliseconds(steady_clock::now() - begun).count();
    }
    std::size_t itemsLeft() { return take(m_reader->describeTable(kTable)).itemCount; }

    tests::TemporaryDirectory m_directory;
    tests::ManualClock m_clock;
    std::size_t m_items;
    std::size_t m_expiring;
    std::size_t m_round = 0;
    std::mt19937_64 m_random{1};
    std::unique_ptr<app::DeskCore> m_core;
    std::unique_ptr<TableReader> m_reader;  // goes before the core does
};

void printWaits(const char* when, const std::vector<double>& waits) {
    std::printf("%-18s %10zu %10.2f %10.2f %10.2f\n", when, waits.size(), waits[waits.size() / 2],
                waits[waits.size() * 99 / 100], waits.back());
    std::fflush(stdout);
}

void benchSweep(std::size_t items, std::size_t expiring) {
    constexpr std::size_t kQuietWrites = 2'000;
    ExpiringDesk desk(items, expiring);
    std::printf("\na writer's waits in ms while %zu of %zu items are swept; goal: 50 at most\n", expiring, items);
    std::printf("%-18s %10s %10s %10s %10s\n", "", "writes", "median", "99 %", "longest");
    printWaits("without a sweep", desk.waits(kQuietWrites, items));
    const auto begun = steady_clock::now();
    desk.letExpire();
    printWaits("during the sweep", desk.waits(0, desk.staying()));
    const double seconds = std::chrono::duration<double>(steady_clock::now() - begun).count();
    std::printf("swept %.0f items a second\n", static_cast<double>(expiring) / seconds);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) try {
    std::size_t items = 1'000'000;
    std::size_t expired = 100'000;
    bool quick = false;
    std::string only;
    CLI::App app("What size costs", "scale_bench");
    app.add_option("--items", items, "Items of the large table (10000000 for the full claim)")
        ->check(CLI::Range(std::size_t{20'000}, std::size_t{50'000'000}));
    app.add_option("--expired", expired, "Of them, those that expire (1000000 for the full claim)")
        ->check(CLI::PositiveNumber);
    app.add_flag("--quick", quick, "20,000 items, 2,000 of which expire");
    app.add_option("--only", only, "One of the two measurements")->check(CLI::IsMember({"growth", "sweep"}));
    CLI11_PARSE(app, argc, argv);
    if (quick) {
        items = 20'000;
        expired = 2'000;
    }
    if (expired >= items) drydock::bench::stop("--expired must be less than --items.");
    if (only != "sweep") drydock::bench::benchGrowth(items);
    if (only != "growth") drydock::bench::benchSweep(items, expired);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
