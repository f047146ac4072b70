#include "tests/storage/crash_comparison.h"

#include <algorithm>

#include "storage/store/keys.h"
#include "tests/storage/store_fixture.h"

namespace drydock::tests {
namespace {

constexpr std::size_t kRecordsAtOnce = 200;

CrashKey keyOf(const Item& item) {
    return {std::string(item.string("id")), item.integer("at")};
}

// Gathers what differs.
class Comparison {
public:
    Comparison(SqliteStore& store, std::vector<std::string>& found) : m_store(store), m_found(found) {}

    template <class T>
    bool same(const T& is, const T& shouldBe, const std::string& what) {
        if (is == shouldBe) return true;
        m_found.push_back(what + " is not what it should be");
        return false;
    }
    void sameNumber(std::uint64_t is, std::uint64_t shouldBe, const std::string& what) {
        if (is != shouldBe)
            m_found.push_back(what + ": " + std::to_string(is) + " instead of " + std::to_string(shouldBe));
    }

    void rows(const std::string& table, const CrashRows& shouldBe, const CrashRows& is) {
        for (const auto& [key, item] : shouldBe) {
            const auto found = is.find(key);
            const std::string name = table + " " + key.first + "/" + std::to_string(key.second);
            if (found == is.end()) {
                m_found.push_back(name + " is missing");
            } else {
                same(found->second, item, name);
            }
        }
        for (const auto& [key, item] : is) {
            if (!shouldBe.contains(key)) {
                m_found.push_back(table + " " + key.first + "/" + std::to_string(key.second) + " should not be there");
            }
        }
    }

    void table(const std::string& name, const CrashRows& shouldBe) {
        const TableDescription description = take(m_store.describeTable(name));
        if (description.loading) return;
        rows(name, shouldBe, itemsOf(scan(name)));
        std::uint64_t bytes = 0;
        for (const auto& [key, item] : shouldBe) bytes += itemSize(item);
        sameNumber(description.itemCount, shouldBe.size(), name + ": count of items");
        sameNumber(description.sizeBytes, bytes, name + ": count of bytes");
        for (std::size_t i = 0; i < description.indexes.size(); ++i) {
            if (!description.indexes[i].active) continue;
            index(name, description.definition.indexes[i], description.definition.key, shouldBe,
                  description.indexes[i].itemCount);
        }
    }

    // The records from the beginning on, one after the other, come to the table.
    void stream(const std::string& table, const CrashRows& shouldBe) {
        CrashRows replayed;
        std::uint64_t last = 0;
        for (;;) {
            const StreamPage page = take(m_store.readStream(table, last, kRecordsAtOnce));
            if (page.records.empty()) break;
            for (const Change& change : page.records) {
                if (change.sequence <= last) m_found.push_back(table + ": sequences don't grow in its stream");
                last = change.sequence;
                const CrashKey key = keyOf(change.key);
                const auto known = replayed.find(key);
                same(change.oldItem, known == replayed.end() ? std::nullopt : std::optional(known->second),
                     table + ": the old image of record " + std::to_string(last));
                if (change.newItem) {
                    replayed[key] = *change.newItem;
                } else {
                    replayed.erase(key);
                }
            }
        }
        rows("the stream of " + table, shouldBe, replayed);
    }

    void past(std::int64_t atMs, const CrashRows& shouldBe) {
        CrashRows found;
        PastRequest request;
        request.table = kMainTable;
        request.atMs = atMs;
        request.limit = 50;
        do {
            const Page page = take(m_store.scanAsOf(request));
            for (const Item& item : page.items) found.emplace(keyOf(item), item);
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        rows("as of " + std::to_string(atMs), shouldBe, found);
    }

    void backups(const std::map<std::string, CrashRows>& shouldBe) {
        const auto listed = take(m_store.recovery().listBackups());
        sameNumber(listed.size(), shouldBe.size(), "number of backups");
        for (const BackupDescription& backup : listed) {
            const auto known = shouldBe.find(backup.name);
            if (known == shouldBe.end()) {
                m_found.push_back(backup.name + " should not be there");
            } else {
                sameNumber(backup.itemCount, known->second.size(), backup.name + ": count of items");
            }
        }
    }

    void exports(const std::map<std::string, CrashRows>& shouldBe) {
        const auto listed = take(m_store.recovery().listExports());
        sameNumber(listed.size(), shouldBe.size(), "number of exports");
        for (const ExportDescription& each : listed) {
            const std::string& name = each.request.prefix;
            const auto known = shouldBe.find(name);
            if (known == shouldBe.end()) {
                m_found.push_back(name + " should not be there");
            } else if (each.status != TransferStatus::inProgress) {
                same(each.status, TransferStatus::completed, name + ": status");
                sameNumber(each.itemCount, known->second.size(), name + ": count of items");
            }
        }
    }

private:
    template <class Request>
    CrashRows itemsOf(Request request) {
        CrashRows found;
        do {
            const Page page = take(m_store.scan(request));
            for (const Item& item : page.items) {
                if (!found.emplace(keyOf(item), item).second)
                    m_found.push_back(request.table + " " + request.index + " shows an item twice");
            }
            request.exclusiveStartKey = page.lastEvaluatedKey;
        } while (request.exclusiveStartKey);
        return found;
    }

    void index(const std::string& table, const IndexDefinition& index, const KeySchema& tableKey,
               const CrashRows& shouldBe, std::uint64_t counted) {
        CrashRows shown;
        std::string ignored;
        for (const auto& [key, item] : shouldBe) {
            if (take(encodeIndexKey(index, item, ignored))) shown.emplace(key, projectedItem(tableKey, index, item));
        }
        ScanRequest request = scan(table);
        request.index = index.name;
        rows(table + " by " + index.name, shown, itemsOf(request));
        sameNumber(counted, shown.size(), table + " by " + index.name + ": count of items");
    }

    SqliteStore& m_store;
    std::vector<std::string>& m_found;
};

}  // namespace

std::vector<std::string> differences(SqliteStore& store, const std::string& table, const CrashRows& rows) {
    std::vector<std::string> found;
    Comparison(store, found).table(table, rows);
    return found;
}

std::vector<std::string> differences(SqliteStore& store, const CrashWorld& world) {
    std::vector<std::string> found;
    Comparison comparison(store, found);
    std::vector<std::string> names;
    for (const auto& [name, rows] : world.tables) names.push_back(name);
    if (!comparison.same(take(store.listTables()), names, "the list of tables")) return found;
    for (const auto& [name, rows] : world.tables) comparison.table(name, rows);
    const auto indexes = take(store.describeTable(kMainTable)).indexes;
    const bool late =
        std::any_of(indexes.begin(), indexes.end(), [](const auto& index) { return index.name == kLateIndex; });
    comparison.same(late, world.lateIndex, "the late index");
    for (const char* table : {kMainTable, kLocalIndexTable}) comparison.stream(table, world.tables.at(table));
    for (const auto& [atMs, rows] : world.past) comparison.past(atMs, rows);
    comparison.backups(world.backups);
    comparison.exports(world.exports);
    comparison.same(take(store.readCheckpoint(kMainTable, kConsumer)), world.checkpoint, "the checkpoint");
    return found;
}

}  // namespace drydock::tests
