// Journal: raw messages on disk before they are acknowledged, in a SQLite file of its own (`journal.db`).
//
// Message sequences start at 1 and grow by 1; they are the positions of FleetService's counters. A batch is one row and
// one commit (synchronous=FULL). Tables: `batches` (one row a batch, the messages in one blob with a checksum),
// `progress` (one row: the last sequence ever taken, and the bytes of the batches still kept) and `subscriptions` (the
// topic filters that brokers may hold for us).
// Thread: a Journal is one thread's; the mqtt thread writes with one, the desk core reads and trims with another over
//   the same file (WAL). The file survives kill -9 at any moment.
// Errors: diskFull, io and busy leave the journal as it was; the batch was not taken and must not be acknowledged.
//   corrupt names a damaged batch or one that is missing; nothing is skipped or guessed.
// Space: pages of trimmed batches are used again; reclaim() returns most of them once a backlog is worked off. The
//   write-ahead log beside the file is kept below kJournalLogLimitBytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/fleet/telemetry.h"
#include "storage/base/result.h"

namespace drydock::app {

inline constexpr std::uint64_t kJournalLimitBytes = 1ULL << 30;
inline constexpr std::uint64_t kJournalLogLimitBytes = 64ULL << 20;
// So much the file keeps to be used again.
inline constexpr std::uint64_t kJournalSpareBytes = 16ULL << 20;

class Journal {
public:
    // Creates the file when absent. `appliedPosition` is the store's: the journal never hands out a sequence at or
    // below it, even if its file was lost. A file that is no journal is left as it is (ErrorCode::corrupt). `vfs` names
    // a registered SQLite VFS for fault injection; empty: the default.
    [[nodiscard]] static storage::Result<std::unique_ptr<Journal>> open(const std::filesystem::path& file,
                                                                        std::uint64_t appliedPosition,
                                                                        const std::string& vfs = {});
    ~Journal();

    // One commit; durable when it returns. Returns the sequence of the last message. Waits at most a second for another
    // thread's trim (else ErrorCode::busy).
    [[nodiscard]] storage::Result<std::uint64_t> append(std::span<const fleet::RawMessage> messages);
    // Messages with sequence > `after`, in order and without a gap: the first has sequence after + 1. Whole batches
    // until `limit` messages are reached (at least one batch).
    [[nodiscard]] storage::Result<std::vector<fleet::RawMessage>> read(std::uint64_t after, std::size_t limit);
    // The sequence of the last message ever taken; what `received` counts.
    [[nodiscard]] storage::Result<std::uint64_t> lastSequence();
    // Drops batches wholly at or below `position`. The last sequence is never forgotten.
    [[nodiscard]] storage::Result<void> trim(std::uint64_t position);
    // Returns space of trimmed batches to the disk, a bounded piece a call; whether there is more. It waits for the day
    // most of the file is spare, when hardly anything needs to be moved for it.
    [[nodiscard]] storage::Result<bool> reclaim();
    // Bytes of messages not yet trimmed.
    [[nodiscard]] storage::Result<std::uint64_t> sizeBytes();

    // The topic filters the session on `broker` may hold: those last set, in order of their text.
    [[nodiscard]] storage::Result<std::vector<std::string>> subscriptions(const std::string& broker);
    // Durable when it returns.
    [[nodiscard]] storage::Result<void> setSubscriptions(const std::string& broker,
                                                         const std::vector<std::string>& filters);

private:
    class Impl;
    explicit Journal(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace drydock::app
