// What requests say of a table's or an index's capacity. Nothing is throttled by it: it is checked, kept and shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/table/definition.h"

namespace drydock::storage::api {

// Source: Amazon DynamoDB API reference, the service's own limit on requests.
inline constexpr std::int64_t kMostUnits = 1'000'000'000'000;

inline constexpr const char* kNeitherUnits =
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST";

// What the member says; nothing when it is not there.
[[nodiscard]] std::optional<Throughput> throughputIn(const nlohmann::json& object,
                                                     std::string_view member = "ProvisionedThroughput");
[[nodiscard]] Result<void> checkBounds(const std::optional<Throughput>& throughput);
// `what` is "the table" or "the index <name>": asking for what there is already is a mistake.
[[nodiscard]] Result<void> checkChange(const std::string& what, const Throughput& from, const Throughput& to);

// OnDemandThroughput; -1 lifts the limit.
[[nodiscard]] std::optional<Throughput> onDemandIn(const nlohmann::json& body);
[[nodiscard]] Result<void> checkOnDemand(const std::optional<Throughput>& limits, bool onDemand);

// The least a WarmThroughput may ask for, and what that is called.
struct WarmFloor {
    Throughput units;
    const char* read;
    const char* write;
};
// Of a new table or index, by how it is billed (none: on demand).
[[nodiscard]] WarmFloor initialFloor(const std::optional<Throughput>& provisioned);
// Of an existing one: what it is ready for can't be lowered.
[[nodiscard]] WarmFloor currentFloor(const std::optional<Throughput>& asked,
                                     const std::optional<Throughput>& provisioned);
// WarmThroughput; nothing when it is not there. What it does not name stays as it is. `what` is "table" or "index
// <name>".
[[nodiscard]] Result<std::optional<Throughput>> warmThroughputIn(const nlohmann::json& object, const WarmFloor& floor,
                                                                 const std::string& what);

}  // namespace drydock::storage::api
