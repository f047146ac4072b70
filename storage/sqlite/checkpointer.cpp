#include "storage/sqlite/checkpointer.h"

#include <sqlite3.h>

#include <system_error>
#include <utility>

namespace drydock::storage::sqlite {

Checkpointer::Checkpointer(Connection& writer, std::filesystem::path file, std::string vfs, Limits limits)
    : m_writer(writer), m_file(std::move(file)), m_vfs(std::move(vfs)), m_limits(limits) {
    sqlite3_wal_hook(m_writer.handle(), &Checkpointer::committed, this);
}

Checkpointer::~Checkpointer() {
    sqlite3_wal_hook(m_writer.handle(), nullptr, nullptr);
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable()) m_thread.join();
}

void Checkpointer::wait() {
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_done == m_asked; });
}

int Checkpointer::committed(void* self, sqlite3* writer, const char* database, int pages) {
    auto* const checkpointer = static_cast<Checkpointer*>(self);
    // The commit has succeeded whatever becomes of the copying.
    if (pages >= checkpointer->m_limits.most) {
        sqlite3_wal_checkpoint_v2(writer, database, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    } else if (pages >= checkpointer->m_limits.begin) {
        checkpointer->wake();
    }
    return SQLITE_OK;
}

void Checkpointer::wake() {
    try {
        if (!m_thread.joinable()) m_thread = std::thread(&Checkpointer::run, this);
    } catch (const std::system_error&) {
        return;  // too many threads: the writer will copy
    }
    {
        const std::lock_guard lock(m_mutex);
        ++m_asked;
    }
    m_changed.notify_all();
}

void Checkpointer::run() {
    Result<Connection> connection = Connection::open(m_file, OpenMode::readWrite, m_vfs);
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_changed.wait(lock, [this] { return m_done != m_asked || m_stopping; });
        if (m_stopping) return;
        const std::uint64_t asked = m_asked;
        lock.unlock();
        if (!connection) connection = Connection::open(m_file, OpenMode::readWrite, m_vfs);
        // The pragma, because the function does nothing on a connection that has read nothing yet.
        if (connection) static_cast<void>(connection->queryInteger("PRAGMA wal_checkpoint(PASSIVE)"));
        lock.lock();
        m_done = asked;
        m_changed.notify_all();
    }
}

}  // namespace drydock::storage::sqlite
