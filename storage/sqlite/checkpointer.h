// Checkpointer: copies what is committed from a database's write-ahead log into its file, beside the connection that
// writes, so that commits needn't wait for it.
//
// Thread: made, asked and destroyed on the writing connection's thread; the copying happens on one of its own, begun at
// the first need, over a connection of its own.
// Lifetime: the writing connection outlives it, and has no other WAL hook.
// Errors: none. What can't be copied stays in the log, where it is just as safe, and is tried again after a commit.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

#include "storage/sqlite/connection.h"

namespace drydock::storage::sqlite {

class Checkpointer {
public:
    // In pages of the log, after a commit. A group commit of a thousand items with indexes writes some thousand pages
    // of 4 KiB; copying every 64 MiB lets many commits share the writing of one page.
    struct Limits {
        int begin = 16'384;  // copying begins
        int most = 65'536;   // the writer copies the rest itself: under writing without a pause the log could not begin
                             // anew, and would grow for ever
    };
    Checkpointer(Connection& writer, std::filesystem::path file, std::string vfs, Limits limits);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // Returns when all that was asked for so far is done.
    void wait();

private:
    static int committed(void* self, sqlite3* writer, const char* database, int pages);
    void wake();
    void run();

    Connection& m_writer;
    const std::filesystem::path m_file;
    const std::string m_vfs;
    const Limits m_limits;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_asked = 0;  // times
    std::uint64_t m_done = 0;   // of which this many are dealt with
    bool m_stopping = false;
    std::thread m_thread;
};

}  // namespace drydock::storage::sqlite
