#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <random>

namespace drydock::tests {

namespace {

// One change of a file that no sync has made safe yet.
struct Unsynced {
    sqlite3_int64 offset = 0;
    std::string before;  // what the bytes were, as far as the file reached
    std::string after;   // empty: the file was cut at `offset`
    sqlite3_int64 sizeBefore = 0;
};

}  // namespace

// What SQLite holds as its sqlite3_file: ours first, the real one's memory behind it.
struct FaultVfs::File {
    sqlite3_file base;
    FaultVfs* owner;
    bool dead;
    bool isDatabase;
    std::vector<Unsynced>* unsynced;
    sqlite3_file* real;

    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

    [[nodiscard]] sqlite3_int64 size() const {
        sqlite3_int64 bytes = 0;
        real->pMethods->xFileSize(real, &bytes);
        return bytes;
    }
    [[nodiscard]] std::string read(sqlite3_int64 offset, sqlite3_int64 length) const {
        length = std::clamp<sqlite3_int64>(size() - offset, 0, length);
        std::string bytes(static_cast<std::size_t>(length), '\0');
        if (length > 0) real->pMethods->xRead(real, bytes.data(), static_cast<int>(length), offset);
        return bytes;
    }
    void write(const std::string& bytes, sqlite3_int64 offset) const {
        if (!bytes.empty()) real->pMethods->xWrite(real, bytes.data(), static_cast<int>(bytes.size()), offset);
    }

    // Undoes everything since the last sync, then lets a random part of it have reached the disk after all.
    void losePower(std::mt19937_64& random) {
        for (auto change = unsynced->rbegin(); change != unsynced->rend(); ++change) {
            write(change->before, change->offset);
            real->pMethods->xTruncate(real, change->sizeBefore);
        }
        for (const Unsynced& change : *unsynced) {
            switch (random() % 3) {
                case 0:
                    break;
                case 1:
                    if (change.after.empty()) {
                        real->pMethods->xTruncate(real, change.offset);
                    } else {
                        write(change.after, change.offset);
                    }
                    break;
                default:
                    write(change.after.substr(0, random() % (change.after.size() + 1)), change.offset);
            }
        }
        unsynced->clear();
        dead = true;
    }
};

// The callbacks SQLite makes.
struct FaultVfs::Methods {
    static int close(sqlite3_file* base) {
        File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        auto& open = file.owner->m_open;
        open.erase(std::remove(open.begin(), open.end(), &file), open.end());
        delete file.unsynced;
        return file.real->pMethods->xClose(file.real);
    }
    static int read(sqlite3_file* base, void* into, int bytes, sqlite3_int64 offset) {
        const File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        if (file.dead) return SQLITE_IOERR_READ;
        return file.real->pMethods->xRead(file.real, into, bytes, offset);
    }
    static int write(sqlite3_file* base, const void* from, int bytes, sqlite3_int64 offset) {
        File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        if (file.dead) return SQLITE_IOERR_WRITE;
        if (const int code = file.owner->nextWrite(); code != SQLITE_OK) return code;
        if (file.isDatabase) ++file.owner->m_databaseWrites[std::this_thread::get_id()];
        Unsynced change;
        change.offset = offset;
        change.sizeBefore = file.size();
        change.before = file.read(offset, bytes);
        change.after.assign(static_cast<const char*>(from), static_cast<std::size_t>(bytes));
        file.unsynced->push_back(std::move(change));
        return file.real->pMethods->xWrite(file.real, from, bytes, offset);
    }
    static int truncate(sqlite3_file* base, sqlite3_int64 size) {
        File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        if (file.dead) return SQLITE_IOERR_TRUNCATE;
        Unsynced change;
        change.offset = size;
        change.sizeBefore = file.size();
        change.before = file.read(size, change.sizeBefore - size);
        file.unsynced->push_back(std::move(change));
        return file.real->pMethods->xTruncate(file.real, size);
    }
    static int sync(sqlite3_file* base, int flags) {
        File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        if (file.dead) return SQLITE_IOERR_FSYNC;
        if (const int code = file.owner->nextSync(); code != SQLITE_OK) return code;
        const int code = file.real->pMethods->xSync(file.real, flags);
        if (code == SQLITE_OK) file.unsynced->clear();
        return code;
    }
    static int fileSize(sqlite3_file* base, sqlite3_int64* size) {
        const File& file = File::of(base);
        const std::lock_guard lock(file.owner->m_mutex);
        return file.dead ? SQLITE_IOERR_FSTAT : file.real->pMethods->xFileSize(file.real, size);
    }
    static int lock(sqlite3_file* base, int level) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xLock(real, level);
    }
    static int unlock(sqlite3_file* base, int level) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xUnlock(real, level);
    }
    static int checkReservedLock(sqlite3_file* base, int* held) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xCheckReservedLock(real, held);
    }
    static int fileControl(sqlite3_file* base, int operation, void* argument) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xFileControl(real, operation, argument);
    }
    static int sectorSize(sqlite3_file* base) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xSectorSize(real);
    }
    static int deviceCharacteristics(sqlite3_file* /*base*/) {
        return 0;  // no promises about atomic or ordered writes
    }
    static int shmMap(sqlite3_file* base, int page, int pageSize, int extend, void volatile** memory) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xShmMap(real, page, pageSize, extend, memory);
    }
    static int shmLock(sqlite3_file* base, int offset, int count, int flags) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xShmLock(real, offset, count, flags);
    }
    static void shmBarrier(sqlite3_file* base) {
        sqlite3_file* real = File::of(base).real;
        real->pMethods->xShmBarrier(real);
    }
    static int shmUnmap(sqlite3_file* base, int deleteFile) {
        sqlite3_file* real = File::of(base).real;
        return real->pMethods->xShmUnmap(real, deleteFile);
    }

    static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* base, int flags, int* outFlags) {
        // Version 2: without memory-mapped reads, which would pass us by.
        static const sqlite3_io_methods kMethods{2,
                                                 close,
                                                 read,
                                                 write,
                                                 truncate,
                                                 sync,
                                                 fileSize,
                                                 lock,
                                                 unlock,
                                                 checkReservedLock,
                                                 fileControl,
                                                 sectorSize,
                                                 deviceCharacteristics,
                                                 shmMap,
                                                 shmLock,
                                                 shmBarrier,
                                                 shmUnmap,
                                                 nullptr,
                                                 nullptr};
        auto* owner = static_cast<FaultVfs*>(vfs->pAppData);
        const std::lock_guard lock(owner->m_mutex);
        base->pMethods = nullptr;
        if (!owner->m_powerOn) return SQLITE_CANTOPEN;
        auto* file = new (base) File{};
        file->owner = owner;
        file->isDatabase = (flags & SQLITE_OPEN_MAIN_DB) != 0;
        file->real = reinterpret_cast<sqlite3_file*>(file + 1);
        const int code = owner->m_real->xOpen(owner->m_real, path, file->real, flags, outFlags);
        if (code != SQLITE_OK) return code;
        file->unsynced = new std::vector<Unsynced>;
        file->base.pMethods = &kMethods;
        owner->m_open.push_back(file);
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs* vfs, const char* path, int syncDirectory) {
        auto* owner = static_cast<FaultVfs*>(vfs->pAppData);
        const std::lock_guard lock(owner->m_mutex);
        if (!owner->m_powerOn) return SQLITE_IOERR_DELETE;
        return owner->m_real->xDelete(owner->m_real, path, syncDirectory);
    }
};

