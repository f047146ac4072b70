#include "storage/recovery/table_files.h"

#include <functional>
#include <set>
#include <system_error>

#include "storage/recovery/folders.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kItemsPerCommit = 500;
constexpr std::size_t kBytesPerWrite = 1024UL * 1024;

Result<void> forEachItem(TableReader& reader, std::string_view table,
                         const std::function<Result<void>(const Item&)>& visit) {
    ScanRequest request;
    request.table = table;
    do {
        DRYDOCK_ASSIGN(Page page, reader.scan(request));
        for (const Item& item : page.items) DRYDOCK_TRY(visit(item));
        request.exclusiveStartKey = std::move(page.lastEvaluatedKey);
    } while (request.exclusiveStartKey);
    return {};
}

// Key attributes first, the others by name.
Result<std::vector<std::string>> columnsOf(TableReader& reader, std::string_view table) {
    DRYDOCK_ASSIGN(const TableDescription description, reader.describeTable(table));
    std::vector<std::string> columns;
    for (const auto* part : {&description.definition.key.partition, &description.definition.key.sort}) {
        for (const KeyAttribute& attribute : *part) columns.push_back(attribute.name);
    }
    std::set<std::string> others;
    DRYDOCK_TRY(forEachItem(reader, table, [&](const Item& item) -> Result<void> {
        for (const auto& [name, value] : item) others.insert(name);
        return {};
    }));
    for (const std::string& key : columns) others.erase(key);
    columns.insert(columns.end(), others.begin(), others.end());
    return columns;
}

// Text for a file, written a megabyte at a time.
class TextFile {
public:
    TextFile(std::filesystem::path path, bool gzip) : m_path(std::move(path)), m_gzip(gzip) {}

    std::string& text() { return m_text; }
    [[nodiscard]] Result<void> flushWhenLarge() { return m_text.size() < kBytesPerWrite ? Result<void>() : flush(); }
    [[nodiscard]] Result<void> flush() {
        if (m_gzip) {
            DRYDOCK_ASSIGN(m_text, gzipped(m_text));
        }
        DRYDOCK_TRY(extendFile(m_path, m_length, m_text));
        m_length += m_text.size();
        m_text.clear();
        return {};
    }

private:
    std::filesystem::path m_path;
    bool m_gzip;
    std::uint64_t m_length = 0;
    std::string m_text;
};

Result<std::uint64_t> writeItems(TableReader& reader, std::string_view table, TextFile& file, FileFormat format) {
    std::vector<std::string> columns;
    if (format == FileFormat::csv) {
        DRYDOCK_ASSIGN(columns, columnsOf(reader, table));
        appendCsvHeader(columns, file.text());
    }
    std::uint64_t count = 0;
    DRYDOCK_TRY(forEachItem(reader, table, [&](const Item& item) -> Result<void> {
        if (format == FileFormat::csv) {
            appendCsvRecord(item, columns, file.text());
        } else {
            appendItemLine(item, file.text());
        }
        ++count;
        return file.flushWhenLarge();
    }));
    DRYDOCK_TRY(file.flush());
    return count;
}

Result<void> commit(TableStore& store, std::vector<WriteUnit>& units, FileImport& import) {
    if (units.empty()) return {};
    DRYDOCK_ASSIGN(const auto results, store.commit(std::move(units)));
    units.clear();
    for (const auto& result : results) {
        if (result) {
            ++import.imported;
        } else if (import.errors++ == 0) {
            import.firstError = result.error().message;
        }
    }
    return {};
}

}  // namespace

Result<std::uint64_t> exportToFile(TableReader& reader, std::string_view table, const std::filesystem::path& file,
                                   FileFormat format) {
    const std::filesystem::path unfinished = file.string() + ".new";
    TextFile text(unfinished, file.extension() == ".gz");
    Result<std::uint64_t> count = writeItems(reader, table, text, format);
    std::error_code code;
    if (count) {
        std::filesystem::rename(unfinished, file, code);
        if (!code) return count;
    }
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    if (!count) return count;
    return fail(ErrorCode::io, file.string() + ": " + code.message());
}

Result<FileImport> importFromFile(TableStore& store, std::string_view table, const std::filesystem::path& file,
                                  const FileOptions& options) {
    DRYDOCK_ASSIGN(const TableDescription description, store.describeTable(table));
    DRYDOCK_ASSIGN(ItemFileReader reader, ItemFileReader::open(file, options, description.definition, 0));
    FileImport import;
    std::vector<WriteUnit> units;
    while (std::optional<Record> record = reader.next()) {
        if (!*record) {
            if (import.errors++ == 0) import.firstError = record->error().message;
            continue;
        }
        PutRequest put;
        put.table = table;
        put.item = **std::move(record);
        units.emplace_back().writes.emplace_back(std::move(put));
        if (units.size() >= kItemsPerCommit) DRYDOCK_TRY(commit(store, units, import));
    }
    DRYDOCK_TRY(commit(store, units, import));
    return import;
}

}  // namespace drydock::storage
