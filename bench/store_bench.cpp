// The table engine beside hand-written SQLite of the same shape: same rows, same indexes, same durability, in one run
// and in turns.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/support/comparison.h"
#include "bench/support/device_rows.h"
#include "bench/support/sqlite_baseline.h"
#include "storage/store/sqlite_store.h"
#include "storage/value/key_codec.h"
#include "tests/support/temporary_directory.h"

namespace drydock::bench {
namespace {

using namespace storage;

constexpr std::size_t kGroupCommit = 1'000;
constexpr std::int64_t kNow = 1'711'320'000;
const std::vector<std::string> kUnindexed;

template <class T>
T take(Result<T> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

// Items are written in an order that jumps about in the key space, as devices report.
std::size_t shuffled(std::size_t i, std::size_t count) {
    return i * 7919 % count;
}

// A count that shuffled() visits wholly: no multiple of its step.
std::size_t usableCount(std::size_t items) {
    const std::size_t rounded = std::max(kGroupCommit, items / kGroupCommit * kGroupCommit);
    return rounded % 7919 == 0 ? rounded + kGroupCommit : rounded;
}

// Both sides with one table of the same shape.
class Bench {
public:
    Bench(std::vector<std::string> indexed, bool ttl, bool log)
        : m_indexed(std::move(indexed)),
          m_baseline(m_directory / "baseline.db", {m_indexed.size(), ttl, log}),
          m_store(take(SqliteStore::open(m_directory / "store"))) {
        TableDefinition definition = deviceTable("Devices", m_indexed);
        if (ttl) definition.ttlAttribute = "expires";
        if (log) definition.stream = StreamView::newAndOldImages;
        take(m_store->createTable(definition));
    }

    SqliteStore& store() { return *m_store; }
    SqliteBaseline& baseline() { return m_baseline; }

    // Writes version `round` of `count` items, `perCommit` to a commit; version 0 is new, others replace.
    void put(const std::string& name, std::size_t count, std::size_t round, bool print = true, bool expiring = false) {
        Comparison comparison(name);
        for (std::size_t start = 0; start < count; start += kGroupCommit) {
            std::vector<WriteUnit> units;
            std::vector<BaselineRow> rows;
            std::vector<BaselineRow> old;
            for (std::size_t i = start; i < start + kGroupCommit; ++i) {
                Item item = version(shuffled(i, count), round, expiring);
                rows.push_back(baselineDevice(item, m_indexed));
                if (round > 0)
                    old.push_back(baselineDevice(version(shuffled(i, count), round - 1, expiring), m_indexed));
                units.emplace_back().writes.emplace_back(PutRequest{"Devices", std::move(item), {}, {}, {}});
            }
            comparison.slice(
                kGroupCommit, [&] { take(m_store->commit(std::move(units))); },
                [&] {
                    m_baseline.begin();
                    for (std::size_t i = 0; i < rows.size(); ++i)
                        m_baseline.put(rows[i], old.empty() ? nullptr : &old[i]);
                    m_baseline.commit();
                });
        }
        if (print) comparison.print();
    }

private:
    static Item version(std::size_t i, std::size_t round, bool expiring) {
        Item item = deviceRow(i, round);
        if (expiring) item.set("expires", kNow - 100'000 + static_cast<std::int64_t>(i % 90'000));
        return item;
    }

    tests::TemporaryDirectory m_directory;
    std::vector<std::string> m_indexed;
    SqliteBaseline m_baseline;
    std::unique_ptr<SqliteStore> m_store;
};

void benchGet(Bench& bench, std::size_t count) {
    Comparison comparison("get");
    for (std::size_t start = 0; start < count; start += kGroupCommit) {
        std::vector<GetRequest> requests;
        std::vector<std::string> keys;
        for (std::size_t i = start; i < start + kGroupCommit; ++i) {
            requests.push_back({"Devices", deviceKey(shuffled(i, count)), {}, {}});
            encodeKeyComponent(*requests.back().key.find("id"), keys.emplace_back());
        }
        comparison.slice(
            kGroupCommit,
            [&] {
                for (const GetRequest& request : requests) {
                    if (!take(bench.store().get(request))) stop("get: an item is missing");
                }
            },
            [&] {
                std::string row;
                for (const std::string& each : keys) {
                    if (!bench.baseline().get(each, row)) stop("get: a row is missing");
                }
            });
    }
    comparison.print();
}

// The baseline's SQL is prepared once; `compiled` does the same for the expression.
void benchCounter(Bench& bench, std::size_t count, bool compiled) {
    Comparison comparison(compiled ? "update counter" : "update counter, as text");
    const std::string text = "SET retries = retries + :one";
    ExpressionParameters parameters;
    parameters.values.emplace(":one", 1);
    const auto expressions = std::make_shared<CompiledExpressions>();
    ParameterUse use(parameters);
    expressions->update = take(Update::compile(text, use));
    for (std::size_t start = 0; start < count; start += kGroupCommit) {
        std::vector<WriteUnit> units;
        std::vector<BaselineRow> rows;
        for (std::size_t i = start; i < start + kGroupCommit; ++i) {
            rows.push_back(baselineDevice(deviceRow(shuffled(i, count), 1), kUnindexed));
            UpdateRequest request;
            request.table = "Devices";
            request.key = deviceKey(shuffled(i, count));
            if (compiled) {
                request.compiled = expressions;
            } else {
                request.update = text;
                request.parameters = parameters;
            }
            units.emplace_back().writes.emplace_back(std::move(request));
        }
        comparison.slice(
            kGroupCommit,
            [&] {
                for (const UnitResult& result : take(bench.store().commit(std::move(units)))) {
                    if (!result) stop(result.error().message);
                }
            },
            [&] {
                std::string before;
                bench.baseline().begin();
                for (const BaselineRow& row : rows) {
                    if (!bench.baseline().get(row.key, before)) stop("update: a row is missing");
                    bench.baseline().put(row, nullptr);
                }
                bench.baseline().commit();
            });
    }
    comparison.print();
}

void benchQuery(Bench& bench, std::size_t count) {
    Comparison comparison("query 100 by GSI");
    constexpr std::size_t kLimit = 100;
    const std::size_t groups = count / kItemsPerGroup;
    std::vector<std::string> rows;
    for (std::size_t i = 0; i < std::max<std::size_t>(groups, 200); ++i) {
        const std::string group = groupOf(shuffled(i, groups) * kItemsPerGroup);
        QueryRequest request;
        request.table = "Devices";
        request.index = "group-index";
        request.keyCondition = "#g = :g";
        request.parameters = {{{"#g", "group"}}, {{":g", group}}};
        request.limit = kLimit;
        std::string indexKey;
        encodeKeyComponent(AttributeValue(group), indexKey);
        comparison.slice(
            1,
            [&] {
                if (take(bench.store().queryStored(request)).count != kLimit) stop("query: items are missing");
            },
            [&] {
                if (bench.baseline().query(0, indexKey, kLimit, rows) != kLimit) stop("query: rows are missing");
            });
    }
    comparison.print();
}

void benchScan(Bench& bench, std::size_t count) {
    Comparison comparison("scan (items)");
    std::vector<std::string> rows;
    comparison.slice(
        count,
        [&] {
            std::size_t seen = 0;
            ScanRequest request;
            request.table = "Devices";
            do {
                const StoredPage page = take(bench.store().scanStored(request));
                seen += page.items.size();
                request.exclusiveStartKey = page.lastEvaluatedKey;
            } while (request.exclusiveStartKey);
            if (seen != count) stop("scan: items are missing");
        },
        [&] {
            if (bench.baseline().scan(rows) != count) stop("scan: rows are missing");
        });
    comparison.print();
}

void benchSweep(std::size_t count) {
    Bench bench({}, true, false);
    bench.put("", count, 0, false, true);
    Comparison comparison("TTL sweep (items)");
    for (std::size_t swept = 0; swept < count; swept += kGroupCommit) {
        comparison.slice(
            kGroupCommit, [&] { take(bench.store().sweepExpired(kNow * 1000, kGroupCommit)); },
            [&] { bench.baseline().sweep(kNow, kGroupCommit); });
    }
    comparison.print();
}

void benchStream(std::size_t count) {
    Bench bench({}, false, true);
    bench.put("put, stream, new", count, 0);
    bench.put("put, stream, replacing", count, 1);
    Comparison comparison("stream read (records)");
    std::uint64_t after = 0;
    std::int64_t last = 0;
    std::vector<std::string> rows;
    for (std::size_t read = 0; read < 2 * count; read += kGroupCommit) {
        comparison.slice(
            kGroupCommit, [&] { after = take(bench.store().readStream("Devices", after, kGroupCommit)).nextSequence; },
            [&] { bench.baseline().readLog(last, kGroupCommit, rows, last); });
    }
    if (static_cast<std::int64_t>(after) != last) stop("stream: records are missing");
    comparison.print();
}

void runAll(std::size_t items) {
    const std::size_t count = usableCount(items);
    Comparison::printHeader();
    {
        Bench plain({}, false, false);
        plain.put("put, 0 GSIs, new", count, 0);
        plain.put("put, 0 GSIs, replacing", count, 1);
        benchGet(plain, count);
        benchCounter(plain, count, true);
        benchCounter(plain, count, false);
        benchScan(plain, count);
    }
    {
        Bench indexed({"group", "status"}, false, false);
        indexed.put("put, 2 GSIs, new", count, 0);
        indexed.put("put, 2 GSIs, replacing", count, 1);
        benchQuery(indexed, count);
    }
    benchSweep(count);
    benchStream(count);
}

}  // namespace
}  // namespace drydock::bench

int main(int argc, char** argv) try {
    const drydock::bench::Options options = drydock::bench::parseOptions(argc, argv);
    drydock::bench::runAll(options.items);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
