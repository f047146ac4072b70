// Exports of tables to folders, and imports from them.
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "storage/api/answered_operation.h"
#include "storage/api/operation.h"
#include "storage/api/table_description.h"
#include "storage/api/table_request.h"
#include "storage/api/table_shapes.h"
#include "storage/recovery/table_recovery.h"
#include "storage/table/resource_names.h"

namespace drydock::storage::api {
namespace {

using nlohmann::json;
using Kind = Shape::Kind;
using Made = Result<std::unique_ptr<Operation>>;

constexpr std::int64_t kMostListed = 25;

constexpr Shape kPlainText{};
constexpr Shape kPlainFlag{.kind = Kind::boolean};
constexpr Shape kTime{.kind = Kind::longInteger};
constexpr Shape kArn{.least = 1, .most = 1024};
constexpr Shape kLongArn{.least = 37, .most = 1024};
constexpr Shape kBucket{.least = 0, .most = 255};
constexpr Shape kPrefix{.least = 0, .most = 1024};
constexpr Shape kListLimit{.kind = Kind::integer, .least = 1, .most = kMostListed};

const char* wordOf(TransferStatus status) {
    switch (status) {
        case TransferStatus::inProgress:
            return "IN_PROGRESS";
        case TransferStatus::completed:
            return "COMPLETED";
        case TransferStatus::failed:
            break;
    }
    return "FAILED";
}

// An ARN that names no table at all is a mistake of its own, told before anything is looked up.
Result<void> checkTransferArn(const json& body, const char* member, const std::string& what) {
    constexpr std::size_t kShortestName = 3;
    const std::string arn = text(body, member);
    const std::string named = tableName(arn);
    if (arn.starts_with("arn:") && named.substr(0, named.find('/')).size() >= kShortestName) return {};
    return invalid("Invalid " + what + " ARN");
}

// One page of a list, newest first: those behind the token, which is the ARN of the last one shown.
template <class Description, class ArnOf, class Show>
Result<json> listPage(const json& body, const std::vector<Description>& all, ArnOf arnOf, const char* limitName,
                      Show show) {
    const std::string token = text(body, "NextToken");
    const std::string table = text(body, "TableArn");
    const auto limit = static_cast<std::size_t>(integer(body, limitName).value_or(kMostListed));
    json page = {{"list", json::array()}};
    bool begun = token.empty();
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        const std::string arn = arnOf(*each);
        if (!begun) {
            begun = arn == token;
            continue;
        }
        if (!table.empty() && !arn.starts_with(tableArn(tableName(table)) + "/")) continue;
        if (page["list"].size() == limit) {
            page["next"] = page["list"].back()["arn"];
            break;
        }
        page["list"].push_back({{"arn", arn}, {"shown", show(*each)}});
    }
    if (!begun) return invalid("Invalid Request: Provided nextToken is invalid: " + token);
    return page;
}

json listAnswer(const json& page, const char* member) {
    json answer = {{member, json::array()}};
    for (const json& each : page.at("list")) answer[member].push_back(each.at("shown"));
    if (page.contains("next")) answer["NextToken"] = page.at("next");
    return answer;
}

// ---- Exports --------------------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 2> kExportFormats = {"DYNAMODB_JSON", "ION"};
constexpr Shape kExportFormat{.words = kExportFormats};
constexpr std::array<std::string_view, 2> kExportTypes = {"FULL_EXPORT", "INCREMENTAL_EXPORT"};
constexpr Shape kExportType{.words = kExportTypes};
constexpr std::array<Member, 10> kExportMembers = {{{"TableArn", &kArn, true},
                                                    {"ExportTime", &kTime},
                                                    {"ClientToken", &kPlainText},
                                                    {"S3Bucket", &kBucket, true},
                                                    {"S3BucketOwner", &kPlainText},
                                                    {"S3Prefix", &kPrefix},
                                                    {"S3SseAlgorithm", &kPlainText},
                                                    {"S3SseKmsKeyId", &kPlainText},
                                                    {"ExportFormat", &kExportFormat},
                                                    {"ExportType", &kExportType}}};
constexpr std::array<Member, 1> kExportArnOnly = {{{"ExportArn", &kLongArn, true}}};
constexpr std::array<Member, 3> kListExportsMembers = {
    {{"TableArn", &kArn}, {"MaxResults", &kListLimit}, {"NextToken", &kPlainText}}};

json exportJson(const ExportDescription& description) {
    const ExportRequest& request = description.request;
    json shown = {{"ExportArn", exportArn(description)},
                  {"ExportStatus", wordOf(description.status)},
                  {"StartTime", secondsOf(description.startedMs)},
                  {"TableArn", tableArn(request.table)},
                  {"TableId", description.tableId},
                  {"ExportTime", secondsOf(request.atMs.value_or(0))},
                  {"S3Bucket", request.bucket},
                  {"ExportFormat", "DYNAMODB_JSON"},
                  {"ExportType", "FULL_EXPORT"}};
    if (!request.prefix.empty()) shown["S3Prefix"] = request.prefix;
    if (!request.clientToken.empty()) shown["ClientToken"] = request.clientToken;
    if (description.endedMs != 0) shown["EndTime"] = secondsOf(description.endedMs);
    if (description.status == TransferStatus::completed) {
        shown["ExportManifest"] = manifestKey(description);
        shown["BilledSizeBytes"] = description.sizeBytes;
        shown["ItemCount"] = description.itemCount;
    }
    if (description.status == TransferStatus::failed) {
        shown["FailureCode"] = "InternalServerError";
        shown["FailureMessage"] = description.failure;
    }
    return {{"ExportDescription", std::move(shown)}};
}

Result<json> exportTable(const json& body, TableStore& store) {
    ExportRequest request;
    request.table = tableName(text(body, "TableArn"));
    request.bucket = text(body, "S3Bucket");
    request.prefix = text(body, "S3Prefix");
    request.clientToken = text(body, "ClientToken");
    if (const json* time = find(body, "ExportTime")) {
        constexpr double kEnd = 9e12;  // seconds beyond any calendar
        request.atMs = static_cast<std::int64_t>(std::clamp(time->get<double>(), 0.0, kEnd) * 1000);
    }
    TableRecovery& recovery = store.recovery();
    DRYDOCK_ASSIGN(const ExportDescription description, recovery.exportTable(request));
    // What has begun stays begun: trouble with it is met again by the steps to come.
    std::ignore = recovery.step(kFirstSlice);
    return exportJson(description);
}

Made makeExportTable(const json& body) {
    DRYDOCK_TRY(checkBody(body, kExportMembers));
    if (text(body, "ExportFormat") == "ION") return invalidParameter("ExportFormat ION is not supported");
    if (text(body, "ExportType") == "INCREMENTAL_EXPORT") {
        return invalidParameter("ExportType INCREMENTAL_EXPORT is not supported");
    }
    return std::make_unique<AdministrationOperation>(body, &exportTable);
}

Result<json> describeExport(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const ExportDescription description, store.recovery().describeExport(text(body, "ExportArn")));
    return exportJson(description);
}

