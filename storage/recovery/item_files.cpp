#include "storage/recovery/item_files.h"

#include <zlib.h>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "storage/store/item_rules.h"
#include "storage/store/keys.h"
#include "storage/value/base64.h"
#include "storage/value/json.h"
#include "storage/value/json_writer.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

// An item of 400 KB takes less, however it is escaped.
constexpr std::size_t kLongestRecord = 8UL * 1024 * 1024;
// Values within {"Item":{…}} take two levels each.
constexpr int kMaxLineDepth = 2 * kMaxDepth + 8;
constexpr std::size_t kChunk = 64UL * 1024;

tl::unexpected<Error> malformed(std::string message) {
    return fail(ErrorCode::validation, std::move(message));
}

// Cuts a CSV record into its fields: those in quotes may hold delimiters, line ends and doubled quotes.
Result<std::vector<std::string>> csvFields(std::string_view text, char delimiter) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            fields.back() += c;
            ++i;
        } else if (c == '"' && (quoted || fields.back().empty())) {
            quoted = !quoted;
        } else if (c == delimiter && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    if (quoted) return malformed("A quoted field has no end");
    return fields;
}

Result<AttributeValue> csvValue(AttributeType type, std::string text) {
    if (type == AttributeType::N) {
        DRYDOCK_ASSIGN(const Number number, Number::parse(text));
        return AttributeValue(number);
    }
    if (type == AttributeType::B) {
        DRYDOCK_ASSIGN(Binary bytes, decodeBase64(text));
        return AttributeValue(std::move(bytes));
    }
    return AttributeValue(std::move(text));
}

std::string csvText(const AttributeValue& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* number = value.as<Number>()) return number->toString();
    std::string shown;
    appendValueJson(value, shown);
    return shown;
}

}  // namespace

// The text of a file, buffered.
struct ItemFileReader::Stream {
    gzFile file = nullptr;
    std::filesystem::path path;
    std::string buffer;
    std::size_t used = 0;
    bool ended = false;
    bool failed = false;

    ~Stream() {
        if (file != nullptr) gzclose(file);
    }
    // One more character, none at the end.
    std::optional<char> get() {
        if (used == buffer.size() && !fill()) return std::nullopt;
        return buffer[used++];
    }
    bool fill() {
        if (ended) return false;
        buffer.resize(kChunk);
        used = 0;
        const int count = gzread(file, buffer.data(), static_cast<unsigned>(buffer.size()));
        int code = Z_OK;
        gzerror(file, &code);
        // A file cut off shows only behind its last bytes.
        failed = count < 0 || (code != Z_OK && code != Z_STREAM_END);
        ended = count <= 0;
        buffer.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return !buffer.empty();
    }
};

ItemFileReader::ItemFileReader(std::unique_ptr<Stream> stream, FileOptions options, const TableDefinition& table)
    : m_stream(std::move(stream)), m_options(std::move(options)), m_table(table) {}
ItemFileReader::~ItemFileReader() = default;
ItemFileReader::ItemFileReader(ItemFileReader&& other) noexcept = default;
ItemFileReader& ItemFileReader::operator=(ItemFileReader&& other) noexcept = default;

Result<ItemFileReader> ItemFileReader::open(const std::filesystem::path& file, FileOptions options,
                                            const TableDefinition& table, std::uint64_t position) {
    auto stream = std::make_unique<Stream>();
    stream->path = file;
    stream->file = gzopen(file.c_str(), "rb");
    if (stream->file == nullptr) return fail(ErrorCode::io, file.string() + ": The file cannot be opened.");
    ItemFileReader reader(std::move(stream), std::move(options), table);
    if (reader.m_options.format == FileFormat::csv && reader.m_options.header.empty()) {
        if (const auto first = reader.nextText()) {
            DRYDOCK_ASSIGN(const std::string text, *first);
            DRYDOCK_ASSIGN(reader.m_options.header, csvFields(text, reader.m_options.delimiter));
        }
    }
    while (reader.m_position < position && reader.nextText()) {
    }
    return reader;
}

