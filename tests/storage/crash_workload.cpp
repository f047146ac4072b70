#include "tests/storage/crash_workload.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace drydock::tests {

using namespace storage;

namespace {

constexpr std::size_t kTimesKept = 4;
// What was made of tables is removed again from so many on, lest the checks take longer and longer.
constexpr std::size_t kMostMade = 4;

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "crash workload: %s\n", why.c_str());
    ::_exit(1);
}

// The value of what the model says must succeed.
template <class T, class E>
T must(tl::expected<T, E> result) {
    if (!result) giveUp(result.error().message);
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

IndexDefinition indexOn(std::string name, KeyAttribute partition, ProjectionType projection) {
    IndexDefinition index;
    index.name = std::move(name);
    index.key.partition = {std::move(partition)};
    index.projection = projection;
    if (projection == ProjectionType::include) index.nonKeyAttributes = {"text"};
    return index;
}

TableDefinition definitionOf(const std::string& name) {
    TableDefinition definition;
    definition.name = name;
    definition.key.partition = {{"id", AttributeType::S}};
    definition.key.sort = {{"at", AttributeType::N}};
    return definition;
}

TableDefinition mainTable() {
    TableDefinition definition = definitionOf(kMainTable);
    definition.indexes = {indexOn("all-index", {"group", AttributeType::S}, ProjectionType::all),
                          indexOn("keys-index", {"kind", AttributeType::S}, ProjectionType::keysOnly),
                          indexOn("some-index", {"group", AttributeType::S}, ProjectionType::include)};
    definition.indexes[0].key.sort = {{"rank", AttributeType::N}};
    definition.stream = StreamView::newAndOldImages;
    definition.ttlAttribute = "expires";
    definition.pointInTimeRecovery = true;
    return definition;
}

TableDefinition localIndexTable() {
    TableDefinition definition = definitionOf(kLocalIndexTable);
    definition.indexes = {indexOn("local-index", {"id", AttributeType::S}, ProjectionType::all)};
    definition.indexes[0].key.sort = {{"rank", AttributeType::N}};
    definition.indexes[0].local = true;
    definition.stream = StreamView::newImage;
    return definition;
}

bool isMade(const std::string& table) {
    return table != kMainTable && table != kLocalIndexTable && table != kPlainTable;
}

bool isCrowded(const CrashWorld& world) {
    constexpr std::size_t kOwnTables = 3;
    return world.tables.size() >= kOwnTables + kMostMade || world.backups.size() >= kMostMade;
}

RestoreRequest into(const std::string& target) {
    RestoreRequest request;
    request.target = target;
    return request;
}

std::string arnOfBackup(SqliteStore& store, const std::string& name) {
    for (const BackupDescription& backup : must(store.recovery().listBackups())) {
        if (backup.name == name) return backupArn(backup);
    }
    giveUp("backup " + name + " is gone");
}

// Where the data files of an export are.
std::string filesOfExport(SqliteStore& store, const std::string& prefix) {
    for (const ExportDescription& each : must(store.recovery().listExports())) {
        if (each.request.prefix == prefix) return prefix + "/AWSDynamoDB/" + each.id + "/data/";
    }
    giveUp("export " + prefix + " is gone");
}

}  // namespace

Item crashKeyItem(const CrashKey& key) {
    return {{"id", key.first}, {"at", key.second}};
}

void CrashWorkload::begin(const std::filesystem::path& directory, std::uint64_t seed) {
    m_directory = directory;
    m_random.seed(seed);
    world = {};
    const auto store = open();
    for (const TableDefinition& definition : {mainTable(), localIndexTable(), definitionOf(kPlainTable)}) {
        must(store->createTable(definition));
        world.tables[definition.name];
    }
}

std::unique_ptr<SqliteStore> CrashWorkload::open() {
    StoreOptions options;
    options.clock = &m_clock;
    return must(SqliteStore::open(m_directory, options));
}

