#include "storage/recovery/table_files.h"

#include <functional>
#include <set>
#include <system_error>

#include "storage/recovery/folders.h"

namespace drydock::storage {
namespace {

constexpr std::size_t kItemsPerSlice = 500;
constexpr std::size_t kBytesPerWrite = 1024UL * 1024;

// A table that is read page by page, until somebody wants it to end.
struct Source {
    TableReader& reader;
    std::string_view table;
    const StopRequested& stopRequested;
};

Result<void> goOn(const StopRequested& stopRequested) {
    if (!stopRequested || !stopRequested()) return {};
    return fail(ErrorCode::refused, "It was stopped before it was complete.");
}

Result<void> forEachItem(const Source& source, const std::function<Result<void>(const Item&)>& visit) {
    ScanRequest request;
    request.table = source.table;
    do {
        DRYDOCK_TRY(goOn(source.stopRequested));
        DRYDOCK_ASSIGN(Page page, source.reader.scan(request));
        for (const Item& item : page.items) DRYDOCK_TRY(visit(item));
        request.exclusiveStartKey = std::move(page.lastEvaluatedKey);
    } while (request.exclusiveStartKey);
    return {};
}

// Key attributes first, the others by name.
Result<std::vector<std::string>> columnsOf(const Source& source) {
    DRYDOCK_ASSIGN(const TableDescription description, source.reader.describeTable(source.table));
    std::vector<std::string> columns;
    for (const auto* part : {&description.definition.key.partition, &description.definition.key.sort}) {
        for (const KeyAttribute& attribute : *part) columns.push_back(attribute.name);
    }
    std::set<std::string> others;
    DRYDOCK_TRY(forEachItem(source, [&](const Item& item) -> Result<void> {
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

Result<std::uint64_t> writeItems(const Source& source, TextFile& file, FileFormat format) {
    std::vector<std::string> columns;
    if (format == FileFormat::csv) {
        DRYDOCK_ASSIGN(columns, columnsOf(source));
        appendCsvHeader(columns, file.text());
    }
    std::uint64_t count = 0;
    DRYDOCK_TRY(forEachItem(source, [&](const Item& item) -> Result<void> {
        switch (format) {
            case FileFormat::dynamoDbJson:
                appendItemLine(item, file.text());
                break;
            case FileFormat::plainJson:
                appendPlainLine(item, file.text());
                break;
            case FileFormat::csv:
                appendCsvRecord(item, columns, file.text());
                break;
        }
        ++count;
        return file.flushWhenLarge();
    }));
    DRYDOCK_TRY(file.flush());
    return count;
}

// What has been read of a file and is to be put into the table next.
struct Slice {
    std::vector<Item> items;
    std::size_t bytes = 0;
    PutCounts refused;  // records that are no items

    void take(Record record) {
        if (!record) {
            refused.add({0, 1, record.error().message});
            return;
        }
        bytes += itemSize(*record);
        items.push_back(*std::move(record));
    }
    [[nodiscard]] bool isFull() const {
        return items.size() + refused.errors >= kItemsPerSlice || bytes >= kMostSliceBytes;
    }
};

}  // namespace

void PutCounts::add(const PutCounts& more) {
    imported += more.imported;
    if (errors == 0) firstError = more.firstError;
    errors += more.errors;
}

std::vector<WriteUnit> putUnits(std::string_view table, std::vector<Item> items) {
    std::vector<WriteUnit> units;
    units.reserve(items.size());
    for (Item& item : items) {
        PutRequest put;
        put.table = table;
        put.item = std::move(item);
        units.emplace_back().writes.emplace_back(std::move(put));
    }
    return units;
}

PutCounts countsOf(const std::vector<UnitResult>& outcome) {
    PutCounts counts;
    for (const UnitResult& result : outcome) {
        counts.add(result ? PutCounts{1, 0, {}} : PutCounts{0, 1, result.error().message});
    }
    return counts;
}

Result<std::uint64_t> exportToFile(TableReader& reader, std::string_view table, const std::filesystem::path& file,
                                   FileFormat format, const StopRequested& stopRequested) {
    const std::filesystem::path unfinished = unfinishedName(file);
    TextFile text(unfinished, file.extension() == ".gz");
    Result<std::uint64_t> count = writeItems({reader, table, stopRequested}, text, format);
    if (!count) {
        std::error_code ignored;
        std::filesystem::remove(unfinished, ignored);
        return count;
    }
    DRYDOCK_TRY(putInPlace(unfinished, file));
    return count;
}

Result<void> importFromFile(const TableDefinition& table, const std::filesystem::path& file, const FileOptions& options,
                            const PutSlice& put, FileImport& import, const StopRequested& stopRequested) {
    DRYDOCK_ASSIGN(ItemFileReader reader, ItemFileReader::open(file, options, table, import.position));
    for (bool ended = false; !ended;) {
        DRYDOCK_TRY(goOn(stopRequested));
        Slice slice;
        while (!ended && !slice.isFull()) {
            std::optional<Record> record = reader.next();
            ended = !record;
            if (record) slice.take(*std::move(record));
        }
        if (!slice.items.empty()) {
            DRYDOCK_ASSIGN(const PutCounts counts, put(std::move(slice.items)));
            import.counts.add(counts);
        }
        import.counts.add(slice.refused);
        import.position = reader.position();
    }
    return {};
}

}  // namespace drydock::storage
