// Items in files: lines of DynamoDB JSON ({"Item":{…}}) or of ordinary JSON ({…}), or CSV with a header; plain or gzip.
//
// Thread: any one. Errors: io names the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/table/definition.h"
#include "storage/value/attribute_value.h"

namespace drydock::storage {

enum class FileFormat { dynamoDbJson, plainJson, csv };

// ---- Reading --------------------------------------------------------------------------------------------------------

struct FileOptions {
    FileFormat format = FileFormat::dynamoDbJson;
    char delimiter = ',';             // CSV
    std::vector<std::string> header;  // CSV: the columns' names; empty: the first record says them
};

// One record of a file: an item, or why it is none.
using Record = Result<Item>;

// Reads the records of one file, of `table`'s items. Whether it is gzip shows in the file itself.
class ItemFileReader {
public:
    // `position`: where an earlier reader of the same file had come; 0: the beginning.
    [[nodiscard]] static Result<ItemFileReader> open(const std::filesystem::path& file, FileOptions options,
                                                     const TableDefinition& table, std::uint64_t position);
    ~ItemFileReader();
    ItemFileReader(ItemFileReader&& other) noexcept;
    ItemFileReader& operator=(ItemFileReader&& other) noexcept;

    // The next record, none at the end. A file that can't be read on (it is cut off, say) ends with a record that
    // says so. A record fits into the table as far as key and rules on items go.
    [[nodiscard]] std::optional<Record> next();
    // Behind the last record, in bytes of text.
    [[nodiscard]] std::uint64_t position() const { return m_position; }

private:
    struct Stream;
    ItemFileReader(std::unique_ptr<Stream> stream, FileOptions options, const TableDefinition& table);
    [[nodiscard]] std::optional<Result<std::string>> nextText();
    [[nodiscard]] Record itemOf(const std::string& text) const;
    [[nodiscard]] Record itemOfCsv(const std::string& text) const;

    std::unique_ptr<Stream> m_stream;
    FileOptions m_options;
    TableDefinition m_table;
    std::uint64_t m_position = 0;
};

// ---- Writing --------------------------------------------------------------------------------------------------------

// Appends a line {"Item":{…}}.
void appendItemLine(const Item& item, std::string& out);
// Appends a line of ordinary JSON.
void appendPlainLine(const Item& item, std::string& out);
// Appends one field, in quotes where RFC 4180 wants them.
void appendCsvField(std::string_view text, std::string& out);
// Appends a CSV record of these columns: text and numbers as they are, other values as their DynamoDB JSON.
void appendCsvHeader(const std::vector<std::string>& columns, std::string& out);
void appendCsvRecord(const Item& item, const std::vector<std::string>& columns, std::string& out);
// `text` as one member of a gzip file, which may have several.
[[nodiscard]] Result<std::string> gzipped(std::string_view text);

}  // namespace drydock::storage
