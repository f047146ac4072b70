// Reports: the items of a table as a document for people, in groups by two attributes and sorted.
//
// A definition in JSON says what a report shows:
//   {"title", "table", "group_by": [{"attribute", "heading"}, {…}], "sort_by"?: [{"attribute", "descending"?}, …],
//    "columns": [{"attribute", "heading", "format"?: "size" (bytes), "time" or "time_ms" (since the epoch)}, …]}
// The shipped ones are the files of resources/reports/, compiled in, by the names of the files.
// Thread: any; pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.h"
#include "storage/value/attribute_value.h"

namespace drydock::fleet {

enum class ReportFormat : std::uint8_t { markdown, html, csv };
// "md", "html", "csv"
[[nodiscard]] std::optional<ReportFormat> reportFormatOf(std::string_view word);

// Applies to values that are numbers; all others are shown as they are.
enum class CellFormat : std::uint8_t { plain, size, time, timeMs };

struct ReportColumn {
    std::string attribute;
    std::string heading;
    CellFormat format = CellFormat::plain;
};
struct ReportOrder {
    std::string attribute;
    bool descending = false;
};
struct ReportDefinition {
    std::string title;
    std::string table;
    std::array<ReportColumn, 2> groups;  // the outer and the inner
    std::vector<ReportOrder> order;      // within a group, the first matters most
    std::vector<ReportColumn> columns;   // at least one
};

// An unknown key, a missing field or a wrong type is one error naming the path in the text.
[[nodiscard]] storage::Result<ReportDefinition> parseReportDefinition(std::string_view jsonText);
// notFound says which there are.
[[nodiscard]] storage::Result<ReportDefinition> shippedReport(std::string_view name);

// Every item is in it. Groups are those the items have, in order of their values, and what has no group comes last. A
// missing attribute is an empty cell. Text is text in each format, whatever it holds. CSV has the groups as its first
// columns, sizes in bytes, and is as RFC 4180 says; times are ISO 8601 in UTC everywhere.
[[nodiscard]] std::string makeReport(const ReportDefinition& definition, std::vector<storage::Item> items,
                                     ReportFormat format);

}  // namespace drydock::fleet
