// One table to and from one file: what command lines need. The file is read and written by the caller's thread, which
// may take long; what an import puts into the table goes there in slices, by whoever owns the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/recovery/item_files.h"
#include "storage/store/table_store.h"

namespace drydock::storage {

// Asked again and again while work goes on; true: end it now. Empty: nobody asks.
using StopRequested = std::function<bool()>;

// Writes the table's items, as gzip where the file's name ends in ".gz". The file is there when it is complete; one of
// that name is replaced. CSV has a column for each attribute the items have, keys first; the table is read twice for
// that, and what is written to it meanwhile may or may not be in the file. Returns how many items.
// Errors: the reader's; io; refused when it was to stop.
[[nodiscard]] Result<std::uint64_t> exportToFile(TableReader& reader, std::string_view table,
                                                 const std::filesystem::path& file, FileFormat format,
                                                 const StopRequested& stopRequested = {});

// What came of putting items.
struct PutCounts {
    std::uint64_t imported = 0;
    std::uint64_t errors = 0;  // refused
    std::string firstError;

    void add(const PutCounts& more);
};

// A slice of an import as units of one commit, each item by itself; and what came of it.
[[nodiscard]] std::vector<WriteUnit> putUnits(std::string_view table, std::vector<Item> items);
[[nodiscard]] PutCounts countsOf(const std::vector<UnitResult>& outcome);

// Puts one slice into the table. An error of the whole call means that nothing of the slice is in the table.
using PutSlice = std::function<Result<PutCounts>(std::vector<Item> items)>;

// The items of a slice, all but the last, have at most this size together.
inline constexpr std::size_t kMostSliceBytes = 256UL * 1024;

struct FileImport {
    PutCounts counts;
    std::uint64_t position = 0;  // in the file's text: what lies before is done
};
// Gives the file's items, from import.position on, to `put`, slice by slice. `import` counts what has been done, after
// an error, too, and another call with it goes on from there.
// Errors: io; those of `put`; refused when it was to stop.
[[nodiscard]] Result<void> importFromFile(const TableDefinition& table, const std::filesystem::path& file,
                                          const FileOptions& options, const PutSlice& put, FileImport& import,
                                          const StopRequested& stopRequested = {});

}  // namespace drydock::storage
