// CrashWorkload: mixed writes and long works on a store's tables, and a model in memory of what they come to.
//
// What comes next depends on the seed, the model and the answers so far alone: a process and its fork that see the same
// answers do the same. So the one that is to be killed only has to report answers, and the one that kills it knows what
// each of them stood for, and what was under way.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/recovery/table_recovery.h"
#include "storage/store/sqlite_store.h"

namespace drydock::tests {

using CrashKey = std::pair<std::string, std::int64_t>;  // partition and sort key, of all tables
using CrashRows = std::map<CrashKey, storage::Item>;

inline constexpr const char* kMainTable = "Things";       // global indexes of all projections, stream, TTL, recovery
inline constexpr const char* kLocalIndexTable = "Local";  // a local index and a stream
inline constexpr const char* kPlainTable = "Plain";       // nothing but items
inline constexpr const char* kLateIndex = "rank-index";   // of the main table; comes and goes
inline constexpr const char* kConsumer = "consumer";      // of the main table's changes
inline constexpr const char* kBucket = "bucket";          // of all exports

// What the store is to hold. A name's rows are those of a table, or of what was made of one.
struct CrashWorld {
    std::int64_t nowMs = 1'711'320'000'000;
    std::map<std::string, CrashRows> tables;  // also those still being restored or imported, as they are to be
    std::map<std::string, CrashRows> backups;
    std::set<std::string> unfinishedBackups;  // those of them that a crash may take along
    std::map<std::string, CrashRows> exports;
    std::map<std::int64_t, CrashRows> past;  // the main table at the last few times when it was looked at
    std::uint64_t checkpoint = 0;
    bool lateIndex = false;
    bool idle = true;  // no long work is under way, as far as the answers tell
};

struct CrashOperation {
    std::string name;
    std::function<std::int64_t(storage::SqliteStore&)> perform;  // its answer; ends the process when it is refused
    std::function<void(CrashWorld&, std::int64_t answer)> apply;
};

class CrashWorkload {
public:
    // Begins with a new store in `directory`.
    void begin(const std::filesystem::path& directory, std::uint64_t seed);

    // Opens the store, by the world's clock. The workload outlives it.
    [[nodiscard]] std::unique_ptr<storage::SqliteStore> open();
    // What to do next, and then to apply to the world.
    [[nodiscard]] CrashOperation next();

    CrashWorld world;

private:
    class WorldClock final : public storage::Clock {
    public:
        explicit WorldClock(const CrashWorld& world) : m_world(world) {}
        [[nodiscard]] std::int64_t wallMs() const override { return m_world.nowMs; }
        [[nodiscard]] std::int64_t monotonicMs() const override { return m_world.nowMs; }

    private:
        const CrashWorld& m_world;
    };

    std::int64_t below(std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(m_random);
    }
    bool oneIn(std::int64_t n) { return below(n) == 0; }
    std::string freshName(const std::string& stem) { return stem + "-" + std::to_string(++m_names); }
    CrashKey randomKey() { return {"id" + std::to_string(below(12)), below(9) - 4}; }
    storage::Item randomItem(const CrashKey& key);
    // Adds a write to the unit and to `after`; false when its condition won't hold.
    bool addWrite(storage::WriteUnit& unit, const std::string& table, const CrashKey& key, CrashRows& after);
    // A unit of several writes; its effect goes to `after` unless it is to be refused.
    std::pair<storage::WriteUnit, bool> randomUnit(std::map<std::string, CrashRows>& after);

    CrashOperation commit();
    CrashOperation sweep();
    CrashOperation moveClock();
    CrashOperation changeIndex();
    CrashOperation backfill();
    CrashOperation longWork();
    CrashOperation writeCheckpoint();
    CrashOperation checkpointLog();
    CrashOperation backUp();
    CrashOperation restore();
    CrashOperation exportTable();
    CrashOperation importTable();
    CrashOperation removeSomething();

    std::filesystem::path m_directory;
    WorldClock m_clock{world};
    std::mt19937_64 m_random;
    std::uint64_t m_names = 0;
};

[[nodiscard]] storage::Item crashKeyItem(const CrashKey& key);

}  // namespace drydock::tests
