// Imports: new tables from files in a bucket.
//
// A job of kind kImportJob: its description says what is imported, its position how far it is. What a slice writes and
// how far it came are one commit, so an interrupted import goes on where it was.
// Thread: the store's.
#pragma once

#include <optional>

#include "storage/recovery/item_files.h"
#include "storage/recovery/jobs.h"
#include "storage/recovery/recovery_host.h"
#include "storage/recovery/table_recovery.h"

namespace drydock::storage {

[[nodiscard]] std::string importText(const ImportDescription& description);
[[nodiscard]] Result<ImportDescription> importFromText(std::string_view text);

// One import under way, with the file it reads.
class Import {
public:
    struct Progress {
        std::size_t done = 0;  // records
        bool ended = false;    // the table is complete …
        std::string failure;   // … unless there is a reason why it can't be
    };
    // Takes it further by about `limit` records, in one commit.
    [[nodiscard]] Result<Progress> step(RecoveryHost& host, Table& table, const Job& job, std::size_t limit);

private:
    struct Position;
    [[nodiscard]] Result<Progress> load(RecoveryHost& host, Writer& writer, Table& table, Position& position,
                                        ImportDescription& description, std::size_t limit);
    [[nodiscard]] Result<bool> openNext(const RecoveryHost& host, ImportDescription& description, const Table& table,
                                        Position& position);
    static void noteError(ImportDescription& description, const Error& error);

    std::optional<ItemFileReader> m_reader;
};

}  // namespace drydock::storage
