// What requests on items have in common.
// Precondition of all: the body's types have been checked.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/arguments.h"
#include "storage/api/request_expressions.h"
#include "storage/store/table_store.h"

namespace drydock::storage::api {

extern const Shape kCollectionMetrics;  // ReturnItemCollectionMetrics
extern const Shape kFailureValues;      // ReturnValuesOnConditionCheckFailure

// How projections are given: the legacy way and the other.
inline constexpr auto kAttributeList = parameterNames("AttributesToGet");
inline constexpr auto kProjectionText = parameterNames("ProjectionExpression");

// An item to be put: too large a one is refused here already.
[[nodiscard]] Result<Item> readItem(const nlohmann::json& body, std::string_view member,
                                    ValueLayer layer = ValueLayer::current);

// ProjectionExpression or AttributesToGet.
[[nodiscard]] Result<Precompiled> compileProjection(const nlohmann::json& body);

// Tells requests with the same ClientRequestToken apart. Nobody gains by making two look the same.
[[nodiscard]] std::string fingerprint(const nlohmann::json& request);

}  // namespace drydock::storage::api