FaultVfs::FaultVfs() : m_vfs(std::make_unique<sqlite3_vfs>()), m_real(sqlite3_vfs_find(nullptr)) {
    static std::atomic<int> count = 0;
    m_name = "drydock-fault-" + std::to_string(++count);
    *m_vfs = *m_real;
    m_vfs->pNext = nullptr;
    m_vfs->zName = m_name.c_str();
    m_vfs->pAppData = this;
    m_vfs->szOsFile = static_cast<int>(sizeof(File)) + m_real->szOsFile;
    m_vfs->xOpen = Methods::open;
    m_vfs->xDelete = Methods::remove;
    sqlite3_vfs_register(m_vfs.get(), 0);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(m_vfs.get());
}

void FaultVfs::failWritesAfter(std::size_t count, int code) {
    const std::lock_guard lock(m_mutex);
    m_writeFault = {m_writes + count, code};
}

void FaultVfs::failSyncsAfter(std::size_t count, int code) {
    const std::lock_guard lock(m_mutex);
    m_syncFault = {m_syncs + count, code};
}

void FaultVfs::clearFaults() {
    const std::lock_guard lock(m_mutex);
    m_writeFault = {};
    m_syncFault = {};
}

void FaultVfs::resetCounters() {
    const std::lock_guard lock(m_mutex);
    m_writes = 0;
    m_syncs = 0;
    m_databaseWrites.clear();
}

std::size_t FaultVfs::databaseWritesOfThisThread() const {
    const std::lock_guard lock(m_mutex);
    const auto found = m_databaseWrites.find(std::this_thread::get_id());
    return found == m_databaseWrites.end() ? 0 : found->second;
}

std::size_t FaultVfs::unsyncedDatabaseWrites() const {
    const std::lock_guard lock(m_mutex);
    std::size_t writes = 0;
    for (const File* file : m_open)
        if (file->isDatabase) writes += file->unsynced->size();
    return writes;
}

int FaultVfs::nextWrite() {
    if (m_writes >= m_writeFault.after) return m_writeFault.code;
    ++m_writes;
    return SQLITE_OK;
}

int FaultVfs::nextSync() {
    if (m_syncs >= m_syncFault.after) return m_syncFault.code;
    ++m_syncs;
    return SQLITE_OK;
}

void FaultVfs::cutPower(std::uint64_t seed) {
    const std::lock_guard lock(m_mutex);
    std::mt19937_64 random(seed);
    m_powerOn = false;
    for (File* file : m_open) file->losePower(random);
}

void FaultVfs::restorePower() {
    const std::lock_guard lock(m_mutex);
    m_powerOn = true;
}

}  // namespace drydock::tests
