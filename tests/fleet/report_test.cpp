#include "models/fleet/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/fleet/firmware.h"
#include "models/fleet/report_definition_files.h"

namespace drydock::fleet {
namespace {

using storage::Item;
using storage::List;
using storage::Number;
using ::testing::HasSubstr;
using ::testing::Not;

ReportDefinition shipped(const char* name) {
    auto definition = shippedReport(name);
    EXPECT_TRUE(definition) << definition.error().message;
    return definition.value_or(ReportDefinition{});
}

Item firmware(const char* product, const char* application, const char* version, std::uint64_t bytes) {
    FirmwareRecord record;
    record.productId = product;
    record.application = application;
    record.version = version;
    record.commit = "1a2b3c4";
    record.zipSizeBytes = bytes;
    record.uploadedAtS = 1'711'320'208;
    record.status = ReleaseStatus::released;
    return firmwareToItem(record);
}

std::vector<Item> firmwares() {
    Item refused = {{"pk", "x"}, {"version", "ERROR#UNKNOWN#x.zip"}, {"release_status", "ERROR"}};
    return {firmware("wo:v8", "main", "2026.03.01", 1'468'006), firmware("ab:v1", "boot", "2025.12.24", 512),
            firmware("wo:v8", "main", "2026.04.01", 2048), firmware("wo:v8", "boot", "2026.01.01", 1024), refused};
}

std::vector<Item> layers() {
    const auto layer = [](const char* distribution, const char* architecture, const char* region) {
        return Item{{"distribution", distribution},
                    {"architecture", architecture},
                    {"region", region},
                    {"layer_arn", std::string("arn:aws:lambda:") + region + ":1:layer:otel-0_12_0:3"},
                    {"layer_version_str", "0_12_0"},
                    {"publish_timestamp", "2025-03-31T00:11:49Z"}};
    };
    return {layer("minimal", "x86_64", "us-east-1"), layer("minimal", "x86_64", "eu-west-1"),
            layer("experimental", "riscv64", "eu-west-1")};
}

TEST(Report, FirmwareAsMarkdown) {
    EXPECT_EQ(makeReport(shipped("firmware"), firmwares(), ReportFormat::markdown),
              R"(# Firmware

## Product: ab:v1

### Application: boot

| Version | Status | Commit | Size | Uploaded |
| --- | --- | --- | --- | --- |
| 2025.12.24 | RELEASED | 1a2b3c4 | 512 B | 2024-03-24T22:43:28Z |

## Product: wo:v8

### Application: boot

| Version | Status | Commit | Size | Uploaded |
| --- | --- | --- | --- | --- |
| 2026.01.01 | RELEASED | 1a2b3c4 | 1.0 KiB | 2024-03-24T22:43:28Z |

### Application: main

| Version | Status | Commit | Size | Uploaded |
| --- | --- | --- | --- | --- |
| 2026.04.01 | RELEASED | 1a2b3c4 | 2.0 KiB | 2024-03-24T22:43:28Z |
| 2026.03.01 | RELEASED | 1a2b3c4 | 1.4 MiB | 2024-03-24T22:43:28Z |

## Product: (none)

### Application: (none)

| Version | Status | Commit | Size | Uploaded |
| --- | --- | --- | --- | --- |
| ERROR#UNKNOWN#x.zip | ERROR | | | |
)");
}

TEST(Report, FirmwareAsCsvHasItsGroupsAsColumnsAndItsSizesInBytes) {
    EXPECT_EQ(makeReport(shipped("firmware"), firmwares(), ReportFormat::csv),
              "Product,Application,Version,Status,Commit,Size,Uploaded\r\n"
              "ab:v1,boot,2025.12.24,RELEASED,1a2b3c4,512,2024-03-24T22:43:28Z\r\n"
              "wo:v8,boot,2026.01.01,RELEASED,1a2b3c4,1024,2024-03-24T22:43:28Z\r\n"
              "wo:v8,main,2026.04.01,RELEASED,1a2b3c4,2048,2024-03-24T22:43:28Z\r\n"
              "wo:v8,main,2026.03.01,RELEASED,1a2b3c4,1468006,2024-03-24T22:43:28Z\r\n"
              ",,ERROR#UNKNOWN#x.zip,ERROR,,,\r\n");
}

TEST(Report, FirmwareAsHtml) {
    const std::string page =
        makeReport(shipped("firmware"), {firmware("ab:v1", "boot", "2025.12.24", 512)}, ReportFormat::html);
    EXPECT_THAT(page, HasSubstr("<!DOCTYPE html>"));
    EXPECT_THAT(page, HasSubstr("<meta charset=\"utf-8\">"));
    const std::string body = page.substr(page.find("<body>"));
    EXPECT_EQ(body, R"(<body>
<h1>Firmware</h1>
<h2>Product: ab:v1</h2>
<h3>Application: boot</h3>
<table>
<thead><tr><th>Version</th><th>Status</th><th>Commit</th><th>Size</th><th>Uploaded</th></tr></thead>
<tbody>
<tr><td>2025.12.24</td><td>RELEASED</td><td>1a2b3c4</td><td>512 B</td><td>2024-03-24T22:43:28Z</td></tr>
</tbody>
</table>
</body>
</html>
)");
}

TEST(Report, LayersAsMarkdownWithGroupsNobodyListed) {
    EXPECT_EQ(makeReport(shipped("layers"), layers(), ReportFormat::markdown),
              R"(# Published layers

## Distribution: experimental

### Architecture: riscv64

| Region | Layer ARN | Version | Published |
| --- | --- | --- | --- |
| eu-west-1 | arn:aws:lambda:eu-west-1:1:layer:otel-0_12_0:3 | 0_12_0 | 2025-03-31T00:11:49Z |

## Distribution: minimal

### Architecture: x86_64

| Region | Layer ARN | Version | Published |
| --- | --- | --- | --- |
| eu-west-1 | arn:aws:lambda:eu-west-1:1:layer:otel-0_12_0:3 | 0_12_0 | 2025-03-31T00:11:49Z |
| us-east-1 | arn:aws:lambda:us-east-1:1:layer:otel-0_12_0:3 | 0_12_0 | 2025-03-31T00:11:49Z |
)");
}

TEST(Report, LayersAsHtmlAndCsv) {
    const std::string page = makeReport(shipped("layers"), layers(), ReportFormat::html);
    EXPECT_THAT(page, HasSubstr("<h2>Distribution: experimental</h2>\n<h3>Architecture: riscv64</h3>\n"));
    EXPECT_THAT(page, HasSubstr("<th>Region</th><th>Layer ARN</th><th>Version</th><th>Published</th>"));
    EXPECT_EQ(makeReport(shipped("layers"), {layers()[2]}, ReportFormat::csv),
              "Distribution,Architecture,Region,Layer ARN,Version,Published\r\n"
              "experimental,riscv64,eu-west-1,arn:aws:lambda:eu-west-1:1:layer:otel-0_12_0:3,0_12_0,"
              "2025-03-31T00:11:49Z\r\n");
}

Item hostile() {
    return {{"distribution", "a|b\n# c"},           {"architecture", "<script>alert('x')</script>"},
            {"region", "say \"hi\", twice"},        {"layer_arn", "*bold* _it_ `code` [link](x) \\ &lt; | end"},
            {"layer_version_str", "line\r\nbreak"}, {"publish_timestamp", std::string("nul\0bell\a", 9)}};
}

TEST(Report, HostileTextStaysTextInMarkdown) {
    const std::string text = makeReport(shipped("layers"), {hostile()}, ReportFormat::markdown);
    EXPECT_THAT(text, HasSubstr("## Distribution: a\\|b<br>\\# c\n"));
    EXPECT_THAT(text, HasSubstr("### Architecture: \\<script\\>alert('x')\\</script\\>\n"));
    EXPECT_THAT(text,
                HasSubstr("| say \"hi\", twice | \\*bold\\* \\_it\\_ \\`code\\` \\[link\\](x) \\\\ \\&lt; \\| end | "
                          "line<br>break | nul\xEF\xBF\xBD"
                          "bell\xEF\xBF\xBD |\n"));
}

TEST(Report, HostileTextStaysTextInHtml) {
    const std::string page = makeReport(shipped("layers"), {hostile()}, ReportFormat::html);
    EXPECT_THAT(page, HasSubstr("<h2>Distribution: a|b<br># c</h2>"));
    EXPECT_THAT(page, HasSubstr("<h3>Architecture: &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</h3>"));
    EXPECT_THAT(page, HasSubstr("<td>say &quot;hi&quot;, twice</td>"));
    EXPECT_THAT(page, HasSubstr("&amp;lt;"));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(Report, HostileTextStaysOneFieldInCsv) {
    const std::string text = makeReport(shipped("layers"), {hostile()}, ReportFormat::csv);
    EXPECT_THAT(text, HasSubstr("\r\n\"a|b\n# c\",<script>alert('x')</script>,\"say \"\"hi\"\", twice\","));
    EXPECT_THAT(text, HasSubstr(",\"line\r\nbreak\","));
}

TEST(Report, AnEmptyTableSaysSo) {
    EXPECT_EQ(makeReport(shipped("layers"), {}, ReportFormat::markdown),
              "# Published layers\n\nThere is nothing to report.\n");
    EXPECT_THAT(makeReport(shipped("layers"), {}, ReportFormat::html), HasSubstr("<p>There is nothing to report.</p>"));
    EXPECT_EQ(makeReport(shipped("layers"), {}, ReportFormat::csv),
              "Distribution,Architecture,Region,Layer ARN,Version,Published\r\n");
}

ReportDefinition ofOneColumn(const std::string& column, const std::string& order = "[]") {
    auto definition = parseReportDefinition(
        R"({"title":"T","table":"T","group_by":[{"attribute":"g","heading":"G"},{"attribute":"h","heading":"H"}],)"
        R"("sort_by":)" +
        order + R"(,"columns":[)" + column + "]}");
    EXPECT_TRUE(definition) << definition.error().message;
    return definition.value_or(ReportDefinition{});
}

std::string cell(const std::string& column, storage::AttributeValue value) {
    const std::string text = makeReport(ofOneColumn(column), {{{"v", std::move(value)}}}, ReportFormat::markdown);
    const std::size_t at = text.rfind("\n| ") + 3;
    return text.substr(at, text.rfind(" |\n") - at);
}

TEST(Report, NumbersAreShownAsTheColumnSaysAndAllElseAsItIs) {
    const std::string size = R"({"attribute":"v","heading":"V","format":"size"})";
    EXPECT_EQ(cell(size, 1023), "1023 B");
    EXPECT_EQ(cell(size, 1024), "1.0 KiB");
    EXPECT_EQ(cell(size, 1'048'575), "1.0 MiB");
    EXPECT_EQ(cell(size, 5'368'709'120), "5.0 GiB");
    EXPECT_EQ(cell(size, -1), "-1");
    EXPECT_EQ(cell(size, "large"), "large");
    const std::string time = R"({"attribute":"v","heading":"V","format":"time"})";
    EXPECT_EQ(cell(time, 0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(cell(time, INT64_MAX), "9223372036854775807");
    EXPECT_EQ(cell(time, *Number::parse("1.5")), "1.5");
    const std::string timeMs = R"({"attribute":"v","heading":"V","format":"time_ms"})";
    EXPECT_EQ(cell(timeMs, 1'711'320'208'793), "2024-03-24T22:43:28.793Z");
    const std::string plain = R"({"attribute":"v","heading":"V"})";
    EXPECT_EQ(cell(plain, true), "true");
    EXPECT_EQ(cell(plain, List{1, "a"}), R"(\[1,"a"\])");
    EXPECT_EQ(cell(plain, storage::Binary{1, 2}), "AQI=");
}

TEST(Report, RowsAreSortedByValueWithWhatIsMissingLast) {
    const auto item = [](std::int64_t n) { return Item{{"g", "a"}, {"n", n}}; };
    const Item text = {{"g", "a"}, {"n", "x"}};
    const Item missing = {{"g", "a"}};
    const std::string column = R"({"attribute":"n","heading":"N"})";
    const std::vector<Item> items = {missing, item(10), text, item(9), item(-1)};
    EXPECT_EQ(makeReport(ofOneColumn(column, R"([{"attribute":"n"}])"), items, ReportFormat::csv),
              "G,H,N\r\na,,-1\r\na,,9\r\na,,10\r\na,,x\r\na,,\r\n");
    EXPECT_EQ(makeReport(ofOneColumn(column, R"([{"attribute":"n","descending":true}])"), {item(9), item(10)},
                         ReportFormat::csv),
              "G,H,N\r\na,,10\r\na,,9\r\n");
}

TEST(ReportDefinitions, EveryShippedFileIsValid) {
    EXPECT_EQ(kReportDefinitionFiles.size(), 2U);
    for (const ReportDefinitionFile& file : kReportDefinitionFiles) {
        const auto definition = parseReportDefinition(file.json);
        EXPECT_TRUE(definition) << file.name << ": " << definition.error().message;
    }
}

TEST(ReportDefinitions, AnUnknownNameSaysWhichThereAre) {
    const auto unknown = shippedReport("nothing");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message, "There is no report \"nothing\"; there are firmware, layers.");
}

TEST(ReportDefinitions, AMistakeIsNamedByItsPath) {
    const std::string groups = R"("group_by":[{"attribute":"a","heading":"A"},{"attribute":"b","heading":"B"}])";
    const std::string columns = R"("columns":[{"attribute":"c","heading":"C"}])";
    const std::string start = R"({"title":"T","table":"T",)";
    const std::vector<std::pair<std::string, std::string>> mistakes = {
        {"[]", "$: must be an object"},
        {R"({"title":"T"})", "$.table: is missing"},
        {start + groups + "}", "$.columns: must have at least one element"},
        {start + columns + "}", "$.group_by: must have two elements"},
        {start + groups + R"(,"columns":{}})", "$.columns: must be a list"},
        {start + groups + R"(,"columns":[{"attribute":"c"}]})", "$.columns[0].heading: is missing"},
        {start + groups + R"(,"columns":[{"attribute":"c","heading":"C","format":"date"}]})",
         "$.columns[0].format: must be size, time or time_ms"},
        {start + groups + "," + columns + R"(,"sort_by":[{"attribute":"c","descending":1}]})",
         "$.sort_by[0].descending: must be true or false"},
        {start + groups + "," + columns + R"(,"colour":1})", "$.colour: is not a known key"},
    };
    for (const auto& [text, message] : mistakes) {
        const auto definition = parseReportDefinition(text);
        ASSERT_FALSE(definition) << text;
        EXPECT_EQ(definition.error().message, message);
    }
    EXPECT_FALSE(parseReportDefinition("{"));
}

}  // namespace
}  // namespace drydock::fleet
