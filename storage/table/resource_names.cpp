#include "storage/table/resource_names.h"

namespace drydock::storage {
namespace {

bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// Takes the text up to `separator` (or all of it) off the front.
std::string_view takePart(std::string_view& text, char separator) {
    const std::size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return part;
}

}  // namespace

std::string tableArn(std::string_view table) {
    std::string arn = "arn:aws:dynamodb:";
    arn.append(kRegion).append(":").append(kAccountId).append(":table/").append(table);
    return arn;
}

std::string indexArn(std::string_view table, std::string_view index) {
    return tableArn(table).append("/index/").append(index);
}

std::string streamArn(std::string_view table, std::string_view label) {
    return tableArn(table).append("/stream/").append(label);
}

std::optional<ResourceName> resourceNameOf(std::string_view arn) {
    if (takePart(arn, ':') != "arn" || takePart(arn, ':').empty() || takePart(arn, ':') != "dynamodb") {
        return std::nullopt;
    }
    takePart(arn, ':');  // region
    takePart(arn, ':');  // account
    if (takePart(arn, '/') != "table") return std::nullopt;
    ResourceName name;
    name.table = takePart(arn, '/');
    if (name.table.empty()) return std::nullopt;
    if (arn.empty()) return name;
    const std::string_view kind = takePart(arn, '/');
    if (arn.empty() || (kind != "index" && kind != "stream")) return std::nullopt;
    (kind == "index" ? name.index : name.stream) = arn;
    return name;
}

std::string upperSnake(std::string_view name) {
    std::string result;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        if (!isLower(c) && !isUpper(c) && !isDigit(c)) {
            if (!result.empty() && result.back() != '_') result += '_';
            continue;
        }
        // A word begins at a capital after a small letter or digit, and at the last capital of several before a small
        // letter: "HTTPServer" has two.
        const bool begins = isUpper(c) && i > 0 &&
                            (isLower(name[i - 1]) || isDigit(name[i - 1]) ||
                             (isUpper(name[i - 1]) && i + 1 < name.size() && isLower(name[i + 1])));
        if (begins && !result.empty() && result.back() != '_') result += '_';
        result += isLower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    }
    while (!result.empty() && result.back() == '_') result.pop_back();
    return result;
}

std::vector<std::pair<std::string, std::string>> tableParameters(std::string_view base, std::string_view table,
                                                                 const std::optional<std::string>& streamLabel) {
    const std::string name = upperSnake(base);
    std::vector<std::pair<std::string, std::string>> parameters;
    parameters.emplace_back("DYNAMODB_TABLE_" + name, tableArn(table));
    if (streamLabel) parameters.emplace_back("DYNAMODB_TABLE_STREAM_" + name, streamArn(table, *streamLabel));
    return parameters;
}

}  // namespace drydock::storage
