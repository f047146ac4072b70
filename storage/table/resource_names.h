// The names by which the API and configuration know tables and streams: ARNs, and parameters that hold them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drydock::storage {

inline constexpr std::string_view kRegion = "local";
inline constexpr std::string_view kAccountId = "000000000000";

// "arn:aws:dynamodb:local:000000000000:table/<name>", with "/index/<name>" or "/stream/<label>" behind it.
[[nodiscard]] std::string tableArn(std::string_view table);
[[nodiscard]] std::string indexArn(std::string_view table, std::string_view index);
[[nodiscard]] std::string streamArn(std::string_view table, std::string_view label);

// What an ARN of ours names. Any region and account will do: there is one of each.
struct ResourceName {
    std::string table;
    std::string index;   // empty: none
    std::string stream;  // its label; empty: none
};
[[nodiscard]] std::optional<ResourceName> resourceNameOf(std::string_view arn);

// "DeviceHistory", "device-history" and "device history" are DEVICE_HISTORY.
[[nodiscard]] std::string upperSnake(std::string_view name);

// The parameters of a table made from a definition file, by the base name it has there: DYNAMODB_TABLE_<BASE> is the
// table's ARN and, where it has a stream, DYNAMODB_TABLE_STREAM_<BASE> the stream's.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> tableParameters(
    std::string_view base, std::string_view table, const std::optional<std::string>& streamLabel);

}  // namespace drydock::storage
