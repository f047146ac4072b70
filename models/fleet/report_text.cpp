#include "models/fleet/report_text.h"

#include <cctype>

#include "storage/recovery/item_files.h"

namespace drydock::fleet {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr std::string_view kStyle =
    "body{font-family:sans-serif}table{border-collapse:collapse}"
    "th,td{border:1px solid #999;padding:.2em .6em;text-align:left}";

// No document may hold them.
bool isControl(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

bool isPartOfWord(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80;
}

// Whether Markdown could read the character at `at` as more than itself. Within words "_" and "#" mean nothing, and
// stay readable there.
bool isMarkup(std::string_view text, std::size_t at) {
    constexpr std::string_view kAlways = "\\`*[]<>|~&!$";
    if (kAlways.find(text[at]) != std::string_view::npos) return true;
    if (text[at] != '_' && text[at] != '#') return false;
    return at == 0 || at + 1 == text.size() || !isPartOfWord(text[at - 1]) || !isPartOfWord(text[at + 1]);
}

// A line end would end a row or heading; "\r\n" is one.
bool isSecondOfLineEnd(std::string_view text, std::size_t at) {
    return text[at] == '\n' && at > 0 && text[at - 1] == '\r';
}

std::string escapedMarkdown(std::string_view text) {
    std::string escaped;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\n' || c == '\r') {
            if (!isSecondOfLineEnd(text, at)) escaped += "<br>";
        } else if (isControl(c)) {
            escaped += kReplacement;
        } else {
            if (isMarkup(text, at)) escaped += '\\';
            escaped += c;
        }
    }
    return escaped;
}

std::string escapedHtml(std::string_view text) {
    std::string escaped;
    for (std::size_t at = 0; at < text.size(); ++at) {
        switch (const char c = text[at]) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#39;";
                break;
            case '\n':
            case '\r':
                if (!isSecondOfLineEnd(text, at)) escaped += "<br>";
                break;
            default:
                if (isControl(c)) {
                    escaped += kReplacement;
                } else {
                    escaped += c;
                }
        }
    }
    return escaped;
}

}  // namespace

void appendCsvLine(const std::vector<std::string>& cells, std::string& out) {
    for (const std::string& cell : cells) {
        if (&cell != &cells.front()) out += ',';
        storage::appendCsvField(cell, out);
    }
    out += "\r\n";
}

ReportDocument::ReportDocument(ReportFormat format, std::string_view title) : m_html(format == ReportFormat::html) {
    if (m_html) {
        m_text.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
            .append(escaped(title))
            .append("</title>\n<style>")
            .append(kStyle)
            .append("</style>\n</head>\n<body>\n");
    }
    addHeading(1, title);
}

void ReportDocument::beginGroup(std::string_view heading) {
    endTable();
    addHeading(2, heading);
}

void ReportDocument::beginTable(std::string_view heading, const std::vector<std::string>& columns) {
    endTable();
    addHeading(3, heading);
    m_inTable = true;
    m_empty = false;
    if (m_html) {
        m_text += "<table>\n<thead><tr>";
        for (const std::string& column : columns) m_text.append("<th>").append(escaped(column)).append("</th>");
        m_text += "</tr></thead>\n<tbody>\n";
        return;
    }
    m_text += '\n';
    addRow(columns);
    m_text += '|';
    for (std::size_t i = 0; i < columns.size(); ++i) m_text += " --- |";
    m_text += '\n';
}

void ReportDocument::addRow(const std::vector<std::string>& cells) {
    m_text += m_html ? "<tr>" : "|";
    for (const std::string& cell : cells) {
        if (m_html) {
            m_text.append("<td>").append(escaped(cell)).append("</td>");
        } else {
            m_text.append(" ").append(escaped(cell)).append(cell.empty() ? "|" : " |");
        }
    }
    m_text += m_html ? "</tr>\n" : "\n";
}

std::string ReportDocument::finish() && {
    endTable();
    if (m_empty) m_text += m_html ? "<p>There is nothing to report.</p>\n" : "\nThere is nothing to report.\n";
    if (m_html) m_text += "</body>\n</html>\n";
    return std::move(m_text);
}

void ReportDocument::addHeading(int level, std::string_view text) {
    const std::string number = std::to_string(level);
    if (m_html) {
        m_text.append("<h" + number + ">").append(escaped(text)).append("</h" + number + ">\n");
        return;
    }
    if (!m_text.empty()) m_text += '\n';
    m_text.append(static_cast<std::size_t>(level), '#').append(" ").append(escaped(text)).append("\n");
}

void ReportDocument::endTable() {
    if (m_inTable && m_html) m_text += "</tbody>\n</table>\n";
    m_inTable = false;
}

std::string ReportDocument::escaped(std::string_view text) const {
    return m_html ? escapedHtml(text) : escapedMarkdown(text);
}

}  // namespace drydock::fleet