// The text of the next record that is not empty.
std::optional<Result<std::string>> ItemFileReader::nextText() {
    const bool csv = m_options.format == FileFormat::csv;
    for (;;) {
        std::string text;
        bool quoted = false;       // within quotes, where a line end is part of the field
        bool quotedField = false;  // of a field that began with them
        bool begins = true;
        bool tooLong = false;
        bool any = false;
        while (const auto c = m_stream->get()) {
            any = true;
            ++m_position;
            if (csv && *c == '"' && (quotedField || begins)) {
                quoted = !quoted;
                quotedField = true;
            }
            if (*c == '\n' && !quoted) break;
            begins = *c == m_options.delimiter && !quoted;
            if (begins) quotedField = false;
            tooLong = tooLong || text.size() >= kLongestRecord;
            if (!tooLong) text += *c;
            // Whoever forgets to close a quote loses a record, not the file.
            if (tooLong) quoted = false;
        }
        if (m_stream->failed) {
            m_stream->failed = false;
            m_stream->ended = true;
            return fail(ErrorCode::validation, m_stream->path.string() + ": The file is damaged or cut off");
        }
        if (!any) return std::nullopt;
        if (tooLong) return malformed("A record is too long");
        if (!text.empty() && text.back() == '\r') text.pop_back();
        if (!text.empty()) return text;
    }
}

std::optional<Record> ItemFileReader::next() {
    const std::optional<Result<std::string>> text = nextText();
    if (!text) return std::nullopt;
    if (!*text) return fail(text->error());
    Record record = m_options.format == FileFormat::csv ? itemOfCsv(**text) : itemOf(**text);
    if (!record) return record;
    std::string key;
    const Result<void> keyed = encodeItemKey(m_table.key, *record, key);
    if (!keyed) return fail(keyed.error());
    const Result<std::int64_t> checked = checkItem(*record, false);
    if (!checked) return fail(checked.error());
    return record;
}

Record ItemFileReader::itemOf(const std::string& text) const {
    if (m_options.format == FileFormat::plainJson) return itemFromPlainJson(text, kMaxLineDepth);
    DRYDOCK_ASSIGN(const json line, parseJson(text, kMaxLineDepth));
    const auto item = line.find("Item");
    if (!line.is_object() || item == line.end() || line.size() != 1) return malformed("The line has no Item");
    return itemFromJson(*item);
}

// Key attributes have the types of the table's keys; everything else is text. An empty field is no attribute.
Record ItemFileReader::itemOfCsv(const std::string& text) const {
    DRYDOCK_ASSIGN(std::vector<std::string> fields, csvFields(text, m_options.delimiter));
    if (fields.size() > m_options.header.size()) return malformed("The record has more fields than there are columns");
    Item item;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].empty()) continue;
        const std::string& name = m_options.header[i];
        const AttributeType type = keyAttributeType(m_table, name).value_or(AttributeType::S);
        DRYDOCK_ASSIGN(AttributeValue value, csvValue(type, std::move(fields[i])));
        item.set(name, std::move(value));
    }
    return item;
}

void appendItemLine(const Item& item, std::string& out) {
    out += "{\"Item\":";
    appendItemJson(item, out);
    out += "}\n";
}

void appendPlainLine(const Item& item, std::string& out) {
    out += itemToPlainJson(item).dump();
    out += '\n';
}

void appendCsvField(std::string_view text, std::string& out) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void appendCsvHeader(const std::vector<std::string>& columns, std::string& out) {
    for (const std::string& column : columns) {
        if (&column != &columns.front()) out += ',';
        appendCsvField(column, out);
    }
    out += '\n';
}

void appendCsvRecord(const Item& item, const std::vector<std::string>& columns, std::string& out) {
    for (const std::string& column : columns) {
        if (&column != &columns.front()) out += ',';
        if (const AttributeValue* value = item.find(column)) appendCsvField(csvText(*value), out);
    }
    out += '\n';
}

Result<std::string> gzipped(std::string_view text) {
    z_stream stream{};
    constexpr int kGzip = 15 + 16;  // the largest window, with gzip's header
    constexpr int kMemory = 8;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
        return fail(ErrorCode::internal, "Text cannot be compressed: there is not enough memory");
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int code = deflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    deflateEnd(&stream);
    if (code != Z_STREAM_END) return fail(ErrorCode::internal, "Text cannot be compressed");
    return out;
}

}  // namespace drydock::storage
