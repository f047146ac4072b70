// Checkpointer: copies what is committed from a database's write-ahead log into its file, beside the connection that
// writes, so that no commit waits while many megabytes go to the disk.
//
// Thread: made, asked and destroyed on the writing connection's thread; the copying happens on one of its own, begun at
// the first need, over a connection of its own.
// Lifetime: the writing connection outlives it, and has no other WAL hook.
// Errors: none. What can't be copied stays in the log, where it is just as safe, and is tried again later.
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
    // In pages of the log that a commit leaves uncopied.
    struct Limits {
        // Copying begins. A group commit of a thousand items with indexes writes some thousand pages of 4 KiB; 64 MiB
        // let many commits share the writing of one page.
        int begin = 16'384;
        // The writer copies, too: it writes faster than the thread can copy, or the thread can't.
        int most = 65'536;
        // So few may be left for the writer to copy, whose commits wait meanwhile; of more the thread has another go.
        int few = 2'048;
    };
    Checkpointer(Connection& writer, std::filesystem::path file, std::string vfs, Limits limits);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // Returns when the copying that has begun is over.
    void wait();
    // Whether copying is under way. Work that can wait had better, as it would only lengthen the log meanwhile.
    [[nodiscard]] bool isCopying();

private:
    enum class State { idle, copying, copied, stopping };

    static int committed(void* self, sqlite3* writer, const char* database, int pages);
    void look(sqlite3* writer, const char* database, int pages);
    // Copies what the writer added while the thread copied. Only when it is in the file, too, the log can begin anew.
    void finish(sqlite3* writer, const char* database, int pages);
    void begin(int pages);
    void run();

    Connection& m_writer;
    const std::filesystem::path m_file;
    const std::string m_vfs;
    const Limits m_limits;
    std::uint32_t m_sequence = 0;  // the log's
    int m_finishedAt = 0;          // its pages when finish() was last called for it
    int m_begunAt = 0;             // and begin()
    std::mutex m_mutex;
    std::condition_variable m_changed;
    State m_state = State::idle;
    std::thread m_thread;
};

}  // namespace drydock::storage::sqlite
