#include "storage/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <cstdint>
#include <system_error>
#include <utility>

namespace drydock::storage::sqlite {

namespace {

// SQLite itself does this only once the whole log is copied, and then it would be the writer who waits for the disk.
void sync(const Connection& connection) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (file != nullptr && file->pMethods != nullptr) file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

// Changes whenever the log begins anew, which its length can hide: one commit may be longer than the log was before.
// Source: https://www.sqlite.org/fileformat2.html#walformat (checkpoint sequence number, header's bytes 12 to 15)
std::uint32_t sequence(sqlite3* writer, const char* database) {
    constexpr sqlite3_int64 kOffset = 12;
    sqlite3_file* log = nullptr;
    std::uint32_t number = 0;  // compared with itself only, so in whatever byte order
    sqlite3_file_control(writer, database, SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log != nullptr && log->pMethods != nullptr) log->pMethods->xRead(log, &number, sizeof number, kOffset);
    return number;
}

}  // namespace

Checkpointer::Checkpointer(Connection& writer, std::filesystem::path file, std::string vfs, Limits limits)
    : m_writer(writer), m_file(std::move(file)), m_vfs(std::move(vfs)), m_limits(limits) {
    sqlite3_wal_hook(m_writer.handle(), &Checkpointer::committed, this);
}

Checkpointer::~Checkpointer() {
    sqlite3_wal_hook(m_writer.handle(), nullptr, nullptr);
    {
        const std::lock_guard lock(m_mutex);
        m_state = State::stopping;
    }
    m_changed.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

void Checkpointer::wait() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_state != State::copying; });
}

bool Checkpointer::isCopying() {
    const std::lock_guard lock(m_mutex);
    return m_state == State::copying;
}

int Checkpointer::committed(void* self, sqlite3* writer, const char* database, int pages) {
    static_cast<Checkpointer*>(self)->look(writer, database, pages);
    return SQLITE_OK;  // the commit has succeeded whatever becomes of the copying
}

void Checkpointer::look(sqlite3* writer, const char* database, int pages) {
    if (const auto now = sequence(writer, database); now != m_sequence) {
        m_sequence = now;
        m_finishedAt = 0;
        m_begunAt = 0;
    }
    const int added = pages - m_finishedAt;
    State state = State::idle;
    {
        const std::lock_guard lock(m_mutex);
        state = m_state;
        if (state == State::copied) m_state = State::idle;
    }
    const bool fewLeft = state == State::copied && pages - m_begunAt <= m_limits.few;
    if (fewLeft || added >= m_limits.most) {
        finish(writer, database, pages);
    } else if (state != State::copying && added >= m_limits.begin) {
        begin(pages);
    }
}

void Checkpointer::finish(sqlite3* writer, const char* database, int pages) {
    sqlite3_wal_checkpoint_v2(writer, database, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    m_finishedAt = pages;
}

void Checkpointer::begin(int pages) {
    m_begunAt = pages;
    try {
        if (!m_thread.joinable()) m_thread = std::thread(&Checkpointer::run, this);
    } catch (const std::system_error&) {
        return;  // too many threads: the writer will copy
    }
    {
        const std::lock_guard lock(m_mutex);
        m_state = State::copying;
    }
    m_changed.notify_all();
}

void Checkpointer::run() {
    Result<Connection> connection = Connection::open(m_file, OpenMode::readWrite, m_vfs);
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_state == State::copying || m_state == State::stopping; });
        if (m_state == State::stopping) return;
        lock.unlock();
        if (!connection) connection = Connection::open(m_file, OpenMode::readWrite, m_vfs);
        // The pragma, because the function does nothing on a connection that has read nothing yet.
        const bool copied = connection && connection->queryInteger("PRAGMA wal_checkpoint(PASSIVE)");
        if (copied) sync(*connection);
        lock.lock();
        if (m_state == State::stopping) return;
        m_state = copied ? State::copied : State::idle;
        m_changed.notify_all();
    }
}

}  // namespace drydock::storage::sqlite