CrashOperation CrashWorkload::next() {
    struct Choice {
        std::int64_t weight;
        CrashOperation (CrashWorkload::*make)();
    };
    static constexpr Choice kChoices[] = {
        {40, &CrashWorkload::commit},         {6, &CrashWorkload::sweep},         {6, &CrashWorkload::moveClock},
        {6, &CrashWorkload::changeIndex},     {12, &CrashWorkload::backfill},     {30, &CrashWorkload::longWork},
        {3, &CrashWorkload::writeCheckpoint}, {2, &CrashWorkload::checkpointLog}, {4, &CrashWorkload::backUp},
        {4, &CrashWorkload::restore},         {3, &CrashWorkload::exportTable},   {3, &CrashWorkload::importTable},
        {5, &CrashWorkload::removeSomething}};
    std::int64_t weights = 0;
    for (const Choice& choice : kChoices) weights += choice.weight;
    std::int64_t chosen = below(weights);
    for (const Choice& choice : kChoices) {
        if ((chosen -= choice.weight) < 0) return (this->*choice.make)();
    }
    return commit();
}

Item CrashWorkload::randomItem(const CrashKey& key) {
    Item item = crashKeyItem(key);
    if (!oneIn(3)) item.set("group", "g" + std::to_string(below(4)));
    if (!oneIn(3)) item.set("rank", below(9) - 4);
    if (!oneIn(3)) item.set("kind", "k" + std::to_string(below(3)));
    if (oneIn(3)) item.set("expires", world.nowMs / 1000 + below(60) - 10);
    // Now and then a row that needs pages of its own.
    const std::int64_t bytes = oneIn(8) ? below(20'000) : below(300);
    if (!oneIn(3)) item.set("text", std::string(static_cast<std::size_t>(bytes), 'x'));
    return item;
}

bool CrashWorkload::addWrite(WriteUnit& unit, const std::string& table, const CrashKey& key, CrashRows& after) {
    const bool exists = after.contains(key);
    switch (below(5)) {
        case 0:
            after.erase(key);
            unit.writes.emplace_back(DeleteRequest{table, crashKeyItem(key), {}, {}});
            return true;
        case 1: {
            const std::int64_t rank = below(9);
            after.emplace(key, crashKeyItem(key)).first->second.set("rank", rank);
            UpdateRequest request{table, crashKeyItem(key), "SET #r = :r", {}, {}};
            request.parameters = {{{"#r", "rank"}}, {{":r", rank}}};
            unit.writes.emplace_back(std::move(request));
            return true;
        }
        case 2: {
            Item item = randomItem(key);
            unit.writes.emplace_back(PutRequest{table, item, "attribute_not_exists(id)", {}});
            if (!exists) after[key] = std::move(item);
            return !exists;
        }
        default:
            after[key] = randomItem(key);
            unit.writes.emplace_back(PutRequest{table, after[key], {}, {}});
            return true;
    }
}

std::pair<WriteUnit, bool> CrashWorkload::randomUnit(std::map<std::string, CrashRows>& after) {
    WriteUnit unit;
    std::map<std::string, CrashRows> changed;
    std::set<std::pair<std::string, CrashKey>> touched;
    bool passes = true;
    const std::int64_t writes = 1 + below(4);
    for (std::int64_t i = 0; i < writes; ++i) {
        const std::string table = oneIn(2) ? kMainTable : oneIn(2) ? kLocalIndexTable : kPlainTable;
        const CrashKey key = randomKey();
        if (!touched.emplace(table, key).second) continue;
        CrashRows& rows = changed.try_emplace(table, after[table]).first->second;
        passes = addWrite(unit, table, key, rows) && passes;
    }
    if (passes) {
        for (auto& [table, rows] : changed) after[table] = std::move(rows);
    }
    return {std::move(unit), passes};
}

CrashOperation CrashWorkload::commit() {
    std::vector<WriteUnit> units;
    std::vector<bool> expected;
    std::map<std::string, CrashRows> after;
    for (const char* name : {kMainTable, kLocalIndexTable, kPlainTable}) after[name] = world.tables[name];
    const std::int64_t count = oneIn(10) ? 1 + below(25) : 1 + below(4);
    for (std::int64_t i = 0; i < count; ++i) {
        auto [unit, passes] = randomUnit(after);
        units.push_back(std::move(unit));
        expected.push_back(passes);
    }
    return {"commit",
            [units = std::move(units), expected = std::move(expected)](SqliteStore& store) -> std::int64_t {
                const auto results = must(store.commit(units));
                for (std::size_t i = 0; i < results.size(); ++i) {
                    if (results[i].has_value() != expected[i]) giveUp("a unit's outcome is not the model's");
                }
                return 0;
            },
            [after = std::move(after)](CrashWorld& changed, std::int64_t) {
                for (const auto& [table, rows] : after) changed.tables[table] = rows;
            }};
}

CrashOperation CrashWorkload::sweep() {
    const std::int64_t nowMs = world.nowMs;
    std::vector<std::tuple<std::int64_t, CrashKey>> expired;
    for (const auto& [key, item] : world.tables[kMainTable]) {
        if (item.contains("expires") && item.integer("expires") * 1000 < nowMs)
            expired.emplace_back(item.integer("expires"), key);
    }
    // The oldest go first.
    std::sort(expired.begin(), expired.end());
    const auto limit = static_cast<std::size_t>(1 + below(12));
    if (expired.size() > limit) expired.resize(limit);
    return {"sweep",
            [nowMs, limit, count = expired.size()](SqliteStore& store) -> std::int64_t {
                if (must(store.sweepExpired(nowMs, limit)) != count) giveUp("the sweep's count is not the model's");
                return 0;
            },
            [expired](CrashWorld& changed, std::int64_t) {
                for (const auto& each : expired) changed.tables[kMainTable].erase(std::get<CrashKey>(each));
            }};
}

// What was committed until now is the past from here on.
CrashOperation CrashWorkload::moveClock() {
    const std::int64_t later = world.nowMs + 1 + below(8000);
    return {"move the clock", [](SqliteStore&) -> std::int64_t { return 0; },
            [later](CrashWorld& changed, std::int64_t) {
                changed.past[changed.nowMs] = changed.tables[kMainTable];
                if (changed.past.size() > kTimesKept) changed.past.erase(changed.past.begin());
                changed.nowMs = later;
            }};
}

CrashOperation CrashWorkload::changeIndex() {
    TableUpdate change;
    change.table = kMainTable;
    if (world.lateIndex) {
        change.deleteIndex = kLateIndex;
    } else {
        change.createIndex = indexOn(kLateIndex, {"rank", AttributeType::N}, ProjectionType::all);
    }
    return {"change the index",
            [change](SqliteStore& store) -> std::int64_t {
                must(store.updateTable(change));
                return 0;
            },
            [](CrashWorld& changed, std::int64_t) { changed.lateIndex = !changed.lateIndex; }};
}

CrashOperation CrashWorkload::backfill() {
    const auto limit = static_cast<std::size_t>(1 + below(40));
    return {"backfill",
            [limit](SqliteStore& store) { return static_cast<std::int64_t>(must(store.backfillIndexes(limit))); },
            [](CrashWorld&, std::int64_t) {}};
}

CrashOperation CrashWorkload::longWork() {
    const auto limit = static_cast<std::size_t>(1 + below(60));
    return {"long work",
            [limit](SqliteStore& store) { return static_cast<std::int64_t>(must(store.recovery().step(limit))); },
            [](CrashWorld& changed, std::int64_t done) {
                if (done > 0) return;
                changed.idle = true;
                changed.unfinishedBackups.clear();
            }};
}

CrashOperation CrashWorkload::writeCheckpoint() {
    const auto sequence = world.checkpoint + static_cast<std::uint64_t>(1 + below(100));
    return {"write a checkpoint",
            [sequence](SqliteStore& store) -> std::int64_t {
                must(store.writeCheckpoint(kMainTable, kConsumer, sequence));
                return 0;
            },
            [sequence](CrashWorld& changed, std::int64_t) { changed.checkpoint = sequence; }};
}

// SQLite would do it by itself after more writes than a test makes.
CrashOperation CrashWorkload::checkpointLog() {
    return {"checkpoint the write-ahead log",
            [file = m_directory / "store.db"](SqliteStore&) -> std::int64_t {
                sqlite3* raw = nullptr;
                sqlite3_open(file.c_str(), &raw);
                sqlite3_exec(raw, "PRAGMA wal_checkpoint(RESTART)", nullptr, nullptr, nullptr);
                sqlite3_close(raw);
                return 0;
            },
            [](CrashWorld&, std::int64_t) {}};
}

CrashOperation CrashWorkload::backUp() {
    if (isCrowded(world)) return removeSomething();
    const std::string table = oneIn(2) ? kMainTable : kLocalIndexTable;
    const std::string name = freshName("backup");
    return {"back up",
            [table, name](SqliteStore& store) -> std::int64_t {
                must(store.recovery().createBackup(table, name));
                return 0;
            },
            [table, name](CrashWorld& changed, std::int64_t) {
                changed.backups[name] = changed.tables[table];
                changed.unfinishedBackups.insert(name);
                changed.idle = false;
            }};
}

// From a backup, or as the main table is now.
CrashOperation CrashWorkload::restore() {
    if (isCrowded(world)) return removeSomething();
    const std::string target = freshName("Restored");
    const auto begun = [target](const CrashRows& rows) {
        return [target, rows](CrashWorld& changed, std::int64_t) {
            changed.tables[target] = rows;
            changed.idle = false;
        };
    };
    if (world.backups.empty() || !world.unfinishedBackups.empty() || oneIn(2)) {
        return {"restore to now",
                [target](SqliteStore& store) -> std::int64_t {
                    must(store.recovery().restoreToTime(kMainTable, std::nullopt, into(target)));
                    return 0;
                },
                begun(world.tables[kMainTable])};
    }
    const auto& [name, rows] =
        *std::next(world.backups.begin(), below(static_cast<std::int64_t>(world.backups.size())));
    return {"restore a backup",
            [target, name = name](SqliteStore& store) -> std::int64_t {
                must(store.recovery().restoreBackup(arnOfBackup(store, name), into(target)));
                return 0;
            },
            begun(rows)};
}

CrashOperation CrashWorkload::exportTable() {
    ExportRequest request;
    request.table = kMainTable;
    request.bucket = kBucket;
    request.prefix = freshName("export");
    return {"export",
            [request](SqliteStore& store) -> std::int64_t {
                must(store.recovery().exportTable(request));
                return 0;
            },
            [prefix = request.prefix](CrashWorld& changed, std::int64_t) {
                changed.exports[prefix] = changed.tables[kMainTable];
                changed.idle = false;
            }};
}

// Of what was exported, once that is there.
CrashOperation CrashWorkload::importTable() {
    if (isCrowded(world)) return removeSomething();
    if (world.exports.empty() || !world.idle) return longWork();
    const auto& [prefix, rows] =
        *std::next(world.exports.begin(), below(static_cast<std::int64_t>(world.exports.size())));
    ImportRequest request;
    request.definition = definitionOf(freshName("Imported"));
    request.definition.indexes = {indexOn("group-index", {"group", AttributeType::S}, ProjectionType::all)};
    request.bucket = kBucket;
    return {"import",
            [request, prefix = prefix](SqliteStore& store) -> std::int64_t {
                ImportRequest asked = request;
                asked.prefix = filesOfExport(store, prefix);
                must(store.recovery().importTable(asked));
                return 0;
            },
            [target = request.definition.name, rows = rows](CrashWorld& changed, std::int64_t) {
                changed.tables[target] = rows;
                changed.idle = false;
            }};
}

// The oldest table or backup that was made, so that they don't become ever more.
CrashOperation CrashWorkload::removeSomething() {
    const auto made =
        std::find_if(world.tables.begin(), world.tables.end(), [](const auto& entry) { return isMade(entry.first); });
    if (!world.idle || (made == world.tables.end() && world.backups.empty())) return longWork();
    if (made != world.tables.end() && (world.backups.empty() || (world.backups.size() < kMostMade && !oneIn(3)))) {
        return {"delete a table",
                [name = made->first](SqliteStore& store) -> std::int64_t {
                    must(store.deleteTable(name));
                    return 0;
                },
                [name = made->first](CrashWorld& changed, std::int64_t) { changed.tables.erase(name); }};
    }
    return {"delete a backup",
            [name = world.backups.begin()->first](SqliteStore& store) -> std::int64_t {
                must(store.recovery().deleteBackup(arnOfBackup(store, name)));
                return 0;
            },
            [name = world.backups.begin()->first](CrashWorld& changed, std::int64_t) { changed.backups.erase(name); }};
}

}  // namespace drydock::tests