Made makeDescribeExport(const json& body) {
    DRYDOCK_TRY(checkBody(body, kExportArnOnly));
    DRYDOCK_TRY(checkTransferArn(body, "ExportArn", "Export"));
    return std::make_unique<AdministrationOperation>(body, &describeExport);
}

Result<json> listExports(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const std::vector<ExportDescription> exports, store.recovery().listExports());
    const auto show = [](const ExportDescription& description) {
        return json{{"ExportArn", exportArn(description)},
                    {"ExportStatus", wordOf(description.status)},
                    {"ExportType", "FULL_EXPORT"}};
    };
    DRYDOCK_ASSIGN(const json page, listPage(body, exports, &exportArn, "MaxResults", show));
    return listAnswer(page, "ExportSummaries");
}

Made makeListExports(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListExportsMembers));
    return std::make_unique<AdministrationOperation>(body, &listExports);
}

// ---- Imports --------------------------------------------------------------------------------------------------------

constexpr std::array<Member, 3> kSourceMembers = {
    {{"S3BucketOwner", &kPlainText}, {"S3Bucket", &kBucket, true}, {"S3KeyPrefix", &kPrefix}}};
constexpr Shape kSource{.kind = Kind::structure, .className = "S3BucketSource", .members = kSourceMembers};
constexpr std::array<std::string_view, 3> kInputFormats = {"DYNAMODB_JSON", "ION", "CSV"};
constexpr Shape kInputFormat{.words = kInputFormats};
constexpr std::array<std::string_view, 3> kCompressions = {"GZIP", "ZSTD", "NONE"};
constexpr Shape kCompression{.words = kCompressions};
constexpr Shape kDelimiter{.least = 1, .most = 1};
constexpr Shape kHeader{.least = 1, .most = 65536};
constexpr Shape kHeaders{.kind = Kind::list, .element = &kHeader, .least = 1, .most = 255};
constexpr std::array<Member, 2> kCsvMembers = {{{"Delimiter", &kDelimiter}, {"HeaderList", &kHeaders}}};
constexpr Shape kCsv{.kind = Kind::structure, .className = "CsvOptions", .members = kCsvMembers};
constexpr std::array<Member, 1> kOptionsMembers = {{{"Csv", &kCsv}}};
constexpr Shape kOptions{.kind = Kind::structure, .className = "InputFormatOptions", .members = kOptionsMembers};
// Its own members are checked as CreateTable's are.
constexpr Shape kParameters{.kind = Kind::structure, .className = "TableCreationParameters"};
constexpr std::array<Member, 6> kImportMembers = {{{"ClientToken", &kPlainText},
                                                   {"S3BucketSource", &kSource, true},
                                                   {"InputFormat", &kInputFormat, true},
                                                   {"InputFormatOptions", &kOptions},
                                                   {"InputCompressionType", &kCompression},
                                                   {"TableCreationParameters", &kParameters, true}}};
