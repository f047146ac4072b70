// The expressions of one request: its parameters read, and its texts compiled with the service's checks.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "storage/store/table_store.h"
#include "storage/value/json.h"

namespace drydock::storage::api {

// Names of parameters in the order in which messages list them.
using ParameterNames = std::span<const std::string_view>;

template <class... Names>
[[nodiscard]] constexpr std::array<std::string_view, sizeof...(Names)> parameterNames(Names... names) {
    return {names...};
}

// Refuses old and new parameters side by side, and ExpressionAttributeNames or -Values without an expression.
// `valueExpressions` are the expressions that take values, to name where the message does so.
[[nodiscard]] Result<void> refuseMixing(const nlohmann::json& body, ParameterNames legacy, ParameterNames expressions,
                                        std::string_view valueExpressions = {});

// Compiles those of the operation's expressions that are there. Precondition: the body's types have been checked.
// The older layer's messages about a value name its key ("ExpressionAttributeValues contains invalid value: …").
[[nodiscard]] Result<std::shared_ptr<CompiledExpressions>> compileExpressions(const nlohmann::json& body,
                                                                              ParameterNames expressions,
                                                                              ValueLayer layer = ValueLayer::current);

}  // namespace drydock::storage::api
