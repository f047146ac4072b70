// FaultVfs: an SQLite VFS over the default one whose disk fills up, breaks or loses power when a test says so.
//
// Thread: any, one connection each. Lifetime: registers itself at construction; must outlive the connections opened on
// it. Invariant: while no fault is set and power is on, it behaves as the default VFS does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

struct sqlite3_vfs;

namespace drydock::tests {

class FaultVfs {
public:
    FaultVfs();
    ~FaultVfs();
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    // For StoreOptions::vfs.
    [[nodiscard]] const std::string& name() const { return m_name; }

    // After `count` more writes (or syncs), every further one fails with this result code, e.g. SQLITE_FULL.
    void failWritesAfter(std::size_t count, int code);
    void failSyncsAfter(std::size_t count, int code);
    void clearFaults();

    // Since the last resetCounters().
    [[nodiscard]] std::size_t writes() const { return locked(m_writes); }
    [[nodiscard]] std::size_t syncs() const { return locked(m_syncs); }
    // Of them, those of the calling thread to database files: not to their logs and journals.
    [[nodiscard]] std::size_t databaseWritesOfThisThread() const;
    void resetCounters();
    // Writes to database files that are open that no sync has followed.
    [[nodiscard]] std::size_t unsyncedDatabaseWrites() const;

    // The power fails: of what was written since each open file's last sync a random part stays (some of it torn), the
    // rest is lost, and nothing can be read or written until restorePower(). Connections open at the time stay dead.
    void cutPower(std::uint64_t seed);
    void restorePower();

private:
    struct File;
    struct Methods;
    struct Fault {
        std::size_t after = std::numeric_limits<std::size_t>::max();
        int code = 0;
    };
    [[nodiscard]] std::size_t locked(const std::size_t& count) const {
        const std::lock_guard lock(m_mutex);
        return count;
    }
    // 0, or the code this operation shall fail with. With the lock held.
    [[nodiscard]] int nextWrite();
    [[nodiscard]] int nextSync();

    std::string m_name;
    std::unique_ptr<sqlite3_vfs> m_vfs;
    sqlite3_vfs* m_real;
    mutable std::mutex m_mutex;  // guards what follows, and what is known of the open files
    std::vector<File*> m_open;
    Fault m_writeFault;
    Fault m_syncFault;
    std::size_t m_writes = 0;
    std::size_t m_syncs = 0;
    std::map<std::thread::id, std::size_t> m_databaseWrites;
    bool m_powerOn = true;
};

}  // namespace drydock::tests
