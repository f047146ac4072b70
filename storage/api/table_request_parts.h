// What requests that create and requests that change a table read alike.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "storage/table/definition.h"

namespace drydock::storage::api {

using AttributeTypes = std::vector<std::pair<std::string, AttributeType>>;

// AttributeDefinitions; empty when they are not there.
[[nodiscard]] Result<AttributeTypes> attributeTypesIn(const nlohmann::json& body);
// An index with keys of these types; what it costs is not judged.
[[nodiscard]] Result<IndexDefinition> indexIn(const nlohmann::json& object, const AttributeTypes& types, bool local);

struct StreamWords {
    const char* viewMissing;
    const char* viewTooMuch;
};
// What StreamSpecification says: nothing when it is not there, else on (with its view) or off.
[[nodiscard]] Result<std::optional<std::optional<StreamView>>> streamIn(const nlohmann::json& body,
                                                                        const StreamWords& words);
// What SSESpecification says: nothing when it is not there, else the key's ARN or the service's own encryption.
[[nodiscard]] Result<std::optional<std::optional<std::string>>> encryptionIn(const nlohmann::json& body);
[[nodiscard]] Result<std::optional<TableClass>> tableClassIn(const nlohmann::json& body);

}  // namespace drydock::storage::api
