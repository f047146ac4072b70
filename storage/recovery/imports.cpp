#include "storage/recovery/imports.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "storage/recovery/folders.h"
#include "storage/table/resource_names.h"

namespace drydock::storage {
namespace {

using nlohmann::json;

// Of items written in one commit.
constexpr std::uint64_t kSliceBytes = 1024ULL * 1024;

constexpr std::array<std::pair<TransferStatus, const char*>, 3> kStatusWords{
    {{TransferStatus::inProgress, "inProgress"},
     {TransferStatus::completed, "completed"},
     {TransferStatus::failed, "failed"}}};

const char* wordOf(TransferStatus status) {
    return std::find_if(kStatusWords.begin(), kStatusWords.end(),
                        [&](const auto& each) { return each.first == status; })
        ->second;
}

}  // namespace

// How far an import is: a file, and the place in it.
struct Import::Position {
    std::string file;  // empty: before the first
    std::uint64_t at = 0;
    bool fileDone = true;

    [[nodiscard]] std::string text() const { return json{{"file", file}, {"at", at}, {"fileDone", fileDone}}.dump(); }
    [[nodiscard]] static Result<Position> fromText(std::string_view text) {
        Position position;
        if (text.empty()) return position;
        try {
            const json object = json::parse(text);
            position.file = object.at("file").get<std::string>();
            position.at = object.at("at").get<std::uint64_t>();
            position.fileDone = object.at("fileDone").get<bool>();
            return position;
        } catch (const json::exception& exception) {
            return fail(ErrorCode::corrupt, std::string("The note of an import is damaged: ") + exception.what());
        }
    }
};

std::string importArn(const ImportDescription& description) {
    return tableArn(description.request.definition.name).append("/import/").append(description.id);
}

std::string importText(const ImportDescription& description) {
    const ImportRequest& request = description.request;
    return json{{"id", description.id},
                {"definition", definitionToJson(request.definition)},
                {"bucket", request.bucket},
                {"prefix", request.prefix},
                {"csv", request.files.format == FileFormat::csv},
                {"delimiter", std::string(1, request.files.delimiter)},
                {"header", request.files.header},
                {"token", request.clientToken},
                {"request", request.request},
                {"status", wordOf(description.status)},
                {"tableId", description.tableId},
                {"startedMs", description.startedMs},
                {"endedMs", description.endedMs},
                {"processedBytes", description.processedBytes},
                {"processed", description.processedCount},
                {"imported", description.importedCount},
                {"errors", description.errorCount},
                {"failure", description.failure}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<ImportDescription> importFromText(std::string_view text) {
    try {
        const json object = json::parse(text);
        ImportDescription description;
        description.id = object.at("id").get<std::string>();
        ImportRequest& request = description.request;
        DRYDOCK_ASSIGN(request.definition, definitionFromJson(object.at("definition")));
        request.bucket = object.at("bucket").get<std::string>();
        request.prefix = object.at("prefix").get<std::string>();
        request.files.format = object.at("csv").get<bool>() ? FileFormat::csv : FileFormat::dynamoDbJson;
        request.files.delimiter = object.at("delimiter").get<std::string>().at(0);
        request.files.header = object.at("header").get<std::vector<std::string>>();
        request.clientToken = object.at("token").get<std::string>();
        request.request = object.at("request").get<std::string>();
        const std::string status = object.at("status").get<std::string>();
        for (const auto& [each, word] : kStatusWords) {
            if (status == word) description.status = each;
        }
        description.tableId = object.at("tableId").get<std::string>();
        description.startedMs = object.at("startedMs").get<std::int64_t>();
        description.endedMs = object.at("endedMs").get<std::int64_t>();
        description.processedBytes = object.at("processedBytes").get<std::uint64_t>();
        description.processedCount = object.at("processed").get<std::uint64_t>();
        description.importedCount = object.at("imported").get<std::uint64_t>();
        description.errorCount = object.at("errors").get<std::uint64_t>();
        description.failure = object.at("failure").get<std::string>();
        return description;
    } catch (const std::exception& exception) {
        return fail(ErrorCode::corrupt, std::string("The note of an import is damaged: ") + exception.what());
    }
}

// Opens the file the position is in, or the one after it; false when there is none.
Result<bool> Import::openNext(const RecoveryHost& host, ImportDescription& description, const Table& table,
                              Position& position) {
    const std::filesystem::path bucket = bucketFolder(host.directory(), description.request.bucket);
    DRYDOCK_ASSIGN(const std::vector<std::string> files, filesIn(bucket, description.request.prefix));
    const auto next = position.fileDone ? std::upper_bound(files.begin(), files.end(), position.file)
                                        : std::lower_bound(files.begin(), files.end(), position.file);
    if (next == files.end()) return false;
    if (*next != position.file) position.at = 0;
    position.file = *next;
    position.fileDone = false;
    Result<ItemFileReader> reader =
        ItemFileReader::open(bucket / *next, description.request.files, table.definition, position.at);
    if (reader) {
        m_reader.emplace(*std::move(reader));
    } else {
        // A file none of which can be read is one record that is wrong.
        noteError(description, reader.error());
        position.fileDone = true;
    }
    return true;
}

void Import::noteError(ImportDescription& description, const Error& error) {
    if (description.errorCount++ == 0) description.failure = error.message;
    ++description.processedCount;
}

Result<Import::Progress> Import::load(RecoveryHost& host, Writer& writer, Table& table, Position& position,
                                      ImportDescription& description, std::size_t limit) {
    Progress progress;
    std::uint64_t bytes = 0;
    while (progress.done < limit && bytes < kSliceBytes) {
        if (!m_reader) {
            DRYDOCK_ASSIGN(const bool opened, openNext(host, description, table, position));
            progress.ended = !opened;
            if (!opened) return progress;
            ++progress.done;
            continue;
        }
        std::optional<Record> record = m_reader->next();
        if (!record) {
            m_reader.reset();
            position.fileDone = true;
            continue;
        }
        ++progress.done;
        const std::uint64_t read = m_reader->position() - position.at;
        bytes += read;
        description.processedBytes += read;
        position.at = m_reader->position();
        if (!*record) {
            noteError(description, record->error());
            continue;
        }
        DRYDOCK_TRY(writer.load(table, **std::move(record)));
        ++description.processedCount;
        ++description.importedCount;
    }
    return progress;
}

Result<Import::Progress> Import::step(RecoveryHost& host, Table& table, const Job& job, std::size_t limit) {
    DRYDOCK_ASSIGN(ImportDescription description, importFromText(job.description));
    DRYDOCK_ASSIGN(Position position, Position::fromText(job.position));
    Progress progress;
    const auto work = [&](Writer& writer) -> Result<void> {
        DRYDOCK_ASSIGN(progress, load(host, writer, table, position, description, limit));
        sqlite::Connection& connection = host.connection();
        const bool nothing = progress.ended && position.file.empty();
        if (nothing) {
            progress.failure = "There is no file in bucket " + description.request.bucket +
                               " whose name begins with the prefix: " + description.request.prefix;
            return {};
        }
        if (progress.ended) {
            description.status = TransferStatus::completed;
            description.endedMs = host.nowMs();
        }
        DRYDOCK_TRY(describeJob(connection, job.id, importText(description)));
        if (!progress.ended) return moveJob(connection, job.id, position.text());
        DRYDOCK_TRY(endJob(connection, job.id));
        return Catalogue::setLoading(connection, table.id, false);
    };
    Result<void> changed = host.change(work);
    if (changed) return progress;
    // The file is ahead of what was committed.
    m_reader.reset();
    return fail(std::move(changed).error());
}

}  // namespace drydock::storage
