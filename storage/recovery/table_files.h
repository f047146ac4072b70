// One table to and from one file, at once: what command lines need. Long: not for the store's thread while it serves
// others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "storage/recovery/item_files.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// Writes the table's items, as gzip where the file's name ends in ".gz". The file is there when it is complete; one of
// that name is replaced. CSV has a column for each attribute the items have, keys first; the table is read twice for
// that, and what is written to it meanwhile may or may not be in the file. Returns how many items.
[[nodiscard]] Result<std::uint64_t> exportToFile(TableReader& reader, std::string_view table,
                                                 const std::filesystem::path& file, FileFormat format);

struct FileImport {
    std::uint64_t imported = 0;
    std::uint64_t errors = 0;  // records refused
    std::string firstError;
};
// Puts the file's items into a table there is, where they replace those of the same keys.
[[nodiscard]] Result<FileImport> importFromFile(TableStore& store, std::string_view table,
                                                const std::filesystem::path& file, const FileOptions& options);

}  // namespace drydock::storage