constexpr std::array<Member, 1> kImportArnOnly = {{{"ImportArn", &kLongArn, true}}};
constexpr std::array<Member, 3> kListImportsMembers = {
    {{"TableArn", &kArn}, {"PageSize", &kListLimit}, {"NextToken", &kPlainText}}};

// What the request said is kept with the import and shown again.
constexpr std::array<const char*, 5> kEchoed = {"S3BucketSource", "InputFormat", "InputFormatOptions",
                                                "InputCompressionType", "TableCreationParameters"};

json importJson(const ImportDescription& description) {
    json shown = {{"ImportArn", importArn(description)},
                  {"ImportStatus", wordOf(description.status)},
                  {"TableArn", tableArn(description.request.definition.name)},
                  {"TableId", description.tableId},
                  {"StartTime", secondsOf(description.startedMs)},
                  {"ErrorCount", description.errorCount},
                  {"ProcessedItemCount", description.processedCount},
                  {"ImportedItemCount", description.importedCount}};
    const json request = json::parse(description.request.request, nullptr, false);
    if (request.is_object()) shown.update(request);
    // Nothing is said of the bytes before there are any.
    if (description.processedBytes != 0) shown["ProcessedSizeBytes"] = description.processedBytes;
    if (!description.request.clientToken.empty()) shown["ClientToken"] = description.request.clientToken;
    if (description.endedMs != 0) shown["EndTime"] = secondsOf(description.endedMs);
    if (description.status == TransferStatus::failed) shown["FailureCode"] = "S3NoSuchKey";
    if (!description.failure.empty()) shown["FailureMessage"] = description.failure;
    return {{"ImportTableDescription", std::move(shown)}};
}

FileOptions filesIn(const json& body) {
    FileOptions files;
    if (text(body, "InputFormat") == "CSV") files.format = FileFormat::csv;
    const json* options = find(body, "InputFormatOptions");
    const json* csv = options == nullptr ? nullptr : find(*options, "Csv");
    if (csv == nullptr) return files;
    if (has(*csv, "Delimiter")) files.delimiter = text(*csv, "Delimiter").front();
    if (const json* header = find(*csv, "HeaderList")) {
        for (const json& name : *header) files.header.push_back(name.get<std::string>());
    }
    return files;
}

