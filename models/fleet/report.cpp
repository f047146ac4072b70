#include "models/fleet/report.h"

#include <algorithm>
#include <array>
#include <compare>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "models/fleet/report_text.h"
#include "models/fleet/text.h"
#include "storage/value/json.h"

namespace drydock::fleet {

using storage::AttributeValue;
using storage::Item;
using storage::Number;

namespace {

constexpr std::int64_t kLatestSecond =
    253'402'300'799;  // of the year 9999, the last that ISO 8601 writes in four digits

// "512 B", "1.4 MiB"
std::string sizeText(std::int64_t bytes) {
    constexpr std::array<const char*, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    // What would be rounded up to 1024.0 is 1.0 of the next.
    constexpr double kNextUnit = 1023.95;
    for (; size >= kNextUnit && unit + 1 < kUnits.size(); ++unit) size /= 1024;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f %s", unit == 0 ? 0 : 1, size, kUnits.at(unit));
    return text.data();
}

std::string secondsText(std::int64_t seconds) {
    constexpr std::size_t kToSeconds = 19;  // "2024-03-24T22:43:28"
    return isoTime(seconds * 1000).substr(0, kToSeconds) + "Z";
}

std::string numberText(const Number& number, CellFormat format) {
    const auto value = number.toInt64();
    if (value && *value >= 0) {
        if (format == CellFormat::size) return sizeText(*value);
        if (format == CellFormat::time && *value <= kLatestSecond) return secondsText(*value);
        if (format == CellFormat::timeMs && *value / 1000 <= kLatestSecond) return isoTime(*value);
    }
    return number.toString();
}

std::string cellText(const Item& item, const std::string& attribute, CellFormat format) {
    const AttributeValue* value = item.find(attribute);
    if (value == nullptr || value->as<storage::Null>() != nullptr) return {};
    if (const auto* text = value->as<std::string>()) return *text;
    if (const auto* number = value->as<Number>()) return numberText(*number, format);
    // Whatever else there is, as ordinary JSON has it.
    const nlohmann::json shown = storage::itemToPlainJson(Item{{attribute, *value}});
    const nlohmann::json& plain = shown.at(attribute);
    return plain.is_string() ? plain.get<std::string>() : plain.dump();
}

// Numbers by value, everything else by its text; what is missing comes last.
int compare(const Item& a, const Item& b, const std::string& attribute) {
    const AttributeValue* left = a.find(attribute);
    const AttributeValue* right = b.find(attribute);
    if (left == nullptr || right == nullptr) return (left == nullptr ? 1 : 0) - (right == nullptr ? 1 : 0);
    const auto* leftNumber = left->as<Number>();
    const auto* rightNumber = right->as<Number>();
    if (leftNumber != nullptr && rightNumber != nullptr) {
        const auto order = *leftNumber <=> *rightNumber;
        return (std::is_gt(order) ? 1 : 0) - (std::is_lt(order) ? 1 : 0);
    }
    // An order that holds among all items needs numbers to be on one side of everything else.
    if ((leftNumber == nullptr) != (rightNumber == nullptr)) return leftNumber != nullptr ? -1 : 1;
    return cellText(a, attribute, CellFormat::plain).compare(cellText(b, attribute, CellFormat::plain));
}

void sortItems(const ReportDefinition& definition, std::vector<Item>& items) {
    std::vector<ReportOrder> orders;
    for (const ReportColumn& group : definition.groups) orders.push_back({group.attribute, false});
    orders.insert(orders.end(), definition.order.begin(), definition.order.end());
    std::stable_sort(items.begin(), items.end(), [&orders](const Item& a, const Item& b) {
        for (const ReportOrder& order : orders) {
            const int compared = compare(a, b, order.attribute);
            if (compared != 0) return order.descending ? compared > 0 : compared < 0;
        }
        return false;
    });
}

std::vector<std::string> rowOf(const Item& item, const std::vector<ReportColumn>& columns) {
    std::vector<std::string> row;
    row.reserve(columns.size());
    for (const ReportColumn& column : columns) row.push_back(cellText(item, column.attribute, column.format));
    return row;
}

std::vector<std::string> headingsOf(const std::vector<ReportColumn>& columns) {
    std::vector<std::string> headings;
    headings.reserve(columns.size());
    for (const ReportColumn& column : columns) headings.push_back(column.heading);
    return headings;
}

std::string makeCsv(const ReportDefinition& definition, const std::vector<Item>& items) {
    std::vector<ReportColumn> columns(definition.groups.begin(), definition.groups.end());
    columns.insert(columns.end(), definition.columns.begin(), definition.columns.end());
    // Spreadsheets reckon with bytes, and not with "1.4 MiB".
    for (ReportColumn& column : columns) {
        if (column.format == CellFormat::size) column.format = CellFormat::plain;
    }
    std::string text;
    appendCsvLine(headingsOf(columns), text);
    for (const Item& item : items) appendCsvLine(rowOf(item, columns), text);
    return text;
}

std::string groupHeading(const ReportColumn& group, const Item& item) {
    const std::string value = cellText(item, group.attribute, group.format);
    return group.heading + ": " + (value.empty() ? "(none)" : value);
}

}  // namespace

std::string makeReport(const ReportDefinition& definition, std::vector<Item> items, ReportFormat format) {
    sortItems(definition, items);
    if (format == ReportFormat::csv) return makeCsv(definition, items);
    ReportDocument document(format, definition.title);
    const std::vector<std::string> headings = headingsOf(definition.columns);
    std::string outer;
    std::string inner;
    for (const Item& item : items) {
        std::string outerHeading = groupHeading(definition.groups[0], item);
        std::string innerHeading = groupHeading(definition.groups[1], item);
        const bool first = &item == &items.front();
        const bool newOuter = first || outerHeading != outer;
        if (newOuter) document.beginGroup(outerHeading);
        if (newOuter || innerHeading != inner) document.beginTable(innerHeading, headings);
        outer = std::move(outerHeading);
        inner = std::move(innerHeading);
        document.addRow(rowOf(item, definition.columns));
    }
    return std::move(document).finish();
}

}  // namespace drydock::fleet
