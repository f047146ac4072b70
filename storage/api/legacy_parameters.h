// The parameters older than expressions, turned into what expressions compile to: one engine serves both.
// Precondition of all: the body's types have been checked.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/api/arguments.h"
#include "storage/api/request_expressions.h"
#include "storage/expression/expression.h"

namespace drydock::storage::api {

// Adds to `compiled` what those of the operation's `parameters` mean that are there: Expected, ScanFilter or
// QueryFilter with their ConditionalOperator, AttributeUpdates, AttributesToGet, KeyConditions. They are checked in the
// order given.
[[nodiscard]] Result<void> compileLegacy(const nlohmann::json& body, ParameterNames parameters,
                                         CompiledExpressions& compiled);

extern const Shape kExpected;          // Expected
extern const Shape kFilterConditions;  // ScanFilter, QueryFilter, KeyConditions
extern const Shape kConditionalOperator;
extern const Shape kAttributesToGet;
extern const Shape kAttributeUpdates;

}  // namespace drydock::storage::api
