// How a report is written down: as CSV, as Markdown (CommonMark with GitHub's tables) or as a page of HTML. Cells are
// text without any markup of their own.
// Thread: any; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/fleet/report.h"

namespace drydock::fleet {

// A record of RFC 4180.
void appendCsvLine(const std::vector<std::string>& cells, std::string& out);

// A title, groups and their tables, added from top to bottom.
class ReportDocument {
public:
    ReportDocument(ReportFormat format, std::string_view title);  // Markdown or HTML

    void beginGroup(std::string_view heading);
    void beginTable(std::string_view heading, const std::vector<std::string>& columns);
    void addRow(const std::vector<std::string>& cells);  // of the table begun last
    [[nodiscard]] std::string finish() &&;

private:
    void addHeading(int level, std::string_view text);
    void endTable();
    [[nodiscard]] std::string escaped(std::string_view text) const;

    bool m_html;
    bool m_inTable = false;
    bool m_empty = true;
    std::string m_text;
};

}  // namespace drydock::fleet