Result<json> importTable(const json& body, TableStore& store) {
    ImportRequest request;
    DRYDOCK_ASSIGN(request.definition, createTableRequest(*find(body, "TableCreationParameters")));
    const json& source = *find(body, "S3BucketSource");
    request.bucket = text(source, "S3Bucket");
    request.prefix = text(source, "S3KeyPrefix");
    request.files = filesIn(body);
    request.clientToken = text(body, "ClientToken");
    json echoed = {{"InputCompressionType", "NONE"}};
    for (const char* member : kEchoed) {
        if (const json* value = find(body, member)) echoed[member] = *value;
    }
    request.request = echoed.dump(-1, ' ', false, json::error_handler_t::replace);
    TableRecovery& recovery = store.recovery();
    DRYDOCK_ASSIGN(const ImportDescription description, recovery.importTable(request));
    // What has begun stays begun: trouble with it is met again by the steps to come.
    std::ignore = recovery.step(kFirstSlice);
    return importJson(description);
}

Result<void> checkImportToken(const std::string& token) {
    if (!token.empty() && token.find('$') == std::string::npos) return {};
    return invalid("1 validation error detected: Value '" + token +
                   "' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                   "^[^\\$]+$");
}

Made makeImportTable(const json& body) {
    DRYDOCK_TRY(checkBody(body, kImportMembers));
    if (has(body, "ClientToken")) DRYDOCK_TRY(checkImportToken(text(body, "ClientToken")));
    const json* options = find(body, "InputFormatOptions");
    if (options != nullptr && has(*options, "Csv") && text(body, "InputFormat") == "DYNAMODB_JSON") {
        return invalid("Invalid Request: Unsupported InputFormatOptions for the given input format: DYNAMODB_JSON.");
    }
    const json& parameters = *find(body, "TableCreationParameters");
    DRYDOCK_TRY(checkCreateTable(parameters));
    DRYDOCK_TRY(createTableRequest(parameters));
    if (text(body, "InputFormat") == "ION") return invalidParameter("InputFormat ION is not supported");
    if (text(body, "InputCompressionType") == "ZSTD") {
        return invalidParameter("InputCompressionType ZSTD is not supported");
    }
    return std::make_unique<AdministrationOperation>(body, &importTable);
}

Result<json> describeImport(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const ImportDescription description, store.recovery().describeImport(text(body, "ImportArn")));
    return importJson(description);
}

Made makeDescribeImport(const json& body) {
    DRYDOCK_TRY(checkBody(body, kImportArnOnly));
    DRYDOCK_TRY(checkTransferArn(body, "ImportArn", "Import"));
    return std::make_unique<AdministrationOperation>(body, &describeImport);
}

Result<json> listImports(const json& body, TableStore& store) {
    DRYDOCK_ASSIGN(const std::vector<ImportDescription> imports, store.recovery().listImports());
    const auto show = [](const ImportDescription& description) {
        const json full = importJson(description).at("ImportTableDescription");
        json summary = json::object();
        for (const char* member :
             {"ImportArn", "ImportStatus", "TableArn", "S3BucketSource", "InputFormat", "StartTime", "EndTime"}) {
            if (full.contains(member)) summary[member] = full.at(member);
        }
        return summary;
    };
    DRYDOCK_ASSIGN(const json page, listPage(body, imports, &importArn, "PageSize", show));
    return listAnswer(page, "ImportSummaryList");
}

Made makeListImports(const json& body) {
    DRYDOCK_TRY(checkBody(body, kListImportsMembers));
    return std::make_unique<AdministrationOperation>(body, &listImports);
}

constexpr std::array<OperationEntry, 6> kOperations = {{
    {"DynamoDB_20120810.ExportTableToPointInTime", &makeExportTable},
    {"DynamoDB_20120810.DescribeExport", &makeDescribeExport},
    {"DynamoDB_20120810.ListExports", &makeListExports},
    {"DynamoDB_20120810.ImportTable", &makeImportTable},
    {"DynamoDB_20120810.DescribeImport", &makeDescribeImport},
    {"DynamoDB_20120810.ListImports", &makeListImports},
}};

}  // namespace

std::span<const OperationEntry> transferOperations() {
    return kOperations;
}

}  // namespace drydock::storage::api
