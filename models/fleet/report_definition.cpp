// Definitions of reports from JSON.
#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "models/fleet/report.h"
#include "models/fleet/report_definition_files.h"
#include "storage/table/json_fields.h"
#include "storage/value/json.h"

namespace drydock::fleet {

using nlohmann::json;
using storage::ErrorCode;
using storage::Result;
using storage::wrongField;

namespace {

constexpr int kMaxFileDepth = 8;  // definitions nest three levels

constexpr std::array<std::pair<CellFormat, std::string_view>, 3> kCellFormats = {
    {{CellFormat::size, "size"}, {CellFormat::time, "time"}, {CellFormat::timeMs, "time_ms"}}};

Result<ReportColumn> columnOf(const json& value, const std::string& path) {
    DRYDOCK_TRY(storage::checkKeys(value, path, {"attribute", "heading", "format"}));
    ReportColumn column;
    DRYDOCK_ASSIGN(column.attribute, storage::requiredString(value, path, "attribute"));
    DRYDOCK_ASSIGN(column.heading, storage::requiredString(value, path, "heading"));
    DRYDOCK_ASSIGN(const std::optional<std::string> word, storage::optionalString(value, path, "format"));
    if (!word) return column;
    const auto* const known = std::find_if(kCellFormats.begin(), kCellFormats.end(),
                                           [&word](const auto& each) { return each.second == *word; });
    if (known == kCellFormats.end()) return wrongField(path + ".format", "must be size, time or time_ms");
    column.format = known->first;
    return column;
}

Result<ReportOrder> orderOf(const json& value, const std::string& path) {
    DRYDOCK_TRY(storage::checkKeys(value, path, {"attribute", "descending"}));
    ReportOrder order;
    DRYDOCK_ASSIGN(order.attribute, storage::requiredString(value, path, "attribute"));
    DRYDOCK_ASSIGN(order.descending, storage::optionalFlag(value, path, "descending"));
    return order;
}

// The elements of the list `name`; an absent one has none.
template <class Element>
Result<std::vector<Element>> listOf(const json& object, const char* name,
                                    Result<Element> (*elementOf)(const json& value, const std::string& path)) {
    std::vector<Element> elements;
    const auto list = object.find(name);
    if (list == object.end()) return elements;
    const std::string path = std::string("$.") + name;
    if (!list->is_array()) return wrongField(path, "must be a list");
    for (const json& value : *list) {
        DRYDOCK_ASSIGN(Element element, elementOf(value, path + "[" + std::to_string(elements.size()) + "]"));
        elements.push_back(std::move(element));
    }
    return elements;
}

}  // namespace

std::optional<ReportFormat> reportFormatOf(std::string_view word) {
    if (word == "md") return ReportFormat::markdown;
    if (word == "html") return ReportFormat::html;
    if (word == "csv") return ReportFormat::csv;
    return std::nullopt;
}

Result<ReportDefinition> parseReportDefinition(std::string_view jsonText) {
    const Result<json> document = storage::parseJson(jsonText, kMaxFileDepth);
    if (!document) return wrongField("$", document.error().message);
    DRYDOCK_TRY(storage::checkKeys(*document, "$", {"title", "table", "group_by", "sort_by", "columns"}));
    ReportDefinition definition;
    DRYDOCK_ASSIGN(definition.title, storage::requiredString(*document, "$", "title"));
    DRYDOCK_ASSIGN(definition.table, storage::requiredString(*document, "$", "table"));
    DRYDOCK_ASSIGN(std::vector<ReportColumn> groups, listOf<ReportColumn>(*document, "group_by", columnOf));
    if (groups.size() != definition.groups.size()) return wrongField("$.group_by", "must have two elements");
    std::move(groups.begin(), groups.end(), definition.groups.begin());
    DRYDOCK_ASSIGN(definition.order, listOf<ReportOrder>(*document, "sort_by", orderOf));
    DRYDOCK_ASSIGN(definition.columns, listOf<ReportColumn>(*document, "columns", columnOf));
    if (definition.columns.empty()) return wrongField("$.columns", "must have at least one element");
    return definition;
}

Result<ReportDefinition> shippedReport(std::string_view name) {
    std::string known;
    for (const ReportDefinitionFile& file : kReportDefinitionFiles) {
        if (file.name == name) return parseReportDefinition(file.json);
        known += (known.empty() ? "" : ", ") + std::string(file.name);
    }
    return storage::fail(ErrorCode::notFound,
                         "There is no report \"" + std::string(name) + "\"; there are " + known + ".");
}

}  // namespace drydock::fleet
